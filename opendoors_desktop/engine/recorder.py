"""Writes down what came of each attempt: the journal's row, the activity, the totals, and where the enrollment goes."""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import ENDED, CompletionReason, EnrollmentStatus, HoldReason, with_record
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.metrics import SOFT_BOUNCES_END_AT
from opendoors_desktop.domain.pacing import LATENESS
from opendoors_desktop.domain.retry import (
    Fail,
    FailureKind,
    PauseMailbox,
    Retry,
    SmtpPhase,
    Uncertain,
    after_failure,
    classify,
)
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.suppression import EmailKind, Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.domain.values import changed
from opendoors_desktop.engine.desk import Job, Result
from opendoors_desktop.engine.email_thread import sent
from opendoors_desktop.engine.mailbox_standing import MailboxStanding
from opendoors_desktop.engine.stepping import carry_on, end, facts_of, subject_of
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.mail.errors import RenderCode
from opendoors_desktop.mail.frames import Accepted, Lost, Refused, RenderFailed
from opendoors_desktop.store import attempts, bounces, claims, enrollments, gate, suppressions
from opendoors_desktop.store.attempts import Answer
from opendoors_desktop.store.gate import Count
from opendoors_desktop.store.ledger import Subject
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.queue import Lane
from opendoors_desktop.store.standings import Standing

_TEMPLATE_FAULTS = {
    RenderCode.TEMPLATE_SYNTAX, RenderCode.TEMPLATE_FORBIDDEN, RenderCode.TEMPLATE_ERROR,
    RenderCode.TEMPLATE_TOO_LARGE, RenderCode.TEMPLATE_TIMEOUT, RenderCode.UNKNOWN_TEMPLATE,
    RenderCode.EMPTY_SUBJECT,
}  # fmt: skip
"""What the step's text is to blame for, not the contact: the next email waits for the text to be put right."""


class Recorder:
    """Records results of one desk; `mailbox` is how its mailbox fares by them."""

    def __init__(self, turn: Turn) -> None:
        """The turn's ledger is written by whoever made the turn."""
        self._turn = turn
        self._unit = turn.unit
        self._desk = turn.desk
        self._now = turn.now
        self._ledger = turn.ledger
        self._before: list[Standing] = []
        self._after: list[Standing] = []
        self.mailbox = MailboxStanding(turn)

    def record(self, results: Sequence[Result]) -> None:
        """Settle these emails; a result for one that isn't ours any more changes nothing. The desk is left as it is."""
        known = [result for result in results if result.id in self._desk.claimed]
        if not known:
            return
        self._unit.changed(Topic.OUTBOX)
        sent_ids = self._accepted([result for result in known if isinstance(result, Accepted)])
        for result in known:
            if not isinstance(result, Accepted):
                self._other(self._desk.claimed[result.id], result)
            elif result.id in sent_ids:
                self.mailbox.end_policy_row()
        enrollments.save(self._unit, self._before, self._after)
        if self._after:
            self._unit.changed(Topic.ENROLLMENTS)

    def _other(self, job: Job, result: RenderFailed | Refused | Lost) -> None:
        match result:
            case RenderFailed():
                self._unbuilt(job, result)
            case Refused():
                answer = Answer(job.outgoing_id, result.phase, result.code, result.status, result.text)
                self._failed(job, answer)
            case Lost():
                self._failed(job, Answer(job.outgoing_id, result.phase, 0, "", result.text))

    def _accepted(self, results: Sequence[Accepted]) -> Set[UUID]:
        """Record what the mail host took; gives the emails of those that were still ours."""
        answers = [Answer(each.id, "dot", each.code, "", each.text, each.server_id) for each in results]
        ours = attempts.record_sent(self._unit, self._desk.lease, answers, self._now)
        if not ours:
            return ours
        jobs = [self._desk.claimed[each.id] for each in results if each.id in ours]
        self.mailbox.is_well(max((job.begun_at for job in jobs if job.begun_at is not None), default=None))
        contacts = [job.candidate.contact_id for job in jobs if job.candidate.contact_id is not None]
        enrollments.note_contacted(self._unit, contacts, self._now)
        for job in jobs:
            before = self._fresh(job)
            if before is None:
                self._note_sent(job)
                continue
            self._count_sent(job, before)
            if _is_same_round(job, before):
                self._go_on(before, sent(before, job, self.completed_at(job)))
            else:
                self._save(before, changed(before, emails_sent=before.emails_sent + 1))
        return ours

    def _note_sent(self, job: Job) -> None:
        """An email that a person wrote belongs to the contact's history, and to no sequence's figures."""
        if job.candidate.contact_id is None or job.kind not in {EmailKind.MANUAL, EmailKind.REPLY}:
            return
        mailbox = self._desk.mailbox
        self._ledger.happened(
            ActivityKind.SENT,
            self._now,
            Subject(mailbox.customer_id, mailbox.workspace_id, job.candidate.contact_id),
            mailbox_id=mailbox.id,
            outgoing_id=job.outgoing_id,
            detail={"kind": job.kind.value},
        )

    def completed_at(self, job: Job) -> datetime:
        """The instant the step counts as done: its slot, so that what follows keeps to its forecast, or now if late."""
        return job.slot_at if self._now - job.slot_at <= LATENESS else self._now

    def _count_sent(self, job: Job, before: Standing) -> None:
        assert job.decision is not None  # an email of a sequence
        enrollment = before.enrollment
        self._ledger.happened(
            ActivityKind.SENT,
            self._now,
            subject_of(before),
            step_id=job.decision.step.id,
            mailbox_id=self._desk.mailbox.id,
            outgoing_id=job.outgoing_id,
            variant_id=job.variant_id,
        )
        self._ledger.step(job.decision.step.id, executed=1, succeeded=1)
        self._ledger.variant(job.decision.step.id, job.variant_id, enrollment.sequence_id, sent=1, delivered=1)
        if before.emails_sent == 0:
            self._ledger.sequence(enrollment.sequence_id, sent=1, delivered=1)
        elif not bounces.was_delivered(self._unit, enrollment.id, other_than=job.outgoing_id):
            self._ledger.sequence(enrollment.sequence_id, delivered=1)

    def _unbuilt(self, job: Job, result: RenderFailed) -> None:
        """No message can be made: the contact is held with the reason, and nothing of it left."""
        if job.single is not None:
            self._unbuilt_single(job, result)
            return
        claims.release(self._unit, self._desk.lease, [job.outgoing_id])
        if job.first_attempted_at is None:
            self._desk.book.not_begun(job.candidate, job.claimed_at)
        before = self._fresh(job)
        if before is None or _is_over(job, before):
            return
        reason = HoldReason.MISSING_DATA if result.code == RenderCode.MISSING_VARIABLE else HoldReason.HELD
        if result.code in _TEMPLATE_FAULTS:
            reason = HoldReason.INCOMPLETE_STEP
        words = ", ".join(result.fields) if reason is HoldReason.MISSING_DATA else _words(result)
        held = replace(before.enrollment, hold=reason, hold_detail=words, next_step_scheduled_at=None)
        self._ledger.happened(
            ActivityKind.HELD,
            self._now,
            subject_of(before),
            step_id=job.step_id,
            detail={"reason": reason.value, "what": words},
        )
        self._save(before, replace(before, enrollment=held, ticket=None))

    def _unbuilt_single(self, job: Job, result: RenderFailed) -> None:
        """An email somebody has asked for can't be made: it failed, and with it the step it may belong to."""
        words = _words(result)
        self._desk.book.not_begun(job.candidate, job.claimed_at)
        if not claims.fail_claim(self._unit, self._desk.lease, job.outgoing_id, f"template: {result.code}", words):
            return
        before = self._fresh(job)
        if before is not None:
            self._note_failed(ActivityKind.FAILED, before, job, {"reason": words[:500]})
            self._give_up_step(before, job, result.code)

    def _failed(self, job: Job, answer: Answer) -> None:
        phase = SmtpPhase(answer.phase)
        kind = classify(phase, answer.code, answer.status, answer.text)
        verdict = after_failure(
            kind,
            phase,
            job.attempts + 1,
            job.first_attempted_at or job.claimed_at,
            self._now,
            job.candidate.calendar,
            holds=self.mailbox.holds_before(job.begun_at),
        )
        match verdict:
            case Uncertain():
                self._uncertain(job, answer, kind)
            case Retry(at=at, held_until=held_until):
                self._deferred(job, answer, kind, at, counts_attempt=verdict.counts_attempt)
                if held_until is not None:
                    self.mailbox.hold(held_until, answer.text, job.begun_at)
            case PauseMailbox(reason=reason):
                self._deferred(job, answer, kind, self._now, counts_attempt=False)
                self.mailbox.pause(reason, answer.text)
            case Fail():
                self._given_up(job, answer, kind, verdict)

    def _uncertain(self, job: Job, answer: Answer, kind: FailureKind) -> None:
        if not self._settle(job, answer, EmailState.UNCERTAIN, kind) or job.standing is None:
            return
        before = self._fresh(job)
        if before is None:
            return
        self._ledger.happened(
            ActivityKind.UNCERTAIN,
            self._now,
            subject_of(before),
            step_id=job.step_id,
            outgoing_id=job.outgoing_id,
            detail={"reason": answer.text[:500]},
        )
        if not _is_same_round(job, before):
            return
        waiting = replace(before.enrollment, next_step_scheduled_at=None)
        self._save(before, replace(before, enrollment=waiting, ticket=None))

    def _deferred(self, job: Job, answer: Answer, kind: FailureKind, at: datetime, *, counts_attempt: bool) -> None:
        before = self._fresh(job)
        is_over = job.decision is not None and (before is None or _is_over(job, before))
        if not attempts.record_settled(
            self._unit,
            self._desk.lease,
            answer,
            EmailState.CANCELLED if is_over else EmailState.DEFERRED,
            failure_kind=kind.value,
            retry_at=None if is_over else at,
            burns_attempt=counts_attempt,
        ):
            return
        if before is None or is_over or job.single is not None:
            return
        later = replace(before.enrollment, not_before=at)
        queued = None if job.standing is None else job.standing.ticket
        ticket = None
        if queued is not None and later.status is EnrollmentStatus.ACTIVE:
            later = replace(later, next_step_scheduled_at=at)
            ticket = replace(queued, lane=Lane.RETRY, wake_at=at)
        self._save(before, replace(before, enrollment=later, ticket=ticket))
        self._desk.note(ticket)

    def _given_up(self, job: Job, answer: Answer, kind: FailureKind, verdict: Fail) -> None:
        if not self._settle(job, answer, EmailState.FAILED, kind):
            return
        self._give_place_back(job)
        self.mailbox.note_policy(kind, answer.text)
        before = self._fresh(job)
        if before is None or job.decision is None:
            return
        activity = ActivityKind.BOUNCED if verdict.bounce or verdict.soft else ActivityKind.FAILED
        self._note_failed(activity, before, job, {"code": answer.code, "text": answer.text[:500]})
        if _is_over(job, before):
            if verdict.bounce:
                self._bounced_hard(before, job, answer)
        elif verdict.bounce:
            self._go_on(before, self._bounced_hard(before, job, answer))
        elif verdict.soft:
            self._go_on(before, self._bounced_soft(before, job))
        else:
            self._give_up_step(before, job, kind.value)

    def _note_failed(self, kind: ActivityKind, before: Standing, job: Job, detail: dict[str, object]) -> None:
        assert job.decision is not None  # an email of a sequence
        self._ledger.happened(
            kind,
            self._now,
            subject_of(before),
            step_id=job.step_id,
            mailbox_id=self._desk.mailbox.id,
            outgoing_id=job.outgoing_id,
            detail=detail,
        )
        self._ledger.step(job.decision.step.id, executed=1)

    def _give_up_step(self, before: Standing, job: Job, reason: str) -> None:
        """The enrollment ends as failed, for a person to look at."""
        assert job.decision is not None  # an email of a sequence
        record = StepRecord(job.decision.step.id, StepResult.FAILED, self._now, reason)
        self._go_on(before, replace(before, enrollment=with_record(before.enrollment, record)))

    def _bounced_hard(self, before: Standing, job: Job, answer: Answer) -> Standing:
        """The address is bad: it is suppressed, and the enrollment goes on as its sequence says of bounces."""
        assert job.decision is not None  # an email of a sequence
        self._suppress(before, job, answer)
        bounces.mark_bounced(self._unit, job.outgoing_id, "hard", self._now)
        if before.emails_sent and not bounces.has_bounced(self._unit, before.enrollment.id, other_than=job.outgoing_id):
            self._ledger.sequence(before.enrollment.sequence_id, bounced=1)
        self._ledger.variant(job.decision.step.id, job.variant_id, before.enrollment.sequence_id, bounced=1)
        return replace(before, suppression=before.suppression or SuppressionReason.HARD_BOUNCE)

    def _bounced_soft(self, before: Standing, job: Job) -> Standing:
        """The address couldn't take it for days: the contact goes on; three such emails in a row end the enrollment."""
        assert job.decision is not None  # an email of a sequence
        bounces.mark_bounced(self._unit, job.outgoing_id, "soft", self._now)
        record = StepRecord(job.decision.step.id, StepResult.SKIPPED, self._now, "soft_bounce")
        after = replace(before, enrollment=with_record(before.enrollment, record))
        if bounces.soft_bounces_in_a_row(self._unit, before.enrollment.id) < SOFT_BOUNCES_END_AT:
            return after
        if before.emails_sent:
            self._ledger.sequence(before.enrollment.sequence_id, bounced=1)
        return end(self._turn.scene(after), after, CompletionReason.BOUNCED)

    def _suppress(self, standing: Standing, job: Job, answer: Answer) -> None:
        suppressions.add_suppression(
            self._unit,
            standing.workspace_id,
            Suppression(
                self._turn.context.new_id(),
                SuppressionScope.ADDRESS,
                job.address_key,
                SuppressionReason.HARD_BOUNCE,
                f"refused by the mail host of {self._desk.mailbox.address}",
                self._now,
            ),
            contact_id=standing.enrollment.contact_id,
            detail=f"{answer.code} {answer.status} {answer.text}"[:500],
        )
        self._unit.changed(Topic.SUPPRESSIONS)

    def _settle(self, job: Job, answer: Answer, state: EmailState, kind: FailureKind) -> bool:
        return attempts.record_settled(self._unit, self._desk.lease, answer, state, failure_kind=kind.value)

    def _give_place_back(self, job: Job) -> None:
        """An email that failed for good counts no more on the day of its first attempt."""
        self._desk.book.without(job.candidate, job.first_attempted_at or job.claimed_at)
        first = job.first_attempted_at or job.begun_at or job.claimed_at
        counts = [Count("mailbox_day", self._desk.mailbox.id, local_day(self._desk.mailbox.limits.zone, first))]
        sequence = self._turn.room.sequences.get(job.candidate.sequence_id or UUID(int=0))
        if sequence is not None:
            day = local_day(sequence.calendar(sequence.zone).zone, first)
            counts.append(Count("sequence_day", sequence.id, day))
            if job.candidate.is_first:
                counts.append(Count("sequence_new_day", sequence.id, day))
        if job.candidate.company_id is not None:
            day = local_day(self._desk.mailbox.limits.zone, first)
            counts.append(Count("company_day", job.candidate.company_id, day))
        gate.add_used(self._unit, [(count, -1) for count in counts])

    def _fresh(self, job: Job) -> Standing | None:
        """The enrollment as it stands now, which may have been paused, stopped or edited while its email was sent."""
        if job.standing is None or job.decision is None:
            return None
        if job.epoch is not None and job.epoch == self._turn.epoch:
            return changed(job.standing, ticket=None)
        found = enrollments.find_standing(self._unit, self._turn.context.scope.customer_id, job.standing.enrollment.id)
        if found is None or found.ticket != job.standing.ticket or not _is_same_round(job, found):
            return found
        return changed(found, ticket=None)  # the claim took that row out of the queue

    def _go_on(self, before: Standing, after: Standing) -> None:
        """Decide what comes next, if the enrollment still runs, and save it."""
        is_running = after.enrollment.sequence_id in self._turn.room.sequences
        if after.enrollment.status is EnrollmentStatus.ACTIVE and is_running:
            scene = self._turn.scene(after)
            after = carry_on(scene, after, facts_of(scene, after, with_email_under_way=False))[0]
            self._desk.note(after.ticket)
        self._save(before, after)

    def _save(self, before: Standing, after: Standing) -> None:
        """Have the enrollment written with all others of the turn; each has one email under way at most."""
        self._before.append(before)
        self._after.append(after)


def _is_same_round(job: Job, now: Standing) -> bool:
    """Whether the enrollment is still in the round the email was claimed for."""
    return job.standing is not None and job.standing.enrollment.round == now.enrollment.round


def _is_over(job: Job, now: Standing) -> bool:
    """Whether the enrollment has ended, or begun anew, since the email was claimed."""
    return now.enrollment.status in ENDED or not _is_same_round(job, now)


def _words(result: RenderFailed) -> str:
    return " ".join(part for part in (result.title, result.detail, ", ".join(result.fields)) if part)
