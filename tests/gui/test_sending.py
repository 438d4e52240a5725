"""The window sends: real schedulers in their threads, real children, a real mail host on loopback."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.domain import retry
from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands.sending import pause_sending, switch_sending_off, switch_sending_on, switches
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import Scheduler
from opendoors_desktop.gui import sending
from opendoors_desktop.gui.formats import here, time_of_day
from opendoors_desktop.gui.notices import Notices
from opendoors_desktop.gui.sending import Runs
from opendoors_desktop.store.mailbox_use import living_leases
from opendoors_desktop.store.migrate import open_store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests import fixtures_smtp
from tests.builders import (
    Room,
    add_contacts,
    elsewhere,
    email,
    enroll_all,
    make_room,
    standing_of,
    states,
    task,
)
from tests.fixtures_smtp import free_port, running_sink
from tests.oracle import captures_in, nothing_false, nothing_twice

FROM_MIDNIGHT = SendWindow((True,) * 7, time(), time(23, 59))
IS_NAMED = Group(Junction.AND, (Comparison("contact.first_name", Operator.IS_SET),))
pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def context(room) -> Context:
    """The room's store by the machine's clock."""
    clock = RealClock()
    return replace(room.context, clock=clock, new_id=id_source(clock))


@pytest.fixture
def sink():
    with running_sink() as found:
        yield found


@pytest.fixture
def build(room, context):
    """What the window opens: the same store on connections of its own."""
    return lambda: replace(context, store=open_store(room.url))


@pytest.fixture
def opened(open_window, build, qtbot):
    """A window that looks at the switches as soon as it is open."""

    def open_one():
        window = open_window(build)
        qtbot.waitUntil(lambda: window.sending.switches is not None, timeout=10_000)
        return window

    return open_one


def fill(context: Context, port: int, people: int, **more) -> Room:
    return make_room(context, people=people, port=port, **more)


def is_sound(context: Context, sink) -> bool:
    captures = captures_in(sink.folder)
    with context.store.read() as unit:
        return not nothing_twice(unit, captures) and not nothing_false(unit, captures)


def open_tasks(context: Context) -> int:
    with context.store.read() as unit:
        return len(list_tasks(unit, context.scope.workspace_id, states=["open"]))


def holders(context: Context) -> int:
    with context.store.read() as unit:
        return len(living_leases(unit, context.scope.workspace_id))


def test_sending_is_off_at_first_and_tasks_waits_and_conditions_go_on(opened, context, sink, qtbot):
    parts = [
        task(waits_for_task=False),
        {"type": StepType.DELAY, "delay": Delay()},
        {"type": StepType.CONDITIONAL, "conditions": IS_NAMED},
        email(),
    ]
    room = fill(context, sink.port, 3, parts=parts, window=FROM_MIDNIGHT)
    window = opened()
    qtbot.waitUntil(lambda: open_tasks(context) == 3)
    qtbot.waitUntil(lambda: all(standing_of(context, each).ticket is not None for each in room.enrollment_ids))

    assert (window.sending.runs, window.sending.is_sending) == (Runs.ON, False)
    assert window.status.switch.text() == "Sending off"
    assert (states(context), holders(context)) == ({}, 0)
    assert not captures_in(sink.folder)


def test_switched_on_it_sends_and_switched_off_it_gives_its_mailboxes_back(opened, context, sink, qtbot):
    fill(context, sink.port, 20)
    window = opened()

    window.actions_table["sending.switch"].trigger()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    assert not window.sending.is_sending
    qtbot.keyClick(window.findChild(QMessageBox), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: states(context) == {"sent": 20}, timeout=30_000)
    assert window.sending.is_sending
    assert "20" in window.bench.notices.toast_text

    window.actions_table["sending.switch"].trigger()
    qtbot.waitUntil(lambda: not window.sending.is_sending and holders(context) == 0, timeout=15_000)
    assert window.sending.runs is Runs.ON
    assert is_sound(context, sink)


def test_another_program_switches_it_and_a_pause_ends_by_itself(opened, context, sink, qtbot, monkeypatch):
    monkeypatch.setattr(sending, "LOOKS_AGAIN_MS", 100)
    window = opened()
    with elsewhere(context) as other:
        switch_sending_on(other)
        qtbot.waitUntil(lambda: window.sending.is_sending, timeout=10_000)
        pause_sending(other, context.clock.now() + timedelta(seconds=2))
        qtbot.waitUntil(lambda: window.sending.paused_until is not None, timeout=10_000)
        qtbot.waitUntil(lambda: window.sending.paused_until is None, timeout=10_000)
        qtbot.waitUntil(lambda: window.sending.is_sending, timeout=20_000)
        switch_sending_off(other)
        qtbot.waitUntil(lambda: not window.sending.is_sending, timeout=10_000)


def test_T32_the_emergency_stop_while_sending_lets_at_most_what_was_begun_go(opened, context, sink, qtbot):
    fill(context, sink.port, 400, connections=2)
    switch_sending_on(context)
    window = opened()
    qtbot.waitUntil(lambda: len(captures_in(sink.folder)) >= 10, timeout=30_000)

    window.actions_table["sending.stop"].trigger()
    (box,) = window.findChildren(QMessageBox)
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Stop everything"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: switches(context).stopped_at is not None, timeout=10_000)
    begun = states(context).get("sent", 0) + states(context).get("sending", 0)
    window.sending.close()

    assert len(captures_in(sink.folder)) <= begun + 2
    assert states(context).get("uncertain", 0) == 0
    assert is_sound(context, sink)


def test_T32_a_sequence_stopped_while_sending_sends_no_more(opened, context, sink, qtbot):
    from opendoors_desktop.engine.commands.sequence_states import stop_sequence

    room = fill(context, sink.port, 400, connections=2)
    switch_sending_on(context)
    window = opened()
    qtbot.waitUntil(lambda: len(captures_in(sink.folder)) >= 10, timeout=30_000)

    with elsewhere(context) as other:
        stop_sequence(other, room.sequence_id)
    begun = states(context).get("sent", 0) + states(context).get("sending", 0)
    window.sending.close()

    assert len(captures_in(sink.folder)) <= begun + 2
    assert is_sound(context, sink)


def test_quitting_waits_for_what_is_being_sent_and_begins_no_more(opened, context, qtbot):
    with running_sink("-W", ".:1") as slow:
        fill(context, slow.port, 10)
        switch_sending_on(context)
        window = opened()
        qtbot.waitUntil(lambda: states(context).get("sending", 0) > 0, timeout=30_000)

        began = monotonic()
        window.sending.close()

        assert monotonic() - began < 8
        assert states(context).get("uncertain", 0) == 0
        assert states(context)["sent"] < 10
        assert is_sound(context, slow)


@pytest.mark.usefixtures("caplog")
def test_a_mail_host_that_is_taken_away_is_told_as_offline_and_its_return_too(opened, context, qtbot, monkeypatch):
    monkeypatch.setattr(retry, "PAUSES", (timedelta(seconds=2),))  # in place of minutes
    port = free_port()
    monkeypatch.setattr(fixtures_smtp, "free_port", lambda: port)
    with running_sink() as host:
        room = fill(context, port, 2)
        switch_sending_on(context)
        window = opened()
        qtbot.waitUntil(lambda: states(context) == {"sent": 2})
        assert is_sound(context, host)
    switch = window.status.switch
    assert switch.text() == "Sending on"

    began = context.clock.now()
    with elsewhere(context) as other:
        enroll_all(other, room.sequence_id, add_contacts(other, 2, first=10))
    qtbot.waitUntil(lambda: switch.text().startswith("Offline since"))
    assert window.sending.offline_since >= began
    assert switch.text() == f"Offline since {time_of_day(here(window.sending.offline_since))}"
    assert "emails wait" in switch.accessibleDescription()
    qtbot.waitUntil(lambda: "when a mail host answers" in window.status.next.whole)
    window.go("contacts")  # reading works
    assert window.page_name == "contacts"

    with running_sink() as host:
        qtbot.waitUntil(lambda: states(context) == {"sent": 4})
        qtbot.waitUntil(lambda: switch.text() == "Sending on")
        assert len(captures_in(host.folder)) == 2


@pytest.mark.usefixtures("caplog")
def test_a_scheduler_that_breaks_is_told_calmly_and_started_again(opened, context, sink, qtbot, monkeypatch):
    monkeypatch.setattr(sending, "FIRST_PAUSE_MS", 20)
    breaks, run = [2], Scheduler.run

    async def run_or_break(self):
        if breaks[0]:
            breaks[0] -= 1
            raise ZeroDivisionError
        await run(self)

    monkeypatch.setattr(Scheduler, "run", run_or_break)
    fill(context, sink.port, 3)
    switch_sending_on(context)
    told: list[str] = []
    monkeypatch.setattr(Notices, "toast", lambda _, text, *_more: told.append(text))
    opened()

    qtbot.waitUntil(lambda: states(context) == {"sent": 3}, timeout=20_000)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "started again" in told[0]
    assert not breaks[0]


async def test_a_scheduler_told_to_stop_before_it_runs_ends_at_once(context):
    scheduler = Scheduler(context)
    scheduler.stop()
    await asyncio.wait_for(scheduler.run(), 20)

    assert not states(context)
