"""The collector of garbage: told to look seldom, and told the usual again by the last who is through."""

import gc
from contextlib import ExitStack

from opendoors_desktop.engine.collector import SELDOM, collecting_seldom


def test_it_looks_seldom_inside_and_as_before_afterwards():
    before = gc.get_threshold()
    with collecting_seldom(), collecting_seldom():
        assert gc.get_threshold()[0] == SELDOM
    assert gc.get_threshold() == before


def test_of_two_side_by_side_the_last_one_puts_it_back():
    before = gc.get_threshold()
    with ExitStack() as one, ExitStack() as other:
        one.enter_context(collecting_seldom())
        other.enter_context(collecting_seldom())
        one.close()
        assert gc.get_threshold()[0] == SELDOM
        other.close()
        assert gc.get_threshold() == before
