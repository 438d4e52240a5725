"""What a machine remembers outside its stores."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # two at once is what is tested
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.machine import (
    Machine,
    ensure_machine,
    is_sending_on,
    machine_id,
    read_machine,
    remember_counter,
    remembered_counter,
    switch_sending,
)
from tests.sequence_builders import key

ONE, TWO = key(1), key(2)


def test_sending_is_off_until_switched_on_for_that_store(tmp_path: Path):
    assert not is_sending_on(tmp_path, ONE)
    switch_sending(tmp_path, ONE, True)
    assert (is_sending_on(tmp_path, ONE), is_sending_on(tmp_path, TWO)) == (True, False)
    switch_sending(tmp_path, TWO, True)
    switch_sending(tmp_path, ONE, False)
    assert (is_sending_on(tmp_path, ONE), is_sending_on(tmp_path, TWO)) == (False, True)


def test_a_machine_keeps_its_word_and_another_profile_has_its_own(tmp_path: Path):
    here = ensure_machine(tmp_path / "a")
    assert ensure_machine(tmp_path / "a") == read_machine(tmp_path / "a") == here
    other = ensure_machine(tmp_path / "b")
    assert machine_id(here) != machine_id(other)
    assert machine_id(here) == machine_id(ensure_machine(tmp_path / "a"))
    assert len(machine_id(here)) == 32


def test_a_copy_of_the_data_folder_on_another_computer_is_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ids = [tmp_path / "first", tmp_path / "second"]
    ids[0].write_text("one\n")
    ids[1].write_text("two\n")
    here = Machine("profile")
    told = set()
    for path in ids:
        monkeypatch.setattr(machine, "_OS_IDS", (tmp_path / "missing", path))
        told.add(machine_id(here))
    monkeypatch.setattr(machine, "_OS_IDS", (tmp_path / "missing",))
    told.add(machine_id(here))
    assert len(told) == 3


def test_windows_says_its_id_in_the_registry():
    class Key:
        def __enter__(self) -> "Key":
            return self

        def __exit__(self, *_: object) -> None:
            pass

    registry: Any = SimpleNamespace(
        HKEY_LOCAL_MACHINE=1, KEY_READ=1, KEY_WOW64_64KEY=2, OpenKey=lambda *_: Key(),
        QueryValueEx=lambda *_: ("a-guid", 1),
    )  # fmt: skip
    assert machine._read_windows_id(registry) == "a-guid"

    def refuse(*_: object) -> None:
        raise OSError

    registry.OpenKey = refuse
    assert machine._read_windows_id(registry) == ""


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"profile": "x"}', '{"profile": "x", "sending": {"no": true}}', '{"profile": "x", "sending": 5}'],
)
def test_a_file_that_cannot_be_read_makes_a_new_machine_with_sending_off(tmp_path: Path, text: str):
    (tmp_path / "machine.json").write_text(text)
    assert not is_sending_on(tmp_path, ONE)
    assert read_machine(tmp_path).profile != "x"
    switch_sending(tmp_path, ONE, True)
    assert is_sending_on(tmp_path, ONE)


def test_only_true_is_on(tmp_path: Path):
    (tmp_path / "machine.json").write_text(json.dumps({"profile": "x", "sending": {str(ONE): "yes"}}))
    assert not is_sending_on(tmp_path, ONE)


def test_a_counter_only_rises(tmp_path: Path):
    assert remembered_counter(tmp_path, ONE) is None
    for given, known in ((5, 5), (3, 5), (12_345_678_901, 12_345_678_901), (0, 12_345_678_901)):
        remember_counter(tmp_path, ONE, given)
        assert remembered_counter(tmp_path, ONE) == known
    assert remembered_counter(tmp_path, TWO) is None
    (tmp_path / "sending" / f"{ONE}.count").write_bytes(b"rubbish")
    assert remembered_counter(tmp_path, ONE) is None


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(StoreError) as caught:
        switch_sending(blocked, ONE, True)
    assert caught.value.code == "data_folder"
    with pytest.raises(StoreError):
        remember_counter(blocked, ONE, 1)


def test_a_switch_is_put_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    switch_sending(tmp_path, ONE, True)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match="No space"):
        switch_sending(tmp_path, ONE, False)
    assert is_sending_on(tmp_path, ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["machine.json"]


def test_who_comes_first_gives_the_profile_and_the_others_take_it(tmp_path: Path):
    start = threading.Barrier(8)

    def ensure(_number: int) -> str:
        start.wait()
        return machine.ensure_machine(tmp_path).profile

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ensure, range(8)))) == 1
    assert [each.name for each in tmp_path.iterdir()] == [machine.FILE_NAME]


def test_a_profile_that_comes_up_while_one_looks_for_it_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    reading = machine.read_machine

    def slow(folder: Path) -> machine.Machine:
        found = reading(folder)
        monkeypatch.setattr(machine, "read_machine", reading)
        machine.ensure_machine(folder)  # another program, behind our look
        return found

    monkeypatch.setattr(machine, "read_machine", slow)
    assert machine.ensure_machine(tmp_path) == reading(tmp_path)


def test_on_a_file_system_without_links_the_profile_is_put_all_the_same(tmp_path: Path, monkeypatch):
    def refuse(*_paths: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert machine.ensure_machine(tmp_path).profile == machine.read_machine(tmp_path).profile


def test_a_switch_that_another_program_moved_is_seen_at_once(tmp_path: Path):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for is_on in (True, False, True):
        switch_sending(tmp_path, ONE, is_on)

        assert machine.may_send_at(tmp_path, ONE, noon) is is_on

    path = tmp_path / machine.FILE_NAME
    path.write_text(path.read_text().replace("true", "false"))

    assert not machine.may_send_at(tmp_path, ONE, noon)
