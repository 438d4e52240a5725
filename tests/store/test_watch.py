"""Hearing of changes that others made."""

import subprocess
import sys

import psycopg
import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.watch import ChangeWatch

OTHER_PROGRAM = """
import sys
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.migrate import open_store
store = open_store(sys.argv[1])
with store.write() as unit:
    unit.changed(Topic.INBOX, Topic.TASKS)
store.close()
"""


def change(store: Store, *topics: Topic) -> None:
    with store.write() as unit:
        unit.changed(*topics)


def test_a_watch_tells_each_change_once(store: Store):
    change(store, Topic.OUTBOX)
    watch = ChangeWatch(store)
    assert watch.look() == frozenset()
    change(store, Topic.CONTACTS)
    change(store, Topic.CONTACTS, Topic.TASKS)
    assert watch.look() == {Topic.CONTACTS, Topic.TASKS}
    assert watch.look() == frozenset()
    watch.close()


def test_another_programs_change_is_heard(store: Store):
    watch = ChangeWatch(store)
    subprocess.run([sys.executable, "-c", OTHER_PROGRAM, store.location.target], check=True)
    assert watch.look() == {Topic.INBOX, Topic.TASKS}
    watch.close()


def test_what_happened_while_the_watch_was_shut_is_told_at_the_next_look(store: Store):
    watch = ChangeWatch(store)
    watch.close()
    change(store, Topic.SETTINGS)
    assert watch.look() == {Topic.SETTINGS}
    watch.close()


def test_a_topic_of_a_later_version_is_passed_over(store: Store):
    watch = ChangeWatch(store)
    change(store, Topic.SETTINGS)
    with store.write() as unit:
        unit.run("INSERT INTO changes (topic, number) VALUES ('tomorrow', 1)")
    assert watch.look() == {Topic.SETTINGS}
    watch.close()


@pytest.mark.postgres
def test_fault_18_a_watch_finds_a_database_that_came_back(postgres_store: Store):
    watch = ChangeWatch(postgres_store)
    assert watch._link is not None
    pid = watch._link.connection.info.backend_pid
    with psycopg.connect(postgres_store.location.target, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    change(postgres_store, Topic.MAILBOXES)
    with pytest.raises(StoreError) as away:
        watch.look()
    assert away.value.code == "store_away"
    assert watch.look() == {Topic.MAILBOXES}
    watch.close()
