"""The tour in a window: it plays on its own store while the pages follow, is stopped by closing, and ends in words."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from opendoors_desktop.engine.clock import VirtualClock, id_source
from opendoors_desktop.engine.commands.sending import switch_sending_on
from opendoors_desktop.engine.demo.evidence import Which
from opendoors_desktop.engine.demo.oracle import Statement
from opendoors_desktop.engine.demo.stage import OPENS_AT
from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.tour import StatementSheet, Tour
from opendoors_desktop.store.migrate import open_store

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def toured(room, qtbot):
    """A window on an empty store, and the tour that is to play in it."""
    clock = VirtualClock(OPENS_AT, 30_000.0)

    def build():
        context = replace(room.context, store=open_store(room.url), clock=clock, new_id=id_source(clock))
        switch_sending_on(context)
        return context

    tour, window, jobs = Tour(), MainWindow(), Jobs(build)
    qtbot.addWidget(window)
    window.furnish(jobs, tour.thread_of)
    tour.surround(window)
    window.show()
    jobs.start()
    yield tour, window
    window.sending.close()
    window.bench.news.close()
    jobs.close()


@pytest.mark.usefixtures("main_thread_watch")
def test_the_tour_plays_while_the_window_follows_and_closing_ends_it(toured, qtbot):
    tour, window = toured
    banner = tour._banner
    qtbot.waitUntil(lambda: "Monday 2 March 2026" in banner.words.text(), timeout=30_000)
    qtbot.waitUntil(lambda: tour._thread.received() > 5, timeout=30_000)
    qtbot.waitUntil(lambda: window.standing.facts is not None and window.standing.facts.sent_today > 0, timeout=10_000)

    assert "nothing leaves this computer" in banner.note.text()
    assert window.status.switch.text() == "Sending on"
    assert tour.thread_of(window.bench.jobs.context, window) is None


def test_at_its_end_the_banner_says_what_was_received_and_a_sheet_states_it(window, qtbot):
    tour = Tour()
    tour.surround(window)
    assert tour._banner is not None
    tour._banner.end(
        Statement(received={Which("Open house", 1, ""): 3}, journal={}, retried=0, refused=0, came=(), faults=())
    )

    assert tour._banner.words.text() == "Two weeks are over: 3 emails were received, and nothing is wrong."
    (sheet,) = window.findChildren(StatementSheet)
    assert "Nothing is wrong." in sheet.findChild(QPlainTextEdit).toPlainText()
