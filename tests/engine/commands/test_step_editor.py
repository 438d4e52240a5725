"""What the editor of a step is shown: what it may refer to, what is wrong with it, and what was typed before."""

from dataclasses import replace

from opendoors_desktop.domain.ab_test_json import MAX_SUBJECT
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import LinkedInAction, StepType
from opendoors_desktop.domain.step_draft import StepDraft
from opendoors_desktop.engine.commands.library import add_script, list_scripts, retire_script
from opendoors_desktop.engine.commands.step_drafts import FOLDER, drop_draft, keep_draft, read_drafts
from opendoors_desktop.engine.commands.step_editor import FieldFault, look_over_step, read_surroundings
from opendoors_desktop.engine.context import Context
from tests.engine.commands.test_contacts import add_own_field
from tests.engine.commands.test_sequence_edits import live
from tests.engine.sequence_rooms import FIRST, add_sequence

CONDITION = {"conditions": [{"field": "contact.city", "operator": "is_set"}], "operator": "AND"}
FORK = {"step_type": "conditional", "conditions": CONDITION, "no": [FIRST], "yes": [FIRST]}


def faults(context: Context, sequence_id, step):
    with context.store.read() as unit:
        return look_over_step(context, unit, sequence_id, step)


def test_it_names_what_a_step_may_refer_to(context: Context):
    sequence_id = add_sequence(context)
    add_own_field(context, "fleet", FieldKind.NUMBER)
    kept, gone = add_script(context, "Opener", "Hello"), add_script(context, "Old", "Well")
    retire_script(context, gone)
    with context.store.read() as unit:
        around = read_surroundings(context, unit, sequence_id)
    assert [box.name for box in around.mailboxes] == ["rep1@example.com"]
    assert [(script.id, script.text) for script in around.scripts] == [(kept, "Hello")]
    assert {"email", "first_name", "custom.fleet", "sender_name"} <= set(around.variables)
    assert around.version == 1
    assert len(list_scripts(context)) == 1


def test_a_sound_step_has_no_fault(context: Context):
    sequence_id = add_sequence(context, FORK, FIRST)
    for step in live(context, sequence_id):
        assert faults(context, sequence_id, step) == []


def test_each_fault_is_told_of_its_field_wherever_the_step_stands(context: Context):
    sequence_id = add_sequence(context, FORK, FIRST)
    inner = live(context, sequence_id)[2]
    bad = replace(
        inner, subject_template="x" * (MAX_SUBJECT + 1), body_template="Hi {{ first_name", delay=Delay(days=9_999)
    )
    found = {each.field: each for each in faults(context, sequence_id, bad)}
    assert found["subject_template"].blocks
    assert found["delay_days"].blocks
    assert not found["body_template"].blocks
    assert found["body_template"].sentence.startswith("Line 1: ")
    assert faults(context, sequence_id, live(context, sequence_id)[1]) == []


def test_an_unknown_field_and_what_keeps_it_from_starting_are_told(context: Context):
    sequence_id = add_sequence(context)
    first = live(context, sequence_id)[0]
    bad = replace(first, subject_template="", body_template="Hi {{ shoe_size }}")
    assert [each.sentence for each in faults(context, sequence_id, bad)] == [
        "There is no field shoe_size.",
        "Step 1 is a first email without a subject.",
    ]
    silent = replace(first, type=StepType.LINKEDIN, linkedin_action=LinkedInAction.MESSAGE)
    assert FieldFault("", "Step 1 is a LinkedIn message without a text.") in faults(context, sequence_id, silent)


def test_drafts_survive_on_the_disk_and_one_that_is_broken_costs_no_other(context: Context, caplog):
    sequence_id = add_sequence(context, FORK, FIRST)
    kept = [StepDraft(step, replace(step, body_template=f"Draft {n} {{{{ x }}}} – ☂")) for n, step in
            enumerate(live(context, sequence_id))]  # fmt: skip
    for draft in kept:
        keep_draft(context, draft)
    assert read_drafts(context, sequence_id) == {draft.step_id: draft for draft in kept}
    folder = context.data_dir / FOLDER / sequence_id.hex
    (folder / f"{kept[0].step_id.hex}.json").write_text('{"base"')
    drop_draft(context, sequence_id, kept[1].step_id)
    drop_draft(context, sequence_id, kept[1].step_id)
    assert set(read_drafts(context, sequence_id)) == {draft.step_id for draft in kept[2:]}
    assert "a draft can't be read" in caplog.text
