"""What a forecast tells: whom it plays, whom it leaves out, and in which words."""

from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.forecast import ForecastLine, forecast
from opendoors_desktop.engine.simulation import TASK_IS_DONE
from tests.builders import add_contacts, add_mailbox, add_sequence, change_mailbox, email, enroll_all, make_room, task
from tests.fixtures_store import NOW

DAY = timedelta(days=1)


def told(context: Context, days: int = 30, *sequence_ids: UUID) -> list[tuple[str, int, timedelta]]:
    """Whom each email of a forecast goes to, which step it is, and when from now."""
    return [
        (line.contact.partition("@")[0], line.step, line.at - NOW) for line in forecast(context, sequence_ids, days)
    ]


def test_the_emails_of_the_next_days_come_in_the_order_of_leaving(any_context: Context):
    make_room(any_context, [email(), email(2, None), email(1, None)], 2, gap=timedelta(minutes=1))

    lines = list(forecast(any_context, days=3))

    assert [(line.contact[:2], line.step) for line in lines] == [("u1", 1), ("u2", 1), ("u1", 2), ("u2", 2)]
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert lines[1].at >= lines[0].at + timedelta(minutes=1)
    assert [line.at.date() - NOW.date() for line in lines] == [0 * DAY, 0 * DAY, 2 * DAY, 2 * DAY]


def test_a_line_says_who_gets_which_email_from_where_and_why_then(context: Context):
    room = make_room(context, [email(), task(1), email(1, None)], max_emails_per_day=1)

    first, second = forecast(context)

    assert first == ForecastLine(
        at=NOW,
        contact="u1@example.net",
        contact_id=first.contact_id,
        sequence="Example",
        sequence_id=room.sequence_id,
        step=1,
        variant=None,
        mailbox="ann@example.com",
        why=("due",),
    )
    assert (second.step, second.why[-1]) == (3, TASK_IS_DONE)


def test_a_step_with_a_condition_has_the_emails_so_far_read_for_each_contact(any_context: Context):
    city = Group(Junction.AND, (Comparison("contact.city", Operator.EQUALS, "Nowhere"),))
    make_room(any_context, [email(), email(1, None, conditions=city)], 3)

    assert [(who, step) for who, step, _ in told(any_context)] == [("u1", 1), ("u2", 1), ("u3", 1)]


def test_asking_for_one_sequence_leaves_the_others_in_the_way(context: Context):
    mailbox = add_mailbox(context, daily_cap=1)
    first = add_sequence(context, mailbox, name="First")
    second = add_sequence(context, mailbox, name="Second")
    enroll_all(context, first, add_contacts(context, 1))
    enroll_all(context, second, add_contacts(context, 1, first=2))

    both, one = told(context), told(context, 30, second)

    assert [who for who, _, _ in both] == ["u1", "u2"]
    assert one == both[1:]
    assert one[0][2] > timedelta()


def test_whoever_is_paused_held_or_waits_for_a_person_is_not_told(context: Context):
    room = make_room(context, [email(), email(1, None)], 3)
    held = room.enrollment_ids[1]
    pause_enrollment(context, room.enrollment_ids[0])
    with context.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET hold_reason = 'held' WHERE id = :id", {"id": held})

    assert told(context) == [("u3", 1, timedelta()), ("u3", 2, DAY)]


@pytest.mark.parametrize("state", ["claimed", "sending", "uncertain"])
def test_an_enrollment_whose_email_is_under_way_or_uncertain_is_not_told(context: Context, state: str):
    room = make_room(context, [email(), email(1, None)], 2)
    with context.store.write() as unit:
        unit.run(
            """INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id,
                 step_id, round, contact_id, mailbox_id, is_first, to_address, message_id, planned_at, attempts,
                 created_at)
               SELECT id, customer_id, workspace_id, 'sequence', :state, id, sequence_id, current_step_id, 1,
                 contact_id, mailbox_id, :yes, 'u1@example.net', '<1@example.com>', :now, 0, :now
               FROM sequence_enrollments WHERE id = :id""",
            {"state": state, "yes": True, "now": NOW, "id": room.enrollment_ids[0]},
        )

    assert {who for who, _, _ in told(context)} == {"u2"}


def test_nothing_is_told_of_a_mailbox_that_is_paused(context: Context):
    room = make_room(context)
    with context.store.write() as unit:
        unit.run("UPDATE email_accounts SET status = 'paused' WHERE id = :id", {"id": room.mailbox.id})

    assert told(context) == []


def test_a_contact_without_what_a_text_needs_is_not_told(context: Context):
    mailbox = add_mailbox(context)
    sequence_id = add_sequence(context, mailbox)
    enroll_all(context, sequence_id, add_contacts(context, 1) + add_contacts(context, 1, first=2, first_name=None))

    assert [who for who, _, _ in told(context)] == ["u1"]


def test_a_forecast_writes_nothing_and_says_the_same_again(context: Context):
    room = make_room(context, [email(), email(1, None)], 3)
    with context.store.read() as unit:
        before = unit.rows("SELECT * FROM sequence_enrollments ORDER BY id"), unit.rows("SELECT * FROM claim_queue")
    first = told(context)

    assert told(context) == first
    with context.store.read() as unit:
        after = unit.rows("SELECT * FROM sequence_enrollments ORDER BY id"), unit.rows("SELECT * FROM claim_queue")
    assert after == before
    change_mailbox(context, room.mailbox, daily_cap=0)
    assert told(context) == []
