"""What an enrollment waits for, told with the one rule that holds it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.sending import recognise_store, switch_sending_off, switch_sending_on
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.why import Why, why
from opendoors_desktop.store.leases import Holder, take_lease
from opendoors_desktop.store.types import as_uuid
from tests.engine.sequence_rooms import FIRST, SECOND, only, rewrite, standings, start_sequence

LATER: dict[str, Any] = FIRST | {"delay_days": 2, "body_template": "Hi {{ first_name }} of {{ city }}, {{ title }}"}
DELAY: dict[str, Any] = {"step_type": "delay", "delay_days": 1}
CONDITION = {"conditions": [{"field": "contact.country", "operator": "is_set"}], "operator": "AND"}


def answer(context: Context) -> Why:
    """The answer for the one enrollment of the one contact in a sequence."""
    (found,) = why(context, contact_of(context))
    return found


def contact_of(context: Context) -> UUID:
    with context.store.read() as unit:
        ((key,),) = unit.rows("SELECT id FROM contacts")
    return as_uuid(key)


@pytest.mark.parametrize("step", [FIRST, FIRST | {"delay_days": 2}], ids=["due", "not yet due"])
@pytest.mark.parametrize("detail", [None, "until the fair"])
def test_a_hold_by_a_person_is_told_whether_or_not_the_step_is_due(context: Context, step, detail):
    sequence_id = start_sequence(context, step, people=1)
    (standing,) = standings(context, sequence_id)
    rewrite(context, standing, replace(standing.enrollment, hold=HoldReason.HELD, hold_detail=detail))
    found = answer(context)
    assert (found.held_by, found.at) == ("held", None)
    assert found.advice == "Let it go."
    assert ("until the fair" in found.reason) is (detail is not None)
    assert found.next_action == "step 1: email"


def test_a_hold_out_of_the_queue_is_told_though_the_step_waits(context: Context):
    sequence_id = start_sequence(context, LATER | {"body_template": "Hi"}, people=1)
    (standing,) = standings(context, sequence_id)
    held = replace(standing.enrollment, hold=HoldReason.INCOMPLETE_STEP, hold_detail="body")
    rewrite(context, standing, held)
    assert answer(context).held_by == "delay"  # it is in the queue, so it is looked at again
    with context.store.write() as unit:
        unit.run("DELETE FROM claim_queue", {})
        unit.run("UPDATE sequence_enrollments SET wake_lane = NULL, wake_at = NULL", {})
    found = answer(context)
    assert (found.held_by, found.reason.endswith("Missing: body.")) == ("incomplete_step", True)


def test_a_pause_is_told_before_a_hold(context: Context):
    sequence_id = start_sequence(context, people=1)
    (standing,) = standings(context, sequence_id)
    rewrite(context, standing, replace(standing.enrollment, hold=HoldReason.HELD))
    pause_enrollment(context, standing.enrollment.id)
    assert answer(context).held_by == "enrollment_paused"


@pytest.mark.parametrize("steps", [[LATER], [DELAY, LATER], [DELAY, DELAY, LATER]], ids=["wait", "delay", "delays"])
def test_what_a_contact_lacks_is_told_before_the_step_is_due(context: Context, steps):
    sequence_id = start_sequence(context, *steps, people=1)
    found = answer(context)
    assert found.held_by == "missing_data"
    assert f"Step {len(steps)} will be held when it is due: the contact lacks city, title." == found.reason
    assert found.at == only(context, sequence_id).next_step_scheduled_at
    assert found.at is not None
    assert found.at > context.clock.now() + timedelta(hours=12)
    assert "Fill the field" in found.advice


@pytest.mark.parametrize(
    "steps", [[FIRST | {"delay_days": 2}], [LATER | {"conditions": CONDITION}], [DELAY]], ids=["has it", "if", "end"]
)
def test_what_is_not_foreseen_waits_for_its_time(context: Context, steps):
    start_sequence(context, *steps, people=1)
    assert answer(context).held_by == "delay"


def test_what_a_contact_lacks_of_a_due_step_is_named(context: Context):
    start_sequence(context, LATER | {"delay_days": 0}, SECOND, people=1)
    found = answer(context)
    assert (found.held_by, found.at) == ("missing_data", None)
    assert found.reason.endswith("Missing: city, title.")


def test_what_may_go_is_held_by_the_switch_until_it_is_on_or_a_scheduler_has_the_mailbox(context: Context):
    start_sequence(context, FIRST, people=1)
    recognise_store(context)
    assert answer(context).held_by == "sending_off"
    switch_sending_on(context)
    assert answer(context).held_by == "none"
    switch_sending_off(context)
    with context.store.write() as unit:
        (box,) = unit.rows("SELECT id FROM email_accounts")
        take_lease(unit, as_uuid(box[0]), Holder(UUID(int=7), "elsewhere", 77))
    assert answer(context).held_by == "none"
