"""News of the store: the first change at once, a rush of them together, at a pace that reading the answers sets."""

import threading

from PySide6.QtCore import QElapsedTimer, QObject

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.news import LONGEST_REST_MS, News

OUTBOX, TASKS = frozenset({Topic.OUTBOX}), frozenset({Topic.TASKS})


def news_of(parent, spent=lambda: 0.0):
    news, told = News(parent, spent), list[frozenset[Topic]]()
    news.changed.connect(told.append)
    return news, told


def test_the_first_change_is_told_at_once_and_a_rush_together(qapp, qtbot):
    parent = QObject()
    news, told = news_of(parent)

    news.note(OUTBOX)
    assert told == [OUTBOX]
    for _ in range(100):
        news.note(OUTBOX)
        news.note(TASKS)
    assert told == [OUTBOX]

    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == OUTBOX | TASKS


def test_changes_of_other_threads_are_all_told(qapp, qtbot):
    parent = QObject()
    news, told = news_of(parent)
    threads = [threading.Thread(target=news.note, args=(frozenset({topic}),)) for topic in Topic]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    qtbot.waitUntil(lambda: frozenset().union(*told) == frozenset(Topic))


def test_the_rest_lasts_by_what_the_answers_cost_but_not_for_long(qapp, qtbot):
    parent, cost = QObject(), [0.0]
    news, told = news_of(parent, lambda: cost[0])
    since = QElapsedTimer()

    news.note(OUTBOX)
    since.start()
    cost[0] += 0.005  # seconds, for forty times as long nothing is told
    news.note(TASKS)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert since.elapsed() >= 180

    since.start()
    cost[0] += 60.0
    news.note(TASKS)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert since.elapsed() >= LONGEST_REST_MS - 20
