"""The steps of a sequence: listed, added, replaced, moved, taken out."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.preconditions import IfMatch, conflict, matcher
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.routing import Routes
from opendoors_desktop.api.sequence_json import step_json, tag_of, wish_of
from opendoors_desktop.api.step_schemas import ShownStep, StepBody, StepList
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow_edit import get_step as step_of
from opendoors_desktop.engine.commands import sequences, step_writing
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.step_totals import read_step_totals

routes = Routes("steps")


@routes.show("/sequences/{sequence_id}/steps", StepList, "List the steps of a sequence, depth-first", tag="The steps.")
def list_steps(caller: Reader, sequence_id: Key) -> Response:
    """All steps, those in lanes behind their conditional step, *yes* before *no*."""
    record, counts = _read(caller.context, sequence_id)
    items = [step_json(step, record.flow, counts[step.id]) for step in record.flow.ordered]
    return ok({"items": items}, ETag=tag_of(record))


@routes.make("/sequences/{sequence_id}/steps", ShownStep, "Add a step", 412, tag="The new step.")
def add_step(
    caller: Writer, asked: Once, sequence_id: Key, body: StepBody, if_match: Annotated[IfMatch, Header()] = None
) -> Response:
    """Add a step at the end of its lane, or where `step_order` says; people in the sequence move as the editor says."""
    accepts = matcher(if_match, is_needed=False)

    def add() -> Answer:
        try:
            step_id, _ = step_writing.add_step(caller.context, sequence_id, wish_of(body), accepts)
        except NotPossible as error:
            raise conflict(error) from error
        return _shown(caller.context, sequence_id, step_id, 201)

    return once(caller, asked, add)


@routes.show("/sequences/{sequence_id}/steps/{step_id}", ShownStep, "Show a step", tag="The step.")
def get_step(caller: Reader, sequence_id: Key, step_id: Key) -> Response:
    """A step in its place with its figures; its ETag is that of its sequence."""
    return _shown(caller.context, sequence_id, step_id).response()


@routes.replace(
    "/sequences/{sequence_id}/steps/{step_id}",
    ShownStep,
    "Replace a step, and move it",
    412,
    428,
    tag="The step as it is now.",
)
def replace_step(
    caller: Writer,
    sequence_id: Key,
    step_id: Key,
    body: StepBody,
    if_match: Annotated[IfMatch, Header(description="The ETag that was read; needed.")] = None,
) -> Response:
    """Replace a step whole; `step_order`, or `parent_step_id` with `branch` (null: the main list), move it."""
    accepts = matcher(if_match, is_needed=True)
    try:
        step_writing.replace_step_whole(caller.context, sequence_id, step_id, wish_of(body), accepts)
    except NotPossible as error:
        raise conflict(error) from error
    return _shown(caller.context, sequence_id, step_id).response()


@routes.remove("/sequences/{sequence_id}/steps/{step_id}", "Take a step out", 409)
def delete_step(caller: Writer, sequence_id: Key, step_id: Key) -> Response:
    """Take a step and all in its lanes out; what has a history is retired and keeps its figures."""
    step_writing.delete_step(caller.context, sequence_id, step_id)
    return Answer(204).response()


def _read(context: Context, sequence_id: UUID) -> Any:
    record = sequences.show_sequence(context, sequence_id)
    with context.store.read() as unit:
        return record, read_step_totals(unit, sequence_id)


def _shown(context: Context, sequence_id: UUID, step_id: UUID, status: int = 200) -> Answer:
    record, counts = _read(context, sequence_id)
    step = step_of(record.flow, step_id)
    return Answer(status, step_json(step, record.flow, counts[step.id]), {"ETag": tag_of(record)})
