"""Backups of a store in use: whole, verified, rotated; and put back in its place."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store import backup
from opendoors_desktop.store.backup import back_up, copy_store, count_rows, rotate
from opendoors_desktop.store.backup_files import (
    BackupKind,
    backup_folder,
    is_whole,
    last_backup,
    list_backups,
    stem_of,
)
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.identity import Doubt, add_identity, find_identity
from opendoors_desktop.store.location import parse_location
from opendoors_desktop.store.migrate import SCHEMA, Schema, open_store
from opendoors_desktop.store.restore import put_back
from opendoors_desktop.store.tenancy import find_scope
from tests.fixtures_store import NOW, found_workspace, id_source
from tests.store.test_migrate import DAMAGES, folder_state, next_schema, refused

__all__ = ["next_schema"]

INSERT = "INSERT INTO customers (id, name) VALUES (:id, :name)"


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM customers ORDER BY name")]


def test_a_backup_is_one_whole_file_that_opens_as_a_store(sqlite_store: Store, tmp_path: Path):
    scope = found_workspace(sqlite_store)
    folder = backup_folder(sqlite_store.location, tmp_path / "data")
    made = back_up(sqlite_store.location, folder, BackupKind.BY_HAND, NOW)
    assert [entry.name for entry in folder.iterdir()] == ["store-20260302T090000Z-by-hand.db"]
    assert list_backups(folder, "store") == [made]
    assert is_whole(made.path)
    opened = open_store(str(made.path))
    with opened.read() as unit:
        assert find_scope(unit) == scope
    opened.close()


def test_writers_commit_between_the_steps_of_a_backup_which_holds_what_stood_at_its_begin(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backup, "STEP_PAGES", 20)
    new_id = id_source()
    with sqlite_store.write() as unit:
        unit.run(INSERT, {"id": new_id(), "name": "before"})
    steps = 0

    def write() -> None:
        nonlocal steps
        steps += 1
        with closing(sqlite3.connect(sqlite_store.location.path, timeout=0)) as other:
            other.execute("PRAGMA busy_timeout=0")
            other.execute("INSERT INTO customers (name) VALUES (?)", (f"meanwhile {steps}",))
            other.commit()

    copy_store(sqlite_store.location.path, tmp_path / "copy.db", write)
    assert steps > 5
    assert names(tmp_path / "copy.db") == ["before"]
    assert len(names(sqlite_store.location.path)) == 1 + steps


def test_a_copy_that_isnt_whole_never_counts(store_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    counts = iter([{"customers": 2}, {"customers": 1}])
    monkeypatch.setattr(backup, "count_rows", lambda _: next(counts))
    with pytest.raises(StoreError) as raised:
        copy_store(store_file, tmp_path / "out" / "copy.db")
    assert raised.value.code == "backup_failed"
    assert list((tmp_path / "out").iterdir()) == []


def test_the_last_backup_is_the_newest_one_that_is_whole(sqlite_store: Store, tmp_path: Path):
    place, folder = sqlite_store.location, tmp_path / "backups"
    assert last_backup(folder, "store") is None
    older = back_up(place, folder, BackupKind.DAILY, NOW)
    newer = back_up(place, folder, BackupKind.DAILY, NOW + timedelta(days=1))
    back_up(place, folder, BackupKind.REPLACED, NOW + timedelta(days=2))
    back_up(parse_location(str(place.path)), folder, BackupKind.DAILY, NOW + timedelta(days=1))
    (folder / "store-2-20260401T000000Z-daily.db").write_bytes(b"of another store")
    (folder / "notes.db").write_bytes(b"")
    assert len(list_backups(folder, "store")) == 4
    for path in folder.glob("store-20260303*"):
        os.truncate(path, newer.size // 2)
    assert last_backup(folder, "store") == older


def test_daily_backups_rotate_and_others_stay(sqlite_store: Store, tmp_path: Path):
    place, folder = sqlite_store.location, tmp_path / "backups"
    first = back_up(place, folder, BackupKind.DAILY, NOW)
    by_hand = back_up(place, folder, BackupKind.BY_HAND, NOW - timedelta(days=400))
    for day in range(1, 40):
        shutil.copyfile(first.path, folder / f"store-{NOW + timedelta(days=day):%Y%m%dT%H%M%SZ}-daily.db")
    assert len(rotate(folder, "store")) == 40 - 9
    left = list_backups(folder, "store")
    assert by_hand in left
    assert len(left) == 10
    assert rotate(folder, "store") == []


def test_fault_43_a_name_with_signs_of_an_address_is_that_file_and_no_other(store_file: Path, tmp_path: Path):
    odd = tmp_path / "a?mode=memory#b%2e%2e&c (1)*.db"
    shutil.copyfile(store_file, odd)
    place = parse_location(str(odd))
    made = back_up(place, odd.parent / "backups", BackupKind.BY_HAND, NOW)
    assert [each.path for each in list_backups(odd.parent / "backups", stem_of(place))] == [made.path]
    cut = odd.stat().st_size // 2
    os.truncate(odd, cut)
    assert str(made.path) in refused(odd).advice
    assert put_back(place, made.path, odd.parent / "backups", NOW, int(SCHEMA.newest)) is not None
    open_store(str(odd), create=False).close()


def test_backups_of_a_database_are_named_after_it_without_its_password(tmp_path: Path):
    place = parse_location("postgresql://sam:hush@db.example.com/team?sslmode=require")
    assert backup_folder(place, tmp_path) == tmp_path / "backups"
    assert stem_of(place).startswith("team-")
    assert stem_of(place) == stem_of(parse_location("postgresql://sam:other@db.example.com/team?sslmode=require"))


# Putting back ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def backed_up(store_file: Path) -> Path:
    """A backup of a store that knows who it is, beside its file."""
    store = open_store(str(store_file))
    found_workspace(store)
    with store.write() as unit:
        add_identity(unit, id_source()(), "machine-a", NOW)
    store.close()
    return back_up(parse_location(str(store_file)), store_file.parent / "backups", BackupKind.DAILY, NOW).path


def restore(store_file: Path, chosen: Path) -> Path | None:
    return put_back(parse_location(str(store_file)), chosen, store_file.parent / "backups", NOW, int(SCHEMA.newest))


@pytest.mark.parametrize("damage, code", DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_fault_22_a_damaged_store_is_refused_and_offered_its_last_backup_which_is_put_back(
    store_file: Path, backed_up: Path, damage: Callable[[Path], None], code: str
):
    damage(store_file)
    before = folder_state(store_file.parent)
    broken = store_file.read_bytes()
    error = refused(store_file)
    assert error.code == code
    assert f"“opendoors db restore” puts back the last backup, {backed_up}." in error.advice
    assert folder_state(store_file.parent) == before

    replaced = restore(store_file, backed_up)
    assert replaced is not None
    assert replaced.read_bytes() == broken
    store = open_store(str(store_file), create=False)
    with store.read() as unit:
        assert find_scope(unit) is not None
    store.close()
    assert is_whole(backed_up)


def test_fault_24_a_newer_store_is_refused_and_offered_the_backup_of_before(store_file: Path, next_schema: Schema):
    open_store(str(store_file), schema=next_schema).close()
    error = refused(store_file)
    assert error.code == "store_newer"
    [kept] = (store_file.parent / "backups").iterdir()
    assert str(kept) in error.advice
    newer = store_file.read_bytes()
    replaced = restore(store_file, kept)
    assert replaced is not None
    assert replaced.read_bytes() == newer
    open_store(str(store_file), create=False).close()


def test_fault_25_a_backup_put_back_is_in_doubt_on_every_computer(store_file: Path, backed_up: Path):
    restore(store_file, backed_up)
    store = open_store(str(store_file))
    with store.read() as unit:
        found = find_identity(unit)
    store.close()
    assert found is not None
    assert (found.doubt, found.doubted_at) == (Doubt.PUT_BACK, NOW)


def test_what_the_log_held_is_kept_with_the_file_that_was_replaced(store_file: Path, backed_up: Path):
    with closing(sqlite3.connect(store_file)) as connection:
        connection.execute("INSERT INTO customers (name) VALUES ('in the log')")
        connection.commit()
        for side in ("", "-wal"):
            shutil.copyfile(f"{store_file}{side}", store_file.parent / f"crashed.db{side}")
    crashed = store_file.parent / "crashed.db"
    replaced = put_back(parse_location(str(crashed)), backed_up, crashed.parent / "backups", NOW, int(SCHEMA.newest))
    assert replaced is not None
    assert "in the log" in names(replaced)
    assert "in the log" not in names(crashed)


def test_nothing_is_put_back_while_another_program_has_the_store_open(store_file: Path, backed_up: Path):
    store = open_store(str(store_file))
    with store.read() as unit:
        unit.rows("SELECT 1 FROM customers")
        with pytest.raises(StoreError) as raised:
            restore(store_file, backed_up)
    assert raised.value.code == "store_busy"
    with store.write() as unit:
        unit.run("UPDATE customers SET name = 'goes on'")
    store.close()
    assert [path.name for path in (store_file.parent / "backups").iterdir()] == [backed_up.name]


def test_a_backup_that_isnt_one_is_not_put_back(store_file: Path, backed_up: Path, next_schema: Schema, tmp_path: Path):
    os.truncate(backed_up, backed_up.stat().st_size // 2)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    newer = tmp_path / "newer.db"
    open_store(str(newer), schema=next_schema).close()
    before = folder_state(store_file.parent)
    for chosen, code in ((backed_up, "backup_damaged"), (other, "backup_damaged"), (newer, "store_newer")):
        with pytest.raises(StoreError) as raised:
            restore(store_file, chosen)
        assert raised.value.code == code
    assert folder_state(store_file.parent) == before


def test_a_backup_is_read_from_a_disk_that_cant_be_written_to(
    store_file: Path, backed_up: Path, monkeypatch: pytest.MonkeyPatch
):
    before = folder_state(backed_up.parent)
    monkeypatch.setattr(os, "access", lambda *_: False)
    copy_store(backed_up, store_file.parent / "copy.db")
    assert count_of(store_file.parent / "copy.db") == count_of(backed_up)
    assert folder_state(backed_up.parent) == before


def test_a_backup_is_put_where_the_store_is_gone(store_file: Path, backed_up: Path):
    rows = count_of(store_file)
    store_file.unlink()
    assert restore(store_file, backed_up) is None
    assert count_of(store_file) == rows


def count_of(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return count_rows(connection)
