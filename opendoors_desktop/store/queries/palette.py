"""What the command palette finds while a person types: contacts by how their names begin, sequences by any part."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: `kind` is contact or sequence, `detail` the company or the status."""

    kind: str
    id: UUID
    name: str
    detail: str


_KEYS: Final = {
    Dialect.SQLITE: ("last_name", "first_name", "company_name", "email_key"),
    Dialect.POSTGRES: (
        '(left(lower(last_name), 100)) COLLATE "C"',
        '(left(lower(first_name), 100)) COLLATE "C"',
        '(left(lower(company_name), 100)) COLLATE "C"',
        "(coalesce(email_key, '')) COLLATE \"C\"",
    ),
}
"""What the indexes of contacts are kept by: the beginning of each is found without reading the others."""

_CONTACTS: Final = """
SELECT id, first_name, last_name, COALESCE(email, ''), company_name FROM contacts
WHERE workspace_id = :workspace_id AND archived_at IS NULL AND erased_at IS NULL AND {key} >= :low AND {key} < :high
ORDER BY {key} LIMIT :limit
"""
_SEQUENCES: Final = """
SELECT id, name, status FROM sequences WHERE workspace_id = :workspace_id AND status <> 'archived'
ORDER BY lower(name), id
"""


def find(unit: Unit, workspace_id: UUID, words: str, wants: str = "all", limit: int = 8) -> list[Found]:
    """At most `limit` contacts and as many sequences; `wants` is all, contacts or sequences.

    A contact is found when the first name, last name, company or address begins with the first word, and each further
    word begins another of them. A few milliseconds at a million contacts: four short walks along an index.
    """
    words = words.strip().lower()
    if not words:
        return []
    contacts = [] if wants == "sequences" else _find_contacts(unit, workspace_id, words.split(), limit)
    sequences = [] if wants == "contacts" else _find_sequences(unit, workspace_id, words.split(), limit)
    return [*contacts, *sequences]


def _find_contacts(unit: Unit, workspace_id: UUID, words: list[str], limit: int) -> list[Found]:
    wide = limit if len(words) == 1 else 50 * limit
    values = {"workspace_id": workspace_id, "low": words[0], "high": words[0] + "\U0010ffff", "limit": wide}
    found: dict[UUID, Found] = {}
    for key in _KEYS[unit.dialect]:
        for contact_id, first_name, last_name, email, company in unit.rows(_CONTACTS.format(key=key), values):
            parts = [part.lower() for part in (first_name, last_name, email, company) if part]
            if all(any(part.startswith(word) for part in parts) for word in words[1:]):
                name = f"{first_name} {last_name}".strip() or email
                found.setdefault(as_uuid(contact_id), Found("contact", as_uuid(contact_id), name, company or email))
            if len(found) >= limit:
                return list(found.values())
    return list(found.values())


def _find_sequences(unit: Unit, workspace_id: UUID, words: list[str], limit: int) -> list[Found]:
    rows = unit.rows(_SEQUENCES, {"workspace_id": workspace_id})
    fitting = [row for row in rows if all(word in row[1].lower() for word in words)]
    return [Found("sequence", as_uuid(row[0]), row[1], row[2]) for row in fitting[:limit]]
