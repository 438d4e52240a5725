"""Who works in a workspace: the people sequences are owned by and tasks are given to."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace; `email` is "" where none is known, `role` is owner, admin, member or viewer."""

    id: UUID
    name: str
    email: str
    role: str


def list_people(unit: Unit, workspace_id: UUID) -> dict[UUID, Person]:
    """The members of a workspace who are still there, by their keys."""
    rows = unit.rows(
        "SELECT u.id, u.name, u.email, m.role FROM memberships m JOIN users u ON u.id = m.user_id"
        " WHERE m.workspace_id = :id AND u.retired_at IS NULL ORDER BY u.name, u.id",
        {"id": workspace_id},
    )
    return {as_uuid(row[0]): Person(as_uuid(row[0]), row[1], row[2] or "", row[3]) for row in rows}
