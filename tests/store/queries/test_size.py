"""The size of a store: counts and versions."""

import sqlite3

import pytest

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.location import parse_location
from opendoors_desktop.store.queries.size import find_size
from tests.fixtures_store import found_workspace


def test_every_table_is_counted_and_the_revision_told(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as link:
        link.executescript(
            """
            CREATE TABLE contacts (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT);
            CREATE TABLE "odd name" (id INTEGER);
            CREATE VIRTUAL TABLE words USING fts5(text);
            CREATE TABLE alembic_version (version_num TEXT);
            INSERT INTO contacts (email) VALUES ('ana@example.com'), ('bo@example.org');
            INSERT INTO alembic_version VALUES ('0001');
            """
        )
    link.close()
    store = Store(parse_location(str(tmp_path / "a.db")))
    with store.read() as unit:
        size = find_size(unit)
    store.close()

    assert size.rows["contacts"] == 2
    assert size.rows["odd name"] == 0
    assert "words" not in size.rows
    assert size.revision == "0001"
    assert size.database_version == sqlite3.sqlite_version


def test_an_empty_file_has_no_revision(tmp_path):
    sqlite3.connect(tmp_path / "a.db").close()
    store = Store(parse_location(str(tmp_path / "a.db")))
    with store.read() as unit:
        size = find_size(unit)
    store.close()

    assert (size.revision, size.rows) == (None, {})


@pytest.mark.postgres
def test_on_postgres_a_partitioned_table_counts_as_one(postgres_store):
    found_workspace(postgres_store)

    with postgres_store.read() as unit:
        size = find_size(unit)

    assert (size.rows["workspaces"], size.rows["email_activities"]) == (1, 0)
    assert not [table for table in size.rows if table.startswith("email_activities_")]
    assert size.revision is not None
    assert size.database_version[:1].isdigit()
