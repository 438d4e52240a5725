"""Files as programs of all kinds write them."""

import csv
import json
import tracemalloc
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.csv_rows import LONGEST_LINE, SourceRow
from opendoors_desktop.engine.imports import examine, open_rows

SPECTRUM = Path(__file__).parents[3] / "shared" / "corpora" / "csv"


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "contacts.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read(path, **given):
    form = examine(path, **given)
    with open_rows(path, form) as rows:
        return form, list(rows)


def lines_of(rows):
    return [(row.line, row.code) if isinstance(row, RowProblem) else (row.line, *row.cells) for row in rows]


def test_reads_names_and_rows(file):
    form, rows = read(file("email,name\na@example.com,Ana\n\nb@example.com,Bo"))
    assert form.names == ("email", "name")
    assert form.has_header
    assert form.samples == (("a@example.com", "Ana"), ("b@example.com", "Bo"))
    assert form.notes == ()
    assert lines_of(rows) == [(2, "a@example.com", "Ana"), (4, "b@example.com", "Bo")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "cp1252"])
def test_T71_byte_order_marks_encodings_separators_and_line_ends(file, end, delimiter, name):
    table = [["email", "Name", "note"], ["a@example.com", "Jürgen", f"x{delimiter}y"], ["b@example.com", "Zoë", "z"]]
    text = end.join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in table) + end
    form, rows = read(file(text.encode(name)))
    assert form.names == ("email", "Name", "note")
    assert lines_of(rows) == [(2, *table[1]), (3, *table[2])]


def test_a_stated_separator_is_used(file):
    form, rows = read(file("sep=;\r\nemail;a,b\r\na@example.com;x,y\r\n"))
    assert form.dialect.delimiter == ";"
    assert form.names == ("email", "a,b")
    assert lines_of(rows) == [(3, "a@example.com", "x,y")]


def test_a_file_without_names(file):
    form, rows = read(file("Ana,a@example.com\nBo,b@example.com,Lyon\n"))
    assert form.names == ("Column 1", "Column 2", "Column 3")
    assert not form.has_header
    assert "Column 1" in form.notes[0]
    assert [line for line, *_ in lines_of(rows)] == [1, 2]


def test_names_given_twice_or_not_at_all(file):
    form, _ = read(file("email,,name,Name,\na@example.com,1,2,3,4\n"))
    assert form.names == ("email", "Column 2", "name", "Name (2)", "Column 5")


def test_a_name_may_have_two_lines(file):
    form, rows = read(file('email,"first\nname"\na@example.com,Ana\n'))
    assert form.names == ("email", "first\nname")
    assert lines_of(rows) == [(3, "a@example.com", "Ana")]


def test_a_notice_above_the_names_is_passed_over(file):
    form, rows = read(file('Notes:\n"Some contacts,\nbut not all"\n\nFirst Name,Email Address\nAna,a@example.com\n'))
    assert form.names == ("First Name", "Email Address")
    assert lines_of(rows) == [(6, "Ana", "a@example.com")]
    assert "line 5" in form.notes[0]


def test_a_guessed_encoding_is_said(file):
    form, _ = read(file("email,name\na@example.com,Jürgen\n".encode("cp1252")))
    assert "read as cp1252" in form.notes[0]


def test_bytes_that_do_not_fit_are_kept_apart(file):
    content = "email,name\n" + "a@example.com,Zoë\n" * 5
    form, rows = read(file(content.encode() + b"b@example.com,J\xfcrgen\n"))
    assert "not UTF-8" in form.notes[0]
    assert lines_of(rows)[-1] == (7, "b@example.com", "J\udcfcrgen")


def test_what_a_person_gives_rules(file):
    path = file("email;name,x\na@example.com;Ana,y\n")
    assert examine(path, delimiter=",").names == ("email;name", "x")
    assert examine(path, has_header=False).names == ("Column 1", "Column 2")
    assert examine(path, delimiter="semicolon").names == ("email", "name,x")


@pytest.mark.parametrize("content", ["\ufeff", "\ufeff\n \n"])
def test_a_file_without_a_value_is_empty(file, content):
    with pytest.raises(InputError) as caught:
        examine(file(content))
    assert caught.value.code == "empty_file"


def test_a_line_without_end_is_no_row(file):
    with_long_line = file("email,name\n" + "a@example.com,Ana" + "x" * (3 * LONGEST_LINE) + "\nb@example.com,Bo\n")
    _, rows = read(with_long_line)
    assert lines_of(rows) == [(2, "too_long"), (3, "b@example.com", "Bo")]
    _, rows = read(file("email,name\na@example.com,Ana\n" + "x" * LONGEST_LINE))
    assert lines_of(rows)[-1] == (3, "too_long")


def test_a_file_that_changes_meanwhile_is_said(file):
    path = file("email,name\n" + "a@example.com,Ana\n" * 10)
    form = examine(path)
    path.write_bytes(b"email,name\n" + b"a@example.com,Ana\n" * 10_000 + b"\xff\n")
    with pytest.raises(InputError) as caught, open_rows(path, form) as rows:
        list(rows)
    assert caught.value.code == "file_changed"
    path.unlink()
    with pytest.raises(InputError), open_rows(path, form):
        pass


def test_says_how_far_it_is(file):
    path = file("email\n" + "a@example.com\n" * 50_000)
    with open_rows(path, examine(path)) as rows:
        stream = iter(rows)
        next(stream)
        early = rows.position
        list(stream)
        assert early < rows.position == rows.size == path.stat().st_size


def test_T74_a_long_file_is_read_in_bounded_memory(file):
    path = file("email,name\n" + "".join(f"user{n}@example.com,Ana\n" for n in range(50_000)))
    form = examine(path)
    tracemalloc.start()
    with open_rows(path, form) as rows:
        count = sum(1 for _ in rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 1_000_000


def spectrum_cases():
    listing = SPECTRUM / "expected.jsonl"
    if not listing.exists():
        return []
    return [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", spectrum_cases(), ids=lambda case: Path(case["file"]).stem)
def test_fault_35_files_of_a_public_collection_hold_the_rows_stated(case):
    form = examine(SPECTRUM / case["file"], has_header=True)
    with open_rows(SPECTRUM / case["file"], form) as rows:
        read = [dict(zip(form.names, row.cells, strict=True)) for row in rows if isinstance(row, SourceRow)]
    if case["kind"] == "rows_equal":
        expected = json.loads((SPECTRUM / case["expected_json"]).read_text(encoding="utf-8"))
        assert [{name: _unbroken(value) for name, value in row.items()} for row in read] == [
            {name: _unbroken(value) for name, value in row.items()} for row in expected
        ]
    else:
        assert read


def _unbroken(text):
    return text.replace("\r\n", "\n")


def test_the_public_collection_is_there():
    if not spectrum_cases():
        pytest.skip(f"no files in {SPECTRUM}")
    assert len(spectrum_cases()) >= 10


def test_csv_keeps_its_limit():
    # Raised by somebody else, a single value could fill the memory.
    assert csv.field_size_limit() == 131_072
