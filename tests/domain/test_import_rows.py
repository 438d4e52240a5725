"""Rows of files become drafts or problems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain import import_rows
from opendoors_desktop.domain.address import Address
from opendoors_desktop.domain.contact import ContactDraft
from opendoors_desktop.domain.import_columns import plan_columns
from opendoors_desktop.domain.import_rows import RowReader

ZONES = {"europe/paris": "Europe/Paris", "america/new_york": "America/New_York"}
NAMES = ["email", "first_name", "last_name", "phone", "time_zone", "tags", "custom.note", "full_name"]


def reader(names=NAMES, **more):
    return RowReader(plan_columns(names, [], **more), lambda text: ZONES.get(text.casefold()))


def read(*cells, names=NAMES, **more):
    """The draft and the problems of one row, padded to the width of `names`."""
    return reader(names, **more).read(7, [*cells, *[""] * (len(names) - len(cells))])


def codes(row):
    return [(problem.line, problem.column, problem.code) for problem in row.problems]


def test_a_row_becomes_a_draft():
    row = read("Ana@Example.com", " Ana ", "Silva", "+33 1", "europe/PARIS", "lead; fair|Lead\nnew,", "hello\r\nthere")
    assert row.draft == ContactDraft(
        Address("Ana", "example.com"),
        first_name="Ana",
        last_name="Silva",
        phone="+33 1",
        time_zone="Europe/Paris",
        tags=("lead", "fair", "new"),
        custom={"note": "hello\nthere"},
    )
    assert row.problems == []


def test_a_row_of_the_address_alone():
    row = read("ana@example.com", names=["email"])
    assert row.draft == ContactDraft(Address("ana", "example.com"))


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "empty"),
        ("nonsense", "no_at"),
        ("müller@example.com", "needs_smtputf8"),
        ("x" * 10_000, "too_long"),
        ("a@example.com b@example.com", "several_addresses"),
    ],
)
def test_T73_a_row_without_a_usable_address_is_left_out_with_its_reason(text, code):
    row = read(text, "Ana")
    assert row.draft is None
    assert codes(row) == [(7, "email", code)]
    assert row.problems[0].message.endswith("The row was left out.")
    assert len(row.problems[0].message) < 400


def test_fault_35_a_short_row_is_taken_and_said():
    row = reader().read(7, ["ana@example.com", "Ana"])
    assert row.draft is not None
    assert row.draft.first_name == "Ana"
    assert codes(row) == [(7, None, "short_row")]
    assert "2 values for 8 columns" in row.problems[0].message


def test_fault_35_a_long_row_is_left_out():
    row = reader(["email", "company"]).read(7, ["ana@example.com", "Acme", " Inc."])
    assert row.draft is None
    assert codes(row) == [(7, None, "long_row")]


def test_separators_at_the_end_are_no_values():
    row = reader(["email", "company"]).read(7, ["ana@example.com", "Acme", "", " "])
    assert row.draft is not None
    assert codes(row) == []


def test_T76_breaks_in_values_make_no_header():
    row = read("ana@example.com", "A\r\nBcc: x@example.com", "B\x00\x07")
    assert row.draft is not None
    assert (row.draft.first_name, row.draft.last_name) == ("A Bcc: x@example.com", "B")


@pytest.mark.parametrize("column", [1, 3, 6, 7])
def test_fault_38_ten_thousand_characters_are_refused(column):
    cells = ["ana@example.com", "", "", "", "", "", "", ""]
    cells[column] = "x" * 10_000
    row = reader().read(7, cells)
    assert row.draft is None
    assert codes(row) == [(7, NAMES[column], "too_long")]


def test_bytes_of_another_encoding_leave_the_row_out():
    row = read("ana@example.com", "J\udce4rg")
    assert row.draft is None
    assert codes(row) == [(7, "first_name", "undecodable")]


def test_half_characters_of_other_origin_are_dropped():
    row = read("ana@example.com", "J\ud800rg")
    assert row.draft is not None
    assert row.draft.first_name == "Jrg"


def test_an_unknown_zone_is_named_and_left_empty():
    row = read("ana@example.com", "", "", "", "Mars/Olympus")
    assert row.draft is not None
    assert row.draft.time_zone == ""
    assert codes(row) == [(7, "time_zone", "unknown_zone")]


def test_a_whole_name_is_split_where_the_parts_are_missing():
    row = read("ana@example.com", "", "", "", "", "", "", "Ana van Dijk")
    assert (row.draft.first_name, row.draft.last_name) == ("Ana", "van Dijk")
    row = read("ana@example.com", "", "Silva", "", "", "", "", "Ana van Dijk")
    assert (row.draft.first_name, row.draft.last_name) == ("", "Silva")


def test_fault_37_formulas_are_data_and_guarded_ones_come_back():
    row = read("'=ana@example.com", "=1+1", "'=cmd|' /C calc'!A0", "'+49 30 1234567", "", "'@tag", "'-2+3")
    assert row.draft == ContactDraft(
        Address("=ana", "example.com"),
        first_name="=1+1",
        last_name="=cmd|' /C calc'!A0",
        phone="+49 30 1234567",
        tags=("@tag",),
        custom={"note": "-2+3"},
    )


def test_tags_of_many_kinds_are_read_though_not_all_are_remembered(monkeypatch):
    monkeypatch.setattr(import_rows, "_REMEMBERED", 1)
    read_by_one = reader(["email", "tags"])
    found = [read_by_one.read(2, ["ana@example.com", f"t{number % 3}"]).draft for number in range(6)]
    assert [draft.tags for draft in found if draft] == [("t0",), ("t1",), ("t2",)] * 2


def test_a_value_of_the_wrong_kind_is_named_and_left_empty():
    row = read(
        "ana@example.com",
        "ca. 30",
        " ",
        names=["email", "n", "m"],
        overrides=[("n", "custom.n:number"), ("m", "custom.m")],
    )
    assert row.draft is not None
    assert row.draft.custom == {}
    assert codes(row) == [(7, "n", "not_a_number")]
    assert "“ca. 30”" in row.problems[0].message


def test_a_value_that_is_nothing_once_cleaned_is_nothing():
    row = read("ana@example.com", "\u200b", names=["email", "m"], overrides=[("m", "custom.m")])
    assert row.draft is not None
    assert row.draft.custom == {}


def test_a_long_value_is_cut_in_the_message():
    row = read("x" * 200)
    assert "“" + "x" * 59 + "…”" in row.problems[0].message


@given(st.lists(st.text(), max_size=12))
def test_fault_38_no_row_raises(cells):
    row = reader().read(7, cells)
    assert (row.draft is None) <= bool(row.problems)
