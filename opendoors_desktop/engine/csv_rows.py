"""Rows of a CSV file one after another, with the lines they begin in; a broken row costs itself alone."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.csv_dialect import CsvDialect

LONGEST_LINE = 1 << 20  # characters; a longer line is no row of a table
MOST_LINES = 1_000  # of one row; more are the work of a quote that is never closed


class SourceRow(NamedTuple):
    """A row as it stands in the file: the line it begins in, from 1, and its cells."""

    line: int
    cells: list[str]


class RowStream:
    """Reads rows from lines, the first of which is number `first_line`; empty rows are passed over.

    A quote that is never closed swallows the rows behind it. It is told by what it swallowed: lines that by themselves
    are rows of `width` cells (0: not known). Its own line is then a problem, and reading goes on with the next.
    """

    def __init__(self, lines: Iterable[str], dialect: CsvDialect, *, width: int, first_line: int) -> None:
        self._feed = _Feed(iter(lines), first_line)
        self._dialect = dialect
        self._width = width

    @property
    def next_line(self) -> int:
        """The line behind the row that was given last."""
        return self._feed.line + len(self._feed.row)

    def __iter__(self) -> Iterator[SourceRow | RowProblem]:
        feed = self._feed
        rows = self._dialect.rows(feed)
        while True:
            feed.begin_row()
            cells: list[str] | None
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                cells = None
            if (cells is None or feed.has_ended or len(feed.row) > 1) and self._is_broken(cells):
                yield self._problem()
                feed.put_back()
                rows = self._dialect.rows(feed)
            elif cells and any(map(str.strip, cells)):
                yield SourceRow(feed.line, cells)

    def _is_broken(self, cells: list[str] | None) -> bool:
        if cells is None or self._feed.has_ended:
            return True
        if not self._width or (len(cells) == self._width and self._has_matching_quotes()):
            return False
        return any(map(self._is_row, self._feed.row[1:]))

    def _is_row(self, line: str) -> bool:
        """Whether a line is a row by itself; with a quote too many it is the end of a longer one."""
        return line.count(self._dialect.quote) % 2 == 0 and len(next(self._dialect.rows([line]))) == self._width

    def _has_matching_quotes(self) -> bool:
        try:
            return len(list(self._dialect.rows(self._feed.row, strict=True))) == 1
        except csv.Error:
            return False

    def _problem(self) -> RowProblem:
        feed = self._feed
        if len(feed.row) == 1 and not feed.has_ended:
            message = f"The line has a value of more than {csv.field_size_limit():,} characters. The row was left out."
            return RowProblem(feed.line, None, "too_long", message)
        message = "A quote that begins a value in this line is never closed. The row was left out."
        return RowProblem(feed.line, None, "unclosed_quote", message)


class _Feed:
    """Gives a csv.reader its lines and remembers those of the row it is at."""

    def __init__(self, lines: Iterator[str], first_line: int) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self.line = first_line
        self.has_ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) >= MOST_LINES:
            raise csv.Error("too many lines")
        if self._again:
            line = self._again.popleft()
        else:
            try:
                line = next(self._lines)
            except StopIteration:
                self.has_ended = True
                raise
        self.row.append(line)
        return line

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.line += len(self.row)
        self.row.clear()

    def put_back(self) -> None:
        """Give the lines behind the row's first one again."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        self.has_ended = False
