"""Sequences in the store: read whole, found, and ready for the rules."""

from dataclasses import fields, replace
from datetime import date

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.folder import Folder
from opendoors_desktop.domain.sequence import Sequence, SequenceStatus
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.folders import add_folder
from opendoors_desktop.store.sequence_changes import set_status, update_sequence_settings
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import find_sequence_id, get_record, get_sequence, get_sequences
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import (
    add_example_mailbox,
    add_example_sequence,
    email,
    every_step,
    full_settings,
    key,
    no_holidays,
)

SEQUENCE = key(500)


def fill(store: Store, scope: Scope) -> tuple[SequenceSettings, Flow]:
    """A sequence with every setting and every kind of step."""
    mailboxes = [add_example_mailbox(store, scope, number).id for number in (1, 2)]
    steps = every_step(SEQUENCE, mailboxes[0], scope.user_id)
    add_example_sequence(store, scope, SEQUENCE, steps)
    settings = full_settings(scope.user_id, mailboxes, key(600))
    with store.write() as unit:
        add_folder(unit, (scope.customer_id, scope.workspace_id), Folder(key(600), "Autumn"), by=scope.user_id, now=NOW)
        update_sequence_settings(unit, scope.workspace_id, SEQUENCE, settings, by=scope.user_id, now=NOW)
    return settings, Flow(tuple(replace(step, variables=frozenset()) for step in steps))


def test_T93_every_setting_comes_back_from_the_store(store: Store, scope: Scope):
    settings, flow = fill(store, scope)
    with store.read() as unit:
        record = get_record(unit, scope.workspace_id, SEQUENCE)
    assert record.settings == settings
    assert record.flow == flow
    assert (record.status, record.version, record.is_sample) == (SequenceStatus.DRAFT, 1, False)
    assert record.created_at == NOW
    assert (record.activated_at, record.paused_at, record.stopped_at, record.archived_at) == (None, None, None, None)


def test_T93_the_rules_are_given_every_setting_they_know(store: Store, scope: Scope):
    settings, flow = fill(store, scope)
    asked = []

    def holidays_of(country: str, part: str) -> frozenset[date]:
        asked.append((country, part))
        return frozenset({date(2026, 10, 3)})

    with store.read() as unit:
        sequence = get_sequence(unit, scope.workspace_id, SEQUENCE, holidays_of)
    assert asked == [("DE", "BY")]
    assert sequence.holidays == {date(2026, 10, 3), date(2026, 7, 3), date(2026, 12, 31)}
    assert sequence.flow == flow
    usual = Sequence(key(1), key(2), "", key(3), Flow(()))
    given = {each.name for each in fields(Sequence) if not each.name.startswith("_")}
    same = {name for name in given if getattr(usual, name) == getattr(sequence, name)}
    assert same == {"status"}
    for name in given & {each.name for each in fields(SequenceSettings)}:
        assert getattr(sequence, name) == getattr(settings, name), name


def test_sequences_are_read_together_as_one_by_one(store: Store, scope: Scope):
    fill(store, scope)
    add_example_sequence(store, scope, key(501), [email(21, key(501))], "Second")
    with store.write() as unit:
        set_status(unit, key(501), SequenceStatus.ACTIVE, NOW)
        one_by_one = [get_sequence(unit, scope.workspace_id, each, no_holidays) for each in (SEQUENCE, key(501))]
        assert get_sequences(unit, scope.workspace_id, list(SequenceStatus), no_holidays) == one_by_one
        assert get_sequences(unit, scope.workspace_id, {SequenceStatus.ACTIVE}, no_holidays) == one_by_one[1:]
        assert get_sequences(unit, scope.workspace_id, set(), no_holidays) == []


def test_a_sequence_of_another_workspace_is_not_there(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    with store.read() as unit:
        with pytest.raises(NotFound) as caught:
            get_sequence(unit, key(1), SEQUENCE, no_holidays)
        assert find_sequence_id(unit, key(1), "Example") is None
        assert find_sequence_id(unit, key(1), str(SEQUENCE)) is None
    assert caught.value.where == str(SEQUENCE)


def test_a_sequence_is_found_by_id_or_exact_name(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, name="Autumn 2026")
    add_example_sequence(store, scope, key(501), name=str(key(77)))
    with store.read() as unit:
        assert find_sequence_id(unit, scope.workspace_id, "Autumn 2026") == SEQUENCE
        assert find_sequence_id(unit, scope.workspace_id, str(SEQUENCE)) == SEQUENCE
        assert find_sequence_id(unit, scope.workspace_id, str(key(77))) == key(501)
        assert find_sequence_id(unit, scope.workspace_id, "autumn 2026") is None
        assert find_sequence_id(unit, scope.workspace_id, "") is None


def test_a_name_that_two_sequences_have_is_refused_naming_both(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE, name="Twice")
    add_example_sequence(store, scope, key(501), name="Twice")
    with store.read() as unit, pytest.raises(InputError) as caught:
        find_sequence_id(unit, scope.workspace_id, "Twice")
    assert caught.value.code == "ambiguous"
    assert str(SEQUENCE) in caught.value.advice
    assert str(key(501)) in caught.value.advice
