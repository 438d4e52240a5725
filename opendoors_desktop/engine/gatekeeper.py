"""Begins emails: reads the last gate, stores messages, sets `sending`; what may not leave is given back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus, HoldReason, with_record
from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.send_window import is_open
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.engine.desk import Job
from opendoors_desktop.engine.faults import fault
from opendoors_desktop.engine.stepping import replan, subject_of
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.store import attempts, claims, enrollments, gate
from opendoors_desktop.store.attempts import Begin, BegunCount
from opendoors_desktop.store.gate import Count, Passenger, Refusal
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.tracked_emails import Tracked, keep_tracked

_ENDS = {Refusal.ENROLLMENT_ENDED, Refusal.ANOTHER_ROUND}
"""Refusals after which the email is cancelled for good; all others leave it planned."""

_TAKES_BACK = {Refusal.SUPPRESSED, Refusal.ADDRESS_CHANGED}
"""Refusals after which an email outside the queue isn't tried again: it was written for somebody it may not reach."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of a try to begin some emails: those that have leave to be sent, and the refusals by email.

    `count` is to be remembered outside the store once the unit is committed.
    """

    jobs: tuple[Job, ...]
    refused: dict[UUID, Refusal]
    count: BegunCount | None = None


def begin(turn: Turn, jobs: Sequence[Job]) -> Begun:
    """Read the gate for each job and set those that pass `sending`, their messages stored, all in this unit.

    The unit has made sure of the lease; the leave to send holds from its commit on. Who is refused is given back:
    planned, or cancelled where its enrollment is over.
    """
    refused = gate.refusals_of(turn.unit, turn.desk.lease, [_passenger(turn, job) for job in jobs])
    for job in jobs:
        if job.outgoing_id not in refused and _is_outside_window(turn, job):
            refused[job.outgoing_id] = Refusal.WINDOW_CLOSED
    for job in _over_a_cap(turn, [job for job in jobs if job.outgoing_id not in refused]):
        refused[job.outgoing_id] = Refusal.CAP_REACHED
    passed = [job for job in jobs if job.outgoing_id not in refused]
    count = _set_sending(turn, passed)
    for job in jobs:
        if job.outgoing_id in refused:
            give_back(turn, job, refused[job.outgoing_id])
    fault("begin.before_commit")
    return Begun(tuple(passed), refused, count)


def give_back(turn: Turn, job: Job, refusal: Refusal | None) -> None:
    """Undo a claim: the email planned or cancelled, its enrollment in the queue again, its place in the book free.

    The job itself is to be dropped from the desk when this unit is committed.
    """
    is_taken_back = job.single is not None and refusal in _TAKES_BACK
    state = EmailState.CANCELLED if refusal in _ENDS or is_taken_back else EmailState.PLANNED
    was_ours = claims.release(turn.unit, turn.desk.lease, [job.outgoing_id], state) == 1
    if job.first_attempted_at is None:
        turn.desk.book.not_begun(job.candidate, job.claimed_at)
    if was_ours and job.standing is not None:
        if job.single is None:
            _put_back(turn, job, refusal)
        elif is_taken_back and refusal is not None:
            _pass_by(turn, job, refusal)
    turn.unit.changed(Topic.OUTBOX)


def _put_back(turn: Turn, job: Job, refusal: Refusal | None) -> None:
    """Queue an enrollment again where it stood, or, decided anew since the claim, where that put it."""
    claimed = job.standing
    assert claimed is not None  # the caller asked
    assert claimed.ticket is not None  # it was found in the queue
    fresh = enrollments.find_standing(turn.unit, turn.context.scope.customer_id, claimed.enrollment.id)
    if fresh is None or fresh.enrollment.status is not EnrollmentStatus.ACTIVE:
        return
    if fresh.enrollment.round != claimed.enrollment.round:
        return
    # The claim took the row out of the queue and left the enrollment's own note of it.
    is_untouched = fresh.ticket == claimed.ticket
    before = replace(fresh, ticket=None) if is_untouched else fresh
    if refusal is Refusal.ADDRESS_CHANGED:
        held = replace(fresh.enrollment, hold=HoldReason.ADDRESS_CHANGED, hold_detail=fresh.address)
        after = replace(fresh, enrollment=held, ticket=None)
    elif refusal is Refusal.HELD:
        after = replace(fresh, ticket=None)
    elif fresh.ticket is None:
        # It was decided anew to wait for this email; which is why somebody has to look at it now.
        after = replace(fresh, ticket=replace(claimed.ticket, wake_at=turn.now))
    else:
        after = fresh
    enrollments.save(turn.unit, [before], [after])
    turn.desk.note(after.ticket)


def _pass_by(turn: Turn, job: Job, refusal: Refusal) -> None:
    """Go on behind a step whose email by hand was taken back."""
    assert job.standing is not None  # the caller asked
    fresh = enrollments.find_standing(turn.unit, turn.context.scope.customer_id, job.standing.enrollment.id)
    if fresh is None or job.step_id is None or fresh.enrollment.status is not EnrollmentStatus.ACTIVE:
        return
    scene = turn.scene(fresh)
    record = StepRecord(job.step_id, StepResult.SKIPPED, turn.now, refusal.value)
    turn.ledger.happened(
        ActivityKind.STEP_SKIPPED,
        turn.now,
        subject_of(fresh),
        step_id=job.step_id,
        outgoing_id=job.outgoing_id,
        detail={"because": refusal.value},
    )
    after = replan(scene, replace(fresh, enrollment=with_record(fresh.enrollment, record)))
    enrollments.save(turn.unit, [fresh], [after])
    turn.desk.note(after.ticket)


def _is_outside_window(turn: Turn, job: Job) -> bool:
    if job.kind is not EmailKind.SEQUENCE or job.candidate.urgent:
        return False
    return not is_open(job.candidate.calendar, turn.now)


def _passenger(turn: Turn, job: Job) -> Passenger:
    if job.candidate.contact_id is not None:
        return Passenger(job.outgoing_id, job.kind, job.address_key)
    return Passenger(job.outgoing_id, job.kind, job.address_key, erased_hash(turn.room.erasure_key, job.address_key))


def _set_sending(turn: Turn, jobs: Sequence[Job]) -> BegunCount | None:
    if not jobs:
        return None
    unit, now = turn.unit, turn.now
    for job in jobs:
        job.begun_at = now
    count = attempts.begin(
        unit,
        turn.desk.lease,
        [Begin(job.outgoing_id, job.message or b"", job.sha256, job.subject, job.slot_at) for job in jobs],
        now,
    )
    keep_tracked(
        unit, [Tracked(job.outgoing_id, job.links, job.has_pixel) for job in jobs if job.links or job.has_pixel]
    )
    enrollments.note_automatic(
        unit,
        [
            (job.candidate.contact_id, job.candidate.sequence_id)
            for job in jobs
            if job.candidate.contact_id is not None and job.candidate.sequence_id is not None
        ],
        now,
    )
    unit.changed(Topic.OUTBOX)
    return count


def _over_a_cap(turn: Turn, jobs: Sequence[Job]) -> list[Job]:
    """Count first attempts in the store, for all who send for a sequence or company; gives those beyond a cap."""
    over: list[Job] = []
    fresh: Counter[Count] = Counter()
    known: dict[Count, int] = {}
    for job in jobs:
        if job.first_attempted_at is not None:
            continue
        caps = _caps(turn, job)
        for count, cap in caps:
            if cap is not None and count not in known:
                known[count] = gate.used(turn.unit, count)
        if any(cap is not None and known[count] + fresh[count] >= cap for count, cap in caps):
            over.append(job)
        else:
            fresh.update(count for count, _ in caps)
    gate.add_used(turn.unit, fresh.items())
    return over


def _caps(turn: Turn, job: Job) -> list[tuple[Count, int | None]]:
    """The counters an email moves, each with its cap; the mailbox's own is kept by the book and counted here alone."""
    room, desk, now = turn.room, turn.desk, turn.now
    candidate = job.candidate
    zone = desk.mailbox.limits.zone
    caps: list[tuple[Count, int | None]] = [(Count("mailbox_day", desk.mailbox.id, local_day(zone, now)), None)]
    if candidate.company_id is not None:
        company = Count("company_day", candidate.company_id, local_day(zone, now))
        caps.append((company, desk.mailbox.limits.company_cap))
    sequence = None if candidate.sequence_id is None else room.sequences.get(candidate.sequence_id)
    if sequence is not None:
        day = local_day(sequence.calendar(sequence.zone).zone, now)
        caps.append((Count("sequence_day", sequence.id, day), sequence.max_emails_per_day))
        if candidate.is_first:
            caps.append((Count("sequence_new_day", sequence.id, day), sequence.max_new_per_day))
    return caps
