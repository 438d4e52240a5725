"""One leased mailbox at work: what is claimed, built, being sent, and which lines of its queue may be read when."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from opendoors_desktop.domain.action import Send
from opendoors_desktop.domain.pacing import NEVER, Candidate, PaceBook
from opendoors_desktop.domain.read_times import ReadState
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.mail.frames import Accepted, Built, Lost, Refused, RenderFailed, SmtpFailure
from opendoors_desktop.store.enrollments import Pair
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import Lane, Ticket
from opendoors_desktop.store.singles import Single
from opendoors_desktop.store.standings import Standing

Result: TypeAlias = Accepted | Refused | Lost | RenderFailed
"""What ends a job: the mail host's answer, a broken connection, or a message that can't be made."""


@dataclass(slots=True)
class Job:
    """One claimed email on its way through rendering, the gate and the wire.

    `message` is set once it is built (or was stored by an earlier attempt), `subject` with it; `links` and `has_pixel`
    say what is tracked of one that was just built. `standing` is the
    enrollment as it was claimed, `decision` its step; an email outside the queue has its `single`, and those two only
    if it is a manual step's. `epoch` names the turns since which nobody else has changed an enrollment (None: unknown);
    `begun_at` is when it was given leave to be sent. `order_id` names the order to render it: a message made by an
    earlier order, from texts that were changed since, is none of its.
    """

    outgoing_id: UUID
    kind: EmailKind
    message_id: str
    to_address: str
    address_key: str
    candidate: Candidate
    slot_at: datetime
    claimed_at: datetime
    attempts: int
    first_attempted_at: datetime | None
    standing: Standing | None = None
    decision: Send | None = None
    variant_id: str | None = None
    single: Single | None = None
    epoch: int | None = None
    begun_at: datetime | None = None
    order_id: UUID | None = None
    message: bytes | None = None
    sha256: bytes = b""
    subject: str = ""
    links: tuple[str, ...] = ()
    has_pixel: bool = False

    @property
    def step_id(self) -> UUID | None:
        """The step of a sequence's email."""
        return None if self.decision is None else self.decision.step.id


@dataclass(slots=True)
class Line:
    """One pair's lane as the scheduler knows it: nobody in it is due before `next_at` (None: not known, look)."""

    pair: Pair
    sequence: Sequence
    next_at: datetime | None = None


@dataclass(slots=True)
class Desk:
    """A mailbox whose lease is ours, with all that is in memory about it; born when the lease is taken.

    `claimed` holds every job from claim to record. `orders` are the orders to render that are under way, each with its
    job. `built` ones wait for a connection, the first built first; `sending` ones were begun. `idle` are connections
    that wait for work; `is_opening`: more were asked for. Nobody is due before `look_at`, and no email outside the
    queue before `single_at` (None: not known). `results` are answers not yet written down, `failure` why no connection
    could be had. `placed` are rows that went into lines of others. `held_at` is when the host's present trouble was
    noticed. `is_torn`: a write failed, or the store's counts say otherwise than the book, so that it has to be read
    anew. `is_lost`: the lease has run out. `reading` is what an email that is due has to wait for, if it has to.
    """

    mailbox: Mailbox
    lease: Lease
    book: PaceBook
    claimed: dict[UUID, Job] = field(default_factory=dict)
    built: dict[UUID, Job] = field(default_factory=dict)
    sending: set[UUID] = field(default_factory=set)
    orders: dict[UUID, UUID] = field(default_factory=dict)
    idle: deque[int] = field(default_factory=deque)
    living: int = 0
    is_opening: bool = False
    lines: dict[tuple[UUID, Lane], Line] = field(default_factory=dict)
    look_at: datetime | None = None
    single_at: datetime | None = None
    results: list[Result] = field(default_factory=list)
    failure: SmtpFailure | None = None
    placed: list[Ticket] = field(default_factory=list)
    held_at: datetime | None = None
    is_torn: bool = False
    is_lost: bool = False
    reading: ReadState = ReadState.READ

    @property
    def waiting(self) -> int:
        """How many emails are claimed and not yet begun."""
        return len(self.claimed) - len(self.sending)

    def next_look(self, now: datetime) -> datetime | None:
        """When to look again though nothing is heard; None while somebody is due and an answer will lead back here."""
        is_busy = bool(self.claimed) or self.is_opening or self.reading is not ReadState.READ
        return None if is_busy and self.look_at is not None and self.look_at <= now else self.look_at

    def set_lines(self, sequences: Iterable[Sequence]) -> None:
        """Have one line for each lane of every sequence that may be read; what waits in others is not looked at."""
        self.lines = {
            (sequence.id, lane): Line(Pair(self.mailbox.id, sequence.id, lane), sequence)
            for sequence in sequences
            for lane in (Lane.RETRY, Lane.FOLLOW_UP, Lane.FIRST)
        }
        self.look_at = None

    def note(self, ticket: Ticket | None) -> None:
        """Take notice of a row that came into the queue: if it is one of ours, look no later than it says."""
        if ticket is None:
            return
        if ticket.mailbox_id != self.mailbox.id:
            self.placed.append(ticket)
            return
        line = self.lines.get((ticket.sequence_id, ticket.lane))
        if line is not None and line.next_at is not None and ticket.wake_at < line.next_at:
            line.next_at = ticket.wake_at
        if self.look_at is not None and ticket.wake_at < self.look_at:
            self.look_at = ticket.wake_at

    def take_placed(self) -> list[Ticket]:
        """The rows that went into lines of others since the last call."""
        placed, self.placed = self.placed, []
        return placed

    def forget(self) -> None:
        """Look into every line anew: somebody else has changed the queue, or what was planned came to nothing."""
        self.look_at = None
        self.single_at = None
        for line in self.lines.values():
            line.next_at = None

    def reads(self, book: PaceBook) -> None:
        """Go by a book read from the journal, in which what is claimed and not begun has yet to be entered."""
        for key, job in self.claimed.items():
            if key not in self.sending:
                book.with_attempt(job.candidate, job.slot_at, job.claimed_at)
        self.book = book

    def order(self, job: Job, order_id: UUID) -> None:
        """A job's message has been ordered under this id."""
        job.order_id = order_id
        self.orders[order_id] = job.outgoing_id

    def built_for(self, built: Built) -> None:
        """A message is there, and its job now waits for a connection; one that was given back meanwhile is dropped."""
        outgoing_id = self.orders.pop(built.id, None)
        if outgoing_id is not None:
            job = self.claimed[outgoing_id]
            job.message, job.sha256, job.subject = built.message, built.sha256, built.subject
            job.links, job.has_pixel = built.links, built.has_pixel
            self.built[outgoing_id] = job

    def not_built(self, failed: RenderFailed) -> None:
        """No message can be made for an order; its job is to be recorded, unless it was given back meanwhile."""
        outgoing_id = self.orders.pop(failed.id, None)
        if outgoing_id is not None:
            self.results.append(msgspec.structs.replace(failed, id=outgoing_id))

    def looks_for_singles(self, outgoing_ids: Iterable[UUID]) -> None:
        """Ask anew when an email outside the queue is due, if one of these is such: it may have to go again."""
        if any(key in self.claimed and self.claimed[key].single is not None for key in outgoing_ids):
            self.single_at = self.look_at = None

    def drop(self, outgoing_id: UUID) -> None:
        """Forget a job that is recorded or given back, and the order to render it."""
        job = self.claimed.get(outgoing_id)
        if job is not None and job.order_id is not None:
            self.orders.pop(job.order_id, None)
        self.sending.discard(outgoing_id)
        self.built.pop(outgoing_id, None)
        self.claimed.pop(outgoing_id, None)

    def connection_lost(self, connection: int | None = None) -> None:
        """One connection less; an idle one is named."""
        self.living = max(0, self.living - 1)
        if connection is not None and connection in self.idle:
            self.idle.remove(connection)


def wakes_first(instants: Iterable[datetime | None]) -> datetime | None:
    """The earliest instant there is, None if there is none or none ever comes."""
    known = [instant for instant in instants if instant is not None and instant < NEVER]
    return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Room:
    """The workspace as the scheduler sees it now: what every desk shares.

    `is_stopped` is the emergency stop, `is_off` that this scheduler has no leave to send; nothing leaves under either.
    """

    sequences: Mapping[UUID, Sequence]
    mailboxes: Mapping[UUID, Mailbox]
    fallbacks: Mapping[str, str]
    opt_out_line: str
    postal_address: str
    is_stopped: bool
    is_off: bool = False
    erasure_key: bytes = field(repr=False, default=b"")
    public_url: str | None = None
    tracking_key: bytes = field(repr=False, default=b"")

    @property
    def sends(self) -> bool:
        """Whether any email may leave."""
        return not (self.is_stopped or self.is_off)
