"""A step looked at while it is written: the same message as the plan's previews, which are made as what is sent is."""

from dataclasses import replace
from datetime import UTC

from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.engine.agenda import plan_ahead
from opendoors_desktop.engine.commands.step_edits import change_step
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.previews import preview_emails
from opendoors_desktop.engine.step_previews import count_lacking, list_preview_contacts, preview_step
from tests.engine.commands.test_sequence_edits import live
from tests.engine.sequence_rooms import FIRST, SECOND, add_sequence, standings, start_sequence


def test_a_step_not_saved_yet_is_made_as_it_is_once_it_is_saved(context: Context):
    sequence_id = start_sequence(context, FIRST, SECOND, people=2)
    step = live(context, sequence_id)[0]
    mine = replace(step, subject_template="To {{ first_name }}", body_template="<p>Hi <b>{{ first_name }}</b></p>")
    mine = replace(mine, body_is_html=True)
    standing = standings(context, sequence_id)[1]
    shown = preview_step(context, sequence_id, mine, enrollment_id=standing.enrollment.id)
    assert (shown.message.subject, shown.message.problem) == ("To Ann2", "")
    assert shown.message.text.startswith("Hi Ann2")
    assert (shown.to, "rep1@example.com" in shown.sender) == (standing.address, True)
    change_step(context, sequence_id, step, mine)
    plan = plan_ahead(context, UTC, 7)
    assert plan is not None
    planned = [each for each in plan.emails if each.enrollment_id == standing.enrollment.id and each.starts_thread]
    assert list(preview_emails(context, planned).values()) == [shown.message]


def test_a_follow_up_answers_the_subject_its_thread_would_have(context: Context):
    sequence_id = start_sequence(context, FIRST | {"subject_template": "For {{ first_name }}"}, SECOND, people=1)
    second = live(context, sequence_id)[1]
    enrollment_id = standings(context, sequence_id)[0].enrollment.id
    assert preview_step(context, sequence_id, second, enrollment_id=enrollment_id).message.subject == "Re: For Ann1"


def test_a_variant_is_shown_and_without_a_contact_variables_stand_in_brackets(context: Context):
    sequence_id = add_sequence(context, FIRST)
    test = AbTest((Variant("A"), Variant("B", subject="Other {{ company }}")))
    step = replace(live(context, sequence_id)[0], ab_test_enabled=True, ab_test=test)
    shown = preview_step(context, sequence_id, step, variant="B")
    assert (shown.message.subject, shown.message.text.strip()) == ("Other [company]", "Hi [first_name]")


def test_what_holds_an_email_is_told_in_its_place(context: Context):
    sequence_id = start_sequence(context, FIRST, people=1)
    step = replace(live(context, sequence_id)[0], body_template="{{ city }} {% if %}")
    enrollment_id = standings(context, sequence_id)[0].enrollment.id
    assert preview_step(context, sequence_id, step, enrollment_id=enrollment_id).message.problem
    step = replace(step, body_template="{{ city }}")
    problem = preview_step(context, sequence_id, step, enrollment_id=enrollment_id).message.problem
    assert problem.startswith("city is empty.")


def test_contacts_to_look_as_are_told_with_their_values_and_who_lacks_what(context: Context):
    sequence_id = start_sequence(context, FIRST, people=2)
    with context.store.read() as unit:
        people = list_preview_contacts(context, unit, sequence_id)
        lacking = count_lacking(context, unit, sequence_id)
    assert [(each.name, each.values["first_name"]) for each in people] == [("Ann1", "Ann1"), ("Ann2", "Ann2")]
    assert lacking["city"] == 2
    assert "first_name" not in lacking
