"""The settings of a sequence: every one is stored, and what is missing in a row has its default."""

from dataclasses import fields
from datetime import timedelta

from opendoors_desktop.domain.send_window import MONDAY_TO_FRIDAY
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.store.sequence_settings import (
    SETTINGS_COLUMNS,
    SequenceSettings,
    settings_of_row,
    settings_values,
)
from tests.sequence_builders import full_settings, key


def test_each_setting_has_its_column():
    assert tuple(settings_values(SequenceSettings("Example", key(1)))) == SETTINGS_COLUMNS


def test_the_example_leaves_no_setting_at_its_default():
    """So that a new setting that nobody stores fails the tests that use the example."""
    usual, full = SequenceSettings("", key(0)), full_settings(key(1), [key(2), key(3)], key(4))
    assert [each.name for each in fields(usual) if getattr(usual, each.name) == getattr(full, each.name)] == []


def test_settings_come_back_from_their_columns():
    full = full_settings(key(1), [key(2), key(3)], key(4))
    assert settings_of_row(tuple(settings_values(full).values()), full.shares, full.days_off) == full


def test_a_row_that_another_program_left_empty_has_the_defaults():
    row = ["Example", key(1), *([None] * (len(SETTINGS_COLUMNS) - 2))]
    settings = settings_of_row(tuple(row), (), frozenset())
    assert settings.zone == "UTC"
    assert settings.window.days == MONDAY_TO_FRIDAY
    assert settings.throttle == timedelta()
    assert settings.max_emails_per_day is None
    assert (settings.stop_on_reply, settings.stop_on_bounce, settings.stop_on_unsubscribe) == (True, True, True)
    row[SETTINGS_COLUMNS.index("sending_days")] = "[true]"
    assert settings_of_row(tuple(row), (), frozenset()).window.days == MONDAY_TO_FRIDAY


def test_shares_are_kept_in_the_order_of_their_mailboxes():
    shares = (MailboxShare(key(2), 1), MailboxShare(key(1), 5))
    assert [share.mailbox_id for share in SequenceSettings("", key(0), shares=shares).shares] == [key(1), key(2)]
