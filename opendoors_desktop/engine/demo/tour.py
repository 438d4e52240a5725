"""Plays the tour: two weeks on a clock that skips idle time, a line a day, and a statement of what was received."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.enrollment import ENDED, EnrollmentStatus
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.mailboxes import list_mailboxes
from opendoors_desktop.engine.commands.readings import read_once
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.demo.correspondents import Correspondents, habits_of
from opendoors_desktop.engine.demo.evidence import Came, Evidence, JournalLine, Rules, Whereabouts, Which
from opendoors_desktop.engine.demo.inbox_server import InboxServer, running_inbox_server
from opendoors_desktop.engine.demo.mail_server import MailServer, running_mail_server
from opendoors_desktop.engine.demo.oracle import Statement, state
from opendoors_desktop.engine.demo.rep import NAMELESS, Deed, Rep, forget_name
from opendoors_desktop.engine.demo.stage import BOXES, ENDS_AT, MONDAY, REP_ZONE, WEEKS, set_up, set_up_contacts
from opendoors_desktop.engine.loop import Scheduler
from opendoors_desktop.store.check import find_misplaced, recount
from opendoors_desktop.store.queries.enrollments import EnrollmentRow, page_enrollments
from opendoors_desktop.store.queries.first_use import is_unused
from opendoors_desktop.store.queries.outbox import OutgoingRow, page_outgoing
from opendoors_desktop.store.tasks import page_open_tasks
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

PAGE: Final = 500
SLOW: Final = {5: 1, 17: 2, 31: 1, 58: 1, 77: 2, 104: 1, 131: 1, 166: 3}
"""The places in the file of those whose host puts mail off at first, and how often."""

UNKNOWN: Final = (8, 49, 90, 142)
"""The places in the file of those who are no longer there."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the tour, by the rep's clock: what each mailbox sent, and how things stand at its end."""

    day: date
    sent: dict[str, int]
    put_off: int
    refused: int
    tasks_done: int
    tasks_open: int
    waiting: int
    paused: int
    held: int
    ended: int
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Playing:
    """What works while the tour is played: the server that receives, and the scheduler that sends."""

    server: MailServer
    scheduler: Scheduler


async def play(
    context: Context,
    out: Path | None,
    tell: Callable[[Day], None],
    begin: Callable[[Playing], object] = lambda _: None,
) -> Statement:
    """Play the whole tour on a fresh store whose clock stands at its first day; `tell` is given each day as it ends.

    With a folder `out` the mails are kept below it as they came. `begin` is given what works before the first day; who
    stops the scheduler ends the tour there. Raises NotPossible for a store that isn't fresh.
    """
    clock = context.clock
    assert isinstance(clock, VirtualClock)  # the caller opened the store for the tour
    _refuse_used(context)
    contacts = set_up_contacts(context)
    server = MailServer(
        clock,
        slow={_address(contacts, place): tries for place, tries in SLOW.items()},
        unknown=frozenset(_address(contacts, place) for place in UNKNOWN),
        folder=_mail_folder(out),
    )
    forget_name(context, contacts[NAMELESS])
    inboxes = InboxServer([box.address for box in BOXES])
    async with running_mail_server(server), running_inbox_server(inboxes):
        stage = set_up(context, contacts, (server.port, inboxes.port))
        people = Correspondents(clock, inboxes, habits_of(contacts), stage.rules.marks)
        server.on_letter = people.receive
        rep = Rep(context, stage, contacts[NAMELESS].first_name)
        rep.make_appointments(clock.at)
        diary = Diary(context, server, rep, tuple(stage.rules.boxes))
        scheduler = Scheduler(context)

        def end_day(day: date) -> None:
            tell(diary.line(day))
            if _midnight_after(day) == ENDS_AT:
                scheduler.stop()

        for number in range(7 * WEEKS):
            day = MONDAY + timedelta(days=number)
            clock.at(_midnight_after(day), partial(end_day, day))
        begin(Playing(server, scheduler))
        await scheduler.run()
        await _read_the_rest(context)
    rules = replace(stage.rules, silences=(*rep.silences, *people.silences), edits=tuple(rep.edits))
    return judge(context, server, rules, tuple(people.came))


async def _read_the_rest(context: Context) -> None:
    """What came in when there was nothing more to send."""
    for mailbox in list_mailboxes(context):
        await read_once(context, mailbox.id)


def judge(context: Context, server: MailServer, rules: Rules, came: tuple[Came, ...] = ()) -> Statement:
    """Hold what the server received against the settings, and against what the store says of it."""
    with context.store.read() as unit:
        evidence = Evidence(
            letters=tuple(server.letters),
            refusals=tuple(server.refusals),
            journal=tuple(_journal_line(row) for row in _journal(unit, context)),
            people=tuple(_people(unit, context)),
            came=came,
            unequal=tuple(_unequal(unit, context)),
        )
    return state(evidence, rules)


class Diary:
    """Writes a line a day."""

    def __init__(self, context: Context, server: MailServer, rep: Rep, boxes: tuple[str, ...]) -> None:
        self._context = context
        self._server = server
        self._rep = rep
        self._boxes = boxes

    def line(self, day: date) -> Day:
        """What happened on a day that is just over, and how things stand."""
        with self._context.store.read() as unit:
            people = list(_enrollments(unit, self._context))
            tasks = page_open_tasks(unit, self._context.scope.workspace_id)
        sent = Counter(letter.sender for letter in self._server.letters if _day(letter.received_at) == day)
        refusals = [each.code for each in self._server.refusals if _day(each.at) == day]
        running = [row for row in people if row.status not in ENDED]
        paused = sum(row.status == EnrollmentStatus.PAUSED for row in running)
        held = sum(row.hold_reason is not None for row in running)
        return Day(
            day=day,
            sent={address: sent[address] for address in self._boxes},
            put_off=sum(code < 500 for code in refusals),
            refused=sum(code >= 500 for code in refusals),
            tasks_done=sum(count for at, count in self._rep.done.items() if _day(at) == day),
            tasks_open=len(tasks),
            waiting=len(running) - paused - held - len(tasks),
            paused=paused,
            held=held,
            ended=len(people) - len(running),
            deeds=tuple(deed for deed in self._rep.deeds if _day(deed.at) == day),
        )


def _refuse_used(context: Context) -> None:
    with context.store.read() as unit:
        is_fresh = is_unused(unit, context.scope.workspace_id)
    if not is_fresh:
        sentence, advice = "The tour needs a store of its own.", "Choose an empty folder or database."
        raise NotPossible(sentence, advice, code="store_in_use")


def _mail_folder(out: Path | None) -> Path | None:
    if out is None:
        return None
    folder = out / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _address(contacts: tuple[Contact, ...], place: int) -> str:
    return contacts[place].email.lower()


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), REP_ZONE).astimezone(UTC)


def _day(instant: datetime) -> date:
    return instant.astimezone(REP_ZONE).date()


def _journal(unit: Unit, context: Context) -> Iterator[OutgoingRow]:
    after = None
    while page := page_outgoing(unit, context.scope.workspace_id, after=after, limit=PAGE):
        yield from page
        after = page[-1].id


def _journal_line(row: OutgoingRow) -> JournalLine:
    which = Which(row.sequence or "", row.step or 0, row.variant or "")
    return JournalLine(row.message_id, row.to_address.lower(), which, row.state)


def _enrollments(unit: Unit, context: Context) -> Iterator[EnrollmentRow]:
    owners, after = (context.scope.customer_id, context.scope.workspace_id), None
    while page := page_enrollments(unit, owners, with_hidden=True, after=after, limit=PAGE):
        yield from page
        after = page[-1].id


def _people(unit: Unit, context: Context) -> Iterator[Whereabouts]:
    """Where everyone is: ended for a reason, paused, held, at a task, with an email under way, or in the queue."""
    queued = {as_uuid(row[0]) for row in unit.rows("SELECT enrollment_id FROM claim_queue")}
    at_task = {task.enrollment_id for task in page_open_tasks(unit, context.scope.workspace_id, limit=10_000)}
    for row in _enrollments(unit, context):
        found = ""
        if row.status in ENDED:
            found = row.completion_reason or ""
        elif row.status == EnrollmentStatus.PAUSED:
            found = "paused"
        elif row.hold_reason is not None:
            found = row.hold_reason
        elif row.id in at_task:
            found = "task"
        elif row.id in queued and row.next_step_scheduled_at is not None:
            found = "waiting"
        yield Whereabouts(str(row.contact_email), row.sequence, found, row.completed_at)


def _unequal(unit: Unit, context: Context) -> Iterator[str]:
    for found in recount(unit, context.scope.workspace_id):
        yield f"{found.column} of {found.table} {found.id} is {found.stored}, counted {found.counted}"
    for key in find_misplaced(unit, context.scope.workspace_id):
        yield f"enrollment {key} stands at a wrong place of the queue"
