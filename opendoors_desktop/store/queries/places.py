"""Places in a long list that is kept in the order of an index: where to go on reading, and how many rows are before.

A list is read in segments (rows whose key is NULL stand in one of their own), each in the order of its key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from opendoors_desktop.store.unit import Params, Row, Unit


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two rows: `position` rows are before it, the last of them with `key`.

    None is the beginning of a segment.
    """

    position: int = 0
    segment: int = 0
    key: tuple[Any, ...] | None = None


START: Final = Place()


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that meet `where`, in the order of the columns `key`, which tell them apart; `table` where it isn't the
    list's own.
    """

    where: str
    key: tuple[str, ...]
    table: str = ""


@dataclass(frozen=True, slots=True)
class Climb:
    """Further places of a list, and how many rows it has, once its end is reached."""

    places: tuple[Place, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class OrderedRows:
    """A list of the rows of `table`, to be read from any place; `params` are those of its segments."""

    table: str
    segments: Sequence[Segment]
    params: Params
    is_descending: bool = False

    def read(self, unit: Unit, columns: str, place: Place, skip: int, limit: int) -> list[Row]:
        """Rows from behind a place, `skip` of them left out; `columns` alone, in the list's order."""
        rows: list[Row] = []
        while True:
            rows += self._walk(unit, columns, place, skip, limit - len(rows))
            if len(rows) >= limit or place.segment + 1 == len(self.segments):
                return rows
            skip = 0 if rows else skip - self._count(unit, place, skip)
            place = Place(segment=place.segment + 1)

    def sift(self, unit: Unit, columns: str, place: Place, *, test: str, params: Params, most: int) -> list[Row]:
        """Of `most` rows behind a place, all in its segment, those that pass a test on `walked_id`; in order.

        The rows are walked in the index alone, and those that pass are read. `test` takes `params` beside those of the
        list.
        """
        segment = self.segments[place.segment]
        where, known = self._behind(place)
        falling = " DESC" if self.is_descending else ""
        order = ", ".join(f"{column}{falling}" for column in segment.key)
        # The tables of a CROSS JOIN are read in the order they are written in, by SQLite; Postgres takes it for any.
        sql = f"""
            SELECT {columns} FROM (
              SELECT id AS walked_id FROM {self.table} WHERE {where} ORDER BY {order} LIMIT :most
            ) walked CROSS JOIN {self.table} WHERE {self.table}.id = walked_id AND {test} ORDER BY {order}
            """
        return unit.rows(sql, {**known, **params, "most": most})

    def climb(self, unit: Unit, place: Place, step: int, most: int) -> Climb:
        """The places behind each `step` rows from a place on, `most` of them at most, read in the index alone."""
        places: list[Place] = []
        while len(places) < most:
            segment = self.segments[place.segment]
            found = self._walk(unit, ", ".join(segment.key), place, step - 1, 1)
            if found:
                place = replace(place, position=place.position + step, key=found[0])
            else:
                position = place.position + self._count(unit, place, step)
                if place.segment + 1 == len(self.segments):
                    return Climb(tuple(places), position)
                place = Place(position, place.segment + 1)
            places.append(place)
        return Climb(tuple(places))

    def _walk(self, unit: Unit, columns: str, place: Place, skip: int, limit: int) -> list[Row]:
        segment = self.segments[place.segment]
        falling = " DESC" if self.is_descending else ""
        order = ", ".join(f"{column}{falling}" for column in segment.key)
        where, params = self._behind(place)
        return unit.rows(
            f"SELECT {columns} FROM {segment.table or self.table} WHERE {where} ORDER BY {order}"
            " LIMIT :limit OFFSET :skip",
            params | {"limit": limit, "skip": skip},
        )

    def _count(self, unit: Unit, place: Place, most: int) -> int:
        where, params = self._behind(place)
        table = self.segments[place.segment].table or self.table
        some = f"SELECT 1 FROM {table} WHERE {where} LIMIT :most"
        [(number,)] = unit.rows(f"SELECT count(*) FROM ({some}) some_rows", params | {"most": most})
        return int(number)

    def _behind(self, place: Place) -> tuple[str, dict[str, Any]]:
        segment, params = self.segments[place.segment], dict(self.params)
        if place.key is None:
            return segment.where, params
        names = [f"key{number}" for number in range(len(place.key))]
        values = ", ".join(f":{name}" for name in names)
        sign = "<" if self.is_descending else ">"
        return (
            f"{segment.where} AND ({', '.join(segment.key)}) {sign} ({values})",
            params | dict(zip(names, place.key, strict=True)),
        )
