"""Suppressions in the store, on both databases."""

from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.store import suppressions
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
