"""From the bytes of a mail to what the rules ask of it: who wrote, to which message, what, and what came with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from opendoors_desktop.domain.message_ids import message_ids
from opendoors_desktop.mail.mime import Fields, Part, decoded, take_apart

_KNOWN_FIELDS: Final = frozenset(
    "from to cc bcc sender reply-to subject date message-id received return-path mime-version content-type "
    "delivered-to in-reply-to references x-mailer envelope-to resent-from".split()
)
_ADDRESS = re.compile(r"<\s*([^<>\s]*@[^<>\s]*|)\s*>|([^\s<>()\",;:]+@[^\s<>()\",;:]+)")
_COMMENT = re.compile(r"\(([^()]*)\)")
_QUOTED_NAME = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
MOST_ADDRESSES: Final = 500


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person or machine as a field names it: bare address ("" where there is none) and decoded name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class FileInMail:
    """A file that came with a mail; `size` is that of its bytes as they stand in the mail."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail taken apart.

    `date` is the mail's own, in UTC; `written_on` the day it was where the writer is. `text` is what is to be read as
    plain text ("" where there is HTML alone), `html` the HTML body. `returned` is the message, or its head, that a
    report brings back. Ids are in angle brackets. `data` is the mail as it came.
    """

    root: Part
    subject: str
    sender: Mailbox
    written_on: date | None
    date: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    files: tuple[FileInMail, ...]
    returned: Fields | None
    data: bytes = field(repr=False)

    @property
    def fields(self) -> Fields:
        """The header fields of the mail itself."""
        return self.root.fields

    @property
    def return_path(self) -> str | None:
        """The envelope's sender, "" for the null one of bounces; None where the mail doesn't say it."""
        value = self.fields.raw("return-path")
        if "return-path" not in self.fields:
            return None
        found = _ADDRESS.search(value)
        return "" if found is None else found[1] or found[2] or ""

    def addresses(self, name: str) -> tuple[str, ...]:
        """The bare addresses in the fields of that name."""
        return tuple(mailbox.address for value in self.fields.all(name) for mailbox in mailboxes(value))


def read_mail(data: bytes) -> InboundMail | None:
    """The mail that `data` is; None where it has not one header field that mails have. Never raises."""
    root = take_apart(data)
    if not any(name in _KNOWN_FIELDS for name, _ in root.fields.items):
        return None
    fields = root.fields
    text, html, files = _bodies(root)
    senders = mailboxes(fields.raw("from")) or mailboxes(fields.raw("sender"))
    own_id = message_ids(fields.raw("message-id"))
    written_at = _instant(fields.raw("date")) or _instant(fields.raw("received").rpartition(";")[2])
    return InboundMail(
        root=root,
        subject=fields.text("subject"),
        sender=senders[0] if senders else Mailbox("", decoded(fields.raw("from"))),
        date=written_at.astimezone(UTC) if written_at else None,
        written_on=written_at.date() if written_at else None,
        message_id=own_id[0] if own_id else "",
        in_reply_to=message_ids(fields.raw("in-reply-to")),
        references=message_ids(fields.raw("references")),
        text=text,
        html=html,
        files=files,
        returned=_returned(root),
        data=data,
    )


def mailboxes(value: str) -> list[Mailbox]:
    """Whom an address field names, groups and comments undone; those without an @ are left out."""
    found = []
    for piece in _pieces(value[: 300 * MOST_ADDRESSES]):
        quoted = _QUOTED_NAME.search(piece)
        unquoted = _QUOTED_NAME.sub(" ", piece) if quoted and "<" in piece.replace(quoted[0], "") else piece
        address = _ADDRESS.search(_COMMENT.sub(" ", unquoted))
        if address is not None and (address[1] or address[2]):
            comment = _COMMENT.search(unquoted)
            name = (
                quoted[1]
                if quoted
                else comment[1]
                if comment
                else unquoted[: unquoted.find("<")]
                if "<" in unquoted
                else ""
            )
            found.append(Mailbox((address[1] or address[2]).strip("'\""), decoded(name)))
    return found[:MOST_ADDRESSES]


_SEPARATORS = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|\([^()]*\)|<[^<>]*>)|[,;]")


def _pieces(value: str) -> Iterator[str]:
    """An address field cut at its commas, but not inside names, comments and brackets."""
    start = 0
    for found in _SEPARATORS.finditer(value):
        if found[1] is None:
            yield value[start : found.start()]
            start = found.end()
    yield value[start:]


def _instant(value: str) -> datetime | None:
    """An RFC 5322 date in its own zone, or None for what is none; one without a zone is taken as UTC."""
    try:
        found = parsedate_to_datetime(decoded(value[:200]))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # the first and last days there are have none
        return aware
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _bodies(root: Part) -> tuple[str, str, tuple[FileInMail, ...]]:
    """The plain text, the HTML and the files; messages inside count as files, and nothing of theirs is read."""
    texts: list[str] = []
    htmls: list[str] = []
    files: list[FileInMail] = []
    for part, is_told_twice in _outer_parts(root):
        is_text = part.media_type in ("text/plain", "text") or not part.media_type.strip("/")
        if (is_text or part.media_type == "text/html") and not part.is_attachment and not (part.file_name and texts):
            (texts if is_text else htmls).append(part.text)
        elif not is_told_twice and not part.media_type.startswith("multipart/"):
            files.append(FileInMail(part.file_name, part.media_type, len(part.body)))
    if root.media_type == "multipart/report":
        texts, htmls = texts[:1], htmls[:1]
    return "\n".join(text for text in texts if text.strip()), "\n".join(htmls), tuple(files)


def _outer_parts(root: Part) -> Iterator[tuple[Part, bool]]:
    """The parts of the mail itself, with whether each is one of several forms of the same."""
    waiting = [(root, False)]
    while waiting:
        part, is_told_twice = waiting.pop()
        if part.parts and part.media_type.startswith("multipart/"):
            is_alternative = part.media_type == "multipart/alternative"
            waiting.extend((inner, is_alternative) for inner in reversed(part.parts))
        elif part.media_type.startswith("multipart/"):
            yield Part(part.fields, "text/plain", part.parameters, part.body), False
        else:
            yield part, is_told_twice


def _returned(root: Part) -> Fields | None:
    """The head of the message that the mail brings back as a part, or None."""
    for part in root.walk():
        if part is root:
            continue
        if part.media_type in ("message/rfc822", "message/global") and part.parts:
            return part.parts[0].fields
        if part.media_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            return take_apart(part.content.lstrip()).fields
    return None
