"""A store moved from a file into a database and back: whole, the same, resumed after any end, the source untouched."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from opendoors_desktop.domain.errors import NotPossible, StoreError
from opendoors_desktop.engine.commands.sending import recognise_store
from opendoors_desktop.store.backup_files import BackupKind, is_whole, list_backups, stem_of
from opendoors_desktop.store.check import find_damage, recount
from opendoors_desktop.store.identity import Doubt, find_identity
from opendoors_desktop.store.leases import Holder, take_lease
from opendoors_desktop.store.location import parse_location
from opendoors_desktop.store.migrate import Schema, open_store
from opendoors_desktop.store.move import back_up_database, move
from opendoors_desktop.store.queries.size import find_size
from opendoors_desktop.store.tenancy import find_scope
from opendoors_desktop.store.transfer import digest, open_ends
from tests.builders import email, make_room, open_context, run_now, task
from tests.fakes.post import FakePost
from tests.fixtures_store import NOW, PostgresServer, found_workspace
from tests.store.test_migrate import next_schema

__all__ = ["next_schema"]

pytestmark = pytest.mark.postgres
SPARE = UUID(int=7)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, fresh_file: Path) -> Path:
    """The file of a store in which a campaign was played: emails sent, tasks open, a folder in a folder."""
    folder = tmp_path_factory.mktemp("played")
    path = folder / "played.db"
    shutil.copyfile(fresh_file, path)
    store = open_store(str(path))
    room = make_room(open_context(store, folder), [email(), task(), email(1)], people=30)
    recognise_store(room.context)
    asyncio.run(run_now(room.context, FakePost()))
    with store.write() as unit:
        customer, workspace = room.context.scope.customer_id, room.context.scope.workspace_id
        # The folder that came first lies in the later one, as after a move.
        for key, parent in ((2, None), (1, 2), (3, 1)):
            unit.run(
                "INSERT INTO sequence_folders (id, customer_id, workspace_id, name, parent_folder_id,"
                " created_by)"
                " VALUES (:id, :customer, :workspace, :name, :parent, :user)",
                {
                    "id": UUID(int=key),
                    "customer": customer,
                    "workspace": workspace,
                    "user": room.context.scope.user_id,
                    "name": f"Größe {key} “\\N\t{{",
                    "parent": None if parent is None else UUID(int=parent),
                },
            )
    store.close()
    return path


@pytest.fixture
def source(played: Path, tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    shutil.copyfile(played, path)
    return path


def moved(source: str | Path, target: str | Path) -> dict[str, int]:
    return move(parse_location(str(source)), parse_location(str(target)), NOW, SPARE).rows


def rows_of(url: str) -> dict[str, int]:
    store = open_store(url, create=False)
    with store.read() as unit:
        found = find_size(unit).rows
    store.close()
    return found


def contents(file: Path, url: str) -> None:
    """Assert that both hold the same, but for what a move says of itself."""
    ends = open_ends(parse_location(str(file)), parse_location(url))
    try:
        for table in ends.tables:
            if table.name not in {"store_identity", "machines"}:
                assert digest(ends.source, table) == digest(ends.target, table), table.name
    finally:
        ends.source.close()
        ends.target.close()


def test_a_store_moves_into_a_database_and_back_with_every_row_the_same(
    source: Path, postgres_url: str, tmp_path: Path
):
    before = source.read_bytes()
    counted = moved(source, postgres_url)
    assert counted["sequence_enrollments"] == 30
    assert counted["outgoing_messages"] == 30
    assert source.read_bytes() == before
    contents(source, postgres_url)

    store = open_store(postgres_url, create=False)
    with store.read() as unit:
        scope = find_scope(unit)
        assert scope is not None
        assert recount(unit, scope.workspace_id) == []
        identity = find_identity(unit)
        assert identity is not None
        assert (identity.doubt, identity.doubted_at) == (Doubt.COPIED, NOW)
    store.close()

    back = tmp_path / "back.db"
    assert moved(postgres_url, back) == counted
    assert {path.name for path in tmp_path.glob("*back*")} == {"back.db"}
    contents(back, postgres_url)
    again = open_store(str(back), create=False)
    with again.read() as unit:
        assert find_damage(unit) == []
        assert recount(unit, scope.workspace_id) == []
    again.close()
    assert rows_of(str(back)) == rows_of(str(source))


def test_a_target_that_holds_anything_is_left_alone(source: Path, postgres_store, tmp_path: Path):
    found_workspace(postgres_store)
    url = postgres_store.location.target
    before = rows_of(url)
    with pytest.raises(NotPossible, match="holds data"):
        moved(source, url)
    assert rows_of(url) == before
    taken = tmp_path / "taken.db"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(NotPossible, match="there already"):
        moved(url, taken)
    assert taken.read_text(encoding="utf-8") == "mine"
    with pytest.raises(NotPossible, match="from a file into a database"):
        moved(source, tmp_path / "copy.db")


def test_another_programs_database_is_no_target(source: Path, postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    with pytest.raises(StoreError) as raised:
        moved(source, postgres_url)
    assert raised.value.code == "store_foreign"


MOVE = """
import os, signal, sys
from uuid import UUID
from datetime import UTC, datetime
from opendoors_desktop.store import transfer_ends
from opendoors_desktop.store.location import parse_location
from opendoors_desktop.store.move import move
transfer_ends.PAGE = 7
left = int(sys.argv[3])
def tell(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
now = datetime(2026, 3, 2, 9, tzinfo=UTC)
print(sum(move(parse_location(sys.argv[1]), parse_location(sys.argv[2]), now, UUID(int=7), tell).rows.values()))
"""


def killed_after(pages: int, source: str | Path, target: str | Path) -> int:
    run = subprocess.run(
        [sys.executable, "-c", MOVE, str(source), str(target), str(pages)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert run.returncode in {0, -signal.SIGKILL}, run.stderr.decode()
    return run.returncode


@pytest.mark.slow
def test_a_move_killed_again_and_again_goes_on_and_ends_whole(source: Path, postgres_url: str, tmp_path: Path):
    kills = 0
    while killed_after(9, source, postgres_url):
        kills += 1
        with pytest.raises(StoreError) as raised:
            open_store(postgres_url)
        assert raised.value.code == "store_moving"
        assert "db move" in raised.value.advice
    assert kills >= 4
    contents(source, postgres_url)

    back = tmp_path / "back.db"
    assert killed_after(9, postgres_url, back)
    assert not back.exists()
    assert moved(postgres_url, back)["contacts"] == 30
    contents(back, postgres_url)


def test_a_source_that_was_changed_between_two_tries_is_copied_anew(
    source: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert killed_after(5, source, postgres_url)
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("UPDATE customers SET name = 'Renamed'")
        connection.execute("UPDATE changes SET number = number + 1")
        connection.commit()
    moved(source, postgres_url)
    contents(source, postgres_url)


def test_a_source_that_is_changed_meanwhile_leaves_the_target_shut(source: Path, postgres_url: str):
    def meddle(table: str, *_: int) -> None:
        if table == "contacts":
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("UPDATE changes SET number = number + 1")
                connection.commit()

    with pytest.raises(NotPossible, match="was changed"):
        move(parse_location(str(source)), parse_location(postgres_url), NOW, SPARE, meddle)
    with pytest.raises(StoreError, match="isn't whole"):
        open_store(postgres_url)
    moved(source, postgres_url)
    contents(source, postgres_url)


def test_a_source_that_a_scheduler_works_with_is_not_moved(source: Path, postgres_url: str):
    store = open_store(str(source))
    with store.write() as unit:
        [(mailbox,)] = unit.rows("SELECT id FROM email_accounts")
        take_lease(unit, UUID(bytes=mailbox), Holder(UUID(int=1), "here", 7))
    store.close()
    with pytest.raises(NotPossible, match="scheduler works"):
        moved(source, postgres_url)


def test_a_row_that_doesnt_fit_is_named_and_the_move_goes_on_when_it_is_mended(source: Path, postgres_url: str):
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("UPDATE contacts SET company_name = 'a' || char(0) || 'b' WHERE email LIKE '%1@%'")
        connection.commit()
    with pytest.raises(StoreError) as raised:
        moved(source, postgres_url)
    assert (raised.value.code, raised.value.where) == ("move_failed", "contacts")
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("UPDATE contacts SET company_name = 'ab'")
        connection.commit()
    assert moved(source, postgres_url)["contacts"] == 30


def test_a_store_no_machine_has_looked_at_is_in_doubt_after_its_move_too(store_file: Path, postgres_url: str):
    store = open_store(str(store_file))
    found_workspace(store)
    store.close()
    moved(store_file, postgres_url)
    opened = open_store(postgres_url)
    with opened.read() as unit:
        identity = find_identity(unit)
    opened.close()
    assert identity is not None
    assert (identity.id, identity.doubt) == (SPARE, Doubt.COPIED)


# Backups of a database ------------------------------------------------------------------------------------------------


def test_a_databases_backup_is_a_store_file_that_fills_an_empty_database(
    source: Path, postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
):
    moved(source, postgres_url)
    place = parse_location(postgres_url)
    made = back_up_database(place, tmp_path / "backups", BackupKind.DAILY, NOW + timedelta(days=1))
    assert list_backups(tmp_path / "backups", stem_of(place)) == [made]
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.path.name]
    assert is_whole(made.path)
    contents(made.path, postgres_url)
    empty = postgres_server.new_database()
    moved(made.path, empty)
    assert rows_of(empty) == rows_of(postgres_url)
    postgres_server.drop(empty)


def test_fault_24_a_database_is_backed_up_before_it_is_brought_up_to_date(
    source: Path, postgres_url: str, next_schema: Schema, tmp_path: Path
):
    moved(source, postgres_url)
    open_store(postgres_url, schema=next_schema, backups=tmp_path / "kept").close()
    [kept] = list_backups(tmp_path / "kept", stem_of(parse_location(postgres_url)))
    assert kept.kind is BackupKind.UPGRADE
    assert rows_of(str(kept.path)) == rows_of(str(source))


def test_who_sees_a_part_of_the_rows_makes_no_backup(
    source: Path, postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
):
    moved(source, postgres_url)
    postgres_server.run("DROP ROLE IF EXISTS opendoors_member")
    postgres_server.run("CREATE ROLE opendoors_member LOGIN")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO opendoors_member")
    member = postgres_url.replace("postgres@", "opendoors_member@")
    with pytest.raises(StoreError) as raised:
        back_up_database(parse_location(member), tmp_path / "backups", BackupKind.DAILY, NOW)
    assert raised.value.code == "store_denied"
    assert list((tmp_path / "backups").iterdir()) == []
