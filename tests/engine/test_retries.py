"""Emails that a mail host puts off: tried again in time, whatever a person does to their sequence meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.engine.commands.enrollments import pause_enrollment, resume_enrollment
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequences import change_settings, show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.mail.frames import Transmission
from opendoors_desktop.store.database import Store
from tests.builders import Room, TimedPost, journal, make_room, open_context, run_for, states

PUT_OFF = ("rcpt", 451, "4.7.1", "Please try again in a few minutes")


@pytest.fixture
def room_context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


class SlowPost(TimedPost):
    """Puts the first `slow` tries off."""

    def __init__(self, room: Room, slow: int) -> None:
        super().__init__(room.clock, self._answer)
        self._slow = slow

    def _answer(self, transmission: Transmission) -> tuple[str, int, str, str] | None:
        self._slow -= 1
        return PUT_OFF if self._slow >= 0 else None


async def test_a_retry_goes_on_the_day_of_its_first_try_though_it_is_the_contacts_second_one(room_context: Context):
    room = make_room(room_context)
    post = SlowPost(room, slow=2)
    begun = room.clock.now()

    await run_for(room_context, post, hours=1)

    assert states(room_context) == {"sent": 1}
    assert [capture.at - begun for capture in post.captures] == [timedelta(minutes=20)]  # 5 and 15 minutes later


@pytest.mark.parametrize("what", ["edit", "settings", "pause"])
async def test_a_change_by_a_person_loses_no_email_that_was_put_off(room_context: Context, what: str):
    room = make_room(room_context)
    post = SlowPost(room, slow=1)
    begun = room.clock.now()
    room.clock.at(begun + timedelta(minutes=2), lambda: _change(room, what))

    await run_for(room_context, post, hours=1)

    assert states(room_context) == {"sent": 1}
    assert [row.attempts for row in journal(room_context)] == [2]
    assert [capture.at - begun for capture in post.captures] == [timedelta(minutes=5)]


def _change(room: Room, what: str) -> None:
    context = room.context
    if what == "edit":
        steps = show_sequence(context, room.sequence_id).flow.ordered
        edit_steps(context, room.sequence_id, [replace(step, body_template="Other words.") for step in steps])
    elif what == "settings":
        change_settings(context, room.sequence_id, lambda settings: replace(settings, max_emails_per_day=50))
    else:
        pause_enrollment(context, room.enrollment_ids[0])
        resume_enrollment(context, room.enrollment_ids[0])
