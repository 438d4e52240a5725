"""Plays running sequences forward on a virtual clock with the scheduler's own rules, writing nothing."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.domain.action import Decision, MakeTask, Send
from opendoors_desktop.domain.decision import go_through, record_of
from opendoors_desktop.domain.enrollment import Enrollment, with_record, with_thread
from opendoors_desktop.domain.facts import EmailFacts, Facts, TaskFacts
from opendoors_desktop.domain.pacing import NEVER, Candidate, Departure, PaceBook, SequenceLimits
from opendoors_desktop.domain.placement import current_step
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import Step, StepRecord, StepResult, StepType
from opendoors_desktop.domain.variants import assign_variant
from opendoors_desktop.engine.chooser import Chooser, LineKey, candidate_of, key_of
from opendoors_desktop.engine.desk import Room, wakes_first
from opendoors_desktop.engine.planner import sequence_limits
from opendoors_desktop.engine.stepping import lane_of, ticket_for
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import Lane, Ticket

TASK_IS_DONE = "an open task is done when it is due"
FACTS_STAY = "no open, click, reply or bounce comes"
MAILBOX_IS_READ = "the mailbox can be read again"


@dataclass(slots=True)
class Player:
    """An enrollment in play: its value, what is known of it, where it waits, and what its next steps rest on.

    `foreseen` is what it does when it is due, where that can't change until then: nobody else acts in a simulation.
    """

    enrollment: Enrollment
    sequence: Sequence
    facts: Facts
    ticket: Ticket | None
    address: str
    company_id: UUID | None
    last_automatic: tuple[datetime, UUID] | None
    open_task_due_at: datetime | None = None
    assumes: frozenset[str] = frozenset()
    foreseen: Send | None = None


class Planned(NamedTuple):
    """One email that will leave: its slot, whose it is, and the rule that set its time."""

    at: datetime
    player: Player
    decision: Send
    departure: Departure
    variant_id: str | None
    assumes: tuple[str, ...]


class _PlayedLine:
    """A line of a mailbox held in memory: a heap by wake instant and enrollment, as the queue is ordered."""

    def __init__(self, desk: "_PlayedDesk", lane: Lane) -> None:
        self._desk = desk
        self._lane = lane
        self._waiting: list[tuple[datetime, int, Player]] = []
        self._ready: tuple[Player, Send, Candidate] | None = None

    def push(self, player: Player, at: datetime) -> None:
        """Put somebody into the line."""
        heapq.heappush(self._waiting, (at, player.enrollment.id.int, player))

    def take(self) -> tuple[Player, Send, Candidate]:
        """The head, out of the line."""
        assert self._ready is not None  # the chooser has just seen it
        ready, self._ready = self._ready, None
        return ready

    def head(self, now: datetime) -> Candidate | None:
        """The first who is due and ready; see `WaitingLine`."""
        while self._ready is None:
            if not self._waiting or self._waiting[0][0] > now:
                return None
            player = heapq.heappop(self._waiting)[2]
            self._ready = self._desk.decide(player, self._lane, now)
        return self._ready[2]

    def next_at(self) -> datetime | None:
        """Nobody is due before this instant; see `WaitingLine`."""
        if self._ready is not None:
            return None
        return self._waiting[0][0] if self._waiting else NEVER

    def put_off(self, until: datetime) -> None:
        """Have the head wait; see `WaitingLine`."""
        player = self.take()[0]
        self.push(player, until)


class _PlayedDesk:
    """A mailbox in play."""

    def __init__(
        self,
        play: "Simulation",
        mailbox: Mailbox,
        book: PaceBook,
        limits: Mapping[UUID, SequenceLimits],
        lanes: Collection[Lane],
    ) -> None:
        self.mailbox = mailbox
        self.book = book
        self.look_at: datetime | None = None
        self._play = play
        self.lines: dict[LineKey, _PlayedLine] = {
            (key, lane): _PlayedLine(self, lane) for key in limits for lane in lanes
        }
        self.chooser = Chooser(mailbox.limits, limits, book, self.lines)

    def decide(self, player: Player, lane: Lane, now: datetime) -> tuple[Player, Send, Candidate] | None:
        """What somebody who is due does; None when it isn't to be sent now, and it waits elsewhere."""
        decision = player.foreseen
        player.foreseen = None
        if decision is None:
            found = self._play.carry_on(player, now)
            if not isinstance(found, Send) or not self._is_at_home(player.ticket, lane):
                self._play.place(player)
                return None
            decision = found
        candidate = candidate_of(player.sequence, player.enrollment, decision, player, self.mailbox.days_off)
        if lane is Lane.RETRY:
            candidate = candidate._replace(is_retry=True)
        return player, decision, candidate

    def _is_at_home(self, ticket: Ticket | None, lane: Lane) -> bool:
        return ticket is not None and ticket.mailbox_id == self.mailbox.id and lane in {ticket.lane, Lane.RETRY}


class Simulation:
    """Runs players until an instant; each email comes out in the order of leaving."""

    def __init__(self, room: Room, books: Mapping[UUID, PaceBook], now: datetime) -> None:
        """`books` are private copies of the mailboxes' books of pace; they are written in."""
        self._now = now
        self._room = room
        self._books = books
        self._desks: dict[int, _PlayedDesk] = {}
        self._plain = {key.int for key, each in room.sequences.items() if all(map(_is_plain, each.flow.running()))}
        self._unread = frozenset(key for key, box in room.mailboxes.items() if box.waits_for_reading)
        self._number = count()
        self._events: list[tuple[datetime, int, Player | _PlayedDesk]] = []

    def run(self, players: Iterable[Player], until: datetime) -> Iterator[Planned]:
        """Everything that leaves before `until`, if nothing comes in between."""
        players = list(players)
        self._open_desks(players)
        for player in players:
            if player.ticket is None:
                self._wait_for_task(player)
            else:
                self.place(player)
        while self._events and self._events[0][0] < until:
            at, _, who = heapq.heappop(self._events)
            self._now = max(self._now, at)
            if isinstance(who, Player):
                self._wake(who)
            elif who.look_at is not None and who.look_at <= self._now:
                yield from self._pass(who)

    def _open_desks(self, players: Iterable[Player]) -> None:
        """Have a desk for each mailbox; lines of retries only if there are any, since play brings no new ones."""
        lanes = {Lane.FOLLOW_UP, Lane.FIRST, *(player.ticket.lane for player in players if player.ticket is not None)}
        limits = {key: sequence_limits(sequence) for key, sequence in self._room.sequences.items()}
        ordered = [lane for lane in (Lane.RETRY, Lane.FOLLOW_UP, Lane.FIRST) if lane in lanes]
        for key, book in self._books.items():
            self._desks[key.int] = _PlayedDesk(self, self._room.mailboxes[key], book, limits, ordered)

    def carry_on(self, player: Player, now: datetime) -> Decision:
        """Take somebody as far as they go by themselves; the decision they wait for then, and `ticket` set by it."""
        decision = self._go_on(player, now)
        player.ticket = None
        if player.open_task_due_at is None:
            player.ticket = ticket_for(player.sequence, player.enrollment, decision)
        return decision

    @staticmethod
    def _go_on(player: Player, now: datetime) -> Decision:
        while True:
            player.enrollment, passed, decision = go_through(player.sequence, player.enrollment, player.facts, now)
            if passed and any(each.step.conditions is not None for each in passed):
                player.assumes |= {FACTS_STAY}
            if not isinstance(decision, MakeTask):
                return decision
            player.enrollment = with_record(player.enrollment, record_of(decision))
            if decision.step.waits_for_person:
                player.open_task_due_at = max(decision.task_due_at, now)
                return decision

    def place(self, player: Player) -> None:
        """Put somebody where their ticket says."""
        ticket = player.ticket
        if ticket is None:
            self._wait_for_task(player)
        elif ticket.lane is Lane.NO_MAILBOX:
            self._happens(ticket.wake_at, player)
        else:
            self._line_up(player, ticket.mailbox_id, ticket.lane, ticket.wake_at)

    def _line_up(self, player: Player, mailbox_id: UUID, lane: Lane, at: datetime) -> None:
        """Put somebody into a line of a mailbox; nobody waits for one that can't send."""
        desk = self._desks.get(mailbox_id.int)
        if desk is not None:
            desk.lines[player.sequence.id, lane].push(player, at)
            self._look(desk, at)

    def _look(self, desk: _PlayedDesk, at: datetime) -> None:
        at = max(at, self._now)
        if desk.look_at is None or at < desk.look_at:
            desk.look_at = at
            self._happens(at, desk)

    def _happens(self, at: datetime, who: "Player | _PlayedDesk") -> None:
        heapq.heappush(self._events, (max(at, self._now), next(self._number), who))

    def _wake(self, player: Player) -> None:
        if player.open_task_due_at is not None:
            self._do_task(player, player.open_task_due_at)
        self.carry_on(player, self._now)
        self.place(player)

    def _wait_for_task(self, player: Player) -> None:
        if player.open_task_due_at is not None:
            self._happens(player.open_task_due_at, player)

    @staticmethod
    def _do_task(player: Player, at: datetime) -> None:
        step_id = player.enrollment.records[-1].step_id
        done = {**player.facts.tasks, step_id: TaskFacts(is_completed=True, completed_at=at)}
        player.facts = replace(player.facts, tasks=done)
        player.enrollment = with_record(player.enrollment, StepRecord(step_id, StepResult.DONE, at))
        player.open_task_due_at = None
        player.assumes |= {TASK_IS_DONE}

    def _pass(self, desk: _PlayedDesk) -> Iterator[Planned]:
        now = self._now
        while (departure := desk.chooser.next_departure(now)) is not None:
            player, decision, candidate = desk.lines[key_of(departure.candidate)].take()
            desk.book.with_attempt(candidate, departure.slot_at, now)
            yield self._leaves(player, decision, departure)
        desk.look_at = None
        again = wakes_first(desk.chooser.later)
        if again is not None:
            self._look(desk, again)

    def _leaves(self, player: Player, decision: Send, departure: Departure) -> Planned:
        step, enrollment = decision.step, player.enrollment
        variant_id = None
        if step.ab_test_enabled and step.ab_test is not None:
            variant_id = assign_variant(step.ab_test, enrollment.id, step.id, enrollment.round)
        at = departure.slot_at
        assumes = tuple(sorted(player.assumes)) if player.assumes else ()
        if decision.mailbox_id in self._unread:
            assumes += (MAILBOX_IS_READ,)
        planned = Planned(at, player, decision, departure, variant_id, assumes)
        player.enrollment = with_record(enrollment, StepRecord(step.id, StepResult.SENT, at, variant_id))
        if decision.starts_thread:
            player.enrollment = with_thread(player.enrollment, decision.mailbox_id)
        if player.sequence.flow.has_conditions:
            sent = {**player.facts.emails, step.id: EmailFacts(sent=True)}
            player.facts = replace(player.facts, emails=sent, last_contacted_at=at)
        self._wait(player)
        return planned

    def _wait(self, player: Player) -> None:
        """Have somebody wait for their next step.

        What a plain email step will do when it is due is decided at once; others are asked when their time comes.
        """
        if player.facts.suppression is not None or not self._waits_at_plain_email(player):
            self.carry_on(player, self._now)
            self.place(player)
            return
        decision = self._go_on(player, NEVER)
        if isinstance(decision, Send):
            player.foreseen = decision
            self._line_up(player, decision.mailbox_id, lane_of(decision), decision.due_at)

    def _waits_at_plain_email(self, player: Player) -> bool:
        if player.sequence.id.int in self._plain:
            return True
        step = current_step(player.sequence.flow, player.enrollment)
        return step is not None and _is_plain(step)


def _is_plain(step: Step) -> bool:
    """Whether the step is an email that nothing but its time and its text decides about."""
    return step.type is StepType.EMAIL and not step.is_manual and step.conditions is None
