"""The people in a sequence, each with all that a list shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.enrolled import in_sequence
from opendoors_desktop.store.queries.people_states import STATE, PeopleState
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


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


_LAST: Final = """FROM email_activities a WHERE a.contact_id = e.contact_id AND a.sequence_id = e.sequence_id
  ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1"""
_SELECT: Final = f"""
SELECT e.id, e.contact_id, trim(n.first_name || ' ' || n.last_name), n.company_name, n.email, {STATE}, e.status,
  e.completion_reason, e.hold_reason, e.hold_detail, e.waiting_until, e.current_step_id, p.step_order, p.name,
  p.step_type, e.next_step_scheduled_at, e.time_zone, m.address, e.is_hidden, (SELECT a.kind {_LAST}),
  (SELECT a.occurred_at {_LAST}), (SELECT r.step_order FROM sequence_steps r WHERE r.id = (SELECT a.step_id {_LAST}))
FROM {{people}} JOIN contacts n ON n.id = e.contact_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
  LEFT JOIN email_accounts m ON m.id = coalesce(e.thread_mailbox_id, e.mailbox_id)
"""


def find_people(unit: Unit, key: dict[str, object], enrollment_ids: Sequence[UUID]) -> tuple[Person, ...]:
    """The people of these enrollments of a sequence, in their order; `key` is that of `find_sequence_key`."""
    if not enrollment_ids:
        return ()
    names = [f"id{number}" for number in range(len(enrollment_ids))]
    of_them = f"{in_sequence(unit)} AND e.id IN ({', '.join(f':{name}' for name in names)})"
    those = f"SELECT e.* FROM sequence_enrollments e WHERE {of_them}"
    sql = _SELECT.format(people=f"({those}) e")
    found = {
        as_uuid(row[0]): _person(row) for row in unit.rows(sql, key | dict(zip(names, enrollment_ids, strict=True)))
    }
    return tuple(found[each] for each in enrollment_ids if each in found)


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
