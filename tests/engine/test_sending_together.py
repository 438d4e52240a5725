"""Several schedulers and people at the same moment, each in a thread of its own, on either database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  (threads are what is tested)
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import EnrollmentStatus, with_record
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.step import StepRecord, StepResult, StepType
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, resume_enrollment
from opendoors_desktop.engine.commands.sending import recognise_store, sending_status
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.backup import copy_store
from opendoors_desktop.store.check import find_misplaced
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.enrollments import Pair, find_standing
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.queue import NO_MAILBOX, Lane
from opendoors_desktop.store.unit import Unit
from tests.builders import (
    Room,
    TimedPost,
    activities,
    email,
    make_room,
    open_context,
    run_now,
    scheduler_of,
    standing_of,
    states,
    statuses,
    task,
    until,
)
from tests.oracle import Capture, problems_of


class NoonClock(RealClock):
    """The machine's clock, set so that the test begins at noon: a task waits for its morning, whenever this is run."""

    def __init__(self) -> None:
        began = super().now()
        self._shift = began.replace(hour=12, minute=0, second=0, microsecond=0) - began

    def now(self) -> datetime:
        return super().now() + self._shift


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path, NoonClock())


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Do all of these at once; their first fault is raised."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [job.result(60) for job in [pool.submit(job) for job in jobs]]


def one_scheduler(context: Context) -> Callable[[], list[Capture]]:
    """A scheduler with a post of its own, until nothing is due."""

    def run() -> list[Capture]:
        async def main() -> list[Capture]:
            post = TimedPost(context.clock)
            await run_now(context, post)
            return post.captures

        return asyncio.run(main())

    return run


def check(room: Room, captures: list[list[Capture]]) -> None:
    everything = [capture for each in captures for capture in each]
    assert problems_of(room.context.store, everything, room.context.scope.workspace_id) == []


@pytest.mark.parametrize("number", range(2))
def test_fault_12_fault_13_T03_T04_schedulers_at_the_same_moment_send_each_once(context: Context, number: int):
    room = make_room(context, people=200, connections=4)
    captures = together(*[one_scheduler(context)] * 8)
    assert sum(map(len, captures)) == 200
    assert states(context) == {"sent": 200}
    check(room, captures)


@pytest.mark.parametrize("number", range(2))
def test_fault_12_steps_without_a_mailbox_are_done_once_whoever_takes_them(context: Context, number: int):
    parts = [task(0, waits_for_task=False), {"type": StepType.DELAY, "delay": email(0)["delay"]}, email()]
    room = make_room(context, parts, people=300, connections=4)
    captures = together(*[one_scheduler(context)] * 3)
    captures.append(one_scheduler(context)())
    assert activities(context, "task_made") == activities(context, "delay_over") == 300
    assert sum(map(len, captures)) == 300
    check(room, captures)


@pytest.mark.postgres
def test_fault_12_who_is_locked_by_one_unit_is_passed_over_by_the_other(postgres_store: Store, tmp_path: Path):
    context = open_context(postgres_store, tmp_path)
    room = make_room(context, [task(1), email()], people=6)
    pair, now = Pair(NO_MAILBOX, room.sequence_id, Lane.NO_MAILBOX), context.clock.now() + timedelta(days=5)

    def page(unit: Unit, limit: int) -> list[UUID]:
        found = enrollments.page_due(unit, context.scope.customer_id, pair, now, limit=limit, locks=True)
        return [standing.enrollment.id for standing in found]

    with postgres_store.write(beside=True) as one, postgres_store.write(beside=True) as other:
        assert [len(page(one, 4)), len(page(other, 4)), page(other, 4) == page(one, 4)] == [4, 2, False]


@pytest.mark.parametrize("number", range(2))
def test_T05_people_who_pause_resume_and_edit_while_it_sends_lose_and_double_nothing(context: Context, number: int):
    room = make_room(context, people=120, connections=3)

    def pause_and_resume() -> None:
        for key in room.enrollment_ids[::3]:
            try:
                pause_enrollment(context, key)
                resume_enrollment(context, key)
            except NotPossible:  # it was sent before
                continue

    def edit() -> None:
        for words in ("One", "Two", "Three", "Four"):
            (step,) = show_sequence(context, room.sequence_id).flow.ordered
            edit_steps(context, room.sequence_id, [replace(step, body_template=f"Version {words}.")])

    captures = together(one_scheduler(context), pause_and_resume, edit)[:1]
    captures.append(one_scheduler(context)())
    assert sum(map(len, captures)) == 120
    assert statuses(context) == {"completed": 120}
    check(room, captures)


def test_what_a_unit_has_read_stays_so_until_it_has_written_what_follows(context: Context):
    room = make_room(context, [email(), email(1)])
    (key,) = room.enrollment_ids
    has_read, may_write = Event(), Event()

    def go_on() -> None:
        with context.store.write() as unit:
            before = find_standing(unit, context.scope.customer_id, key)
            assert before is not None
            has_read.set()
            may_write.wait(0.3)
            record = StepRecord(room.enrollment_ids[0], StepResult.SKIPPED, context.clock.now())
            enrollments.save(unit, [before], [replace(before, enrollment=with_record(before.enrollment, record))])

    def pause() -> None:
        assert has_read.wait(10)
        pause_enrollment(context, key)
        may_write.set()

    together(go_on, pause)
    after = standing_of(context, key)
    assert [each.result for each in after.enrollment.records] == [StepResult.SKIPPED]
    assert (after.enrollment.status, after.ticket) == (EnrollmentStatus.PAUSED, None)
    with context.store.read() as unit:
        assert find_misplaced(unit, context.scope.workspace_id) == []


async def test_fault_25_of_two_copies_that_run_side_by_side_on_one_computer_only_one_sends(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    room = make_room(open_context(sqlite_store, tmp_path), [email()], people=3)
    recognise_store(room.context)
    copy_store(sqlite_store.location.path, tmp_path / "copy.db")
    copy = replace(room.context, store=Store.open(str(tmp_path / "copy.db")))
    there = scheduler_of(copy, (late := TimedPost(copy.clock)))
    post = TimedPost(room.context.clock)
    await run_now(room.context, post)

    running = asyncio.create_task(there.run())
    await until(lambda: there.store_fault is not None)
    there.stop()
    await running

    assert (len(post.captures), late.captures) == (3, [])
    assert there.store_fault is not None
    assert there.store_fault.code == "store_doubted"
    assert sending_status(copy).doubt is Doubt.PUT_BACK
    assert "Another copy" in caplog.text
    copy.store.close()
