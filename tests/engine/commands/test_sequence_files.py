"""Sequences as JSON files."""

import json
from datetime import date

import pytest

from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.sequence_files import check_document, export_sequence, import_sequence
from opendoors_desktop.engine.commands.sequences import create_sequence, new_settings, show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.followed_templates import follow
from opendoors_desktop.store.templates import Template, add_template, list_templates
from tests.engine.sequence_rooms import ADDRESS, FIRST, actions, add_mailbox, add_sequence, document, topic_numbers
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, key


def full_document() -> dict[str, object]:
    return document(
        FIRST | {"step_order": 1, "email_account": ADDRESS},
        {
            "step_order": 2,
            "step_type": "conditional",
            "delay_days": 3,
            "conditions": {
                "conditions": [{"field": "email_replied", "operator": "equals", "value": False, "step_reference": 1}],
                "operator": "AND",
            },
            "yes": [{"step_order": 3, "step_type": "call", "task_title": "Call", "task_assignee": "robin@example.com"}],
            "no": [],
        },
        description="What for",
        tags=["fair"],
        goal_type="meetings",
        goal_target=20,
        goal_deadline="2026-06-30",
        sending_timezone="Europe/Berlin",
        sending_days=[True] * 7,
        sending_window_start="09:00",
        sending_window_end="17:00",
        holidays=["2026-05-02"],
        max_emails_per_day=None,
        email_account_shares=[{"email_account": ADDRESS, "weight": 3}],
        holiday_country="DE",
        holiday_subdivision="BY",
        out_of_office_days=3,
        track_opens=True,
        track_clicks=True,
        goal_name="Demo",
    )


def test_an_imported_sequence_is_exported_as_it_came(any_context: Context):
    add_mailbox(any_context)
    made = import_sequence(any_context, full_document())
    assert (made.name, made.unknown_mailboxes, made.unknown_people) == ("Example", (), ())
    record = show_sequence(any_context, made.sequence_id)
    assert (record.status, record.version) == (SequenceStatus.DRAFT, 1)
    assert record.settings.days_off == {date(2026, 5, 2)}
    assert record.settings.shares[0].weight == 3
    exported = export_sequence(any_context, made.sequence_id)
    given = full_document()
    assert {name: exported[name] for name in given} == given
    again = import_sequence(any_context, exported, name="Again")
    assert export_sequence(any_context, again.sequence_id) == exported | {"name": "Again"}
    assert json.loads(json.dumps(exported)) == exported
    assert actions(any_context) == ["sequence_imported"] * 2
    assert topic_numbers(any_context)["sequences"] == 2


def test_mailboxes_and_people_that_are_not_here_are_told_and_left_out(context: Context):
    made = import_sequence(context, full_document() | {"default_email_account": "other@example.com"})
    assert made.unknown_mailboxes == ("other@example.com", ADDRESS)
    assert made.unknown_people == ()
    record = show_sequence(context, made.sequence_id)
    assert (record.settings.default_mailbox_id, record.settings.shares) == (None, ())
    steps = [{"step_type": "task", "task_title": "x", "task_assignee": "kim@example.com"}]
    assert import_sequence(context, document(*steps)).unknown_people == ("kim@example.com",)


def test_the_only_mailbox_there_is_is_taken_where_a_file_names_none(any_context: Context):
    box = add_mailbox(any_context)
    made = import_sequence(any_context, document(default_email_account=None))
    assert show_sequence(any_context, made.sequence_id).settings.default_mailbox_id == box.id
    add_example_mailbox(any_context.store, any_context.scope, 2)
    made = import_sequence(any_context, document(default_email_account=None))
    assert show_sequence(any_context, made.sequence_id).settings.default_mailbox_id is None


def test_every_fault_is_told_with_its_path_and_nothing_is_written(any_context: Context):
    bad = document({"step_type": "postcard"}, holiday_country="XX", track_opens="yes", sending_timezone="Nowhere")
    with pytest.raises(BadJson) as caught:
        import_sequence(any_context, bad)
    paths = {fault.path for fault in caught.value.faults}
    assert paths == {"$.sending_timezone", "$.steps[0].step_type", "$.holiday_country", "$.track_opens"}
    with any_context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM sequences") == [(0,)]


def test_faults_of_the_settings_beside_are_told_alone_too(context: Context):
    for extra, path in (
        ({"holiday_subdivision": "BY"}, "$.holiday_subdivision"),
        ({"holiday_country": "DE", "holiday_subdivision": "Q"}, "$.holiday_subdivision"),
        ({"out_of_office_days": -1}, "$.out_of_office_days"),
    ):
        with pytest.raises(BadJson) as caught:
            check_document(context, document(**extra))
        assert [fault.path for fault in caught.value.faults] == [path]


@pytest.mark.parametrize("value", [None, [], "text", {}, {"opendoors_sequence": 2, "name": "x"}])
def test_what_is_no_sequence_is_refused(context: Context, value: object):
    with pytest.raises(BadJson):
        import_sequence(context, value)


def test_T61_a_step_without_a_type_is_refused_not_guessed(context: Context):
    with pytest.raises(BadJson) as caught:
        import_sequence(context, document({"subject_template": "Hi", "body_template": "x"}))
    assert [fault.path for fault in caught.value.faults] == ["$.steps[0].step_type"]


def test_a_document_can_be_looked_over_without_taking_it(context: Context):
    assert check_document(context, full_document()).sequence.name == "Example"
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM sequences") == [(0,)]


def test_conditions_may_ask_for_fields_of_the_workspace_alone(context: Context):
    asks = {"conditions": {"conditions": [{"field": "contact.custom.size", "operator": "is_set"}]}}
    with pytest.raises(BadJson):
        import_sequence(context, document(FIRST | asks))
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO contact_fields (id, workspace_id, name, label) VALUES (:id, :w, 'size', 'Size')",
            {"id": key(1), "w": context.scope.workspace_id},
        )
    import_sequence(context, document(FIRST | asks))


def test_templates_that_come_along_are_kept_once(any_context: Context):
    templates = [{"name": "Follow-up", "subject": "Re {{ title }}", "body": "<p>x</p>", "body_is_html": True}]
    assert import_sequence(any_context, document(templates=templates)).templates == ("Follow-up",)
    assert import_sequence(any_context, document(templates=templates)).templates == ()
    changed = [templates[0] | {"body": None}]
    assert import_sequence(any_context, document(templates=changed)).templates == ("Follow-up",)
    with any_context.store.read() as unit:
        kept = list_templates(unit, any_context.scope.workspace_id)
    assert [(each.body, each.body_is_html, each.variables) for each in kept] == [
        ("<p>x</p>", True, frozenset({"title"})),
        ("", True, frozenset({"title"})),
    ]


def test_a_step_that_follows_a_template_is_exported_with_its_texts(context: Context):
    sequence_id = add_sequence(context)
    step = show_sequence(context, sequence_id).flow.ordered[0]
    with context.store.write() as unit:
        template = Template(key(1), "Hello", "From the template", "Body")
        add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=NOW)
        follow(unit, step.id, template.id)
    assert export_sequence(context, sequence_id)["steps"][0]["subject_template"] == "From the template"


def test_a_sequence_made_here_can_be_taken_in_again(context: Context):
    sequence_id = create_sequence(context, new_settings(context, "Made here"))
    made = import_sequence(context, export_sequence(context, sequence_id))
    assert show_sequence(context, made.sequence_id).settings == show_sequence(context, sequence_id).settings
