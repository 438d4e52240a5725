"""Settles what was left behind: by the scheduler that had a mailbox before, or by a write whose fate isn't known."""

from dataclasses import dataclass, replace
from datetime import datetime

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk
from opendoors_desktop.engine.stepping import subject_of
from opendoors_desktop.store import enrollments, outbox, queue, unheard
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.outbox import EmailState, Stranded
from opendoors_desktop.store.queue import Lane, Ticket
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many emails were claimed (now planned again) and how many were being sent (now uncertain)."""

    planned: int
    uncertain: int


def recover(unit: Unit, context: Context, lease: Lease, now: datetime) -> Recovered:
    """Take the claims of older fencing numbers back, and mark what was being sent as uncertain; nothing is sent again.

    To be called in the unit that took the lease, so that no other scheduler can begin one of them in between.
    """
    back, lost = outbox.strand(unit, lease)
    for stranded in back:
        _queue_again(unit, context, lease, stranded, now)
    ledger = Ledger(context.new_id)
    for stranded in lost:
        _wait_for_person(unit, context, ledger, stranded, now)
    ledger.write(unit)
    if back or lost:
        unit.changed(Topic.OUTBOX, Topic.ENROLLMENTS)
    return Recovered(len(back), len(lost))


def reconcile(unit: Unit, context: Context, desk: Desk, now: datetime) -> None:
    """Hold a desk against the journal after a write that failed, of which either everything is there or nothing.

    A commit may be kept although its answer was lost with the connection. What it began was never handed over, so it
    is claimed as before; what it claimed nobody knows, so it goes back into the queue; what it settled is done.
    """
    lease = desk.lease
    own = unheard.own_emails(unit, lease)
    begun = {
        key: own[key]
        for key in desk.claimed
        if key in own and own[key].state is EmailState.SENDING and key not in desk.sending
    }
    unheard.take_back(unit, lease, begun)
    for key, email in begun.items():
        desk.claimed[key].first_attempted_at = email.first_attempted_at
    for result in [each for each in desk.results if each.id not in own]:
        desk.results.remove(result)
        desk.drop(result.id)
    back = unheard.plan_unknown(unit, lease, desk.claimed)
    for stranded in back:
        _queue_again(unit, context, lease, stranded, now)
    if begun or back:
        unit.changed(Topic.OUTBOX, Topic.ENROLLMENTS)


def _queue_again(unit: Unit, context: Context, lease: Lease, stranded: Stranded, now: datetime) -> None:
    """Put an enrollment where its row says it stood when its email was claimed, or was put since; else to the front."""
    if stranded.enrollment_id is None or stranded.is_by_hand:
        return
    standing = enrollments.find_standing(unit, context.scope.customer_id, stranded.enrollment_id)
    if standing is None or standing.enrollment.status is not EnrollmentStatus.ACTIVE:
        return
    if standing.enrollment.round != stranded.round:
        return
    if standing.ticket is not None:
        queue.remove(unit, [standing.ticket])
        queue.put(unit, [standing.ticket])
        return
    lane = Lane.FOLLOW_UP if standing.emails_sent else Lane.FIRST
    ticket = Ticket(lease.mailbox_id, standing.enrollment.sequence_id, lane, now, standing.enrollment.id)
    enrollments.save(unit, [standing], [replace(standing, ticket=ticket)])


def _wait_for_person(unit: Unit, context: Context, ledger: Ledger, stranded: Stranded, now: datetime) -> None:
    if stranded.enrollment_id is None:
        return
    standing = enrollments.find_standing(unit, context.scope.customer_id, stranded.enrollment_id)
    if standing is None:
        return
    ledger.happened(
        ActivityKind.UNCERTAIN,
        now,
        subject_of(standing),
        outgoing_id=stranded.outgoing_id,
        detail={"reason": "The program ended while this email was being sent."},
    )
    if standing.enrollment.round != stranded.round:
        return
    waiting = replace(standing.enrollment, next_step_scheduled_at=None)
    enrollments.save(unit, [standing], [replace(standing, enrollment=waiting, ticket=None)])
