"""Stores kept as files, one of each revision that people may have: how they are made, found and unpacked.

`python -m tests.store.kept_stores` makes the one of today's newest revision, where a revision was added. Those of older
revisions stay as they are for good: they are what an update will meet.
"""

import asyncio
import gzip
import json
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.sending import recognise_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.migrate import SCHEMA
from opendoors_desktop.store.queries.size import find_size
from tests.builders import email, make_room, open_context, run_for, states, statuses
from tests.fakes.post import FakePost
from tests.fixtures_store import NOW

FOLDER: Final = Path(__file__).resolve().parent.parent / "data" / "stores"
PEOPLE: Final = 8
PLAYED: Final = timedelta(days=1)
"""How long the campaign in a kept store has run; then it was put away."""


def kept_stores() -> list[Path]:
    """The packed files, by their revisions."""
    return sorted(FOLDER.glob("*.db.gz"))


def unpack(packed: Path, target: Path) -> Path:
    """Write a kept store out as a file of its own."""
    target.write_bytes(gzip.decompress(packed.read_bytes()))
    return target


def told_of(packed: Path) -> dict[str, Any]:
    """What was written down of a kept store when it was made."""
    found: dict[str, Any] = json.loads(packed.with_suffix("").with_suffix(".json").read_text(encoding="utf-8"))
    return found


def facts_of(context: Context) -> dict[str, Any]:
    """Rows of each table that has any, and how its emails and enrollments stand."""
    with context.store.read() as unit:
        rows = {name: number for name, number in find_size(unit).rows.items() if number}
    rows.pop("alembic_version")
    return {"rows": rows, "emails": states(context), "enrollments": statuses(context)}


def make() -> Path:
    """Play a day of a campaign and keep its store under the newest revision; gives the packed file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = Store.open(str(path))
        context = open_context(store, Path(folder), VirtualClock(NOW))
        recognise_store(context)
        make_room(context, [email(), email(2), email(2, subject=None)], people=PEOPLE)
        asyncio.run(run_for(context, FakePost(), hours=PLAYED / timedelta(hours=1)))
        facts = facts_of(context)
        store.close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE mailbox_leases SET host = 'laptop', pid = 7")  # nothing of this machine is kept
            connection.commit()
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("VACUUM")
        FOLDER.mkdir(exist_ok=True)
        packed = FOLDER / f"{SCHEMA.newest}.db.gz"
        packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        text = json.dumps(facts, indent=2, sort_keys=True)
        packed.with_suffix("").with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
    return packed


if __name__ == "__main__":
    print(make().name)
