"""Every reason has its words."""

import pytest

from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.sequence import SequenceStatus


@pytest.mark.parametrize("because", list(Because))
def test_a_reason_is_told_in_a_sentence_with_advice_or_none(because):
    assert because.sentence.endswith(".")
    assert because.advice == "" or because.advice.endswith(".")
    assert because.value == because.name.lower()


def test_holds_and_resting_states_have_reasons_of_the_same_word():
    assert all(Because(reason.value).advice for reason in HoldReason)
    assert all(Because(f"sequence_{status}") for status in SequenceStatus if status is not SequenceStatus.ACTIVE)
