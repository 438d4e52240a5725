"""Answers that are remembered: right after every change, whoever made it, and right without Redis."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import redis

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.store import cache as module
from opendoors_desktop.store import contacts, sequences, templates
from opendoors_desktop.store.cache import Cache
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.queue_heads import list_queue_heads
from tests.builders import make_room, open_context
from tests.fixtures_redis import RedisServer, redis_server
from tests.fixtures_store import NOW

__all__ = ["redis_server"]

pytestmark = pytest.mark.postgres
posix = pytest.mark.skipif(os.name == "nt", reason="Windows can't hold a process up by a signal")
KEY = UUID(int=7)


@pytest.fixture(params=["memory", "redis"])
def remembering(request: pytest.FixtureRequest, postgres_store: Store) -> Iterator[Store]:
    """A store whose answers are remembered in each of the two places in turn."""
    if request.param == "redis":
        server = request.getfixturevalue("redis_server")
        cache = Cache.in_redis(server.url)
    else:
        cache = Cache.in_memory()
    store = Store(postgres_store.location, cache=cache)
    yield store
    store.close()


@pytest.fixture
def with_redis(postgres_store: Store, redis_server: RedisServer, monkeypatch) -> Iterator[Store]:
    """A store whose answers are remembered in Redis, which is asked again at once when it was away."""
    monkeypatch.setattr(module, "TRIES_AGAIN_AFTER", 0.0)
    store = Store(postgres_store.location, cache=Cache.in_redis(redis_server.url))
    yield store
    store.close()


def add_template(store: Store, tmp_path) -> Callable[[Store], str]:
    """A template, and what tells its subject."""
    workspace_id = open_context(store, tmp_path).scope.workspace_id
    with store.write() as unit:
        unit.run(
            """INSERT INTO templates (id, workspace_id, name, subject, body, created_at, updated_at)
               VALUES (:id, :workspace_id, 'One', 'before', '', :now, :now)""",
            {"id": KEY, "workspace_id": workspace_id, "now": NOW},
        )
        unit.changed(Topic.TEMPLATES)

    def subject(of: Store) -> str:
        with of.read() as unit:
            return templates.get_template(unit, workspace_id, KEY).subject

    return subject


def change(store: Store, words: str, *topics: Topic) -> None:
    with store.write() as unit:
        unit.run("UPDATE templates SET subject = :words", {"words": words})
        unit.changed(*topics)


def test_an_answer_is_remembered_until_what_it_tells_of_has_changed(remembering: Store, tmp_path):
    subject = add_template(remembering, tmp_path)
    assert subject(remembering) == "before"
    change(remembering, "behind its back", Topic.CONTACTS)
    assert subject(remembering) == "before"  # so it was remembered
    change(remembering, "after", Topic.TEMPLATES)
    assert subject(remembering) == "after"


def test_a_unit_that_writes_asks_the_store_itself(remembering: Store, tmp_path):
    subject = add_template(remembering, tmp_path)
    workspace_id = open_context(remembering, tmp_path).scope.workspace_id
    assert subject(remembering) == "before"
    with remembering.write() as unit:
        unit.run("UPDATE templates SET subject = 'meanwhile'")
        assert templates.get_template(unit, workspace_id, KEY).subject == "meanwhile"


def test_another_programs_change_is_seen_at_once(remembering: Store, postgres_store: Store, tmp_path):
    subject = add_template(remembering, tmp_path)
    assert [subject(remembering), subject(postgres_store)] == ["before", "before"]
    change(postgres_store, "after", Topic.TEMPLATES)
    assert [subject(remembering), subject(postgres_store)] == ["after", "after"]


def test_what_comes_from_the_cache_is_what_the_store_says(remembering: Store, postgres_store: Store, tmp_path):
    room = make_room(open_context(postgres_store, tmp_path), people=3)
    workspace_id = room.context.scope.workspace_id

    def everything(store: Store) -> list[object]:
        with store.read() as unit:
            found = contacts.page_contacts(unit, workspace_id)
            return [
                sequences.get_record(unit, workspace_id, room.sequence_id),
                sequences.get_sequences(unit, workspace_id, frozenset({SequenceStatus.ACTIVE}), lambda *_: frozenset()),
                contacts.get_contact(unit, workspace_id, found[0].id),
                list_queue_heads(unit, workspace_id),
            ]

    with postgres_store.write() as unit:  # which remembers nothing
        direct = sequences.get_record(unit, workspace_id, room.sequence_id)
    assert everything(remembering) == everything(remembering) == everything(postgres_store)
    assert everything(remembering)[0] == direct


def test_two_who_share_a_redis_share_answers(redis_server: RedisServer, postgres_store: Store, tmp_path):
    one, other = (Store(postgres_store.location, cache=Cache.in_redis(redis_server.url)) for _ in range(2))
    subject = add_template(one, tmp_path)
    assert subject(one) == "before"
    change(one, "behind its back")
    assert subject(other) == "before"
    one.close()
    other.close()


def test_a_redis_that_ends_and_comes_back_changes_no_answer(with_redis: Store, redis_server: RedisServer, tmp_path):
    subject = add_template(with_redis, tmp_path)
    assert subject(with_redis) == "before"
    redis_server.end()
    change(with_redis, "without it", Topic.TEMPLATES)
    assert subject(with_redis) == "without it"
    redis_server.start()
    assert subject(with_redis) == "without it"
    change(with_redis, "behind its back")
    assert subject(with_redis) == "without it"  # it is used again


@posix
def test_a_redis_that_hangs_is_not_waited_for(with_redis: Store, redis_server: RedisServer, tmp_path):
    subject = add_template(with_redis, tmp_path)
    redis_server.hold_up(is_held=True)
    assert subject(with_redis) == "before"
    change(with_redis, "after", Topic.TEMPLATES)
    assert subject(with_redis) == "after"
    redis_server.hold_up(is_held=False)
    assert subject(with_redis) == "after"


def test_foreign_bytes_in_redis_are_passed_over_and_never_run(with_redis: Store, redis_server: RedisServer, tmp_path):
    subject = add_template(with_redis, tmp_path)
    assert subject(with_redis) == "before"
    with redis.Redis.from_url(redis_server.url) as client:
        keys = list(client.scan_iter("*"))
        for key in keys:
            client.set(key, b"cos\nsystem\n(S'false'\ntR.")
    assert len(keys) == 1
    assert subject(with_redis) == "before"


def test_every_value_of_a_row_comes_back_from_redis_as_it_was():
    row: tuple[Any, ...] = (
        None,
        True,
        3,
        2.5,
        "zoë",
        b"\0\1",
        KEY,
        date(2026, 3, 2),
        time(9, 30),
        Decimal("12.50"),
        NOW,
        [1],
        {"a": []},
    )
    assert module._decode(module._encode([row, row])) == [row, row]
    assert isinstance(row[10], datetime)
    assert row[10].tzinfo is UTC


def test_memory_holds_what_was_asked_for_last(monkeypatch):
    monkeypatch.setattr(module, "KEEPS", 3)
    cache = Cache.in_memory()
    asked: list[str] = []

    def ask(name: str) -> list[tuple[str]]:
        return cache.rows(name, lambda: asked.append(name) or [(name,)])

    for name in "abcabdab":
        assert ask(name) == [(name,)]
    assert asked == ["a", "b", "c", "d"]
    ask("c")
    assert asked == ["a", "b", "c", "d", "c"]


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis://host:port/0"])
def test_an_address_that_is_none_of_a_redis_is_refused(url: str):
    with pytest.raises(StoreError) as refused:
        Cache.in_redis(url)
    assert refused.value.code == "cache_url"
