"""One enrollment's next email held or left out by a person, and both taken back; on SQLite and on Postgres."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.engine.commands.next_email import hold_next, release_hold, skip_next, undo_skip
from opendoors_desktop.engine.context import Context
from opendoors_desktop.mail.frames import Transmission
from opendoors_desktop.store.check import find_misplaced, recount
from opendoors_desktop.store.database import Store
from tests.builders import (
    MeddledPost,
    Room,
    TimedPost,
    activities,
    email,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
    task,
)

BUSY = ("rcpt", 451, "4.7.1", "greylisted, please try again later")
TWO = [email(), email(2, subject="Again, {{ first_name }}")]


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Room:
    """One contact who is due the first of two emails."""
    return make_room(open_context(store, tmp_path), TWO)


def only(room: Room) -> UUID:
    (key,) = room.enrollment_ids
    return key


def is_sound(context: Context) -> bool:
    with context.store.read() as unit:
        workspace_id = context.scope.workspace_id
        return not list(recount(unit, workspace_id)) and not list(find_misplaced(unit, workspace_id))


async def test_a_held_email_waits_until_it_is_let_go(room):
    hold_next(room.context, only(room))
    post = TimedPost(room.clock)
    await run_for(room.context, post, days=1)
    assert not post.captures
    assert standing_of(room.context, only(room)).enrollment.hold is HoldReason.HELD
    assert is_sound(room.context)

    release_hold(room.context, only(room))
    await run_now(room.context, post)
    assert len(post.captures) == 1
    assert is_sound(room.context)


async def test_a_hold_put_before_the_due_time_holds_when_it_comes(room):
    post = TimedPost(room.clock)
    await run_now(room.context, post)
    hold_next(room.context, only(room))
    await run_for(room.context, post, days=3)

    assert len(post.captures) == 1
    with pytest.raises(NotPossible, match="held already"):
        hold_next(room.context, only(room))


async def test_a_skipped_email_is_left_out_and_the_next_one_counts_from_then(room):
    skip_next(room.context, only(room))
    post = TimedPost(room.clock)
    began = room.clock.now()
    await run_for(room.context, post, days=3)

    assert [each.at - began for each in post.captures] == [timedelta(days=2)]
    assert activities(room.context, "step_skipped") == 1
    assert is_sound(room.context)


async def test_a_skip_is_undone_and_the_email_leaves_once(room):
    skipped = skip_next(room.context, only(room))
    undo_skip(room.context, skipped)
    post = TimedPost(room.clock)
    await run_now(room.context, post)

    assert len(post.captures) == 1
    assert is_sound(room.context)


async def test_a_skip_of_the_last_email_ends_the_enrollment_and_its_undo_opens_it_again(store, tmp_path):
    room = make_room(open_context(store, tmp_path), [email()])
    skipped = skip_next(room.context, only(room))
    assert standing_of(room.context, only(room)).enrollment.status == "completed"

    undo_skip(room.context, skipped)
    post = TimedPost(room.clock)
    await run_now(room.context, post)
    assert len(post.captures) == 1
    assert is_sound(room.context)


async def test_a_skip_is_not_undone_once_the_contact_has_gone_on(room):
    skipped = skip_next(room.context, only(room))
    await run_for(room.context, TimedPost(room.clock), days=3)

    with pytest.raises(NotPossible, match="gone on"):
        undo_skip(room.context, skipped)


@pytest.mark.parametrize("act", [hold_next, skip_next])
async def test_an_email_that_is_claimed_is_still_caught_at_the_gate(room, act):
    post = MeddledPost(room.clock, lambda: act(room.context, only(room)))
    await run_now(room.context, post)

    assert not post.captures
    assert is_sound(room.context)


@pytest.mark.parametrize("act", [hold_next, skip_next])
async def test_an_email_that_is_being_sent_takes_its_course(room, act):
    refused: list[NotPossible] = []

    def too_late() -> None:
        with pytest.raises(NotPossible) as caught:
            act(room.context, only(room))
        refused.append(caught.value)

    post = MeddledPost(room.clock, too_late, at="transmit")
    await run_now(room.context, post)

    assert [each.code for each in refused] == ["leaving"]
    assert len(post.captures) == 1


async def test_an_email_that_was_put_off_is_skipped_and_brought_back_under_its_own_id(room):
    tries: list[Transmission] = []

    def busy_at_first(letter: Transmission):
        tries.append(letter)
        return BUSY if len(tries) == 1 else None

    post = TimedPost(room.clock, busy_at_first)
    await run_now(room.context, post)
    skipped = skip_next(room.context, only(room))
    assert states(room.context) == {"cancelled": 1}

    undo_skip(room.context, skipped)
    await run_for(room.context, post, hours=2)
    assert [each.id for each in tries] == [tries[0].id] * 2
    assert is_sound(room.context)


def test_where_a_task_comes_next_there_is_no_email_to_skip(store, tmp_path):
    room = make_room(open_context(store, tmp_path), [task(), email()])

    with pytest.raises(NotPossible, match="No email comes next"):
        skip_next(room.context, only(room))
