"""Older versions, looked at and brought back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.folder import Folder
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.engine.commands.sequence_edits import edit_steps, follow_template
from opendoors_desktop.engine.commands.sequence_versions import list_versions, restore_version, show_version
from opendoors_desktop.engine.commands.sequences import change_settings, create_sequence, new_settings, show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.folders import add_folder
from opendoors_desktop.store.followed_templates import followed_in
from opendoors_desktop.store.mailboxes import retire_mailbox
from opendoors_desktop.store.templates import Template, add_template
from tests.engine.sequence_rooms import add_mailbox, add_sequence, only, rewrite, standings, start_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, every_step, full_settings, key


def test_every_step_and_setting_comes_back_from_a_version(any_context: Context):
    scope = any_context.scope
    boxes = [add_example_mailbox(any_context.store, scope, number).id for number in (1, 2)]
    sequence_id = create_sequence(any_context, new_settings(any_context, "Example"))
    with any_context.store.write() as unit:
        owners = (scope.customer_id, scope.workspace_id)
        add_folder(unit, owners, Folder(key(600), "Autumn"), by=scope.user_id, now=NOW)
        unit.run(
            "INSERT INTO call_scripts (id, workspace_id, name, body) VALUES (:id, :workspace_id, 'Script', 'Hi')",
            {"id": key(61), "workspace_id": scope.workspace_id},
        )
        unit.run(
            "INSERT INTO contact_fields (id, workspace_id, name, label, kind)"
            " VALUES (:id, :w, 'score', 'Score', 'number')",
            {"id": key(62), "w": scope.workspace_id},
        )
    full = full_settings(scope.user_id, boxes, key(600))
    change_settings(any_context, sequence_id, lambda _: full)
    steps = [
        replace(step, call_script_id=key(61)) if step.type == "call" else step
        for step in every_step(sequence_id, boxes[0], scope.user_id)
    ]
    saved = edit_steps(any_context, sequence_id, steps)
    change_settings(any_context, sequence_id, lambda _: new_settings(any_context, "Plain"))
    edit_steps(any_context, sequence_id, [])
    assert show_sequence(any_context, sequence_id).flow.ordered == ()
    back = restore_version(any_context, sequence_id, saved.version)
    record = show_sequence(any_context, sequence_id)
    assert back.version == record.version == saved.version + 3
    assert record.flow == saved.flow
    assert record.settings == replace(full, folder_id=None)
    assert list_versions(any_context, sequence_id)[0].summary == f"Version {saved.version} brought back"


def test_a_restored_step_is_the_same_step_so_nobody_gets_it_twice(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    first, second, third = show_sequence(any_context, sequence_id).flow.ordered
    (standing,) = standings(any_context, sequence_id)
    sent = (StepRecord(first.id, StepResult.SENT, NOW),)
    after = replace(standing.enrollment, records=sent, last_step_completed_at=NOW, current_step_id=second.id)
    rewrite(any_context, standing, after)
    edit_steps(any_context, sequence_id, [third])
    assert only(any_context, sequence_id).current_step_id == third.id
    restore_version(any_context, sequence_id, 1)
    assert show_sequence(any_context, sequence_id).flow.ordered == (first, second, third)
    found = only(any_context, sequence_id)
    assert found.current_step_id in {second.id, third.id}
    assert found.next_step_scheduled_at is not None
    assert found.next_step_scheduled_at >= NOW + timedelta(days=2)


def test_what_has_gone_since_is_left_out(context: Context):
    box = add_mailbox(context)
    sequence_id = add_sequence(context)
    change_settings(context, sequence_id, lambda each: replace(each, shares=(MailboxShare(box.id),)))
    with context.store.write() as unit:
        retire_mailbox(unit, box.id, by=context.scope.user_id, now=NOW)
    restore_version(context, sequence_id, 2)
    settings = show_sequence(context, sequence_id).settings
    assert (settings.default_mailbox_id, settings.shares) == (None, ())


def test_a_step_follows_its_template_again(context: Context):
    sequence_id = add_sequence(context)
    first, *rest = show_sequence(context, sequence_id).flow.ordered
    template = Template(key(40), "Hello", "Hi", "Text")
    with context.store.write() as unit:
        add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=NOW)
    follow_template(context, sequence_id, first.id, template.id)
    edit_steps(context, sequence_id, rest)
    restore_version(context, sequence_id, 2)
    with context.store.read() as unit:
        assert followed_in(unit, sequence_id)[first.id].template_id == template.id
    restore_version(context, sequence_id, 1)
    with context.store.read() as unit:
        assert followed_in(unit, sequence_id) == {}


def test_a_version_can_be_looked_at(context: Context):
    sequence_id = add_sequence(context, goal_deadline="2026-12-24")
    starts_at = datetime(2026, 4, 1, tzinfo=UTC)
    change_settings(
        context, sequence_id, lambda each: replace(each, name="New", starts_at=starts_at, goal_deadline=None)
    )
    document = show_version(context, sequence_id, 1)
    assert (document["opendoors_sequence"], document["name"], document["goal_deadline"]) == (1, "Example", "2026-12-24")
    assert len(document["steps"]) == 3
    restore_version(context, sequence_id, 1)
    settings = show_sequence(context, sequence_id).settings
    assert (settings.name, settings.starts_at, settings.goal_deadline) == ("Example", None, date(2026, 12, 24))
    restore_version(context, sequence_id, 2)
    assert show_sequence(context, sequence_id).settings.starts_at == starts_at


def test_an_unknown_version_or_sequence_is_not_found(context: Context):
    sequence_id = add_sequence(context)
    for call in (show_version, restore_version):
        for wanted, number in ((sequence_id, 9), (key(1), 1)):
            with pytest.raises(NotFound):
                call(context, wanted, number)
    with pytest.raises(NotFound):
        list_versions(context, key(1))
