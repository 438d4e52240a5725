"""Small builders for tests that send: a room with a mailbox, sequences and contacts, a post that keeps the time."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.clock import Clock, RealClock, VirtualClock, id_source
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.post import Post
from opendoors_desktop.mail.frames import PostEvent, RenderJob, Transmission
from opendoors_desktop.mail.template import variables_of
from opendoors_desktop.store import enrollments, mailboxes, sequence_changes, steps
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.secrets import MemorySecrets
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.types import as_instant, as_uuid
from tests.fakes.post import Answer, FakePost
from tests.fixtures_store import NOW, found_workspace
from tests.oracle import Capture

ANY_TIME = SendWindow(days=(True,) * 7)
UTC_ZONE = ZoneInfo("UTC")


def open_context(store: Store, folder: Path, clock: Clock | None = None) -> Context:
    """A context on a store whose clock stands at NOW, or on another clock."""
    clock = clock or VirtualClock(NOW)
    scope = found_workspace(store)
    bits = iter(range(1, 1 << 40))
    chance = None if isinstance(clock, RealClock) else lambda n: next(bits) * 0x9E3779B97F4A7C15 % (1 << n)
    new_id = id_source(clock) if chance is None else id_source(clock, chance)
    return Context(store=store, clock=clock, new_id=new_id, scope=scope, secrets=MemorySecrets(), data_dir=folder)


def add_mailbox(context: Context, address: str = "ann@example.com", *, port: int = 2525, **changes: Any) -> Mailbox:
    """A mailbox on loopback without limits; names of MailboxLimits among `changes` are limits."""
    key = context.new_id()
    limits = {name: changes.pop(name) for name in list(changes) if name in MailboxLimits.__slots__}
    zone = ZoneInfo(limits.pop("zone", "UTC"))
    mailbox = Mailbox(
        id=key,
        customer_id=context.scope.customer_id,
        workspace_id=context.scope.workspace_id,
        user_id=context.scope.user_id,
        address=address,
        from_name="Ann Sender",
        smtp=MailHost("127.0.0.1", port, Security.NONE),
        auth=changes.pop("auth", AuthMethod.NONE),
        limits=MailboxLimits(key, zone, **limits),
        **changes,
    )
    with context.store.write() as unit:
        mailboxes.add_mailbox(unit, mailbox, by=context.scope.user_id, now=context.clock.now())
        unit.changed(Topic.MAILBOXES)
    return mailbox


def email(days: float = 0, subject: str | None = "Hello {{ first_name }}", **more: Any) -> dict[str, Any]:
    """What an email step is made of, `days` after the step before."""
    wait = timedelta(days=days)
    delay = Delay(wait.days, wait.seconds // 3600, wait.seconds % 3600 // 60)
    body = {"body_template": "Dear {{ first_name }}, a word.", "delay": delay}
    return {"type": StepType.EMAIL, "subject_template": subject, **body, **more}


def task(days: int = 0, **more: Any) -> dict[str, Any]:
    """What a task step is made of."""
    return {"type": StepType.TASK, "task_title": "Write a card", "delay": Delay(days=days), **more}


def add_sequence(
    context: Context, mailbox: Mailbox, parts: Sequence[Mapping[str, Any]] = (), *, name: str = "Example", **more: Any
) -> UUID:
    """A running sequence of these steps (none: one email), without limits of its own, at any hour."""
    sequence_id, scope, now = context.new_id(), context.scope, context.clock.now()
    own = [
        Step(**{"id": context.new_id(), "sequence_id": sequence_id, "order": number, **part})
        for number, part in enumerate(parts or [email()], 1)
    ]
    usual = {"window": ANY_TIME, "max_emails_per_day": None, "throttle": timedelta()}
    settings = SequenceSettings(name, scope.user_id, default_mailbox_id=mailbox.id, **{**usual, **more})
    with context.store.write() as unit:
        owners = (scope.customer_id, scope.workspace_id)
        sequence_changes.add_sequence(unit, sequence_id, owners, settings, by=scope.user_id, now=now)
        steps.save_steps(unit, sequence_id, own, needs_of, now)
        sequence_changes.set_status(unit, sequence_id, SequenceStatus.ACTIVE, now)
        unit.changed(Topic.SEQUENCES)
    return sequence_id


def needs_of(step: Step) -> frozenset[str]:
    """The variables a step's texts use."""
    return variables_of(step.subject_template or "") | variables_of(step.body_template or "")


_CONTACT = """
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, company_id, created_at, updated_at)
VALUES (:id, :workspace_id, :email, :email, :first_name, :company_id, :at, :at)
"""


def add_contacts(
    context: Context,
    count: int,
    *,
    domain: str = "example.net",
    first: int = 1,
    company_id: UUID | None = None,
    first_name: str | None = "Zoe",
) -> list[UUID]:
    """New contacts with a first name."""
    rows: list[dict[str, Any]] = [
        {
            "id": context.new_id(),
            "workspace_id": context.scope.workspace_id,
            "email": f"u{number}@{domain}",
            "first_name": f"{first_name}{number}" if first_name else "",
            "company_id": company_id,
            "at": context.clock.now(),
        }
        for number in range(first, first + count)
    ]
    with context.store.write() as unit:
        unit.run_many(_CONTACT, rows)
        unit.changed(Topic.CONTACTS)
    return [row["id"] for row in rows]


def enroll_all(context: Context, sequence_id: UUID, contact_ids: Iterable[UUID]) -> list[UUID]:
    """Put contacts into a sequence; none of them may be refused. Gives the keys of their enrollments."""
    answers = enroll(context, sequence_id, list(contact_ids))
    assert [each.refusal for each in answers if each.refusal] == []
    return [each.enrollment_id for each in answers if each.enrollment_id is not None]


@dataclass(frozen=True)
class Room:
    """A running sequence in a mailbox with contacts in it."""

    context: Context
    mailbox: Mailbox
    sequence_id: UUID
    enrollment_ids: list[UUID]

    @property
    def clock(self) -> VirtualClock:
        """The clock that the room's time is told by."""
        assert isinstance(self.context.clock, VirtualClock)
        return self.context.clock


def make_room(
    context: Context, parts: Sequence[Mapping[str, Any]] = (), people: int = 1, *, port: int = 2525, **more: Any
) -> Room:
    """A room with one mailbox and one sequence; names of MailboxLimits and `connections` among `more` are the box's."""
    own = {*MailboxLimits.__slots__, "connections"} - {"zone"}
    mailbox = add_mailbox(context, port=port, **{name: more.pop(name) for name in list(more) if name in own})
    sequence_id = add_sequence(context, mailbox, parts, **more)
    contact_ids = add_contacts(context, people)
    return Room(context, mailbox, sequence_id, enroll_all(context, sequence_id, contact_ids))


class TimedPost(FakePost):
    """A stand-in for the post that notes when each message was handed over."""

    def __init__(self, clock: Clock, answer: Answer = lambda _: None) -> None:
        super().__init__(answer)
        self._clock = clock
        self.captures: list[Capture] = []

    def _answered(self, mailbox_id: UUID, number: int, transmission: Transmission) -> Any:
        before = len(self.delivered)
        answered = super()._answered(mailbox_id, number, transmission)
        if len(self.delivered) > before:
            at = self._clock.now()
            self.captures.append(Capture.of(transmission.message, transmission.recipient, at, mailbox_id))
        return answered


class LatePost(TimedPost):
    """A stand-in for the post whose messages leave at once and whose answers come with `release`."""

    def __init__(self, clock: Clock, answer: Answer = lambda _: None) -> None:
        super().__init__(clock, answer)
        self.late: list[PostEvent] = []

    def transmit(self, mailbox_id: UUID, connection: int, transmission: Transmission) -> None:
        """Hand over; what comes of it is told later."""
        if connection in self._lines.get(mailbox_id, ()):
            self.late.append(self._answered(mailbox_id, connection, transmission))
        else:
            super().transmit(mailbox_id, connection, transmission)

    def release(self) -> None:
        """Tell what came of everything that was handed over."""
        late, self.late = self.late, []
        self._happened(*late)
        super().release()


class MeddledPost(TimedPost):
    """A stand-in for the post at which the next of `acts` happens each time messages are ordered or handed over.

    `at` "render": their emails are claimed, and the gate is still before them; "transmit": they are begun, and the
    first of them hasn't left.
    """

    def __init__(
        self, clock: Clock, *acts: Callable[[], object], at: str = "render", answer: Answer = lambda _: None
    ) -> None:
        super().__init__(clock, answer)
        self._acts = deque(acts)
        self._at = at

    def render(self, jobs: Sequence[RenderJob]) -> None:
        """Act, then make the messages."""
        self._act("render")
        super().render(jobs)

    def transmit(self, mailbox_id: UUID, connection: int, transmission: Transmission) -> None:
        """Act, then hand over."""
        self._act("transmit")
        super().transmit(mailbox_id, connection, transmission)

    def _act(self, place: str) -> None:
        if place == self._at and self._acts:
            self._acts.popleft()()


class Killed(BaseException):
    """The process is gone."""


def die() -> None:
    """Be killed here."""
    raise Killed


async def run_to_death(context: Context, post: FakePost) -> None:
    """Run a scheduler until it is killed; its leases run out."""
    scheduler = scheduler_of(context, post)
    try:
        await kill_at_end(scheduler)
    except Killed:
        expire_leases(context.store)
    else:
        raise AssertionError("nobody killed it")


@contextmanager
def elsewhere(context: Context) -> Iterator[Context]:
    """The same store as another program has it open, of whose changes this one hears later."""
    store = Store(context.store.location)
    try:
        yield replace(context, store=store)
    finally:
        store.close()


def scheduler_of(context: Context, post: FakePost | Post, mode: RunMode = RunMode.UNTIL_IDLE, **more: Any) -> Scheduler:
    """A scheduler on a stand-in for the post."""
    return Scheduler(context, SchedulerOptions(mode=mode, **more), post)  # type: ignore[arg-type]


async def run_now(context: Context, post: FakePost | Post) -> Scheduler:
    """Do all that is due now, and end."""
    scheduler = scheduler_of(context, post)
    await asyncio.wait_for(scheduler.run(), 60)
    return scheduler


async def run_for(context: Context, post: FakePost | Post, **length: float) -> Scheduler:
    """Let the virtual clock go on by a length of time, the scheduler at work."""
    clock = context.clock
    assert isinstance(clock, VirtualClock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    clock.at(clock.now() + timedelta(**length), scheduler.stop)
    await asyncio.wait_for(scheduler.run(), 100)
    return scheduler


async def run_until_killed(context: Context, post: FakePost | Post, **length: float) -> None:
    """As `run_for`, but the scheduler is gone at the end: it says goodbye to nobody, and its leases run out."""
    clock = context.clock
    assert isinstance(clock, VirtualClock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    clock.at(clock.now() + timedelta(**length), scheduler.stop)
    await kill_at_end(scheduler)
    expire_leases(context.store)


async def kill_at_end(scheduler: Scheduler) -> None:
    """Run a scheduler that ends as a killed process does, without its last words."""

    async def nothing() -> None:
        return

    scheduler._end = nothing  # type: ignore[method-assign]
    await asyncio.wait_for(scheduler.run(), 100)


async def until(holds: Callable[[], object]) -> None:
    """Wait, half a minute at most, until something holds."""
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


def expire_leases(store: Store) -> None:
    """Let the time pass after which nobody holds a mailbox any more."""
    with store.write() as unit:
        unit.run("UPDATE mailbox_leases SET expires_at = :past", {"past": NOW - timedelta(days=9000)})


# What the store says --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of the journal, as far as tests ask."""

    id: UUID
    state: str
    enrollment_id: UUID | None
    step_id: UUID | None
    round: int
    attempts: int
    message_id: str
    retry_at: datetime | None
    failure_kind: str | None
    sent_at: datetime | None
    smtp_text: str | None


_JOURNAL = (
    "SELECT id, state, enrollment_id, step_id, round, attempts, message_id, retry_at, failure_kind, sent_at, smtp_text"
    " FROM outgoing_emails ORDER BY id"
)


def journal(context: Context) -> list[Row]:
    """All rows of the journal, in the order they were made."""
    with context.store.read() as unit:
        return [
            Row(
                as_uuid(row[0]),
                row[1],
                row[2] and as_uuid(row[2]),
                row[3] and as_uuid(row[3]),
                row[4],
                row[5],
                row[6],
                None if row[7] is None else as_instant(row[7]),
                row[8],
                None if row[9] is None else as_instant(row[9]),
                row[10],
            )
            for row in unit.rows(_JOURNAL)
        ]


def states(context: Context) -> dict[str, int]:
    """How many emails of the journal stand in each state."""
    with context.store.read() as unit:
        return {row[0]: row[1] for row in unit.rows("SELECT state, count(*) FROM outgoing_emails GROUP BY state")}


def statuses(context: Context) -> dict[str, int]:
    """How many enrollments stand in each status."""
    with context.store.read() as unit:
        rows = unit.rows("SELECT status, count(*) FROM sequence_enrollments GROUP BY status")
        return {row[0]: row[1] for row in rows}


def standing_of(context: Context, enrollment_id: UUID) -> Standing:
    """An enrollment with all around it."""
    with context.store.read() as unit:
        found = enrollments.find_standing(unit, context.scope.customer_id, enrollment_id)
    assert found is not None
    return found


def mailbox_now(context: Context, mailbox: Mailbox) -> Mailbox:
    """The mailbox as the store has it now."""
    with context.store.read() as unit:
        return mailboxes.get_mailbox(unit, context.scope.workspace_id, mailbox.id)


def change_mailbox(context: Context, mailbox: Mailbox, **changes: Any) -> None:
    """Set what a person may set of a mailbox; names of MailboxLimits are limits."""
    now = mailbox_now(context, mailbox)
    limits = {name: changes.pop(name) for name in list(changes) if name in MailboxLimits.__slots__}
    with context.store.write() as unit:
        changed = replace(now, limits=replace(now.limits, **limits), **changes)
        mailboxes.update_mailbox(unit, changed, by=context.scope.user_id, now=context.clock.now())
        unit.changed(Topic.MAILBOXES)


def activities(context: Context, kind: str) -> int:
    """How many activities of a kind there are."""
    with context.store.read() as unit:
        row = unit.row("SELECT count(*) FROM email_activities WHERE kind = :kind", {"kind": kind})
    return 0 if row is None else int(row[0])
