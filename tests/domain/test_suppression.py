"""Who must not be written to, and the one email that may pass."""

import pytest

from opendoors_desktop.domain.suppression import WEIGHT, EmailKind, SuppressionReason, may_send, strongest


@pytest.mark.parametrize("kind", list(EmailKind))
@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_T50_only_a_confirmed_answer_in_a_thread_passes_a_suppression(kind, reason):
    assert not may_send(kind, reason)
    passes = kind is EmailKind.REPLY and reason is not SuppressionReason.ERASED
    assert may_send(kind, reason, is_confirmed=True) is passes
    assert may_send(kind, None)


def test_of_several_reasons_the_one_that_binds_most_counts():
    assert strongest(frozenset()) is None
    assert strongest(frozenset({SuppressionReason.HARD_BOUNCE, SuppressionReason.UNSUBSCRIBED})) is (
        SuppressionReason.UNSUBSCRIBED
    )
    assert strongest(frozenset(SuppressionReason)) is SuppressionReason.ERASED
    assert set(WEIGHT) == set(SuppressionReason)
