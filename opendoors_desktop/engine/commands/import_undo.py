"""Undoes an import as one step, as far as its contacts were not changed since; and lists what was imported."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands.enrollments import may_have_been_reached, scene_of, take_out
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import contacts, enrollments, imports
from opendoors_desktop.store.imports import ImportBatch, ImportState
from opendoors_desktop.store.unit import Unit

UNDO_WITHIN = timedelta(days=30)
BATCH = 200
"""Contacts of one commit."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing came to: contacts taken away again, put back to what they were, and left because they changed."""

    removed: int
    restored: int
    kept: int


def list_imports(context: Context, limit: int = 100) -> list[ImportBatch]:
    """The last imports, the latest first; one that is still "running" though no program is at it was killed."""
    with context.store.read() as unit:
        return imports.list_batches(unit, context.scope.workspace_id, limit)


def undo_import(context: Context, batch_id: UUID) -> Undone:
    """Take away the contacts an import made and put back those it changed, where nobody changed them since.

    Contacts that were written to, or have tasks or notes, stay. Enrollments that were never contacted go with their
    contact. It may be killed and done again. Raises NotFound; NotPossible after 30 days, or when it is undone already.
    """
    _refuse(context, batch_id)
    removed, kept = _remove_created(context, batch_id)
    restored, changed_since = _restore_changed(context, batch_id)
    with context.store.write() as unit:
        imports.set_undone(unit, batch_id, context.clock.now())
    return Undone(removed, restored, kept + changed_since)


def _refuse(context: Context, batch_id: UUID) -> None:
    with context.store.read() as unit:
        batch = imports.find_batch(unit, context.scope.workspace_id, batch_id)
    if batch is None:
        raise NotFound("There is no such import.", "The page of imports lists them.", where=str(batch_id))
    if batch.state is ImportState.UNDONE:
        raise NotPossible("The import is undone already.", "Nothing needs to be done.", where=str(batch_id))
    if context.clock.now() - batch.created_at > UNDO_WITHIN:
        raise NotPossible(
            f"The import is more than {UNDO_WITHIN.days} days old.",
            "Its contacts can be deleted by hand.",
            where=str(batch_id),
        )


def _remove_created(context: Context, batch_id: UUID) -> tuple[int, int]:
    removed = kept = 0
    after: UUID | None = None
    while True:
        with context.store.write() as unit:
            page = imports.page_created(unit, context.scope.workspace_id, batch_id, after=after, limit=BATCH)
            for contact in page:
                gone = remove_untouched(unit, context, contact)
                removed, kept = removed + gone, kept + (not gone)
        if len(page) < BATCH:
            return removed, kept
        after = page[-1].id


def remove_untouched(unit: Unit, context: Context, contact: Contact) -> bool:
    """Take a contact away, out of its sequences too; False where it was changed or written to, and then it stays."""
    if contact.updated_at != contact.created_at or not imports.is_untouched(unit, contact):
        return False
    standings = enrollments.standings_of_contact(unit, context.scope.customer_id, contact.id)
    if any(may_have_been_reached(unit, standing) for standing in standings):
        return False
    for standing in standings:
        scene = scene_of(unit, context, standing.enrollment.sequence_id)
        take_out(scene, standing)
        scene.ledger.write(unit)
    imports.remove_contact(unit, contact)
    return True


def _restore_changed(context: Context, batch_id: UUID) -> tuple[int, int]:
    restored = kept = 0
    while True:
        with context.store.write() as unit:
            page = imports.take_changes(unit, context.scope.workspace_id, batch_id, limit=BATCH)
            back = [_as_before(contact, before) for contact, before, at in page if contact and contact.updated_at == at]
            _put_back(unit, context, back)
        restored, kept = restored + len(back), kept + len(page) - len(back)
        if len(page) < BATCH:
            return restored, kept


def _as_before(contact: Contact, before: dict[str, Any]) -> Contact:
    tags = before.get("tags", contact.tags)
    return replace(contact, **{**before, "tags": tuple(tags)})


def _put_back(unit: Unit, context: Context, back: Sequence[Contact]) -> None:
    now = context.clock.now()
    contacts.update_contacts(unit, [replace(contact, updated_at=now) for contact in back], by=context.scope.user_id)
    contacts.archive(unit, [contact.id for contact in back if contact.is_archived], now)
