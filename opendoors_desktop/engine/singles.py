"""Claims emails outside the queue: written by hand, answers, tests, and the manual email steps that a rep sends."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.action import Send
from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.pacing import NEVER, Candidate, allot, mailbox_opens_at
from opendoors_desktop.domain.send_window import Calendar, SendWindow
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.engine.desk import Desk, Job
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.store import attempts, enrollments, singles
from opendoors_desktop.store.attachments import files_of
from opendoors_desktop.store.singles import Single
from opendoors_desktop.store.standings import Standing

ANY_TIME = SendWindow(days=(True,) * 7)


def message_id_of(outgoing_id: UUID, address: str) -> str:
    """The Message-ID made from the journal's row, in the domain it is sent from (RFC 5322, section 3.6.4)."""
    return f"<{outgoing_id.hex}@{address.rpartition('@')[2]}>"


def claim_singles(turn: Turn, room_for: int) -> list[Job]:
    """Claim those that are due; a person waits for them, so they keep to caps alone. Sets when the next is due."""
    desk, now = turn.desk, turn.now
    if desk.single_at is not None and desk.single_at > now:
        return []
    jobs: list[Job] = []
    for single in singles.page_due(turn.unit, desk.mailbox.id, now, room_for):
        candidate = _candidate(desk, single)
        departure = allot(desk.mailbox.limits, {}, desk.book, [candidate], now)
        if departure is None or departure.at > now:
            desk.single_at = NEVER if departure is None else departure.at
            return jobs
        if singles.claim(turn.unit, desk.lease, single.outgoing_id, departure.slot_at, now):
            desk.book.with_attempt(candidate, departure.slot_at, now)
            jobs.append(_job(turn, single, candidate, departure.slot_at))
    desk.single_at = singles.first_due_at(turn.unit, desk.mailbox.id) or NEVER
    return jobs


def is_single_due(turn_desk: Desk, first_at: datetime | None, now: datetime) -> bool:
    """Whether an email outside the queue may leave now, given when the first one is due; else sets when to look."""
    turn_desk.single_at = NEVER if first_at is None else first_at
    if turn_desk.single_at > now:
        return False
    opens = mailbox_opens_at(turn_desk.mailbox.limits, turn_desk.book, now).at
    if opens <= now or turn_desk.mailbox.limits.gap:
        return True
    turn_desk.single_at = opens
    return False


def _candidate(desk: Desk, single: Single) -> Candidate:
    return Candidate(
        enrollment_id=single.enrollment_id or single.outgoing_id,
        sequence_id=None,
        step_id=single.step_id or single.outgoing_id,
        contact_id=single.contact_id,
        company_id=None,
        is_first=False,
        due_at=single.planned_at,
        calendar=Calendar(desk.mailbox.limits.zone, ANY_TIME),
        urgent=True,
        is_retry=single.first_attempted_at is not None,
    )


def _job(turn: Turn, single: Single, candidate: Candidate, slot_at: datetime) -> Job:
    standing = _standing(turn, single)
    if single.draft.get("files"):
        single = replace(single, files=files_of(turn.unit, single.outgoing_id))
    job = Job(
        outgoing_id=single.outgoing_id,
        kind=single.kind,
        message_id=single.message_id,
        to_address=single.to_address,
        address_key=address_key(single.to_address),
        candidate=candidate,
        slot_at=slot_at,
        claimed_at=turn.now,
        attempts=single.attempts,
        first_attempted_at=single.first_attempted_at,
        standing=standing,
        decision=None if standing is None else _decision(turn, standing, single),
        single=single,
    )
    if single.first_attempted_at is not None:
        stored = attempts.find_message(turn.unit, single.outgoing_id)
        if stored is not None:
            job.message, job.sha256, job.subject = stored.message, stored.sha256, stored.subject
    return job


def _standing(turn: Turn, single: Single) -> Standing | None:
    if single.enrollment_id is None or single.step_id is None:
        return None
    return enrollments.find_standing(turn.unit, turn.context.scope.customer_id, single.enrollment_id)


def _decision(turn: Turn, standing: Standing, single: Single) -> Send | None:
    sequence = turn.room.sequences.get(standing.enrollment.sequence_id)
    step = None if sequence is None or single.step_id is None else sequence.flow.by_id.get(single.step_id)
    if step is None:
        return None
    is_first = all(record.result is not StepResult.SENT for record in standing.enrollment.records)
    has_subject = bool(str(single.draft.get("subject") or "").strip())
    return Send(step, single.planned_at, turn.desk.mailbox.id, is_first, starts_thread=has_subject)
