"""Chooses who leaves a mailbox now and claims them: reads the heads of its lines and asks the rules."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.action import Send
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import HoldReason, with_record
from opendoors_desktop.domain.pacing import (
    NEVER,
    Candidate,
    Departure,
    SequenceLimits,
)
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.domain.values import changed
from opendoors_desktop.domain.variants import assign_variant
from opendoors_desktop.engine.chooser import Chooser, LineKey, candidate_of, key_of
from opendoors_desktop.engine.desk import Job, Line, wakes_first
from opendoors_desktop.engine.singles import claim_singles, message_id_of
from opendoors_desktop.engine.stepping import Scene, carry_on, facts_of, save
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.store import attempts, claims, enrollments, outbox, queue
from opendoors_desktop.store.claims import Claimed, NewClaim
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.queue import Lane, Ticket
from opendoors_desktop.store.standings import Standing

PAGE = 500
"""How many of a line are read at once when nothing spaces them out."""


def sequence_limits(sequence: Sequence) -> SequenceLimits:
    """What holds for the emails of a sequence."""
    return SequenceLimits(
        sequence.id,
        sequence.calendar(sequence.zone).zone,
        sequence.max_emails_per_day,
        sequence.max_new_per_day,
        sequence.throttle,
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """One of a line who is due and is to be sent."""

    standing: Standing
    decision: Send
    candidate: Candidate


class _QueueLine:
    """One line of the queue, read page by page in the turn's unit."""

    def __init__(self, turn: Turn, line: Line, page: int) -> None:
        self._turn = turn
        self._line = line
        self._page = page
        self._heads: deque[_Head] = deque()
        self._read_to: Ticket | None = None

    def take(self) -> _Head:
        """The head, out of the line."""
        return self._heads.popleft()

    def head(self, now: datetime) -> Candidate | None:
        """The first who is due and ready; see `WaitingLine`."""
        line = self._line
        while not self._heads:
            if line.next_at is not None and line.next_at > now:
                return None
            if not self._read(now):
                pair = line.pair
                # Those before were chosen, to be claimed together at the end of the pass, or have been moved.
                first = queue.first_wake(
                    self._turn.unit, pair.mailbox_id, pair.sequence_id, pair.lane, behind=self._read_to
                )
                line.next_at = first or NEVER
                if line.next_at <= now:
                    raise AssertionError("a due row of the queue was neither chosen nor moved")
        return self._heads[0].candidate

    def next_at(self) -> datetime | None:
        """Nobody is due before this instant; see `WaitingLine`."""
        return None if self._heads else self._line.next_at

    def put_off(self, until: datetime) -> None:
        """Have the head wait; see `WaitingLine`."""
        standing = self._heads.popleft().standing
        assert standing.ticket is not None  # it was found in the queue
        later = replace(standing, ticket=replace(standing.ticket, wake_at=until))
        _move(self._turn, self._turn.scene(standing), standing, later)

    def _read(self, now: datetime) -> bool:
        """Read on; what isn't ready to be sent is moved to where it belongs. False at the line's end."""
        page = enrollments.page_due(
            self._turn.unit,
            self._turn.context.scope.customer_id,
            self._line.pair,
            now,
            after=self._read_to,
            limit=self._page,
        )
        for standing in page:
            assert standing.ticket is not None  # it was found in the queue
            self._read_to = standing.ticket
            head = self._decide(standing, now)
            if head is not None:
                self._heads.append(head)
        return bool(page)

    def _decide(self, standing: Standing, now: datetime) -> _Head | None:
        turn, desk = self._turn, self._turn.desk
        scene = turn.scene(standing)
        facts = facts_of(scene, standing, with_email_under_way=False)
        after, decision = carry_on(scene, standing, facts)
        is_retry = self._line.pair.lane is Lane.RETRY
        if is_retry and after.ticket is not None and after.enrollment.records == standing.enrollment.records:
            after = replace(after, ticket=replace(after.ticket, lane=Lane.RETRY))
        is_moved = after is not standing and _pair(after.ticket) != _pair(standing.ticket)
        if not isinstance(decision, Send) or after.ticket is None or is_moved:
            _move(turn, scene, standing, after)
            return None
        candidate = candidate_of(self._line.sequence, after.enrollment, decision, after, desk.mailbox.days_off)
        if is_retry:
            candidate = candidate._replace(is_retry=True)
        if after is not standing:
            after = changed(after, ticket=standing.ticket)
            if after.enrollment != standing.enrollment:
                save(scene, standing, after)
        return _Head(after, decision, candidate)


class Planner:
    """One pass over one mailbox inside one write unit."""

    def __init__(self, turn: Turn) -> None:
        """The turn's ledger is written by whoever made the turn."""
        self._turn = turn
        self._unit = turn.unit
        self._desk = turn.desk
        self._now = turn.now
        self._lines: dict[LineKey, _QueueLine] = {}

    def run(self, room_for: int) -> list[Job]:
        """Claim up to `room_for` emails that may leave now; sets when the desk is to be looked at again."""
        desk = self._desk
        jobs = claim_singles(self._turn, room_for)
        limits = {key: sequence_limits(sequence) for key, sequence in self._turn.room.sequences.items()}
        spaced = bool(desk.mailbox.limits.gap)
        self._lines = {
            key: _QueueLine(self._turn, line, 1 if spaced or limits[key[0]].throttle else min(PAGE, room_for))
            for key, line in desk.lines.items()
        }
        chooser = Chooser(desk.mailbox.limits, limits, desk.book, self._lines)
        chosen: list[tuple[_Head, Departure]] = []
        while len(jobs) + len(chosen) < room_for:
            departure = chooser.next_departure(self._now)
            if departure is None:
                break
            chosen.append((self._lines[key_of(departure.candidate)].take(), departure))
            desk.book.with_attempt(departure.candidate, departure.slot_at, self._now)
        is_full = len(jobs) + len(chosen) == room_for
        desk.look_at = self._now if is_full else wakes_first([*chooser.later, desk.single_at]) or NEVER
        return jobs + self._claim(chosen)

    def _claim(self, chosen: list[tuple[_Head, Departure]]) -> list[Job]:
        """Claim those who were chosen; where the journal knows that email already, it is put right instead."""
        news = [self._new_claim(head, departure) for head, departure in chosen]
        found = claims.claim(self._unit, self._desk.lease, news, self._now)
        if news:
            self._unit.changed(Topic.OUTBOX)
        ours = [(*pair, claimed) for pair, claimed in zip(chosen, found, strict=True) if claimed is not None]
        enrollments.dequeue(self._unit, (head.standing for head, _, _ in ours))
        for (head, departure), claimed in zip(chosen, found, strict=True):
            if claimed is None:
                self._heal(head, departure)
        return [self._job(*each) for each in ours]

    def _job(self, head: _Head, departure: Departure, claimed: Claimed) -> Job:
        job = Job(
            outgoing_id=claimed.outgoing_id,
            kind=EmailKind.SEQUENCE,
            message_id=claimed.message_id,
            to_address=head.standing.address,
            address_key=head.standing.address_key,
            candidate=departure.candidate,
            slot_at=departure.slot_at,
            claimed_at=self._now,
            attempts=claimed.attempts,
            first_attempted_at=claimed.first_attempted_at,
            standing=head.standing,
            decision=head.decision,
            variant_id=claimed.variant_id,
            epoch=self._turn.epoch,
        )
        if claimed.first_attempted_at is not None:
            stored = attempts.find_message(self._unit, claimed.outgoing_id)
            if stored is not None:
                job.message, job.sha256, job.subject = stored.message, stored.sha256, stored.subject
        return job

    def _new_claim(self, head: _Head, departure: Departure) -> NewClaim:
        step, enrollment = head.decision.step, head.standing.enrollment
        outgoing_id = self._turn.context.new_id()
        variant_id = None
        if step.ab_test_enabled and step.ab_test is not None:
            variant_id = assign_variant(step.ab_test, enrollment.id, step.id, enrollment.round)
        references = head.standing.thread.references
        return NewClaim(
            outgoing_id=outgoing_id,
            customer_id=head.standing.customer_id,
            workspace_id=head.standing.workspace_id,
            enrollment_id=enrollment.id,
            sequence_id=enrollment.sequence_id,
            step_id=step.id,
            round=enrollment.round,
            contact_id=enrollment.contact_id,
            company_id=head.standing.company_id,
            mailbox_id=self._desk.mailbox.id,
            variant_id=variant_id,
            is_first=head.decision.is_first,
            to_address=head.standing.address,
            message_id=message_id_of(outgoing_id, self._desk.mailbox.address),
            in_reply_to=references[-1] if references and not head.decision.starts_thread else None,
            slot_at=departure.slot_at,
        )

    def _heal(self, head: _Head, departure: Departure) -> None:
        """The journal has this email under way or settled: go on from what it says, and never send it again."""
        if not departure.candidate.is_retry:
            self._desk.book.not_begun(departure.candidate, self._now)
        standing, step = head.standing, head.decision.step
        enrollment = standing.enrollment
        state = outbox.find_state(self._unit, enrollment.id, step.id, enrollment.round)
        scene = self._turn.scene(standing)
        if state is EmailState.SENT or state is EmailState.FAILED:
            result = StepResult.SENT if state is EmailState.SENT else StepResult.FAILED
            record = StepRecord(step.id, result, self._now, "found in the journal")
            standing = replace(standing, enrollment=with_record(enrollment, record))
            _move(self._turn, scene, head.standing, carry_on(scene, standing, facts_of(scene, standing))[0])
        elif state is EmailState.CANCELLED:
            held = replace(enrollment, hold=HoldReason.HELD, hold_detail="This email was cancelled before.")
            _move(self._turn, scene, head.standing, replace(standing, enrollment=held, ticket=None))
        else:
            waits = replace(enrollment, next_step_scheduled_at=None)
            _move(self._turn, scene, head.standing, replace(standing, enrollment=waits, ticket=None))


def _move(turn: Turn, scene: Scene, before: Standing, after: Standing) -> None:
    save(scene, before, after)
    turn.desk.note(after.ticket)


def _pair(ticket: Ticket | None) -> tuple[UUID, UUID, Lane] | None:
    return None if ticket is None else (ticket.mailbox_id, ticket.sequence_id, ticket.lane)
