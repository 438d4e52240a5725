"""The two switches, and a store that may be a copy."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # two at once is what is tested
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import NotPossible, StoreError
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.commands.sending import (
    leave_to_send,
    pause_sending,
    recognise_store,
    release,
    sending_status,
    stop_everything,
    switch_sending_off,
    switch_sending_on,
    switches,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.machine import remember_counter
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.identity import Doubt, raise_sending_counter
from opendoors_desktop.store.leases import Holder, take_lease
from tests.builders import open_context
from tests.engine.sequence_rooms import FIRST, actions, add_mailbox, pass_time, start_sequence
from tests.sequence_builders import key


def test_sending_is_off_at_first_and_a_scheduler_counts_as_on(any_context: Context):
    assert not leave_to_send(any_context).is_given
    assert leave_to_send(any_context, is_scheduler=True).is_given
    assert not sending_status(any_context).may_send
    switch_sending_on(any_context)
    assert leave_to_send(any_context).is_given
    status = sending_status(any_context)
    assert (status.is_on, status.may_send, status.doubt) == (True, True, None)
    assert [each.sending_is_on for each in status.machines] == [True]
    switch_sending_off(any_context)
    assert not leave_to_send(any_context).is_given
    assert [each.sending_is_on for each in sending_status(any_context).machines] == [False]
    assert actions(any_context) == ["sending_on", "sending_off"]


def test_sending_rests_until_an_instant_and_goes_on_by_itself(any_context: Context):
    now = any_context.clock.now()
    with pytest.raises(NotPossible, match="off"):
        pause_sending(any_context, now + timedelta(hours=1))
    switch_sending_on(any_context)
    with pytest.raises(NotPossible, match="future"):
        pause_sending(any_context, now)

    pause_sending(any_context, now + timedelta(hours=1))
    assert not leave_to_send(any_context).is_given
    assert leave_to_send(any_context, is_scheduler=True).is_given
    status = sending_status(any_context)
    assert (status.is_on, status.may_send, status.paused_until) == (True, False, now + timedelta(hours=1))
    assert not switches(any_context).may_send

    pass_time(any_context, hours=1)
    assert leave_to_send(any_context).is_given
    assert (switches(any_context).may_send, switches(any_context).paused_until) == (True, None)


def test_a_pause_ends_when_a_person_switches(any_context: Context):
    switch_sending_on(any_context)
    pause_sending(any_context, any_context.clock.now() + timedelta(hours=1))
    switch_sending_on(any_context)
    assert sending_status(any_context).may_send


def test_the_emergency_stop_is_pulled_and_released_once(any_context: Context):
    switch_sending_on(any_context)
    with pytest.raises(NotPossible):
        release(any_context)
    stop_everything(any_context)
    status = sending_status(any_context)
    assert (status.is_on, status.may_send, status.stopped_by) == (True, False, any_context.scope.user_id)
    with pytest.raises(NotPossible):
        stop_everything(any_context)
    release(any_context)
    assert sending_status(any_context).may_send
    assert actions(any_context)[-2:] == ["emergency_stop", "emergency_stop_released"]


def test_what_fell_due_and_has_not_left_is_listed(any_context: Context):
    start_sequence(any_context, FIRST | {"delay_hours": 1}, people=3)
    assert sending_status(any_context).overdue_count == 0
    pass_time(any_context, hours=2)
    status = sending_status(any_context)
    assert status.overdue_count == 3
    assert [each.address for each in status.overdue] == ["ann1@example.org", "ann2@example.org", "ann3@example.org"]
    assert status.overdue[0].sequence == "Example"
    assert status.overdue[0].due_at == any_context.clock.now() - timedelta(hours=1)


def test_who_holds_a_mailbox_is_shown(any_context: Context):
    box = add_mailbox(any_context)
    with any_context.store.write() as unit:
        take_lease(unit, box.id, Holder(key(1), "there", 7))
    ((held),) = sending_status(any_context).schedulers
    assert (held.mailbox_id, held.host, held.pid) == (box.id, "there", 7)


def copied(context: Context, folder: Path, *, profile: Path | None = None) -> Context:
    """A copy of the store's file, opened from a data folder."""
    folder.mkdir()
    target = folder / "copy.db"
    with context.store.write() as unit:
        unit.run("UPDATE changes SET number = number")
    shutil.copyfile(context.store.location.path, target)
    wal = context.store.location.path.with_name(f"{context.store.location.path.name}-wal")
    if wal.exists():
        shutil.copyfile(wal, target.with_name("copy.db-wal"))
    return replace(context, store=Store.open(str(target)), data_dir=profile or folder)


@pytest.mark.sqlite
def test_T08_a_copy_on_another_machine_sends_nothing_until_a_person_says_so(context: Context, tmp_path: Path):
    start_sequence(context, people=2)
    switch_sending_on(context)
    copy = copied(context, tmp_path / "other")
    assert not leave_to_send(copy).is_given
    assert not leave_to_send(copy, is_scheduler=True).is_given
    status = sending_status(copy)
    assert (status.doubt, status.may_send, status.overdue_count) == (Doubt.COPIED, False, 2)
    assert [each.sending_is_on for each in status.machines] == [False]
    assert "store_doubted" in actions(copy)
    switch_sending_on(copy)
    assert leave_to_send(copy).is_given
    assert sending_status(copy).doubt is None
    assert leave_to_send(context).is_given
    copy.store.close()


@pytest.mark.sqlite
def test_an_older_copy_put_back_sends_nothing_until_a_person_says_so(context: Context, tmp_path: Path):
    switch_sending_on(context)
    known = recognise_store(context)
    older = copied(context, tmp_path / "older", profile=context.data_dir)
    with context.store.write() as unit:
        counter = raise_sending_counter(unit, 5)
    remember_counter(context.data_dir, known.id, counter)
    assert leave_to_send(context).is_given
    assert not leave_to_send(older, is_scheduler=True).is_given
    assert sending_status(older).doubt is Doubt.PUT_BACK
    assert not machine.is_sending_on(context.data_dir, known.id)
    switch_sending_on(older)
    assert leave_to_send(older).is_given
    assert recognise_store(older).sending_counter == 6
    assert not leave_to_send(context, is_scheduler=True).is_given
    assert sending_status(context).doubt is Doubt.PUT_BACK
    older.store.close()


def test_recognising_a_store_twice_changes_nothing(any_context: Context):
    first = recognise_store(any_context)
    assert recognise_store(any_context) == first
    assert first.doubt is None


@pytest.mark.sqlite
def test_a_doubt_is_noted_once(context: Context, tmp_path: Path):
    recognise_store(context)
    copy = copied(context, tmp_path / "other")
    assert recognise_store(copy).doubt is Doubt.COPIED
    assert recognise_store(copy).doubt is Doubt.COPIED
    assert actions(copy).count("store_doubted") == 1
    copy.store.close()


def test_a_switch_that_cannot_be_kept_is_not_told_to_others(context: Context, monkeypatch: pytest.MonkeyPatch):
    recognise_store(context)

    def fail(*_: object) -> None:
        raise StoreError("full", "make room")

    monkeypatch.setattr(machine, "switch_sending", fail)
    with pytest.raises(StoreError):
        switch_sending_on(context)
    monkeypatch.undo()
    assert sending_status(context).machines == []
    assert not leave_to_send(context).is_given


def test_a_window_and_its_scheduler_may_open_a_new_store_side_by_side(sqlite_store: Store, tmp_path: Path):
    context = open_context(sqlite_store, tmp_path)
    start = threading.Barrier(4)

    def open_it(_number: int) -> tuple[object, object]:
        start.wait()
        found = recognise_store(context)
        return found.id, found.doubt

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_it, range(4)))) == 1
    assert recognise_store(context).doubt is None


def test_what_another_computer_sent_from_a_shared_store_is_remembered_against_an_older_state(any_context: Context):
    known = recognise_store(any_context)
    with any_context.store.write() as unit:
        raise_sending_counter(unit, 7)  # another computer's scheduler
    assert leave_to_send(any_context, is_scheduler=True).is_given
    assert machine.remembered_counter(any_context.data_dir, known.id) == 7
    with any_context.store.write() as unit:
        unit.run("UPDATE store_identity SET sending_counter = 3")  # its administrator put back last night's state
    assert not leave_to_send(any_context, is_scheduler=True).is_given
    assert sending_status(any_context).doubt is Doubt.PUT_BACK
