"""Sequences: made, listed, shown, replaced, put into states, deleted."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.cursors import page, read_cursor
from opendoors_desktop.api.document import WRITING, problems, tagged
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.preconditions import IfMatch, matcher
from opendoors_desktop.api.problems import Problem, problem_of
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.sequence_json import line_json, sequence_json, settings_change, tag_of
from opendoors_desktop.api.sequence_schemas import (
    Deleted,
    SequenceBody,
    SequencePage,
    SequenceQuery,
    ShownSequence,
    StatusBody,
)
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus, possible_states
from opendoors_desktop.engine.commands import sequences
from opendoors_desktop.engine.commands.sequence_replacing import replace_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.sequence_search import SequenceFilter, SequenceOrder, search_sequences
from opendoors_desktop.store.queries.sequences import find_sequence
from opendoors_desktop.store.queries.step_totals import read_step_totals

router = APIRouter(tags=["sequences"])

KINDS: Final[dict[SequenceOrder, tuple[type, ...]]] = {
    SequenceOrder.NAME: (str, UUID),
    SequenceOrder.UPDATED: (datetime, UUID),
    SequenceOrder.STATUS: (str, str, UUID),
}


@router.get(
    "/sequences",
    response_model=SequencePage,
    responses=problems(),
    operation_id="listSequences",
    summary="List sequences, filtered and sorted, a page at a time",
)
def list_sequences(caller: Reader, asked: Annotated[SequenceQuery, Query()]) -> Response:
    """Sequences of the workspace, archived ones too; `folder_id` means all folders in it as well."""
    order = SequenceOrder(asked.sort.removeprefix("-"))
    wanted = SequenceFilter(
        statuses=[each.value for each in asked.status],
        owner_id=asked.owner_id,
        folder_id=asked.folder_id,
        with_subfolders=asked.subfolders,
        tag=asked.tag,
        words=asked.q,
        updated_since=asked.updated_since,
    )
    after = read_cursor(asked.cursor, asked.sort, KINDS[order])
    with caller.context.store.read() as unit:
        found = search_sequences(
            unit,
            caller.context.scope.workspace_id,
            wanted,
            order,
            is_descending=asked.sort.startswith("-"),
            after=after,
            limit=asked.limit + 1,
        )
    return ok(page([line_json(each) for each in found], asked.limit, asked.sort, [each.place for each in found]))


@router.post(
    "/sequences",
    status_code=201,
    response_model=ShownSequence,
    responses={**problems(*WRITING), **tagged(201, ShownSequence, "The new sequence, a draft.")},
    operation_id="createSequence",
    summary="Make a sequence",
)
def create_sequence(caller: Writer, asked: Once, body: SequenceBody) -> Response:
    """Make a draft without steps; a `status` other than draft is refused, for a sequence without steps has no other."""
    return once(caller, asked, lambda: _create(caller.context, body))


def _create(context: Context, body: SequenceBody) -> Answer:
    if body.status not in (None, SequenceStatus.DRAFT):
        advice = "Add its steps first, then put it into another state."
        raise Problem(409, "bad_transition", "A new sequence is a draft.", advice, possible=["draft"])
    change = settings_change(body, context.scope.user_id)
    key = sequences.create_sequence(context, change(sequences.new_settings(context, body.name)))
    return shown(context, sequences.show_sequence(context, key), 201)


@router.get(
    "/sequences/{sequence_id}",
    response_model=ShownSequence,
    responses={**problems(404), **tagged(200, ShownSequence, "The sequence.")},
    operation_id="getSequence",
    summary="Show a sequence with its steps",
)
def get_sequence(caller: Reader, sequence_id: Key) -> Response:
    """A sequence with its settings, steps and figures; its ETag is what a PUT brings as If-Match."""
    return shown(caller.context, sequences.show_sequence(caller.context, sequence_id)).response()


@router.put(
    "/sequences/{sequence_id}",
    response_model=ShownSequence,
    responses={**problems(*WRITING, 404, 412, 428), **tagged(200, ShownSequence, "The sequence as it is now.")},
    operation_id="replaceSequence",
    summary="Replace a sequence's settings, or put it into another state",
)
def put_sequence(
    caller: Writer,
    sequence_id: Key,
    body: SequenceBody | StatusBody,
    if_match: Annotated[IfMatch, Header(description="The ETag that was read; needed to replace settings.")] = None,
) -> Response:
    """Replace all settings (members left out get their defaults), or with `status` alone only change the state.

    Its steps stay as they are. What can't be done at once isn't done at all.
    """
    context = caller.context
    if isinstance(body, SequenceBody):
        accepts = matcher(if_match, is_needed=True)
        change, status = settings_change(body, context.scope.user_id), body.status
    else:
        accepts, status = matcher(if_match, is_needed=False), body.status

        def change(settings: Any) -> Any:
            return settings

    try:
        record = replace_sequence(context, sequence_id, change, status, accepts)
    except NotFound as error:
        raise problem_of(error) from error
    except NotPossible as error:
        raise _conflict(context, sequence_id, error) from error
    return shown(context, record).response()


def _conflict(context: Context, sequence_id: UUID, error: NotPossible) -> Problem:
    """The problem of a change that isn't possible, with the states that are."""
    if error.code == "changed_meanwhile":
        return Problem(412, error.code, error.title, error.advice)
    possible = possible_states(sequences.show_sequence(context, sequence_id).status)
    return problem_of(error, possible=[each.value for each in possible])


@router.delete(
    "/sequences/{sequence_id}",
    response_model=Deleted,
    responses=problems(403, 404, 409),
    operation_id="deleteSequence",
    summary="Delete a draft; stop and archive any other",
)
def delete_sequence(caller: Writer, sequence_id: Key) -> Response:
    """A draft that nobody was ever in is gone; any other sequence is stopped and archived, and its figures stay."""
    return ok({"id": sequence_id, "deleted": sequences.delete_sequence(caller.context, sequence_id)})


def shown(context: Context, record: Any, status: int = 200) -> Answer:
    """A sequence as answers show it, with its ETag."""
    with context.store.read() as unit:
        row = find_sequence(unit, context.scope.workspace_id, record.id)
        counts = read_step_totals(unit, record.id)
    if row is None:
        raise Problem(404, "not_found", "There is no such sequence any more.")
    return Answer(status, sequence_json(record, row.totals, counts), {"ETag": tag_of(record)})
