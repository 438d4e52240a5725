"""What a value of each type of column is in Python, on its way from one database into the other."""

import json
from collections.abc import Callable
from datetime import date, time
from typing import Any, Final, NamedTuple

from opendoors_desktop.store.types import as_instant, as_uuid, json_text, list_text, microseconds_of, time_text


def _same(value: Any) -> Any:
    return value


class Kind(NamedTuple):
    """How a value that isn't NULL is taken out of either database and put into it.

    `from_sqlite` and `from_postgres` give the same value for the same content; the others take that. `plain` is the
    form in which two of them are compared.
    """

    from_sqlite: Callable[[Any], Any] = _same
    from_postgres: Callable[[Any], Any] = _same
    to_sqlite: Callable[[Any], Any] = _same
    to_postgres: Callable[[Any], Any] = _same
    plain: Callable[[Any], Any] = _same


def _plain_json(value: Any) -> str:
    return json.dumps(_whole_numbers(value), sort_keys=True, ensure_ascii=False)


def _whole_numbers(value: Any) -> Any:
    """JSON in which 1.0 and 1 look alike, as they do to the database that keeps it parsed."""
    if isinstance(value, dict):
        return {key: _whole_numbers(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_PLAIN: Final = Kind()
_KINDS: Final = {
    "uuid": Kind(from_sqlite=as_uuid, to_sqlite=lambda key: key.bytes),
    "timestamp with time zone": Kind(as_instant, as_instant, microseconds_of),
    "boolean": Kind(from_sqlite=bool, to_sqlite=int),
    "date": Kind(from_sqlite=date.fromisoformat, to_sqlite=date.isoformat),
    "time without time zone": Kind(from_sqlite=time.fromisoformat, to_sqlite=time_text),
    "jsonb": Kind(json.loads, json.loads, json_text, json_text, _plain_json),
    "text[]": Kind(from_sqlite=json.loads, to_sqlite=list_text),
    "boolean[]": Kind(from_sqlite=lambda text: [bool(each) for each in json.loads(text)], to_sqlite=list_text),
    "numeric": Kind(float, float, to_postgres=repr),
    "double precision": Kind(float, float),
}
"""By the type's name in Postgres, its length left out; what isn't named looks alike in both databases."""


def kind_of(postgres_type: str) -> Kind:
    """The kind of a column, by what Postgres calls its type."""
    return _KINDS.get(postgres_type.partition("(")[0], _PLAIN)
