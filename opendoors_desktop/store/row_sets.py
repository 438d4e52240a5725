"""Many sets of parameters at once. On Postgres one statement: the values go as arrays, and meet the rows by a join.

`INSERT … VALUES (:a, :b)` becomes `INSERT … SELECT p_a, :b::type FROM unnest(:a::type[]) AS p(p_a)`; an UPDATE or a
DELETE takes the same FROM or USING. What all sets have in common goes once. Of which types the parameters are the
database says itself, once for each statement. On SQLite the values are turned into its own column by column, what all
sets have in common once: asked for each value, the driver takes longer to find how than to do it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.links import Link, names_in, with_names
from opendoors_desktop.store.types import microseconds_of

FEW: Final = 4
"""So few sets are as fast one by one."""

_INSERT = re.compile(r"\s*INSERT INTO (.+?)\s+VALUES\s*\((.*?)\)\s*(ON CONFLICT\b.*)?$", re.DOTALL)
_CHANGE = re.compile(r"\s*(UPDATE|DELETE)\b(.+?)\bWHERE\b(.*)$", re.DOTALL)
_types: dict[str, dict[str, str]] = {}

Params = Mapping[str, Any]


def make_set(link: Link, sql: str, params: Sequence[Params]) -> tuple[str, Params] | None:
    """The one statement and its parameters; None where the sets are few or all the same.

    `sql` is an INSERT of VALUES, or an UPDATE or DELETE with one WHERE.
    """
    if len(params) < FEW:
        return None
    types = _types.get(sql) or _types.setdefault(sql, _types_of(link, sql))
    columns = {name: [each[name] for each in params] for name in types}
    bound = _names_that_join(sql)
    shared = frozenset(name for name, column in columns.items() if name not in bound and _is_shared(column))
    if len(shared) == len(columns):
        return None
    values = {name: column[0] if name in shared else column for name, column in columns.items()}
    return _rewritten(sql, tuple(types.items()), shared), values


def make_rows(names: Sequence[str], params: Sequence[Params]) -> Iterator[tuple[Any, ...]]:
    """The values for SQLite's placeholders in their order, set by set; at least one set."""
    return zip(*(_raw_column([each[name] for each in params]) for name in names), strict=True)


def _raw_column(values: list[Any]) -> Sequence[Any]:
    first = values[0]
    if _is_shared(values):
        return [first.bytes if isinstance(first, UUID) else first] * len(values)
    if isinstance(first, UUID):
        return [value and value.int.to_bytes(16, "big") for value in values]
    if isinstance(first, datetime):
        return [value and microseconds_of(value) for value in values]
    return values


def _is_shared(column: list[Any]) -> bool:
    return bool(column[0] == column[-1]) and column.count(column[0]) == len(column)


@lru_cache(maxsize=512)
def _names_that_join(sql: str) -> frozenset[str]:
    """The parameters by which rows are found.

    They stay in the join even where all sets agree: told one value, the database may hold it for so rare that it looks
    through all sets for each row that has it.
    """
    change = _CHANGE.match(sql)
    return frozenset() if change is None else frozenset(names_in(change[3]))


@lru_cache(maxsize=512)
def _rewritten(sql: str, types: tuple[tuple[str, str], ...], shared: frozenset[str]) -> str:
    known = dict(types)
    own = [name for name, _ in types if name not in shared]
    # Arrays go in binary, which needs no quoting.
    arrays = ", ".join(f"%({name})b::{known[name]}[]" for name in own)
    source = f"unnest({arrays}) AS p({', '.join(f'p_{name}' for name in own)})"

    def place(name: str) -> str:
        return f"%({name})s::{known[name]}" if name in shared else f"p_{name}"

    plain = sql.replace("%", "%%")
    insert = _INSERT.match(plain)
    if insert is not None:
        into, values, conflict = insert.groups()
        return f"INSERT INTO {into} SELECT {with_names(values, place)} FROM {source} {conflict or ''}"
    change = _CHANGE.match(plain)
    if change is None:
        raise ValueError(f"no statement for many rows: {sql}")
    verb, what, where = change.groups()
    joined = "USING" if verb == "DELETE" else "FROM"
    return f"{verb}{with_names(what, place)} {joined} {source} WHERE {with_names(where, place)}"


def _types_of(link: Link, sql: str) -> dict[str, str]:
    """Of which type each parameter is, as the database tells it of the statement for one set."""
    places = names_in(sql)
    numbers = count(1)
    text = with_names(sql, lambda _: f"${next(numbers)}")
    kinds = _parameter_kinds(link.connection.pgconn, text.encode(), len(places))
    names = link.cursor.execute(
        "SELECT format_type(kind, NULL) FROM unnest(%(kinds)s::oid[]) WITH ORDINALITY AS k(kind, place) ORDER BY place",
        {"kinds": kinds},
    ).fetchall()
    types: dict[str, str] = {}
    for place, (name,) in zip(places, names, strict=True):
        types.setdefault(place, name)
    return types


def _parameter_kinds(connection: Any, sql: bytes, places: int) -> list[int]:
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    for answer in (connection.prepare(b"", sql), connection.describe_prepared(b"")):
        if answer.status != ExecStatus.COMMAND_OK:
            raise error_from_result(answer)
    return [answer.param_type(place) for place in range(places)]
