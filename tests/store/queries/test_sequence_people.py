"""The people of a sequence by page, order and state, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment
from opendoors_desktop.engine.commands.tasks import complete_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries import people_list, people_orders
from opendoors_desktop.store.queries.people_list import PeopleList, climb_listed, page_listed
from opendoors_desktop.store.queries.people_orders import PeopleOrder
from opendoors_desktop.store.queries.people_states import PeopleState, count_people
from opendoors_desktop.store.queries.places import START
from opendoors_desktop.store.queries.sequence_people import Person
from opendoors_desktop.store.types import as_uuid
from tests.builders import TimedPost, email, make_room, open_context, run_now, task
from tests.fixtures_store import NOW

ENDED = {
    PeopleState.BOUNCED: ("bounced", CompletionReason.BOUNCED),
    PeopleState.OPTED_OUT: ("unsubscribed", CompletionReason.UNSUBSCRIBED),
    PeopleState.REPLIED: ("stopped", CompletionReason.REPLIED),
    PeopleState.FINISHED: ("completed", CompletionReason.FINISHED),
}


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def change(context, sql, **values):
    with context.store.write() as unit:
        unit.run(f"UPDATE {sql}", values)


def everyone(context, sequence_id, limit=256, **more):
    """All pages, one after another, from the nearest place before each."""
    found: list[Person] = []
    places = [START]
    view = PeopleList(**more)
    while True:
        with context.store.read() as unit:
            here = (unit, context.scope.workspace_id, sequence_id, view)
            places += climb_listed(*here, place=places[-1], most=1).places
            place = next(each for each in reversed(places) if each.position <= len(found))
            page = page_listed(*here, place=place, skip=len(found) - place.position, limit=limit)
        found += page
        if len(page) < limit:
            return found


async def room_of_all_states(context):
    """A room in which every state has people: one each, two active."""
    room = make_room(context, [email(), task(1), email(3)], people=len(PeopleState) + 1)
    await run_now(context, TimedPost(room.clock))
    keys = list(room.enrollment_ids)
    for status, reason in ENDED.values():
        sql = "sequence_enrollments SET status = :status, completion_reason = :reason, next_step_scheduled_at = NULL"
        change(context, f"{sql} WHERE id = :id", status=status, reason=reason.value, id=keys.pop())
    remove_enrollment(context, keys.pop())
    pause_enrollment(context, keys.pop())
    change(context, "sequence_enrollments SET hold_reason = 'held', hold_detail = 'look' WHERE id = :id", id=keys.pop())
    room.clock.advance_to(NOW + timedelta(days=2))
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        sql = "SELECT t.id FROM tasks t WHERE t.state = 'open' AND t.enrollment_id = :id"
        tasks = [unit.row(sql, {"id": key}) for key in keys[:2]]
    for row in tasks:
        complete_task(context, as_uuid(row[0]))
    return room


async def test_each_person_is_in_one_state_and_the_counts_add_up(context):
    room = await room_of_all_states(context)

    with context.store.read() as unit:
        counts = count_people(unit, context.scope.workspace_id, room.sequence_id)
    people = everyone(context, room.sequence_id)

    assert counts == {state: 2 if state is PeopleState.ACTIVE else 1 for state in PeopleState}
    assert sum(counts.values()) == len(people) == len(room.enrollment_ids)
    for state, number in counts.items():
        alone = everyone(context, room.sequence_id, narrowed=state)
        assert [each.state for each in alone] == [state] * number
        assert {each.enrollment_id for each in alone} == {each.enrollment_id for each in people if each.state is state}
    assert {each.state: each.hold_detail for each in people}[PeopleState.HELD] == "look"


@pytest.mark.parametrize("order", PeopleOrder)
async def test_pages_of_any_size_show_everyone_once_up_and_down(context, order, monkeypatch):
    monkeypatch.setattr(people_list, "STEP", 2)
    room = await room_of_all_states(context)

    whole = everyone(context, room.sequence_id, order=order)
    assert {each.enrollment_id for each in whole} == set(room.enrollment_ids)
    for limit in (1, 2, 3):
        assert everyone(context, room.sequence_id, limit, order=order) == whole
        assert everyone(context, room.sequence_id, limit, order=order, is_descending=True) == whole[::-1]


async def test_a_row_tells_step_time_mailbox_and_last_activity(context):
    room = make_room(context, [email(), email(3)], people=1)
    await run_now(context, TimedPost(room.clock))
    change(context, "contacts SET last_name = 'Okafor', company_name = 'Northfold'")
    change(context, "sequence_steps SET name = 'Nudge' WHERE step_order = 2")

    [person] = everyone(context, room.sequence_id)

    assert (person.name, person.company, person.email) == ("Zoe1 Okafor", "Northfold", "u1@example.net")
    assert (person.step, person.step_name, person.step_type) == (2, "Nudge", "email")
    assert (person.next_at, person.zone, person.mailbox) == (NOW + timedelta(days=3), "UTC", "ann@example.com")
    assert (person.last_kind, person.last_at, person.last_step) == ("sent", NOW, 1)
    assert (person.status, person.is_hidden, person.completion_reason) == ("active", False, None)


def test_those_due_first_come_first_and_at_one_instant_by_contact(context):
    room = make_room(context, [email()], people=4)
    late, early = room.enrollment_ids[1], room.enrollment_ids[3]
    sql = "sequence_enrollments SET next_step_scheduled_at = :at WHERE id = :id"
    change(context, sql, at=NOW + timedelta(days=1), id=late)
    change(context, sql, at=NOW - timedelta(days=1), id=early)

    found = [each.enrollment_id for each in everyone(context, room.sequence_id, 2)]

    assert found == [early, room.enrollment_ids[0], room.enrollment_ids[2], late]


@pytest.mark.parametrize("few", [0, 20_000])
def test_names_are_ordered_whatever_their_case_and_the_deleted_stand_last(context, few, monkeypatch):
    monkeypatch.setattr(people_orders, "FEW", few)
    room = make_room(context, people=4)
    for number, name in enumerate(["de Vries", "Zadok", "Adler", "abel"], 1):
        sql = "contacts SET last_name = :name WHERE email = :email"
        change(context, sql, name=name, email=f"u{number}@example.net")
    change(context, "contacts SET archived_at = :at WHERE last_name = 'Adler'", at=NOW)

    for limit in (1, 3, 256):
        found = everyone(context, room.sequence_id, limit, order=PeopleOrder.NAME)
        assert [each.name.split(" ", 1)[1] for each in found] == ["abel", "de Vries", "Zadok", "Adler"]


def test_a_sequence_of_another_workspace_has_nobody(context):
    room = make_room(context)
    with context.store.read() as unit:
        page = page_listed(unit, context.new_id(), room.sequence_id)
        counts = count_people(unit, context.new_id(), room.sequence_id)
    assert (page, sum(counts.values())) == ((), 0)
