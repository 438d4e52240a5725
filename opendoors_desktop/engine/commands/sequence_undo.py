"""Takes the last change of a sequence's state back, with what it did to the people in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus, Reopening, reopen
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import get_standing, scene_of
from opendoors_desktop.engine.commands.sequence_states import STATE_CHANGES, plan_everyone
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import change_everyone, decided
from opendoors_desktop.store import sequence_changes, stopped
from opendoors_desktop.store.audit import AuditEntry, list_entries
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

UNDONE = "sequence_state_undone"
_GONE = frozenset({SequenceStatus.STOPPED, SequenceStatus.ARCHIVED})


def undo_state(context: Context, sequence_id: UUID) -> SequenceStatus:
    """Put back the state before the last change of it; gives that state.

    Who was stopped with the sequence is as before, but for contacts that another sequence has by now. Raises NotFound,
    or NotPossible where there is nothing to take back, or emails have left since a draft was started.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        detail = _last_change(unit, record).detail
        before = SequenceStatus(detail["before"])
        if before is SequenceStatus.DRAFT and sequence_changes.has_sent(unit, sequence_id):
            raise NotPossible(
                "Emails have left since the sequence was started.", "Pause it instead.", where=record.settings.name
            )
        now = context.clock.now()
        sequence_changes.set_status(unit, sequence_id, before, now)
        if before is SequenceStatus.DRAFT:
            sequence_changes.forget_start(unit, sequence_id)
        if record.status in _GONE and before not in _GONE:
            _bring_back(context, unit, record, detail)
        else:
            plan_everyone(scene_of(unit, context, sequence_id), record.paused_at)
        note(context, unit, UNDONE, "sequence", sequence_id, before=record.status.value, after=before.value)
        unit.changed(Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS)
    return before


def _last_change(unit: Unit, record: SequenceRecord) -> AuditEntry:
    """The entry of the change that led to the present state; raises NotPossible where it was taken back already."""
    actions = {*STATE_CHANGES, UNDONE}
    entries = list_entries(unit, record.workspace_id, record.id)
    last = next((entry for entry in entries if entry.action in actions), None)
    if last is None or last.action != f"sequence_{record.status}":
        title = "There is no change of the sequence's state to take back."
        raise NotPossible(title, "Change its state instead.", where=record.settings.name, code="nothing_to_undo")
    return last


def _bring_back(context: Context, unit: Unit, record: SequenceRecord, detail: Mapping[str, Any]) -> None:
    """Engage those again who were stopped with the sequence, each as it stood."""
    at = record.stopped_at or context.clock.now()
    paused = {UUID(key): datetime.fromisoformat(since) for key, since in detail.get("paused", {}).items()}
    cancelled_before = frozenset(map(UUID, detail.get("cancelled", ())))
    scene = scene_of(unit, context, record.id)

    def engaged(standing: Standing) -> Standing:
        ended = standing.enrollment
        enrollment = replace(
            reopen(ended, Reopening.UNDO),
            current_step_id=ended.current_step_id,
            last_step_completed_at=ended.last_step_completed_at,
        )
        if enrollment.id in paused:
            enrollment = replace(enrollment, status=EnrollmentStatus.PAUSED, paused_at=paused[enrollment.id])
        stopped.reopen_work(unit, enrollment.id, enrollment.round, at, cancelled_before)
        return decided(scene, replace(standing, enrollment=enrollment))

    ids = stopped.stopped_at(unit, record.id, at)
    change_everyone(scene, engaged, (get_standing(unit, context, enrollment_id) for enrollment_id in ids))
