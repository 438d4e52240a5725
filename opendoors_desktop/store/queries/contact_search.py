"""Finds contacts by what a person types, by tag and by state, without ever going through all of them for one answer.

Words are looked up in the indexes of names, companies and addresses, states in the index of enrollments. What no index
narrows down is walked through in the list's own order, a few thousand contacts at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.contact_list import (
    COLUMNS,
    LIVING,
    ContactLine,
    ContactOrder,
    lines_of,
    ordered_contacts,
)
from opendoors_desktop.store.queries.contact_states import ContactState, states_of
from opendoors_desktop.store.queries.places import Place
from opendoors_desktop.store.types import as_tags, as_uuid
from opendoors_desktop.store.unit import Row, Unit

MOST: Final = 500
"""So many contacts are taken from each index for the first word; who wants to see more types another letter."""
FEW: Final = 5_000
"""A state is looked up in the index of enrollments while it holds no more; else contacts are walked through."""
STRIDE: Final = 2_000
"""How many contacts one step of a walk goes through."""


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts: every word begins a name, the company or the address; with that tag; in that state."""

    words: str = ""
    tag: str = ""
    state: ContactState | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it lets everybody pass."""
        return not self.words.split() and not self.tag and self.state is None


@dataclass(frozen=True, slots=True)
class Found:
    """Contacts in order; `is_all` tells whether there are no others."""

    ids: tuple[UUID, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Stride:
    """What one step of a walk found, and where it goes on; None at the end."""

    ids: tuple[UUID, ...]
    place: Place | None


_PREFIXES: Final = {
    Dialect.SQLITE: ("last_name", "first_name", "company_name", "email_key"),
    Dialect.POSTGRES: (
        '(left(lower(last_name), 100)) COLLATE "C"',
        '(left(lower(first_name), 100)) COLLATE "C"',
        '(left(lower(company_name), 100)) COLLATE "C"',
        "(coalesce(email_key, '')) COLLATE \"C\"",
    ),
}
_SORTED_BY: Final = {
    ContactOrder.NAME: "lower(last_name), lower(first_name)",
    ContactOrder.EMAIL: "coalesce(email_key, ''), ''",
    ContactOrder.COMPANY: "lower(company_name), ''",
    ContactOrder.ADDED: "'', ''",
    ContactOrder.LAST_CONTACTED: "last_contacted_at, ''",
}
_STATUS_OF: Final = {
    ContactState.HELD: "active",
    ContactState.ACTIVE: "active",
    ContactState.PAUSED: "paused",
    ContactState.REPLIED: "stopped",
    ContactState.FINISHED: "completed",
    ContactState.STOPPED: "stopped",
}
_TESTED: Final = "id, email_key, first_name, last_name, company_name, tags"


def find_contacts(
    unit: Unit, workspace_id: UUID, wanted: ContactFilter, order: ContactOrder, *, is_descending: bool = False
) -> Found | None:
    """The contacts an index leads to, in order; None where no index narrows them down, and `walk_contacts` must."""
    columns = f"{_TESTED}, {_SORTED_BY[order]}"
    if wanted.words.split():
        rows, is_all = _by_words(unit, workspace_id, columns, wanted.words.lower().split()[0])
    elif wanted.state in _STATUS_OF:
        rows, is_all = _by_status(unit, workspace_id, columns, _STATUS_OF[wanted.state])
        if not is_all:
            return None
    else:
        return None
    fitting = sorted(_fitting(unit, workspace_id, wanted, rows), key=_sort_key, reverse=is_descending)
    return Found(tuple(as_uuid(row[0]) for row in fitting), is_all)


def closest_contacts(unit: Unit, workspace_id: UUID, words: str, limit: int) -> tuple[ContactLine, ...]:
    """The first contacts whose every word begins something of theirs: last names first, then first names, companies."""
    spoken = words.lower().split()
    rows, _ = _by_words(unit, workspace_id, _TESTED, spoken[0])
    fitting = [as_uuid(row[0]) for row in rows if _has_words(row, spoken)]
    return read_contacts(unit, workspace_id, fitting[:limit])


def walk_contacts(
    unit: Unit,
    workspace_id: UUID,
    wanted: ContactFilter,
    order: ContactOrder,
    place: Place,
    *,
    is_descending: bool = False,
) -> Stride:
    """Go through the STRIDE contacts behind a place of the list in that order, for those that fit."""
    contacts = ordered_contacts(unit.dialect, workspace_id, order, is_descending=is_descending)
    climbed = contacts.climb(unit, place, STRIDE, 1)
    further = climbed.places[0] if climbed.places else None
    end = further.position if further is not None else climbed.total or 0
    rows = contacts.read(unit, _TESTED, place, 0, end - place.position)
    return Stride(tuple(as_uuid(row[0]) for row in _fitting(unit, workspace_id, wanted, rows)), further)


def read_contacts(unit: Unit, workspace_id: UUID, ids: Sequence[UUID]) -> tuple[ContactLine, ...]:
    """The contacts of these ids, in their order; who was deleted meanwhile is left out."""
    if not ids:
        return ()
    names = {f"id{number}": key for number, key in enumerate(ids)}
    listed = ", ".join(f":{name}" for name in names)
    rows = unit.rows(
        f"SELECT {COLUMNS} FROM contacts WHERE {LIVING} AND id IN ({listed})", {"workspace_id": workspace_id, **names}
    )
    by_id = {as_uuid(row[0]): row for row in rows}
    return lines_of(unit, workspace_id, [by_id[key] for key in ids if key in by_id])


def _by_words(unit: Unit, workspace_id: UUID, columns: str, word: str) -> tuple[list[Row], bool]:
    """The contacts of whom something begins with a word, MOST from each index, and whether that is all of them."""
    found: dict[Any, Row] = {}
    is_all = True
    for key in _PREFIXES[unit.dialect]:
        for low in _spellings(word):
            rows = unit.rows(
                f"SELECT {columns} FROM contacts WHERE {LIVING} AND {key} >= :low AND {key} < :high"
                f" ORDER BY {key} LIMIT :limit",
                {"workspace_id": workspace_id, "low": low, "high": low + "\U0010ffff", "limit": MOST},
            )
            is_all = is_all and len(rows) < MOST
            found |= {row[0]: row for row in rows}
    return list(found.values()), is_all


def _spellings(word: str) -> tuple[str, ...]:
    """How a word may stand in an index that folds the case of plain Latin letters alone."""
    return (word,) if word.isascii() else tuple(dict.fromkeys((word, word.capitalize(), word.upper())))


def _by_status(unit: Unit, workspace_id: UUID, columns: str, status: str) -> tuple[list[Row], bool]:
    """The contacts who have an enrollment of that status, FEW at most, and whether that is all of them."""
    rows = unit.rows(
        f"""
        SELECT {columns} FROM contacts WHERE {LIVING} AND id IN (
          SELECT e.contact_id FROM sequences s JOIN sequence_enrollments e ON e.sequence_id = s.id
          WHERE s.workspace_id = :workspace_id AND e.status = :status LIMIT :few)
        """,
        {"workspace_id": workspace_id, "status": status, "few": FEW + 1},
    )
    return rows, len(rows) <= FEW


def _fitting(unit: Unit, workspace_id: UUID, wanted: ContactFilter, rows: Iterable[Row]) -> list[Row]:
    words, tag = wanted.words.lower().split(), wanted.tag.casefold()
    kept = [row for row in rows if _has_words(row, words) and (not tag or _has_tag(row[5], tag))]
    if wanted.state is None:
        return kept
    states = states_of(unit, workspace_id, [(row[0], row[1] or "") for row in kept])
    return [row for row, state in zip(kept, states, strict=True) if state is wanted.state]


def _has_words(row: Row, words: Sequence[str]) -> bool:
    if not words:
        return True
    parts = [part.lower() for part in row[1:5] if part]
    return all(any(part.startswith(word) for part in parts) for word in words)


def _has_tag(raw: Any, tag: str) -> bool:
    return raw not in ("[]", []) and tag in {name.casefold() for name in as_tags(raw)}


def _sort_key(row: Row) -> tuple[Any, ...]:
    """Never comes before every instant, as in the index."""
    return (row[6] is not None, row[6], row[7], as_uuid(row[0]))
