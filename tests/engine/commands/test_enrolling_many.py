"""Contacts enrolled by the thousand: in commits as large as the store is fast, and the rest by asking again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from opendoors_desktop.domain.batch_size import AIM_SECONDS, FIRST, LEAST
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.enrollments import Enrolled, enroll, enroll_in_batches
from opendoors_desktop.engine.commands.suppressions import suppress
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.check import find_misplaced, recount
from opendoors_desktop.store.database import Store, Unit
from tests.builders import add_contacts, add_mailbox, add_sequence, email, task
from tests.fixtures_store import NOW


class Worn(VirtualClock):
    """A clock by which each commit takes as long as it is told, and those behind as long as they may."""

    def __init__(self, lasts: list[float]) -> None:
        super().__init__(NOW)
        self._lasts = iter([each for seconds in lasts for each in (0.0, seconds)])
        self._steady = 0.0

    def steady(self) -> float:
        self._steady += next(self._lasts, AIM_SECONDS)
        return self._steady


def ready(context: Context, count: int) -> tuple[UUID, list[UUID]]:
    """A sequence to enroll into, and contacts."""
    mailbox = add_mailbox(context)
    sequence_id = add_sequence(context, mailbox, [email(), email(3, None)])
    return sequence_id, add_contacts(context, count)


def test_batches_follow_what_the_last_one_took(context: Context):
    sequence_id, ids = ready(context, 800)
    slow = replace(context, clock=Worn([AIM_SECONDS / 2, AIM_SECONDS * 100, AIM_SECONDS]))
    sizes = [len(batch) for batch in enroll_in_batches(slow, sequence_id, ids)]
    assert sizes[:4] == [FIRST, 2 * FIRST, LEAST, LEAST]
    assert sum(sizes) == 800


def test_who_stops_in_between_has_enrolled_whom_it_answered_and_goes_on_by_asking_again(context: Context):
    sequence_id, ids = ready(context, 350)
    begun = enroll_in_batches(context, sequence_id, ids)
    first = next(begun)
    assert [each.contact_id for each in first] == ids[:FIRST]
    assert enrolled_in(context, sequence_id) == FIRST

    again = [each for batch in enroll_in_batches(context, sequence_id, ids) for each in batch]
    assert [code(each) for each in again] == ["already_enrolled"] * FIRST + [None] * (350 - FIRST)
    assert [each.enrollment_id for each in again[:FIRST]] == [each.enrollment_id for each in first]
    assert enrolled_in(context, sequence_id) == 350


def test_who_is_named_twice_or_not_there_is_answered_and_harms_nobody(context: Context):
    sequence_id, ids = ready(context, 3)
    named = [ids[0], UUID(int=5), ids[0], *ids[1:]]
    answers = [each for batch in enroll_in_batches(context, sequence_id, named) for each in batch]
    assert [(each.contact_id, code(each)) for each in answers] == [
        (ids[0], None),
        (UUID(int=5), "not_found"),
        (ids[1], None),
        (ids[2], None),
    ]


def enrolled_in(context: Context, sequence_id: UUID) -> int:
    with context.store.read() as unit:
        return int(unit.rows("SELECT total_enrolled FROM sequences WHERE id = :id", {"id": sequence_id})[0][0])


def code(answer: Enrolled) -> str | None:
    return None if answer.refusal is None else answer.refusal.code


class Overtaken(Store):
    """A store before whose first write another person gets in."""

    _act: Callable[[], object]

    def __init__(self, store: Store, act: Callable[[], object]) -> None:
        self.__dict__ = store.__dict__ | {"_act": act}

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Unit]:
        act, self._act = self._act, lambda: None
        act()
        with super().write(beside=beside) as unit:
            yield unit


def test_what_changed_after_it_was_looked_at_is_looked_at_again(context: Context):
    sequence_id, ids = ready(context, 250)

    def meanwhile() -> None:
        suppress(context, "u2@example.net", SuppressionReason.DO_NOT_CONTACT)
        enroll(context, sequence_id, [ids[4]])

    overtaken = replace(context, store=Overtaken(context.store, meanwhile))
    answers = [each for batch in enroll_in_batches(overtaken, sequence_id, ids) for each in batch]
    refused = {each.contact_id: code(each) for each in answers if each.refusal is not None}
    assert refused == {ids[1]: "suppressed", ids[4]: "already_enrolled"}
    assert enrolled_in(context, sequence_id) == 249
    with context.store.read() as unit:
        assert recount(unit, context.scope.workspace_id) == []
        assert find_misplaced(unit, context.scope.workspace_id) == []


def test_steps_that_are_tasks_are_made_for_each_of_many(context: Context):
    mailbox = add_mailbox(context)
    sequence_id = add_sequence(context, mailbox, [task(), email(1)])
    ids = add_contacts(context, 230)
    answers = [each for batch in enroll_in_batches(context, sequence_id, ids) for each in batch]
    assert [code(each) for each in answers] == [None] * 230
    with context.store.read() as unit:
        assert recount(unit, context.scope.workspace_id) == []
        assert find_misplaced(unit, context.scope.workspace_id) == []
