"""Separators, quotes and headers told from the first lines."""

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.csv_dialect import CsvDialect, find_dialect, find_header, read_delimiter, stated_delimiter


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_separator(delimiter):
    lines = [delimiter.join(row) + "\n" for row in (["email", "name"], ["a@example.com", "Ana"], ["b@example.com", ""])]
    assert find_dialect(lines) == CsvDialect(delimiter)


@pytest.mark.parametrize(
    "text, delimiter",
    [
        ("email;name;size\na@example.com;Silva, Ana;1,5\nb@example.com;Dupont, Luc;2,5\n", ";"),
        ('email,name\na@example.com,"x; y; z"\nb@example.com,"p; q; r"\n', ","),
        ("x;y\n1;2\n3;4\n", ";"),
        ("email\na@example.com\nb@example.com\n", ","),
        ("email|note\na@example.com|one, two\nb@example.com|one, two\n", "|"),
        ("Notes:\nSome words, and more\n\nFirst Name;Last Name;Email Address\nAna;Silva;a@example.com\n", ";"),
        ("", ","),
    ],
)
def test_finds_the_separator_beside_others(text, delimiter):
    assert find_dialect(text.splitlines(keepends=True)).delimiter == delimiter


def test_what_is_known_rules():
    assert find_dialect(["a,b;c\n"], ";").delimiter == ";"


def test_single_quotes_are_seen():
    lines = ["'email','name','city'\n", "'a@example.com','Silva, Ana','Lyon'\n"]
    assert find_dialect(lines) == CsvDialect(",", "'")


def test_backslashes_before_quotes_are_seen():
    lines = ["email,name,city\n", '"a@example.com","Ana \\"Bo\\", the first","Lyon"\n'] * 3
    assert find_dialect(lines) == CsvDialect(",", '"', "\\")
    assert next(find_dialect(lines).rows(lines[1:])) == ["a@example.com", 'Ana "Bo", the first', "Lyon"]


def test_an_open_quote_at_the_end_of_the_sample_does_no_harm():
    assert find_dialect(["email;x\n", 'a@example.com;"begins\n', "x" * 200_000]).delimiter == ";"


@pytest.mark.parametrize(
    "line, delimiter", [("sep=;\r\n", ";"), ('"sep=,"\n', ","), ("SEP=\t\n", "\t"), ("sep=\n", None), ("email\n", None)]
)
def test_reads_a_stated_separator(line, delimiter):
    assert stated_delimiter(line) == delimiter


@pytest.mark.parametrize(
    "text, delimiter", [(";", ";"), ("\t", "\t"), ("\\t", "\t"), ("Tab", "\t"), ("^", "^"), ("comma", ",")]
)
def test_reads_a_separator_that_a_person_names(text, delimiter):
    assert read_delimiter(text) == delimiter


@pytest.mark.parametrize("text", ["", ";;", "\n", '"', "'", " ", "\\", "a", "7"])
def test_refuses_what_can_not_separate(text):
    with pytest.raises(InputError) as caught:
        read_delimiter(text)
    assert caught.value.code == "bad_delimiter"


def test_the_first_row_names_the_columns():
    header = find_header([["", ""], ["who", "what"], ["a@example.com", "x"]])
    assert (header.names, header.place) == (("who", "what"), 1)


def test_a_first_row_with_an_address_names_nothing():
    assert find_header([["Ana", "a@example.com"]]).place == -1


def test_what_a_person_says_of_the_header_rules():
    assert find_header([["Ana", "a@example.com"]], has_header=True).place == 0
    assert find_header([["Email", "Name"]], has_header=False).place == -1
    assert find_header([]).place == -1


def test_lines_above_the_names_are_passed_over():
    rows = [["Notes:"], ["This export is complete"], ["First Name", "Email Address"], ["Ana", "a@example.com"]]
    assert find_header(rows).place == 2
