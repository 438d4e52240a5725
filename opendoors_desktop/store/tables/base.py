"""What every table shares: the names of its constraints, the types of its columns, and how the two databases differ."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.sql.compiler import DDLCompiler

from opendoors_desktop.store.tables.columns import NEW_KEY, NOW, Day, Instant, Json, Key, WallTime

POSTGRES_KEY = "postgres_key"
"""In a table's `info`: the columns of its primary key on Postgres, where a partitioned table needs other ones."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The mapped tables of the store."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Key(),
        datetime: Instant(),
        date: Day(),
        time: WallTime(),
        str: sa.Text(),
        bytes: sa.LargeBinary(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
    }


def new_key() -> MappedColumn[Any]:
    """The `id` of a row; the program supplies it."""
    return mapped_column(Key(), primary_key=True, server_default=NEW_KEY)


def now(*, is_required: bool = True) -> MappedColumn[Any]:
    """An instant that is the store's own "now" where a row doesn't say it."""
    return mapped_column(Instant(), nullable=not is_required, server_default=NOW)


def refers_to(target: str, *, on_delete: str | None = None, index: bool = False, **more: Any) -> MappedColumn[Any]:
    """A key of another table's row, `table.column`."""
    return mapped_column(Key(), sa.ForeignKey(target, ondelete=on_delete), index=index, **more)


def on_sqlite(constraint: sa.Constraint) -> sa.Constraint:
    """The constraint, made on SQLite alone."""
    return constraint.ddl_if(dialect="sqlite")


def on_postgres(constraint: sa.Constraint) -> sa.Constraint:
    """The constraint, made on Postgres alone."""
    return constraint.ddl_if(dialect="postgresql")


def seven_days(column: str) -> tuple[sa.Constraint, sa.Constraint]:
    """That a column of weekdays holds seven of them."""
    return (
        on_sqlite(sa.CheckConstraint(f"json_array_length({column}) = 7", name=column)),
        on_postgres(sa.CheckConstraint(f"cardinality({column}) = 7", name=column)),
    )


def unique_where(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over the rows that meet a condition, written so that both databases read it."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def index_where(name: str, *columns: str, where: str) -> sa.Index:
    """An index over the rows that meet a condition."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


@compiles(sa.PrimaryKeyConstraint, "postgresql")
def _primary_key_on_postgres(constraint: sa.PrimaryKeyConstraint, compiler: DDLCompiler, **options: Any) -> str:
    columns = constraint.table.info.get(POSTGRES_KEY)
    if columns is None:
        return compiler.visit_primary_key_constraint(constraint, **options)
    return f"CONSTRAINT pk_{constraint.table.name} PRIMARY KEY ({', '.join(columns)})"
