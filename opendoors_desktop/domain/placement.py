"""Where an enrollment stands in a flow that may have been edited since its last step."""

from collections.abc import Sequence
from uuid import UUID

from opendoors_desktop.domain.enrollment import Enrollment, find_record
from opendoors_desktop.domain.flow import CHOSEN, Flow
from opendoors_desktop.domain.step import Step, StepRecord, StepResult


def current_step(flow: Flow, enrollment: Enrollment) -> Step | None:
    """The step the enrollment waits at; None when it has been through all of them.

    The one it was placed at, as long as that is live, switched on and not yet executed; else it is placed anew.
    """
    step_id = enrollment.current_step_id
    step = None if step_id is None else flow.running_step(step_id)
    if step is not None and find_record(enrollment, step.id) is None:
        return step
    return place(flow, enrollment)


def place(flow: Flow, enrollment: Enrollment) -> Step | None:
    """The next step it hasn't executed, behind the last one it executed that is still there; None when none is left.

    Nothing executed: the step it was let begin with, or the first one. Behind an executed step that an edit has put
    into a lane not chosen yet comes that lane's conditional step; behind one in the lane not taken, the one taken.
    """
    for record in reversed(enrollment.records):
        if flow.is_running(record.step_id):
            return _behind(flow, record.step_id, enrollment)
    start = enrollment.start_step_id
    if start is None or flow.number(start) is None:
        return flow.first()
    return flow.by_id[start] if flow.is_running(start) else flow.next_after(start, enrollment.records)


def _behind(flow: Flow, step_id: UUID, enrollment: Enrollment) -> Step | None:
    records = enrollment.records if enrollment.start_step_id is None else _with_start(flow, enrollment)
    blocked = _blocking(flow, step_id, records) if flow.ancestors(step_id) else None
    if blocked is None:
        return flow.next_after(step_id, records)
    parent, is_open = blocked
    return parent if is_open else flow.next_after(parent.id, records)


def blocking_step(flow: Flow, step_id: UUID, enrollment: Enrollment) -> tuple[Step, bool] | None:
    """The outermost conditional step around a live step that hasn't led this contact into the step's lane.

    With it True where it is still to be decided, False where it has led elsewhere; None where nothing stands between.
    """
    return _blocking(flow, step_id, _with_start(flow, enrollment))


def _blocking(flow: Flow, step_id: UUID, records: Sequence[StepRecord]) -> tuple[Step, bool] | None:
    results = {record.step_id: record.result for record in records}
    for parent, branch in flow.ancestors(step_id):
        if parent.id not in results:
            return parent, True
        if CHOSEN.get(results[parent.id]) is not branch:
            return parent, False
    return None


def _with_start(flow: Flow, enrollment: Enrollment) -> tuple[StepRecord, ...]:
    """What it has been through, and the lanes that a person chose for it by letting it begin inside them."""
    start = enrollment.start_step_id
    if start is None or flow.number(start) is None:
        return enrollment.records
    decided = {record.step_id for record in enrollment.records}
    chosen = tuple(
        StepRecord(parent.id, StepResult(branch.value), enrollment.enrolled_at)
        for parent, branch in flow.ancestors(start)
        if parent.id not in decided
    )
    return chosen + enrollment.records
