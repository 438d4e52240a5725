"""Mails are known by the sentences of the file their sequence came from."""

from typing import Any

import pytest

from opendoors_desktop.engine.demo.evidence import Which
from opendoors_desktop.engine.demo.marks import marks_of, plain, which_of
from opendoors_desktop.engine.demo.stage import INVITATION, OUTREACH, read_sample


def document(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Fair", "steps": [{"step_type": "email", **step} for step in steps]}


def test_a_mark_is_the_longest_stretch_that_no_variable_changes():
    marks = marks_of(
        document(
            {
                "step_order": 1,
                "subject_template": "At {{ company }} today",
                "body_template": "<p>Dear {{ x }},</p><p>so it\ngoes on.</p>",
            }
        )
    )

    assert marks == {Which("Fair", 1): ("today", "goes on.")}


def test_variants_have_their_own_texts_and_the_steps_where_they_have_none():
    test = {"variants": [{"id": "A"}, {"id": "B", "subject": "Other"}], "test_type": "subject_line"}
    step = {"step_order": 1, "subject_template": "One", "body_template": "Same", "ab_test_enabled": True}

    marks = marks_of(document({**step, "ab_test_variants": test}))

    assert marks == {Which("Fair", 1, "A"): ("One", "Same"), Which("Fair", 1, "B"): ("Other", "Same")}


def test_emails_in_lanes_are_found_and_other_steps_are_not():
    lanes = {"step_type": "conditional", "step_order": 1, "yes": [{"step_type": "task", "step_order": 2}], "no": []}
    lanes["no"] = [{"step_type": "email", "step_order": 3, "body_template": "In a lane"}]

    assert marks_of({"name": "Fair", "steps": [lanes]}) == {Which("Fair", 3): ("In a lane",)}


@pytest.mark.parametrize("body", ["Alike", "{{ first_name }}"])
def test_emails_that_can_not_be_told_apart_are_refused(body: str):
    with pytest.raises(ValueError, match="can't be told"):
        marks_of(document({"step_order": 1, "body_template": body}, {"step_order": 2, "body_template": body}))


def test_a_mail_is_known_however_its_lines_are_wrapped():
    marks = {Which("Fair", 1): ("so it goes",), Which("Fair", 2): ("and on",)}

    assert which_of(plain("Well,\n so  it\r\ngoes"), marks) == Which("Fair", 1)
    assert which_of("so it goes and on", marks) is None
    assert which_of("nothing of it", marks) is None


@pytest.mark.parametrize("name", [OUTREACH, INVITATION])
def test_every_email_of_the_samples_can_be_told(name: str):
    assert marks_of(read_sample(name)).keys()
