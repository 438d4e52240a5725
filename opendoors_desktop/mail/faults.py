"""Ends the process at a named point when the environment asks for it, so that tests can die at every step of a send."""

import os

_wanted, _, _count = os.environ.get("OPENDOORS_FAULT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1


def fault(point: str) -> None:
    """Die here (status 137, nothing flushed) if OPENDOORS_FAULT is `point`, or `point:n` and this is the n-th time."""
    if point != _wanted:
        return
    global _left
    _left -= 1
    if _left <= 0:
        os._exit(137)
