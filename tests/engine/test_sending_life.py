"""What people and machines do to emails on their way: pauses, takeovers, edits, two schedulers, a store that left."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain import variants as ab
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.enrollments import enroll, pause_enrollment, remove_enrollment, resume_enrollment
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequence_states import activate_sequence, pause_sequence, stop_sequence
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.suppressions import suppress
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.mail.frames import Transmission
from opendoors_desktop.store import leases, mailboxes
from opendoors_desktop.store.database import Store
from tests.builders import (
    Room,
    TimedPost,
    activities,
    add_contacts,
    add_mailbox,
    add_sequence,
    change_mailbox,
    die,
    email,
    enroll_all,
    expire_leases,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    run_to_death,
    run_until_killed,
    scheduler_of,
    standing_of,
    states,
    statuses,
    task,
    until,
)
from tests.oracle import nothing_twice, problems_of, stopped_means_stopped


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture
def own_context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path)


def check(room: Room, post: Any, chosen: frozenset[str] = frozenset()) -> None:
    assert problems_of(room.context.store, post.captures, room.context.scope.workspace_id, chosen) == []


def at_point(monkeypatch: pytest.MonkeyPatch, point: str, act: Any, hit: int = 1) -> None:
    """Have `act` called at the n-th time a named point of the send path is passed."""
    hits = iter(range(1, 10**6))

    def passed(name: str) -> None:
        if name == point and next(hits) == hit:
            act()

    for module in ("desk_work", "gatekeeper"):
        monkeypatch.setattr(f"opendoors_desktop.engine.{module}.fault", passed)


async def test_T05_a_start_with_nothing_due_sends_nothing_and_two_at_once_send_each_once(context: Context):
    room = make_room(context, people=20, connections=2)
    posts = [TimedPost(room.clock), TimedPost(room.clock)]
    await asyncio.gather(*(run_now(context, post) for post in posts))
    assert states(context) == {"sent": 20}
    assert sorted(len(post.captures) for post in posts) == [0, 20]
    again = TimedPost(room.clock)
    await run_for(context, again, days=3)
    assert again.captures == []


async def test_T07_only_the_holder_of_the_lease_sends_and_another_says_who_that_is(context: Context):
    room = make_room(context, people=4)
    post, other = TimedPost(room.clock), TimedPost(room.clock)
    await run_until_killed(context, post, minutes=1)
    with context.store.write() as unit:
        taken = leases.take_lease(unit, room.mailbox.id, leases.Holder(UUID(int=1), "elsewhere", 77))
    assert isinstance(taken, leases.Lease)
    enroll_all(context, room.sequence_id, add_contacts(context, 3, first=10))
    scheduler = await run_now(context, other)
    assert other.captures == []
    assert [(each.host, each.pid) for each in scheduler.held_by_others] == [("elsewhere", 77)]
    expire_leases(context.store)
    await run_now(context, other)
    assert len(other.captures) == 3


@pytest.mark.parametrize("point", ["claim.after_commit", "begin.after_commit", "transmit.after_first"])
async def test_T10_a_death_leaves_no_email_in_between(context: Context, monkeypatch: pytest.MonkeyPatch, point: str):
    room = make_room(context, people=20, connections=4)
    post = TimedPost(room.clock)
    at_point(monkeypatch, point, die, hit=1 if point.startswith("claim") else 2)
    await run_to_death(context, post)
    before = states(context)
    monkeypatch.undo()
    again = TimedPost(room.clock)
    again.captures = post.captures
    await run_now(context, again)
    uncertain = before.get("sending", 0)
    assert states(context) == {"sent": 20 - uncertain} | ({"uncertain": uncertain} if uncertain else {})
    assert uncertain <= 4
    assert statuses(context) == {"completed": 20 - uncertain} | ({"active": uncertain} if uncertain else {})
    check(room, again)


async def test_T11_a_pause_in_the_middle_of_a_limit_and_its_end_lose_nobody(context: Context):
    room = make_room(context, people=60, hourly_cap=50)
    post = TimedPost(room.clock)
    begun = room.clock.now()

    def pause() -> None:
        pause_sequence(context, room.sequence_id)

    room.clock.at(begun + timedelta(minutes=30), pause)
    await run_for(context, post, hours=2)
    assert len(post.captures) == 50
    change_mailbox(context, room.mailbox, hourly_cap=None)
    activate_sequence(context, room.sequence_id)
    await run_now(context, post)
    assert len(post.captures) == 60
    check(room, post)


async def test_T12_T29_enrolling_twice_answers_and_changes_nothing_for_those_who_are_in(context: Context):
    room = make_room(context, people=3)
    with context.store.read() as unit:
        contacts = [
            UUID(bytes=bytes(row[0])) if isinstance(row[0], bytes) else row[0]
            for row in unit.rows("SELECT id FROM contacts ORDER BY id")
        ]
    before = [standing_of(context, key) for key in room.enrollment_ids]
    newcomers = add_contacts(context, 2, first=50)
    answers = enroll(context, room.sequence_id, [*contacts, *contacts, *newcomers])
    assert [each.refusal is None for each in answers] == [False] * 6 + [True] * 2
    assert [standing_of(context, key) for key in room.enrollment_ids] == before
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert len(post.captures) == 5


async def test_T13_a_contact_taken_out_and_put_in_again_gets_no_second_first_email(context: Context):
    room = make_room(context, [email(), email(1)], people=1)
    post = TimedPost(room.clock)
    await run_now(context, post)
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    remove_enrollment(context, room.enrollment_ids[0])
    (answer,) = enroll(context, room.sequence_id, [contact_id])
    assert answer.refusal is not None
    await run_for(context, post, days=3)
    assert len(post.captures) == 1


@pytest.mark.parametrize("fate", ["dot", "killed"])
async def test_T13_who_may_have_been_reached_is_not_forgotten_by_a_removal(
    context: Context, fate: str, monkeypatch: pytest.MonkeyPatch
):
    room = make_room(context, people=1)
    post = TimedPost(room.clock, lambda _: "dot")
    if fate == "killed":
        at_point(monkeypatch, "begin.after_commit", die)
        await run_to_death(context, post)
    else:
        await run_now(context, post)
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    assert remove_enrollment(context, room.enrollment_ids[0]) is False
    monkeypatch.undo()
    (answer,) = enroll(context, room.sequence_id, [contact_id])
    assert answer.refusal is not None
    await run_now(context, TimedPost(room.clock))
    assert states(context) == {"uncertain": 1}


async def test_T14_changed_weights_between_two_tries_change_nothing_for_this_email(context: Context):
    variants = (ab.Variant("a", "One", "Text one", 100), ab.Variant("b", "Two", "Text two", 0))
    test = ab.AbTest(variants, ab.TestType.CONTENT, ab.WinnerCriteria.REPLY_RATE)
    room = make_room(context, [email(ab_test_enabled=True, ab_test=test)])
    bodies: list[bytes] = []

    def answer(mail: Transmission) -> Any:
        bodies.append(mail.message)
        return ("rcpt", 450, "4.2.0", "Greylisted") if len(bodies) == 1 else None

    post = TimedPost(room.clock, answer)

    def change() -> None:
        (step,) = show_sequence(context, room.sequence_id).flow.ordered
        turned = (replace(variants[0], weight=0, is_paused=True), replace(variants[1], weight=100))
        edit_steps(context, room.sequence_id, [replace(step, ab_test=replace(test, variants=turned))])

    room.clock.at(room.clock.now() + timedelta(minutes=2), change)
    await run_for(context, post, hours=2)
    assert len(post.captures) == 1
    assert bodies[0] == bodies[1]
    assert b"Text one" in bodies[0]
    check(room, post)


async def test_T17_an_email_in_flight_is_not_picked_again_however_long_it_takes(context: Context):
    room = make_room(context, people=5, connections=2)
    post = TimedPost(room.clock)
    post.is_held = True
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    for _ in range(10):
        room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
        scheduler.wake()
        await asyncio.sleep(0.02)
    assert states(context).get("sending") == 2
    assert len(journal(context)) == 5
    post.is_held = False
    post.release()
    await asyncio.sleep(0.1)
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    assert states(context) == {"sent": 5}
    check(room, post)


async def test_T19_each_email_has_one_activity_of_its_sending(context: Context):
    room = make_room(context, [email(), email(1)], people=4)
    post = TimedPost(room.clock)
    for _ in range(4):
        await run_for(context, post, days=1)
    assert activities(context, "sent") == len(post.captures) == 8


async def test_T25_T92_a_store_that_is_away_at_the_due_time_is_waited_for(
    own_context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("opendoors_desktop.engine.loop.STORE_IS_TRIED_AGAIN_AFTER", 0.01)
    room = make_room(own_context, people=3)
    post = TimedPost(room.clock)
    real = own_context.store.write
    away = iter(range(3))

    def write(*, beside: bool = False) -> Any:
        if next(away, None) is not None:
            raise StoreError("The database is away.", "Wait.")
        return real()

    monkeypatch.setattr(own_context.store, "write", write)
    await run_now(own_context, post)
    assert states(own_context) == {"sent": 3}
    assert [each for each in caplog.messages if "nothing is sent" in each] == [
        "nothing is sent: The database is away. Wait."
    ]
    assert "the store can be written again" in caplog.messages


@pytest.mark.parametrize("hit", range(1, 8))
async def test_fault_18_fault_20_a_commit_that_fails_sends_nothing_it_does_not_know_of(
    own_context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, hit: int
):
    """The n-th commit from the start fails, once; nothing leaves before a commit that held."""
    monkeypatch.setattr("opendoors_desktop.engine.loop.STORE_IS_TRIED_AGAIN_AFTER", 0.01)
    room = make_room(own_context, people=12, connections=2, daily_cap=9)
    post = TimedPost(room.clock)
    count = 0

    def fail(_: str) -> None:
        nonlocal count
        count += 1
        if count == hit:
            raise StoreError("The disk is full.", "Make room.")

    points = {"claim.before_commit", "begin.before_commit", "record.before_commit"}
    for module in ("desk_work", "gatekeeper"):
        monkeypatch.setattr(
            f"opendoors_desktop.engine.{module}.fault", lambda name: fail(name) if name in points else None
        )
    await run_now(own_context, post)
    assert len(post.captures) == 9
    assert states(own_context) == {"sent": 9}
    check(room, post)


async def test_T26_who_unsubscribes_has_nothing_planned_any_more_in_the_same_commit(context: Context):
    room = make_room(context, [email(), task(1, waits_for_task=False), email(1), email(1)], people=2)
    post = TimedPost(room.clock)
    await run_for(context, post, days=1, hours=1)
    suppress(context, "u1@example.net", SuppressionReason.UNSUBSCRIBED)
    stopped = {room.enrollment_ids[0]: room.clock.now()}
    assert statuses(context) == {"active": 1, "unsubscribed": 1}
    check(room, post)
    await run_for(context, post, days=9)
    with context.store.read() as unit:
        assert stopped_means_stopped(post.captures, unit, stopped) == []
    assert len(post.captures) == 4


async def test_T28_a_pause_of_three_weeks_shifts_the_rest_and_nobody_gets_two_in_a_day(context: Context):
    room = make_room(context, [email(), *(email(2, None) for _ in range(4))], people=4)
    post = TimedPost(room.clock)
    await run_for(context, post, days=1)
    pause_sequence(context, room.sequence_id)
    await run_for(context, post, days=21)
    assert len(post.captures) == 4
    activate_sequence(context, room.sequence_id)
    await run_for(context, post, days=20)
    times = [capture.at for capture in post.captures if capture.recipient == "u1@example.net"]
    days = [later - earlier for earlier, later in pairwise(times)]
    assert days[0] == timedelta(days=23)
    assert days[1:] == [timedelta(days=2)] * 3
    check(room, post)


async def test_T59_leaving_one_sequence_changes_nothing_in_another(context: Context):
    room = make_room(context, [email(), email(2)])
    other = add_sequence(context, room.mailbox, [email(3)], name="Other", allows_parallel=True)
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET allows_other_sequences = :yes", {"yes": True})
        unit.run("UPDATE sequence_enrollments SET is_exclusive = :no", {"no": False})
    (answer,) = enroll(context, other, [contact_id])
    assert answer.enrollment_id is not None
    before = standing_of(context, room.enrollment_ids[0])
    remove_enrollment(context, answer.enrollment_id)
    assert standing_of(context, room.enrollment_ids[0]) == before
    post = TimedPost(room.clock)
    await run_for(context, post, days=5)
    assert len(post.captures) == 2


@pytest.mark.parametrize("is_html", [True, False])
async def test_T61_T50_no_kind_of_email_step_reaches_a_suppressed_address(context: Context, is_html: bool):
    room = make_room(context, [email(body_is_html=is_html), email(0, None)], people=2, stop_on_unsubscribe=False)
    suppress(context, "example.net", SuppressionReason.UNSUBSCRIBED)
    post = TimedPost(room.clock)
    await run_for(context, post, days=3)
    assert post.captures == []
    assert statuses(context) == {"completed": 2}
    check(room, post)


async def test_T93_every_step_type_is_executed_as_it_was_saved(context: Context):
    parts = [
        email(body_is_html=True),
        {"type": StepType.DELAY, "delay": replace(email(1)["delay"], hours=3)},
        task(0, waits_for_task=False),
        email(1, None),
    ]
    room = make_room(context, parts)
    post = TimedPost(room.clock)
    begun = room.clock.now()
    await run_for(context, post, days=9)
    assert [capture.at - begun for capture in post.captures] == [timedelta(), timedelta(days=4)] or len(
        post.captures
    ) == 2
    assert activities(context, "delay_over") == activities(context, "task_made") == 1
    check(room, post)


# Races between a person and an email under way ------------------------------------------------------------------------

BETWEEN = ["claim.after_commit", "render.after_jobs", "begin.after_commit", "transmit.after_all", "record.after_commit"]


@pytest.mark.parametrize("point", BETWEEN)
@pytest.mark.parametrize("what", ["pause", "pause and resume", "stop", "remove", "suppress", "pause sequence", "edit"])
async def test_T05_T32_a_person_may_act_at_any_moment(
    own_context: Context, monkeypatch: pytest.MonkeyPatch, point: str, what: str
):
    context = own_context
    room = make_room(context, [email(), email(1, None)], people=3, connections=2)
    post = TimedPost(room.clock)
    one = room.enrollment_ids[0]
    acts = {
        "pause": lambda: pause_enrollment(context, one),
        "pause and resume": lambda: (pause_enrollment(context, one), resume_enrollment(context, one)),
        "stop": lambda: stop_sequence(context, room.sequence_id),
        "remove": lambda: remove_enrollment(context, one),
        "suppress": lambda: suppress(context, "u1@example.net", SuppressionReason.DO_NOT_CONTACT),
        "pause sequence": lambda: pause_sequence(context, room.sequence_id),
        "edit": lambda: _switch_off_first(room),
    }
    at_point(monkeypatch, point, acts[what])
    await run_for(context, post, days=3)
    check(room, post)
    assert len(post.captures) <= 6
    if what in {"pause and resume", "edit"}:
        assert statuses(context) == {"completed": 3}
    if what == "pause":
        resume_enrollment(context, one)
        await run_for(context, post, days=3)
        assert len(post.captures) == 6


def _switch_off_first(room: Room) -> None:
    first, second = show_sequence(room.context, room.sequence_id).flow.ordered
    edit_steps(
        room.context,
        room.sequence_id,
        [replace(first, is_enabled=False), replace(second, subject_template="A subject of its own")],
    )


async def test_a_pause_is_seen_by_an_answer_that_comes_two_turns_later(own_context: Context):
    """What is known of an enrollment is read again once anybody has changed one, for all emails then under way."""
    context = own_context
    room = make_room(context, people=2, connections=2)
    post = TimedPost(room.clock)
    post.is_held = True
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: states(context).get("sending") == 2)
    pause_enrollment(context, room.enrollment_ids[1])
    waiting = post._waiting
    for each in list(waiting):
        post._waiting = [each]
        post.release()
        await asyncio.sleep(0.05)
    await until(lambda: states(context) == {"sent": 2})
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    paused = standing_of(context, room.enrollment_ids[1])
    assert (paused.enrollment.status.value, paused.enrollment.paused_at is not None) == ("paused", True)
    assert paused.ticket is None
    check(room, post)


async def test_an_answer_that_comes_while_the_scheduler_stops_is_written_down(context: Context):
    room = make_room(context, people=4, connections=2)
    post = TimedPost(room.clock)
    post.is_held = True
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: states(context).get("sending") == 2)
    scheduler.stop()
    await asyncio.wait_for(running, 10)  # closing the post waits for its answers
    assert states(context) == {"sent": 2, "planned": 2}
    check(room, post)


async def test_fault_14_a_scheduler_that_slept_too_long_gives_way_to_the_one_that_took_over(context: Context):
    room = make_room(context, people=8, connections=2)
    slow, quick = TimedPost(room.clock), TimedPost(room.clock)
    slow.is_held = True
    sleeper = scheduler_of(context, slow, RunMode.FOREVER)
    sleeping = asyncio.ensure_future(sleeper.run())
    await until(lambda: states(context).get("sending") == 2)
    expire_leases(context.store)
    await run_now(context, quick)
    assert states(context) == {"sent": 6, "uncertain": 2}
    slow.is_held = False
    slow.release()
    await asyncio.sleep(0.1)
    enroll_all(context, room.sequence_id, add_contacts(context, 2, first=20))
    sleeper.wake()
    await until(lambda: states(context) == {"sent": 10})  # a late answer settles what was uncertain
    sleeper.stop()
    await asyncio.wait_for(sleeping, 10)
    captures = slow.captures + quick.captures
    with context.store.read() as unit:
        assert nothing_twice(unit, captures) == []
    assert len(captures) == 10


async def test_a_lease_that_ran_out_while_nobody_took_it_is_renewed_and_work_goes_on(context: Context):
    room = make_room(context, people=2)
    post = TimedPost(room.clock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: states(context) == {"sent": 2})
    expire_leases(context.store)  # as after a night's sleep
    enroll_all(context, room.sequence_id, add_contacts(context, 3, first=20))
    await until(lambda: states(context) == {"sent": 5})
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    check(room, post)


async def test_two_mailboxes_keep_to_the_cap_of_their_sequence_together(context: Context):
    room = make_room(context, people=10, max_emails_per_day=7)
    other = add_mailbox(context, "ben@example.com")
    more = enroll_all(context, room.sequence_id, add_contacts(context, 10, first=50))
    with context.store.write() as unit:
        for key in more:
            unit.run("UPDATE claim_queue SET mailbox_id = :box WHERE enrollment_id = :id", {"box": other.id, "id": key})
            unit.run(
                "UPDATE sequence_enrollments SET mailbox_id = :box, wake_mailbox_id = :box WHERE id = :id",
                {"box": other.id, "id": key},
            )
    posts = [TimedPost(room.clock), TimedPost(room.clock)]
    one = scheduler_of(context, posts[0], mailboxes=frozenset({"ann@example.com"}))
    two = scheduler_of(context, posts[1], mailboxes=frozenset({"ben@example.com"}))
    await asyncio.wait_for(asyncio.gather(one.run(), two.run()), 30)
    assert sum(len(post.captures) for post in posts) == 7
    assert states(context)["sent"] == 7


async def test_a_mailbox_that_is_removed_while_it_sends_ends_quietly(context: Context):
    room = make_room(context, people=6, gap=timedelta(minutes=5))
    post = TimedPost(room.clock)

    def remove() -> None:
        with context.store.write() as unit:
            mailboxes.retire_mailbox(unit, room.mailbox.id, by=context.scope.user_id, now=room.clock.now())
            unit.changed(Topic.MAILBOXES)

    room.clock.at(room.clock.now() + timedelta(minutes=12), remove)
    await run_for(context, post, hours=2)
    assert 1 < len(post.captures) < 6
    assert states(context).get("claimed", 0) == states(context).get("sending", 0) == 0


async def test_T10_what_died_in_a_mailbox_that_is_paused_now_is_settled_all_the_same(
    context: Context, monkeypatch: pytest.MonkeyPatch
):
    room = make_room(context, people=9, connections=2)
    post = TimedPost(room.clock)
    at_point(monkeypatch, "begin.after_commit", die)
    await run_to_death(context, post)
    with context.store.write() as unit:
        mailboxes.set_state(unit, room.mailbox.id, MailboxStatus.PAUSED, room.clock.now(), reason="by hand")
    monkeypatch.undo()
    await run_now(context, post)
    assert states(context).get("uncertain") == 2
    assert states(context).get("claimed", 0) == states(context).get("sending", 0) == 0
    check(room, post)


async def test_two_schedulers_move_each_enrollment_once_through_steps_without_a_mailbox(context: Context):
    parts = [task(0, waits_for_task=False), {"type": StepType.DELAY, "delay": email(0)["delay"]}, email()]
    room = make_room(context, parts, people=150)
    posts = [TimedPost(room.clock), TimedPost(room.clock)]
    await asyncio.wait_for(asyncio.gather(*(run_now(context, post) for post in posts)), 60)
    assert activities(context, "task_made") == 150
    assert sum(len(post.captures) for post in posts) == 150
    check(room, TimedPostOf(posts))


class TimedPostOf:
    """What several posts took, together."""

    def __init__(self, posts: list[TimedPost]) -> None:
        self.captures = [capture for post in posts for capture in post.captures]
