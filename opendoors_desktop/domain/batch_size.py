"""How much is done in one commit, so that no commit holds the store for long: told by how long the last one took."""

from typing import Final

FIRST: Final = 200
LEAST: Final = 100
MOST: Final = 1_000
STEP: Final = 50
"""Sizes are multiples of it, so that statements that name each member are few and known."""

AIM_SECONDS: Final = 0.05


def next_size(size: int, seconds: float) -> int:
    """The size of the next batch after one of `size` that held the store for so many seconds (0: not measured).

    It falls at once and doubles at most: how fast a computer is shows only when it is tried.
    """
    if seconds <= 0:
        return size
    wanted = min(int(size * AIM_SECONDS / seconds), size * 2)
    return max(LEAST, min(MOST, wanted - wanted % STEP))
