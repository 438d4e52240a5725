"""What somebody wrote, without what they quote: answers between and below quotes are kept."""

import pytest

from opendoors_desktop.mail.html_reading import text_of
from opendoors_desktop.mail.parse import read_mail
from opendoors_desktop.mail.visible_text import cut_quotes, signature_at, visible_text

ATTRIBUTIONS = [
    "On Mon, Jul 20, 2026 at 9:30 AM Ann <ann@example.com> wrote:",
    "On Monday, 20 July 2026,\nAnn Example <ann@example.com>\nwrote:",
    "Am 20.07.2026 um 09:30 schrieb Ann <ann@example.com>:",
    "Le lun. 20 juil. 2026 à 09:30, Ann <ann@example.com> a écrit :",
    "El lun, 20 jul 2026 a las 9:30, Ann (<ann@example.com>) escribió:",
    "Il giorno lun 20 lug 2026 alle ore 09:30 Ann <ann@example.com> ha scritto:",
    "Em seg., 20 de jul. de 2026 às 09:30, Ann <ann@example.com> escreveu:",
    "Op ma 20 jul 2026 om 09:30 schreef Ann <ann@example.com>:",
    "W dniu 20.07.2026 o 09:30, Ann pisze:",
    "Den mån 20 juli 2026 kl 09:30 skrev Ann <ann@example.com>:",
    '20.07.2026, 09:30, "Ann" <ann@example.com>:',
    "Thu, 26 Jun 2014 14:00:51 +0400 от Ann <ann@example.com>:",
    "--- On Wed, 4/4/12, ann@example.com <ann@example.com> wrote:",
]
COPIES = [
    "-----Original Message-----\nFrom: Ann",
    "-------- Ursprüngliche Nachricht --------\nVon: Ann",
    "---- Message d'origine ----\nDe : Ann",
    "Begin forwarded message:\n\nFrom: Ann",
    "From: Ann <ann@example.com>\nSent: Monday, July 20, 2026 9:30 AM\nTo: Bob\nSubject: A plan",
    "*From:* Ann <ann@example.com>\n*Sent:* Monday\n*Subject:* A plan",
    "________________________________\nFrom: Ann <ann@example.com>\nDate: Monday\nTo: Bob\nSubject: A plan",
    "Von: Ann <ann@example.com>\nGesendet: Montag, 20. Juli 2026 09:30\nAn: Bob\nBetreff: A plan",
    "De : Ann\nEnvoyé : lundi 20 juillet 2026\nÀ : Bob\nObjet : A plan",
    "De: Ann\nEnviado el: lunes, 20 de julio de 2026\nPara: Bob\nAsunto: A plan",
    "Da: Ann\nInviato: lunedì 20 luglio 2026\nA: Bob\nOggetto: A plan",
    "Van: Ann\nVerzonden: maandag 20 juli 2026\nAan: Bob\nOnderwerp: A plan",
    "Od: Ann\nWysłano: poniedziałek\nDo: Bob\nTemat: A plan",
    "Från: Ann\nSkickat: den 20 juli 2026\nTill: Bob\nÄmne: A plan",
    "发件人: Ann\n发送时间: 2026年7月20日\n收件人: Bob\n主题: A plan",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attributed_quote_is_cut(attribution):
    assert cut_quotes(f"Yes, gladly.\n\nBob\n\n{attribution}\n\n> Hello Bob\n> again\n") == "Yes, gladly.\n\nBob"
    assert cut_quotes(f"Yes, gladly.\n\n{attribution}\n\nHello Bob, not marked") == "Yes, gladly."


@pytest.mark.parametrize("copy", COPIES)
def test_a_copied_mail_is_cut_with_all_below_it(copy):
    assert cut_quotes(f"Yes, gladly.\n\n{copy}\n\nHello Bob\nlast line") == "Yes, gladly."


def test_answers_between_and_below_quotes_are_kept():
    text = "On 20.07.2026 Ann <ann@example.com> wrote:\n> When?\nOn Friday.\n> Where?\n\nHere.\n"

    assert cut_quotes(text) == "On Friday.\n\nHere."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you.",
        "From here on we go alone.\nTo be sure: call me.",
        "From: the heart",
        "She wrote:\nnothing",
        "_____\n\nA line, no more.",
        "Date: soon\n\nnothing else",
        "On it.\n\nThanks",
        "a@example.com is my address",
        "On " + "and " * 150 + "wrote:",
        "On Monday\n> quoted",
    ],
)
def test_lines_that_only_look_like_it_stay(text):
    assert cut_quotes(text).startswith(text.split("\n", maxsplit=1)[0][:20])


def test_a_mail_of_html_alone_is_read_without_its_quotes():
    def shown(html):
        mail = read_mail(f"From: a@b\nContent-Type: text/html; charset=utf-8\n\n{html}".encode())
        assert mail is not None
        return visible_text(mail)

    assert (
        shown("<p>Yes.</p><p>Bob</p><div class=gmail_quote>On … wrote: <blockquote>Hello</blockquote></div>")
        == "Yes.\n\nBob"
    )
    assert shown("<div>Yes.</div><blockquote type=cite>Hello</blockquote><div>Bye</div>") == "Yes.\n\nBye"
    assert shown("<div>Yes.</div><div id=appendonsend></div><hr><b>From:</b> Ann") == "Yes."
    assert (
        shown("Yes.<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt'><b>From:</b> Ann</div>more")
        == "Yes."
    )
    assert shown("<div style='color:red'>Yes.<br>No.</div><!-- a --><script>x</script><style>y</style>") == "Yes.\nNo."
    assert shown("<table><tr><td>a</td><td>b</td></tr></table>") == "a b"
    assert shown("") == ""


def test_html_that_cannot_be_read_is_no_text():
    assert text_of("") == ""
    assert text_of("<p>a <b>b</b>c&nbsp;d</p>e") == "a bc d\n\ne"
    assert text_of("<blockquote>q</blockquote>a") == "q\n\na"


@pytest.mark.parametrize(
    "text, body",
    [
        ("Yes.\n\n-- \nBob\nExample", "Yes.\n\n"),
        ("Yes.\nSent from my phone", "Yes.\n"),
        ("Ja.\nVon meinem Telefon gesendet", "Ja.\n"),
        ("Yes.\n--\nBob\nSent from my phone", "Yes.\n"),
        ("Yes.", "Yes."),
        ("-- \nBob", "-- \nBob"),
    ],
)
def test_where_the_signature_begins(text, body):
    assert text[: signature_at(text)] == body
