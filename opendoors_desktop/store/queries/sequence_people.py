"""The people in a sequence: pages of them in two orders, and how many stand in each state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.enrolled import find_sequence_key, in_sequence
from opendoors_desktop.store.queries.people_states import SCHEDULED, SEGMENTS, STATE, PeopleState
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

PAGE: Final = 256
FEW: Final = 20_000
"""So many people are sorted by name faster than the names of all contacts are gone through for them."""

NAME_ORDER: Final = {
    Dialect.SQLITE: "n.last_name, n.first_name",
    Dialect.POSTGRES: 'left(lower(n.last_name), 100) COLLATE "C", left(lower(n.first_name), 100) COLLATE "C"',
}
"""The order of an index of contacts, whatever their names' case; those of one name are in the order of their keys."""

_KEY: Final = 22
"""Where the columns that a page is in order by begin in its rows."""


class PeopleOrder(StrEnum):
    """By when the next step is due, those without one behind, or by name; each ends in the contact's id."""

    NEXT_STEP = "next_step"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PeoplePlace:
    """A place between two people, given with a page and to be given back for the next one."""

    segment: int
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One enrollment as the list shows it.

    `step` is the number of the next step (ended: the last reached), `next_at` its due instant (UTC) before pace. The
    last activity is the contact's last in this sequence. `mailbox` is the address its next email leaves from.
    """

    enrollment_id: UUID
    contact_id: UUID
    name: str
    company: str
    email: str | None
    state: PeopleState
    status: str
    completion_reason: str | None
    hold_reason: str | None
    hold_detail: str | None
    waiting_until: datetime | None
    step_id: UUID | None
    step: int | None
    step_name: str
    step_type: str | None
    next_at: datetime | None
    zone: str
    mailbox: str | None
    last_kind: str | None
    last_at: datetime | None
    last_step: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """People in their order, and the place behind the last of them; None when nobody follows."""

    people: tuple[Person, ...]
    behind: PeoplePlace | None


_LAST: Final = """FROM email_activities a WHERE a.contact_id = e.contact_id AND a.sequence_id = e.sequence_id
  ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1"""
_SELECT: Final = f"""
SELECT e.id, e.contact_id, trim(n.first_name || ' ' || n.last_name), n.company_name, n.email, {STATE}, e.status,
  e.completion_reason, e.hold_reason, e.hold_detail, e.waiting_until, e.current_step_id, p.step_order, p.name,
  p.step_type, e.next_step_scheduled_at, e.time_zone, m.address, e.is_hidden, (SELECT a.kind {_LAST}),
  (SELECT a.occurred_at {_LAST}), (SELECT r.step_order FROM sequence_steps r WHERE r.id = (SELECT a.step_id {_LAST})),
  {{key}}
FROM {{people}} JOIN contacts n ON n.id = e.contact_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
  LEFT JOIN email_accounts m ON m.id = coalesce(e.thread_mailbox_id, e.mailbox_id)
ORDER BY {{key}}
"""


def page_people(
    unit: Unit,
    workspace_id: UUID,
    sequence_id: UUID,
    *,
    state: PeopleState | None = None,
    order: PeopleOrder = PeopleOrder.NEXT_STEP,
    after: PeoplePlace | None = None,
    limit: int = PAGE,
) -> PeoplePage:
    """People of a sequence (state None: all of them) from behind a place, `limit` at most.

    By next step a page is read along an index and costs the same anywhere among millions. By name it is one too while
    the state holds more than FEW, slower the rarer those are among all contacts; of fewer it sorts them all. Contacts
    that were deleted or erased stand last.
    """
    key = find_sequence_key(unit, workspace_id, sequence_id)
    if key is None:
        return PeoplePage((), None)
    here = key | {"workspace_id": workspace_id}
    segments = _by_next_step(unit, state) if order is PeopleOrder.NEXT_STEP else _by_name(unit, state, here)
    number, beyond = (0, None) if after is None else (after.segment, after.key)
    rows: list[Row] = []
    while True:
        rows += _read(unit, segments[number], here | {"limit": limit - len(rows)}, beyond)
        if len(rows) >= limit or number + 1 == len(segments):
            break
        number, beyond = number + 1, None
    behind = PeoplePlace(number, rows[-1][_KEY:]) if len(rows) >= limit else None
    return PeoplePage(tuple(_person(row) for row in rows), behind)


def find_people(unit: Unit, key: dict[str, object], enrollment_ids: Sequence[UUID]) -> tuple[Person, ...]:
    """The people of these enrollments of a sequence, in their order; `key` is that of `find_sequence_key`."""
    if not enrollment_ids:
        return ()
    names = [f"id{number}" for number in range(len(enrollment_ids))]
    of_them = f"{in_sequence(unit)} AND e.id IN ({', '.join(f':{name}' for name in names)})"
    those = f"SELECT e.* FROM sequence_enrollments e WHERE {of_them}"
    sql = _SELECT.format(people=f"({those}) e", key="e.id")
    found = {
        as_uuid(row[0]): _person(row) for row in unit.rows(sql, key | dict(zip(names, enrollment_ids, strict=True)))
    }
    return tuple(found[each] for each in enrollment_ids if each in found)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Where people are read from, and the columns they are in order by, those of a contact under the name `n`."""

    source: str
    key: str


def _by_next_step(unit: Unit, state: PeopleState | None) -> list[_Segment]:
    return [
        _Segment(
            f"sequence_enrollments e WHERE {in_sequence(unit)} AND {where}",
            "e.next_step_scheduled_at, e.contact_id" if where.startswith(SCHEDULED) else "e.contact_id",
        )
        for where in SEGMENTS[state]
    ]


def _by_name(unit: Unit, state: PeopleState | None, here: dict[str, object]) -> list[_Segment]:
    own = f"{in_sequence(unit)} AND ({' OR '.join(f'({segment})' for segment in SEGMENTS[state])})"
    # Of the large states it is enough to know how many have their status, which an index tells by itself.
    wide = {None: in_sequence(unit), PeopleState.ACTIVE: f"{in_sequence(unit)} AND e.status = 'active'"}
    some = f"SELECT 1 FROM sequence_enrollments e WHERE {wide.get(state, own)} LIMIT :few"
    [(number,)] = unit.rows(f"SELECT count(*) FROM ({some}) some_people", here | {"few": FEW + 1})
    enrolled_first = "sequence_enrollments e CROSS JOIN contacts n"
    # SQLite takes the tables of a CROSS JOIN in the order they are written in.
    living_from = enrolled_first if number <= FEW else "contacts n CROSS JOIN sequence_enrollments e"
    key = f"{NAME_ORDER[unit.dialect]}, n.id"
    living = "n.workspace_id = :workspace_id AND n.archived_at IS NULL AND n.erased_at IS NULL"
    gone = "(n.archived_at IS NOT NULL OR n.erased_at IS NOT NULL)"
    return [
        _Segment(f"{living_from} WHERE n.id = e.contact_id AND {living} AND {own}", key),
        _Segment(f"{enrolled_first} WHERE n.id = e.contact_id AND {gone} AND {own}", key),
    ]


def _read(unit: Unit, segment: _Segment, params: dict[str, object], beyond: tuple[Any, ...] | None) -> list[Row]:
    source = segment.source
    if beyond is not None:
        names = [f"key{number}" for number in range(len(beyond))]
        params |= dict(zip(names, beyond, strict=True))
        source += f" AND ({segment.key}) > ({', '.join(f':{name}' for name in names)})"
    people = f"(SELECT e.* FROM {source} ORDER BY {segment.key} LIMIT :limit) e"
    return unit.rows(_SELECT.format(people=people, key=segment.key), params)


def _person(row: Row) -> Person:
    return Person(
        enrollment_id=as_uuid(row[0]),
        contact_id=as_uuid(row[1]),
        name=row[2],
        company=row[3],
        email=row[4],
        state=PeopleState(row[5]),
        status=row[6],
        completion_reason=row[7],
        hold_reason=row[8],
        hold_detail=row[9],
        waiting_until=maybe_instant(row[10]),
        step_id=maybe_uuid(row[11]),
        step=row[12],
        step_name=row[13] or "",
        step_type=row[14],
        next_at=maybe_instant(row[15]),
        zone=row[16],
        mailbox=row[17],
        is_hidden=bool(row[18]),
        last_kind=row[19],
        last_at=maybe_instant(row[20]),
        last_step=row[21],
    )
