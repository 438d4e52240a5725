"""What answers mean, in the languages they come in; and that our own words in them say nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.meaning import Meaning, meaning_of

WRITTEN_ON = date(2026, 7, 20)

ANSWERS = {
    Meaning.INTERESTED: """
        Sounds interesting, can you send me pricing?
        Tuesday afternoon works for me
        Let's talk next week
        Thanks! Yes, I'd love to learn more.
        I was away last week, sorry. Yes let's meet on Thursday.
        Happy to chat. Does Wednesday at 10 work?
        Please send me the deck
        Don't stop, this is great, let's schedule a call
        To unsubscribe click here. I would like to see a demo
        Gerne, schicken Sie mir ein Angebot
        Je suis intéressé, pouvez-vous m'envoyer vos tarifs ?
        Me interesa, ¿podemos hablar mañana?
        Sono interessato, mi mandi maggiori informazioni
        Skicka gärna mer info
        Chętnie się spotkam, proszę o ofertę
        我们很感兴趣，请发资料
    """,
    Meaning.QUESTION: """
        How much does it cost?
        Who are you and where did you get my email?
        Could you explain how it integrates with our CRM?
        Wie sind Sie an meine Adresse gekommen?
        Can you stop by on Friday?
    """,
    Meaning.NOT_NOW: """
        Not right now, reach out in Q4
        I'm interested but not this quarter
        Budget is frozen until January
        Mail me in 3 months
        Wir haben derzeit keinen Bedarf. Melden Sie sich im Oktober wieder.
        Pourquoi pas, rappelez-moi en septembre
    """,
    Meaning.NOT_INTERESTED: """
        Not interested, thanks
        No thanks.
        Thanks, but we're all set.
        We already have a solution in place.
        We're happy with our current provider
        Thanks for reaching out. We will pass for now.
        Kein Interesse, danke
        Je ne suis pas intéressé
        No me interesa, gracias
        Non sono interessato
        Não tenho interesse
        Geen interesse
        Nie jestem zainteresowany
        Inte intresserad
        Tack men nej tack
    """,
    Meaning.WRONG_PERSON: """
        I'm not the right person, please contact my colleague Bob
        Hi, I'm cc'ing Maria who handles this.
        Ich bin nicht zuständig, wenden Sie sich an Frau Müller
        Ik ben niet de juiste persoon
    """,
    Meaning.LEFT_COMPANY: """
        John no longer works here
        Ya no trabajo en la empresa
    """,
    Meaning.UNSUBSCRIBE: """
        STOP
        Unsubscribe
        Please remove me from your list
        Please don't contact me again
        Can you take me off this list please
        Not relevant to us. Please stop emailing.
        Please delete my data under GDPR
        Bitte keine Mails mehr
        Bitte streichen Sie mich aus Ihrem Verteiler.
        Nehmen Sie mich bitte aus der Liste
        Löschen Sie meine Daten!
        Merci de ne plus m'envoyer de mails
        Désinscription svp
        Dar de baja
        Proszę o usunięcie mojego adresu z listy
        Ta bort mig från listan
    """,
    Meaning.UNSURE: """
        Hello
        no
        Ok thanks
        I will look at it
        We stopped using paper.
        I stopped the project.
        Please stop by our booth
        ok, remove the attachment from the proposal and send again
        If you don't want to hear from me, reply stop to opt out.
    """,
}


@pytest.mark.parametrize(
    "meaning, text",
    [(meaning, line.strip()) for meaning, lines in ANSWERS.items() for line in lines.strip().splitlines()],
)
def test_an_answer_has_the_meaning_a_person_would_give_it(meaning, text):
    told = meaning_of(text, WRITTEN_ON)

    assert told.meaning is meaning
    assert all(text[span.start : span.end].strip() for span in told.spans)
    assert meaning is Meaning.UNSURE or told.spans


def test_the_evidence_is_marked_in_the_text_as_it_was_written():
    text = "Grüße! Leider haben wir kein Interesse."

    span = meaning_of(text).spans[0]

    assert text[span.start : span.end] == "haben wir kein Interesse"


def test_not_now_names_its_day():
    assert meaning_of("Not now, try me in September", WRITTEN_ON).on == date(2026, 9, 1)
    assert meaning_of("Not now", WRITTEN_ON).on is None
    assert meaning_of("Not now, try me in September").on is None


def test_our_own_opt_out_line_says_nothing():
    line = "Don't contact me again? One word is enough: stop"

    assert meaning_of(line).meaning is Meaning.UNSUBSCRIBE
    assert meaning_of(line, own_lines=(line, "", "not there")).meaning is Meaning.UNSURE
    assert meaning_of("Reply stop to opt out.\nstop").meaning is Meaning.UNSUBSCRIBE


def test_yes_and_no_together_are_for_a_person():
    told = meaning_of("No need. Sounds great, let's talk, send me more details.")

    assert told.meaning is Meaning.UNSURE
    assert {span.meaning for span in told.spans} >= {Meaning.INTERESTED, Meaning.NOT_INTERESTED}


def test_the_keys_are_1_to_8_and_0():
    assert "".join(meaning.key for meaning in Meaning) == "123456780"


@given(st.text(max_size=400))
def test_spans_lie_in_the_text(text):
    told = meaning_of(text, WRITTEN_ON)

    assert all(0 <= span.start < span.end <= len(text) for span in told.spans)
