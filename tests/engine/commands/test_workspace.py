"""The settings of a workspace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.commands.sequence_states import pause_sequence
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.commands.workspace import (
    add_day_off,
    change_workspace,
    list_days_off,
    remove_day_off,
    set_fallback,
    show_workspace,
)
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import FIRST, actions, only, standings, start_sequence, topic_numbers
from tests.fixtures_store import NOW


def test_changed_settings_are_kept(any_context: Context):
    changes = {
        "name": " Office ", "zone": "America/Lima", "postal_address": "1 Street\nTown\n",
        "opt_out_line": "Write me to stop. {{ unsubscribe_url }}", "opt_out_line_is_on": False,
        "public_url": " https://mail.example.com/x/ ",
    }  # fmt: skip
    after = change_workspace(any_context, lambda each: replace(each, **changes))  # type: ignore[arg-type]
    assert after == show_workspace(any_context)
    assert (after.name, after.postal_address) == ("Office", "1 Street\nTown")
    assert after.public_url == "https://mail.example.com/x"
    assert change_workspace(any_context, lambda each: each) == after
    assert actions(any_context) == ["workspace_changed"]
    assert topic_numbers(any_context)["settings"] == 2  # founded, changed


def test_everything_wrong_is_told_at_once(context: Context):
    with pytest.raises(InputError) as caught:
        change_workspace(
            context,
            lambda each: replace(
                each, name="", zone="Nowhere", postal_address="x" * 2001, opt_out_line="{{ x\0", public_url="ftp://x"
            ),
        )
    assert len(caught.value.advice.splitlines()) == 6
    with pytest.raises(InputError, match="time zone"):
        change_workspace(context, lambda each: replace(each, zone="Nowhere"))


@pytest.mark.parametrize(
    "url, is_good",
    [
        ("https://mail.example.com", True), ("https://mail.example.com:8443/path", True),
        ("http://127.0.0.1:8025", True), ("http://localhost", True), ("", True), ("  ", True),
        ("http://mail.example.com", False), ("mail.example.com", False), ("https://", False), ("https://a b", False),
        ("https://mail.example.com/?x=1", False), ("https://mail.example.com/#x", False),
        ("https://me:pw@mail.example.com", False), ("https://mail.example.com:x", False), ("https://[::1", False),
        ("javascript:alert(1)", False), ("https://exämple.com", False),
    ],
)  # fmt: skip
def test_a_public_address_is_one_that_links_can_begin_with(context: Context, url: str, is_good: bool):
    if is_good:
        expected = url.strip() or None
        assert change_workspace(context, lambda each: replace(each, public_url=url)).public_url == expected
        return
    with pytest.raises(InputError, match="public address"):
        change_workspace(context, lambda each: replace(each, public_url=url))


def test_a_fallback_lets_go_who_was_held_for_that_field(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"body_template": "{{ title }} {{ city }}"}, people=2)
    before = standings(any_context, sequence_id)
    assert [each.enrollment.hold_detail for each in before] == ["city, title"] * 2
    set_fallback(any_context, "city", "  your town ")
    assert [each.enrollment.hold_detail for each in standings(any_context, sequence_id)] == ["title"] * 2
    set_fallback(any_context, "title", "you")
    for standing in standings(any_context, sequence_id):
        assert standing.enrollment.hold is None
        assert standing.ticket is not None
    assert show_workspace(any_context).fallbacks == {"city": "your town", "title": "you"}
    set_fallback(any_context, "city", " ")
    assert show_workspace(any_context).fallbacks == {"title": "you"}


def test_a_fallback_is_for_a_field_that_is_there(context: Context):
    for name in ("shoe", "email", "custom.shoe", "tags"):
        with pytest.raises(NotFound):
            set_fallback(context, name, "x")
    with pytest.raises(InputError):
        set_fallback(context, "title", "x" * 2001)


def test_a_day_off_puts_off_who_would_get_an_email_on_it(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_days": 1}, people=1)
    paused = start_sequence(any_context, name="Paused")
    pause_sequence(any_context, paused)
    tuesday = NOW + timedelta(days=1)
    assert only(any_context, sequence_id).next_step_scheduled_at == tuesday
    add_day_off(any_context, tuesday.date(), "Party")
    assert only(any_context, sequence_id).next_step_scheduled_at == (NOW + timedelta(days=2)).replace(hour=0)
    assert [(own.day, own.name) for own in list_days_off(any_context)] == [(tuesday.date(), "Party")]
    remove_day_off(any_context, tuesday.date())
    assert only(any_context, sequence_id).next_step_scheduled_at == tuesday
    with pytest.raises(NotFound):
        remove_day_off(any_context, tuesday.date())


def test_a_holiday_can_be_worked_on(any_context: Context):
    good_friday = date(2026, 4, 3)
    sequence_id = start_sequence(any_context, FIRST | {"delay_days": 32}, people=1)
    change_settings(any_context, sequence_id, lambda each: replace(each, holiday_country="DE"))
    due = only(any_context, sequence_id).next_step_scheduled_at
    assert due is not None
    assert due.date() > good_friday
    add_day_off(any_context, good_friday, country="DE", is_working=True)
    due = only(any_context, sequence_id).next_step_scheduled_at
    assert due is not None
    assert due.date() == good_friday


def test_days_off_are_checked(context: Context):
    with pytest.raises(InputError):
        add_day_off(context, date(2026, 1, 1), country="XX")
    with pytest.raises(InputError):
        add_day_off(context, date(2026, 1, 1), "x" * 256)


def test_who_is_held_for_another_reason_stays_held(context: Context):
    sequence_id = start_sequence(context, people=1)
    with context.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET hold_reason = 'held'")
    set_fallback(context, "title", "you")
    assert only(context, sequence_id).hold is HoldReason.HELD
