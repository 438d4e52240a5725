"""The index of contacts by tag, whatever the case of its letters: written by all that writes `contacts.tags`."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_tags
from opendoors_desktop.store.unit import Unit

Entry = tuple[Any, str, Any]
"""Workspace, tag in folded case, and contact; the keys as the database has them."""

AT_ONCE: Final = 500


def entries_of(unit: Unit, contacts: Sequence[Contact]) -> dict[Entry, None]:
    """What the index is to hold of contacts, in their order."""
    is_sqlite = unit.dialect is Dialect.SQLITE
    folded = {tags: [tag.casefold() for tag in tags] for tags in {contact.tags for contact in contacts}}
    entries: dict[Entry, None] = {}
    for contact in contacts:
        if contact.tags:
            workspace_id = contact.workspace_id.bytes if is_sqlite else contact.workspace_id
            key = contact.id.bytes if is_sqlite else contact.id
            entries |= dict.fromkeys((workspace_id, tag, key) for tag in folded[contact.tags])
    return entries


def kept_entries(unit: Unit, contact_ids: Sequence[UUID]) -> dict[Entry, None]:
    """What the index holds of contacts, by the tags they have in the store now."""
    entries: dict[Entry, None] = {}
    for first in range(0, len(contact_ids), AT_ONCE):
        ids = {f"id{number}": key for number, key in enumerate(contact_ids[first : first + AT_ONCE])}
        listed = ", ".join(f":{name}" for name in ids)
        rows = unit.rows(f"SELECT workspace_id, tags, id FROM contacts WHERE id IN ({listed})", ids)
        entries |= {(row[0], tag.casefold(), row[2]): None for row in rows for tag in as_tags(row[1])}
    return entries


def turn_entries(unit: Unit, before: Collection[Entry], after: Collection[Entry]) -> None:
    """Make of what the index held of some contacts what it is to hold of them."""
    unit.run_many(
        "DELETE FROM contact_tags WHERE workspace_id = :workspace_id AND tag = :tag AND contact_id = :contact_id",
        _without(before, after),
    )
    unit.run_many(
        "INSERT INTO contact_tags (workspace_id, tag, contact_id) VALUES (:workspace_id, :tag, :contact_id)",
        _without(after, before),
    )


def _without(entries: Collection[Entry], others: Collection[Entry]) -> list[dict[str, Any]]:
    return [
        {"workspace_id": entry[0], "tag": entry[1], "contact_id": entry[2]} for entry in entries if entry not in others
    ]
