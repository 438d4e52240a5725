"""A table of any number of rows: it knows how many there are and holds only the pages that were looked at last."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Sequence
from enum import IntEnum
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from opendoors_desktop.gui.faces import SKELETON_AFTER_MS
from opendoors_desktop.gui.jobs import Jobs, Reading
from opendoors_desktop.gui.models.checked import Checked
from opendoors_desktop.gui.models.listing import Column, Ladder, Listing
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.store.queries.places import START, Climb

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()

PAGE_BITS: Final = 8
PAGE: Final = 1 << PAGE_BITS
"""Rows of one page."""
KEPT_PAGES: Final = 8
"""So many pages are held; what was looked at longest ago goes first."""
WANTED_PAGES: Final = 4
"""Of the pages asked for only the last so many are read: who scrolls far doesn't wait for what was passed over."""
AHEAD_MS: Final = 80
"""After a jump the rest of its page and its neighbours are read so much later, so that another jump isn't kept."""

REST: Final = 10
"""After counting or measuring a long list anew, so many times as long as that took nothing is counted again."""


class PagedRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole
    """The frozen row itself; None where it isn't loaded."""


class PagedTable(QAbstractTableModel, Generic[R]):
    """Shows a Listing. Rows that aren't loaded are empty until their page comes.

    `counted` brings the number of rows and whether that is all of them, `answered` says that a list's first page is
    there, `failed` brings what went wrong. `checked` are the rows a person has ticked off.
    """

    counted = Signal(int, bool)
    answered = Signal()
    failed = Signal(object)
    checks_changed = Signal()

    def __init__(
        self,
        jobs: Jobs,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        tell: Callable[[R], str],
        parent: QObject | None = None,
    ) -> None:
        """`key` is what rows are told apart by, `tell` makes of a row the sentence that screen readers say."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self.checked = Checked()
        self._jobs = jobs
        self._key = key
        self._tell = tell
        self._pages: OrderedDict[int, Sequence[R | None]] = OrderedDict()
        self._asked: set[int] = set()
        self._in_part: set[int] = set()
        self._wanted: deque[int] = deque(maxlen=WANTED_PAGES)
        self._seen = (0, 0)
        self._count = 0
        self._is_counted = False
        self._ladder = Ladder()
        self._listing: Listing[R] | None = None
        self._coming: Listing[R] | None = None
        self._generation = 0
        self._edition = 0
        self._has_begun = False
        self._keeps_count = False
        self._measured = 0.0
        self._is_measuring = False
        self._patience = _single_shot(self, SKELETON_AFTER_MS, self._stop_showing_old)
        self._rest = _single_shot(self, 0, self._measure)
        self._ahead = _single_shot(self, AHEAD_MS, self._look_ahead)

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
        return self._has_begun and not self._is_measuring

    def show(self, listing: Listing[R], *, has_same_rows: bool = False) -> None:
        """Show another list, or one that `has_same_rows` in another order.

        What was shown before stays until its first page comes, for a fifth of a second at most.
        """
        self._generation += 1
        self._coming = listing
        self._has_begun = False
        self._keeps_count = has_same_rows and self._is_counted
        self._patience.start()
        self._ask_for(listing, 0, 0, PAGE, self._begin)

    def refresh(self) -> None:
        """Read anew what is in sight; what is out of sight is read anew when it comes into sight."""
        if not self._has_begun or self._listing is None:
            return
        self._edition += 1
        first, last = self._seen[0] >> PAGE_BITS, max(self._seen) >> PAGE_BITS
        for number in [each for each in self._pages if not first <= each <= last]:
            del self._pages[number]
            self._in_part.discard(number)
        self._asked.clear()
        for number in range(first, last + 1):
            self._want(number)
        if self._count >= PAGE or self._listing.is_gathered:
            self._measure_soon()

    def look_at(self, first: int, last: int) -> None:
        """These rows are in sight: they and their neighbours are kept, and read where they aren't there."""
        self._seen = (first, min(last, self._count - 1))
        is_here = True
        for row in self._seen:
            if 0 <= row < self._count and self.row_at(row) is None:
                is_here = False
        if is_here and not self._in_part:
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
            if number not in self._pages or number in self._in_part:
                self._want(number)
            else:
                self._pages.move_to_end(number)

    def row_at(self, row: int) -> R | None:
        """A row; None where it isn't loaded, and then it is asked for."""
        page = self._pages.get(row >> PAGE_BITS)
        if page is None:
            self._want(row >> PAGE_BITS)
            return None
        place = row & (PAGE - 1)
        found = page[place] if place < len(page) else None
        if found is None and row >> PAGE_BITS in self._in_part:
            self._want(row >> PAGE_BITS)
        return found

    def loaded(self) -> list[tuple[int, R]]:
        """The rows that are loaded, with their numbers."""
        pages = self._pages.items()
        return [(number * PAGE + n, row) for number, page in pages for n, row in enumerate(page) if row is not None]

    # Reading

    def _want(self, number: int) -> None:
        """Ask for a page: for what of it is in sight first, which comes in a third of the time."""
        if number in self._asked or self._listing is None or self._coming is not None:
            return
        self._asked.add(number)
        self._wanted.append(number)
        begin, end = number << PAGE_BITS, (number + 1) << PAGE_BITS
        first, last = max(self._seen[0], begin), min(self._seen[1] + 1, end)
        if number in self._pages or first >= last:
            self._ask_for(self._listing, number, 0, PAGE, self._keep)
        else:
            self._ask_for(self._listing, number, first - begin, last - first, self._keep_part)

    def _ask_for(
        self, listing: Listing[R], number: int, offset: int, limit: int, keep: Callable[[int, int, Sequence[R]], None]
    ) -> None:
        generation, edition = self._generation, self._edition
        has_begun, wanted = self._has_begun, self._wanted
        position = (number << PAGE_BITS) + offset
        place = self._ladder.below(position) if listing is self._listing else START

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

        self._jobs.read(read, then, lambda error: self._fail(generation, error))

    def _keep_part(self, number: int, offset: int, rows: Sequence[R]) -> None:
        """What is in sight of a page is there: show it, and ask for the whole page when nobody goes on at once."""
        if number not in self._pages:
            self._hold(number, [None] * offset + [*rows] + [None] * (PAGE - offset - len(rows)))
            self._in_part.add(number)
            self._tell_of((number << PAGE_BITS) + offset, rows)
        self._ahead.start()

    def _begin(self, _number: int, _offset: int, rows: Sequence[R]) -> None:
        """The first page of another list is there: it takes the place of the one before."""
        self._patience.stop()
        self._stop_showing_old()
        self._has_begun = True
        self._pages[0] = rows
        is_whole = self._is_end(rows)
        if is_whole or not self._keeps_count:
            self._set_count(len(rows), is_counted=is_whole)
        if not is_whole:
            self._measure()
        self._tell_of(0, rows)
        self.answered.emit()

    def _is_end(self, rows: Sequence[R]) -> bool:
        return len(rows) < PAGE and self._listing is not None and not self._listing.is_gathered

    def _stop_showing_old(self) -> None:
        if self._coming is None:
            return
        self.beginResetModel()
        self._listing, self._coming = self._coming, None
        self._pages.clear()
        self._in_part.clear()
        self._asked.clear()
        self._ladder = Ladder()
        self._is_measuring = False
        self._is_counted = self._keeps_count
        self._rest.stop()
        self._measured = 0.0
        self.endResetModel()

    def _keep(self, number: int, _offset: int, rows: Sequence[R]) -> None:
        self._hold(number, rows)
        self._in_part.discard(number)
        behind = number * PAGE + len(rows)
        if self._is_end(rows) and (rows or not number) and behind != self._count:
            self._set_count(behind, is_counted=True)
        elif behind > self._count:
            self._set_count(behind, is_counted=False)
            self._measure_soon()
        self._tell_of(number * PAGE, rows)

    def _hold(self, number: int, rows: Sequence[R | None]) -> None:
        """Hold a page; what was looked at longest ago goes."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT_PAGES:
            self._in_part.discard(self._pages.popitem(last=False)[0])

    def _tell_of(self, first: int, rows: Sequence[R]) -> None:
        last = min(first + len(rows), self._count) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _fail(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self._asked.clear()
            self._patience.stop()
            self.failed.emit(error)

    # Counting, and measuring the list so that a page anywhere is near a place

    def _measure_soon(self) -> None:
        if not self._rest.isActive() and not self._is_measuring:
            self._rest.start(int(self._measured * 1000 * REST))

    def _measure(self) -> None:
        listing, generation = self._listing, self._generation
        if listing is None:
            return
        self._is_measuring = True
        began = time.monotonic()
        ladder = Ladder()

        def counted(count: int | None) -> None:
            if generation != self._generation:
                return
            if count is not None:
                self._set_count(count, is_counted=True)
            ask()

        def ask() -> None:
            self._jobs.read(lambda reading: listing.climb(reading, ladder.top), climbed, fail)

        def climbed(climb: Climb) -> None:
            if generation != self._generation:
                return
            ladder.add(climb.places)
            if ladder.top.position > self._ladder.top.position:
                self._ladder = ladder
            if climb.total is not None:
                self._ladder = ladder
                self._is_measuring = False
                self._measured = time.monotonic() - began
                self._grow(climb.total)
                self._set_count(climb.total, is_counted=True)
                return
            if ladder.top.position > self._count:
                self._grow(ladder.top.position)
            ask()

        def fail(error: Exception) -> None:
            self._fail(generation, error)

        self._jobs.read(listing.count, counted, fail)

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

    # What Qt asks

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        if role == PagedRole.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if row is None else one_line(self.columns[index.column()].text(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Loading") if row is None else self._tell(row)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0 and row is not None:
            return Qt.CheckState.Checked if self._key(row) in self.checked else Qt.CheckState.Unchecked
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() and index.column() == 0 else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index.row()) if index.isValid() else None
        if role != Qt.ItemDataRole.CheckStateRole or row is None:
            return False
        self.checked.check(self._key(row), is_on=Qt.CheckState(value) is Qt.CheckState.Checked)
        self._tell_of_checks(index.row(), index.row())
        return True

    def is_checked(self, row: R) -> bool:
        """Whether a row is checked, loaded or not."""
        return self._key(row) in self.checked

    def check(self, first: int, last: int, *, is_on: bool) -> None:
        """Check rows, or take their checks away, as far as they are loaded."""
        for number in range(first, last + 1):
            row = self.row_at(number)
            if row is not None:
                self.checked.check(self._key(row), is_on=is_on)
        self._tell_of_checks(first, last)

    def check_all(self, *, is_on: bool) -> None:
        """Check the whole list, whatever of it is loaded, or nothing."""
        self.checked.check_all(is_on=is_on)
        self._tell_of_checks(0, self._count - 1)

    def _tell_of_checks(self, first: int, last: int) -> None:
        if self._count:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.checks_changed.emit()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        return None


def _single_shot(parent: QObject, interval: int, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(call)
    return timer
