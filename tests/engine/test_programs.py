"""Several programs on one store: what one changes the others hear, and each mailbox is one scheduler's at a time."""

import os
import signal
import socket
from pathlib import Path

import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.watch import ChangeWatch
from tests.builders import (
    add_contacts,
    add_mailbox,
    add_sequence,
    enroll_all,
    expire_leases,
    make_room,
    open_context,
    states,
)
from tests.fixtures_smtp import Sink, running_sink
from tests.fixtures_store import PostgresServer
from tests.oracle import captures_in, problems_of
from tests.programs import running_scheduler, wait_until

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name == "nt", reason="Windows can't hold a process up by a signal")


def sent(context: Context) -> int:
    return states(context).get("sent", 0)


def check(context: Context, sink: Sink) -> None:
    """Nothing left twice, nothing is lost or told otherwise, all totals are right: by what the sink holds."""
    assert problems_of(context.store, captures_in(sink.folder), context.scope.workspace_id) == []


def people_in_boxes(context: Context, port: int, boxes: int, people: int) -> None:
    """So many people who are due in each of some mailboxes."""
    for number in range(boxes):
        mailbox = add_mailbox(context, f"box{number}@example.com", port=port, connections=2)
        sequence_id = add_sequence(context, mailbox, name=f"Sequence {number}")
        enroll_all(context, sequence_id, add_contacts(context, people, first=1 + number * people))


def test_what_one_program_changes_another_hears_before_it_would_look_by_itself(store: Store, tmp_path: Path):
    context = open_context(store, tmp_path, RealClock())
    with running_sink() as sink, running_scheduler(store, tmp_path) as program:
        room = make_room(context, people=1, port=sink.port)
        wait_until(lambda: sent(context) == 1, "the first email")
        watch = ChangeWatch(store)
        contact_ids = add_contacts(context, 2, first=10)
        wait_until(lambda: "started" in program.events())
        enroll_all(context, room.sequence_id, contact_ids)  # it sleeps now, for half a minute if nobody wakes it
        wait_until(lambda: sent(context) == 3, "the emails to those enrolled meanwhile")
        heard: set[Topic] = set()
        wait_until(lambda: heard.update(watch.look()) or {Topic.OUTBOX, Topic.ACTIVITIES} <= heard)
        watch.close()
        check(context, sink)


def check_two_programs(context: Context, folder: Path, people: int) -> None:
    """Two programs on four mailboxes with so many people in each; both may send from two of them."""
    with running_sink() as sink:
        people_in_boxes(context, sink.port, 4, people)
        first, second = ([f"--mailbox=box{number}@example.com" for number in own] for own in ((0, 1, 2), (1, 2, 3)))
        with (
            running_scheduler(context.store, folder / "one", "--until-idle", *first) as one,
            running_scheduler(context.store, folder / "two", "--until-idle", *second) as two,
        ):
            ends = [one.summary(), two.summary()]
        assert {status for status, _ in ends} <= {0, 1}  # 1: the other one held a mailbox at the end
        assert all(summary["happened"]["sent"] >= people for _, summary in ends)
        assert states(context) == {"sent": 4 * people}
        assert len(captures_in(sink.folder)) == 4 * people
        check(context, sink)


@pytest.mark.postgres
def test_fault_12_T03_two_programs_over_four_mailboxes_send_each_once(postgres_store: Store, tmp_path: Path):
    check_two_programs(open_context(postgres_store, tmp_path, RealClock()), tmp_path, people=25)


@pytest.mark.postgres
@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(20))
def test_fault_12_two_programs_over_four_mailboxes_two_thousand_due(postgres_store: Store, tmp_path: Path, number: int):
    check_two_programs(open_context(postgres_store, tmp_path, RealClock()), tmp_path, people=500)


@posix
@pytest.mark.postgres
def test_fault_14_T07_one_that_was_held_up_past_its_lease_begins_nothing_more(postgres_store: Store, tmp_path: Path):
    context = open_context(postgres_store, tmp_path, RealClock())
    with running_sink() as sink:
        people_in_boxes(context, sink.port, 1, 80)
        with running_scheduler(postgres_store, tmp_path / "one", "--until-idle") as held_up:
            wait_until(lambda: sent(context) >= 8)
            held_up.signal(signal.SIGSTOP)
            expire_leases(postgres_store)
            with running_scheduler(postgres_store, tmp_path / "two", "--until-idle") as other:
                assert other.summary()[0] == 0
            held_up.signal(signal.SIGCONT)
            assert held_up.summary()[0] in {0, 1}
        assert set(states(context)) <= {"sent", "uncertain"}
        assert states(context).get("uncertain", 0) <= 2  # its two connections
        assert len(captures_in(sink.folder)) == 80
        check(context, sink)


@pytest.mark.postgres
def test_fault_12_the_second_scheduler_says_who_holds_the_mailbox(postgres_store: Store, tmp_path: Path):
    context = open_context(postgres_store, tmp_path, RealClock())
    with running_sink() as sink, running_scheduler(postgres_store, tmp_path / "one") as first:
        make_room(context, people=1, port=sink.port)
        wait_until(lambda: sent(context) == 1)
        with running_scheduler(postgres_store, tmp_path / "two", "--until-idle") as second:
            status, summary = second.summary()
        assert status == 1
        assert summary["held_by_others"] == [
            {"mailbox": "ann@example.com", "host": socket.gethostname(), "pid": first.pid}
        ]
        assert f"held by another scheduler on {socket.gethostname()} (process {first.pid})" in second.events()


@posix
@pytest.mark.postgres
def test_fault_12_one_that_is_killed_in_the_middle_leaves_the_rest_to_the_other(postgres_store: Store, tmp_path: Path):
    context = open_context(postgres_store, tmp_path, RealClock())
    with running_sink() as sink:
        people_in_boxes(context, sink.port, 2, 40)
        with running_scheduler(postgres_store, tmp_path / "one", "--until-idle") as killed:
            wait_until(lambda: sent(context) >= 8)
            killed.signal(signal.SIGKILL)
            killed.process.wait(10)
        expire_leases(postgres_store)
        with running_scheduler(postgres_store, tmp_path / "two", "--until-idle") as other:
            assert other.summary()[0] == 0
        assert set(states(context)) <= {"sent", "uncertain"}
        assert states(context).get("uncertain", 0) <= 4  # two connections in each mailbox
        check(context, sink)


@posix
@pytest.mark.postgres
@pytest.mark.parametrize("how", ["kill", "fast"])
def test_fault_17_fault_18_a_database_that_ends_in_the_middle_is_found_again(
    postgres_server: PostgresServer, postgres_store: Store, tmp_path: Path, how: str
):
    context = open_context(postgres_store, tmp_path, RealClock())
    with running_sink() as sink:
        people_in_boxes(context, sink.port, 2, 60)
        with running_scheduler(postgres_store, tmp_path / "one", "--until-idle") as program:
            wait_until(lambda: sent(context) >= 8)
            postgres_server.end(how=how)
            try:
                with pytest.raises(StoreError) as away:
                    sent(context)
            finally:
                postgres_server.start()
            assert away.value.code == "store_away"
            assert program.summary()[0] == 0
        assert states(context).get("uncertain", 0) <= 4  # two connections in each mailbox
        assert set(states(context)) <= {"sent", "uncertain"}
        assert len(captures_in(sink.folder)) <= 120
        check(context, sink)
