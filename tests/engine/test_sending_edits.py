"""Sequences changed while they send: who gets a step that came later, and what a promoted variant sends."""

import asyncio
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from opendoors_desktop.domain import variants
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.engine.commands.ab_tests import promote_variant
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import (
    Room,
    TimedPost,
    add_contacts,
    email,
    enroll_all,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
)
from tests.oracle import check
from tests.sequence_builders import key

A_OR_B = AbTest((Variant("a", subject="A"), Variant("b", subject="B")), variants.TestType.SUBJECT_LINE)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def by_person(post: TimedPost) -> Counter[str]:
    """How many emails each address got."""
    return Counter(each.recipient for each in post.captures)


async def test_T31_a_step_that_came_later_is_for_who_waits_and_not_for_who_is_through(context: Context):
    room = make_room(context, [email(), email(1, subject=None)], people=1)
    post = TimedPost(room.clock)
    await run_for(context, post, days=2)
    (through,) = room.enrollment_ids
    (waits,) = enroll_all(context, room.sequence_id, add_contacts(context, 1, first=2))
    await run_for(context, post, hours=1)
    assert by_person(post) == {"u1@example.net": 2, "u2@example.net": 1}

    third = Step(key(77), room.sequence_id, 3, StepType.EMAIL, delay=Delay(days=1), body_template="The third")
    edit_steps(context, room.sequence_id, [*show_sequence(context, room.sequence_id).flow.ordered, third])
    assert standing_of(context, through).enrollment.status is EnrollmentStatus.COMPLETED
    await run_for(context, post, days=5)

    assert by_person(post) == {"u1@example.net": 2, "u2@example.net": 3}
    assert standing_of(context, waits).enrollment.status is EnrollmentStatus.COMPLETED
    assert b"The third" in post.delivered[-1][1].message
    check(room, post)


def subjects(post: TimedPost) -> Counter[str]:
    """How many emails have each subject."""
    parsed = (message_from_bytes(each.message, policy=default) for _, each in post.delivered)
    return Counter(str(each["subject"]) for each in parsed)


def totals(room: Room) -> dict[str, int]:
    """How many were sent of each variant, as the store counts."""
    with room.context.store.read() as unit:
        rows = unit.rows("SELECT variant_id, sent FROM step_totals WHERE variant_id <> ''")
    return {str(variant): int(sent) for variant, sent in rows}


async def test_T33_after_b_is_promoted_the_step_sends_b_to_all_and_history_stays_on_both(context: Context):
    room = make_room(context, [email(ab_test_enabled=True, ab_test=A_OR_B)], people=40)
    post = TimedPost(room.clock)
    await run_now(context, post)
    first, before = subjects(post), totals(room)
    assert set(first) == {"A", "B"}
    assert before == {"a": first["A"], "b": first["B"]}

    (step,) = show_sequence(context, room.sequence_id).flow.ordered
    promote_variant(context, room.sequence_id, step.id, "b")
    enroll_all(context, room.sequence_id, add_contacts(context, 30, first=100))
    await run_now(context, post)

    assert subjects(post) == {"A": first["A"], "B": first["B"] + 30}
    assert totals(room) == {"a": before["a"], "b": before["b"] + 30}
    (step,) = show_sequence(context, room.sequence_id).flow.ordered
    assert (step.is_enabled, step.subject_template) == (True, "Hello {{ first_name }}")
    check(room, post)


@pytest.mark.slow
async def test_T32_stopped_amid_ten_thousand_one_more_for_each_connection_at_most(sqlite_store: Store, tmp_path: Path):
    from opendoors_desktop.engine.commands.sequence_states import stop_sequence

    context = open_context(sqlite_store, tmp_path)
    room = make_room(context, people=10_000, connections=4)
    post = TimedPost(room.clock)
    stopped: list[int] = []

    def stop_at_thousand(transmission: object) -> None:
        if len(post.delivered) >= 1_000 and not stopped:
            stopped.append(len(post.delivered))
            stop_sequence(context, room.sequence_id)

    post.answer = stop_at_thousand
    await asyncio.wait_for(run_now(context, post), 100)

    assert stopped
    assert len(post.delivered) - stopped[0] <= 4
    check(room, post)
