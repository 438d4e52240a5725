"""The people of a sequence as one long list: read from anywhere, by state, and by the headline they are counted in."""

from pathlib import Path

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.people_list import (
    PeopleFigure,
    PeopleList,
    climb_listed,
    count_listed,
    page_listed,
)
from opendoors_desktop.store.queries.people_states import PeopleState
from opendoors_desktop.store.queries.places import START
from opendoors_desktop.store.queries.sequence_dashboard import read_totals
from tests.builders import TimedPost, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def ids(people):
    return [each.enrollment_id for each in people]


async def test_a_page_from_anywhere_holds_what_the_pages_one_by_one_hold(context):
    room = make_room(context, people=7)
    scope = context.scope.workspace_id
    with context.store.read() as unit:
        everyone = page_listed(unit, scope, room.sequence_id)
        assert ids(everyone) == room.enrollment_ids
        for skip in range(8):
            page = page_listed(unit, scope, room.sequence_id, skip=skip, limit=3)
            assert page == everyone[skip : skip + 3]
        assert climb_listed(unit, scope, room.sequence_id).total == 7
        assert count_listed(unit, scope, room.sequence_id) == 7
        assert count_listed(unit, scope, room.sequence_id, PeopleState.ACTIVE) == 7
        assert page_listed(unit, scope, room.sequence_id, PeopleList(PeopleState.PAUSED)) == ()
        assert page_listed(unit, scope, context.new_id(), place=START) == ()
        assert climb_listed(unit, scope, context.new_id()).total == 0


async def test_those_behind_a_headline_are_as_many_as_it_counts(context):
    room = make_room(context, people=6)
    await run_now(context, TimedPost(room.clock))
    keys = room.enrollment_ids
    with context.store.write() as unit:
        unit.run(
            "UPDATE sequence_enrollments SET replied_at = :at, reply_meaning = 'interested' WHERE id = :id",
            {"at": NOW, "id": keys[0]},
        )
        unit.run("UPDATE sequence_enrollments SET replied_at = :at WHERE id = :id", {"at": NOW, "id": keys[1]})
        unit.run(
            "UPDATE outgoing_emails SET bounced_at = :at, bounce_kind = 'hard' WHERE enrollment_id = :id",
            {"at": NOW, "id": keys[2]},
        )
        unit.run(
            "UPDATE sequences SET total_replied = 2, total_delivered = 5, total_bounced = 1, goal_type = 'meetings'", {}
        )
        unit.run("UPDATE sequence_enrollments SET goal_achieved_at = :at WHERE id = :id", {"at": NOW, "id": keys[3]})

    with context.store.read() as unit:
        totals = read_totals(unit, context.scope.workspace_id, room.sequence_id)
        found = {
            figure: page_listed(unit, context.scope.workspace_id, room.sequence_id, PeopleList(figure))
            for figure in PeopleFigure
        }
        assert count_listed(unit, context.scope.workspace_id, room.sequence_id, PeopleFigure.REPLIED) is None
        climbed = climb_listed(unit, context.scope.workspace_id, room.sequence_id, PeopleList(PeopleFigure.REPLIED))

    assert totals is not None
    assert {figure: len(people) for figure, people in found.items()} == {
        figure: getattr(totals, figure.value) for figure in PeopleFigure
    }
    assert ids(found[PeopleFigure.INTERESTED]) == [keys[0]]
    assert ids(found[PeopleFigure.BOUNCED]) == [keys[2]]
    assert climbed.total == 2


async def test_who_opted_out_and_came_back_is_not_among_those_who_opted_out(context):
    sent = make_room(context, people=2)
    await run_now(context, TimedPost(sent.clock))
    sql = """INSERT INTO email_activities (id, occurred_at, customer_id, workspace_id, kind, sequence_id, contact_id)
      SELECT :id, :at, customer_id, workspace_id, :kind, sequence_id, contact_id FROM sequence_enrollments
      WHERE id = :key"""
    with context.store.write() as unit:
        for key, kinds in zip(sent.enrollment_ids, (["unsubscribed"], ["unsubscribed", "reopened"]), strict=True):
            for hour, kind in enumerate(kinds, 10):
                unit.run(sql, {"id": context.new_id(), "at": NOW.replace(hour=hour), "kind": kind, "key": key})

    with context.store.read() as unit:
        found = page_listed(unit, context.scope.workspace_id, sent.sequence_id, PeopleList(PeopleFigure.OPTED_OUT))

    assert ids(found) == sent.enrollment_ids[:1]
