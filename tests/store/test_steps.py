"""Steps in the store: saved whole, numbered, retired where they have history, deleted where not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opendoors_desktop.domain.decision import next_step
from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.facts import Facts
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Branch, Step, StepRecord, StepResult, StepType
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.sequence_changes import set_status
from opendoors_desktop.store.sequences import get_sequence
from opendoors_desktop.store.standings import records_text
from opendoors_desktop.store.steps import read_flow, read_flows, save_steps, with_history
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import (
    add_example_contact,
    add_example_enrollment,
    add_example_mailbox,
    add_example_sequence,
    email,
    every_step,
    key,
    no_holidays,
    no_variables,
)

SEQUENCE = key(500)
LATER = NOW + timedelta(days=1)


def read(store: Store) -> Flow:
    with store.read() as unit:
        return read_flow(unit, SEQUENCE)


def save(store: Store, steps: list[Step]) -> Flow:
    with store.write() as unit:
        return save_steps(unit, SEQUENCE, steps, lambda step: step.variables, LATER)


def test_T93_every_type_of_step_and_every_option_comes_back_from_the_store(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    steps = every_step(SEQUENCE, mailbox.id, scope.user_id)
    add_example_sequence(store, scope, SEQUENCE)
    saved = save(store, list(steps))
    assert saved == read(store) == Flow(steps)


def test_T93_what_comes_back_is_executed_as_it_was_in_memory(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    steps = every_step(SEQUENCE, mailbox.id, scope.user_id)
    add_example_sequence(store, scope, SEQUENCE)
    save(store, list(steps))
    with store.write() as unit:
        set_status(unit, SEQUENCE, SequenceStatus.ACTIVE, NOW)
        stored = get_sequence(unit, scope.workspace_id, SEQUENCE, no_holidays)
    in_memory = replace(stored, flow=Flow(steps))
    facts = Facts(fields={"email": "ann@example.org", "first_name": "Ann", "custom.plan": "pro"})
    decisions = []
    for step in steps:
        enrollment = Enrollment(key(1), SEQUENCE, key(2), NOW, mailbox_id=mailbox.id, current_step_id=step.id)
        for now in (NOW, NOW + timedelta(days=2), NOW + timedelta(days=30)):
            decision = next_step(stored, enrollment, facts, now)
            assert decision == next_step(in_memory, enrollment, facts, now)
            decisions.append(type(decision).__name__)
    assert set(decisions) == {"Send", "Wait", "MakeTask", "TakeLane", "Elapse"}


def test_steps_are_numbered_depth_first_from_1(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    fork = Step(key(2), SEQUENCE, 20, StepType.CONDITIONAL)
    lane_yes = email(3, SEQUENCE, parent_id=key(2), branch=Branch.YES)
    lane_no = email(4, SEQUENCE, parent_id=key(2), branch=Branch.NO)
    flow = save(store, [email(9, SEQUENCE), lane_no, lane_yes, replace(email(1, SEQUENCE), order=30), fork])
    assert [(step.id, step.order) for step in flow.ordered] == [
        (key(9), 1), (key(2), 2), (key(3), 3), (key(4), 4), (key(1), 5),
    ]  # fmt: skip
    assert flow == read(store)


def test_a_lane_may_be_saved_before_its_conditional_step(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    deep = [
        email(3, SEQUENCE, parent_id=key(2), branch=Branch.NO),
        Step(key(2), SEQUENCE, 2, StepType.CONDITIONAL, parent_id=key(1), branch=Branch.YES),
        Step(key(1), SEQUENCE, 1, StepType.CONDITIONAL),
    ]
    assert len(save(store, deep).ordered) == 3


def test_the_fields_a_step_needs_are_told_anew_at_each_save(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    with store.write() as unit:
        save_steps(unit, SEQUENCE, [email(1, SEQUENCE)], lambda step: frozenset({step.body_template or ""}), NOW)
    assert read(store).steps[0].variables == {"Hello"}


def test_a_step_nobody_came_to_is_deleted(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE), email(2, SEQUENCE)])
    save(store, [email(1, SEQUENCE)])
    assert [step.id for step in read(store).steps] == [key(1)]


def test_T13_a_step_with_history_is_retired_and_keeps_its_figures(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE), email(2, SEQUENCE)])
    with store.write() as unit:
        unit.run("UPDATE sequence_steps SET times_executed = 10000 WHERE id = :id", {"id": key(1)})
    flow = save(store, [email(2, SEQUENCE)])
    assert [step.id for step in flow.ordered] == [key(2)]
    assert flow.by_id[key(1)].retired_at == LATER
    assert flow == read(store)
    with store.read() as unit:
        assert unit.row("SELECT times_executed FROM sequence_steps WHERE id = :id", {"id": key(1)}) == (10000,)


def test_T13_a_retired_step_stays_retired_at_its_first_time(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE), email(2, SEQUENCE)])
    with store.write() as unit:
        unit.run("UPDATE sequence_steps SET times_executed = 1 WHERE id = :id", {"id": key(1)})
        save_steps(unit, SEQUENCE, [email(2, SEQUENCE)], no_variables, NOW)
    assert save(store, [email(2, SEQUENCE)]).by_id[key(1)].retired_at == NOW


def test_a_retired_step_can_come_back_with_its_figures(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE)])
    with store.write() as unit:
        unit.run("UPDATE sequence_steps SET times_executed = 5 WHERE id = :id", {"id": key(1)})
    save(store, [])
    assert read(store).ordered == ()
    save(store, [email(1, SEQUENCE)])
    assert [step.id for step in read(store).ordered] == [key(1)]
    with store.read() as unit:
        assert unit.row("SELECT times_executed FROM sequence_steps") == (5,)


def test_a_retired_step_leaves_the_lane_of_a_step_that_is_deleted(store: Store, scope: Scope):
    fork = Step(key(1), SEQUENCE, 1, StepType.CONDITIONAL)
    inside = email(2, SEQUENCE, parent_id=key(1), branch=Branch.NO)
    add_example_sequence(store, scope, SEQUENCE, [fork, inside])
    with store.write() as unit:
        unit.run("UPDATE sequence_steps SET times_executed = 1 WHERE id = :id", {"id": key(2)})
    save(store, [])
    (left,) = read(store).steps
    assert (left.id, left.parent_id, left.branch) == (key(2), None, None)


def test_a_retired_step_stays_in_the_lane_of_a_step_that_is_retired_too(store: Store, scope: Scope):
    fork = Step(key(1), SEQUENCE, 1, StepType.CONDITIONAL)
    inside = email(2, SEQUENCE, parent_id=key(1), branch=Branch.NO)
    add_example_sequence(store, scope, SEQUENCE, [fork, inside])
    with store.write() as unit:
        unit.run("UPDATE sequence_steps SET times_executed = 1")
    save(store, [])
    assert read(store).by_id[key(2)].parent_id == key(1)


@pytest.mark.parametrize("trace", ["waits", "began", "record", "task", "figures"])
def test_T13_every_trace_of_a_person_is_history(store: Store, scope: Scope, trace: str):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE), email(2, SEQUENCE)])
    contact = add_example_contact(store, scope)
    record = records_text([StepRecord(key(1), StepResult.SKIPPED, NOW)])
    traces: dict[str, dict[str, Any]] = {
        "waits": {"current_step_id": key(1)}, "began": {"start_step_id": key(1)}, "record": {"records": record},
    }  # fmt: skip
    enrollment = add_example_enrollment(store, scope, SEQUENCE, contact, **traces.get(trace, {}))
    with store.write() as unit:
        if trace == "task":
            unit.run(
                "INSERT INTO tasks (id, customer_id, workspace_id, kind, enrollment_id, sequence_id, step_id)"
                " VALUES (:id, :customer_id, :workspace_id, 'task', :enrollment_id, :sequence_id, :step_id)",
                {
                    "id": key(50),
                    "customer_id": scope.customer_id,
                    "workspace_id": scope.workspace_id,
                    "enrollment_id": enrollment,
                    "sequence_id": SEQUENCE,
                    "step_id": key(1),
                },
            )
        if trace == "figures":
            unit.run(
                "INSERT INTO step_totals (step_id, variant_id, sequence_id, sent) VALUES (:id, '', :sequence_id, 1)",
                {"id": key(1), "sequence_id": SEQUENCE},
            )
        assert with_history(unit, [key(1), key(2)]) == {key(1)}
    assert [step.id for step in save(store, [email(2, SEQUENCE)]).steps if step.retired_at] == [key(1)]


def test_a_step_of_another_sequence_is_not_saved(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    with pytest.raises(ValueError, match="another sequence"):
        save(store, [email(1, key(501))])


def test_flows_are_read_by_state(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, [email(1, SEQUENCE)])
    add_example_sequence(store, scope, key(501), [email(2, key(501))], name="Other")
    with store.write() as unit:
        set_status(unit, key(501), SequenceStatus.ACTIVE, NOW)
    with store.read() as unit:
        assert list(read_flows(unit, scope.workspace_id, [SequenceStatus.ACTIVE])) == [key(501)]
        assert len(read_flows(unit, scope.workspace_id, list(SequenceStatus))) == 2
        assert read_flows(unit, scope.workspace_id, []) == {}
