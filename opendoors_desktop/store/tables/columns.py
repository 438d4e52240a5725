"""Column types and defaults that mean the same on SQLite and Postgres, in the forms `store.types` describes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from opendoors_desktop.store.types import (
    as_instant,
    as_json,
    as_tags,
    as_uuid,
    as_weekdays,
    json_text,
    list_text,
    microseconds_of,
    time_text,
)


def _same(value: Any) -> Any:
    return value


def _aware(value: datetime) -> datetime:
    """The instant itself; raises TypeError for a naive one, which Postgres would read in a zone of its own."""
    microseconds_of(value)
    return value


@dataclass(frozen=True, slots=True)
class _Forms:
    """A column's type on either database, and how values are turned into what its driver takes and back."""

    sqlite: TypeEngine[Any]
    postgres: TypeEngine[Any]
    to_sqlite: Callable[[Any], Any]
    from_sqlite: Callable[[Any], Any]
    to_postgres: Callable[[Any], Any] = _same
    from_postgres: Callable[[Any], Any] = _same


class _TwoForms(sa.types.TypeDecorator[Any]):
    """A type that is Postgres's own there, and a plainer one on SQLite."""

    impl = sa.Text
    cache_ok = True
    forms: ClassVar[_Forms]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this database."""
        return dialect.type_descriptor(self.forms.postgres if dialect.name == "postgresql" else self.forms.sqlite)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """What the driver takes."""
        if value is None:
            return None
        return self.forms.to_postgres(value) if dialect.name == "postgresql" else self.forms.to_sqlite(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What the program works with."""
        if value is None:
            return None
        return self.forms.from_postgres(value) if dialect.name == "postgresql" else self.forms.from_sqlite(value)


class Key(_TwoForms):
    """A UUID; 16 bytes on SQLite."""

    cache_ok = True
    forms = _Forms(sa.BLOB(), postgresql.UUID(as_uuid=True), lambda key: key.bytes, as_uuid)


class Instant(_TwoForms):
    """An aware instant in UTC; microseconds since 1970 on SQLite. A naive one raises TypeError on both."""

    cache_ok = True
    forms = _Forms(sa.Integer(), sa.TIMESTAMP(timezone=True), microseconds_of, as_instant, _aware, as_instant)


class Day(_TwoForms):
    """A calendar day; `YYYY-MM-DD` on SQLite."""

    cache_ok = True
    forms = _Forms(sa.Text(), sa.Date(), date.isoformat, date.fromisoformat)


class WallTime(_TwoForms):
    """A wall-clock time; `HH:MM` on SQLite."""

    cache_ok = True
    forms = _Forms(sa.Text(), sa.Time(), time_text, time.fromisoformat)


class Json(_TwoForms):
    """An object or a list; JSON text on SQLite, jsonb on Postgres."""

    cache_ok = True
    forms = _Forms(sa.Text(), postgresql.JSONB(none_as_null=True), json_text, as_json, from_postgres=as_json)


class Tags(_TwoForms):
    """A tuple of words; JSON text on SQLite, text[] on Postgres."""

    cache_ok = True
    forms = _Forms(sa.Text(), postgresql.ARRAY(sa.Text), list_text, as_tags, list, as_tags)


class Weekdays(_TwoForms):
    """Seven booleans, Monday first; JSON text on SQLite, boolean[] on Postgres."""

    cache_ok = True
    forms = _Forms(sa.Text(), postgresql.ARRAY(sa.Boolean), list_text, as_weekdays, list, as_weekdays)


class _DefaultOf(sa.ColumnElement[Any]):
    """A server default written in each database's own words; SQLite None leaves it out there."""

    inherit_cache = True

    def __init__(self, sqlite: str, postgres: str) -> None:
        self.sqlite = sqlite
        self.postgres = postgres


@compiles(_DefaultOf, "sqlite")
def _default_on_sqlite(element: _DefaultOf, _compiler: SQLCompiler, **_: Any) -> str:
    return element.sqlite


@compiles(_DefaultOf, "postgresql")
def _default_on_postgres(element: _DefaultOf, _compiler: SQLCompiler, **_: Any) -> str:
    return element.postgres


NEW_KEY = _DefaultOf("randomblob(16)", "gen_random_uuid()")
NOW = _DefaultOf("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000", "now()")
NO_TAGS = _DefaultOf("'[]'", "'{}'")
WORKING_DAYS = _DefaultOf("'[true,true,true,true,true,false,false]'", "'{t,t,t,t,t,f,f}'")
YES = sa.true()
NO = sa.false()
ZERO = sa.text("0")
