"""Finds out how a CSV file of contacts is written, whatever wrote it, and reads it as a stream of rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_columns import name_columns
from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.csv_dialect import (
    CsvDialect,
    Header,
    find_dialect,
    find_header,
    read_delimiter,
    stated_delimiter,
)
from opendoors_desktop.engine.csv_rows import LONGEST_LINE, RowStream, SourceRow
from opendoors_desktop.engine.text_encoding import TextEncoding, empty_file, find_encoding

_SAMPLE_LINES = 400
_SAMPLE_SIZE = 1 << 20
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is written and what its columns are called.

    `first_line` is the first line behind the names, `samples` the cells of some rows from there, `notes` what a person
    should know of how the file was taken.
    """

    encoding: TextEncoding
    dialect: CsvDialect
    names: tuple[str, ...]
    has_header: bool
    first_line: int
    samples: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


class OpenRows:
    """The rows of an open file, to be read once."""

    def __init__(self, file: TextIO, form: FileForm, size: int) -> None:
        self._file = file
        self._form = form
        self.size = size

    @property
    def position(self) -> int:
        """How many of the file's `size` bytes were taken in so far."""
        return self._file.buffer.tell()

    def __iter__(self) -> Iterator[SourceRow | RowProblem]:
        lines = _lines(self._file)
        for _ in islice(lines, self._form.first_line - 1):
            pass
        width = len(self._form.names)
        return iter(RowStream(lines, self._form.dialect, width=width, first_line=self._form.first_line))


def examine(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, has_header: bool | None = None
) -> FileForm:
    """Find out how the file is written; what is given rules.

    Reads the whole file for its encoding, and its first lines for the rest. Raises InputError when it is no CSV file.
    """
    delimiter = None if delimiter is None else read_delimiter(delimiter)
    found = find_encoding(path, encoding)
    with path.open("r", encoding=found.name, errors=found.errors, newline="") as file:
        lines = _first_lines(file)
    stated = stated_delimiter(lines[0]) if lines else None
    skipped = 1 if stated else 0
    dialect = find_dialect(lines[skipped:], delimiter or stated)
    rows, ends = _sample(lines[skipped:], dialect, skipped + 1)
    if not rows:
        raise empty_file(path)
    header = find_header([row.cells for row in rows], has_header=has_header)
    behind = tuple(tuple(row.cells) for row in rows[header.place + 1 : header.place + 1 + _SAMPLE_ROWS])
    return FileForm(
        encoding=found,
        dialect=dialect,
        names=name_columns(header.names, len(header.names) or max(map(len, behind), default=0)),
        has_header=header.place >= 0,
        first_line=ends[header.place] if header.place >= 0 else skipped + 1,
        samples=behind,
        notes=tuple(_notes(found, rows, header)),
    )


@contextmanager
def open_rows(path: Path, form: FileForm) -> Iterator[OpenRows]:
    """Open the file that `form` was told from, to iterate once; raises InputError when it can't be read."""
    try:
        with path.open("r", encoding=form.encoding.name, errors=form.encoding.errors, newline="") as file:
            yield OpenRows(file, form, path.stat().st_size)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The file {path.name} can't be read to its end.",
            "It was changed or taken away meanwhile; import it again when it is whole.",
            where=str(path),
            code="file_changed",
        ) from error


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file with their ends; of a longer one than any row's only the beginning."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and rest[-1] not in "\r\n":
            rest = file.readline(LONGEST_LINE)
        yield line


def _first_lines(file: TextIO) -> list[str]:
    lines: list[str] = []
    size = 0
    for line in _lines(file):
        lines.append(line)
        size += len(line)
        if len(lines) >= _SAMPLE_LINES or size >= _SAMPLE_SIZE:
            break
    return lines


def _sample(lines: Sequence[str], dialect: CsvDialect, first_line: int) -> tuple[list[SourceRow], list[int]]:
    """The sound rows in the first lines, and for each the line behind it."""
    stream = RowStream(lines, dialect, width=0, first_line=first_line)
    rows: list[SourceRow] = []
    ends: list[int] = []
    for row in stream:
        if isinstance(row, SourceRow):
            rows.append(row)
            ends.append(stream.next_line)
    return rows, ends


def _notes(encoding: TextEncoding, rows: Sequence[SourceRow], header: Header) -> Iterator[str]:
    if encoding.is_guessed:
        yield (
            f"The file doesn't say its encoding; it was read as {encoding.name}. Look at some names with accents, and "
            "give the encoding where they are wrong."
        )
    if encoding.errors != "strict":
        yield "Some bytes of the file are not UTF-8 like the rest; the rows with them are left out."
    if header.place < 0:
        yield "The file has no line with the names of its columns; they are called Column 1, Column 2, …"
    if header.place > 0:
        yield f"The names of the columns stand in line {rows[header.place].line}; what is above them was passed over."
