"""A sequence looked over before it starts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.domain.capacity import DayLimit
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.mail_host import MailHost
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.pace_rules import Rule
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.engine.commands.sequence_checks import Check, check
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.mailboxes import set_state, update_mailbox
from opendoors_desktop.store.workspaces import get_workspace, set_fallback, update_workspace
from tests.engine.sequence_rooms import FIRST, add_mailbox, add_people, add_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_contact, add_example_mailbox, key


def codes(found: Check) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_sound_sequence_can_start_and_warns_of_the_rest(any_context: Context):
    found = check(any_context, add_sequence(any_context))
    assert found.can_start
    assert codes(found) == ["replies_unseen", "no_footer"]


def test_nothing_is_warned_of_where_all_is_set_up(context: Context):
    box = add_mailbox(context)
    with context.store.write() as unit:
        update_mailbox(unit, replace(box, imap=MailHost("imap.example.com", 993)), by=context.scope.user_id, now=NOW)
        workspace = get_workspace(unit, context.scope.workspace_id)
        update_workspace(unit, replace(workspace, postal_address="1 Street", opt_out_line="Stop?"), NOW)
    assert check(context, add_sequence(context)).problems == ()


def test_what_blocks_comes_first(any_context: Context):
    found = check(any_context, add_sequence(any_context, {"step_type": "email", "body_template": "{{ x"}))
    assert not found.can_start
    blocking = [problem.blocks for problem in found.problems]
    assert blocking == sorted(blocking, reverse=True)
    assert {"template", "empty_subject"} <= set(codes(found))


def test_without_a_choice_it_is_told_how_a_mailbox_is_chosen(any_context: Context):
    sequence_id = add_sequence(any_context)
    change_settings(any_context, sequence_id, lambda each: replace(each, default_mailbox_id=None))
    one = check(any_context, sequence_id)
    (problem,) = (each for each in one.problems if each.code == "no_mailbox")
    assert one.can_start
    assert one.chooses == add_mailbox(any_context)
    assert problem.sentence.endswith("Starting it chooses rep1@example.com.")
    other = add_example_mailbox(any_context.store, any_context.scope, 2)
    several = check(any_context, sequence_id)
    assert (several.can_start, several.chooses) == (False, None)
    command = '“opendoors sequence send-from "Example" ADDRESS”'
    assert several.problems[0].advice == f"Choose one with {command}: rep1@example.com, {other.address}."
    with any_context.store.write() as unit:
        for box in (other, add_mailbox(any_context)):
            set_state(unit, box.id, MailboxStatus.PAUSED, NOW, reason="person")
    none = check(any_context, sequence_id)
    assert (none.can_start, none.chooses) == (False, None)
    assert none.problems[0].advice.startswith("Add one with “opendoors mailbox add”")


def test_a_mailbox_that_fails_says_why(context: Context):
    box = add_mailbox(context)
    with context.store.write() as unit:
        set_state(unit, box.id, MailboxStatus.FAILED, NOW, reason="authentication", detail="535 bad login")
    found = check(context, add_sequence(context))
    assert not found.can_start
    assert found.problems[0].sentence == "rep1@example.com can't send: it is failed, authentication (535 bad login)."


def test_a_name_that_is_no_field_is_warned_of_and_stops_nothing(context: Context):
    found = check(context, add_sequence(context, FIRST | {"body_template": "{{ frist_name }}"}))
    assert found.can_start
    assert "unknown_field" in codes(found)


def test_tracking_without_a_public_address_is_warned_of(context: Context):
    opened = {"conditions": {"conditions": [{"field": "email_opened", "operator": "equals", "value": True}]}}
    sequence_id = add_sequence(context, FIRST, {"step_type": "conditional", **opened}, track_opens=True)
    assert {"no_public_url", "tracking_off"} <= set(codes(check(context, sequence_id)))
    with context.store.write() as unit:
        workspace = get_workspace(unit, context.scope.workspace_id)
        update_workspace(unit, replace(workspace, public_url="https://mail.example.com"), NOW)
    assert not {"no_public_url", "tracking_off"} & set(codes(check(context, sequence_id)))


def test_who_lacks_a_variable_is_shown_and_stops_nothing(any_context: Context):
    sequence_id = add_sequence(any_context, FIRST | {"body_template": "{{ first_name }} {{ title }} {{ city }}"})
    add_people(any_context, sequence_id, 2)
    found = check(any_context, sequence_id)
    assert found.can_start
    assert [(each.field, each.count) for each in found.lacking] == [("city", 2), ("title", 2)]
    with any_context.store.write() as unit:
        set_fallback(unit, any_context.scope.workspace_id, "city", "your town", row_id=key(1), now=NOW)
    assert [each.field for each in check(any_context, sequence_id).lacking] == ["title"]
    add_example_contact(any_context.store, any_context.scope, 50)
    assert [each.count for each in check(any_context, sequence_id).lacking] == [2]


def test_the_limit_that_binds_comes_first(context: Context):
    box = add_mailbox(context)
    sequence_id = add_sequence(context, throttle_delay_minutes=0)
    assert check(context, sequence_id).limits == (DayLimit(Rule.SEQUENCE_CAP, 100),)
    with context.store.write() as unit:
        limits = replace(box.limits, daily_cap=40, gap=timedelta(seconds=60))
        update_mailbox(unit, replace(box, limits=limits), by=context.scope.user_id, now=NOW)
    mine = DayLimit(Rule.DAILY_CAP, 40, box.address)
    assert check(context, sequence_id).limits == (mine, DayLimit(Rule.SEQUENCE_CAP, 100))
    other = add_example_mailbox(context.store, context.scope, 2)
    change_settings(context, sequence_id, lambda each: replace(each, shares=(MailboxShare(other.id),)))
    assert check(context, sequence_id).limits == (DayLimit(Rule.SEQUENCE_CAP, 100),)


def test_the_first_email_s_own_mailbox_is_the_one_that_counts(context: Context):
    box = add_example_mailbox(context.store, context.scope, 2)
    with context.store.write() as unit:
        limits = replace(box.limits, hourly_cap=1)
        update_mailbox(unit, replace(box, limits=limits), by=context.scope.user_id, now=NOW)
    sequence_id = add_sequence(context, FIRST | {"email_account": box.address}, throttle_delay_minutes=0)
    assert check(context, sequence_id).limits[0] == DayLimit(Rule.HOURLY_CAP, 24, box.address)


def test_without_emails_there_is_no_limit_and_without_mailboxes_only_the_sequence_s(context: Context):
    tasks = add_sequence(context, {"step_type": "task", "task_title": "Card"})
    assert check(context, tasks).limits == ()
    add_example_mailbox(context.store, context.scope, 2)
    nowhere = add_sequence(context)
    change_settings(context, nowhere, lambda each: replace(each, default_mailbox_id=None))
    assert check(context, nowhere).limits == (DayLimit(Rule.SEQUENCE_CAP, 100),)


def test_an_unknown_sequence_is_not_found(context: Context):
    with pytest.raises(NotFound):
        check(context, key(1))
