"""Writes down who did what, in the same commit as what was done."""

from uuid import UUID

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.audit import AuditEntry, add_entry
from opendoors_desktop.store.unit import Unit

SOURCE = "program"
"""The door, where nothing more is known of it than that a person works with this program."""


def note(
    context: Context, unit: Unit, action: str, kind: str | None = None, object_id: UUID | None = None, **detail: object
) -> None:
    """Put a line into the book: the user of this context did `action` to an object; `detail` holds plain values."""
    add_entry(
        unit,
        AuditEntry(
            id=context.new_id(),
            workspace_id=context.scope.workspace_id,
            at=context.clock.now(),
            user_id=context.scope.user_id,
            source=SOURCE,
            action=action,
            object_kind=kind,
            object_id=object_id,
            detail=detail,
        ),
    )
