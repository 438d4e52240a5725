"""Changes to sequences: states with their times, versions, and what enrollments forbid."""

from datetime import timedelta

import pytest

from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.sequence import MailboxShare, SequenceStatus
from opendoors_desktop.domain.step import Branch, Step, StepType
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.sequence_changes import (
    delete_sequence,
    raise_version,
    set_status,
    update_sequence_settings,
)
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import (
    add_example_contact,
    add_example_enrollment,
    add_example_mailbox,
    add_example_sequence,
    email,
    key,
)

SEQUENCE, OTHER = key(500), key(501)


def record(store: Store, scope: Scope) -> SequenceRecord:
    with store.read() as unit:
        return get_record(unit, scope.workspace_id, SEQUENCE)


def test_a_state_notes_since_when(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    times = [NOW + timedelta(hours=hour) for hour in range(6)]
    walk = ("active", "paused", "active", "stopped", "archived", "stopped")
    seen = []
    for status, at in zip(walk, times, strict=True):
        with store.write() as unit:
            set_status(unit, SEQUENCE, SequenceStatus(status), at)
        found = record(store, scope)
        assert found.status == status
        assert found.updated_at == at
        seen.append((found.activated_at, found.paused_at, found.stopped_at, found.archived_at))
    first = times[0]
    assert seen == [
        (first, None, None, None),
        (first, times[1], None, None),
        (first, None, None, None),
        (first, None, times[3], None),
        (first, None, times[3], times[4]),
        (first, None, times[3], None),
    ]


def test_each_save_raises_the_version(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    with store.write() as unit:
        assert raise_version(unit, SEQUENCE, expected=None, by=scope.user_id, now=NOW) == 2
        assert raise_version(unit, SEQUENCE, expected=2, by=scope.user_id, now=NOW) == 3
    assert record(store, scope).version == 3


def test_a_save_on_top_of_an_older_version_is_refused(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    with pytest.raises(NotPossible) as caught, store.write() as unit:
        raise_version(unit, SEQUENCE, expected=7, by=scope.user_id, now=NOW)
    assert caught.value.code == "changed_meanwhile"
    assert record(store, scope).version == 1


def test_what_is_not_there_cannot_be_changed(store: Store, scope: Scope):
    with store.write() as unit:
        with pytest.raises(NotFound):
            raise_version(unit, SEQUENCE, expected=None, by=scope.user_id, now=NOW)
        with pytest.raises(NotFound):
            update_sequence_settings(
                unit, scope.workspace_id, SEQUENCE, SequenceSettings("", scope.user_id), by=scope.user_id, now=NOW
            )


def set_parallel(store: Store, scope: Scope, allowed: bool) -> None:
    settings = SequenceSettings("Example", scope.user_id, allows_parallel=allowed)
    with store.write() as unit:
        update_sequence_settings(unit, scope.workspace_id, SEQUENCE, settings, by=scope.user_id, now=NOW)


def exclusive(store: Store) -> list[bool]:
    with store.read() as unit:
        rows = unit.rows(
            "SELECT is_exclusive FROM sequence_enrollments WHERE sequence_id = :id ORDER BY id", {"id": SEQUENCE}
        )
    return [bool(row[0]) for row in rows]


def test_enrollments_follow_whether_their_sequence_shares_its_contacts(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    add_example_enrollment(store, scope, SEQUENCE, add_example_contact(store, scope))
    assert exclusive(store) == [True]
    set_parallel(store, scope, True)
    assert exclusive(store) == [False]
    set_parallel(store, scope, False)
    assert exclusive(store) == [True]


@pytest.mark.parametrize("status, is_refused", [("active", True), ("paused", True), ("stopped", False)])
def test_contacts_in_two_sequences_keep_the_setting_that_lets_them(
    store: Store, scope: Scope, status: str, is_refused: bool
):
    add_example_sequence(store, scope, SEQUENCE)
    add_example_sequence(store, scope, OTHER)
    contact = add_example_contact(store, scope)
    add_example_enrollment(store, scope, SEQUENCE, contact, 1, is_exclusive=False)
    add_example_enrollment(store, scope, OTHER, contact, 2, status=status)
    if not is_refused:
        set_parallel(store, scope, False)
        assert exclusive(store) == [True]
        return
    with pytest.raises(NotPossible) as caught:
        set_parallel(store, scope, False)
    assert caught.value.code == "in_other_sequence"
    assert exclusive(store) == [False]


def test_shares_are_replaced_as_a_whole(store: Store, scope: Scope):
    add_example_sequence(store, scope, SEQUENCE)
    first, second = (add_example_mailbox(store, scope, number).id for number in (1, 2))
    for shares in [(MailboxShare(first, 2), MailboxShare(second)), (MailboxShare(second, 4),), ()]:
        settings = SequenceSettings("Example", scope.user_id, shares=shares)
        with store.write() as unit:
            update_sequence_settings(unit, scope.workspace_id, SEQUENCE, settings, by=scope.user_id, now=NOW)
        assert record(store, scope).settings.shares == shares


def test_a_deleted_sequence_takes_its_steps_along(store: Store, scope: Scope):
    fork = Step(key(1), SEQUENCE, 1, StepType.CONDITIONAL)
    add_example_sequence(store, scope, SEQUENCE, [fork, email(2, SEQUENCE, parent_id=key(1), branch=Branch.YES)])
    add_example_sequence(store, scope, OTHER, [email(3, OTHER)])
    with store.write() as unit:
        delete_sequence(unit, SEQUENCE)
    with store.read() as unit:
        assert unit.rows("SELECT count(*) FROM sequences") == [(1,)]
        assert unit.rows("SELECT count(*) FROM sequence_steps") == [(1,)]
