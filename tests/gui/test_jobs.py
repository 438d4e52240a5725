"""Work off the main thread: answers come back to it, in order, newest wanted, and nothing of it after the end."""

import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.gui.jobs import Command, Jobs, Query


@pytest.fixture
def jobs(room, qapp):
    made = Jobs(room.build)
    yield made
    made.close()


def test_questions_asked_before_the_store_is_open_are_answered_then(jobs, qtbot, room):
    heard: list[object] = []
    jobs.read(lambda reading: reading.scope.workspace_id, heard.append)
    assert heard == []

    jobs.start()

    qtbot.waitUntil(lambda: heard == [room.context.scope.workspace_id])


def test_work_is_done_elsewhere_and_told_here(jobs, qtbot):
    here = threading.get_ident()
    heard: list[tuple[int, int]] = []
    jobs.start()

    jobs.read(lambda _: threading.get_ident(), lambda there: heard.append((there, threading.get_ident())))
    jobs.write(lambda _: threading.get_ident(), lambda there: heard.append((there, threading.get_ident())))

    qtbot.waitUntil(lambda: len(heard) == 2)
    assert all(there != here and told_in == here for there, told_in in heard)


def test_a_question_that_takes_long_keeps_no_other_waiting(jobs, qtbot):
    heard: list[int] = []
    gate = threading.Event()
    jobs.start()
    jobs.read(lambda _: gate.wait(5), lambda _: heard.append(0))

    for number in (1, 2, 3):
        jobs.read(lambda _, number=number: number, heard.append)
    qtbot.waitUntil(lambda: heard == [1, 2, 3])
    gate.set()

    qtbot.waitUntil(lambda: heard == [1, 2, 3, 0])


def test_an_urgent_command_goes_before_those_that_wait(jobs, qtbot):
    order: list[str] = []
    gate = threading.Event()
    jobs.start()
    jobs.write(lambda _: gate.wait(5))
    qtbot.waitUntil(lambda: jobs.context is not None)
    jobs.run(Command("Rename", lambda _: order.append("rename")))
    jobs.run(Command("Stop", lambda _: order.append("stop"), urgent=True))
    gate.set()

    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["stop", "rename"]


def test_of_several_askings_only_the_newest_is_answered(jobs, qtbot):
    owner = QObject()
    query = Query(jobs, owner)
    heard: list[int] = []
    begun: list[int] = []
    query.answered.connect(heard.append)

    def answer(_, number):
        begun.append(number)
        return number

    for number in range(20):
        query.ask(partial(answer, number=number))
    jobs.start()

    qtbot.waitUntil(lambda: heard == [19])
    assert begun == [19]


def test_an_answer_for_a_page_that_is_gone_is_dropped(jobs, qtbot):
    owner = QObject()
    query = Query(jobs, owner)
    heard: list[object] = []
    done: list[int] = []
    query.answered.connect(heard.append)
    query.ask(lambda _: "late")
    owner.deleteLater()
    qtbot.wait(0)
    jobs.start()
    jobs.read(lambda _: None, lambda _: None)
    jobs.write(lambda _: None, lambda _: done.append(1))

    qtbot.waitUntil(lambda: done == [1])
    assert heard == []


def test_what_goes_wrong_is_told_to_the_asker_or_to_the_window(jobs, qtbot):
    told: list[Exception] = []
    shown: list[Exception] = []
    jobs.failed.connect(shown.append)
    jobs.start()

    def refuse(_):
        raise StoreError("The disk is full.", "Make room.", code="disk_full")

    jobs.write(refuse, None, told.append)
    jobs.write(refuse)

    qtbot.waitUntil(lambda: len(told) == len(shown) == 1)
    assert [error.title for error in (*told, *shown) if isinstance(error, StoreError)] == ["The disk is full."] * 2


def test_a_long_job_tells_how_far_it_is_and_ends_early_when_asked(jobs, qtbot):
    steps: list[tuple[int, int]] = []
    ended: list[int] = []

    def count(_, progress):
        for number in range(1, 1000):
            if progress.is_cancelled:
                return number
            progress.told(number, 1000)
            seen.wait(5)
        return 1000

    seen = threading.Event()

    def on_step(done, of):
        steps.append((done, of))
        watch.cancel()
        seen.set()

    jobs.start()
    watch = jobs.start_long(count, ended.append, progress=on_step)

    qtbot.waitUntil(lambda: bool(ended))
    assert steps[0] == (1, 1000)
    assert ended[0] <= 3


def test_nothing_is_told_after_the_end(room, qapp, qtbot):
    jobs = Jobs(room.build)
    heard: list[object] = []
    jobs.start()
    qtbot.waitUntil(lambda: jobs.context is not None)
    jobs.read(lambda _: 1, heard.append)

    jobs.close()
    jobs.read(lambda _: 2, heard.append)
    qtbot.wait(20)

    assert heard == []


def test_no_job_waits_for_long_ones_however_many_and_closing_ends_them(room, qtbot, qapp):
    jobs = Jobs(room.build)
    jobs.start()
    gate = threading.Event()
    heard: list[str] = []

    def until_cancelled(_context, watch):
        while not watch.is_cancelled:
            gate.wait(0.01)
        heard.append("ended")

    for _ in range(6):
        jobs.start_long(until_cancelled)
    jobs.start_long(lambda _context, _watch: "answer", heard.append)

    qtbot.waitUntil(lambda: heard == ["answer"])
    jobs.close()
    assert heard == ["answer", *["ended"] * 6]


def test_long_jobs_one_after_the_other_take_one_thread(jobs, qtbot):
    jobs.start()
    heard: list[str] = []
    for number in range(3):
        jobs.start_long(lambda _context, _watch: threading.current_thread().name, heard.append)
        qtbot.waitUntil(lambda number=number: len(heard) == number + 1)
        qtbot.waitUntil(lambda: len(jobs._idle) == 1)

    assert len(jobs._long) == 1
