"""Sequences: made, listed, shown, replaced, put into states, deleted."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Query, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.cursors import page, read_cursor
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.preconditions import IfMatch, conflict, matcher
from opendoors_desktop.api.problems import Problem, problem_of
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.routing import Routes
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
from opendoors_desktop.engine.commands import sequence_replacing, sequences
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.sequence_search import SequenceFilter, SequenceOrder, search_sequences
from opendoors_desktop.store.queries.sequences import find_sequence
from opendoors_desktop.store.queries.step_totals import read_step_totals

routes = Routes("sequences")

KINDS: Final[dict[SequenceOrder, tuple[type, ...]]] = {
    SequenceOrder.NAME: (str, UUID),
    SequenceOrder.UPDATED: (datetime, UUID),
    SequenceOrder.STATUS: (str, str, UUID),
}


@routes.show("/sequences", SequencePage, "List sequences, filtered and sorted, a page at a time")
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


@routes.make("/sequences", ShownSequence, "Make a sequence", tag="The new sequence, a draft.")
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


@routes.show("/sequences/{sequence_id}", ShownSequence, "Show a sequence with its steps", tag="The sequence.")
def get_sequence(caller: Reader, sequence_id: Key) -> Response:
    """A sequence with its settings, steps and figures; its ETag is what a PUT brings as If-Match."""
    return shown(caller.context, sequences.show_sequence(caller.context, sequence_id)).response()


@routes.replace(
    "/sequences/{sequence_id}",
    ShownSequence,
    "Replace a sequence's settings, or put it into another state",
    412,
    428,
    tag="The sequence as it is now.",
)
def replace_sequence(
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
        record = sequence_replacing.replace_sequence(context, sequence_id, change, status, accepts)
    except NotFound as error:
        raise problem_of(error) from error
    except NotPossible as error:
        raise conflict(error, lambda: _possible(context, sequence_id)) from error
    return shown(context, record).response()


@routes.remove("/sequences/{sequence_id}", "Delete a draft; stop and archive any other", 409, model=Deleted)
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


def _possible(context: Context, sequence_id: UUID) -> list[str]:
    return [each.value for each in possible_states(sequences.show_sequence(context, sequence_id).status)]
