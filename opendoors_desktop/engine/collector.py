"""Tells Python's collector of garbage to look seldom while much is made that stays until the end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

SELDOM: Final = 1_000_000


class _Usual:
    """What the collector is told again when the last of those who work side by side is through."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.working = 0
        self.thresholds = gc.get_threshold()


_usual = _Usual()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """All that is made inside stays until the end: to look through it again and again takes a tenth of the time.

    What there was before is left out for good (it goes all the same when nothing refers to it): taken in again it would
    be gone through at once, which keeps a window for longer than a person should wait.
    """
    with _usual.lock:
        if not _usual.working:
            _usual.thresholds = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(SELDOM, *_usual.thresholds[1:])
        _usual.working += 1
    try:
        yield
    finally:
        with _usual.lock:
            _usual.working -= 1
            if not _usual.working:
                gc.set_threshold(*_usual.thresholds)
