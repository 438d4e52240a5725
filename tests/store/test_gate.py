"""What the last gate reads in the commit that gives leave to send, and the counters that all senders move there."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import claims, gate, leases
from opendoors_desktop.store.claims import NewClaim
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.gate import Count, Passenger, Refusal
from opendoors_desktop.store.leases import Lease
from tests.builders import Room, make_room, open_context, standing_of
from tests.fixtures_store import NOW

ADDRESS = "u1@example.net"


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def claimed(room: Room) -> tuple[Lease, UUID]:
    """A lease, and the email of the room's contact claimed under it."""
    context = room.context
    enrollment = standing_of(context, room.enrollment_ids[0]).enrollment
    assert enrollment.current_step_id is not None
    key = context.new_id()
    new = NewClaim(
        outgoing_id=key,
        customer_id=context.scope.customer_id,
        workspace_id=context.scope.workspace_id,
        enrollment_id=enrollment.id,
        sequence_id=room.sequence_id,
        step_id=enrollment.current_step_id,
        round=enrollment.round,
        contact_id=enrollment.contact_id,
        company_id=None,
        mailbox_id=room.mailbox.id,
        variant_id=None,
        is_first=True,
        to_address=ADDRESS,
        message_id="<1@example.com>",
        in_reply_to=None,
        slot_at=NOW,
    )
    with context.store.write() as unit:
        lease = leases.take_lease(unit, room.mailbox.id, leases.Holder(context.new_id(), "here", 1))
        assert isinstance(lease, Lease)
        assert claims.claim(unit, lease, [new], NOW) != [None]
    return lease, key


def refusal(room: Room, lease: Lease, passenger: Passenger) -> Refusal | None:
    with room.context.store.write() as unit:
        return gate.refusals_of(unit, lease, [passenger]).get(passenger.outgoing_id)


@pytest.mark.parametrize(
    "change, expected",
    [
        ("", None),
        ("UPDATE outgoing_emails SET state = 'cancelled'", Refusal.NOT_CLAIMED),
        ("UPDATE outgoing_emails SET fencing = fencing + 1", Refusal.NOT_CLAIMED),
        ("DELETE FROM outgoing_emails", Refusal.NOT_CLAIMED),
        ("UPDATE workspaces SET emergency_stop_at = :now", Refusal.EMERGENCY_STOP),
        ("UPDATE email_accounts SET status = 'paused'", Refusal.MAILBOX_PAUSED),
        ("UPDATE email_accounts SET retired_at = :now", Refusal.MAILBOX_PAUSED),
        ("UPDATE sequence_enrollments SET status = 'stopped'", Refusal.ENROLLMENT_ENDED),
        ("UPDATE sequence_enrollments SET round = 2", Refusal.ANOTHER_ROUND),
        ("UPDATE sequence_enrollments SET status = 'paused'", Refusal.ENROLLMENT_PAUSED),
        ("UPDATE sequences SET status = 'paused'", Refusal.SEQUENCE_PAUSED),
        ("UPDATE sequence_enrollments SET hold_reason = 'held'", Refusal.HELD),
        ("UPDATE sequence_enrollments SET replied_at = :now", Refusal.REPLIED),
        ("UPDATE contacts SET email_key = 'new@example.net'", Refusal.ADDRESS_CHANGED),
    ],
)
def test_everything_that_forbids_an_email_of_a_sequence_is_read(
    context: Context, change: str, expected: Refusal | None
):
    room = make_room(context)
    lease, key = claimed(room)
    if change:
        with context.store.write() as unit:
            unit.run(change, {"now": NOW} if ":now" in change else {})
    assert refusal(room, lease, Passenger(key, EmailKind.SEQUENCE, ADDRESS)) is expected


def suppress(room: Room, scope: str, value: str, reason: str = "unsubscribed", *, lifted: bool = False) -> None:
    context = room.context
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO suppressions (id, workspace_id, scope, value, reason, source, suppressed_at, lifted_at)"
            " VALUES (:id, :workspace_id, :scope, :value, :reason, 'test', :now, :lifted_at)",
            {
                "id": context.new_id(),
                "workspace_id": context.scope.workspace_id,
                "scope": scope,
                "value": value,
                "reason": reason,
                "now": NOW,
                "lifted_at": NOW if lifted else None,
            },
        )


@pytest.mark.parametrize(
    "scope, value, is_refused",
    [
        ("address", ADDRESS, True),
        ("domain", "example.net", True),
        ("address", "u2@example.net", False),
        ("domain", "example.com", False),
        ("domain", "net", False),
    ],
)
def test_a_suppression_of_the_address_or_its_domain_refuses(context: Context, scope: str, value: str, is_refused: bool):
    room = make_room(context)
    lease, key = claimed(room)
    suppress(room, scope, value)
    found = refusal(room, lease, Passenger(key, EmailKind.SEQUENCE, ADDRESS))
    assert found is (Refusal.SUPPRESSED if is_refused else None)


def test_a_suppression_that_was_lifted_refuses_nothing(context: Context):
    room = make_room(context)
    lease, key = claimed(room)
    suppress(room, "address", ADDRESS, lifted=True)
    assert refusal(room, lease, Passenger(key, EmailKind.SEQUENCE, ADDRESS)) is None


@pytest.mark.parametrize(
    "kind, reason, is_confirmed, is_refused",
    [
        (EmailKind.REPLY, "unsubscribed", True, False),
        (EmailKind.REPLY, "unsubscribed", False, True),
        (EmailKind.REPLY, "erased", True, True),
        (EmailKind.MANUAL, "unsubscribed", True, True),
        (EmailKind.TEST, "hard_bounce", True, True),
    ],
)
def test_only_an_answer_that_a_person_confirmed_may_go_to_a_suppressed_address(
    context: Context, kind: EmailKind, reason: str, is_confirmed: bool, is_refused: bool
):
    room = make_room(context)
    lease, key = claimed(room)
    suppress(room, "address", ADDRESS, reason)
    if is_confirmed:
        with context.store.write() as unit:
            unit.run("UPDATE outgoing_emails SET suppression_waived_by = :user", {"user": context.scope.user_id})
    found = refusal(room, lease, Passenger(key, kind, ADDRESS))
    assert found is (Refusal.SUPPRESSED if is_refused else None)


def test_the_strongest_of_two_suppressions_decides(context: Context):
    room = make_room(context)
    lease, key = claimed(room)
    suppress(room, "domain", "example.net", "hard_bounce")
    suppress(room, "address", ADDRESS, "erased")
    with context.store.write() as unit:
        unit.run("UPDATE outgoing_emails SET suppression_waived_by = :user", {"user": context.scope.user_id})
    assert refusal(room, lease, Passenger(key, EmailKind.REPLY, ADDRESS)) is Refusal.SUPPRESSED


def test_an_erased_person_is_known_by_the_hash_of_the_address(context: Context):
    room = make_room(context)
    lease, key = claimed(room)
    hashed = erased_hash(b"key", ADDRESS)
    suppress(room, "hash", hashed, "erased")
    assert refusal(room, lease, Passenger(key, EmailKind.TEST, ADDRESS, hashed)) is Refusal.SUPPRESSED
    assert refusal(room, lease, Passenger(key, EmailKind.TEST, ADDRESS)) is None


def test_an_email_outside_sequences_is_not_held_by_what_holds_an_enrollment(context: Context):
    room = make_room(context)
    lease, key = claimed(room)
    with context.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET status = 'paused'")
    assert refusal(room, lease, Passenger(key, EmailKind.REPLY, ADDRESS)) is None


def test_counters_add_up_over_several_writes_and_stand_apart(context: Context):
    day = NOW.date()
    one, two = Count("sequence_day", UUID(int=1), day), Count("company_day", UUID(int=1), day)
    tomorrow = Count("sequence_day", UUID(int=1), day + timedelta(days=1))
    with context.store.write() as unit:
        gate.add_used(unit, [(one, 3), (two, 1)])
    with context.store.write() as unit:
        gate.add_used(unit, [(one, 2), (one, -1)])
        gate.add_used(unit, [])
    with context.store.read() as unit:
        assert [gate.used(unit, each) for each in (one, two, tomorrow)] == [4, 1, 0]
