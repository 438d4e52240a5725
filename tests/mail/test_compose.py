"""What the hand writer writes is what the standard library's reader reads, header by header and part by part."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, cast

import msgspec
import pytest

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.mail.compose import Draft, body_part, compose, encoded_attachment
from opendoors_desktop.mail.errors import MessageProblem, RenderCode
from opendoors_desktop.mail.frames import Attachment, MessageHeaders
from tests.mail.message_builders import Case, case


class OnceReader(policy.EmailPolicy):
    """The standard library's reader, but it reads each field once, not at every look."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return _field(name, value)


@lru_cache(maxsize=4096)
def _field(name: str, value: str) -> Any:
    return policy.default.header_fetch_parse(name, value)


READER = OnceReader()


def read(message: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(message, policy=READER))


def shown(text: str) -> str:
    """A header's text as a reader shows it: trimmed, a tab as a blank."""
    return text.replace("\t", " ").strip()


def lines_of(text: str) -> str:
    """A body as a reader gives it back: line ends alike, one at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return text if text.endswith("\n") else text + "\n"


def wire(address: str) -> str:
    found = parse_address(address)
    assert isinstance(found, Address)
    return found.text


def expect_head(found: EmailMessage, head: MessageHeaders, subject: str) -> None:
    names = ["From", "Reply-To"] if head.reply_to is not None else ["From"]
    names += ["To", "Subject", "Date", "Message-ID"]
    names += ["In-Reply-To"] if head.in_reply_to is not None else []
    names += ["References"] if head.references else []
    names += ["List-Unsubscribe"] if head.list_unsubscribe_url or head.list_unsubscribe_mailto else []
    names += ["List-Unsubscribe-Post"] if head.list_unsubscribe_url else []
    names += [name for name, _ in head.extra]
    names += ["MIME-Version", "Content-Type"]
    assert [name for name in found if name != "Content-Transfer-Encoding"] == names
    for field, address, name in (("From", head.from_address, head.from_name), ("To", head.to_address, head.to_name)):
        (one,) = cast(Any, found[field]).addresses
        assert one.addr_spec == wire(address)
        # The new reader puts blanks between neighbouring encoded words of a name; the old one knows RFC 2047, 6.2.
        raw = next(value for key, value in found.raw_items() if key == field)
        several = str(raw).count("=?utf-8?b?") > 1
        display_name = str(make_header(decode_header(parseaddr(str(raw))[0]))) if several else one.display_name
        assert display_name == re.sub("  +", " ", shown(name))
    assert found["Subject"] == shown(subject)
    assert cast(Any, found["Date"]).datetime == datetime.fromtimestamp(head.date, UTC)
    assert cast(Any, found["Date"]).datetime.utcoffset().total_seconds() == head.utc_offset * 60
    assert found["Message-ID"] == head.message_id
    assert found["In-Reply-To"] == head.in_reply_to
    if head.references:
        kept = list(dict.fromkeys(head.references))
        assert found["References"].split() == (kept if len(kept) <= 21 else [kept[0], *kept[-20:]])
    urls = [f"<{url}>" for url in (head.list_unsubscribe_url, head.list_unsubscribe_mailto) if url]
    assert (found["List-Unsubscribe"] or "") == ", ".join(urls)
    assert found["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if head.list_unsubscribe_url else None)
    for name, value in head.extra:
        assert found[name] == shown(value)


def expect_parts(found: EmailMessage, of: Case) -> None:
    draft = of.draft
    text = found.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == lines_of(draft.text)
    html = found.get_body(("html",))
    assert (html is None) == (draft.html is None)
    if html is not None:
        assert html.get_content().replace("\r\n", "\n") == lines_of(draft.html or "")
    files = list(found.iter_attachments()) if of.attachments else []
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in files] == [
        (shown(file.name) or "attachment", file.data) for file in of.attachments
    ]


def expect_form(message: bytes, found: EmailMessage) -> None:
    """Seven bits, CRLF alone, no line too long, fields folded where they can be, nothing a reader complains of."""
    assert message.isascii()
    assert message.count(b"\r") == message.count(b"\n") == message.count(b"\r\n")
    assert max(map(len, message.split(b"\r\n"))) <= 998
    head = message.partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        name, _, value = line.rpartition(b": ")
        assert len(line) <= 78 or b" " not in value.strip() or name in (b"From", b"To"), line
    for part in found.walk():
        assert part.defects == []
        assert all(not cast(Any, value).defects for value in part.values())


def expect_same(seed: int) -> None:
    of = case(seed)
    message = compose(of.draft)
    found = read(message)
    expect_form(message, found)
    expect_head(found, of.draft.headers, of.draft.subject)
    expect_parts(found, of)


@pytest.mark.parametrize("block", [0, *(pytest.param(block, marks=pytest.mark.slow) for block in range(1, 10))])
def test_ten_thousand_drafts_are_read_as_they_were_meant(block):
    for seed in range(block * 1000, (block + 1) * 1000):
        try:
            expect_same(seed)
        except AssertionError as error:
            raise AssertionError(f"draft {seed}: {error}") from error


HEAD = MessageHeaders("ann@example.com", "Ann", "bob@example.net", "Bob", "<1@example.com>", 0)


def draft(subject: str = "Hello", text: str = "Hi", html: str | None = None, **changes: Any) -> Draft:
    return Draft(msgspec.structs.replace(HEAD, **changes), subject, text, html)


def problem(of: Draft) -> MessageProblem:
    with pytest.raises(MessageProblem) as caught:
        compose(of)
    return caught.value


def test_the_same_draft_gives_the_same_bytes():
    of = case(11).draft

    assert compose(of) == compose(of)


def test_a_text_alone_is_one_plain_part():
    message = compose(draft(text="Hi Bob,\n\n.\nbye"))

    assert message.decode("ascii") == (
        "From: Ann <ann@example.com>\r\nTo: Bob <bob@example.net>\r\nSubject: Hello\r\n"
        "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 7bit\r\n'
        "\r\nHi Bob,\r\n\r\n.\r\nbye\r\n"
    )


@pytest.mark.parametrize(
    "text,encoding",
    [
        ("plain\n" * 50, "7bit"),
        ("a\r\nb\rc", "7bit"),
        ("a" * 998, "7bit"),
        ("a" * 999, "quoted-printable"),
        ("grüße und viel mehr gewöhnlicher Text", "quoted-printable"),
        ("山田太郎さん", "base64"),
        ("bell \x07", "quoted-printable"),
        ("looks like a boundary --=_x", "quoted-printable"),
    ],
)
def test_the_encoding_is_the_plainest_that_will_do(text, encoding):
    head, _, content = body_part(b"text/plain", text).partition(b"\r\n\r\n")

    assert head.decode().endswith(f"Content-Transfer-Encoding: {encoding}")
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0"])
@pytest.mark.parametrize(
    "make,field",
    [
        (lambda evil: draft(subject=evil), "subject"),
        (lambda evil: draft(from_name=evil), "from name"),
        (lambda evil: draft(to_name=evil), "to name"),
        (lambda evil: draft(extra=(("X-Note", evil),)), "X-Note"),
    ],
)
def test_T76_a_line_end_in_a_header_is_refused_by_the_fields_name(make, field, break_):
    found = problem(make(f"A{break_}Bcc: x@example.org"))

    assert (found.code, found.fields) == (RenderCode.HEADER_INJECTION, (field,))


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x85", "\u2028"])
def test_T76_a_line_end_in_the_name_of_an_attachment_is_refused(break_):
    with pytest.raises(MessageProblem) as caught:
        encoded_attachment(Attachment(f"a{break_}.txt", "text/plain", b""))

    assert (caught.value.code, caught.value.fields) == (RenderCode.HEADER_INJECTION, ("attachment name",))


@pytest.mark.parametrize("field", ["from_address", "to_address", "reply_to"])
@pytest.mark.parametrize(
    "address",
    ["", "bob", "bob@example.com\r\nBcc: x@example.org", "müller@example.com", "a b@example.com", "a@b@example.com"],
)
def test_T73_an_address_that_cannot_be_written_to_is_a_value_with_the_field(field, address):
    found = problem(draft(**{field: address}))

    assert (found.code, found.fields) == (
        RenderCode.BAD_ADDRESS,
        (field.partition("_")[0].replace("reply", "reply-to"),),
    )


@pytest.mark.parametrize(
    "change,code",
    [
        ({"message_id": "no brackets@example.com"}, RenderCode.BAD_HEADER),
        ({"message_id": "<a@example.com>\r\nBcc: x@example.org"}, RenderCode.BAD_HEADER),
        ({"in_reply_to": "<a b@example.com>"}, RenderCode.BAD_HEADER),
        ({"list_unsubscribe_url": "http://example.com/u"}, RenderCode.BAD_HEADER),
        ({"list_unsubscribe_url": "https://example.com/u>\r\nBcc: x"}, RenderCode.BAD_HEADER),
        ({"list_unsubscribe_url": "https://example.com/" + "u" * 900}, RenderCode.BAD_HEADER),
        ({"list_unsubscribe_mailto": "u@example.com"}, RenderCode.BAD_HEADER),
        ({"extra": (("Bcc", "x@example.org"),)}, RenderCode.BAD_HEADER),
        ({"extra": (("Content-Type", "text/html"),)}, RenderCode.BAD_HEADER),
        ({"extra": (("X Bad", "x"),)}, RenderCode.BAD_HEADER),
        ({"from_name": "half \ud83d"}, RenderCode.BAD_VALUE),
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(change, code):
    assert problem(draft(**change)).code is code


def test_a_broken_character_in_the_name_of_an_attachment_is_refused():
    with pytest.raises(MessageProblem) as caught:
        encoded_attachment(Attachment("half \ud83d", "text/plain", b""))

    assert caught.value.code is RenderCode.BAD_VALUE


def test_an_id_in_references_that_is_none_is_left_out():
    message = read(compose(draft(references=("<a@example.com>", "nonsense here", "<b@example.com>"))))

    assert message["References"] == "<a@example.com> <b@example.com>"
    assert read(compose(draft(references=("nonsense",))))["References"] is None


@pytest.mark.parametrize("length", [40, 200, 800])
def test_T57_fault_42_an_address_to_unsubscribe_at_arrives_as_it_is(length):
    url = "https://example.com/u/" + "x" * length
    message = compose(draft(list_unsubscribe_url=url, list_unsubscribe_mailto="mailto:u@example.com?subject=stop"))

    assert f"<{url}>".encode() in message
    assert b"<mailto:u@example.com?subject=stop>" in message
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in message
    assert message.count(b"\nList-Unsubscribe:") == 1


def test_the_mailto_alone_promises_no_one_click():
    message = compose(draft(list_unsubscribe_mailto="mailto:u@example.com"))

    assert b"List-Unsubscribe: <mailto:u@example.com>\r\n" in message
    assert b"List-Unsubscribe-Post" not in message
    assert b"List-Unsubscribe" not in compose(draft())


def test_nothing_marks_the_message_as_automatic():
    assert b"Auto-Submitted" not in compose(draft(html="<p>Hi</p>"))


def test_an_international_domain_goes_out_in_a_labels():
    message = read(compose(draft(to_address="bob@Bücher.example.com", reply_to="ann@bücher.example.com")))

    assert message["To"].addresses[0].addr_spec == "bob@xn--bcher-kva.example.com"
    assert message["Reply-To"] == "ann@xn--bcher-kva.example.com"


@pytest.mark.parametrize(
    "media_type", ["multipart/mixed", "message/rfc822", "text", "a/b; name=x", "", "text/\r\nX: y"]
)
def test_a_media_type_that_cannot_be_is_an_octet_stream(media_type):
    part = encoded_attachment(Attachment("a.bin", media_type, b"x"))

    assert part.startswith(b"Content-Type: application/octet-stream\r\n")


def test_fault_38_ten_thousand_characters_of_name_are_folded():
    for name in ("x" * 10_000, "wörd " * 2_000, "word " * 2_000):
        message = compose(draft(subject=name, to_name=name))

        assert max(map(len, message.split(b"\r\n"))) <= 998
        assert read(message)["Subject"] == name.strip()
