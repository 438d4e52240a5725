"""Who and what uses a mailbox, and what an edit takes back."""

from datetime import timedelta

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.leases import HeldBy, Holder, Lease, release_lease, take_lease
from opendoors_desktop.store.mailbox_use import living_leases, sequences_using, steps_naming
from opendoors_desktop.store.mailboxes import keep_checks, read_checks
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


def test_a_mailbox_is_used_by_sequences_with_people_on_it(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    cases = [("active", "mailbox_id"), ("paused", "thread_mailbox_id"), ("stopped", "mailbox_id"), ("active", None)]
    for number, (status, column) in enumerate(cases):
        add_example_sequence(store, scope, key(500 + number), name=str(number))
        contact = add_example_contact(store, scope, number)
        columns = {} if column is None else {column: mailbox.id}
        add_example_enrollment(store, scope, key(500 + number), contact, number, status=status, **columns)
    with store.read() as unit:
        assert sequences_using(unit, mailbox.id) == [key(500), key(501)]
        assert sequences_using(unit, key(1)) == []


def test_live_steps_that_name_a_mailbox_are_counted(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    steps = [
        email(1, key(500), mailbox_id=mailbox.id), email(2, key(500)),
        email(3, key(500), mailbox_id=mailbox.id, retired_at=NOW),
    ]  # fmt: skip
    add_example_sequence(store, scope, key(500), steps)
    with store.read() as unit:
        assert steps_naming(unit, mailbox.id) == 1
        assert steps_naming(unit, key(1)) == 0


def test_a_mailbox_is_held_while_a_lease_on_it_is_alive(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    with store.write() as unit:
        assert living_leases(unit, scope.workspace_id) == []
        lease = take_lease(unit, mailbox.id, Holder(key(1), "here", 7))
        assert isinstance(lease, Lease)
        assert living_leases(unit, scope.workspace_id) == [HeldBy(mailbox.id, "here", 7, lease.expires_at)]
        assert living_leases(unit, key(1)) == []
        release_lease(unit, lease)
        assert living_leases(unit, scope.workspace_id) == []


def test_what_came_of_a_trial_is_kept_part_by_part(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    with store.write() as unit:
        assert read_checks(unit, mailbox.id) == ({}, None)
        keep_checks(unit, mailbox.id, {"smtp": {"ok": True}, "dns": 1}, NOW)
        keep_checks(unit, mailbox.id, {"smtp": {"ok": False}}, NOW + timedelta(hours=1))
        assert read_checks(unit, mailbox.id) == ({"smtp": {"ok": False}, "dns": 1}, NOW + timedelta(hours=1))
        keep_checks(unit, key(1), {"smtp": 1}, NOW)
        assert read_checks(unit, key(1)) == ({}, None)
