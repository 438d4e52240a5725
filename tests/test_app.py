"""The composition root: parts that fit, built without touching the keyring or the network."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from opendoors_desktop.app import ApiBeside, build, glance
from opendoors_desktop.config import read_options
from opendoors_desktop.domain.errors import InputError, StoreError
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.serving import ApiSwitch, read_api, switch_api
from opendoors_desktop.engine.commands.workspace import change_workspace
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


def loaded_after(code: str, data_dir) -> list[str]:
    """Which parts of the API's libraries a start of the program's parts loads."""
    told = f"import os, sys; from opendoors_desktop.config import read_options; {code}"
    told += "; print([name for name in ('fastapi', 'uvicorn', 'pydantic') if name in sys.modules])"
    environment = {**os.environ, "OPENDOORS_DATA_DIR": str(data_dir), "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout.replace("'", '"'))


def test_the_api_is_off_beside_a_window_until_it_is_switched_on_and_costs_nothing(data_dir):
    start = "from opendoors_desktop.app import ApiBeside; a = ApiBeside(); c = a.build(read_options(os.environ))"
    assert loaded_after(f"{start}; a.end(); c.store.close()", data_dir) == []


def test_beside_a_window_whose_api_is_off_nothing_answers(data_dir):
    beside = ApiBeside()
    context = beside.build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))
    assert beside.address == ""
    beside.end()
    context.store.close()


def test_a_store_is_glanced_into_where_one_lies_in_order_and_the_clock_is_real(data_dir):
    options = read_options({"OPENDOORS_DATA_DIR": str(data_dir)})
    context = build(options)
    context.store.close()

    seen = glance(
        options, lambda unit, workspace_id, now: (unit.row("SELECT count(*) FROM contacts"), workspace_id, now)
    )

    assert seen is not None
    assert seen[:2] == ((0,), context.scope.workspace_id)
    assert seen[2].tzinfo is not None
    assert glance(replace(options, store_url="postgresql://ann@db.example.com/team"), lambda *_: "read") is None
    assert glance(replace(options, now=datetime(2026, 3, 2, tzinfo=UTC)), lambda *_: "read") is None


def answers(beside: ApiBeside, path: str = "/api/docs") -> int:
    """The status that the API beside a window answers."""
    try:
        with urllib.request.urlopen(f"{beside.address}{path}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_switched_on_it_answers_on_loopback_until_the_window_is_closed(data_dir):
    options = read_options({"OPENDOORS_DATA_DIR": str(data_dir)})
    context = build(options)
    switch_api(context, ApiSwitch(is_on=True, port=0))
    assert read_api(context) == ApiSwitch(is_on=True, port=0)
    context.store.close()

    beside = ApiBeside()
    context = beside.build(options)
    address = beside.address
    assert address.startswith("http://127.0.0.1:")
    assert answers(beside) == 200
    beside.end()
    assert beside.address == ""
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/api/docs", timeout=30)
    context.store.close()


def test_it_follows_the_switch_the_port_and_the_public_address_at_once(data_dir):
    beside = ApiBeside()
    context = beside.build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))
    switch_api(context, ApiSwitch(is_on=True, port=0))
    beside.follow(context)
    first = beside.address
    beside.follow(context)
    assert (beside.address, answers(beside), answers(beside, "/o/x")) == (first, 200, 404)
    assert answers(beside, "/u/x") == 404

    change_workspace(context, lambda known: replace(known, public_url="https://mail.example.org"))
    beside.follow(context)
    with pytest.raises(urllib.error.HTTPError) as known:
        urllib.request.urlopen(f"{beside.address}/u/x", timeout=30)
    assert "This link" in known.value.read().decode()

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        switch_api(context, ApiSwitch(is_on=True, port=port))
        with pytest.raises(InputError, match=str(port)):
            beside.follow(context)
        assert (beside.address, beside.fault is None) == ("", False)
    beside.follow(context)
    assert (beside.address, beside.fault) == (f"http://127.0.0.1:{port}", None)

    switch_api(context, ApiSwitch(is_on=False, port=port))
    beside.follow(context)
    assert beside.address == ""
    context.store.close()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_what_is_no_port_is_refused(data_dir, port):
    context = build(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))
    with pytest.raises(InputError, match="no port"):
        switch_api(context, ApiSwitch(is_on=True, port=port))
    assert read_api(context) == ApiSwitch(is_on=False)
    context.store.close()


def test_an_address_that_is_taken_keeps_no_window_from_opening(data_dir, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = read_options({"OPENDOORS_DATA_DIR": str(data_dir)})
        context = build(options)
        switch_api(context, ApiSwitch(is_on=True, port=port))
        context.store.close()
        beside = ApiBeside()
        context = beside.build(options)
        beside.end()
        context.store.close()

    assert "the API doesn't answer" in caplog.text
