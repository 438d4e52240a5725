"""The figures of a sequence's dashboard, on both databases, beside what is recounted from the records."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.metrics import Totals
from opendoors_desktop.domain.variants import AbTest, Variant, WinnerCriteria
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.check import recount
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.people_states import PeopleState
from opendoors_desktop.store.queries.sequence_dashboard import Headline, list_days, read_dashboard, read_totals
from tests.builders import TimedPost, email, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def dashboard_of(context, sequence_id):
    with context.store.read() as unit:
        found = read_dashboard(unit, context.scope.workspace_id, sequence_id)
    assert found is not None
    return found


async def test_headlines_are_what_the_records_bear_out(context):
    room = make_room(context, [email(), email(2)], people=5)
    post = TimedPost(room.clock)
    await run_now(context, post)
    room.clock.advance_to(NOW + timedelta(days=2))
    await run_now(context, post)

    found = dashboard_of(context, room.sequence_id)
    with context.store.read() as unit:
        assert recount(unit, context.scope.workspace_id) == []

    assert found.totals == Totals(enrolled=5, contacted=5, delivered=5)
    assert found.headlines[:3] == (Headline("enrolled", 5), Headline("contacted", 5, 5), Headline("delivered", 5, 5))
    assert [each.name for each in found.headlines] == [
        "enrolled", "contacted", "delivered", "opened", "clicked", "replied", "interested", "meetings", "opted_out",
        "bounced",
    ]  # fmt: skip
    assert [(each.name, each.base) for each in found.funnel][:2] == [("contacted", None), ("delivered", 5)]
    assert [card.shown[0].count for card in found.steps] == [5, 5]
    assert (found.people[PeopleState.FINISHED], sum(found.people.values())) == (5, found.totals.enrolled)
    assert (found.sequence.name, found.tests) == ("Example", ())


async def test_replies_interest_and_bounces_are_shares_of_the_right_whole(context):
    room = make_room(context, people=4)
    await run_now(context, TimedPost(room.clock))
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET total_delivered = 3, total_replied = 2, total_bounced = 1", {})
        unit.run(
            "UPDATE sequence_enrollments SET replied_at = :at, reply_meaning = 'interested' WHERE id = :id",
            {"at": NOW, "id": room.enrollment_ids[0]},
        )

    found = {each.name: (each.count, each.base) for each in dashboard_of(context, room.sequence_id).headlines}

    assert (found["delivered"], found["bounced"]) == ((3, 4), (1, 4))
    assert (found["replied"], found["interested"], found["meetings"]) == ((2, 3), (1, 3), (0, 3))


async def test_days_are_those_of_the_sequences_zone(context):
    room = make_room(context, people=2)
    await run_now(context, TimedPost(room.clock))
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET sending_timezone = 'Pacific/Auckland'", {})
        sql = "INSERT INTO email_activities (id, occurred_at, customer_id, workspace_id, kind, sequence_id)"
        for hour in (10, 11):
            unit.run(
                f"{sql} VALUES (:id, :at, :customer, :workspace, 'replied', :sequence)",
                {
                    "id": context.new_id(),
                    "at": NOW.replace(hour=hour),
                    "customer": context.scope.customer_id,
                    "workspace": context.scope.workspace_id,
                    "sequence": room.sequence_id,
                },
            )

    with context.store.read() as unit:
        days = list_days(unit, context.scope.workspace_id, room.sequence_id, date(2026, 3, 1), date(2026, 3, 3))
        nothing = list_days(unit, context.new_id(), room.sequence_id, date(2026, 3, 1), date(2026, 3, 3))

    # NOW is ten in the evening in Auckland: the reply at eleven o'clock UTC is one of the next day there.
    assert [(each.day.day, each.sent, each.replied, each.enrolled) for each in days] == [
        (1, 0, 0, 0),
        (2, 2, 1, 2),
        (3, 0, 1, 0),
    ]
    assert nothing == []


async def test_an_a_b_test_has_its_variants_with_chance_and_winner(context):
    test = AbTest(
        (Variant("a", "One", None, 50), Variant("b", "Two", None, 50)), winner_criteria=WinnerCriteria.REPLY_RATE
    )
    room = make_room(context, [email(ab_test=test, ab_test_enabled=True)], people=8)
    await run_now(context, TimedPost(room.clock))

    [early] = dashboard_of(context, room.sequence_id).tests
    sent = {each.tally.variant_id: each.tally.delivered for each in early.variants}
    with context.store.write() as unit:
        for variant, replied in (("a", 10), ("b", 90)):
            unit.run(
                "UPDATE step_totals SET delivered = 400, replied = :replied WHERE variant_id = :id",
                {"replied": replied, "id": variant},
            )
    [late] = dashboard_of(context, room.sequence_id).tests

    assert (sum(sent.values()), early.winner, early.to_go) == (8, None, 300 - 8)
    assert (late.winner, late.chosen, late.to_go, late.step) == ("b", None, 0, 1)
    assert [each.count for each in late.variants] == [10, 90]
    assert late.variants[1].chance > 0.99
    assert late.variants[1].low < 90 / 400 < late.variants[1].high


def test_there_is_no_dashboard_of_another_workspace(context):
    room = make_room(context)
    with context.store.read() as unit:
        assert read_dashboard(unit, context.new_id(), room.sequence_id) is None
        assert read_totals(unit, context.new_id(), room.sequence_id) is None
