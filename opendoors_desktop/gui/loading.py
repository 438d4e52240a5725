"""Loading code of the window in another thread, without the two waiting for each other for ever."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

UNDISTURBED_SECONDS: Final = 2.0


class _Turns:
    """How often Python changes threads usually, and how many threads are loading now."""

    lock = Lock()
    usual = sys.getswitchinterval()
    loading = 0


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have Python change threads only where one waits, as for a file.

    PySide makes its classes when they are named first, behind a lock: a thread that is interrupted there keeps the
    other, which holds Python meanwhile, from ever going on.
    """
    with _Turns.lock:
        _Turns.loading += 1
        sys.setswitchinterval(UNDISTURBED_SECONDS)
    try:
        yield
    finally:
        with _Turns.lock:
            _Turns.loading -= 1
            if not _Turns.loading:
                sys.setswitchinterval(_Turns.usual)
