"""Sequences made, cloned, changed and deleted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import GoalType, MailboxShare, SequenceStatus
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequence_states import archive_sequence, stop_sequence
from opendoors_desktop.engine.commands.sequence_versions import list_versions
from opendoors_desktop.engine.commands.sequences import (
    change_settings,
    clone_sequence,
    create_sequence,
    delete_sequence,
    find_sequence,
    move_sequence,
    new_settings,
    rename_sequence,
    send_from,
    show_sequence,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.followed_templates import follow, followed_in
from opendoors_desktop.store.templates import Template, add_template
from tests.engine.sequence_rooms import (
    FIRST,
    SECOND,
    actions,
    add_people,
    add_sequence,
    only,
    standings,
    start_sequence,
    topic_numbers,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, email, key

OPENED = {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1}


def test_a_new_sequence_starts_with_the_hours_of_its_workspace(any_context: Context):
    sequence_id = create_sequence(any_context, new_settings(any_context, "Autumn"))
    record = show_sequence(any_context, sequence_id)
    assert record.settings.window == SendWindow(start=time(9), end=time(17))
    assert (record.settings.zone, record.settings.throttle) == ("Europe/Berlin", timedelta(minutes=5))
    assert (record.status, record.version, record.flow.steps) == (SequenceStatus.DRAFT, 1, ())
    assert [version.number for version in list_versions(any_context, sequence_id)] == [1]
    assert find_sequence(any_context, "Autumn") == sequence_id
    assert actions(any_context) == ["sequence_created"]
    assert topic_numbers(any_context)["sequences"] == 1


def test_without_a_schedule_a_new_sequence_sends_all_day_in_the_zone_of_its_workspace(context: Context):
    with context.store.write() as unit:
        unit.run("DELETE FROM schedules")
    settings = new_settings(context, "Autumn")
    assert (settings.window, settings.zone) == (SendWindow(), "Europe/Berlin")


def test_everything_wrong_with_settings_is_told_at_once_and_nothing_made(context: Context):
    removed = key(77)
    bad = replace(
        new_settings(context, " "),
        description="x" * 10_001,
        tags=("a", ""),
        zone="Europe/Atlantis",
        window=SendWindow((False,) * 7, time(9), time(9)),
        holiday_country="XX",
        throttle=timedelta(seconds=90),
        max_emails_per_day=-1,
        max_new_per_day=2_000_000,
        goal_target=0,
        goal_name="g" * 256,
        out_of_office_days=366,
        shares=(MailboxShare(removed, -1), MailboxShare(removed)),
        default_mailbox_id=removed,
        folder_id=removed,
        owner_id=removed,
    )
    with pytest.raises(InputError) as caught:
        create_sequence(context, bad)
    assert caught.value.code == "bad_settings"
    assert len(caught.value.advice.splitlines()) == 18
    with pytest.raises(InputError, match="needs a name"):
        create_sequence(context, new_settings(context, ""))
    with pytest.raises(InputError) as caught:
        create_sequence(context, replace(new_settings(context, "x\0"), name="n" * 256 + "\0", tags=("t",) * 101))
    assert len(caught.value.advice.splitlines()) == 3
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM sequences") == [(0,)]


def test_an_unknown_sequence_is_not_found(context: Context):
    for call in (clone_sequence, delete_sequence, show_sequence):
        with pytest.raises(NotFound):
            call(context, key(5))
    with pytest.raises(NotFound):
        find_sequence(context, "Nothing")


def test_T18_a_clone_is_a_draft_without_dates_contacts_and_winners(any_context: Context):
    variants = [{"id": "a", "subject": "A", "weight": 1}, {"id": "b", "subject": "B", "weight": 1}]
    test = {"variants": variants, "test_type": "subject_line", "winner_criteria": "reply_rate", "winner_id": "b"}
    sequence_id = start_sequence(
        any_context,
        FIRST | {"ab_test_enabled": True, "ab_test_variants": test},
        {
            "step_type": "conditional",
            "conditions": {"conditions": [OPENED]},
            "yes": [SECOND],
        },
        people=2,
        tags=["fair"],
        goal_deadline="2026-02-01",
    )  # fmt: skip
    change_settings(any_context, sequence_id, lambda each: replace(each, starts_at=datetime(2026, 2, 1, tzinfo=UTC)))
    clone_id = clone_sequence(any_context, sequence_id)
    old, clone = show_sequence(any_context, sequence_id), show_sequence(any_context, clone_id)
    assert (clone.status, clone.version, clone.activated_at) == (SequenceStatus.DRAFT, 1, None)
    assert clone.settings == replace(old.settings, name="Example (copy)", starts_at=None, goal_deadline=None)
    assert clone.settings.tags == ("fair",)
    assert standings(any_context, clone_id) == []
    assert not {step.id for step in old.flow.steps} & {step.id for step in clone.flow.steps}
    first, fork, inside = clone.flow.ordered
    assert first.ab_test is not None
    assert first.ab_test.winner_id is None
    assert inside.parent_id == fork.id
    assert fork.conditions is not None
    assert fork.conditions.members[0].step_id == first.id  # type: ignore[union-attr]
    assert [step.variables for step in clone.flow.ordered] == [step.variables for step in old.flow.ordered]
    assert first.variables == {"first_name"}
    with any_context.store.read() as unit:
        assert unit.rows("SELECT total_enrolled, total_sent FROM sequences WHERE id = :id", {"id": clone_id}) == [
            (0, 0)
        ]
        assert unit.rows("SELECT count(*) FROM outgoing_emails") == [(0,)]


def test_a_clone_can_be_named_and_follows_the_same_templates(context: Context):
    sequence_id = add_sequence(context)
    step = show_sequence(context, sequence_id).flow.ordered[0]
    with context.store.write() as unit:
        template = Template(key(1), "Hello", "Hi", "Text")
        add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=NOW)
        follow(unit, step.id, template.id)
    clone_id = clone_sequence(context, sequence_id, "Winter")
    clone = show_sequence(context, clone_id)
    assert clone.settings.name == "Winter"
    with context.store.read() as unit:
        followed = followed_in(unit, clone_id)
    assert {step_id: each.template_id for step_id, each in followed.items()} == {clone.flow.ordered[0].id: template.id}


def test_a_changed_window_moves_everyone_who_waits(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_hours": 1}, people=1)
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW + timedelta(hours=1)
    window = SendWindow(start=time(15), end=time(16))
    record = change_settings(any_context, sequence_id, lambda each: replace(each, window=window, zone="UTC"))
    assert record.version == 2
    (standing,) = standings(any_context, sequence_id)
    assert standing.enrollment.next_step_scheduled_at == NOW.replace(hour=15)
    assert standing.ticket is not None
    assert standing.ticket.wake_at == NOW.replace(hour=15)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM claim_queue") == [(1,)]


def test_what_only_people_look_at_plans_nobody_anew(context: Context, monkeypatch: pytest.MonkeyPatch):
    sequence_id = start_sequence(context, people=1)
    monkeypatch.setattr(
        "opendoors_desktop.engine.commands.sequences.replan_everyone", lambda *_: pytest.fail("planned anew")
    )
    change_settings(
        context,
        sequence_id,
        lambda each: replace(
            each, name="New", description="d", tags=("x",), goal_type=GoalType.SALES, goal_name="g",
            goal_target=3, goal_deadline=date(2027, 1, 1),
        ),
    )  # fmt: skip
    rename_sequence(context, sequence_id, "Newer")
    assert show_sequence(context, sequence_id).settings.name == "Newer"


def test_a_save_that_changes_nothing_makes_no_version(context: Context):
    sequence_id = add_sequence(context)
    assert change_settings(context, sequence_id, lambda each: each).version == 1
    assert len(list_versions(context, sequence_id)) == 1


def test_settings_changed_meanwhile_are_not_overwritten(context: Context):
    sequence_id = add_sequence(context)
    rename_sequence(context, sequence_id, "Theirs")
    with pytest.raises(NotPossible) as caught:
        change_settings(context, sequence_id, lambda each: replace(each, name="Mine"), expected=1)
    assert caught.value.code == "changed_meanwhile"
    assert show_sequence(context, sequence_id).settings.name == "Theirs"


def test_a_sequence_is_not_moved_into_a_folder_that_is_not_there(context: Context):
    sequence_id = add_sequence(context)
    with pytest.raises(InputError, match="folder"):
        move_sequence(context, sequence_id, key(1))
    move_sequence(context, sequence_id, None)


def test_contacts_are_shared_among_the_mailboxes_that_are_named(any_context: Context):
    sequence_id = add_sequence(any_context)
    boxes = [add_example_mailbox(any_context.store, any_context.scope, number) for number in (2, 3)]
    send_from(any_context, sequence_id, [box.address.upper() for box in boxes])
    settings = show_sequence(any_context, sequence_id).settings
    assert settings.default_mailbox_id == boxes[0].id
    assert [(share.mailbox_id, share.weight) for share in settings.shares] == [(box.id, 1) for box in boxes]
    send_from(any_context, sequence_id, [boxes[1].address])
    settings = show_sequence(any_context, sequence_id).settings
    assert (settings.default_mailbox_id, settings.shares) == (boxes[1].id, ())
    with pytest.raises(NotFound):
        send_from(any_context, sequence_id, ["nobody@example.com"])


def test_who_came_before_there_was_a_mailbox_is_given_one(any_context: Context):
    sequence_id = create_sequence(any_context, new_settings(any_context, "Early"))
    steps = [email(1, sequence_id, delay=Delay(1))]
    edit_steps(any_context, sequence_id, steps)
    add_people(any_context, sequence_id, 1)
    assert only(any_context, sequence_id).mailbox_id is None
    box = add_example_mailbox(any_context.store, any_context.scope, 2)
    send_from(any_context, sequence_id, [box.address])
    assert only(any_context, sequence_id).mailbox_id == box.id


def test_a_draft_nobody_was_in_is_deleted(any_context: Context):
    sequence_id = add_sequence(any_context)
    assert delete_sequence(any_context, sequence_id)
    with pytest.raises(NotFound):
        show_sequence(any_context, sequence_id)
    with any_context.store.read() as unit:
        for table in ("sequence_steps", "sequence_versions", "sequence_mailboxes"):
            assert unit.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert actions(any_context)[-1] == "sequence_deleted"


def test_any_other_sequence_is_archived_instead_and_keeps_its_figures(any_context: Context):
    draft = add_sequence(any_context)
    add_people(any_context, draft, 1)
    running = start_sequence(any_context, name="Running")
    for sequence_id in (draft, running):
        assert not delete_sequence(any_context, sequence_id)
        assert show_sequence(any_context, sequence_id).status is SequenceStatus.ARCHIVED
        assert not delete_sequence(any_context, sequence_id)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT status FROM sequence_enrollments") == [("stopped",)]


def test_T59_leaving_one_sequence_leaves_the_others_alone(any_context: Context):
    first = start_sequence(any_context, people=1, allow_parallel=True)
    second = start_sequence(any_context, name="Second", allow_parallel=True)
    contact = only(any_context, first).contact_id
    enroll(any_context, second, [contact])
    (before,) = standings(any_context, first)
    stop_sequence(any_context, second)
    archive_sequence(any_context, second)
    assert standings(any_context, first) == [before]
    with any_context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM claim_queue") == [(1,)]
