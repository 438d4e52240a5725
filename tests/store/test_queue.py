"""The claim queue: rows by line in the order they are due, taken out by their whole key."""

from datetime import timedelta
from uuid import UUID

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queue import NO_MAILBOX, Lane, Ticket, first_wake, put, remove
from tests.fixtures_store import NOW

MAILBOX, SEQUENCE = UUID(int=1), UUID(int=2)


def ticket(number: int, lane: Lane = Lane.FIRST, minutes: int = 0) -> Ticket:
    return Ticket(MAILBOX, SEQUENCE, lane, NOW + timedelta(minutes=minutes), UUID(int=100 + number))


def test_the_first_of_a_line_is_the_one_due_first_and_lines_are_apart(store: Store):
    with store.write() as unit:
        put(unit, [ticket(1, minutes=5), ticket(2, minutes=3), ticket(3, Lane.FOLLOW_UP, 9), ticket(4, Lane.RETRY)])
        assert first_wake(unit, MAILBOX, SEQUENCE, Lane.FIRST) == NOW + timedelta(minutes=3)
        assert first_wake(unit, MAILBOX, SEQUENCE, Lane.FOLLOW_UP) == NOW + timedelta(minutes=9)
        assert first_wake(unit, NO_MAILBOX, SEQUENCE, Lane.NO_MAILBOX) is None


def test_a_row_is_taken_out_by_its_whole_key_and_one_that_is_gone_is_no_fault(store: Store):
    with store.write() as unit:
        put(unit, [ticket(1), ticket(2, minutes=1)])
        remove(unit, [ticket(1, minutes=7)])
        assert first_wake(unit, MAILBOX, SEQUENCE, Lane.FIRST) == NOW
        remove(unit, [ticket(1), ticket(1)])
        assert first_wake(unit, MAILBOX, SEQUENCE, Lane.FIRST) == NOW + timedelta(minutes=1)
