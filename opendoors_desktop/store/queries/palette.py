"""What the command palette finds while a person types: contacts by how their names begin, sequences by any part."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.contact_search import closest_contacts
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: `kind` is contact or sequence, `detail` the company or the status."""

    kind: str
    id: UUID
    name: str
    detail: str


_SEQUENCES: Final = """
SELECT id, name, status FROM sequences WHERE workspace_id = :workspace_id AND status <> 'archived'
ORDER BY lower(name), id
"""


def find(unit: Unit, workspace_id: UUID, words: str, wants: str = "all", limit: int = 8) -> list[Found]:
    """At most `limit` contacts and as many sequences; `wants` is all, contacts or sequences.

    A contact is found as in the list of contacts: every word begins the first name, last name, company or address.
    """
    words = words.strip().lower()
    if not words:
        return []
    contacts = [] if wants == "sequences" else _find_contacts(unit, workspace_id, words, limit)
    sequences = [] if wants == "contacts" else _find_sequences(unit, workspace_id, words.split(), limit)
    return [*contacts, *sequences]


def _find_contacts(unit: Unit, workspace_id: UUID, words: str, limit: int) -> list[Found]:
    lines = closest_contacts(unit, workspace_id, words, limit)
    return [Found("contact", line.id, line.name, line.company or line.email) for line in lines]


def _find_sequences(unit: Unit, workspace_id: UUID, words: list[str], limit: int) -> list[Found]:
    rows = unit.rows(_SEQUENCES, {"workspace_id": workspace_id})
    fitting = [row for row in rows if all(word in row[1].lower() for word in words)]
    return [Found("sequence", as_uuid(row[0]), row[1], row[2]) for row in fitting[:limit]]
