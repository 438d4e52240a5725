# ruff: noqa: E501  (mails are as long as they are)
"""Answers of machines, absent people and persons, with what is to be told from them."""

from tests.mail.inbound_builders import DATE, mail

AUTO = {"Auto_Submitted": "auto-replied"}

AWAY: dict[str, tuple[bytes, str | None]] = {
    "english": (
        mail(
            "I am out of the office until Friday 7 August with limited access to email.",
            Subject="Automatic reply: A plan",
        ),
        "2026-08-07",
    ),
    "english range": (
        mail(
            "I'm on annual leave from 20 July to 7 August 2026, back on Monday 10 August.",
            Subject="Out of Office: A plan",
        ),
        "2026-08-10",
    ),
    "american figures": (mail("I am out of the office and will return on 8/24/2026.", **AUTO), "2026-08-24"),
    "german": (
        mail(
            "Vielen Dank für Ihre Nachricht. Ich bin vom 20.07. bis einschließlich 07.08.2026 nicht im Büro.",
            Subject="=?utf-8?q?Automatische_Antwort=3A_A_plan?=",
        ),
        "2026-08-07",
    ),
    "german back": (
        mail("Ab dem 10. August bin ich wieder für Sie da.", Subject="Abwesenheitsnotiz: A plan"),
        "2026-08-10",
    ),
    "french": (
        mail(
            "Je suis absente du bureau jusqu'au 15 août inclus.",
            Subject="=?utf-8?b?UsOpcG9uc2UgYXV0b21hdGlxdWU=?= : A plan",
        ),
        "2026-08-15",
    ),
    "spanish": (
        mail("Estaré fuera de la oficina hasta el 31 de agosto de 2026.", Subject="Respuesta automática: A plan"),
        "2026-08-31",
    ),
    "italian": (mail("Sono in ferie, rientrerò il 25 agosto.", Subject="Risposta automatica: A plan"), "2026-08-25"),
    "portuguese": (mail("Estou de férias até 10 de agosto.", Subject="Resposta automática: A plan"), "2026-08-10"),
    "dutch": (mail("Ik ben afwezig tot en met 14 augustus.", Subject="Automatisch antwoord: A plan"), "2026-08-14"),
    "polish": (mail("Jestem na urlopie do 14 sierpnia 2026.", Subject="Odpowiedź automatyczna: A plan"), "2026-08-14"),
    "swedish": (mail("Jag är på semester och tillbaka den 10 augusti.", Subject="Autosvar: A plan"), "2026-08-10"),
    "by a header alone": (mail("I am away, back next week.", X_Autoreply="yes"), "2026-07-27"),
    "by precedence": (mail("On vacation until 2026-08-03.", Precedence="auto_reply"), "2026-08-03"),
    "sieve": (mail("Away.", Auto_Submitted="auto-replied (vacation)", Subject="Auto: A plan"), None),
    "null envelope": (mail("I am out of the office.", Return_Path="<>"), None),
    "no header, own subject": (mail("I am on vacation until 3 August.\n\nBob", Subject="Out of office"), "2026-08-03"),
    "without a date of its own": (
        mail("Out of the office until 7 August.", Date="", Subject="Automatic reply: x"),
        None,
    ),
}

MACHINES: dict[str, tuple[bytes, str]] = {
    "generated, and says so": (
        mail("This message was automatically generated, do not reply.", Precedence="junk", Subject="Your message"),
        "receipt",
    ),
    "left": (mail("Bob no longer works at Example. Please write to cem@example.org.", **AUTO), "left_company"),
    "left in german": (
        mail("Herr Ode ist nicht mehr für unser Unternehmen tätig.", Subject="Automatische Antwort: A plan"),
        "left_company",
    ),
    "left in french": (
        mail("M. Ode ne fait plus partie de la société.", Subject="Réponse automatique : A plan"),
        "left_company",
    ),
    "ticket": (
        mail(
            "Thank you for contacting us. Your request has been received, ticket #48213.",
            From="Support <noreply@example.net>",
            Subject="[#48213] A plan",
        ),
        "receipt",
    ),
    "thanks by a machine": (
        mail("Thank you for your e-mail. I will answer as soon as possible.", Return_Path="<>", Precedence="bulk"),
        "receipt",
    ),
    "generated in our thread": (
        mail("We have got it.", Auto_Submitted="auto-generated", In_Reply_To="<5f0c.1@example.com>"),
        "receipt",
    ),
    "asked for by words alone": (
        mail(
            "Your message was received. Please click on the following link to have your address added to the allowed list.",
            Subject="RE: A plan",
        ),
        "challenge_response",
    ),
    "said by itself": (mail("This is an automatic reply. We received your message.", Subject="Hello"), "receipt"),
    "prove yourself": (
        mail(
            "I use a spam filter. Please click the link below to verify that you are a person; your message is held until you confirm.",
            Subject="Please confirm your message",
            **AUTO,
        ),
        "challenge_response",
    ),
}

PEOPLE: dict[str, bytes] = {
    "auto-submitted no": mail(
        "I'm out of the office today, call me.", Auto_Submitted="no", Subject="Automatic reply: x"
    ),
    "answer to an automatic reply": mail(
        "Thanks, I'll wait.\n\n> I am out of the office until 7 August.", Subject="Re: Automatic reply: A plan"
    ),
    "somebody writes of leave": mail(
        "Sure. I was on vacation last week, let's talk on Thursday.", Subject="Re: A plan"
    ),
    "about an out of office": mail(
        "Your out of office says Monday, is that right?", Subject="AW: Abwesenheitsnotiz: A plan"
    ),
    "a newsletter": mail(
        "Our summer news. Unsubscribe at any time.",
        List_Unsubscribe="<mailto:x@example.net>",
        Precedence="bulk",
        Subject="Summer vacation deals",
    ),
    "a list's mail": mail("Stop. Please remove me from this list.", List_Id="<talk.example.net>", Subject="Vacation"),
    "generated, about nothing of ours": mail(
        "Your invoice is attached.", Auto_Submitted="auto-generated", Subject="Invoice 7"
    ),
    "suppressing answers": mail("Here is what you asked for.", X_Auto_Response_Suppress="All", Subject="Re: A plan"),
    "a colleague asks": mail(
        "I'm out of the office on Friday, can we move our call?", Subject="Out of office on Friday"
    ),
    "speaks of a machine": mail(
        "I got your automatic reply yesterday. Let's talk.", In_Reply_To="<5f0c.1@example.com>"
    ),
    "about auto-replies": mail("How do we set one up?", Subject="Question about our auto-reply"),
    "an order": mail(
        "Diese E-Mail wurde automatisch erstellt. Ihre Bestellung ist unterwegs.", Subject="Ihre Bestellung"
    ),
    "thanks, with a header some programs set": mail(
        "Thank you for your message. I will look at it.", X_Auto_Response_Suppress="DR, OOF"
    ),
    "an old list": mail(
        "Thank you for your message.", Precedence="bulk", Sender="talk-admin@example.net", Subject="Hello"
    ),
    "a list by its envelope": mail("I was on vacation.", Precedence="bulk", Return_Path="<owner-talk@example.net>"),
    "a parcel": mail(
        "Dear ann@example.com, your parcel could not be delivered: the recipient was unknown at this address.",
        From="Parcels <service@example.net>",
        Subject="Delivery failed",
    ),
    "an invoice that failed": mail("Your payment failed, the account is closed.", Subject="Payment failed"),
    "plans for a vacation": mail("Do you know a good hotel?", Subject="Vacation plans"),
}

LEAVERS: dict[str, bytes] = {
    "stop": mail("STOP"),
    "below a quote": mail(
        "Please remove me from your list.\n\nOn Mon, 20 Jul 2026 Ann <ann@example.com> wrote:\n> Hello"
    ),
    "mailto": mail("", Subject="unsubscribe 0123456789abcdef0123456789abcdef"),
    "german": mail("Bitte streichen Sie mich aus Ihrem Verteiler."),
    "with a signature": mail("Unsubscribe\n\nSent from my phone"),
}

STAYERS: dict[str, bytes] = {
    "our opt-out line, quoted": mail("Sounds good!\n\n> Reply STOP to opt out."),
    "our opt-out line, unmarked": mail(
        "Sounds good!\n\nIf you don't want to hear from me again, reply stop to opt out."
    ),
    "stop by": mail("Please stop by our office on Monday."),
    "talk of a list": mail("Can you remove the second item from the list?"),
}

DATED = DATE
