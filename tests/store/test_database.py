"""Units of a store: what they keep, what they refuse, and how several writers get along."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait  # noqa: TID251  # this is a test of threads
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store import database
from opendoors_desktop.store.database import Dialect, Store, Unit
from opendoors_desktop.store.faults import broken_rule
from opendoors_desktop.store.links import (
    BEGINS,
    Begin,
    LinkPool,
    open_postgres_link,
    open_sqlite_link,
    to_pyformat,
)
from opendoors_desktop.store.migrate import open_store
from opendoors_desktop.store.tables import CustomerRow
from opendoors_desktop.store.types import as_uuid


def add_customer(unit, key, name="Example") -> int:
    return unit.run("INSERT INTO customers (id, name) VALUES (:id, :name)", {"id": key, "name": name})


def names(store: Store) -> list[str]:
    with store.read() as unit:
        return [row[0] for row in unit.rows("SELECT name FROM customers ORDER BY name")]


def test_what_a_unit_wrote_is_there_when_it_has_ended(store: Store, new_id):
    key = new_id()
    with store.write() as unit:
        assert add_customer(unit, key) == 1
        assert unit.row("SELECT id FROM customers") is not None
    with store.read() as unit:
        assert as_uuid(unit.rows("SELECT id FROM customers")[0][0]) == key
        assert unit.row("SELECT id FROM customers WHERE name = 'nobody'") is None


def test_a_unit_that_raises_leaves_nothing(store: Store, new_id):
    with pytest.raises(ZeroDivisionError), store.write() as unit:
        print(add_customer(unit, new_id()) / 0)
    assert names(store) == []


def test_many_rows_are_written_in_one_call(store: Store, new_id):
    with store.write() as unit:
        sql = "INSERT INTO customers (id, name) VALUES (:id, :name)"
        assert unit.run_many(sql, [{"id": new_id(), "name": name} for name in "abc"]) == 3
        assert unit.run_many(sql, []) == 0
    assert names(store) == ["a", "b", "c"]


def test_a_change_may_return_rows(store: Store, new_id):
    with store.write() as unit:
        add_customer(unit, new_id(), "a")
        add_customer(unit, new_id(), "b")
        changed = unit.rows("UPDATE customers SET name = name || '!' RETURNING name")
        assert sorted(changed) == [("a!",), ("b!",)]
        first = unit.row("UPDATE customers SET name = name || '!' RETURNING name")
        assert first is not None
    assert names(store) == ["a!!", "b!!"]


def test_a_long_answer_is_read_in_pieces(store: Store, new_id):
    with store.write() as unit:
        unit.run_many(
            "INSERT INTO customers (id, name) VALUES (:id, :name)",
            [{"id": new_id(), "name": f"{number:04}"} for number in range(250)],
        )
    with store.read() as unit:
        numbers = [row[0] for row in unit.stream("SELECT name FROM customers ORDER BY name", size=100)]
        assert unit.rows("SELECT count(*) FROM customers") == [(250,)]
    assert numbers == [f"{number:04}" for number in range(250)]


def test_a_reader_cant_write(store: Store, new_id):
    with pytest.raises(StoreError) as refused, store.read() as unit:
        add_customer(unit, new_id())
    assert refused.value.code == "store_read_only"
    with store.write() as unit:
        add_customer(unit, new_id(), "later")
    assert names(store) == ["later"]


def test_a_reader_sees_one_state_from_its_first_query_on(store: Store, new_id):
    with store.read() as reader:
        assert reader.rows("SELECT count(*) FROM customers") == [(0,)]
        with store.write() as unit:
            add_customer(unit, new_id())
        assert reader.rows("SELECT count(*) FROM customers") == [(0,)]
    assert names(store) == ["Example"]


def test_a_session_works_in_the_transaction_of_its_unit(store: Store, new_id):
    with store.write() as unit:
        add_customer(unit, new_id(), "plain")
        unit.session.add(CustomerRow(id=new_id(), name="mapped"))
    assert names(store) == ["mapped", "plain"]

    def write_and_fail(unit: Unit) -> None:
        unit.session.add(CustomerRow(id=new_id(), name="lost"))
        unit.session.flush()
        assert unit.rows("SELECT count(*) FROM customers") == [(3,)]
        raise KeyError

    with pytest.raises(KeyError), store.write() as unit:
        write_and_fail(unit)
    assert names(store) == ["mapped", "plain"]


def test_sessions_of_later_units_start_afresh(store: Store, new_id):
    key = new_id()
    with store.write() as unit:
        unit.session.add(CustomerRow(id=key, name="first"))
    with store.write() as unit:
        unit.run("UPDATE customers SET name = 'second'")
        assert unit.session.get(CustomerRow, key).name == "second"
    with store.read() as unit:
        assert unit.session.get(CustomerRow, key).name == "second"


def test_a_change_raises_its_counters_once_in_the_same_commit(store: Store):
    with store.write() as unit:
        unit.changed(Topic.CONTACTS)
        unit.changed(Topic.CONTACTS, Topic.OUTBOX)
    with pytest.raises(KeyError), store.write() as unit:
        print(dict[None, int]()[unit.changed(Topic.TASKS)])
    with store.write() as unit:
        unit.changed(Topic.CONTACTS)
    with store.read() as unit:
        assert dict(unit.rows("SELECT topic, number FROM changes")) == {"contacts": 2, "outbox": 1}


def test_listeners_hear_of_a_change_when_it_can_be_read(store: Store, new_id):
    heard: list[tuple[frozenset[Topic], list[str]]] = []
    store.on_change(lambda topics: heard.append((topics, names(store))))
    with store.write() as unit:
        add_customer(unit, new_id())
        unit.changed(Topic.WORKSPACE)
    with store.write() as unit:
        add_customer(unit, new_id())
    assert heard == [(frozenset({Topic.WORKSPACE}), ["Example"])]


@pytest.mark.postgres
def test_other_programs_on_postgres_are_told_of_the_topics(postgres_store: Store):
    import psycopg

    with psycopg.connect(postgres_store.location.target, autocommit=True) as other:
        other.execute("LISTEN opendoors_changes")
        with postgres_store.write() as unit:
            unit.changed(Topic.TASKS, Topic.INBOX)
        [notice] = other.notifies(timeout=5, stop_after=1)
    assert notice.payload == "inbox,tasks"


def test_the_stores_own_clock_goes_forward(store: Store):
    with store.read() as unit:
        first = unit.store_now()
        assert timedelta(0) <= store.clock_now(unit) - first < timedelta(seconds=5)
        assert first.utcoffset() == timedelta(0)


def test_a_broken_rule_comes_through_and_is_named(store: Store, new_id):
    key = new_id()
    with store.write() as unit:
        add_customer(unit, key, "only")
    with pytest.raises(Exception, match="customers") as raised, store.write() as unit:
        add_customer(unit, key)
    assert broken_rule(raised.value) in {"customers.id", "pk_customers"}
    with pytest.raises(Exception, match="customers") as mapped, store.write() as unit:
        unit.session.add(CustomerRow(id=key, name="other"))
    assert broken_rule(mapped.value) in {"customers.id", "pk_customers"}
    assert broken_rule(ValueError("no rule")) is None
    assert names(store) == ["only"]


def test_a_write_inside_a_write_is_a_bug_and_not_a_wait(sqlite_store: Store):
    with sqlite_store.write(), pytest.raises(RuntimeError, match="inside a write"), sqlite_store.write():
        pass


def test_a_read_inside_a_write_sees_the_state_before(store: Store, new_id):
    with store.write() as unit:
        add_customer(unit, new_id())
        assert names(store) == []


def test_T81_many_threads_write_and_none_hears_that_the_file_is_locked(store: Store):
    with store.write() as unit:
        unit.run("INSERT INTO changes (topic, number) VALUES ('sum', 0)")
    lock = " FOR UPDATE" if store.dialect is Dialect.POSTGRES else ""

    def work(_: int) -> None:
        for _ in range(25):
            with store.write() as unit:
                [(number,)] = unit.rows(f"SELECT number FROM changes WHERE topic = 'sum'{lock}")
                unit.run("UPDATE changes SET number = :n WHERE topic = 'sum'", {"n": number + 1})
            with store.read() as unit:
                unit.rows("SELECT number FROM changes")

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, range(6))) == [None] * 6
    with store.read() as unit:
        assert unit.rows("SELECT number FROM changes WHERE topic = 'sum'") == [(150,)]


WRITER = """
import sys
from opendoors_desktop.store.migrate import open_store
store = open_store(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.write() as unit:
        number = unit.rows("SELECT number FROM changes WHERE topic = 'sum'")[0][0]
        unit.run("UPDATE changes SET number = :n WHERE topic = 'sum'", {"n": number + 1})
store.close()
"""


def test_fault_13_two_programs_on_one_file_take_turns(sqlite_store: Store):
    with sqlite_store.write() as unit:
        unit.run("INSERT INTO changes (topic, number) VALUES ('sum', 0)")
    command = [sys.executable, "-c", WRITER, sqlite_store.location.name, "150"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [run.communicate()[1].decode() for run in runs] == ["", ""]
    with sqlite_store.read() as unit:
        assert unit.rows("SELECT number FROM changes") == [(300,)]


def test_a_file_held_for_too_long_is_named_as_in_use(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)
    holder = sqlite3.connect(sqlite_store.location.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with sqlite_store.read() as unit:
        unit.rows("SELECT count(*) FROM customers")
    sqlite_store._writers = LinkPool(lambda: impatient_link(sqlite_store))
    with pytest.raises(StoreError) as busy, sqlite_store.write():
        pass
    assert (busy.value.code, busy.value.where) == ("store_busy", sqlite_store.location.name)
    holder.execute("ROLLBACK")
    holder.close()
    with sqlite_store.write() as unit:
        unit.changed(Topic.TASKS)


def impatient_link(store: Store):
    link = open_sqlite_link(store.location, writes=True)
    link.connection.execute("PRAGMA busy_timeout=10")
    return link


@pytest.mark.postgres
def test_fault_17_a_restarted_postgres_is_found_again(postgres_store: Store, new_id):
    with postgres_store.write() as unit:
        add_customer(unit, new_id(), "before")
    with postgres_store.read() as unit, postgres_store.read() as other:
        mine = {unit.rows("SELECT pg_backend_pid()")[0][0], other.rows("SELECT pg_backend_pid()")[0][0]}
    end_backends(postgres_store, mine)
    with postgres_store.write() as unit:
        add_customer(unit, new_id(), "since")
    assert names(postgres_store) == ["before", "since"]


@pytest.mark.postgres
def test_fault_19_a_line_cut_in_the_middle_undoes_the_unit_and_says_so(postgres_store: Store, new_id):
    def write_over_a_cut_line(unit: Unit) -> None:
        add_customer(unit, new_id(), "lost")
        end_backends(postgres_store, {unit.rows("SELECT pg_backend_pid()")[0][0]})
        unit.rows("SELECT 1")

    with pytest.raises(StoreError) as away, postgres_store.write() as unit:
        write_over_a_cut_line(unit)
    assert away.value.code == "store_away"
    assert names(postgres_store) == []


def end_backends(store: Store, pids: set[int]) -> None:
    import psycopg

    with psycopg.connect(store.location.target, autocommit=True) as other:
        for pid in pids:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.mark.postgres
def test_units_beside_each_other_write_at_the_same_time_and_no_other_does(postgres_store: Store, new_id):
    def write_alone() -> list[str]:
        with postgres_store.write() as unit:
            return [row[0] for row in unit.rows("SELECT name FROM customers ORDER BY name")]

    with ThreadPoolExecutor(1) as pool:
        with postgres_store.write(beside=True) as one:
            with postgres_store.write(beside=True) as other:
                add_customer(other, new_id(), "b")
            add_customer(one, new_id(), "a")
            alone = pool.submit(write_alone)
            assert wait([alone], 0.3).done == set()
        assert alone.result(30) == ["a", "b"]


@pytest.mark.postgres
@pytest.mark.slow
def test_fault_14_a_writer_that_stands_still_is_ended_before_others_give_up(postgres_store: Store, new_id):
    asleep = open_postgres_link(postgres_store.location)
    asleep.cursor.execute(BEGINS[Dialect.POSTGRES][Begin.WRITE])
    with postgres_store.write() as unit:
        add_customer(unit, new_id(), "a")
    with pytest.raises(asleep.errors):
        asleep.cursor.execute("SELECT 1")
    asleep.close()
    assert names(postgres_store) == ["a"]


@pytest.mark.postgres
@pytest.mark.slow
def test_fault_14_a_writer_that_stands_still_amid_many_rows_is_ended_too(postgres_store: Store, new_id):
    asleep = open_postgres_link(postgres_store.location)
    asleep.cursor.execute(BEGINS[Dialect.POSTGRES][Begin.WRITE])
    if asleep.connection.info.server_version < 170_000:
        pytest.skip("Postgres before 17 can't bound a transaction")
    pipeline = asleep.connection.pipeline()
    pipeline.__enter__()
    asleep.cursor.execute("SELECT 1")  # sent without the end that would make it idle
    with postgres_store.write() as unit:
        add_customer(unit, new_id(), "a")
    with pytest.raises(asleep.errors):
        pipeline.__exit__(None, None, None)
    asleep.close()
    assert names(postgres_store) == ["a"]


def test_every_commit_is_on_the_disk_and_foreign_keys_hold(sqlite_store: Store, new_id):
    with sqlite_store.write() as unit:
        settings = [unit.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert settings == ["wal", 2, 1]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), sqlite_store.write() as unit:
        unit.run(
            "INSERT INTO tags (workspace_id, name) VALUES (:id, 'x')",
            {"id": new_id()},
        )


@pytest.mark.postgres
def test_fault_18_every_commit_on_postgres_is_written_before_it_is_answered(postgres_store: Store):
    with postgres_store.read() as unit:
        assert unit.rows("SHOW synchronous_commit") == [("on",)]  # the tests' own server says off
    import psycopg

    with psycopg.connect(postgres_store.location.target) as plain:
        assert plain.execute("SHOW synchronous_commit").fetchone() == ("off",)


def test_fault_23_a_power_cut_at_any_frame_of_the_log_leaves_a_whole_store(sqlite_store: Store, tmp_path: Path, new_id):
    path = sqlite_store.location.path
    log = path.with_name(f"{path.name}-wal")
    for number in range(12):
        with sqlite_store.write() as unit:
            add_customer(unit, new_id(), f"{number:02}")
    content, frames = path.read_bytes(), log.read_bytes()
    page = int.from_bytes(frames[8:12])
    kept: list[int] = []
    for cut in range(32, len(frames) + 1, page + 24):
        copy = tmp_path / f"cut-{cut}.db"
        copy.write_bytes(content)
        copy.with_name(f"{copy.name}-wal").write_bytes(frames[: cut + 100])
        opened = open_store(str(copy))
        found = names(opened)
        opened.close()
        assert found == [f"{number:02}" for number in range(len(found))]
        kept.append(len(found))
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (0, 12)


def test_closing_ends_every_connection(store: Store, new_id):
    with store.read() as unit:
        unit.rows("SELECT 1")
    with store.write() as unit:
        unit.session.add(CustomerRow(id=new_id(), name="x"))
    link = store._readers._idle[0]
    store.close()
    assert store._readers._idle == store._writers._idle == []
    with pytest.raises(link.errors):
        link.cursor.execute("SELECT 1")


def test_a_unit_still_open_at_the_close_ends_with_its_connection(store: Store):
    with store.read() as unit:
        store.close()
        assert unit.rows("SELECT 1") == [(1,)]
    assert store._readers._idle == []


@pytest.mark.parametrize(
    "sql, translated",
    [
        ("SELECT :a, :b_2", "SELECT %(a)s, %(b_2)s"),
        ("SELECT ':a' || :a", "SELECT ':a' || %(a)s"),
        ("SELECT 'it''s :a'", "SELECT 'it''s :a'"),
        ('SELECT ":a" FROM x', 'SELECT ":a" FROM x'),
        ("SELECT :a::uuid[]", "SELECT %(a)s::uuid[]"),
        ("SELECT 5 % 2 LIKE '5%'", "SELECT 5 %% 2 LIKE '5%%'"),
        ("SELECT 1 -- :a\n+ :a", "SELECT 1 -- :a\n+ %(a)s"),
        ("SELECT /* :a\n% */ :a", "SELECT /* :a\n%% */ %(a)s"),
        ("SELECT $$ :a $$, $x$ :a $$ :b $x$, :c", "SELECT $$ :a $$, $x$ :a $$ :b $x$, %(c)s"),
        ("SELECT a[1:2]", "SELECT a[1:2]"),
    ],
)
def test_named_parameters_are_put_in_postgres_form(sql: str, translated: str):
    assert to_pyformat(sql) == translated


@pytest.mark.postgres
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
def test_a_text_literal_and_a_parameter_of_the_same_text_are_equal(postgres_server, text: str):
    import psycopg

    quoted = "'" + text.replace("'", "''") + "'"
    with psycopg.connect(postgres_server.url("postgres")) as connection:
        row = connection.execute(to_pyformat(f"SELECT {quoted} = :value, :value::text"), {"value": text}).fetchone()
    assert row == (True, text)
