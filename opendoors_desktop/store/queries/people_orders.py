"""The orders a sequence's people are listed in: by their next step and by name, each in segments."""

from enum import StrEnum
from typing import Final

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.enrolled import in_sequence
from opendoors_desktop.store.queries.people_states import SCHEDULED
from opendoors_desktop.store.queries.places import Segment
from opendoors_desktop.store.unit import Params, Unit

FEW: Final = 20_000
"""So many people are sorted by name faster than the names of all contacts are gone through for them."""

_NAMES: Final = {
    Dialect.SQLITE: ("n.last_name", "n.first_name"),
    Dialect.POSTGRES: ('left(lower(n.last_name), 100) COLLATE "C"', 'left(lower(n.first_name), 100) COLLATE "C"'),
}
"""What an index of contacts is in order by, whatever their case; those of one name are in order of their keys."""

_ENROLLED_FIRST: Final = "sequence_enrollments e CROSS JOIN contacts n"
_NAMES_FIRST: Final = "contacts n CROSS JOIN sequence_enrollments e"


class PeopleOrder(StrEnum):
    """By when the next step is due, those without one behind, or by name; each ends in the contact's id."""

    NEXT_STEP = "next_step"
    NAME = "name"


def by_next_step(unit: Unit, conditions: tuple[str, ...], more: str) -> list[Segment]:
    """A segment for each condition, and more that holds for all of them."""
    return [
        Segment(
            f"{in_sequence(unit)} AND {where}{more}",
            ("e.next_step_scheduled_at", "e.contact_id") if where.startswith(SCHEDULED) else ("e.contact_id",),
        )
        for where in conditions
    ]


def by_name(unit: Unit, wide: str, own: str, here: Params) -> list[Segment]:
    """Those of whom `own` holds, contacts that were deleted or erased last.

    `wide` holds at least of them all, and is quickly counted: more than FEW are looked for along the names.
    """
    some = f"SELECT 1 FROM sequence_enrollments e WHERE {wide} LIMIT :few"
    [(number,)] = unit.rows(f"SELECT count(*) FROM ({some}) some_people", {**here, "few": FEW + 1})
    key = (*_NAMES[unit.dialect], "n.id")
    living = "n.workspace_id = :workspace_id AND n.archived_at IS NULL AND n.erased_at IS NULL"
    gone = "(n.archived_at IS NOT NULL OR n.erased_at IS NOT NULL)"
    # SQLite takes the tables of a CROSS JOIN in the order they are written in.
    return [
        Segment(f"n.id = e.contact_id AND {living} AND {own}", key, _ENROLLED_FIRST if number <= FEW else _NAMES_FIRST),
        Segment(f"n.id = e.contact_id AND {gone} AND {own}", key, _ENROLLED_FIRST),
    ]
