"""Sequences by state, owner, folder with all in it, tag, text and time of change: pages in three orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.values import maker
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.sequences import TOTALS
from opendoors_desktop.store.types import as_instant, as_tags, as_uuid, maybe_day, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


class SequenceOrder(StrEnum):
    """What sequences are listed by; each ends in the sequence's id."""

    NAME = "name"
    UPDATED = "updated"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class SequenceFilter:
    """Which sequences; what is None or empty lets all pass, archived ones too.

    `folder_id` with `with_subfolders` means all folders in it as well. `words` stand anywhere in name or description.
    """

    statuses: Collection[str] = ()
    owner_id: UUID | None = None
    folder_id: UUID | None = None
    with_subfolders: bool = True
    tag: str | None = None
    words: str | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundSequence:
    """A sequence of a list; `totals` count contacts, `steps` those that aren't retired."""

    id: UUID
    name: str
    description: str | None
    status: str
    owner_id: UUID
    folder_id: UUID | None
    tags: tuple[str, ...]
    goal_type: str | None
    goal_target: int | None
    goal_deadline: date | None
    steps: int
    created_at: datetime
    updated_at: datetime
    totals: dict[str, int]
    place: tuple[Any, ...]


_make = maker(FoundSequence)
_STATUS: Final = "CAST(coalesce(s.status, 'draft') AS VARCHAR(20))"
_KEYS: Final = {
    SequenceOrder.NAME: ("lower(s.name)",),
    SequenceOrder.UPDATED: ("s.updated_at",),
    SequenceOrder.STATUS: (_STATUS, "lower(s.name)"),
}
_COLUMNS: Final = f"""
s.id, s.name, s.description, {_STATUS}, s.owner_id, s.folder_id, s.tags, s.goal_type, s.goal_target, s.goal_deadline,
(SELECT count(*) FROM sequence_steps p WHERE p.sequence_id = s.id AND p.retired_at IS NULL), s.created_at, s.updated_at,
{", ".join(f"s.total_{name}" for name in TOTALS)}
"""
_BEFORE_TOTALS: Final = 13
_INSIDE: Final = """
WITH RECURSIVE inside (id) AS (
  SELECT id FROM sequence_folders WHERE id = :folder_id AND workspace_id = :workspace_id
  UNION SELECT f.id FROM sequence_folders f JOIN inside i ON f.parent_folder_id = i.id
)
"""
_TAGGED: Final = {
    Dialect.SQLITE: "EXISTS (SELECT 1 FROM json_each(s.tags) t WHERE lower(t.value) = lower(:tag))",
    Dialect.POSTGRES: "EXISTS (SELECT 1 FROM unnest(s.tags) t WHERE lower(t) = lower(:tag))",
}


def search_sequences(
    unit: Unit,
    workspace_id: UUID,
    wanted: SequenceFilter,
    order: SequenceOrder,
    *,
    is_descending: bool = False,
    after: Sequence[Any] = (),
    limit: int = 100,
) -> list[FoundSequence]:
    """The first `limit` sequences behind the place of another one (none: from the first), in an order."""
    params: dict[str, object] = {"workspace_id": workspace_id, "limit": limit}
    where = ["s.workspace_id = :workspace_id", *_conditions(unit.dialect, wanted, params)]
    keys = (*_KEYS[order], "s.id")
    if after:
        named = [f":after{number}" for number in range(len(keys))]
        params |= {f"after{number}": value for number, value in enumerate(after)}
        where.append(f"({', '.join(keys)}) {'<' if is_descending else '>'} ({', '.join(named)})")
    turn = " DESC" if is_descending else ""
    with_folders = wanted.folder_id is not None and wanted.with_subfolders
    sql = (
        f"{_INSIDE if with_folders else ''}SELECT {_COLUMNS}, {', '.join(keys[:-1])} FROM sequences s"
        f" WHERE {' AND '.join(where)} ORDER BY {', '.join(f'{key}{turn}' for key in keys)} LIMIT :limit"
    )
    return [_found(row, order) for row in unit.rows(sql, params)]


def _conditions(dialect: Dialect, wanted: SequenceFilter, params: dict[str, object]) -> list[str]:
    where = []
    if wanted.statuses:
        names = [f"status{number}" for number in range(len(wanted.statuses))]
        params |= dict(zip(names, wanted.statuses, strict=True))
        where.append(f"{_STATUS} IN ({', '.join(f':{name}' for name in names)})")
    if wanted.owner_id is not None:
        params["owner_id"] = wanted.owner_id
        where.append("s.owner_id = :owner_id")
    if wanted.folder_id is not None:
        params["folder_id"] = wanted.folder_id
        where.append("s.folder_id IN (SELECT id FROM inside)" if wanted.with_subfolders else "s.folder_id = :folder_id")
    if wanted.tag is not None:
        params["tag"] = wanted.tag
        where.append(_TAGGED[dialect])
    for number, word in enumerate((wanted.words or "").split()):
        params[f"word{number}"] = f"%{_plainly(word.lower())}%"
        where.append(f"lower(s.name || ' ' || coalesce(s.description, '')) LIKE :word{number} ESCAPE '!'")
    if wanted.updated_since is not None:
        params["updated_since"] = wanted.updated_since
        where.append("s.updated_at >= :updated_since")
    return where


def _plainly(word: str) -> str:
    """A word in which LIKE's own signs mean themselves."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _found(row: Row, order: SequenceOrder) -> FoundSequence:
    behind = _BEFORE_TOTALS + len(TOTALS)
    key = as_uuid(row[0])
    place = row[behind:] if order is not SequenceOrder.UPDATED else (as_instant(row[behind]),)
    return _make(
        id=key,
        name=row[1],
        description=row[2],
        status=row[3],
        owner_id=as_uuid(row[4]),
        folder_id=maybe_uuid(row[5]),
        tags=as_tags(row[6]),
        goal_type=row[7],
        goal_target=row[8],
        goal_deadline=maybe_day(row[9]),
        steps=int(row[10]),
        created_at=as_instant(row[11]),
        updated_at=as_instant(row[12]),
        totals={name: int(value or 0) for name, value in zip(TOTALS, row[_BEFORE_TOTALS:behind], strict=True)},
        place=(*place, key),
    )
