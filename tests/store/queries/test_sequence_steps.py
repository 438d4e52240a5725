"""The cards of a sequence's steps, on both databases."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, Step, StepType
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.sequence_steps import Figure, list_step_cards, shown_figures
from opendoors_desktop.store.queries.step_figures import EmailCounts, StepFigures, read_step_figures
from opendoors_desktop.store.steps import save_steps
from tests.builders import (
    TimedPost,
    add_contacts,
    add_sequence,
    email,
    enroll_all,
    make_room,
    open_context,
    run_now,
    task,
)
from tests.sequence_builders import no_variables


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def cards_of(context, sequence_id):
    with context.store.read() as unit:
        return list_step_cards(unit, context.scope.workspace_id, sequence_id)


async def test_cards_stand_depth_first_with_number_day_and_lane(context):
    room = make_room(context, [email(), email(2)])
    with context.store.write() as unit:
        first, last = (card.step for card in list_step_cards(unit, context.scope.workspace_id, room.sequence_id))
        asks = Step(
            id=context.new_id(),
            sequence_id=room.sequence_id,
            order=2,
            type=StepType.CONDITIONAL,
            delay=Delay(days=4),
            conditions=Group(Junction.AND, (Comparison("email_clicked", Operator.EQUALS, True, first.id),)),
        )
        nudge = replace(first, id=context.new_id(), parent_id=asks.id, branch=Branch.NO, order=4)
        call = replace(nudge, id=context.new_id(), type=StepType.CALL, branch=Branch.YES, order=3, is_enabled=False)
        steps = [first, asks, call, nudge, replace(last, order=5)]
        save_steps(unit, room.sequence_id, steps, no_variables, context.clock.now())
        unit.run("UPDATE sequence_steps SET name = 'Opening note' WHERE id = :id", {"id": first.id})

    cards = cards_of(context, room.sequence_id)

    assert [(card.number, card.step.id, card.day, card.depth) for card in cards] == [
        (1, first.id, 1, 0),
        (2, asks.id, 5, 0),
        (3, call.id, 5, 1),
        (4, nudge.id, 5, 1),
        (5, last.id, 7, 0),
    ]
    assert [card.is_running for card in cards] == [True, True, False, True, True]
    assert ([card.name for card in cards][:2], cards[1].step.conditions) == (["Opening note", ""], asks.conditions)
    assert cards_of(context, context.new_id()) == []


async def test_sent_emails_and_waiting_contacts_are_counted(context):
    room = make_room(context, [email(), email(2)], people=3)
    await run_now(context, TimedPost(room.clock))
    enroll_all(context, room.sequence_id, add_contacts(context, 1, first=9))
    with context.store.write() as unit:
        unit.run("UPDATE step_totals SET opened = 2, replied = 1, unsubscribed = 1", {})

    first, second = cards_of(context, room.sequence_id)

    assert first.shown == (
        Figure("sent", 3),
        Figure("opened", 2, 3),
        Figure("clicked", 0, 3, is_measured=False),
        Figure("replied", 1, 3),
    )
    assert first.figures.variants == {"": EmailCounts(3, 3, opened=2, replied=1, opted_out=1)}
    assert (first.figures.executed, first.waiting, second.waiting) == (3, 1, 3)
    assert second.figures == StepFigures()


def test_opens_and_clicks_are_measured_where_the_sequence_tracks_them(context):
    room = make_room(context, [email()], tracks_opens=True)

    [card] = cards_of(context, room.sequence_id)

    assert {each.name for each in card.shown if not each.is_measured} == {"clicked"}


async def test_tasks_are_counted_by_how_they_ended(context):
    room = make_room(context, [task(type=StepType.CALL)], people=5)
    await run_now(context, TimedPost(room.clock))
    with context.store.write() as unit:
        good, bad = (
            unit.row("SELECT id FROM outcomes WHERE kind = 'call' AND is_success = :is", {"is": each})[0]
            for each in (True, False)
        )
        keys = [row[0] for row in unit.rows("SELECT id FROM tasks ORDER BY id")]
        endings = [("done", good), ("done", bad), ("skipped", None), ("cancelled", None)]
        for key, (state, outcome) in zip(keys, endings, strict=False):
            unit.run(
                "UPDATE tasks SET state = :state, outcome_id = :outcome WHERE id = :id",
                {"state": state, "outcome": outcome, "id": key},
            )

    [card] = cards_of(context, room.sequence_id)

    assert card.shown == (Figure("due", 4), Figure("done", 2, 4), Figure("reached", 1, 2), Figure("replied", 0, 4))
    assert (card.figures.skipped, card.waiting) == (1, 5)


def test_each_type_shows_its_own_figures():
    figures = StepFigures(executed=10, succeeded=4, due=9, done=6, skipped=2)
    step = Step(id=UUID(int=1), sequence_id=UUID(int=2), order=1, type=StepType.TASK)

    def shown(kind):
        return [
            (each.name, each.count, each.base)
            for each in shown_figures(replace(step, type=kind), figures, 3, opens=True, clicks=True)
        ]

    assert shown(StepType.TASK) == shown(StepType.LINKEDIN)
    assert shown(StepType.TASK)[1:3] == [("done", 6, 9), ("skipped", 2, 9)]
    assert shown(StepType.CONDITIONAL) == [("checked", 10, None), ("yes", 4, 10), ("no", 6, 10), ("waiting", 3, None)]
    assert shown(StepType.DELAY) == [("over", 10, None), ("waiting", 3, None)]


def test_figures_of_another_workspace_stay_there(context):
    room = make_room(context)
    sequence_id = add_sequence(context, room.mailbox)
    with context.store.read() as unit:
        assert read_step_figures(unit, context.new_id(), sequence_id) == {}
        assert len(read_step_figures(unit, context.scope.workspace_id, sequence_id)) == 1
