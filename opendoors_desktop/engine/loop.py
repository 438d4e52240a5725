"""The scheduler: the only endless loop, which keeps leases, plans, claims, begins, records and recovers."""

import asyncio
import logging
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.domain.absence import Look, find_absence
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.read_times import ReadState
from opendoors_desktop.engine.announcer import Announcer
from opendoors_desktop.engine.clock import Clock
from opendoors_desktop.engine.commands.sending import recognise_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Room, wakes_first
from opendoors_desktop.engine.desk_work import DOUBTED, DeskWork
from opendoors_desktop.engine.gatehouse import Gatehouse
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.housekeeping import Housekeeping
from opendoors_desktop.engine.leave import Leave, LeaveOf, always
from opendoors_desktop.engine.news import hear_others
from opendoors_desktop.engine.notices import Notice
from opendoors_desktop.engine.post import Post
from opendoors_desktop.engine.receivers import Receivers
from opendoors_desktop.engine.recovery import reconcile
from opendoors_desktop.engine.room import load_book, load_room, load_shared_counts
from opendoors_desktop.mail.frames import (
    Accepted,
    Built,
    ChildEnded,
    Closed,
    ConnectFailed,
    Lost,
    PostEvent,
    Ready,
    Refused,
    RenderFailed,
)
from opendoors_desktop.store import mailboxes
from opendoors_desktop.store.leases import HeldBy, Holder
from opendoors_desktop.store.queue import Ticket
from opendoors_desktop.store.unit import Unit

log = logging.getLogger(__name__)

STORE_IS_TRIED_AGAIN_AFTER = 1.0
"""Seconds between two tries to write while the store can't be (disk full, database away)."""

NOTICES_EVERY = 0.05
"""Seconds between two looks at what other programs have changed."""

_DEFINITIONS = {Topic.WORKSPACE, Topic.SEQUENCES, Topic.MAILBOXES, Topic.SETTINGS, Topic.TEMPLATES}
_STANDINGS = {Topic.ENROLLMENTS, Topic.OUTBOX, Topic.CONTACTS, Topic.SUPPRESSIONS, Topic.TASKS, Topic.INBOX}


class RunMode(StrEnum):
    """How long a scheduler runs."""

    FOREVER = "forever"
    UNTIL_IDLE = "until_idle"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class SchedulerOptions:
    """`mailboxes` limits the scheduler to these addresses (empty: all); `drain_seconds` is how long a stop waits.

    With `hears_others` it looks four times a second what other programs have changed, in place of at each longest nap.
    """

    mode: RunMode = RunMode.FOREVER
    mailboxes: frozenset[str] = frozenset()
    drain_seconds: float = 5.0
    hears_others: bool = False


class Scheduler:
    """Sends what is due from the mailboxes it can lease, and carries every enrollment through its other steps.

    Without leave to send it holds no mailbox and goes on with all that needs none: tasks, waits, conditions.

    `run` is called once, in an asyncio loop; `wake` and `stop` may be called from any thread.
    """

    def __init__(
        self,
        context: Context,
        options: SchedulerOptions | None = None,
        post: Post | None = None,
        tell: Callable[[Notice], object] = lambda _: None,
        leave: LeaveOf = always,
    ) -> None:
        """`post` is made here where none is given; a given one is started and closed here all the same.

        `tell` is called with each notice, in the thread that runs the loop; so is `leave`, whenever settings change.
        """
        self._context = context
        self._announcer = Announcer(tell)
        self._options = options or SchedulerOptions()
        self._post = post or Post()
        holder = Holder(context.new_id(), socket.gethostname(), os.getpid())
        self._desks: dict[UUID, Desk] = {}
        self._orphans: list[Desk] = []
        self._room: Room | None = None
        self._last_room: Room | None = None
        self._seen: dict[str, int] = {}
        self._own: Counter[str] = Counter()
        self._writer: int | None = None
        self._notice_at = 0.0
        self._is_told = True
        self._is_stopping = False
        self._looked = _look(context.clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ask_leave = leave
        self._leave = Leave(is_given=False)
        self._has_post = False
        self._receivers = Receivers(context, self._options.mailboxes, self.wake)
        self._work = DeskWork(context, self._post, self._writing, self._may_send, self._receivers.state_of)
        self._housekeeping = Housekeeping(context, self._writing)
        self._gatehouse = Gatehouse(context, holder, self._options.mailboxes, self._writing)
        self._hear_no_more = context.store.on_change(self._on_change)

    @property
    def store_fault(self) -> StoreError | None:
        """The fault that keeps the store from being written; None while all is well."""
        return self._announcer.store_fault

    @property
    def held_by_others(self) -> tuple[HeldBy, ...]:
        """The mailboxes another scheduler owns now, and where that runs."""
        return self._gatehouse.held_by_others

    def wake(self) -> None:
        """Have the scheduler look again at once."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it may just have ended
                self._loop.call_soon_threadsafe(self._post.wake.set)

    def stop(self) -> None:
        """End `run`: nothing new is begun, what is being sent has `drain_seconds` to be answered."""
        self._is_stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until stopped, or until nothing is due (by the options' mode); leases are released at the end."""
        self._loop = asyncio.get_running_loop()
        self._looked = _look(self._context.clock)
        hearing = asyncio.create_task(hear_others(self._context, self.wake)) if self._options.hears_others else None
        try:
            while not self._is_stopping:
                await self._turn_safely()
                if self._is_done():
                    break
                await self._rest()
        finally:
            self._hear_no_more()
            if hearing is not None:
                hearing.cancel()
            try:
                await self._end()
            finally:
                await self._receivers.end()

    async def _rest(self) -> None:
        """Wait for the next thing to do, and notice if the waiting became an absence."""
        clock, until = self._context.clock, self._next_look()
        back_by = clock.back_by(self._looked.at, until)
        await clock.wait(self._post.wake, until, in_flight=self._in_flight())
        before, self._looked = self._looked, _look(clock)
        absence = find_absence(before, back_by, self._looked)
        if absence is not None:
            self._reopen()
            self._announcer.came_back(absence)

    def _reopen(self) -> None:
        """After an absence: read everything anew, and use no connection whose other end has long hung up."""
        self._room = None
        self._receivers.doubt()
        for key, desk in self._desks.items():
            if desk.living and not desk.is_opening:
                desk.idle.clear()  # each is told as closed, and opened again when it is needed
                self._post.close_mailbox(key)

    async def _turn_safely(self) -> None:
        """One turn; a store that can't be written stops all sending, is said once, and tried again."""
        try:
            await self._turn()
            self._announcer.store_answers()
        except StoreError as error:
            if error.code == DOUBTED:
                recognise_store(self._context)  # the doubt is noted, which ends the leave to send
                self._room = None
            self._announcer.store_stopped(error)
            await asyncio.sleep(STORE_IS_TRIED_AGAIN_AFTER)
            self._post.wake.set()

    async def _turn(self) -> None:
        now = self._context.clock.now()
        self._take_events()
        self._notice_changes()
        if self._room is None or (self._leave.again_at is not None and self._leave.again_at <= now):
            self._reload(now)
        room = self._room
        assert room is not None  # loaded above
        if room.is_off:
            self._let_go()
        elif not self._has_post:
            await self._post.start()
            self._has_post = True
        for lost in await self._gatehouse.keep(self._desks, room, now):
            self._post.close_mailbox(lost.mailbox.id)
            self._orphans.append(lost)
        await self._receivers.keep(room, self._desks)
        self._announcer.held_elsewhere(self.held_by_others)
        self._announcer.hosts_of(self._desks)
        self._settle_orphans(room, now)
        for desk in list(self._desks.values()):
            desk.reading = ReadState.READ
            if desk.is_torn:
                self._mend(desk, room, now)
            connections = self._work.wants_connections(desk, room, now)
            if connections:
                await self._gatehouse.open(self._post, desk, connections)
            self._work.run(desk, room, now, begins=not self._is_stopping)
            self._pass_on(desk.take_placed())
        if not self._is_stopping:
            self._pass_on(self._housekeeping.run(room, now))

    def _may_send(self) -> bool:
        """Whether this computer's switch is still on; else all is read anew in the next turn."""
        if self._leave.still_holds():
            return True
        self._room = None
        self.wake()
        return False

    def _let_go(self) -> None:
        """Without leave to send: give each mailbox back when nothing of it is under way any more."""
        over = []
        for key, desk in self._desks.items():
            if desk.idle:
                desk.idle.clear()  # each is told as closed
                self._post.close_mailbox(key)
            elif not (desk.claimed or desk.results or desk.living or desk.is_opening):
                over.append(key)
        if over:
            self._gatehouse.release([self._desks.pop(key) for key in over])

    def _settle_orphans(self, room: Room, now: datetime) -> None:
        """Write down what is still answered to emails begun under a lease that was lost, as far as nobody else has."""
        for orphan in self._orphans:
            if orphan.is_torn:
                self._mend(orphan, room, now)
            self._work.run(orphan, room, now, begins=False)
        self._orphans = [orphan for orphan in self._orphans if orphan.sending]

    def _orphan_of(self, outgoing_id: UUID) -> Desk | None:
        return next((orphan for orphan in self._orphans if outgoing_id in orphan.sending), None)

    def _pass_on(self, placed: list[Ticket]) -> None:
        """Tell every line of rows that came into it from another one."""
        for ticket in placed:
            self._housekeeping.note(ticket)
            desk = self._desks.get(ticket.mailbox_id)
            if desk is not None:
                desk.note(ticket)

    # What is known of the store

    def _on_change(self, topics: frozenset[Topic]) -> None:
        """A commit of this process: remember our own, look again for any other (which may come from any thread)."""
        if self._writer == threading.get_ident():
            self._own.update(topic.value for topic in topics)
            self._work.raised(topics)
        else:
            self._is_told = True
            self.wake()

    @contextmanager
    def _writing(self, *, beside: bool = False) -> Iterator[Unit]:
        """A write unit of the scheduler's own, whose changes aren't news to itself."""
        self._writer = threading.get_ident()
        try:
            with self._context.store.write(beside=beside) as unit:
                yield unit
        finally:
            self._writer = None

    def _notice_changes(self) -> None:
        """See from the counters whether somebody else changed what plans were made on; not at every turn of a rush.

        What must not be missed (a pause, a stop, a suppression) is read by the gate itself.
        """
        at = asyncio.get_running_loop().time()
        if at < self._notice_at and not self._is_told:
            return
        self._notice_at, self._is_told = at + NOTICES_EVERY, False
        with self._context.store.read() as unit:
            numbers = {row[0]: int(row[1]) for row in unit.rows("SELECT topic, number FROM changes")}
        changed = {t for t, number in numbers.items() if number > self._seen.get(t, 0) + self._own[t]}
        self._seen = numbers
        self._own.clear()
        if changed & _DEFINITIONS:
            self._room = None
        if changed & (_STANDINGS | _DEFINITIONS):
            self._housekeeping.forget()
            for desk in self._desks.values():
                desk.forget()

    def _reload(self, now: datetime) -> None:
        """Read definitions and counts anew; what was claimed and not begun is planned again by them."""
        if self._last_room is not None:
            for desk in self._desks.values():
                self._work.release_all(desk, self._last_room)
        self._leave = self._ask_leave()
        with self._context.store.read() as unit:
            room = load_room(unit, self._context, holidays_of(self._context, unit))
            room = replace(room, is_off=not self._leave.is_given)
            shared = load_shared_counts(unit, room, now)
            for key, desk in self._desks.items():
                removed = replace(desk.mailbox, status=MailboxStatus.PAUSED)
                desk.mailbox = room.mailboxes.get(key, removed)
                desk.reads(load_book(unit, desk.mailbox, shared, now))
                desk.set_lines(room.sequences.values())
        self._gatehouse.shared = shared
        self._room = self._last_room = room

    def _mend(self, desk: Desk, room: Room, now: datetime) -> None:
        """After a failed write: read what the journal really says, and plan anew from that."""
        with self._writing() as unit:
            reconcile(unit, self._context, desk, now)
            self._gatehouse.shared = load_shared_counts(unit, room, now)
            for each in self._desks.values():
                each.mailbox = mailboxes.get_mailbox(unit, self._context.scope.workspace_id, each.mailbox.id)
                each.held_at = None
                each.reads(load_book(unit, each.mailbox, self._gatehouse.shared, now))
        desk.forget()
        desk.is_torn = False

    # What the children say

    def _take_events(self) -> None:
        for event in self._post.take():
            self._heard(event)

    def _heard(self, event: PostEvent) -> None:
        match event:
            case Built():
                for desk in self._desks.values():
                    desk.built_for(event)
            case RenderFailed():
                for desk in self._desks.values():
                    desk.not_built(event)
            case Accepted() | Refused() | Lost():
                desk_of = self._orphan_of(event.id) or self._desks.get(event.mailbox_id)
                if desk_of is not None:
                    self._heard_at(desk_of, event)
            case Ready() | Closed() | ConnectFailed():
                if event.mailbox_id in self._desks:
                    self._heard_at(self._desks[event.mailbox_id], event)
            case ChildEnded():
                log.warning("the %s child ended and is started again: %s", event.kind, event.text)

    def _heard_at(self, desk: Desk, event: Ready | Accepted | Refused | Lost | Closed | ConnectFailed) -> None:
        match event:
            case Ready():
                desk.is_opening = False
                desk.living += 1
                desk.idle.append(event.connection)
                desk.failure = None
                self._announcer.reach.answered(event.mailbox_id, self._context.clock.now())
            case Closed():
                desk.connection_lost(event.connection)
            case ConnectFailed():
                desk.is_opening = False
                if event.connections:
                    log.info("%s has %d connections: %s", desk.mailbox.address, event.connections, event.failure.text)
                else:
                    desk.failure = event.failure
                    self._announcer.reach.failed(event.mailbox_id, event.failure, self._context.clock.now())
            case Accepted() | Refused() | Lost():
                desk.results.append(event)
                if not isinstance(event, Lost) and event.is_ready:
                    desk.idle.append(event.connection)
                else:
                    desk.connection_lost()

    # When to look again, and the end

    def _in_flight(self) -> bool:
        """Whether an answer is waited for: of a mail host about an email, or about what came in."""
        if self._orphans or self._receivers.are_beginning:
            return True
        desks = self._desks.values()
        return any(desk.claimed or desk.is_opening or desk.reading is ReadState.UNDER_WAY for desk in desks)

    def _next_look(self) -> datetime | None:
        now = self._context.clock.now()
        looks = [desk.next_look(now) for desk in self._desks.values()]
        return wakes_first([*looks, self._housekeeping.next_look(), self._leave.again_at])

    def _is_done(self) -> bool:
        if self._options.mode is RunMode.ONCE:
            return not self._in_flight()
        if self._options.mode is RunMode.FOREVER or self._in_flight() or self.store_fault is not None:
            return False
        now = self._context.clock.now()
        look = self._next_look()
        return look is None or look > now

    async def _end(self) -> None:
        """Give back what wasn't begun, wait for what was, write down what came of it, and let the leases go."""
        room = self._last_room
        self._receivers.stop()
        try:
            for desk in self._desks.values():
                if room is not None:
                    self._work.release_all(desk, room)
        except StoreError as error:
            log.warning("what was claimed is given back at the next start: %s", error.title)
        if self._has_post:
            await self._post.close(self._options.drain_seconds)
        self._take_events()
        now = self._context.clock.now()
        try:
            for desk in (*self._desks.values(), *self._orphans):
                if room is not None:
                    self._work.run(desk, room, now, begins=False)
            self._gatehouse.release(self._desks.values())
        except StoreError as error:
            log.warning("what was just sent is uncertain until somebody looks: %s", error.title)


def _look(clock: Clock) -> Look:
    return Look(clock.now(), clock.steady())
