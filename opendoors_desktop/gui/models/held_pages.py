"""The pages of a long list that are held: those that were looked at last, some of them in part."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

R = TypeVar("R")

PAGE_BITS: Final = 8
PAGE: Final = 1 << PAGE_BITS
"""Rows of one page."""
KEPT_PAGES: Final = 8
"""So many pages are held; what was looked at longest ago goes first."""


class HeldPages(Generic[R]):
    """Rows by their number in the list, as far as they are here."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Sequence[R | None]] = OrderedDict()
        self._in_part: set[int] = set()

    def __contains__(self, page: int) -> bool:
        return page in self._pages

    @property
    def has_part(self) -> bool:
        """Whether some page is here in part."""
        return bool(self._in_part)

    def is_whole(self, page: int) -> bool:
        """Whether a page is here with all its rows."""
        return page in self._pages and page not in self._in_part

    def row(self, number: int) -> R | None:
        """A row; None where it isn't here."""
        page, place = self._pages.get(number >> PAGE_BITS, ()), number & (PAGE - 1)
        return page[place] if place < len(page) else None

    def rows(self) -> list[tuple[int, R]]:
        """All that are here, with their numbers."""
        pages = self._pages.items()
        return [(number * PAGE + n, row) for number, page in pages for n, row in enumerate(page) if row is not None]

    def hold(self, page: int, rows: Sequence[R]) -> None:
        """Hold a whole page."""
        self._in_part.discard(page)
        self._put(page, rows)

    def hold_part(self, page: int, offset: int, rows: Sequence[R]) -> None:
        """Hold some rows of a page that isn't here yet."""
        self._put(page, [None] * offset + [*rows] + [None] * (PAGE - offset - len(rows)))
        self._in_part.add(page)

    def renew(self, page: int, offset: int, rows: Sequence[R]) -> None:
        """Put rows in the place of those that a page has there; of a page that isn't here they are a part."""
        held = self._pages.get(page)
        if held is None:
            self.hold_part(page, offset, rows)
        else:
            self._pages[page] = [*held[:offset], *rows, *held[offset + len(rows) :]]

    def touch(self, page: int) -> None:
        """A page that is here was looked at."""
        self._pages.move_to_end(page)

    def let_go(self, first: int = 0, last: int = -1) -> None:
        """Hold nothing any more but the pages between these two."""
        for page in [each for each in self._pages if not first <= each <= last]:
            del self._pages[page]
            self._in_part.discard(page)

    def _put(self, page: int, rows: Sequence[R | None]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._in_part.discard(self._pages.popitem(last=False)[0])
