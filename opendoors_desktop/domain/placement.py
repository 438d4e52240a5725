"""Where an enrollment stands in a flow that may have been edited since its last step."""

from uuid import UUID

from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.flow import CHOSEN, Flow
from opendoors_desktop.domain.step import Branch, Step


def current_step(flow: Flow, enrollment: Enrollment) -> Step | None:
    """The step the enrollment waits at; None when it has been through all of them.

    The one it was placed at, as long as that is live, switched on and not yet executed; else it is placed anew.
    """
    step_id = enrollment.current_step_id
    if step_id is not None and flow.is_running(step_id):
        for record in enrollment.records:
            if record.step_id == step_id:
                break
        else:
            return flow.by_id[step_id]
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
    blocked = blocking_step(flow, step_id, enrollment)
    if blocked is None:
        return flow.next_after(step_id, enrollment.records)
    parent, is_open = blocked
    return parent if is_open else flow.next_after(parent.id, enrollment.records)


def blocking_step(flow: Flow, step_id: UUID, enrollment: Enrollment) -> tuple[Step, bool] | None:
    """The outermost conditional step around a live step that hasn't led this contact into the step's lane.

    With it True where it is still to be decided, False where it has led elsewhere; None where nothing stands between.
    """
    results = {record.step_id: record.result for record in enrollment.records}
    begun = _lanes_of_start(flow, enrollment)
    for parent, branch in flow.ancestors(step_id):
        if parent.id in results:
            if CHOSEN.get(results[parent.id]) is not branch:
                return parent, False
        elif parent.id not in begun:
            return parent, True
        elif begun[parent.id] is not branch:
            return parent, False
    return None


def _lanes_of_start(flow: Flow, enrollment: Enrollment) -> dict[UUID, Branch]:
    """The lanes an enrollment is in because a person let it begin with a step inside them."""
    start = enrollment.start_step_id
    if start is None or flow.number(start) is None:
        return {}
    return {parent.id: branch for parent, branch in flow.ancestors(start)}
