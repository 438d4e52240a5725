"""While something is loaded in another thread Python changes threads only where one waits; afterwards as before."""

import sys

import pytest

from opendoors_desktop.gui.loading import UNDISTURBED_SECONDS, undisturbed


def test_it_lasts_as_long_as_anybody_loads():
    usual = sys.getswitchinterval()

    with undisturbed():
        with undisturbed():
            pass
        assert sys.getswitchinterval() == UNDISTURBED_SECONDS

    assert sys.getswitchinterval() == usual


def test_what_cannot_be_loaded_leaves_nothing_behind():
    usual = sys.getswitchinterval()

    with pytest.raises(ImportError), undisturbed():
        raise ImportError("none")

    assert sys.getswitchinterval() == usual
