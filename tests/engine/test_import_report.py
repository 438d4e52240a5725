"""Reports of imports, and the file of what is left out."""

import csv
import io

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.import_report import ImportReport, LeftOut, Problems, left_out_file
from opendoors_desktop.store.imports import ImportCounts

PROBLEM = RowProblem(3, "email", "no_at", "This is no email address.")


def test_the_report_for_programs_has_these_keys():
    report = ImportReport(ImportCounts(4, 1, 1, 1, 1), (PROBLEM,), ("a note",))
    assert report.as_json() == {
        "rows": 4,
        "created": 1,
        "updated": 1,
        "unchanged": 1,
        "skipped": 1,
        "problems": [{"line": 3, "column": "email", "code": "no_at", "message": "This is no email address."}],
    }


def test_problems_are_listed_up_to_a_number_and_counted_beyond():
    problems = Problems(most=2)
    problems.add([PROBLEM])
    assert problems.listed() == (PROBLEM,)
    problems.add([PROBLEM, PROBLEM, PROBLEM])
    assert problems.count == 4
    assert [problem.code for problem in problems.listed()] == ["no_at", "no_at", "more_problems"]
    assert "2 more" in problems.listed()[-1].message
    assert [problem.code for problem in problems.listed(1)] == ["no_at", "more_problems"]
    assert Problems().listed() == ()


def test_rows_left_out_can_be_read_by_a_spreadsheet_without_harm():
    file = io.StringIO()
    left_out = LeftOut(file, ["email", "name"])
    left_out.add(["=1+1", "Ana", "more"], PROBLEM)
    left_out.add([], PROBLEM)
    rows = list(csv.reader(file.getvalue().splitlines()))
    assert rows == [
        ["email", "name", "line", "problem"],
        ["'=1+1", "Ana", "3", "This is no email address."],
        ["", "", "3", "This is no email address."],
    ]


def test_the_file_is_written_where_it_is_wanted(tmp_path):
    with left_out_file(None, ["email"]) as out:
        assert out is None
    with left_out_file(tmp_path / "left.csv", ["email"]) as out:
        assert out is not None
        out.add(["J\udce4rg"], PROBLEM)
    assert (tmp_path / "left.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("J?rg,3,")


def test_a_place_that_can_not_be_written_to_is_said(tmp_path):
    with pytest.raises(InputError) as caught, left_out_file(tmp_path / "none" / "left.csv", ["email"]):
        pass
    assert caught.value.code == "no_file"
