"""Leases of mailboxes: one holder at a time by the store's clock, each change of hands with a higher number."""

from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.leases import (
    LEASE_LENGTH,
    HeldBy,
    Holder,
    Lease,
    find_holder,
    holds,
    release_lease,
    renew_lease,
    take_lease,
)
from opendoors_desktop.store.tenancy import Scope
from tests.builders import expire_leases
from tests.sequence_builders import add_example_mailbox

ONE = Holder(UUID(int=1), "one", 11)
TWO = Holder(UUID(int=2), "two", 22)


@pytest.fixture
def mailbox_id(store: Store, scope: Scope) -> UUID:
    return add_example_mailbox(store, scope).id


def take(store: Store, mailbox_id: UUID, holder: Holder) -> Lease | HeldBy:
    with store.write() as unit:
        return take_lease(unit, mailbox_id, holder)


def test_T07_a_living_lease_is_not_taken_and_its_holder_is_named(store: Store, mailbox_id: UUID):
    lease = take(store, mailbox_id, ONE)
    assert isinstance(lease, Lease)
    other = take(store, mailbox_id, TWO)
    assert other == HeldBy(mailbox_id, "one", 11, lease.expires_at)
    with store.read() as unit:
        assert find_holder(unit, mailbox_id) == other
        assert holds(unit, lease)
        assert timedelta() < lease.expires_at - unit.store_now() <= LEASE_LENGTH


def test_fault_14_who_took_over_has_a_higher_number_and_the_one_before_holds_nothing(store: Store, mailbox_id: UUID):
    lease = take(store, mailbox_id, ONE)
    assert isinstance(lease, Lease)
    expire_leases(store)
    with store.write() as unit:
        assert not holds(unit, lease)
        later = take_lease(unit, mailbox_id, TWO)
        assert isinstance(later, Lease)
        assert later.fencing == lease.fencing + 1
        assert renew_lease(unit, lease) is None
        release_lease(unit, lease)
        assert holds(unit, later)


def test_a_lease_that_ran_out_and_was_taken_by_nobody_is_renewed_under_its_number(store: Store, mailbox_id: UUID):
    lease = take(store, mailbox_id, ONE)
    assert isinstance(lease, Lease)
    expire_leases(store)
    with store.write() as unit:
        renewed = renew_lease(unit, lease)
        assert renewed is not None
        assert renewed.fencing == lease.fencing
        assert holds(unit, renewed)


def test_a_released_lease_is_free_at_once_and_an_unknown_mailbox_is_nobodys(store: Store, mailbox_id: UUID):
    lease = take(store, mailbox_id, ONE)
    assert isinstance(lease, Lease)
    with store.write() as unit:
        release_lease(unit, lease)
    assert isinstance(take(store, mailbox_id, TWO), Lease)
    with pytest.raises(LookupError):
        take(store, UUID(int=99), ONE)
    with store.read() as unit:
        assert find_holder(unit, UUID(int=99)) is None
