"""What a person does to single steps of a sequence in the window: each one change, told before, taken back after."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.edit_plan import EditPlan
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import duplicate_step, get_step, replace_step
from opendoors_desktop.domain.flow_merge import changed_fields, merge_step, taken_back
from opendoors_desktop.domain.step import Step
from opendoors_desktop.engine.commands.enrollments import get_standing, scene_of
from opendoors_desktop.engine.commands.sequence_edits import SavedEdit, preview_edit, save_flow
from opendoors_desktop.engine.commands.step_moves import Moved, is_as_left, put_back
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.followed_templates import follow, followed_in, with_texts
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

_TEXTS: Final = frozenset({"subject_template", "body_template", "body_is_html"})

Change = Callable[[Flow], Flow]
"""Makes new steps of those that are there; raises NotFound or NotPossible where that makes no sense (any more)."""


@dataclass(frozen=True, slots=True)
class FlowEdit:
    """One edit of a sequence's steps: how they were, and what the save did.

    `followed` is the step that doesn't follow its template (its key) any more.
    """

    sequence_id: UUID
    before: Flow
    saved: SavedEdit
    followed: tuple[UUID, UUID] | None = None


def change_flow(context: Context, sequence_id: UUID, change: Change, summary: str) -> FlowEdit:
    """Save what `change` makes of the live steps as they are at that moment; people move to where they now belong.

    Raises NotFound, BadJson with the path of everything that is wrong, NotPossible.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        return _save(context, unit, record, change, summary)


def change_step(context: Context, sequence_id: UUID, base: Step, mine: Step) -> FlowEdit:
    """Save what a person changed of a step; `base` is the step as they were shown it, with the texts it sends.

    What others changed meanwhile in other fields of it stays. A step that follows a template has its own texts once
    they are changed. Raises as `change_flow`, StepConflict where both changed the same.
    """

    def changed(flow: Flow) -> Flow:
        return replace_step(flow, merge_step(base, mine, get_step(flow, base.id)))

    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        followed = followed_in(unit, sequence_id).get(base.id)
        if followed is None or _TEXTS.isdisjoint(changed_fields(base, mine)):
            return _save(context, unit, record, changed, "Step changed")
        record = replace(record, flow=with_texts(record.flow, {base.id: followed}))
        edit = _save(context, unit, record, changed, "Step changed", unfollow=base.id)
        return replace(edit, followed=(base.id, followed.template_id))


def duplicate(context: Context, sequence_id: UUID, step_id: UUID, make_id: Callable[[], UUID]) -> FlowEdit:
    """Put a copy of a step, and of all in its lanes, behind it; what follows a template does so in the copy too.

    `make_id` names the copies. Raises as `change_flow`.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        before = Flow(record.flow.ordered)
        flow, ids = duplicate_step(before, step_id, make_id)
        followed = followed_in(unit, sequence_id)
        alike = {copy: followed[step].template_id for step, copy in ids.items() if step in followed}
        saved = save_flow(context, unit, record, flow.ordered, summary="Step duplicated", follow=alike)
        return FlowEdit(sequence_id, before, saved)


def undo_change(context: Context, edit: FlowEdit) -> SavedEdit:
    """Take an edit back; what was changed since in other fields stays. Raises NotFound, NotPossible, StepConflict.

    Who was put elsewhere by it and hasn't gone on since is where they were.
    """

    def back(flow: Flow) -> Flow:
        return taken_back(edit.before, Flow(edit.saved.flow.ordered), flow)

    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, edit.sequence_id)
        returning = [each for each in edit.saved.moved if is_as_left(_standing(unit, context, each).enrollment, each)]
        saved = _save(context, unit, record, back, "Change taken back").saved
        scene = scene_of(unit, context, edit.sequence_id)
        for each in returning:
            put_back(scene, _standing(unit, context, each), each, {"undo": "edit"})
        if edit.followed is not None:
            follow(unit, *edit.followed)
        return saved


def _standing(unit: Unit, context: Context, moved: Moved) -> Standing:
    return get_standing(unit, context, moved.before.id)


def _save(
    context: Context, unit: Unit, record: SequenceRecord, change: Change, summary: str, *, unfollow: UUID | None = None
) -> FlowEdit:
    before = Flow(record.flow.ordered)
    gone: dict[UUID, UUID | None] = {} if unfollow is None else {unfollow: None}
    saved = save_flow(context, unit, record, change(before).ordered, summary=summary, follow=gone)
    return FlowEdit(record.id, before, saved)


def foresee_change(context: Context, sequence_id: UUID, change: Change) -> EditPlan:
    """What a change would do to the people in the sequence; raises as `change_flow`."""
    with context.store.read() as unit:
        flow = Flow(get_record(unit, context.scope.workspace_id, sequence_id).flow.ordered)
    return preview_edit(context, sequence_id, change(flow).ordered)
