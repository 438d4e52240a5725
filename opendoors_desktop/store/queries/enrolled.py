"""How the enrollments of a sequence are named in queries: on Postgres by their partition too, on SQLite by an index.

SQLite counts in an index without reading a row only while a query names no column beside the index's.
"""

from typing import Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

_OF_SEQUENCE: Final = {
    Dialect.SQLITE: "e.sequence_id = s.id",
    Dialect.POSTGRES: "e.customer_id = s.customer_id AND e.sequence_id = s.id",
}
_IN_SEQUENCE: Final = {
    Dialect.SQLITE: "e.sequence_id = :sequence_id",
    Dialect.POSTGRES: "e.customer_id = :customer_id AND e.sequence_id = :sequence_id",
}


def of_sequence(unit: Unit) -> str:
    """The condition that an enrollment `e` is one of the sequence `s`."""
    return _OF_SEQUENCE[unit.dialect]


def in_sequence(unit: Unit) -> str:
    """The condition that an enrollment `e` is one of the sequence that the parameters of `find_sequence_key` name."""
    return _IN_SEQUENCE[unit.dialect]


def find_sequence_key(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> dict[str, object] | None:
    """The parameters `customer_id` and `sequence_id`; None where the workspace has no such sequence."""
    key = {"workspace_id": workspace_id, "sequence_id": sequence_id}
    row = unit.row("SELECT customer_id FROM sequences WHERE id = :sequence_id AND workspace_id = :workspace_id", key)
    return None if row is None else {"customer_id": as_uuid(row[0]), "sequence_id": sequence_id}
