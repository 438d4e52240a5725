"""A workspace's own fields: kinds, names, and values read from text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.contact_field import (
    MAX_TEXT,
    FieldKind,
    Notation,
    ValueFault,
    field_name,
    read_value,
    told_notation,
)
from opendoors_desktop.domain.errors import InputError

COMMA, POINT = Notation(","), Notation(".")


@pytest.mark.parametrize(
    "text, name",
    [("Anz. Trailer", "anz_trailer"), (" Größe (cm) ", "grösse_cm"), ("x" * 80, "x" * 60), ("契約日", "契約日")],
)
def test_makes_a_name_for_templates(text, name):
    assert field_name(text) == name


@pytest.mark.parametrize("text", ["", "1st", "…"])
def test_refuses_a_name_without_a_first_letter(text):
    with pytest.raises(InputError) as caught:
        field_name(text)
    assert caught.value.code == "bad_field_name"


@pytest.mark.parametrize(
    "text, notation, value",
    [
        ("42", POINT, 42),
        ("-42", POINT, -42),
        ("−42", POINT, -42),
        ("+1.5", POINT, 1.5),
        ("1,5", POINT, 1.5),
        (".5", POINT, 0.5),
        ("5.", POINT, 5.0),
        ("1,234", POINT, 1234),
        ("1,234", COMMA, 1.234),
        ("1.234", POINT, 1.234),
        ("1.234", COMMA, 1234),
        ("0.123", COMMA, 0.123),
        ("0,123", POINT, 0.123),
        ("1,234.5", COMMA, 1234.5),
        ("1.234,5", POINT, 1234.5),
        ("1.234.567", POINT, 1234567),
        ("1 234 567,25", POINT, 1234567.25),
        ("1\u202f234", POINT, 1234),
        ("1'234.5", POINT, 1234.5),
        ("1234,567", POINT, 1234.567),
        ("12345.678", COMMA, 12345.678),
    ],
)
def test_reads_numbers_as_countries_write_them(text, notation, value):
    read = read_value(FieldKind.NUMBER, text, notation)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text", ["", "ca. 30", "1,2,3", "1,234,5", "12 kg", "1e5", "nan", "inf", "1" * 16, "١٢x", "--1"]
)
def test_what_is_no_number_is_said(text):
    assert read_value(FieldKind.NUMBER, text) is ValueFault.NOT_A_NUMBER


@pytest.mark.parametrize(
    "text, notation, value",
    [
        ("2026-10-31", POINT, "2026-10-31"),
        ("2026/1/2", POINT, "2026-01-02"),
        ("20261031", POINT, "2026-10-31"),
        ("2026-10-31T10:00:00Z", POINT, "2026-10-31"),
        ("31.10.2026", POINT, "2026-10-31"),
        ("1.2.2026", POINT, "2026-02-01"),
        ("1. 2. 2026", POINT, "2026-02-01"),
        ("31/10/2026 09:30", POINT, "2026-10-31"),
        ("10/31/2026", POINT, "2026-10-31"),
        ("3/3/2026", POINT, "2026-03-03"),
        ("3/4/2026", Notation(day_first=True), "2026-04-03"),
        ("3/4/2026", Notation(day_first=False), "2026-03-04"),
        ("31/10/26", POINT, "2026-10-31"),
        ("31/10/78", POINT, "1978-10-31"),
        ("31 October 2026", POINT, "2026-10-31"),
        ("Oct 31, 2026", POINT, "2026-10-31"),
        ("31st Oct 2026", POINT, "2026-10-31"),
    ],
)
def test_reads_dates_as_people_write_them(text, notation, value):
    assert read_value(FieldKind.DATE, text, notation) == value


@pytest.mark.parametrize("text", ["tomorrow", "31.02.2026", "2026-13-01", "October 2026", "32/1/2026", "31 Foo 2026"])
def test_what_is_no_date_is_said(text):
    assert read_value(FieldKind.DATE, text) is ValueFault.NOT_A_DATE


def test_a_date_that_may_be_two_is_not_guessed():
    assert read_value(FieldKind.DATE, "3/4/2026") is ValueFault.AMBIGUOUS_DATE


@given(st.dates())
def test_a_date_comes_back(day: date):
    assert read_value(FieldKind.DATE, day.isoformat()) == day.isoformat()


@pytest.mark.parametrize("text, value", [("Yes", True), ("ja", True), ("1", True), ("NO", False), ("não", False)])
def test_reads_yes_and_no(text, value):
    assert read_value(FieldKind.BOOLEAN, text) is value


def test_what_is_neither_yes_nor_no_is_said():
    assert read_value(FieldKind.BOOLEAN, "maybe") is ValueFault.NOT_A_BOOLEAN


def test_fault_38_text_is_cleaned_and_limited():
    assert read_value(FieldKind.TEXT, "one\r\ntwo\x00 ") == "one\ntwo"
    assert read_value(FieldKind.TEXT, "x" * MAX_TEXT) == "x" * MAX_TEXT
    assert read_value(FieldKind.TEXT, "x" * 10_000) is ValueFault.TOO_LONG


@pytest.mark.parametrize(
    "samples, delimiter, notation",
    [
        ([], ",", Notation(".", None)),
        ([], ";", Notation(",", None)),
        (["1,234", "ca. 30", "0,5"], ",", Notation(",", None)),
        (["1.234", "1.5"], ";", Notation(".", None)),
        (["3/4/2026", "31/4/2026"], ",", Notation(".", True)),
        (["3/4/2026", "4/31/2026"], ",", Notation(".", False)),
        (["31/4/2026", "4/31/2026"], ",", Notation(".", None)),
    ],
)
def test_a_column_tells_its_notation(samples, delimiter, notation):
    assert told_notation(samples, delimiter) == notation


@given(st.text())
def test_never_raises_and_every_fault_has_a_sentence(text):
    for kind in FieldKind:
        value = read_value(kind, text)
        if isinstance(value, ValueFault):
            assert value.sentence.endswith(".")
