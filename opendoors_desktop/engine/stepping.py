"""Carries decisions out: moves enrollments through the steps that need no mailbox, and sets where they wait next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain import enrollment as domain
from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.decision import (
    Decision,
    Elapse,
    Finish,
    Hold,
    MakeTask,
    Send,
    Skip,
    TakeLane,
    Wait,
    advance,
    mailbox_of,
    record_of,
)
from opendoors_desktop.domain.enrolling import fixed_mailbox
from opendoors_desktop.domain.enrollment import CompletionReason, Enrollment, EnrollmentStatus, with_record
from opendoors_desktop.domain.facts import Facts, is_unset
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import Branch, Step, StepResult, StepType
from opendoors_desktop.domain.values import changed
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import enrollments, outbox, tasks
from opendoors_desktop.store.facts import NO_FACTS, StepFacts, UnderWay, emails_under_way, step_facts
from opendoors_desktop.store.ledger import Ledger, Subject
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import NO_MAILBOX, Lane, Ticket, make_ticket
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.tasks import NewTask
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules need beside an enrollment: the fallbacks of fields, and the mailboxes by id."""

    fallbacks: Mapping[str, str]
    mailboxes: Mapping[UUID, Mailbox]


@dataclass(frozen=True, slots=True)
class Scene:
    """One unit's work on the enrollments of one sequence."""

    unit: Unit
    context: Context
    sequence: Sequence
    surroundings: Surroundings
    ledger: Ledger
    now: datetime


def subject_of(standing: Standing) -> Subject:
    """Whom an activity of this enrollment is about."""
    enrollment = standing.enrollment
    return Subject(
        standing.customer_id, standing.workspace_id, enrollment.contact_id, enrollment.id, enrollment.sequence_id
    )


def facts_of(scene: Scene, standing: Standing, *, with_email_under_way: bool = True) -> Facts:
    """All that is known of an enrollment now; `with_email_under_way` asks the journal for one as well."""
    return _facts(scene, standing, _under_way(scene, standing).state if with_email_under_way else None)


def _under_way(scene: Scene, standing: Standing) -> UnderWay:
    return emails_under_way(scene.unit, standing.enrollment.id, standing.enrollment.round)


def _facts(scene: Scene, standing: Standing, unsettled: str | None) -> Facts:
    enrollment = standing.enrollment
    known = NO_FACTS
    if scene.sequence.flow.has_conditions or _has_open_task(enrollment):
        known = step_facts(scene.unit, enrollment.id, enrollment.round)
    mailbox = scene.surroundings.mailboxes.get(enrollment.mailbox_id or NO_MAILBOX)
    return _facts_from(scene, standing, unsettled, known, mailbox)


def _facts_from(
    scene: Scene, standing: Standing, unsettled: str | None, known: StepFacts, mailbox: Mailbox | None
) -> Facts:
    return Facts(
        fields=with_sender(standing.fields, mailbox),
        fallbacks=scene.surroundings.fallbacks,
        emails=known[0],
        tasks=known[1],
        last_contacted_at=standing.last_contacted_at,
        suppression=standing.suppression,
        has_replied=standing.has_replied,
        has_reached_goal=standing.has_reached_goal,
        unsettled=unsettled,
        days_off=frozenset() if mailbox is None else mailbox.days_off,
    )


def with_sender(fields: Mapping[str, object], mailbox: Mailbox | None) -> Mapping[str, object]:
    """A contact's fields with those of the sender beside them."""
    if mailbox is None:
        return fields
    return {**fields, "sender_name": mailbox.from_name, "sender_email": mailbox.address}


def fields_of(fields: Mapping[str, object], fallbacks: Mapping[str, str], mailbox: Mailbox | None) -> dict[str, object]:
    """A contact's fields as texts show them: fallbacks where they are empty, the sender's beside."""
    filled = dict(with_sender(fields, mailbox))
    for name, fallback in fallbacks.items():
        if is_unset(filled.get(name)):
            filled[name] = fallback
    return filled


def carry_on(scene: Scene, standing: Standing, facts: Facts) -> tuple[Standing, Decision]:
    """Take an enrollment as far as it goes by itself: lanes, skips, delays, tasks to be made, its end.

    Gives it back standing where it waits now, to be saved by the caller, with the decision it waits for: Send for an
    email that is due, Wait, Hold or Finish.
    """
    enrollment = standing.enrollment
    while True:
        before = enrollment
        enrollment, passed, decision = advance(scene.sequence, enrollment, facts, scene.now)
        for each in passed:
            _note_passed(scene, standing, each)
        if not isinstance(decision, MakeTask):
            break
        _make_task(scene, standing, decision)
        enrollment = with_record(enrollment, record_of(decision))
    if isinstance(decision, Finish):
        return end(scene, replace(standing, enrollment=enrollment), decision.reason), decision
    if isinstance(decision, Hold) and before.hold is not decision.reason:
        scene.ledger.happened(
            ActivityKind.HELD,
            scene.now,
            subject_of(standing),
            step_id=decision.step.id,
            detail={"reason": decision.reason.value, "what": decision.detail},
        )
    ticket = ticket_for(scene.sequence, enrollment, decision)
    if enrollment is standing.enrollment and ticket == standing.ticket:
        return standing, decision
    return changed(standing, enrollment=enrollment, ticket=ticket), decision


def lane_of(email: Send) -> Lane:
    """The lane an email that is due waits in."""
    return Lane.FIRST if email.is_first else Lane.FOLLOW_UP


def ticket_for(sequence: Sequence, enrollment: Enrollment, decision: Decision) -> Ticket | None:
    """Where an enrollment with this decision stands in the queue; None when it waits for no instant."""
    if isinstance(decision, Send):
        return make_ticket(decision.mailbox_id, sequence.id, lane_of(decision), decision.due_at, enrollment.id)
    if not isinstance(decision, Wait) or decision.look_at is None:
        return None
    step = decision.step
    if step is not None and step.type is StepType.EMAIL and not step.is_manual:
        is_first = all(record.result is not StepResult.SENT for record in enrollment.records)
        mailbox_id = mailbox_of(step, enrollment, is_new_thread=is_first or step.has_subject)
        if mailbox_id is not None:
            lane = Lane.FIRST if is_first else Lane.FOLLOW_UP
            return make_ticket(mailbox_id, sequence.id, lane, decision.look_at, enrollment.id)
    return make_ticket(NO_MAILBOX, sequence.id, Lane.NO_MAILBOX, decision.look_at, enrollment.id)


def end(scene: Scene, standing: Standing, reason: CompletionReason) -> Standing:
    """The enrollment ended for a reason, out of the queue, its open tasks and unsent emails cancelled."""
    ended = domain.end(standing.enrollment, reason, scene.now)
    tasks.cancel_open(scene.unit, ended.id, scene.now)
    outbox.cancel_open(scene.unit, ended.id)
    completed = ended.status is EnrollmentStatus.COMPLETED
    scene.ledger.happened(
        ActivityKind.COMPLETED if completed else ActivityKind.STOPPED,
        scene.now,
        subject_of(standing),
        detail={"reason": reason.value},
    )
    scene.unit.changed(Topic.ENROLLMENTS, Topic.TASKS)
    return replace(standing, enrollment=ended, ticket=None)


def pause(scene: Scene, standing: Standing) -> Standing:
    """The enrollment paused now: out of the queue, its remaining wait kept."""
    scene.ledger.happened(ActivityKind.PAUSED, scene.now, subject_of(standing))
    return replace(standing, enrollment=domain.pause(standing.enrollment, scene.now), ticket=None)


def resume(scene: Scene, standing: Standing, sequence_paused_at: datetime | None) -> Standing:
    """A paused enrollment active again, its due instants later by the pause, as `domain.enrollment.resume` says."""
    active = domain.resume(standing.enrollment, scene.now, sequence_paused_at)
    scene.ledger.happened(ActivityKind.RESUMED, scene.now, subject_of(standing))
    return replan(scene, replace(standing, enrollment=active))


def replan(scene: Scene, standing: Standing) -> Standing:
    """The enrollment decided anew after something about it changed; an email that was put off is still tried again.

    One that was enrolled before its sequence had a mailbox is given one.
    """
    if standing.enrollment.mailbox_id is None:
        mailbox_id = fixed_mailbox(scene.sequence, standing.enrollment.id)
        standing = replace(standing, enrollment=replace(standing.enrollment, mailbox_id=mailbox_id))
    under_way = _under_way(scene, standing)
    after = carry_on(scene, standing, _facts(scene, standing, under_way.state))[0]
    ticket = after.ticket
    if ticket is None or ticket.lane is Lane.NO_MAILBOX or after.enrollment.current_step_id not in under_way.tried:
        return after
    return replace(after, ticket=replace(ticket, lane=Lane.RETRY))


def set_out(scene: Scene, standing: Standing) -> Standing:
    """A new enrollment decided for the first time: nothing happened in it yet, so nothing of it is asked for."""
    enrollment = standing.enrollment
    mailbox = scene.surroundings.mailboxes.get(enrollment.mailbox_id or NO_MAILBOX)
    return carry_on(scene, standing, _facts_from(scene, standing, None, NO_FACTS, mailbox))[0]


def save(scene: Scene, before: Standing, after: Standing) -> None:
    """Write one changed enrollment back."""
    enrollments.save(scene.unit, [before], [after])
    scene.unit.changed(Topic.ENROLLMENTS)


def each_standing(scene: Scene) -> Iterator[Standing]:
    """The active and paused enrollments of the scene's sequence, read in pages."""
    after: UUID | None = None
    while True:
        page = enrollments.page_standings(scene.unit, scene.context.scope.customer_id, scene.sequence.id, after)
        if not page:
            return
        yield from page
        after = page[-1].enrollment.contact_id


def replan_all(scene: Scene) -> int:
    """Decide every active enrollment of a sequence anew; gives their number."""
    count = 0
    for standing in each_standing(scene):
        if standing.enrollment.status is EnrollmentStatus.ACTIVE:
            save(scene, standing, replan(scene, standing))
            count += 1
    return count


def _note_passed(scene: Scene, standing: Standing, passed: TakeLane | Skip | Elapse) -> None:
    about = subject_of(standing)
    match passed:
        case TakeLane(step=step, branch=branch, at=at):
            scene.ledger.happened(ActivityKind.LANE_TAKEN, at, about, step_id=step.id, detail={"branch": branch.value})
            scene.ledger.step(step.id, executed=1, succeeded=1 if branch is Branch.YES else 0)
        case Skip(step=step, at=at, because=because):
            scene.ledger.happened(
                ActivityKind.STEP_SKIPPED, at, about, step_id=step.id, detail={"because": because.value}
            )
        case Elapse(step=step, at=at):
            scene.ledger.happened(ActivityKind.DELAY_OVER, at, about, step_id=step.id)
            scene.ledger.step(step.id, executed=1, succeeded=1)


def _make_task(scene: Scene, standing: Standing, decision: MakeTask) -> None:
    step, enrollment = decision.step, standing.enrollment
    tasks.add_task(
        scene.unit,
        NewTask(
            id=scene.context.new_id(),
            customer_id=standing.customer_id,
            workspace_id=standing.workspace_id,
            kind="email" if step.type is StepType.EMAIL else step.type.value,
            enrollment_id=enrollment.id,
            sequence_id=enrollment.sequence_id,
            step_id=step.id,
            round=enrollment.round,
            contact_id=enrollment.contact_id,
            assignee_id=step.task_assignee_id or scene.sequence.owner_id,
            title=step.task_title or _default_title(step),
            description=step.task_description or "",
            linkedin_action=None if step.linkedin_action is None else step.linkedin_action.value,
            linkedin_message=step.linkedin_message,
            call_script_id=step.call_script_id,
            due_at=decision.task_due_at,
        ),
        scene.now,
    )
    scene.ledger.happened(ActivityKind.TASK_MADE, scene.now, subject_of(standing), step_id=step.id)
    if step.type is not StepType.EMAIL:  # an email by hand is executed when it leaves
        scene.ledger.step(step.id, executed=1)
    scene.unit.changed(Topic.TASKS)


def _default_title(step: Step) -> str:
    if step.type is StepType.LINKEDIN and step.linkedin_action is not None:
        return f"LinkedIn: {step.linkedin_action.value.replace('_', ' ')}"
    return {StepType.CALL: "Call", StepType.EMAIL: "Email to write"}.get(step.type, "Task")


def _has_open_task(enrollment: Enrollment) -> bool:
    return bool(enrollment.records) and enrollment.records[-1].result is StepResult.MADE
