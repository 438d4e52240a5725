"""What is shown is asked for again: not while hidden, not more than four times a second, and never starved."""

import threading

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.refresher import ASKS_AGAIN_MS, Refresher


def test_many_changes_are_one_asking_and_other_topics_none(window, qtbot):
    widget, asked = QWidget(), []
    qtbot.addWidget(widget)
    Refresher(widget, window.bench.news, frozenset({Topic.TASKS}), lambda: asked.append(1))
    widget.show()
    assert len(asked) == 1
    since = QElapsedTimer()
    since.start()

    for _ in range(20):
        window.bench.news.changed.emit(frozenset({Topic.TASKS, Topic.OUTBOX}))
    window.bench.news.changed.emit(frozenset({Topic.OUTBOX}))
    qtbot.waitUntil(lambda: len(asked) == 2)

    assert since.elapsed() >= ASKS_AGAIN_MS - 20


def test_nothing_is_asked_while_hidden_and_what_changed_is_when_shown_again(window, qtbot):
    widget, asked = QWidget(), []
    qtbot.addWidget(widget)
    Refresher(widget, window.bench.news, frozenset({Topic.TASKS}), lambda: asked.append(1))
    window.bench.news.changed.emit(frozenset({Topic.TASKS}))
    assert asked == []
    widget.show()
    window.bench.news.changed.emit(frozenset({Topic.TASKS}))
    widget.hide()
    assert len(asked) == 1

    widget.show()

    assert len(asked) == 2


def test_a_stream_of_changes_lets_each_answer_come(window, qtbot):
    query, gate = Query(window.bench.jobs, window), threading.Event()
    seen: list[str] = []
    query.answered.connect(seen.append)

    query.ask_again(lambda _: gate.wait(5) and "first")
    query.ask_again(lambda _: "second")
    query.ask_again(lambda _: "third")
    gate.set()

    qtbot.waitUntil(lambda: seen == ["first", "third"])
    assert seen == ["first", "third"]
