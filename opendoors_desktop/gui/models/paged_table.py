"""A table of any number of rows: it knows how many there are and holds only the pages that were looked at last."""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.gui.faces import SKELETON_AFTER_MS
from opendoors_desktop.gui.jobs import Jobs, Reading
from opendoors_desktop.gui.models.held_pages import PAGE, PAGE_BITS, HeldPages
from opendoors_desktop.gui.models.listing import Column, Listing
from opendoors_desktop.gui.models.measuring import Measuring, single_shot
from opendoors_desktop.gui.models.row_table import ROOT, RowTable
from opendoors_desktop.store.queries.places import START

R = TypeVar("R")

WANTED_PAGES: Final = 4
"""Of the pages asked for only the last so many are read: who scrolls far doesn't wait for what was passed over."""
AHEAD_MS: Final = 80
"""After a jump the rest of its page and its neighbours are read so much later, so that another jump isn't kept."""

REST_MS: Final = 2000
"""While something changes more often than this only what is in sight is read anew, whatever it is scrolled to."""


class PagedTable(RowTable[R]):
    """Shows a Listing. Rows that aren't loaded are empty until their page comes.

    `counted` brings the number of rows and whether that is all of them, `answered` says that a list's first page is
    there, `failed` brings what went wrong.
    """

    counted = Signal(int, bool)
    answered = Signal()
    failed = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        tell: Callable[[R], str],
        parent: QObject | None = None,
    ) -> None:
        """`key` is what rows are told apart by, `tell` makes of a row the sentence that screen readers say."""
        super().__init__(columns, key, tell, parent)
        self._jobs = jobs
        self._pages: HeldPages[R] = HeldPages()
        self._asked: set[int] = set()
        self._wanted: deque[int] = deque(maxlen=WANTED_PAGES)
        self._seen = (0, 0)
        self._is_counted = False
        self._listing: Listing[R] | None = None
        self._coming: Listing[R] | None = None
        self._generation = 0
        self._edition = 0
        self._has_begun = False
        self._keeps_count = False
        self._patience = single_shot(self, SKELETON_AFTER_MS, self._stop_showing_old)
        self._ahead = single_shot(self, AHEAD_MS, self._look_ahead)
        self._rest = single_shot(self, REST_MS, self._read_pages_anew)
        self._measuring = Measuring(jobs, self)
        self._measuring.counted.connect(self._know_count)
        self._measuring.passed.connect(self._grow)
        self._measuring.ended.connect(self._end)
        self._measuring.failed.connect(self._fail)

    # What is shown

    @property
    def is_counted(self) -> bool:
        """Whether `rowCount` is the number of all rows, not of those found so far."""
        return self._is_counted

    @property
    def has_answer(self) -> bool:
        """Whether something of the list that was asked for last has come."""
        return self._has_begun

    @property
    def is_measured(self) -> bool:
        """Whether a page anywhere is near a known place by now."""
        return self._has_begun and not self._measuring.is_running

    def show(self, listing: Listing[R], *, has_same_rows: bool = False) -> None:
        """Show another list, or one that `has_same_rows` in another order.

        What was shown before stays until its first page comes, for a fifth of a second at most.
        """
        self._generation += 1
        self._measuring.stop()
        self._rest.stop()
        self._coming = listing
        self._has_begun = False
        self._keeps_count = has_same_rows and self._is_counted
        self._patience.start()
        self._ask_for(listing, 0, 0, PAGE, self._begin)

    def refresh(self) -> None:
        """Read anew what is in sight; what is out of sight is read anew when it comes into sight.

        Of a long list the rest of the pages in sight follows when nothing was refreshed for a while.
        """
        if not self._has_begun or self._listing is None:
            return
        self._edition += 1
        self._asked.clear()
        if self._count < PAGE:
            self._read_pages_anew()
        else:
            self._read_sight_anew(self._listing)
            self._rest.start()
        if self._count >= PAGE or self._listing.is_gathered:
            self._measuring.again()

    def _pages_in_sight(self) -> range:
        return range(self._seen[0] >> PAGE_BITS, (max(self._seen) >> PAGE_BITS) + 1)

    def _read_pages_anew(self) -> None:
        numbers = self._pages_in_sight()
        self._pages.let_go(numbers[0], numbers[-1])
        for number in numbers:
            self._want(number)

    def _read_sight_anew(self, listing: Listing[R]) -> None:
        numbers = self._pages_in_sight()
        self._pages.let_go(numbers[0], numbers[-1])
        for number in numbers:
            offset, limit = self._part_in_sight(number)
            if number in self._pages and limit > 0:
                self._wanted.append(number)
                self._ask_for(listing, number, offset, limit, self._renew)
            else:
                self._want(number)

    def _part_in_sight(self, number: int) -> tuple[int, int]:
        """Where what is in sight of a page begins in it, and how many rows that is."""
        begin, end = number << PAGE_BITS, (number + 1) << PAGE_BITS
        first, last = max(self._seen[0], begin), min(self._seen[1] + 1, end)
        return first - begin, last - first

    def _renew(self, number: int, offset: int, rows: Sequence[R]) -> None:
        self._pages.renew(number, offset, rows)
        self._tell_of((number << PAGE_BITS) + offset, rows)

    def look_at(self, first: int, last: int) -> None:
        """These rows are in sight: they and their neighbours are kept, and read where they aren't there."""
        self._seen = (first, min(last, self._count - 1))
        is_here = True
        for row in self._seen:
            if 0 <= row < self._count and self.row_at(row) is None:
                is_here = False
        if is_here and not self._pages.has_part:
            self._look_ahead()
        else:
            self._ahead.start()

    def _look_ahead(self) -> None:
        """Have the pages in sight whole, and their neighbours."""
        first, last = self._seen
        height = last - first + 1
        for row in (first, last, last + height, first - height):
            number = row >> PAGE_BITS
            if not 0 <= row < self._count:
                continue
            if self._pages.is_whole(number):
                self._pages.touch(number)
            else:
                self._want(number)

    def row_at(self, row: int) -> R | None:
        """A row; None where it isn't loaded, and then it is asked for."""
        found = self._pages.row(row)
        if found is None and not self._pages.is_whole(row >> PAGE_BITS):
            self._want(row >> PAGE_BITS)
        return found

    def loaded(self) -> list[tuple[int, R]]:
        """The rows that are loaded, with their numbers."""
        return self._pages.rows()

    # Reading

    def _want(self, number: int) -> None:
        """Ask for a page: for what of it is in sight first, which comes in a third of the time."""
        if number in self._asked or self._listing is None or self._coming is not None:
            return
        self._asked.add(number)
        self._wanted.append(number)
        offset, limit = self._part_in_sight(number)
        if number in self._pages or limit <= 0:
            self._ask_for(self._listing, number, 0, PAGE, self._keep)
        else:
            self._ask_for(self._listing, number, offset, limit, self._keep_part)

    def _ask_for(
        self, listing: Listing[R], number: int, offset: int, limit: int, keep: Callable[[int, int, Sequence[R]], None]
    ) -> None:
        generation, edition = self._generation, self._edition
        has_begun, wanted = self._has_begun, self._wanted
        position = (number << PAGE_BITS) + offset
        place = self._measuring.ladder.below(position) if listing is self._listing else START

        def read(reading: Reading) -> Sequence[R] | None:
            if generation != self._generation or (has_begun and number not in wanted):
                return None
            return listing.page(reading, place, position - place.position, limit)

        def then(rows: Sequence[R] | None) -> None:
            if generation != self._generation or edition != self._edition:
                return
            self._asked.discard(number)
            if rows is not None:
                keep(number, offset, rows)

        self._jobs.read(read, then, lambda error: self._fail_of(generation, error))

    def _keep_part(self, number: int, offset: int, rows: Sequence[R]) -> None:
        """What is in sight of a page is there: show it, and ask for the whole page when nobody goes on at once."""
        if number not in self._pages:
            self._pages.hold_part(number, offset, rows)
            self._tell_of((number << PAGE_BITS) + offset, rows)
        self._ahead.start()

    def _begin(self, _number: int, _offset: int, rows: Sequence[R]) -> None:
        """The first page of another list is there: it takes the place of the one before."""
        self._patience.stop()
        self._stop_showing_old()
        self._has_begun = True
        self._pages.hold(0, rows)
        is_whole = self._is_end(rows)
        if is_whole or not self._keeps_count:
            self._set_count(len(rows), is_counted=is_whole)
        if not is_whole:
            self._measuring.now()
        self._tell_of(0, rows)
        self.answered.emit()

    def _is_end(self, rows: Sequence[R]) -> bool:
        return len(rows) < PAGE and self._listing is not None and not self._listing.is_gathered

    def _stop_showing_old(self) -> None:
        if self._coming is None:
            return
        self.beginResetModel()
        self._listing, self._coming = self._coming, None
        self._pages.let_go()
        self._asked.clear()
        self._is_counted = self._keeps_count
        self._measuring.begin(self._listing)
        self.endResetModel()

    def _keep(self, number: int, _offset: int, rows: Sequence[R]) -> None:
        self._pages.hold(number, rows)
        behind = number * PAGE + len(rows)
        if self._is_end(rows) and (rows or not number) and behind != self._count:
            self._set_count(behind, is_counted=True)
        elif behind > self._count:
            self._set_count(behind, is_counted=False)
            self._measuring.again()
        self._tell_of(number * PAGE, rows)

    def _fail_of(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._asked.clear()
        self._patience.stop()
        self.failed.emit(error)

    # Counting

    def _know_count(self, count: int) -> None:
        self._set_count(count, is_counted=True)

    def _end(self, count: int) -> None:
        self._grow(count)
        self._know_count(count)

    def _grow(self, count: int) -> None:
        """There are more rows than were known: the page they begin in is read anew."""
        if count > self._count:
            number = self._count >> PAGE_BITS
            self._set_count(count, is_counted=False)
            if number in self._pages:
                self._want(number)

    def _set_count(self, count: int, *, is_counted: bool) -> None:
        if count > self._count:
            self.beginInsertRows(ROOT, self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(ROOT, count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        self._is_counted = is_counted
        self.counted.emit(count, is_counted)
