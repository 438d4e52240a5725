"""What is printed: tables that fit, values in JSON, and no foreign text that steers a terminal."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.cli.output import details, harmless, plain, table, told
from opendoors_desktop.domain.step import StepType

KEY = UUID(int=7)
AT = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))


@dataclass(frozen=True)
class Thing:
    id: UUID
    at: datetime | None


@pytest.mark.parametrize(
    "value,expected",
    [
        (None, None),
        (True, True),
        (2.5, 2.5),
        (StepType.CALL, "call"),
        (AT, "2026-03-02T09:00:00Z"),
        (date(2026, 3, 2), "2026-03-02"),
        (time(9, 5), "09:05"),
        (timedelta(minutes=2), 120.0),
        (KEY, str(KEY)),
        (ZoneInfo("Europe/Paris"), "Europe/Paris"),
        ({"a": (1, AT)}, {"a": [1, "2026-03-02T09:00:00Z"]}),
        (frozenset({"b", "a"}), ["a", "b"]),
        (Thing(KEY, None), {"id": str(KEY), "at": None}),
    ],
)
def test_every_value_has_a_form_in_json(value, expected):
    assert plain(value) == expected
    assert not isinstance(plain(value), StepType)


@pytest.mark.parametrize("value", [b"bytes", object()])
def test_what_has_no_form_in_json_is_refused(value):
    with pytest.raises(TypeError, match="no form in JSON"):
        plain(value)


def test_a_table_has_a_column_for_each_heading():
    rows = [("漢字", "x"), ("a" * 70, "y"), ("é", None)]

    lines = list(table(rows, {"name": lambda each: each[0], "what": lambda each: each[1]}))

    assert lines[0].split() == ["NAME", "WHAT"]
    assert lines[1].startswith("漢字" + " " * 56)  # two letters that take two places each
    assert lines[2].endswith("…  y")
    assert lines[3] == "é"
    assert list(table([], {"name": str})) == []


def test_a_long_table_comes_as_it_is_read():
    read = []

    def rows():
        for number in range(1000):
            read.append(number)
            yield number

    lines = table(rows(), {"number": lambda each: each})
    assert next(lines) == "NUMBER"
    assert len(read) == 200
    assert len(list(lines)) == 1000


def test_foreign_text_steers_no_terminal():
    assert harmless("a\x1b[31mred\x07\u202eb\nc") == "a [31mred  b\nc"
    assert told("x\x9by") == "x y"


def test_details_leave_out_what_is_empty():
    lines = list(details({"a": 1, "long": "two\nlines", "none": None, "no": False, "at": AT, "tags": ("x", "y")}))

    assert lines == ["a     1", "long  two", "      lines", "no    no", "at    2026-03-02 09:00 UTC", "tags  x, y"]
    assert told(timedelta(hours=1)) == "1:00:00"
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) == AT
