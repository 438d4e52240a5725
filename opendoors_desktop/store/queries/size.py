"""What a store is made of: the database's version, the revision of the tables, and how many rows each holds."""

from dataclasses import dataclass
from typing import Final

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.unit import Unit

_VERSIONS: Final = {Dialect.SQLITE: "SELECT sqlite_version()", Dialect.POSTGRES: "SHOW server_version"}
_TABLES: Final = {
    Dialect.SQLITE: r"""
        SELECT name FROM sqlite_master
        WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name
    """,
    # A partitioned table counts as one; its partitions aren't listed.
    Dialect.POSTGRES: """
        SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
    """,
}


@dataclass(frozen=True, slots=True)
class StoreSize:
    """Facts about a store that tell nothing of what is in it."""

    database_version: str
    revision: str | None
    rows: dict[str, int]


def find_size(unit: Unit) -> StoreSize:
    """Version, revision (None: no migration has run) and rows per table, by the table's name."""
    [(version,)] = unit.rows(_VERSIONS[unit.dialect])
    tables = [str(name) for (name,) in unit.rows(_TABLES[unit.dialect])]
    counts = {table: int(unit.rows(f'SELECT count(*) FROM "{table}"')[0][0]) for table in tables}
    revision = unit.row("SELECT version_num FROM alembic_version") if "alembic_version" in tables else None
    return StoreSize(str(version), str(revision[0]) if revision else None, counts)
