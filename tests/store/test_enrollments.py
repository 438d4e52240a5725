"""Enrollments read in pages: each once, and with work that grows as their number does."""

from uuid import UUID

from opendoors_desktop.store import enrollments
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW, found_workspace
from tests.sequence_builders import add_example_sequence, key

STATUSES = ("active", "paused", "completed", "stopped")


def fill(store: Store, scope: Scope, sequence: int, count: int) -> UUID:
    """A sequence of people in all statuses by turns, whose keys fall while those of their contacts rise."""
    sequence_id, base = key(sequence), sequence * 100_000
    add_example_sequence(store, scope, sequence_id)
    people = [
        {
            "id": key(base + count - number),
            "contact_id": key(base + number),
            "workspace_id": scope.workspace_id,
            "customer_id": scope.customer_id,
            "sequence_id": sequence_id,
            "status": STATUSES[number % 4],
            "now": NOW,
        }
        for number in range(count)
    ]
    with store.write() as unit:
        unit.run_many(
            "INSERT INTO contacts (id, workspace_id, email) VALUES (:contact_id, :workspace_id, 'a@example.com')",
            people,
        )
        unit.run_many(
            "INSERT INTO sequence_enrollments (id, customer_id, workspace_id, sequence_id, contact_id, status,"
            " enrolled_at) VALUES (:id, :customer_id, :workspace_id, :sequence_id, :contact_id, :status, :now)",
            people,
        )
    return sequence_id


def read_all(unit, scope: Scope, sequence_id: UUID, limit: int) -> list[UUID]:
    """The contacts of all pages."""
    found: list[UUID] = []
    while page := enrollments.page_standings(
        unit, scope.customer_id, sequence_id, found[-1] if found else None, limit=limit
    ):
        found += [standing.enrollment.contact_id for standing in page]
    return found


def test_pages_hold_each_active_and_paused_enrollment_once(store: Store, scope: Scope):
    sequence_id = fill(store, scope, 1, 41)
    fill(store, scope, 2, 9)
    under_way = [key(100_000 + number) for number in range(41) if number % 4 < 2]
    with store.read() as unit:
        assert read_all(unit, scope, sequence_id, 5) == under_way
        assert read_all(unit, scope, sequence_id, 100) == under_way
        assert read_all(unit, scope, key(3), 5) == []


def test_the_pages_of_four_times_as_many_people_cost_four_times_the_work(sqlite_store: Store):
    scope = found_workspace(sqlite_store)
    few, many = fill(sqlite_store, scope, 1, 400), fill(sqlite_store, scope, 2, 1600)
    ticks = [0]

    def tick() -> None:
        ticks[0] += 1

    def work(unit, sequence_id: UUID) -> int:
        ticks[0] = 0
        read_all(unit, scope, sequence_id, 20)
        return ticks[0]

    with sqlite_store.read() as unit:
        unit._link.connection.set_progress_handler(tick, 100)  # after every hundred steps of SQLite's machine
        assert work(unit, many) <= 5 * work(unit, few)
