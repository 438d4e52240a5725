"""The program killed while it reads a real Dovecot: what it had committed stays, the rest is read next time, once."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import open_secrets
from tests.builders import TimedPost, email, expire_leases, make_room, open_context, run_now, statuses
from tests.engine.reading_room import Inbox, open_inbox
from tests.fixtures_smtp import authority
from tests.programs import running_scheduler, wait_until
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, user

__all__ = ["authority", "dovecot", "user"]

pytestmark = [pytest.mark.servers, pytest.mark.slow]

REPLIES = 120
KILLED = 137


def sync(store: Store, folder: Path, address: str, point: str = "") -> int:
    """Read the mailbox in a program of its own, which dies at a point where one is named; its exit status."""
    environment = {
        **os.environ,
        "OPENDOORS_STORE": store.location.target,
        "OPENDOORS_DATA_DIR": str(folder),
        "OPENDOORS_KEYRING": "file",
        "OPENDOORS_FAULT": point,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "opendoors_desktop", "mailbox", "sync", address, "--json"]
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=100).returncode


@pytest.mark.sqlite
async def test_fault_34_killed_in_mid_sync_nothing_is_counted_twice_or_skipped(
    sqlite_store: Store, tmp_path: Path, dovecot: Dovecot, user: str
):
    box = await _room(sqlite_store, tmp_path, dovecot, user)
    for number in range(REPLIES):
        box.answer(box.post.captures[number % 4])
    address = box.mailbox.address

    for point in ("read.before_commit", "read.after_commit", "read.before_commit:2", "read.after_commit"):
        assert sync(sqlite_store, tmp_path, address, point) == KILLED
    assert sync(sqlite_store, tmp_path, address) == 0
    assert sync(sqlite_store, tmp_path, address) == 0

    with sqlite_store.read() as unit:
        [(kept, of_them)] = unit.rows("SELECT count(*), count(DISTINCT message_id) FROM inbound_emails")
        [(counted,)] = unit.rows("SELECT sum(total_replies) FROM sequence_enrollments")
    assert (kept, of_them, counted) == (REPLIES, REPLIES, REPLIES)
    assert statuses(box.context) == {"stopped": 4}
    assert check_store(box.context).is_sound


@pytest.mark.sqlite
async def test_a_scheduler_killed_while_it_listens_leaves_the_mailbox_to_the_next(
    sqlite_store: Store, tmp_path: Path, dovecot: Dovecot, user: str, monkeypatch
):
    box = await _room(sqlite_store, tmp_path, dovecot, user)
    monkeypatch.setenv("OPENDOORS_KEYRING", "file")
    for number in (0, 1):
        with running_scheduler(sqlite_store, tmp_path) as program:
            box.answer(box.post.captures[2 * number])
            wait_until(partial(_has_stopped, box, 2 * number + 1), "the first reply")
            box.answer(box.post.captures[2 * number + 1])
            wait_until(partial(_has_stopped, box, 2 * number + 2), "the second reply")
            program.process.kill()
        expire_leases(sqlite_store)
    assert statuses(box.context) == {"stopped": 4}
    assert check_store(box.context).is_sound


def _has_stopped(box: Inbox, number: int) -> bool:
    return statuses(box.context).get("stopped") == number


async def _room(store: Store, folder: Path, dovecot: Dovecot, user: str) -> Inbox:
    context = open_context(store, folder)
    room = make_room(context, [email(), email(3, None)], people=4)
    post = TimedPost(room.clock)
    await run_now(context, post)
    box = open_inbox(context, room.mailbox, post, dovecot, user)
    open_secrets("file", folder / "secrets", folder / "secrets.key").set(room.mailbox.secret_name, PASSWORD)
    return box
