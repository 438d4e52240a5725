"""Many sets of parameters in one call: the same rows on both databases, whichever way they go."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, json_text
from tests.fixtures_store import NOW

INSERT = """
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, custom, last_contacted_at, created_at, updated_at)
VALUES (:id, :workspace_id, :email, lower(:email), :first_name, :custom, :contacted_at, :now, :now)
ON CONFLICT (id) DO NOTHING
"""
NAMES = ("Zoë", "\t", 'quote " and \\', "100 % {a,b}", "", "NULL")


def people(scope: Scope) -> list[dict[str, object]]:
    return [
        {
            "id": UUID(int=number + 1),
            "workspace_id": scope.workspace_id,
            "email": f"N{number}@example.com",
            "first_name": name,
            "custom": json_text({"hours": number, "words": name}),
            "contacted_at": None if number % 2 else NOW - timedelta(days=number),
            "now": NOW,
        }
        for number, name in enumerate(NAMES)
    ]


def test_values_of_every_kind_arrive_as_they_were_given(store: Store, scope: Scope):
    with store.write() as unit:
        assert unit.run_set(INSERT, people(scope)) == len(NAMES)
        rows = unit.rows("SELECT id, email_key, first_name, custom, last_contacted_at FROM contacts ORDER BY id")
    assert [as_uuid(row[0]).int for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row[1] for row in rows] == [f"n{number}@example.com" for number in range(6)]
    assert [row[2] for row in rows] == list(NAMES)
    assert [as_json(row[3])["words"] for row in rows] == list(NAMES)
    assert [row[4] is None for row in rows] == [False, True] * 3
    assert as_instant(rows[2][4]) == NOW - timedelta(days=2)


def test_a_row_that_is_there_is_passed_over_and_not_counted(store: Store, scope: Scope):
    with store.write() as unit:
        unit.run_set(INSERT, people(scope)[:4])
        assert unit.run_set(INSERT, people(scope)) == 2


@pytest.mark.parametrize("count", [0, 1, 3, 6], ids=["none", "one", "few", "many"])
def test_each_set_changes_the_row_it_names(store: Store, scope: Scope, count: int):
    sql = "UPDATE contacts SET city = :city, title = :title WHERE id = :id AND email_key LIKE 'n%'"
    named = [{"id": UUID(int=number + 1), "city": f"City {number}", "title": "Head"} for number in range(count)]
    with store.write() as unit:
        unit.run_set(INSERT, people(scope))
        assert unit.run_set(sql, named) == count
        rows = unit.rows("SELECT city, title FROM contacts WHERE city <> '' ORDER BY id")
    assert rows == [(f"City {number}", "Head") for number in range(count)]


def test_rows_are_taken_out_by_what_all_sets_agree_on_and_what_they_differ_in(store: Store, scope: Scope):
    sql = "DELETE FROM contacts WHERE id = :id AND workspace_id = :workspace_id"
    keys = [{"id": UUID(int=number), "workspace_id": scope.workspace_id} for number in (2, 3, 4, 5, 99)]
    with store.write() as unit:
        unit.run_set(INSERT, people(scope))
        assert unit.run_set(sql, [key | {"workspace_id": UUID(int=7)} for key in keys]) == 0
        assert unit.run_set(sql, keys) == 4
        assert [as_uuid(row[0]).int for row in unit.rows("SELECT id FROM contacts ORDER BY id")] == [1, 6]


def test_a_broken_rule_of_the_store_comes_through_as_the_drivers_error(store: Store, scope: Scope):
    def twice() -> None:
        with store.write() as unit:
            unit.run_set(INSERT.replace("ON CONFLICT (id) DO NOTHING", ""), people(scope) + people(scope)[:1])

    errors = (sqlite3.IntegrityError, psycopg.IntegrityError)
    _expect(errors, twice)
    with store.read() as unit:
        assert unit.rows("SELECT 1 FROM contacts") == []


def test_a_statement_of_another_kind_is_refused_on_postgres(postgres_store: Store):
    def ask() -> None:
        with postgres_store.write() as unit:
            unit.run_set("SELECT :a + 1", [{"a": number} for number in range(9)])

    _expect((ValueError,), ask)


def test_a_column_that_is_not_there_is_told_as_the_database_tells_it(postgres_store: Store):
    def ask() -> None:
        with postgres_store.write() as unit:
            unit.run_set("DELETE FROM contacts WHERE shoe_size = :a", [{"a": number} for number in range(9)])

    _expect((psycopg.errors.UndefinedColumn,), ask)


def _expect(errors: tuple[type[Exception], ...], do: Callable[[], None]) -> None:
    with pytest.raises(errors):
        do()
