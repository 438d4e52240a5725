"""The composition root: parts that fit, built without touching the keyring or the network."""

import json
from datetime import UTC, datetime

import pytest

from opendoors_desktop.app import build
from opendoors_desktop.config import read_options
from opendoors_desktop.domain.errors import InputError, StoreError
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.log import stop_log
from opendoors_desktop.store.database import Store


@pytest.fixture(autouse=True)
def _log_stopped():
    yield
    stop_log()


def test_the_parts_are_there_and_the_room_is_made(data_dir):
    context = build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))
    again = build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))

    assert isinstance(context.clock, RealClock)
    assert context.data_dir == data_dir
    assert context.scope == again.scope
    assert context.new_id() < context.new_id()
    context.store.close()
    again.store.close()


def test_the_folder_is_made_and_the_log_written(tmp_path):
    folder = tmp_path / "not" / "yet"
    context = build(read_options({"OPENDOORS_DATA_DIR": str(folder)}))
    context.store.close()

    assert (folder / "opendoors.db").is_file()
    assert (folder / "logs" / "opendoors.log").is_file()


def test_a_virtual_clock_starts_where_it_is_told(data_dir):
    environment = {"OPENDOORS_DATA_DIR": str(data_dir), "OPENDOORS_NOW": "2026-03-02T08:00:00Z"}
    context = build(read_options(environment))
    context.store.close()

    assert context.clock.now() == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_virtual_clock_is_refused_for_a_mailbox_elsewhere_and_the_store_closed(data_dir, monkeypatch):
    closed = []
    monkeypatch.setattr("opendoors_desktop.engine.entrance.refuse_far_hosts", refuse)
    monkeypatch.setattr(Store, "close", lambda store: closed.append(store))

    with pytest.raises(InputError):
        build(read_options({"OPENDOORS_DATA_DIR": str(data_dir), "OPENDOORS_NOW": "2026-03-02T08:00:00Z"}))

    assert len(closed) == 1


def refuse(store: Store) -> None:
    raise InputError("far", "away")


def test_a_secret_that_is_read_is_masked_in_the_log(data_dir, caplog):
    context = build(read_options({"OPENDOORS_DATA_DIR": str(data_dir), "OPENDOORS_KEYRING": "file"}))
    context.secrets.set("mailbox", "korrekt-pferd")
    import logging

    logging.getLogger("opendoors_desktop.test").error("login with korrekt-pferd failed")
    context.store.close()

    [line] = [json.loads(line) for line in (data_dir / "logs" / "opendoors.log").read_text().splitlines()][-1:]
    assert line["message"] == "login with … failed"


def test_a_cache_that_is_no_redis_is_told(data_dir):
    with pytest.raises(StoreError) as refused:
        build(read_options({"OPENDOORS_DATA_DIR": str(data_dir), "OPENDOORS_CACHE": "localhost"}))
    assert refused.value.where == "OPENDOORS_CACHE"


def test_a_store_that_cannot_be_used_is_told(data_dir):
    with pytest.raises(StoreError):
        build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}, store="mysql://x/y"))
