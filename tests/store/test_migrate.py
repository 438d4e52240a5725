"""Opening a store: new, old, newer, damaged, another program's, read-only, on a full disk; and never half of one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store import inspection
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.inspection import APPLICATION_ID
from opendoors_desktop.store.migrate import SCHEMA, Schema, open_store
from opendoors_desktop.store.tenancy import find_scope
from tests.fixtures_store import found_workspace

SECOND = '''
"""A revision to come, as tests have it: one column more, in a table that others refer to."""

import os
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    steps = [
        lambda: batch_column(),
        lambda: connection.exec_driver_sql("UPDATE customers SET motto = 'kept'"),
        lambda: connection.exec_driver_sql("CREATE TABLE more (id INTEGER PRIMARY KEY)"),
        lambda: connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA user_version=2"),
    ]
    die_after = int(os.environ.get("DIE_AFTER", "99"))
    for number, step in enumerate(steps):
        if number == die_after:
            os.kill(os.getpid(), 9)
        step()
    if die_after == len(steps):
        os.kill(os.getpid(), 9)


def batch_column() -> None:
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("customers", recreate=recreate) as batch:
        batch.add_column(sa.Column("motto", sa.Text))
'''


@pytest.fixture
def next_schema(tmp_path: Path) -> Schema:
    """The program of tomorrow: one revision more."""
    folder = tmp_path / "migrations"
    shutil.copytree(SCHEMA.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_motto.py").write_text(SECOND, encoding="utf-8")
    return Schema(folder, (*SCHEMA.revisions, "0002"))


def refused(path: Path | str, *, create: bool = True) -> StoreError:
    with pytest.raises(StoreError) as raised:
        open_store(str(path), create=create)
    assert raised.value.title
    assert raised.value.advice
    assert raised.value.where
    return raised.value


def folder_state(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def test_a_new_store_is_made_whole_and_alone_in_its_folder(tmp_path: Path):
    path = tmp_path / "new folder" / "Bücher.db"
    path.parent.mkdir()
    store = open_store(str(path))
    with store.read() as unit:
        assert unit.rows("SELECT version_num FROM alembic_version") == [(SCHEMA.newest,)]
        assert unit.rows("PRAGMA user_version") == [(int(SCHEMA.newest),)]
        assert unit.rows("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert unit.rows("PRAGMA foreign_key_check") == []
    store.close()
    assert {entry.name for entry in path.parent.iterdir()} == {"Bücher.db", "Bücher.db-closed"}


def test_a_store_opened_again_is_the_same(store_file: Path):
    store = Store.open(f"sqlite:///{store_file}")
    scope = found_workspace(store)
    store.close()
    again = open_store(str(store_file), create=False)
    with again.read() as unit:
        assert find_scope(unit) == scope
    again.close()


def test_a_store_that_is_not_there_isnt_made_unasked(tmp_path: Path):
    assert refused(tmp_path / "none.db", create=False).code == "store_missing"
    assert list(tmp_path.iterdir()) == []


def test_two_programs_that_make_the_same_store_get_one(tmp_path: Path):
    command = [
        sys.executable,
        "-c",
        "import sys; from opendoors_desktop.store.migrate import open_store; open_store(sys.argv[1]).close()",
        str(tmp_path / "store.db"),
    ]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [run.communicate()[1].decode() for run in runs] == ["", "", ""]
    open_store(str(tmp_path / "store.db"), create=False).close()
    assert {entry.name for entry in tmp_path.iterdir()} == {"store.db", "store.db-closed"}


def overwrite_in_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xa5" * 4096)


def cut_to_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def text(path: Path) -> None:
    path.write_text("Dear diary,\n" * 400, encoding="utf-8")


def without_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()


def without_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("CREATE TABLE something (id INTEGER)")
        connection.commit()


DAMAGES = [
    (overwrite_in_the_middle, "store_damaged"),
    (cut_to_half, "store_damaged"),
    (empty, "store_damaged"),
    (zeros, "store_damaged"),
    (without_revision, "store_damaged"),
    (without_tables, "store_damaged"),
    (text, "store_foreign"),
]


@pytest.mark.parametrize("damage, code", DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_fault_22_a_damaged_file_is_refused_and_left_as_it_is(
    sqlite_store: Store, damage: Callable[[Path], None], code: str
):
    found_workspace(sqlite_store)
    sqlite_store.close()
    path = sqlite_store.location.path
    damage(path)
    before = folder_state(path.parent)
    assert refused(path).code == code
    assert folder_state(path.parent) == before


def test_fault_22_a_folder_is_no_store(tmp_path: Path):
    (tmp_path / "store.db").mkdir()
    assert refused(tmp_path / "store.db").code == "store_url"


def test_fault_22_the_last_backup_is_named(store_file: Path):
    backups = store_file.parent / "backups"
    backups.mkdir()
    for day in ("20260301", "20260302"):
        shutil.copyfile(store_file, backups / f"store-{day}T090000Z-daily.db")
    cut_to_half(store_file)
    last = backups / "store-20260302T090000Z-daily.db"
    assert f"puts back the last backup, {last}." in refused(store_file).advice


def test_fault_22_without_a_backup_the_folder_of_backups_is_named(store_file: Path):
    cut_to_half(store_file)
    assert f"No backup lies in {store_file.parent / 'backups'}" in refused(store_file).advice


def test_a_store_in_a_folder_that_is_not_there_is_refused_and_nothing_made(tmp_path: Path):
    error = refused(tmp_path / "not" / "yet" / "store.db")
    assert (error.code, error.title) == ("store_missing", f"There is no folder {tmp_path / 'not' / 'yet'}.")
    assert not (tmp_path / "not").exists()


def test_fault_22_damage_that_shows_later_is_told_as_well(store_file: Path, monkeypatch: pytest.MonkeyPatch):
    with closing(sqlite3.connect(store_file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'customers'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with store_file.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    monkeypatch.setattr(inspection, "_check_pages", lambda location: None)
    store = open_store(str(store_file))
    with pytest.raises(StoreError) as damaged, store.read() as unit:
        unit.rows("SELECT * FROM customers")
    assert damaged.value.code == "store_damaged"
    store.close()


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


def test_a_check_that_takes_too_long_doesnt_hold_up_the_opening(store_file: Path, monkeypatch: pytest.MonkeyPatch):
    usual = inspection._interrupted_after

    @contextmanager
    def with_much_to_look_at(connection: sqlite3.Connection, _: float) -> Iterator[None]:
        with usual(connection, 0.001):
            connection.execute(ENDLESS).fetchone()
            yield

    store_file.with_name("store.db-closed").unlink(missing_ok=True)
    monkeypatch.setattr(inspection, "_interrupted_after", with_much_to_look_at)
    open_store(str(store_file)).close()


def test_a_file_closed_clean_is_not_checked_again(store_file: Path, monkeypatch: pytest.MonkeyPatch):
    open_store(str(store_file)).close()
    checked: list[object] = []
    monkeypatch.setattr(inspection, "_check_pages", checked.append)
    open_store(str(store_file)).close()
    assert checked == []
    with store_file.open("r+b") as file:
        file.write(b"S")
    os.utime(store_file, (1_700_000_000, 1_700_000_000))
    open_store(str(store_file)).close()
    assert len(checked) == 1


def test_a_note_that_cant_be_read_only_means_another_check(store_file: Path):
    open_store(str(store_file)).close()
    store_file.with_name("store.db-closed").write_text("{", encoding="utf-8")
    open_store(str(store_file)).close()


def test_another_programs_file_is_left_alone(tmp_path: Path):
    path = tmp_path / "bookmarks.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    before = folder_state(tmp_path)
    assert refused(path).code == "store_foreign"
    assert folder_state(tmp_path) == before


def test_fault_24_a_newer_store_is_refused_politely(store_file: Path, next_schema: Schema):
    open_store(str(store_file), schema=next_schema).close()
    before = folder_state(store_file.parent)
    error = refused(store_file)
    assert error.code == "store_newer"
    assert "Update" in error.advice
    assert folder_state(store_file.parent) == before


def test_fault_24_a_revision_nobody_knows_is_refused(store_file: Path):
    with closing(sqlite3.connect(store_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'branch'")
        connection.commit()
    assert refused(store_file).code == "store_newer"


def test_fault_24_an_older_store_is_backed_up_and_then_brought_up_to_date(store_file: Path, next_schema: Schema):
    store = open_store(str(store_file))
    scope = found_workspace(store)
    store.close()
    store = open_store(str(store_file), schema=next_schema)
    with store.read() as unit:
        assert find_scope(unit) == scope
        assert unit.rows("SELECT motto FROM customers") == [("kept",)]
        assert unit.rows("SELECT count(*) FROM memberships") == [(1,)]
    store.close()
    [backup] = (store_file.parent / "backups").iterdir()
    kept = open_store(str(backup))
    with kept.read() as unit:
        assert find_scope(unit) == scope
        assert unit.rows("SELECT version_num FROM alembic_version") == [(SCHEMA.newest,)]
    kept.close()
    open_store(str(store_file), schema=next_schema).close()
    assert len(list((store_file.parent / "backups").glob("*.db"))) == 1


def test_fault_24_without_room_for_the_backup_nothing_is_changed(store_file: Path, next_schema: Schema):
    (store_file.parent / "backups").write_text("in the way", encoding="utf-8")
    before = store_file.read_bytes()
    with pytest.raises(StoreError) as raised:
        open_store(str(store_file), schema=next_schema)
    assert raised.value.code == "backup_failed"
    assert store_file.read_bytes() == before


UPGRADE = """
import sys
from pathlib import Path
from opendoors_desktop.store.migrate import Schema, open_store
open_store(sys.argv[1], schema=Schema(Path(sys.argv[2]), ("0001", "0002"))).close()
"""


@pytest.mark.parametrize("statement", range(5))
def test_fault_24_a_migration_killed_at_any_statement_is_rolled_back(
    store_file: Path, next_schema: Schema, statement: int
):
    store = open_store(str(store_file))
    scope = found_workspace(store)
    store.close()
    run = subprocess.run(
        [sys.executable, "-c", UPGRADE, str(store_file), str(next_schema.folder)],
        env=os.environ | {"DIE_AFTER": str(statement)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == -9, run.stderr.decode()
    old = open_store(str(store_file))
    with old.read() as unit:
        assert find_scope(unit) == scope
        assert "motto" not in [row[1] for row in unit.rows("PRAGMA table_info(customers)")]
    old.close()
    open_store(str(store_file), schema=next_schema).close()


def test_a_killed_creation_leaves_no_store_and_the_next_one_makes_it(tmp_path: Path, next_schema: Schema):
    path = tmp_path / "data" / "store.db"
    path.parent.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", UPGRADE, str(path), str(next_schema.folder)],
        env=os.environ | {"DIE_AFTER": "2"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == -9, run.stderr.decode()
    assert not path.exists()
    open_store(str(path)).close()


def test_a_locked_file_is_named_as_in_use(store_file: Path, monkeypatch: pytest.MonkeyPatch):
    with closing(sqlite3.connect(store_file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("opendoors_desktop.store.migrate.WAIT_SECONDS", 0.1)
        monkeypatch.setattr(inspection, "WAIT_SECONDS", 0.1)
        assert refused(store_file).code == "store_busy"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "opendoors", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user can't mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_fault_20_on_a_full_disk_no_store_is_made_and_no_rest_is_left(small_disk: Path):
    (small_disk / "ballast").write_bytes(bytes(900_000))
    assert refused(small_disk / "store.db").code == "store_full"
    assert [entry.name for entry in small_disk.iterdir()] == ["ballast"]


def test_fault_20_a_disk_that_fills_up_undoes_the_unit_and_goes_on_with_room(
    small_disk: Path, store_file: Path, new_id
):
    shutil.copyfile(store_file, small_disk / "store.db")
    store = open_store(str(small_disk / "store.db"))
    insert = "INSERT INTO customers (id, name) VALUES (:id, :name)"
    with store.write() as unit:
        unit.run(insert, {"id": new_id(), "name": "first"})
    with pytest.raises(StoreError) as full, store.write() as unit:
        unit.run(insert, {"id": new_id(), "name": "x" * 2_000_000})
    assert full.value.code == "store_full"
    with store.write() as unit:
        unit.run(insert, {"id": new_id(), "name": "second"})
    with store.read() as unit:
        assert unit.rows("SELECT name FROM customers ORDER BY name") == [("first",), ("second",)]
        assert unit.rows("PRAGMA integrity_check") == [("ok",)]
    store.close()


def test_a_store_on_a_read_only_disk_is_refused(small_disk: Path, store_file: Path):
    shutil.copyfile(store_file, small_disk / "store.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert refused(small_disk / "store.db").code == "store_read_only"
    assert refused(small_disk / "new" / "store.db").code == "store_missing"


@pytest.mark.postgres
def test_an_empty_database_becomes_a_store_if_asked(postgres_url: str):
    assert refused(postgres_url, create=False).code == "store_missing"
    store = open_store(postgres_url)
    scope = found_workspace(store)
    store.close()
    again = open_store(postgres_url, create=False)
    with again.read() as unit:
        assert find_scope(unit) == scope
    again.close()


@pytest.mark.postgres
def test_two_programs_that_make_a_store_in_one_database_get_one(postgres_url: str):
    command = [
        sys.executable,
        "-c",
        "import sys; from opendoors_desktop.store.migrate import open_store; open_store(sys.argv[1]).close()",
        postgres_url,
    ]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [run.communicate()[1].decode() for run in runs] == ["", ""]


@pytest.mark.postgres
def test_another_programs_database_is_left_alone(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    assert refused(postgres_url).code == "store_foreign"
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [
            ("invoices",)
        ]


@pytest.mark.postgres
def test_fault_24_a_database_of_an_older_version_is_brought_up_to_date_and_refused_by_the_old_program(
    postgres_store: Store, next_schema: Schema
):
    found_workspace(postgres_store)
    url = postgres_store.location.target
    newer = open_store(url, schema=next_schema)
    with newer.read() as unit:
        assert unit.rows("SELECT motto FROM customers") == [("kept",)]
    newer.close()
    assert refused(url).code == "store_newer"


@pytest.mark.postgres
def test_a_database_that_isnt_there_is_named_without_its_password(postgres_server):
    error = refused(postgres_server.url("nowhere").replace("postgres@", "postgres:hush@"))
    assert error.code == "store_missing"
    assert "hush" not in f"{error.title}{error.advice}{error.where}"


def test_a_server_that_doesnt_answer_is_away():
    assert refused("postgresql://sam@127.0.0.1:9/team").code == "store_away"


def test_an_address_that_makes_no_sense_is_refused():
    assert refused("postgresql://sam@127.0.0.1/team?nonsense=1").code == "store_url"


@pytest.mark.postgres
def test_a_user_without_rights_is_told_so(postgres_server, postgres_url: str):
    postgres_server.run("DROP ROLE IF EXISTS opendoors_guest")
    postgres_server.run("CREATE ROLE opendoors_guest LOGIN")
    guest = postgres_url.replace("postgres@", "opendoors_guest@")
    assert refused(guest).code == "store_denied"
    open_store(postgres_url).close()
    assert refused(guest).code == "store_denied"
    postgres_server.run("DROP ROLE opendoors_guest")


def test_a_disk_without_hard_links_gets_its_store_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(self: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    open_store(str(tmp_path / "store.db")).close()
    assert {entry.name for entry in tmp_path.iterdir()} == {"store.db", "store.db-closed"}


def test_a_store_cant_be_made_below_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    assert refused(tmp_path / "file" / "store.db").code == "store_missing"


def test_a_link_to_nowhere_is_not_followed_by_a_new_store(tmp_path: Path):
    (tmp_path / "store.db").symlink_to(tmp_path / "gone.db")
    assert refused(tmp_path / "store.db").code == "store_missing"
    assert not (tmp_path / "gone.db").exists()


def test_the_start_of_a_sqlite_file_is_no_store(tmp_path: Path):
    (tmp_path / "store.db").write_bytes(b"SQLite format 3\0")
    assert refused(tmp_path / "store.db").code == "store_foreign"


def test_fault_22_damage_is_seen_while_another_program_has_the_file_open(store_file: Path):
    with closing(sqlite3.connect(store_file)) as other:
        other.execute("SELECT count(*) FROM customers").fetchall()
        overwrite_in_the_middle(store_file)
        assert refused(store_file).code == "store_damaged"


@pytest.mark.postgres
def test_a_database_that_cant_hold_every_letter_is_refused(postgres_server):
    postgres_server.run(
        "CREATE DATABASE opendoors_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    error = refused(postgres_server.url("opendoors_ascii"))
    postgres_server.drop(postgres_server.url("opendoors_ascii"))
    assert "UTF8" in error.advice


@pytest.mark.postgres
def test_a_server_that_went_away_for_good_is_told_once_it_is_asked(postgres_server, postgres_url: str):
    store = open_store(postgres_url)
    postgres_server.drop(postgres_url)
    with pytest.raises(StoreError) as gone, store.read():
        pass
    assert gone.value.code == "store_missing"
    store.close()
