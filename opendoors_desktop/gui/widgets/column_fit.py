"""How the columns of a table share the room there is."""

from collections.abc import Sequence


def left_out(least: Sequence[int], goes: Sequence[int], room: int) -> frozenset[int]:
    """The numbers of the columns that have no room, all being as narrow as they can be: the lowest `goes` first."""
    gone: list[int] = []
    for number in sorted((number for number, place in enumerate(goes) if place), key=lambda number: goes[number]):
        if sum(least) - sum(least[each] for each in gone) <= room:
            break
        gone.append(number)
    return frozenset(gone)


def fitted(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths of columns in so much room, all in pixels.

    Those with a `least` give way down to it, each by its share of what all of them can give; where room is left they
    take two thirds of it, by their widths, and the rest is the last column's. A `least` of 0: the width is fixed.
    """
    spare = room - sum(widths)
    if spare >= 0:
        wide = sum(width for width, low in zip(widths, least, strict=True) if low)
        return [
            width + (spare * 2 * width // (3 * wide) if low else 0) for width, low in zip(widths, least, strict=True)
        ]
    gives = [width - low if low else 0 for width, low in zip(widths, least, strict=True)]
    wanted = min(-spare, sum(gives))
    return [width - -(-wanted * give // max(1, sum(gives))) for width, give in zip(widths, gives, strict=True)]
