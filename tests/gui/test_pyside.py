"""The binding itself: a call that gives nothing must not use up Python's one and only nothing."""

import sys

import pytest
from PySide6.QtCore import QCoreApplication


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="nothing can't be used up there")
@pytest.mark.usefixtures("qapp")
def test_a_call_without_an_answer_costs_no_reference_to_none():
    before = sys.getrefcount(None)
    for _ in range(500):
        QCoreApplication.processEvents()

    assert sys.getrefcount(None) - before > -100
