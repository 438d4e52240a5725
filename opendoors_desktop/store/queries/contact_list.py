"""The list of all contacts: pages of it from anywhere in five orders, each the order of an index."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.contact_states import ContactState, states_of
from opendoors_desktop.store.queries.places import START, Climb, OrderedRows, Place, Segment
from opendoors_desktop.store.types import as_instant, as_tags, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit

PAGE: Final = 256
STEP: Final = 2048
"""How many contacts lie between two places of a climb: so many are passed over in the third part of a millisecond."""


class ContactOrder(StrEnum):
    """What contacts are listed by: each in an index, and each ends in the contact's id (so in when it was added)."""

    NAME = "name"
    EMAIL = "email"
    COMPANY = "company"
    ADDED = "added"
    LAST_CONTACTED = "last_contacted"


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as a list shows it; `zone` is the one told from all that is known, instants are in UTC."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    company: str
    title: str
    zone: str
    tags: tuple[str, ...]
    state: ContactState
    last_contacted_at: datetime | None
    last_replied_at: datetime | None
    added_at: datetime

    @property
    def name(self) -> str:
        """First and last name, or the address where neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


LIVING: Final = "workspace_id = :workspace_id AND archived_at IS NULL AND erased_at IS NULL"
KEYS: Final = {
    Dialect.SQLITE: {
        ContactOrder.NAME: ("last_name", "first_name"),
        ContactOrder.EMAIL: ("email_key",),
        ContactOrder.COMPANY: ("company_name",),
        ContactOrder.ADDED: (),
        ContactOrder.LAST_CONTACTED: ("last_contacted_at",),
    },
    Dialect.POSTGRES: {
        ContactOrder.NAME: (
            '(left(lower(last_name), 100)) COLLATE "C"',
            '(left(lower(first_name), 100)) COLLATE "C"',
        ),
        ContactOrder.EMAIL: ("(coalesce(email_key, '')) COLLATE \"C\"",),
        ContactOrder.COMPANY: ('(left(lower(company_name), 100)) COLLATE "C"',),
        ContactOrder.ADDED: (),
        ContactOrder.LAST_CONTACTED: ("coalesce(last_contacted_at, '1970-01-01 00:00:00+00'::timestamptz)",),
    },
}
"""What the index of each order is kept by, the id left out."""

_MAY_BE_NULL: Final = frozenset({ContactOrder.EMAIL, ContactOrder.LAST_CONTACTED})
COLUMNS: Final = (
    "id, email, first_name, last_name, company_name, title, zone, tags, last_contacted_at, last_replied_at, created_at,"
    " email_key"
)


def ordered_contacts(
    dialect: Dialect, workspace_id: UUID, order: ContactOrder, *, is_descending: bool = False
) -> OrderedRows:
    """The list of a workspace's contacts in an order; those never contacted or without address are first, going up."""
    key = (*KEYS[dialect][order], "id")
    segments = [Segment(LIVING, key)]
    if dialect is Dialect.SQLITE and order in _MAY_BE_NULL:
        segments = [Segment(f"{LIVING} AND {key[0]} IS NULL", ("id",)), Segment(f"{LIVING} AND {key[0]} NOT NULL", key)]
    if is_descending:
        segments.reverse()
    return OrderedRows("contacts", segments, {"workspace_id": workspace_id}, is_descending)


def count_contacts(unit: Unit, workspace_id: UUID) -> int:
    """How many contacts there are, archived and erased ones left out; counted in an index."""
    # Without its order SQLite would take the shortest index, and look every row up for what that doesn't hold.
    some = f"SELECT 1 FROM contacts WHERE {LIVING} ORDER BY id LIMIT -1"
    if unit.dialect is Dialect.POSTGRES:
        some = f"SELECT 1 FROM contacts WHERE {LIVING}"
    [(number,)] = unit.rows(f"SELECT count(*) FROM ({some}) living", {"workspace_id": workspace_id})
    return int(number)


def page_contacts(
    unit: Unit,
    workspace_id: UUID,
    order: ContactOrder,
    *,
    is_descending: bool = False,
    place: Place = START,
    skip: int = 0,
    limit: int = PAGE,
) -> tuple[ContactLine, ...]:
    """Contacts from behind a place, the first `skip` of them left out: a few milliseconds anywhere among millions.

    `skip` may be anything; from a place that `climb_contacts` gave it need not be more than STEP.
    """
    contacts = ordered_contacts(unit.dialect, workspace_id, order, is_descending=is_descending)
    return lines_of(unit, workspace_id, contacts.read(unit, COLUMNS, place, skip, limit))


def climb_contacts(
    unit: Unit,
    workspace_id: UUID,
    order: ContactOrder,
    *,
    is_descending: bool = False,
    place: Place = START,
    most: int = 16,
) -> Climb:
    """Places every STEP contacts on, from which a page anywhere is near; some ten milliseconds for 16 of them."""
    contacts = ordered_contacts(unit.dialect, workspace_id, order, is_descending=is_descending)
    return contacts.climb(unit, place, STEP, most)


def lines_of(unit: Unit, workspace_id: UUID, rows: list[Row]) -> tuple[ContactLine, ...]:
    """The contacts behind rows of COLUMNS, with the state each is in."""
    states = states_of(unit, workspace_id, [(row[0], row[11] or "") for row in rows])
    return tuple(
        ContactLine(
            as_uuid(row[0]),
            row[1] or "",
            row[2],
            row[3],
            row[4],
            row[5],
            row[6] or "",
            as_tags(row[7]),
            state,
            maybe_instant(row[8]),
            maybe_instant(row[9]),
            as_instant(row[10]),
        )
        for row, state in zip(rows, states, strict=True)
    )
