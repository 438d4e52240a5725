"""Which contacts in a sequence lack a field that its texts need."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.standings import CONTACT_FIELDS
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Lacking:
    """A field, how many contacts lack it, and the first of them by id: key and address."""

    field: str
    count: int
    contacts: tuple[tuple[UUID, str], ...]


def contacts_lacking(unit: Unit, sequence_id: UUID, field: str, shown: int = SHOWN) -> Lacking:
    """The contacts active or paused in a sequence whose field is empty; all of them for a field nobody has."""
    condition, params = _is_empty(unit.dialect, field)
    source = (
        "FROM sequence_enrollments e JOIN contacts c ON c.id = e.contact_id"
        f" WHERE e.sequence_id = :sequence_id AND e.status IN ('active', 'paused') AND {condition}"
    )
    params |= {"sequence_id": sequence_id}
    row = unit.row(f"SELECT count(*) {source}", params)
    count = 0 if row is None else int(row[0])
    if not count:
        return Lacking(field, 0, ())
    rows = unit.rows(f"SELECT c.id, c.email {source} ORDER BY c.id LIMIT :shown", params | {"shown": shown})
    return Lacking(field, count, tuple((as_uuid(key), email or "") for key, email in rows))


def held_for_data(unit: Unit, workspace_id: UUID) -> dict[UUID, list[UUID]]:
    """The active enrollments that are held for an empty field, by sequence."""
    rows = unit.rows(
        "SELECT sequence_id, id FROM sequence_enrollments WHERE workspace_id = :id AND status = 'active'"
        " AND hold_reason = 'missing_data' ORDER BY sequence_id, id",
        {"id": workspace_id},
    )
    held: dict[UUID, list[UUID]] = {}
    for sequence_id, enrollment_id in rows:
        held.setdefault(as_uuid(sequence_id), []).append(as_uuid(enrollment_id))
    return held


def _is_empty(dialect: Dialect, field: str) -> tuple[str, dict[str, object]]:
    """The condition that the field is unset, as the rules see it: missing, or nothing but blanks."""
    columns = CONTACT_FIELDS | {"email": "email"}
    if field in columns:
        return f"trim(coalesce(c.{columns[field]}, '')) = ''", {}
    if field == "tags":
        return ("c.tags = '[]'" if dialect is Dialect.SQLITE else "cardinality(c.tags) = 0"), {}
    if not field.startswith(CUSTOM):
        return "1 = 1", {}
    name = field.removeprefix(CUSTOM)
    if dialect is Dialect.SQLITE:
        return "trim(coalesce((SELECT value FROM json_each(c.custom) WHERE key = :name), '')) = ''", {"name": name}
    return "btrim(coalesce(c.custom ->> :name, '')) = ''", {"name": name}
