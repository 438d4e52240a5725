"""Each store kept in tests/data is brought up to date: nothing of it is lost, and its campaign goes on where it was."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.backups import list_backups
from opendoors_desktop.engine.commands.sending import leave_to_send, recognise_store, switch_sending_on
from opendoors_desktop.store.backup_files import BackupKind
from opendoors_desktop.store.check import find_damage, find_misplaced, recount
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.migrate import SCHEMA, open_store
from tests.builders import TimedPost, open_context, run_for
from tests.fixtures_store import NOW
from tests.store.kept_stores import FOLDER, PEOPLE, PLAYED, facts_of, kept_stores, told_of, unpack

pytestmark = pytest.mark.sqlite
RENEW = "python -m tests.store.kept_stores"


def ddl(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
        return [row[0] for row in rows]


def test_a_store_is_kept_of_every_revision():
    missing = set(SCHEMA.revisions) - {path.name.partition(".")[0] for path in kept_stores()}
    assert not missing, f"keep a store of the new revision: {RENEW}"


def test_the_newest_kept_store_is_made_as_stores_are_made_today(fresh_file: Path, tmp_path: Path):
    kept = unpack(FOLDER / f"{SCHEMA.newest}.db.gz", tmp_path / "kept.db")
    assert ddl(kept) == ddl(fresh_file), (
        f"revision {SCHEMA.newest} was changed after a store of it was kept, so stores of people would be without the"
        f" change: add a revision. (While none is released, renew the kept one: {RENEW})"
    )


@pytest.mark.parametrize("packed", kept_stores(), ids=lambda path: path.name.partition(".")[0])
async def test_T91_fault_24_an_update_loses_nothing_and_the_campaign_goes_on(packed: Path, tmp_path: Path):
    path = unpack(packed, tmp_path / "store.db")
    told = told_of(packed)
    revision = packed.name.partition(".")[0]

    store = open_store(str(path), create=False)
    context = open_context(store, tmp_path, VirtualClock(NOW + PLAYED))
    facts = facts_of(context)
    assert {name: facts["rows"].get(name) for name in told["rows"]} == told["rows"]
    assert (facts["emails"], facts["enrollments"]) == (told["emails"], told["enrollments"])
    with store.read() as unit:
        assert unit.rows("SELECT version_num FROM alembic_version") == [(SCHEMA.newest,)]
        assert find_damage(unit) == []
        assert recount(unit, context.scope.workspace_id) == []
        assert find_misplaced(unit, context.scope.workspace_id) == []
    kinds = [each.kind for each in list_backups(str(path), tmp_path)]
    assert kinds == ([] if revision == SCHEMA.newest else [BackupKind.UPGRADE])

    # It was made on another computer: nothing leaves before a person says so, and then nobody gets anything twice.
    assert recognise_store(context).doubt is Doubt.COPIED
    assert not leave_to_send(context, is_scheduler=True).is_given
    switch_sending_on(context)
    post = TimedPost(context.clock)
    await run_for(context, post, days=10)
    assert len(post.captures) == 2 * PEOPLE
    assert facts_of(context)["emails"] == {"sent": 3 * PEOPLE}
    assert facts_of(context)["enrollments"] == {"completed": PEOPLE}
    store.close()

    again = open_store(str(path), create=False)
    assert facts_of(replace(context, store=again))["emails"] == {"sent": 3 * PEOPLE}
    again.close()
    assert len(list_backups(str(path), tmp_path)) == len(kinds)
