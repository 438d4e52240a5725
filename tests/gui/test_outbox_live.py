"""A mail host that can't be reached when an email is due, and comes back: the window sends by itself, and shows it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.domain import retry
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands.sending import switch_sending_on
from opendoors_desktop.gui.outbox.agenda_model import RowKind
from opendoors_desktop.store.migrate import open_store
from tests import fixtures_smtp
from tests.builders import mailbox_now, make_room, states
from tests.fixtures_smtp import free_port, running_sink
from tests.oracle import captures_in, nothing_twice

pytestmark = pytest.mark.timeout(90)


def test_T30_a_host_away_at_the_due_time_gets_the_email_when_it_is_back_with_nobody_doing_anything(
    open_window, room, qtbot, monkeypatch, caplog
):
    monkeypatch.setattr(retry, "PAUSES", (timedelta(seconds=4),))  # in place of minutes
    clock, port = RealClock(), free_port()
    context = replace(room.context, clock=clock, new_id=id_source(clock))
    stage = make_room(context, people=1, port=port)
    switch_sending_on(context)
    window = open_window(lambda: replace(context, store=open_store(room.url)), first="mailboxes")

    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None, timeout=10_000)
    qtbot.waitUntil(lambda: mailbox_now(context, stage.mailbox).held_until is not None, timeout=30_000)
    qtbot.waitUntil(lambda: "waits for its server" in window.page.body.fault.title.text(), timeout=10_000)
    assert "none was lost" in window.page.body.fault.waits.text()
    assert "sent" not in states(context)
    assert "Nothing answers" in caplog.text

    window.go("outbox")
    qtbot.waitUntil(lambda: window.page.body is not None, timeout=10_000)
    page = window.page.body
    monkeypatch.setattr(fixtures_smtp, "free_port", lambda: port)
    with running_sink() as sink:
        qtbot.waitUntil(lambda: states(context) == {"sent": 1}, timeout=40_000)
        qtbot.waitUntil(lambda: any(row.kind is RowKind.LEFT for row in page.agenda.agenda.rows), timeout=10_000)
        captures = captures_in(sink.folder)
    with context.store.read() as unit:
        assert not nothing_twice(unit, captures)
    assert len(captures) == 1
    (left,) = [row for row in page.agenda.agenda.rows if row.kind is RowKind.LEFT]
    assert left.left.state == "sent"
