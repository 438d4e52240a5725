"""What a change to a contact does to its enrollments: held ones go on, a new address holds, a suppression ends."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from opendoors_desktop.domain.enrollment import (
    ENDED,
    CompletionReason,
    EnrollmentStatus,
    HoldReason,
    Reopening,
    reopen,
)
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import Scene, end, replan, save
from opendoors_desktop.store import bounces, enrollments
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

_FOR_LACK = frozenset({HoldReason.MISSING_DATA, HoldReason.NO_ADDRESS})


def release_held(unit: Unit, context: Context, contact_ids: Iterable[UUID]) -> int:
    """Let enrollments go on that were held for lack of data, where it is there now; gives the number looked at."""
    return _each(unit, context, contact_ids, lambda standing: standing.enrollment.hold in _FOR_LACK, replan)


def look_again(unit: Unit, context: Context, contact_ids: Iterable[UUID]) -> int:
    """Decide the running enrollments of contacts anew, after they were suppressed or are no longer."""
    return _each(unit, context, contact_ids, lambda _: True, replan)


def end_all(unit: Unit, context: Context, contact_ids: Iterable[UUID], reason: CompletionReason) -> int:
    """End the active and paused enrollments of contacts, with their tasks and unsent emails; gives their number."""
    return _each(unit, context, contact_ids, lambda _: True, lambda scene, standing: end(scene, standing, reason))


def hold_for_new_address(unit: Unit, context: Context, contact_id: UUID, old: str) -> int:
    """Hold the next email of each enrollment for a look at the new address; those that bounced are opened again."""

    def change(scene: Scene, standing: Standing) -> Standing:
        enrollment = standing.enrollment
        if enrollment.status is EnrollmentStatus.BOUNCED:
            enrollment = reopen(enrollment, Reopening.CORRECTED_ADDRESS)
            _send_refused_again(scene, standing)
        held = replace(enrollment, hold=HoldReason.ADDRESS_CHANGED, hold_detail=old)
        return replan(scene, replace(standing, enrollment=held))

    return _each(unit, context, [contact_id], lambda _: True, change, also=EnrollmentStatus.BOUNCED)


def _send_refused_again(scene: Scene, standing: Standing) -> None:
    """Let what the wrong address was refused be sent to the right one; its bounces count no more."""
    enrollment = standing.enrollment
    for email in bounces.plan_refused_again(scene.unit, enrollment.id, enrollment.round):
        scene.ledger.step(email.step_id, executed=-1)
        scene.ledger.variant(email.step_id, email.variant_id, enrollment.sequence_id, bounced=-1)
        if standing.emails_sent and not bounces.has_bounced(scene.unit, enrollment.id, other_than=email.outgoing_id):
            scene.ledger.sequence(enrollment.sequence_id, bounced=-1)


def _each(
    unit: Unit,
    context: Context,
    contact_ids: Iterable[UUID],
    concerns: Callable[[Standing], bool],
    change: Callable[[Scene, Standing], Standing],
    *,
    also: EnrollmentStatus | None = None,
) -> int:
    """Change the running enrollments of contacts (and those in the state `also`) that are concerned."""
    scenes: dict[UUID, Scene] = {}
    count = 0
    for contact_id in contact_ids:
        for standing in enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id):
            enrollment = standing.enrollment
            if (enrollment.status in ENDED and enrollment.status is not also) or not concerns(standing):
                continue
            scene = scenes.get(enrollment.sequence_id)
            if scene is None:
                scene = scenes[enrollment.sequence_id] = scene_of(unit, context, enrollment.sequence_id)
            save(scene, standing, change(scene, standing))
            count += 1
    for scene in scenes.values():
        scene.ledger.write(unit)
    return count
