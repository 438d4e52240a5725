"""What is loaded is left out of collections of garbage, in whichever thread it was; what is made later isn't."""

import gc
import sys
from threading import Thread  # noqa: TID251  # what another thread loads is what is tested
from types import ModuleType

import pytest

from opendoors_desktop.engine.memory import spare_what_is_loaded
from tests.architecture.source import PACKAGE


@pytest.fixture(autouse=True)
def _sparing():
    end = spare_what_is_loaded()
    gc.collect()  # takes note of what is loaded by now
    yield
    end()
    gc.unfreeze()


def is_watched(thing: object) -> bool:
    """Whether collections go through it."""
    return any(each is thing for each in gc.get_objects())


def test_what_was_loaded_in_another_thread_is_not_gone_through(monkeypatch):
    module, table = ModuleType("large"), [{"row": number} for number in range(100)]
    monkeypatch.setattr(module, "table", table, raising=False)
    thread = Thread(target=lambda: monkeypatch.setitem(sys.modules, "large", module))
    thread.start()
    thread.join()
    assert is_watched(table)

    gc.collect()

    assert not is_watched(table)


def test_what_is_made_without_loading_anything_is():
    table = [{"row": number} for number in range(100)]

    gc.collect()

    assert is_watched(table)


def test_garbage_of_a_circle_is_still_found():
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    ring = Ring()
    before = len([each for each in gc.get_objects() if type(each) is Ring])
    del ring
    gc.collect()

    assert before == 1
    assert not [each for each in gc.get_objects() if type(each) is Ring]


def test_nothing_takes_what_was_left_out_in_again():
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert "gc.unfreeze" not in code
