"""Lists the journal of outgoing emails, and settles by hand those whose fate nobody knows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import ENDED, EnrollmentStatus
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.email_thread import with_email_sent
from opendoors_desktop.engine.stepping import Scene, replan, save, subject_of
from opendoors_desktop.store import bounces, enrollments, resolution
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.queries.outbox import OutgoingRow, page_outgoing
from opendoors_desktop.store.resolution import Unsettled
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

__all__ = ["EmailState", "ResolveAs", "Resolved", "list_outgoing", "resolve"]

PAGE = 500
BY_PERSON = "by a person"
"""How the history tells of an email that a person settled."""


class ResolveAs(StrEnum):
    """What a person decides about an uncertain email."""

    SENT = "sent"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Resolved:
    """An email settled by hand, and where its enrollment (None: it has none) stands now."""

    outgoing_id: UUID
    state: EmailState
    message_id: str
    enrollment_id: UUID | None = None
    enrollment_status: EnrollmentStatus | None = None
    next_step_scheduled_at: datetime | None = None


def list_outgoing(
    context: Context,
    *,
    states: Collection[EmailState] = (),
    sequence_id: UUID | None = None,
    contact_id: UUID | None = None,
) -> Iterator[OutgoingRow]:
    """Emails in the order they came into the journal, a page in memory at a time; no states: all."""
    after: UUID | None = None
    while True:
        with context.store.read() as unit:
            page = page_outgoing(
                unit,
                context.scope.workspace_id,
                states=[state.value for state in states],
                sequence_id=sequence_id,
                contact_id=contact_id,
                after=after,
                limit=PAGE,
            )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def resolve(context: Context, outgoing_id: UUID, decision: ResolveAs) -> Resolved:
    """Settle an uncertain email: it went at its last attempt, or it is sent again under the same Message-ID.

    Raises NotFound; NotPossible for one whose fate is known, and for sending again what has no place to go back to.
    """
    now, by = context.clock.now(), context.scope.user_id
    with context.store.write() as unit:
        email = _get(unit, context, outgoing_id)
        sent_at = email.last_attempted_at or now
        if decision is ResolveAs.SENT:
            changed = resolution.settle_as_sent(unit, outgoing_id, sent_at, by=by, now=now)
        else:
            changed = resolution.plan_again(unit, outgoing_id, by=by, now=now)
        if not changed:
            raise _known(email)
        note(context, unit, "email_resolved", "outgoing_email", outgoing_id, decision=decision.value)
        after = _enrollment_after(unit, context, email, decision, sent_at)
        unit.changed(Topic.OUTBOX, Topic.ENROLLMENTS, Topic.CONTACTS)
    state = EmailState.SENT if decision is ResolveAs.SENT else EmailState.PLANNED
    if after is None:
        return Resolved(outgoing_id, state, email.message_id, email.enrollment_id)
    enrollment = after.enrollment
    return Resolved(
        outgoing_id, state, email.message_id, enrollment.id, enrollment.status, enrollment.next_step_scheduled_at
    )


def settle_found(context: Context, outgoing_id: UUID, where: str) -> bool:
    """Settle an uncertain email as sent, since it was found where only what went can be; False: its fate is known."""
    with context.store.write() as unit:
        return settle_found_in(unit, context, outgoing_id, where)


def settle_found_in(unit: Unit, context: Context, outgoing_id: UUID, where: str) -> bool:
    """As `settle_found`, inside a unit."""
    now = context.clock.now()
    email = resolution.find_unsettled(unit, context.scope.workspace_id, outgoing_id)
    if email is None or email.state is not EmailState.UNCERTAIN:
        return False
    sent_at = email.last_attempted_at or now
    resolution.settle_as_sent(unit, outgoing_id, sent_at, by=None, now=now)
    note(context, unit, "email_resolved", "outgoing_email", outgoing_id, decision=ResolveAs.SENT.value, found=where)
    _enrollment_after(unit, context, email, ResolveAs.SENT, sent_at, told=f"found: {where}")
    unit.changed(Topic.OUTBOX, Topic.ENROLLMENTS, Topic.CONTACTS)
    return True


def _get(unit: Unit, context: Context, outgoing_id: UUID) -> Unsettled:
    email = resolution.find_unsettled(unit, context.scope.workspace_id, outgoing_id)
    if email is None:
        raise NotFound("There is no such email.", "“opendoors outbox list” shows them.", where=str(outgoing_id))
    if email.state is not EmailState.UNCERTAIN:
        raise _known(email)
    return email


def _known(email: Unsettled) -> NotPossible:
    return NotPossible(
        f"This email is {email.state}: there is nothing to decide.",
        "Only uncertain emails wait for a decision; “opendoors outbox list --state uncertain” shows them.",
        where=str(email.id),
        code="not_uncertain",
    )


def _enrollment_after(
    unit: Unit, context: Context, email: Unsettled, decision: ResolveAs, sent_at: datetime, *, told: str = BY_PERSON
) -> Standing | None:
    """The enrollment of a sequence's email, recorded and decided anew; None for an email without one."""
    standing = None
    if email.enrollment_id is not None:
        standing = enrollments.find_standing(unit, context.scope.customer_id, email.enrollment_id)
    if standing is None or email.kind is not EmailKind.SEQUENCE or email.step_id is None:
        if decision is ResolveAs.SENT and email.contact_id is not None:
            enrollments.note_contacted(unit, [email.contact_id], sent_at)
        return None
    scene = scene_of(unit, context, standing.enrollment.sequence_id)
    is_current = standing.enrollment.round == email.round
    if decision is ResolveAs.SENT:
        after = _sent(scene, standing, email, sent_at, is_current=is_current)
        _count(scene, standing, email, sent_at, told)
    else:
        _require_way_back(standing, email, is_current=is_current)
        after = standing
    if after.enrollment.status is EnrollmentStatus.ACTIVE and is_current and not _waits_for_sender(email, decision):
        after = replan(scene, after)
    save(scene, standing, after)
    scene.ledger.write(unit)
    return after


def _waits_for_sender(email: Unsettled, decision: ResolveAs) -> bool:
    """An email by hand goes again from the journal itself; its enrollment stays where it is until then."""
    return decision is ResolveAs.RESEND and email.is_by_hand


def _require_way_back(standing: Standing, email: Unsettled, *, is_current: bool) -> None:
    if is_current and standing.enrollment.status not in ENDED:
        return
    status = standing.enrollment.status if is_current else "in another round"
    raise NotPossible(
        f"The enrollment is {status}, so this email has no place to go back to.",
        "Settle it as sent, or write to the contact by hand.",
        where=str(email.id),
        code="enrollment_ended",
    )


def _sent(scene: Scene, before: Standing, email: Unsettled, sent_at: datetime, *, is_current: bool) -> Standing:
    """The enrollment as the mail host's own yes would have left it; an email of an earlier round counts, no more."""
    assert email.step_id is not None  # only steps' emails come here
    if before.last_contacted_at is None or before.last_contacted_at < sent_at:
        enrollments.note_contacted(scene.unit, [before.enrollment.contact_id], sent_at)
        before = replace(before, last_contacted_at=sent_at)
    if not is_current:
        return replace(before, emails_sent=before.emails_sent + 1)
    record = StepRecord(email.step_id, StepResult.SENT, sent_at, email.variant_id)
    subject = email.subject if email.starts_thread else None
    return with_email_sent(before, record, email.message_id, subject=subject, mailbox_id=email.mailbox_id)


def _count(scene: Scene, before: Standing, email: Unsettled, sent_at: datetime, told: str) -> None:
    """The activity and the totals, as for any email that was accepted."""
    assert email.step_id is not None  # only steps' emails come here
    ledger, sequence_id = scene.ledger, before.enrollment.sequence_id
    ledger.happened(
        ActivityKind.SENT,
        sent_at,
        subject_of(before),
        step_id=email.step_id,
        mailbox_id=email.mailbox_id,
        outgoing_id=email.id,
        variant_id=email.variant_id,
        detail={"resolved": told},
    )
    ledger.step(email.step_id, executed=1, succeeded=1)
    ledger.variant(email.step_id, email.variant_id, sequence_id, sent=1, delivered=1)
    if before.emails_sent == 0:
        ledger.sequence(sequence_id, sent=1, delivered=1)
    elif not bounces.was_delivered(scene.unit, before.enrollment.id, other_than=email.id):
        ledger.sequence(sequence_id, delivered=1)
