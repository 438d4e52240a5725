"""The values that cross the pipes between the program and its children, and how a batch of them becomes bytes."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from opendoors_desktop.domain.inbound import Reading

LONGEST_FRAME = 256 * 1024 * 1024
_PREFIX = 4


class FrameError(ValueError):
    """What came through a pipe is no frame; the other side is gone or mad, and its process must be ended."""


class Value(msgspec.Struct, frozen=True, array_like=True):
    """The common shape of everything in a frame: a short tagged array, compared by value."""


class Attachment(Value, frozen=True):
    """A file that goes with every message of a template; `media_type` such as "application/pdf"."""

    name: str
    media_type: str
    data: bytes


class TemplateSource(Value, frozen=True, tag="template"):
    """All of a message that is the same for many contacts.

    `id` is the caller's name for exactly this content (a hash of it): the same id never means another text.
    `body` is HTML when `is_html`, else plain text; `text` is an own text part for an HTML body (None: made from it).
    Subject, body, text and opt-out line are templates unless `is_literal`, when braces in subject, body and text
    mean themselves (an email edited by hand). Signature and postal address are always taken as they stand.
    `opt_out` may use `{{ unsubscribe_url }}`. An empty subject means a reply in the thread of the message before;
    `is_reply` that the subject is the thread's own, which this message answers.
    """

    id: str
    subject: str
    body: str
    is_html: bool
    text: str | None = None
    signature_html: str = ""
    signature_text: str = ""
    opt_out: str = ""
    postal_address: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_literal: bool = False
    is_reply: bool = False


class MessageHeaders(Value, frozen=True):
    """What stands in the head of one message, the subject excepted.

    Addresses are bare (`ann@example.com`), names are decoded text and may be empty. Ids carry their angle brackets.
    `date` is seconds since 1970 UTC, written with `utc_offset` (minutes east). `list_unsubscribe_mailto` is a
    `mailto:` URL, `list_unsubscribe_url` an https one that answers a one-click POST (RFC 8058). `thread_subject` is
    that of the email which began the thread, answered where the template's is empty. `extra` are further headers by
    name (plain ASCII names).
    """

    from_address: str
    from_name: str
    to_address: str
    to_name: str
    message_id: str
    date: int
    utc_offset: int = 0
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    list_unsubscribe_mailto: str | None = None
    list_unsubscribe_url: str | None = None
    thread_subject: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


class ForgetTemplate(Value, frozen=True, tag="forget"):
    """The template won't be used again."""

    template_id: str


class Tracking(Value, frozen=True):
    """What an email's HTML is given to tell whether it was opened and which of its links were followed.

    `pixel_url` is the address of the picture whose loading tells of an open ("": there is none). `click_url` stands
    before the token of each link ("": links stay as they are), made with `click_key` for `email_id`. Links that begin
    with `kept` are never changed.
    """

    email_id: UUID
    pixel_url: str = ""
    click_url: str = ""
    click_key: bytes = b""
    kept: str = ""

    def __repr__(self) -> str:
        return f"Tracking({self.email_id}, click_key=***)"


class RenderJob(Value, frozen=True, tag="render"):
    """One message to be made: a template, one contact's fields (plain values, nested dicts allowed) and its head.

    Without `tracking` the message carries no trace of any.
    """

    id: UUID
    template_id: str
    variables: dict[str, object]
    headers: MessageHeaders
    tracking: Tracking | None = None


class Built(Value, frozen=True, tag="built"):
    """The message as it will leave: complete, CRLF, 7-bit; `sha256` is its digest, `subject` its decoded subject.

    `links` are the addresses that were replaced by signed ones, in the order of their numbers, from 1; `has_pixel`
    says that it tells when it is opened.
    """

    id: UUID
    message: bytes
    sha256: bytes
    subject: str
    links: tuple[str, ...] = ()
    has_pixel: bool = False


class RenderFailed(Value, frozen=True, tag="unrendered"):
    """No message could be made for this contact; nothing else of the batch is touched.

    `code` is one of mail.errors.RenderCode; `fields` names the variables or header fields at fault, `detail` says
    where (line, value's kind).
    """

    id: UUID
    code: str
    title: str
    detail: str = ""
    fields: tuple[str, ...] = ()


Security: TypeAlias = Literal["tls", "starttls", "none"]
Auth: TypeAlias = Literal["none", "password", "oauth"]


class SmtpSettings(Value, frozen=True):
    """How a mailbox's mail host is reached; times in seconds.

    `security` "none" is refused but to loopback, unless `allows_plaintext`. `ca_file` is trusted instead of the
    system's authorities. `dot_timeout` is the wait for the answer to a message handed over whole (RFC 5321, 4.5.3.2.6).
    """

    host: str
    port: int
    security: Security = "starttls"
    username: str = ""
    auth: Auth = "password"
    allows_plaintext: bool = False
    ca_file: str | None = None
    helo_name: str = "[127.0.0.1]"
    connect_timeout: float = 30.0
    reply_timeout: float = 120.0
    body_timeout: float = 180.0
    dot_timeout: float = 600.0
    idle_limit: float = 240.0


class SmtpFailure(Value, frozen=True):
    """Why a session couldn't be had or broke.

    `phase` is the word of the SMTP phase (connect, ehlo, starttls, auth, mail, rcpt, data, dot, quit); `code` 0 and
    `status` "" where the server said nothing. `cause` is a stable word: reply, dns, refused, timeout, closed, tls,
    not_smtp, no_starttls, no_auth, plaintext, bad_reply.
    """

    phase: str
    code: int
    status: str
    text: str
    cause: str


class Open(Value, frozen=True, tag="open"):
    """Bring the mailbox to this many connections; asking again adds the missing ones."""

    mailbox_id: UUID
    settings: SmtpSettings
    secret: str
    connections: int

    def __repr__(self) -> str:
        return f"Open({self.mailbox_id}, {self.settings.host}:{self.settings.port}, secret=***, {self.connections})"


class Close(Value, frozen=True, tag="close"):
    """Say goodbye on the mailbox's connections, those in the middle of a message when it is over."""

    mailbox_id: UUID


class Transmission(Value, frozen=True):
    """One stored message and its envelope; the addresses bare, ASCII, domains as A-labels."""

    id: UUID
    sender: str
    recipient: str
    message: bytes


class Transmit(Value, frozen=True, tag="transmit"):
    """Hand this message over on that ready connection."""

    mailbox_id: UUID
    connection: int
    transmission: Transmission


class Ready(Value, frozen=True, tag="ready"):
    """The connection is logged in and idle."""

    mailbox_id: UUID
    connection: int


class ConnectFailed(Value, frozen=True, tag="unconnected"):
    """No (further) connection could be had; the mailbox keeps `connections` living ones. One event per `open`."""

    mailbox_id: UUID
    failure: SmtpFailure
    connections: int


class Closed(Value, frozen=True, tag="closed"):
    """An idle connection is gone (server's time-out, goodbye, restart of the child)."""

    mailbox_id: UUID
    connection: int
    text: str = ""


class Accepted(Value, frozen=True, tag="accepted"):
    """The server took responsibility; `server_id` is the id its answer names, or ""."""

    id: UUID
    mailbox_id: UUID
    connection: int
    code: int
    text: str
    server_id: str
    is_ready: bool


class Refused(Value, frozen=True, tag="refused"):
    """The server answered no (4xx or 5xx) at `phase`: certainly not sent. Not `is_ready`: the connection is gone."""

    id: UUID
    mailbox_id: UUID
    connection: int
    phase: str
    code: int
    status: str
    text: str
    is_ready: bool


class Lost(Value, frozen=True, tag="lost"):
    """The connection broke at `phase`: at "dot" the outcome is unknown, before it the message is certainly unsent."""

    id: UUID
    mailbox_id: UUID
    connection: int
    phase: str
    text: str
    cause: str = "closed"


class ReadJob(Value, frozen=True, tag="read"):
    """A mail to be read; `own_lines` are lines of ours (the opt-out line) that it may quote."""

    number: int
    data: bytes
    own_lines: tuple[str, ...] = ()


class ReadDone(Value, frozen=True, tag="done"):
    """What the mail of a job is; None for bytes that are no mail."""

    number: int
    reading: Reading | None


class ChildStarted(Value, frozen=True, tag="started"):
    """A child is up; the first thing each of them says."""

    kind: str
    pid: int


class ChildEnded(Value, frozen=True, tag="ended"):
    """A child ended unasked and is started again; `text` says how it ended. Made by the parent."""

    kind: str
    text: str


ToRender: TypeAlias = TemplateSource | ForgetTemplate | RenderJob
ToPost: TypeAlias = Open | Close | Transmit
FromReader: TypeAlias = ReadDone | ChildStarted
FromRender: TypeAlias = Built | RenderFailed | ChildStarted
FromPost: TypeAlias = Ready | ConnectFailed | Closed | Accepted | Refused | Lost | ChildStarted
PostEvent: TypeAlias = (
    Built | RenderFailed | Ready | ConnectFailed | Closed | Accepted | Refused | Lost | ChildStarted | ChildEnded
)

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
to_render_decoder = msgspec.msgpack.Decoder(list[ToRender])
to_post_decoder = msgspec.msgpack.Decoder(list[ToPost])
from_render_decoder = msgspec.msgpack.Decoder(list[FromRender])
to_reader_decoder = msgspec.msgpack.Decoder(list[ReadJob])
from_reader_decoder = msgspec.msgpack.Decoder(list[FromReader])
from_post_decoder = msgspec.msgpack.Decoder(list[FromPost])


def packed(value: Value) -> msgspec.Raw:
    """A value ready to be put into a frame; TypeError, ValueError or OverflowError for one that can't be written."""
    return msgspec.Raw(_encoder.encode(value))


def frame(values: Iterable[Value | msgspec.Raw]) -> bytes:
    """One frame holding the values: four bytes of length (big-endian), then a MessagePack list.

    Raises TypeError, ValueError or OverflowError for a value that can't be written.
    """
    body = _encoder.encode(list(values))
    return len(body).to_bytes(_PREFIX, "big") + body


class FrameReader:
    """Cuts a stream of bytes into the bodies of frames; holds what is incomplete."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Each frame's body completed by `data`, in order; FrameError for an impossible length."""
        held = self._held
        held += data
        start, end = 0, len(held)
        while end - start >= _PREFIX:
            size = int.from_bytes(held[start : start + _PREFIX], "big")
            if size > LONGEST_FRAME:
                raise FrameError(f"a frame of {size} bytes was announced")
            if end - start - _PREFIX < size:
                break
            start += _PREFIX
            yield bytes(held[start : start + size])
            start += size
        del held[:start]
