"""Writes a message by hand, in exactly the shapes we send: 7-bit, CRLF, no line over 998 octets."""

from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from opendoors_desktop.mail.frames import Attachment, MessageHeaders
from opendoors_desktop.mail.head import (
    LONGEST_LINE,
    date_line,
    extra_line,
    file_name,
    id_line,
    mailbox_line,
    references_line,
    text_line,
    unsubscribe_lines,
)

_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_ASCII: Final = bytes(range(0x80))
_own_line = lru_cache(maxsize=256)(mailbox_line)
_TOKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-")


@dataclass(frozen=True, slots=True)
class Draft:
    """All that goes into one message; `html` None for text alone, `attachments` as `encoded_attachment` gives them."""

    headers: MessageHeaders
    subject: str
    text: str
    html: str | None = None
    attachments: Sequence[bytes] = ()


def compose(draft: Draft) -> bytes:
    """The message as it will leave, the same bytes for the same draft.

    Shapes: text alone; multipart/alternative of text and HTML; either in a multipart/mixed with its attachments.
    MessageProblem for an address that can't be written to, an id or URL that is none, and for any line end or
    control character in a header, with the field's name.
    """
    boundary = b"=_" + blake2b(draft.headers.message_id.encode("utf-8", "replace"), digest_size=12).hexdigest().encode()
    content = body_part(b"text/plain", draft.text)
    if draft.html is not None:
        content = _multipart(b"alternative", boundary + b"a", (content, body_part(b"text/html", draft.html)))
    if draft.attachments:
        content = _multipart(b"mixed", boundary + b"m", (content, *draft.attachments))
    return b"".join((_head(draft.headers, draft.subject), b"MIME-Version: 1.0\r\n", content))


def body_part(media_type: bytes, text: str) -> bytes:
    """Head and content of a text part: as it is where it is plain ASCII in short lines, else quoted-printable, or
    base64 where most of it is not ASCII. Line ends become CRLF; half surrogate pairs become question marks.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    raw = text.replace("\n", "\r\n").encode("utf-8", "replace")
    if not raw.translate(None, _PRINTABLE) and _is_short_lined(raw) and b"=_" not in raw:
        encoding, content = b"7bit", raw
    elif len(raw.translate(None, _ASCII)) * 6 <= len(raw):
        encoding, content = b"quoted-printable", b2a_qp(raw, istext=True)
    else:
        encoding, content = b"base64", base64_lines(raw)
    return b'Content-Type: %b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b' % (
        media_type,
        encoding,
        content,
    )


def encoded_attachment(attachment: Attachment) -> bytes:
    """Head and content of an attachment's part; MessageProblem for a name with a line end or control character.

    A media type that is none, or of a kind whose parts may not be base64, becomes application/octet-stream.
    """
    kind = attachment.media_type.lower()
    main, _, sub = kind.partition("/")
    if main in ("", "multipart", "message") or not sub or not _TOKEN.issuperset(main + sub):
        kind = "application/octet-stream"
    disposition = f"Content-Disposition: attachment{file_name(attachment.name)}\r\n"
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n"
    return head.encode("ascii") + base64_lines(attachment.data)


def base64_lines(data: bytes) -> bytes:
    """Base64 in lines of 76 characters, each with CRLF."""
    encoded = b64encode(data)
    return b"".join([encoded[at : at + 76] + b"\r\n" for at in range(0, len(encoded), 76)]) or b"\r\n"


def _head(headers: MessageHeaders, subject: str) -> bytes:
    """All header fields but those of MIME."""
    lines = [
        _own_line("From", headers.from_address, headers.from_name),
        mailbox_line("To", headers.to_address, headers.to_name),
        text_line("Subject", subject),
        date_line(headers.date, headers.utc_offset),
        id_line("Message-ID", headers.message_id),
    ]
    if headers.reply_to is not None:
        lines.insert(1, _own_line("Reply-To", headers.reply_to, ""))
    if headers.in_reply_to is not None:
        lines.append(id_line("In-Reply-To", headers.in_reply_to))
    if headers.references:
        lines.append(references_line(headers.references))
    lines.append(unsubscribe_lines(headers.list_unsubscribe_mailto, headers.list_unsubscribe_url))
    lines += [extra_line(name, value) for name, value in headers.extra]
    return "".join(lines).encode("ascii")


def _multipart(kind: bytes, boundary: bytes, parts: Sequence[bytes]) -> bytes:
    pieces = [b'Content-Type: multipart/%b; boundary="%b"\r\n' % (kind, boundary)]
    for part in parts:  # the line end before a boundary belongs to it, not to the part above (RFC 2046, 5.1.1)
        pieces += (b"\r\n--", boundary, b"\r\n", part)
    pieces += (b"\r\n--", boundary, b"--\r\n")
    return b"".join(pieces)


def _is_short_lined(raw: bytes) -> bool:
    return len(raw) <= LONGEST_LINE or max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
