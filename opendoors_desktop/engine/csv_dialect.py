"""How a CSV file is written: its separator, its quotes, and which line names the columns; told from its first lines."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_headers import field_of_header

DELIMITERS = (",", ";", "\t", "|")
_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_PREAMBLE = 10  # rows that may stand before the one with the names, as in exports that begin with a notice


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """What stands between values, round them, and before a quote inside one (None: the quote is doubled)."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None

    def rows(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The rows in `lines`, read by this dialect; with `strict`, csv.Error where quotes don't match."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            skipinitialspace=True,
            strict=strict,
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns and the place of their row among those given; without one, no names and place -1."""

    names: tuple[str, ...]
    place: int


def read_delimiter(text: str) -> str:
    """The separator a person names, by itself or in words; raises InputError for what can't be one."""
    delimiter = _WORDS.get(text.strip().casefold(), text)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in "\r\n \"'\\":
        raise InputError(
            f"“{text}” can't separate values.",
            f"Give one sign, or one of the words {', '.join(_WORDS)}.",
            where=text,
            code="bad_delimiter",
        )
    return delimiter


def stated_delimiter(line: str) -> str | None:
    """The separator that a first line such as `sep=;` states, for spreadsheets."""
    bare = line.strip("\r\n").strip('"')
    return bare[4:5] if bare[:4].casefold() == "sep=" and len(bare) == 5 else None


def find_dialect(lines: Sequence[str], delimiter: str | None = None) -> CsvDialect:
    """The dialect in which the lines make the most even table; `delimiter` rules where it is known."""
    delimiters = [delimiter] if delimiter else list(DELIMITERS)
    whole = "".join(lines)
    quotes = ['"', "'"] if _is_single_quoted(whole, delimiters) else ['"']
    escapes = [None, "\\"] if '\\"' in whole else [None]
    candidates = [CsvDialect(*parts) for parts in product(delimiters, quotes, escapes)]
    return max(candidates, key=lambda dialect: _evenness(dialect, lines))


def find_header(rows: Sequence[Sequence[str]], *, has_header: bool | None = None) -> Header:
    """The row that names the columns: the first, or one soon below it that alone reads like names.

    A first row that holds an email address names nothing. `has_header` rules where a person said it.
    """
    places = [place for place, row in enumerate(rows) if any(map(str.strip, row))]
    if not places or has_header is False:
        return Header((), -1)
    first = places[0]
    if has_header or _known_names(rows[first]):
        return Header(tuple(rows[first]), first)
    for place in places[1:_PREAMBLE]:
        known = _known_names(rows[place])
        if "email" in known and len(known) > 1:
            return Header(tuple(rows[place]), place)
    if any(isinstance(parse_address(cell), Address) for cell in rows[first]):
        return Header((), -1)
    return Header(tuple(rows[first]), first)


def _is_single_quoted(text: str, delimiters: Sequence[str]) -> bool:
    return any(text.count(f"'{delimiter}'") > 2 for delimiter in delimiters)


def _evenness(dialect: CsvDialect, lines: Sequence[str]) -> tuple[int, float, int]:
    """How well a dialect fits: known names in a row, share of rows of the commonest width, that width."""
    rows = [row for row in _readable(dialect, lines) if any(map(str.strip, row))]
    if not rows:
        return 0, 0.0, 0
    known = max(len(_known_names(row)) for row in rows[:_PREAMBLE])
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return known, count / len(rows) if width > 1 else 0.0, width


def _readable(dialect: CsvDialect, lines: Sequence[str]) -> Iterator[list[str]]:
    """The rows up to the first that can't be read: the last line may end within quotes."""
    rows = dialect.rows(lines)
    while True:
        try:
            yield next(rows)
        except (StopIteration, csv.Error):
            return


def _known_names(row: Sequence[str]) -> set[str]:
    return {found[0] for cell in row if len(cell) <= 60 and (found := field_of_header(cell))}
