"""Finds contacts by what a person types, by tag and by state, without ever going through all of them for one answer.

Words are looked up in the indexes of names, companies and addresses, tags and states in indexes of their own while few
have them. Else the list is walked through in its own order, some thousand contacts at a time.
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
from opendoors_desktop.store.queries.contact_states import AT_ONCE, ContactState, listed, states_of
from opendoors_desktop.store.queries.contact_traits import Trait, standing, tagged
from opendoors_desktop.store.queries.places import Place
from opendoors_desktop.store.types import NIL, as_tags, as_uuid
from opendoors_desktop.store.unit import Row, Unit

MOST: Final = 500
"""So many contacts are taken from each index for the first word; who wants to see more types another letter."""
FEW: Final = 3_000
"""A tag or a state is looked up in its index while it leads to no more; else contacts are walked through."""
STRIDE: Final = 500
"""How many contacts the first step of a walk goes through."""
LONGEST_STRIDE: Final = 16_000
"""Where indexes tell who is to be looked at, and they are few, steps grow until they go through so many."""


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
    """What one step of a walk found, where it goes on (None at the end), and how long the next is to be."""

    ids: tuple[UUID, ...]
    place: Place | None
    next: int


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
_TESTED: Final = "id, email_key, first_name, last_name, company_name, tags"


def find_contacts(
    unit: Unit, workspace_id: UUID, wanted: ContactFilter, order: ContactOrder, *, is_descending: bool = False
) -> Found | None:
    """The contacts an index leads to, in order; None where no index narrows them down, and `walk_contacts` must."""
    columns = f"{_TESTED}, {_SORTED_BY[order]}"
    if wanted.words.split():
        rows, is_all = _by_words(unit, workspace_id, columns, wanted.words.lower().split()[0])
    else:
        few = _by_trait(unit, workspace_id, columns, _traits(unit, workspace_id, wanted))
        if few is None:
            return None
        rows, is_all = few, True
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
    stride: int = STRIDE,
) -> Stride:
    """Go through so many contacts behind a place of the list in that order, for those that fit."""
    contacts = ordered_contacts(unit.dialect, workspace_id, order, is_descending=is_descending)
    tests = [trait for trait in _traits(unit, workspace_id, wanted) if trait.test is not None]
    climbed = contacts.climb(unit, place, stride, 1)
    further = climbed.places[0] if climbed.places else None
    walked = (further.position if further is not None else climbed.total or 0) - place.position
    test = " AND ".join(trait.test for trait in tests if trait.test) or "true"
    params = {name: value for trait in tests for name, value in trait.params.items()}
    rows = contacts.sift(unit, _TESTED, place, test=test, params=params, most=walked)
    is_thin = walked == stride and len(rows) < STRIDE // 4
    longer = min(2 * stride, LONGEST_STRIDE) if tests and is_thin else STRIDE
    return Stride(tuple(as_uuid(row[0]) for row in _fitting(unit, workspace_id, wanted, rows)), further, longer)


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


def _traits(unit: Unit, workspace_id: UUID, wanted: ContactFilter) -> list[Trait]:
    traits = [tagged(wanted.tag)] if wanted.tag else []
    return traits if wanted.state is None else [*traits, standing(unit, workspace_id, wanted.state)]


def _by_trait(unit: Unit, workspace_id: UUID, columns: str, traits: Sequence[Trait]) -> list[Row] | None:
    """The contacts that the first trait of no more than FEW leads to; None where all lead to more."""
    for trait in traits:
        params = {"workspace_id": workspace_id, "few": FEW + 1, **trait.params}
        keys = [] if trait.source is None else [row[0] for row in unit.rows(f"{trait.source} LIMIT :few", params)]
        if trait.source is not None and len(keys) <= FEW:
            return _by_keys(unit, workspace_id, columns, list(dict.fromkeys(keys)))
    return None


def _by_keys(unit: Unit, workspace_id: UUID, columns: str, keys: Sequence[Any]) -> list[Row]:
    """The living contacts of these ids, given as the store has them."""
    found: list[Row] = []
    for first in range(0, len(keys), AT_ONCE):
        names, params = listed(keys[first : first + AT_ONCE], NIL)
        sql = f"SELECT {columns} FROM contacts WHERE {LIVING} AND id IN ({names})"
        found += unit.rows(sql, params | {"workspace_id": workspace_id})
    return found


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
