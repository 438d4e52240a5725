"""One person at a time edits a sequence: who does is told to the others, who may take over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import people, sequence_changes
from opendoors_desktop.store.sequences import get_record

FORGOTTEN_AFTER = timedelta(minutes=10)
"""How long an editor that says nothing more keeps the others out."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits a sequence, and since when or as of when (UTC) they last said so."""

    user_id: UUID
    name: str
    since: datetime


def find_editor(context: Context, sequence_id: UUID) -> Editor | None:
    """Who edits a sequence now; None where nobody does, or has for a while. Raises NotFound."""
    with context.store.read() as unit:
        get_record(unit, context.scope.workspace_id, sequence_id)
        found = sequence_changes.find_editor(unit, sequence_id)
        if found is None or context.clock.now() - found[1] > FORGOTTEN_AFTER:
            return None
        person = people.list_people(unit, context.scope.workspace_id).get(found[0])
        return Editor(found[0], "" if person is None else person.name, found[1])


def begin_editing(context: Context, sequence_id: UUID, *, take_over: bool = False) -> None:
    """Say that this user edits a sequence; to be said again every few minutes while they do.

    Raises NotFound, or NotPossible while someone else does, unless it is taken over from them.
    """
    editor = find_editor(context, sequence_id)
    if editor is not None and editor.user_id != context.scope.user_id and not take_over:
        raise NotPossible(
            f"{editor.name or 'Somebody else'} is editing this sequence.",
            "Wait until they are done, or take over.",
            where=str(sequence_id),
            code="being_edited",
        )
    with context.store.write() as unit:
        sequence_changes.set_editor(unit, sequence_id, context.scope.user_id, context.clock.now())
        unit.changed(Topic.SEQUENCES)


def end_editing(context: Context, sequence_id: UUID) -> None:
    """Say that this user is done; nothing happens where it was taken over meanwhile."""
    with context.store.write() as unit:
        if sequence_changes.clear_editor(unit, sequence_id, context.scope.user_id):
            unit.changed(Topic.SEQUENCES)
