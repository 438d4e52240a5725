"""What an import is asked for, and what it says when it is done."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import UUID

from opendoors_desktop.domain.cells import guard_formula
from opendoors_desktop.domain.contact import OnDuplicate
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.store.imports import ImportCounts

MOST_PROBLEMS = 100_000
"""So many are listed; of more, the number is told."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be imported.

    `overrides` are pairs of a column and the field it goes to (see `plan_columns`), `tags` go to every contact
    of the file; `owner_id` owns those that are new (None: whoever imports). `encoding`, `delimiter` and `has_header`
    rule where they are given.
    """

    overrides: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    on_duplicate: OnDuplicate = OnDuplicate.FILL
    owner_id: UUID | None = None
    source: str = "import"
    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None

    def as_json(self) -> dict[str, object]:
        """The options as they are kept with the import."""
        return {
            "overrides": [list(pair) for pair in self.overrides],
            "tags": list(self.tags),
            "on_duplicate": self.on_duplicate.value,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each row; `created`, `updated`, `unchanged` and `skipped` add up to `rows`.

    `problems` are by line, also those of rows that were taken all the same. `notes` say how the file was understood.
    `batch_id` is None after a dry run.
    """

    counts: ImportCounts
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()
    batch_id: UUID | None = None
    is_cancelled: bool = False

    def as_json(self) -> dict[str, object]:
        """The report for programs."""
        return {
            "rows": self.counts.rows,
            "created": self.counts.created,
            "updated": self.counts.updated,
            "unchanged": self.counts.unchanged,
            "skipped": self.counts.skipped,
            "problems": [problem_json(problem) for problem in self.problems],
        }


def problem_json(problem: RowProblem) -> dict[str, object]:
    """A problem for programs."""
    return {
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
    }


class Problems:
    """Gathers problems up to a number that fits into memory, and counts the rest."""

    def __init__(self, most: int = MOST_PROBLEMS) -> None:
        self._most = most
        self._listed: list[RowProblem] = []
        self.count = 0

    def add(self, problems: Sequence[RowProblem]) -> None:
        """Take problems in the order of their lines."""
        self.count += len(problems)
        self._listed.extend(problems[: self._most - len(self._listed)])

    def listed(self, most: int | None = None) -> tuple[RowProblem, ...]:
        """The first problems, `most` at most; one more tells how many are not listed."""
        shown = self._listed if most is None else self._listed[:most]
        left = self.count - len(shown)
        if not left:
            return tuple(shown)
        message = f"There are {left:,} more problems in the rows from here on."
        return (*shown, RowProblem(shown[-1].line, None, "more_problems", message))


class LeftOut:
    """Writes the rows that are left out to a file of their own, to be put right and imported again."""

    def __init__(self, file: TextIO, names: Sequence[str]) -> None:
        self._writer = csv.writer(file)
        self._width = len(names)
        self._writer.writerow([*map(guard_formula, names), "line", "problem"])

    def add(self, cells: Sequence[str], problem: RowProblem) -> None:
        """Write one row with the reason it is left out; `cells` are empty where it could not be read."""
        padded = [*cells[: self._width], *[""] * (self._width - len(cells))]
        self._writer.writerow([*map(guard_formula, padded), problem.line, problem.message])


@contextmanager
def left_out_file(path: Path | None, names: Sequence[str]) -> Iterator[LeftOut | None]:
    """The file at `path` opened for the rows that are left out (None: there is none); raises InputError."""
    if path is None:
        yield None
        return
    try:
        # Spreadsheets know UTF-8 by its mark; bytes that were no text in the file must not end the import.
        with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            yield LeftOut(file, names)
    except OSError as error:
        raise InputError(
            f"The file {path} can't be written: {error.strerror}.",
            "Choose another place for the rows that are left out.",
            where=str(path),
            code="no_file",
        ) from error
