"""Ends the process at a named point when the environment asks for it, so that tests can die at every step of a send."""

import os

_wanted, _, _count = os.environ.get("OPENDOORS_FAULT", "").partition(":")
_hits_before = iter(range(int(_count) - 1 if _count.isdigit() else 0))


def fault(point: str) -> None:
    """Die here (status 137, nothing flushed) if OPENDOORS_FAULT is `point`, or `point:n` and this is the n-th time."""
    if point == _wanted and next(_hits_before, None) is None:
        os._exit(137)


def is_armed(*points: str) -> bool:
    """True when the environment asks for a death at one of these points."""
    return _wanted in points
