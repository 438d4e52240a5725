"""A window on a team's Postgres: it shows what others do, and lives on while the database is away."""

from pathlib import Path
from random import Random

import pytest

from opendoors_desktop.engine.clock import VirtualClock, id_source
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import MemorySecrets
from tests.builders import make_room
from tests.fixtures_store import NOW, PostgresServer, found_workspace, postgres_server, postgres_store
from tests.gui.conftest import Room

__all__ = ["postgres_server", "postgres_store"]

pytestmark = pytest.mark.postgres


@pytest.fixture
def room(postgres_store: Store, tmp_path: Path) -> Room:
    """An empty workspace in a database."""
    clock = VirtualClock(NOW)
    scope = found_workspace(postgres_store)
    new_id = id_source(clock, Random(3).getrandbits)
    context = Context(postgres_store, clock, new_id, scope, MemorySecrets(), tmp_path)
    return Room(postgres_store.location.target, tmp_path, clock, context)


def test_fault_17_a_database_that_goes_away_is_told_and_found_again(
    room: Room, window, postgres_server: PostgresServer, qtbot
):
    status = window.status
    qtbot.waitUntil(lambda: status.store.text() == "Team database")
    postgres_server.end(how="fast")
    try:
        qtbot.waitUntil(lambda: status.store.text() == "Database away")
        assert "can't be reached" in status.store.accessibleDescription()
        for page in ("contacts", "outbox", "sequences"):  # each asks, and none keeps the window
            window.go(page)
    finally:
        postgres_server.start()
    qtbot.waitUntil(lambda: status.store.text() == "Team database")
    make_room(room.context, people=3)  # as another program does
    qtbot.waitUntil(lambda: status.mailboxes.text() == "1 mailbox sends")
