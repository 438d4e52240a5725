"""Drafts of all shapes, ordinary and odd, made by seeded chance; and what a reader must find in each."""

import random
from dataclasses import dataclass

from opendoors_desktop.mail.compose import Draft, encoded_attachment
from opendoors_desktop.mail.frames import Attachment, MessageHeaders

WORDS = (
    *("Ana", "Łukasz", "Zoë", "O'Brien", "van der Berg", 'Robert "Bob" Tables', "Smith, John", "a\\b", "山田 太郎"),
    *(
        "=?utf-8?q?=41?=",
        "=?",
        "?=",
        "Ünïcödé",
        "😀👩‍👩‍👧",
        "مرحبا",
        "\u202eabc",
        "zero\u200bwidth",
        "nb\u00a0sp",
        "e\u0301",
        "ﬀ",
    ),
    *(
        "(comment)",
        "<b@example.com>",
        "semi;colon",
        "colon: x",
        "at@sign",
        "[list]",
        "dots...",
        "-",
        "--",
        ".",
        "%s %n",
        "{{ x }}",
    ),
    *(
        "$HOME",
        "'; DROP TABLE",
        "NULL",
        "undefined",
        "1/0",
        "Infinity",
        "\ufeffbom",
        "ẞ",
        "ǅ",
        "𝕳𝖊𝖑𝖑𝖔",
        "Ω≈ç√∫",
        "¯\\_(ツ)_/¯",
    ),
    *(
        "a" * 80,
        "b" * 300,
        "ü" * 90,
        "tab\there",
        "two  blanks",
        "trailing\\",
        '"',
        '""',
        "'",
        "`",
        "From here",
        "..",
        "=20",
        "=",
        "_",
    ),
)
ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n", "\t\n")
DOMAINS = ("example.com", "Example.ORG", "mail.example.net", "bücher.example.com", "xn--bcher-kva.example.com")


@dataclass(frozen=True)
class Case:
    """A draft with the attachments it was made of."""

    draft: Draft
    attachments: tuple[Attachment, ...]


def phrase(chance: random.Random, most: int) -> str:
    """Some words in a row, now and then ten thousand characters of them."""
    if chance.random() < 0.001:
        return (chance.choice(WORDS) + " ") * (10_000 // 12)
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(0, most)))


def body(chance: random.Random) -> str:
    """Lines of words with all kinds of ends; now and then control characters, one long line, or half a pair."""
    lines = [phrase(chance, 12) + chance.choice(ENDS) for _ in range(chance.randint(0, 12))]
    text = "".join(lines)
    if chance.random() < 0.1:
        text += chance.choice(
            ("\x00", "\x0b", "\x0c", "\x85", "\u2028", "\x7f", "\ud800", ".\n.\n..\n", "x" * 3000, "=_", "\x1a")
        )
    return text


def address(chance: random.Random) -> str:
    """A local part and a domain, in plain or other letters."""
    local = chance.choice(("ann", "u.n", "first.last+tag", "x" * 60, "o'neil", "a_b-c", "{x}", "1"))
    return f"{local}@{chance.choice(DOMAINS)}"


def message_id(chance: random.Random) -> str:
    """An id, some of them longer than a line should be."""
    return f"<{chance.randrange(10**9)}.{'i' * chance.choice((1, 20, 90, 300))}@example.com>"


def attachment(chance: random.Random) -> Attachment:
    """A file with an ordinary or odd name."""
    name = chance.choice(
        ("a.pdf", "Prüfung – 1.docx", 'q"uo\\te.txt', "x" * 70 + ".csv", "山" * 40 + ".png", "a b;c.txt", "")
    )
    kind = chance.choice(("application/pdf", "text/plain", "image/png", "message/rfc822", "nonsense", "a/b; c"))
    return Attachment(name, kind, chance.randbytes(chance.choice((0, 1, 57, 100, 5000))))


def headers(chance: random.Random) -> MessageHeaders:
    """The head of a message with any of the optional fields."""
    token = f"{chance.getrandbits(chance.choice((64, 800))):x}"
    return MessageHeaders(
        from_address=address(chance),
        from_name=phrase(chance, 3),
        to_address=address(chance),
        to_name=phrase(chance, 3),
        message_id=message_id(chance),
        date=chance.randrange(4_000_000_000),
        utc_offset=chance.choice((0, 60, -210, 345, 840, -720)),
        reply_to=address(chance) if chance.random() < 0.5 else None,
        in_reply_to=message_id(chance) if chance.random() < 0.5 else None,
        references=tuple(message_id(chance) for _ in range(chance.choice((0, 0, 1, 3, 30)))),
        list_unsubscribe_mailto=f"mailto:u@example.com?subject={token}" if chance.random() < 0.8 else None,
        list_unsubscribe_url=f"https://example.com/u/{token}?a=1,2&b=%20" if chance.random() < 0.5 else None,
        extra=(("X-Sequence", phrase(chance, 3) or "x"),) if chance.random() < 0.3 else (),
    )


def case(seed: int) -> Case:
    """The draft number `seed`."""
    chance = random.Random(seed)
    files = tuple(attachment(chance) for _ in range(chance.choice((0, 0, 0, 1, 2))))
    html = f"<p>{body(chance)}</p>" if chance.random() < 0.6 else None
    parts = tuple(encoded_attachment(item) for item in files)
    return Case(Draft(headers(chance), phrase(chance, 6), body(chance), html, parts), files)
