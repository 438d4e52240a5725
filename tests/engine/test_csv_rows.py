"""Rows with the lines they begin in, whatever is broken."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.csv_dialect import CsvDialect
from opendoors_desktop.engine.csv_rows import MOST_LINES, RowStream, SourceRow


def rows_of(text, width=2, first_line=1):
    return list(RowStream(text.splitlines(keepends=True), CsvDialect(), width=width, first_line=first_line))


def told(rows):
    return [(row.line, row.code) if isinstance(row, RowProblem) else tuple(row) for row in rows]


def test_counts_the_lines_of_the_file():
    text = 'a,b\r\n\r\nc,"d\r\ne\r\n"\r\n , \r\nf,g'
    assert told(rows_of(text, first_line=5)) == [(5, ["a", "b"]), (7, ["c", "d\r\ne\r\n"]), (11, ["f", "g"])]


def test_gives_the_line_behind_a_row():
    stream = RowStream(['a,"b\n', 'c"\n', "d,e\n"], CsvDialect(), width=2, first_line=1)
    assert [(row.line, stream.next_line) for row in stream] == [(1, 3), (3, 4)]


@pytest.mark.parametrize(
    "text, expected",
    [
        # An open quote to the end of the file.
        ('a,"b\nc,d\ne,f\n', [(1, "unclosed_quote"), (2, ["c", "d"]), (3, ["e", "f"])]),
        ('a,b\nc,"d', [(1, ["a", "b"]), (2, "unclosed_quote")]),
        # One closed by the quote of a later row, so that the row is too short, or just wide enough.
        ('a,"b\nc,d\ne,"f"\n', [(1, "unclosed_quote"), (2, ["c", "d"]), (3, ["e", "f"])]),
        ('a,"b\nc,"d"\ne,f\n', [(1, "unclosed_quote"), (2, ["c", "d"]), (3, ["e", "f"])]),
        # A ragged row of several lines that are no rows by themselves.
        ('a,"b\nc"\nd,"e\nf",g\n', [(1, ["a", "b\nc"]), (3, ["d", "e\nf", "g"])]),
        ('a,"b ""x"" \nc"\n', [(1, ["a", 'b "x" \nc'])]),
        # A bare quote inside a value is a character like others.
        ('a,5" pipe\nb,c\n', [(1, ["a", '5" pipe']), (2, ["b", "c"])]),
    ],
)
def test_fault_35_an_open_quote_costs_its_own_row_alone(text, expected):
    assert told(rows_of(text)) == expected


def test_rows_of_one_line_with_lines_like_rows_in_a_value_are_whole():
    assert told(rows_of('a,"one,two\nthree,four"\nb,c\n')) == [(1, ["a", "one,two\nthree,four"]), (3, ["b", "c"])]


def test_a_value_beyond_all_measure_is_named():
    size = csv.field_size_limit() + 1
    assert told(rows_of(f"a,{'x' * size}\nb,c\n")) == [(1, "too_long"), (2, ["b", "c"])]
    assert told(rows_of(f'a,"{"x" * size}\ny"\nb,c\n'))[0] == (1, "too_long")


def test_a_row_of_too_many_lines_is_an_open_quote():
    text = 'a,"b\n' + "x\n" * MOST_LINES + 'c,d\ne,"f"\n'
    rows = rows_of(text)
    assert rows[0] == RowProblem(1, None, "unclosed_quote", rows[0].message)
    assert SourceRow(MOST_LINES + 2, ["c", "d"]) in rows


@pytest.mark.timeout(60)
def test_fault_35_many_open_quotes_are_read_like_many_rows():
    assert len(rows_of('a,"b\n' * 3_000)) >= 1_000


def lines_of(text):
    """Lines as a file gives them that is opened without translation of line ends."""
    return list(io.StringIO(text, newline=""))


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=20))
def test_what_is_written_is_read_back(table):
    sink = io.StringIO(newline="")
    csv.writer(sink, quoting=csv.QUOTE_ALL).writerows(table)
    read = list(RowStream(lines_of(sink.getvalue()), CsvDialect(), width=2, first_line=1))
    assert [row.cells for row in read if isinstance(row, SourceRow)] == [
        row for row in table if any(map(str.strip, row))
    ]


@given(st.text(alphabet='a,"\n\r x', max_size=200))
def test_fault_35_no_text_raises_and_lines_rise(text):
    lines = [row.line for row in RowStream(lines_of(text), CsvDialect(), width=2, first_line=1)]
    assert lines == sorted(set(lines))
