"""A first look into a store: only into one that is fit as it is, and without a trace."""

from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.glance import glance_into
from opendoors_desktop.store.inspection import APPLICATION_ID
from tests.fixtures_store import found_workspace


@pytest.fixture
def closed(store_file: Path) -> Path:
    """A store with a workspace, closed in order."""
    store = Store.open(str(store_file))
    found_workspace(store)
    store.close()
    return store_file


def has_seen(path: Path) -> bool:
    with glance_into(str(path)) as seen:
        return seen is not None


def change_header(path: Path, at: int, number: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + 4] = number.to_bytes(4, "big")
    path.write_bytes(whole)


def test_a_store_that_was_closed_in_order_is_read_and_stays_as_it_is(closed):
    before = (closed.read_bytes(), closed.stat().st_mtime_ns)

    with glance_into(str(closed)) as seen:
        assert seen is not None
        unit, workspace_id = seen
        assert unit.rows("SELECT id FROM workspaces") == [(workspace_id.bytes,)]
        with pytest.raises(Exception, match="readonly"):
            unit.run("DELETE FROM workspaces")

    assert (closed.read_bytes(), closed.stat().st_mtime_ns) == before
    assert has_seen(closed)


def test_a_store_that_is_in_use_or_was_not_closed_is_opened_first(closed):
    store = Store.open(str(closed))
    with store.write() as unit:
        unit.run("UPDATE workspaces SET name = 'Another'")

    assert not has_seen(closed)
    store.close()
    assert has_seen(closed)


def test_a_store_of_another_version_or_program_is_opened_first(closed):
    change_header(closed, 60, 2)
    assert not has_seen(closed)

    change_header(closed, 60, 1)
    change_header(closed, 68, APPLICATION_ID + 1)
    assert not has_seen(closed)


def test_a_store_without_a_workspace_shows_nothing(store_file):
    Store.open(str(store_file)).close()

    assert not has_seen(store_file)


def test_a_server_is_not_waited_for():
    with glance_into("postgresql://nobody@127.0.0.1:1/none") as seen:
        assert seen is None


def test_what_is_no_store_is_told_by_who_opens_it(tmp_path):
    (tmp_path / "notes.txt").write_text("no store at all")

    for path in (tmp_path / "none.db", tmp_path / "notes.txt", tmp_path):
        with pytest.raises(StoreError), glance_into(str(path)):
            pass
