"""Takes back what a person did to enrollments: adding contacts to a sequence, and taking them out of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import ENDED, Enrollment, EnrollmentStatus, Reopening, reopen
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands.enrollments import (
    EnrollOptions,
    enroll,
    get_standing,
    may_have_been_reached,
    pause_enrollment,
    remove_enrollment,
    scene_of,
    take_out,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import decided
from opendoors_desktop.engine.stepping import save
from opendoors_desktop.store import enrollments, stopped
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

BATCH = 400
"""How many are taken back in one commit, so that no write holds the store for long."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A contact taken out of a sequence: the enrollment as it stood, `at` when, and whether its row is gone.

    `cancelled` are its emails that were cancelled before.
    """

    enrollment: Enrollment
    at: datetime
    is_gone: bool
    start_step: int | None
    cancelled: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many enrollments were taken back, and how many stay as they are because something happened since."""

    done: int
    kept: int


def remove_enrollments(context: Context, enrollment_ids: Iterable[UUID]) -> tuple[Removed, ...]:
    """Take contacts out of their sequence, as `remove_enrollment` does; gives what bringing them back needs."""
    return tuple(_remove(context, key) for key in enrollment_ids)


def bring_back(context: Context, removed: Sequence[Removed]) -> TakenBack:
    """Put contacts back who were taken out, each where it stood.

    Whose row was gone is enrolled anew with the start it had. Who may not be in the sequence any more stays out.
    """
    done = 0
    for each in removed:
        try:
            done += _enroll_again(context, each) if each.is_gone else _engage_again(context, each)
        except InputError:  # another sequence has the contact by now, or the sequence is gone
            continue
    return TakenBack(done, len(removed) - done)


def undo_enroll(context: Context, enrollment_ids: Sequence[UUID]) -> TakenBack:
    """Take contacts out again who were just enrolled, but for those whom something reached or may have reached."""
    done = 0
    for first in range(0, len(enrollment_ids), BATCH):
        with context.store.write() as unit:
            done += _take_out_batch(context, unit, enrollment_ids[first : first + BATCH])
            unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS)
    return TakenBack(done, len(enrollment_ids) - done)


def _take_out_batch(context: Context, unit: Unit, enrollment_ids: Sequence[UUID]) -> int:
    found = [enrollments.find_standing(unit, context.scope.customer_id, key) for key in enrollment_ids]
    leaving = [each for each in found if each is not None and not may_have_been_reached(unit, each)]
    scenes = {key: scene_of(unit, context, key) for key in {each.enrollment.sequence_id for each in leaving}}
    for standing in leaving:
        take_out(scenes[standing.enrollment.sequence_id], standing)
    for scene in scenes.values():
        scene.ledger.write(unit)
    return len(leaving)


def _remove(context: Context, enrollment_id: UUID) -> Removed:
    with context.store.read() as unit:
        standing = get_standing(unit, context, enrollment_id)
        start = standing.enrollment.start_step_id
        number = None if start is None else _number(unit, context, standing.enrollment.sequence_id, start)
        cancelled = frozenset(stopped.cancelled_in(unit, standing.enrollment.sequence_id))
    is_gone = remove_enrollment(context, enrollment_id)
    at = context.clock.now()
    if not is_gone:
        with context.store.read() as unit:
            at = get_standing(unit, context, enrollment_id).enrollment.completed_at or at
    return Removed(standing.enrollment, at, is_gone, number, cancelled)


def _number(unit: Unit, context: Context, sequence_id: UUID, step_id: UUID) -> int | None:
    return scene_of(unit, context, sequence_id).sequence.flow.number(step_id)


def _enroll_again(context: Context, removed: Removed) -> bool:
    enrollment = removed.enrollment
    options = EnrollOptions(removed.start_step, enrollment.started_at or enrollment.enrolled_at)
    (answer,) = enroll(context, enrollment.sequence_id, [enrollment.contact_id], options)
    if answer.enrollment_id is None or answer.refusal is not None:
        return False
    if enrollment.status is EnrollmentStatus.PAUSED:
        pause_enrollment(context, answer.enrollment_id)
    return True


def _engage_again(context: Context, removed: Removed) -> bool:
    """Let an enrollment that was ended and hidden be seen again, and go on where it went on before."""
    before = removed.enrollment
    was_under_way = before.status not in ENDED
    with context.store.write() as unit:
        now = get_standing(unit, context, before.id)
        if was_under_way and before.id not in stopped.stopped_at(unit, before.sequence_id, removed.at):
            return False
        enrollments.hide(unit, now.customer_id, before.id, is_hidden=False)
        if was_under_way:
            scene = scene_of(unit, context, before.sequence_id)
            stopped.reopen_work(unit, before.id, before.round, removed.at, removed.cancelled)
            save(scene, now, decided(scene, _as_it_stood(now, before)))
            scene.ledger.write(unit)
        unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS)
    return True


def _as_it_stood(now: Standing, before: Enrollment) -> Standing:
    """The standing with its enrollment as it was before it ended."""
    opened = reopen(now.enrollment, Reopening.UNDO)  # refuses one that was ended for good
    kept = {name: getattr(before, name) for name in ("status", "current_step_id", "records", "hold", "hold_detail")}
    times = {name: getattr(before, name) for name in ("last_step_completed_at", "waiting_until", "paused_at")}
    return replace(now, enrollment=replace(opened, **kept, **times))
