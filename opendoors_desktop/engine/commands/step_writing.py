"""Single steps as a program adds, replaces and takes them out: put into their place, checked, saved with everyone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.ab_test_json import read_ab_test
from opendoors_desktop.domain.condition import Junction
from opendoors_desktop.domain.condition_json import Scope, read_condition
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import Place, get_step, insert_step, move_step, remove_step, replace_step
from opendoors_desktop.domain.json_reader import BadJson, JsonFault
from opendoors_desktop.domain.step import Branch, Step, StepType
from opendoors_desktop.engine.commands.sequence_edits import NOTHING_FOLLOWED, SavedEdit, save_flow
from opendoors_desktop.engine.commands.sequence_replacing import Accepts, require_unchanged
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_saving import own_field_kinds
from opendoors_desktop.store.sequences import SequenceRecord, get_record


@dataclass(frozen=True, slots=True)
class StepWish:
    """A step as it shall be: its own members by the names of `Step`, and the JSON of conditions and A/B test.

    `number` counts depth-first from 1 over all steps; None means the end of the lane for a new step, and where it
    stands for another. `parent_id` and `branch` name the lane, None the main list; without `names_lane` another step
    stays in its lane.
    """

    values: Mapping[str, Any]
    conditions: object = None
    default_operator: Junction = Junction.AND
    ab_test: object = None
    parent_id: UUID | None = None
    branch: Branch | None = None
    number: int | None = None
    names_lane: bool = True


def _anyone(_record: SequenceRecord) -> bool:
    return True


def add_step(context: Context, sequence_id: UUID, wish: StepWish, accepts: Accepts = _anyone) -> tuple[UUID, SavedEdit]:
    """Put a new step into a sequence; gives its key and what the save did.

    Raises NotFound, NotPossible, InputError (BadJson with the paths of all faults below `$`).
    """
    step_id = context.new_id()

    def added(record: SequenceRecord) -> Flow:
        step = Step(id=step_id, sequence_id=sequence_id, order=0, **wish.values)
        return insert_step(record.flow, step, _place(record.flow, wish))

    return step_id, _save(context, sequence_id, accepts, added, f"Step added: {wish.values['type']}", (step_id, wish))


def replace_step_whole(
    context: Context, sequence_id: UUID, step_id: UUID, wish: StepWish, accepts: Accepts = _anyone
) -> SavedEdit:
    """Make a step what is wished, and move it where it is wished to be; raises as `add_step`."""

    def replaced(record: SequenceRecord) -> Flow:
        old = get_step(record.flow, step_id)
        here = wish if wish.names_lane else replace(wish, parent_id=old.parent_id, branch=old.branch)
        flow = record.flow if _stays(record.flow, old, here) else _moved(record.flow, old, here)
        if old.type is StepType.CONDITIONAL and wish.values["type"] is not old.type and _has_lanes(flow, old):
            raise InputError(
                "A step with steps in its lanes stays conditional.", "Take them out first.", code="has_lanes"
            )
        return replace_step(flow, Step(id=step_id, sequence_id=sequence_id, order=0, **wish.values))

    follow = {step_id: None}  # its texts are its own from now on
    return _save(context, sequence_id, accepts, replaced, "Step replaced", (step_id, wish), follow)


def delete_step(context: Context, sequence_id: UUID, step_id: UUID, accepts: Accepts = _anyone) -> SavedEdit:
    """Take a step and all in its lanes out; what has a history is retired. Raises NotFound, NotPossible."""

    def without(record: SequenceRecord) -> Flow:
        return remove_step(record.flow, step_id, (), context.clock.now())

    return _save(context, sequence_id, accepts, without, "Step removed", None)


def _save(  # noqa: PLR0917  # one place to save in, private
    context: Context,
    sequence_id: UUID,
    accepts: Accepts,
    change: Callable[[SequenceRecord], Flow],
    summary: str,
    wished: tuple[UUID, StepWish] | None,
    follow: Mapping[UUID, UUID | None] = NOTHING_FOLLOWED,
) -> SavedEdit:
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        require_unchanged(record, accepts)
        flow = change(record)
        if wished is not None:
            flow = _with_json(flow, *wished, own_field_kinds(unit, record.workspace_id))
        return save_flow(context, unit, record, flow.ordered, summary=summary, follow=follow)


def _with_json(flow: Flow, step_id: UUID, wish: StepWish, custom: Any) -> Flow:
    """The flow with what only the placed step can be read with: conditions refer to the numbers before it."""
    faults: list[JsonFault] = []
    step, number = flow.by_id[step_id], flow.number(step_id) or 0
    conditions, test = None, None
    if wish.conditions is not None:
        scope = Scope(flow.ordered, number, custom)
        conditions = read_condition(wish.conditions, "$.conditions", scope, wish.default_operator, faults)
    if wish.ab_test is not None:
        test = read_ab_test(wish.ab_test, "$.ab_test_variants", faults)
    if faults:
        raise BadJson("The step can't be used", faults)
    done = replace(step, conditions=conditions, ab_test=test)
    return Flow(tuple(done if each.id == step_id else each for each in flow.steps))


def _place(flow: Flow, wish: StepWish, without: UUID | None = None) -> Place:
    """The place in its lane that gives a step the wished number; raises BadJson for a number it can't have there."""
    if (wish.parent_id is None) != (wish.branch is None):
        fault = JsonFault("$.branch", "parent_step_id and branch go together: give both, or neither")
        raise BadJson("The step can't be used", [fault])
    if wish.parent_id is not None and get_step(flow, wish.parent_id).type is not StepType.CONDITIONAL:
        fault = JsonFault("$.parent_step_id", "only conditional steps have lanes")
        raise BadJson("The step can't be used", [fault])
    lane = [each for each in flow.lane((wish.parent_id, wish.branch)) if each.id != without]
    if wish.number is None:
        return Place(len(lane), wish.parent_id, wish.branch)
    probe = Step(id=UUID(int=0), sequence_id=UUID(int=0), order=0, type=StepType.DELAY)
    numbers = []
    rest = flow if without is None else _without_family(flow, without)
    for index in range(len(lane) + 1):
        place = Place(index, wish.parent_id, wish.branch)
        numbers.append(insert_step(rest, probe, place).number(probe.id))
        if numbers[-1] == wish.number:
            return place
    told = ", ".join(map(str, numbers[:50]))
    raise BadJson("The step can't be used", [JsonFault("$.step_order", f"in this lane it can be step {told}")])


def _without_family(flow: Flow, step_id: UUID) -> Flow:
    """The flow without a step and all in its lanes, whoever refers to them: only its numbers are looked at."""
    gone = {step_id}
    for each in flow.ordered:
        if each.parent_id in gone:
            gone.add(each.id)
    return Flow(tuple(each for each in flow.steps if each.id not in gone))


def _stays(flow: Flow, old: Step, wish: StepWish) -> bool:
    is_same_lane = (wish.parent_id, wish.branch) == (old.parent_id, old.branch)
    return is_same_lane and wish.number in (None, flow.number(old.id))


def _moved(flow: Flow, old: Step, wish: StepWish) -> Flow:
    return move_step(flow, old.id, _place(flow, wish, old.id))


def _has_lanes(flow: Flow, step: Step) -> bool:
    return any(each.parent_id == step.id for each in flow.ordered)
