"""Suppressions in the store, on both databases."""

from opendoors_desktop.domain.suppression import EmailKind, Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.store import enrollments, gate, suppressions
from opendoors_desktop.store.gate import Passenger
from opendoors_desktop.store.leases import Lease
from tests.fixtures_store import NOW


def entry(new_id, value, scope=SuppressionScope.ADDRESS, reason=SuppressionReason.UNSUBSCRIBED):
    return Suppression(new_id(), scope, value, reason, "test", NOW)


def test_a_value_is_suppressed_once_for_a_reason(store, scope, new_id):
    first = entry(new_id, "ana@x.example.com")
    with store.write() as unit:
        assert suppressions.add_suppression(unit, scope.workspace_id, first)
        assert not suppressions.add_suppression(unit, scope.workspace_id, entry(new_id, "ana@x.example.com"))
        other = entry(new_id, "ana@x.example.com", reason=SuppressionReason.DO_NOT_CONTACT)
        assert suppressions.add_suppression(unit, scope.workspace_id, other, by=scope.user_id, detail="said so")
    with store.read() as unit:
        assert suppressions.suppressions_of(unit, scope.workspace_id, "ana@x.example.com", "") == [first, other]
        assert suppressions.page_suppressions(unit, scope.workspace_id, limit=1) == [first]
        assert suppressions.page_suppressions(unit, scope.workspace_id, after=first.id) == [other]


def test_domain_and_hash_count_for_an_address(store, scope, new_id):
    domain = entry(new_id, "x.example.com", SuppressionScope.DOMAIN)
    erased = entry(new_id, "ab12", SuppressionScope.HASH, SuppressionReason.ERASED)
    with store.write() as unit:
        assert not suppressions.has_erased(unit, scope.workspace_id)
        for each in (domain, erased):
            suppressions.add_suppression(unit, scope.workspace_id, each)
    with store.read() as unit:
        assert suppressions.suppressions_of(unit, scope.workspace_id, "ana@x.example.com", "ab12") == [domain, erased]
        assert suppressions.suppressions_of(unit, scope.workspace_id, "ana@y.example.com", "") == []
        assert suppressions.has_erased(unit, scope.workspace_id)
        assert suppressions.erased_among(unit, scope.workspace_id, ["ab12", "cd34"]) == {"ab12"}
        assert len(suppressions.erasure_key(unit, scope.workspace_id)) == 32


def test_lifting_leaves_the_erased(store, scope, new_id):
    with store.write() as unit:
        for reason in (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT):
            suppressions.add_suppression(unit, scope.workspace_id, entry(new_id, "ana@x.example.com", reason=reason))
        erased = entry(new_id, "ab12", SuppressionScope.HASH, SuppressionReason.ERASED)
        suppressions.add_suppression(unit, scope.workspace_id, erased)

        def lift(value, scope_, reason=None):
            return suppressions.lift_suppressions(
                unit, scope.workspace_id, scope_, value, by=scope.user_id, now=NOW, reason=reason
            )

        assert lift("ab12", SuppressionScope.HASH) == 0
        assert lift("ana@x.example.com", SuppressionScope.ADDRESS, SuppressionReason.COMPLAINT) == 1
        assert lift("ana@x.example.com", SuppressionScope.ADDRESS) == 1
        assert suppressions.suppressions_of(unit, scope.workspace_id, "ana@x.example.com", "ab12") == [erased]


def test_no_address_has_sqlite_read_the_whole_list(sqlite_store, new_id):
    lease = Lease(new_id(), new_id(), 1, NOW)
    said: list[str] = []
    with sqlite_store.read() as unit:
        connection = unit._link.connection
        connection.set_trace_callback(said.append)
        suppressions.suppressions_of(unit, new_id(), "ana@x.example.com", "ab12")
        enrollments.find_standing(unit, new_id(), new_id())
        gate.refusals_of(unit, lease, [Passenger(new_id(), EmailKind.SEQUENCE, "ana@x.example.com")] * 2)
        connection.set_trace_callback(None)
        plans = [[row[3] for row in unit.rows(f"EXPLAIN QUERY PLAN {text}")] for text in said]
    for plan in plans:
        searches = [line for line in plan if "uq_suppressions_active" in line]
        assert len(searches) in {2, 3}  # one for each scope
        assert all("scope=? AND value=?" in line for line in searches)
