"""What the texts of steps ask for."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.engine.step_texts import email_texts, needed_fields, text_faults, unknown_fields, used_fields
from tests.sequence_builders import email, key

PLAIN = email(1, key(500), subject_template="Hi {{ first_name }}", body_template="{{ company | default('you') }}")
TESTED = replace(
    PLAIN,
    ab_test_enabled=True,
    ab_test=AbTest(
        (
            Variant("a", "A {{ title }}", None, 1),
            Variant("b", "B", "{{ city }}", 1),
            Variant("c", "{{ phone }}", "{{ phone }}", 1, is_paused=True),
            Variant("d", "{{ state }}", "{{ state }}", 0),
        )
    ),
)


def test_a_field_with_a_default_is_used_but_not_needed():
    assert needed_fields(PLAIN) == {"first_name"}
    assert used_fields(PLAIN) == {"first_name", "company"}


def test_every_variant_that_may_be_sent_counts():
    assert needed_fields(TESTED) == {"title", "city"}
    assert email_texts(TESTED) == [("A {{ title }}", "{{ company | default('you') }}"), ("B", "{{ city }}")]


def test_a_winner_is_sent_alone():
    assert TESTED.ab_test is not None
    won = replace(TESTED, ab_test=replace(TESTED.ab_test, winner_id="c"))
    assert needed_fields(won) == {"phone"}


def test_a_test_that_is_off_or_sends_nothing_leaves_the_step_itself():
    assert needed_fields(replace(TESTED, ab_test_enabled=False)) == {"first_name"}
    silent = AbTest((Variant("a", "{{ title }}", None, 0),))
    assert needed_fields(replace(TESTED, ab_test=silent)) == {"first_name"}
    assert needed_fields(replace(TESTED, ab_test=None)) == {"first_name"}


def test_tasks_need_what_their_texts_and_their_script_say():
    call = Step(key(2), key(500), 1, StepType.CALL, task_title="Call {{ first_name }}", call_script_id=key(9))
    assert needed_fields(call) == {"first_name"}
    assert needed_fields(call, {key(9): frozenset({"title"})}) == {"first_name", "title"}
    note = Step(
        key(3), key(500), 1, StepType.LINKEDIN, linkedin_action=LinkedInAction.MESSAGE,
        linkedin_message="{{ custom.plan }}", task_description="{{ city }}",
    )  # fmt: skip
    assert needed_fields(note) == {"custom.plan", "city"}
    assert used_fields(note) == {"custom.plan", "city"}


def test_no_contact_can_lack_who_writes():
    assert needed_fields(replace(PLAIN, body_template="{{ sender_name }} {{ sender_email }}")) == {"first_name"}


def test_a_delay_says_nothing():
    assert needed_fields(Step(key(2), key(500), 1, StepType.DELAY)) == frozenset()


@pytest.mark.parametrize("text", ["{{ first_name", "{% if %}", "{{ x.__class__ }}", "{% include 'x' %}"])
def test_faults_name_part_and_line_once(text: str):
    (fault,) = text_faults(replace(PLAIN, body_template=f"Line one\n{text}"))
    assert fault.startswith("body, line 2: ")
    task = Step(key(2), key(500), 1, StepType.TASK, task_title=text)
    assert len(text_faults(task)) == 1


def test_a_fault_in_every_variant_is_told_once():
    assert len(text_faults(replace(TESTED, body_template="{{ x", ab_test=AbTest((Variant("a"), Variant("b")))))) == 1


def test_names_that_are_no_field_are_told():
    step = replace(
        PLAIN, body_template="{{ email }} {{ frist_name }} {{ custom.plan }} {{ custom.nothing }} {{ tags }}"
    )
    assert unknown_fields(step, ["plan"]) == {"frist_name", "custom.nothing"}
