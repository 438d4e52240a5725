"""Keys of records: UUIDs of version 7 (RFC 9562, section 5.7), made from a given time and given chance."""

from collections.abc import Callable
from uuid import UUID, SafeUUID

CHANCE_BITS = 74
_TAIL = (1 << CHANCE_BITS) - 1
_REST = (1 << 62) - 1
_STEP = (1 << 40) - 1
_new = UUID.__new__
_set = object.__setattr__


def uuid_of(number: int) -> UUID:
    """The UUID of a number of 128 bits, made without the checks of its constructor: a read row has a dozen of them."""
    key = _new(UUID)
    _set(key, "int", number)
    _set(key, "is_safe", SafeUUID.unknown)
    return key


def uuid7(milliseconds: int, chance: int) -> UUID:
    """The key of an instant (milliseconds since 1970 in UTC, 48 bits) and of 74 bits of chance; more are cut off."""
    tail = chance & _TAIL
    return uuid_of((milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & _REST)


def milliseconds_of(key: UUID) -> int:
    """The milliseconds since 1970 in UTC that a version 7 key was made from."""
    return key.int >> 80


def uuid7_after(previous: UUID | None, milliseconds: int, chance: int) -> UUID:
    """The key for this instant, or the least random step above `previous` where the clock hasn't moved on since.

    Keys made one after another so sort in that order, also within a millisecond and over a clock that is set back
    (RFC 9562, section 6.2, method 2).
    """
    if previous is None or milliseconds > milliseconds_of(previous):
        return uuid7(milliseconds, chance)
    number = previous.int
    before = (number >> 64 & 0xFFF) << 62 | (number & _REST)
    tail = before + 1 + (chance & _STEP)
    return uuid7(milliseconds_of(previous) + (tail >> CHANCE_BITS), tail)


class IdSource:
    """Gives a new, ascending key at each call; takes its clock (milliseconds) and its chance (n -> n random bits).

    Two threads that ask at once may get keys in either order, but with 40 random bits between them never the same one.
    """

    __slots__ = ("_chance", "_clock", "_last")

    def __init__(self, clock: Callable[[], int], chance: Callable[[int], int]) -> None:
        self._clock = clock
        self._chance = chance
        self._last: UUID | None = None

    def __call__(self) -> UUID:
        """The next key, greater than every key given before by this source."""
        self._last = uuid7_after(self._last, self._clock(), self._chance(CHANCE_BITS))
        return self._last
