"""Backups by command: daily ones, those by hand, and what is put back."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.backups import (
    back_up,
    back_up_if_due,
    find_last_backup,
    keep_backed_up,
    list_backups,
    restore,
)
from opendoors_desktop.engine.commands.sending import (
    leave_to_send,
    recognise_store,
    sending_status,
    switch_sending_on,
    switches,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.backup_files import BackupKind
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.identity import Doubt
from tests.engine.sequence_rooms import pass_time, start_sequence

pytestmark = pytest.mark.sqlite


def place(context: Context) -> tuple[str, Path]:
    return str(context.store.location.path), context.data_dir


def test_a_day_has_one_backup_and_older_ones_go(context: Context):
    made = []
    for _ in range(10):
        made.append(back_up_if_due(context))
        assert back_up_if_due(context) is None
        pass_time(context, hours=24)
    kept = list_backups(*place(context))
    assert all(made)
    assert {each.kind for each in kept} == {BackupKind.DAILY}
    assert [each.path for each in kept[:7]] == made[:2:-1]
    assert len(kept) == 7


def test_a_virtual_clocks_store_is_not_backed_up_by_itself(context: Context):
    keep_backed_up(context)
    assert list_backups(*place(context)) == []
    keep_backed_up(replace(context, clock=RealClock()))
    assert [each.kind for each in list_backups(*place(context))] == [BackupKind.DAILY]


def test_a_backup_by_hand_goes_where_it_is_wanted_and_replaces_nothing(context: Context, tmp_path: Path):
    assert back_up(context).parent == context.store.location.path.parent / "backups"
    target = tmp_path / "stick" / "mine.db"
    assert back_up(context, target) == target
    with pytest.raises(NotPossible, match="already"):
        back_up(context, target)
    with pytest.raises(NotFound):
        restore(*place(context), context.clock.now(), tmp_path / "none.db")


def test_without_a_good_backup_there_is_nothing_to_put_back(context: Context):
    with pytest.raises(NotFound, match="no good backup"):
        restore(*place(context), context.clock.now())
    os.truncate(back_up(context), 5000)
    with pytest.raises(NotFound, match="no good backup"):
        restore(*place(context), context.clock.now())


def test_a_database_isnt_overwritten(tmp_path: Path, context: Context):
    url = "postgresql://sam@127.0.0.1:9/team"
    with pytest.raises(NotPossible, match="database"):
        restore(url, tmp_path, context.clock.now())
    assert find_last_backup(url, tmp_path) is None


def test_fault_25_what_was_put_back_sends_nothing_until_a_person_has_seen_what_fell_due(context: Context):
    start_sequence(context, people=2)
    switch_sending_on(context)
    back_up(context)
    context.store.close()
    done = restore(*place(context), context.clock.now())
    assert done.replaced is not None
    again = replace(context, store=Store.open(str(context.store.location.path)))

    assert not switches(again).is_on
    assert not leave_to_send(again, is_scheduler=True).is_given
    status = sending_status(again)
    assert (status.doubt, status.overdue_count) == (Doubt.PUT_BACK, 2)
    switch_sending_on(again)
    assert leave_to_send(again).is_given
    assert recognise_store(again).sending_counter == 1
    again.store.close()


def test_backups_are_a_day_apart_and_not_the_time_of_day(context: Context):
    assert back_up_if_due(context)
    pass_time(context, hours=23)
    assert back_up_if_due(context) is None
    pass_time(context, hours=1)
    assert back_up_if_due(context)
    assert timedelta(days=1) == list_backups(*place(context))[0].made_at - list_backups(*place(context))[1].made_at
