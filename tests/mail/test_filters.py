"""What a template's filters give, and what they refuse."""

import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import Markup

from opendoors_desktop.mail.filters import FILTERS, LONGEST_LIST, Missing, MissingVariableError, date_text, text_of


@pytest.mark.parametrize(
    "name,arguments,result",
    [
        ("default", ("", "x"), "x"),
        ("default", (None, "x"), "x"),
        ("default", (Missing(name="a"), "x"), "x"),
        ("default", (0, "x"), 0),
        ("default", (0, "x", True), "x"),
        ("title", ("anna",), "Anna"),
        ("title", ("o'NEIL van-der berg (x)",), "O'neil Van-Der Berg (X)"),
        ("title", ("",), ""),
        ("upper", ("a",), "A"),
        ("lower", ("A",), "a"),
        ("capitalize", ("aB",), "Ab"),
        ("trim", (" a ",), "a"),
        ("string", (3,), "3"),
        ("truncate", ("short",), "short"),
        ("truncate", ("one two three", 8, False, "...", 0), "one..."),
        ("truncate", ("one two three", 8, True, "...", 0), "one t..."),
        ("replace", ("a-b-c", "-", "+"), "a+b+c"),
        ("replace", ("a-b-c", "-", "+", 1), "a+b-c"),
        ("join", (["a", 1, True], ", "), "a, 1, True"),
        ("first", ([1, 2],), 1),
        ("last", ([1, 2],), 2),
        ("length", ("abc",), 3),
        ("count", ([1],), 1),
        ("list", ("ab",), ["a", "b"]),
        ("sort", ([3, 1, 2],), [1, 2, 3]),
        ("sort", (["b", "A"], True), ["b", "A"]),
        ("unique", (["a", "A", "b"],), ["a", "b"]),
        ("reverse", ("abc",), "cba"),
        ("reverse", ([1, 2],), [2, 1]),
        ("sum", ([1, 2, "x"],), 3),
        ("min", ([2, 1],), 1),
        ("max", ([2, 1],), 2),
        ("int", ("7",), 7),
        ("int", ("7.9",), 7),
        ("int", ("seven", 1), 1),
        ("int", ("9" * 5000,), 0),
        ("float", ("1.5",), 1.5),
        ("float", ("x",), 0.0),
        ("round", (2.5,), 2),
        ("round", (2.345, 2), 2.35),
        ("abs", (-1,), 1),
        ("escape", ("<a>",), Markup("&lt;a&gt;")),
        ("e", ("&",), Markup("&amp;")),
        ("nl2br", ("a<\nb",), Markup("a&lt;<br>b")),
        ("urlencode", ("a b/ü",), "a%20b%2F%C3%BC"),
        ("wordcount", ("a b  c",), 3),
    ],
)
def test_a_filter_gives(name, arguments, result):
    assert FILTERS[name](*arguments) == result


@pytest.mark.parametrize(
    "form,text",
    [
        ("%d %b %Y", "07 Mar 2026"),
        ("%-d. %m. %y", "7. 03. 26"),
        ("%e/%-m", "7/3"),
        ("%A, %a, %B", "Saturday, Sat, March"),
        ("%H:%M:%S", "15:04:05"),
        ("%-H %I %-I %p", "15 03 3 PM"),
        ("%%", "%"),
    ],
)
def test_a_date_is_told_in_words(form, text):
    assert date_text("2026-03-07T15:04:05", form) == text


def test_morning_is_before_noon():
    assert date_text("2026-03-07", "%I %p") == "12 AM"


@pytest.mark.parametrize(
    "name,arguments",
    [
        ("date", ("2026-03-07", "%1000000d")),
        ("date", ("2026-03-07", "%Q")),
        ("date", ("not a date",)),
        ("round", (1.5, 10**9)),
        ("urlencode", ("x" * 1_000_001,)),
        ("e", ("x" * 1_000_001,)),
        ("nl2br", ("x" * 1_000_001,)),
        ("replace", ("a" * 1000, "a", "b" * 2000)),
        ("join", (["a"] * 1000, "b" * 2000)),
        ("list", (range(LONGEST_LIST + 1),)),
        ("list", (3,)),
        ("length", (3,)),
        ("upper", ([1],)),
        ("string", ({"a": 1},)),
        ("string", (text_of,)),
    ],
)
def test_a_filter_refuses_what_is_too_much_or_has_no_sense(name, arguments):
    with pytest.raises(SecurityError):
        FILTERS[name](*arguments)


def test_there_is_no_filter_that_reaches_into_objects():
    assert not {"attr", "map", "format", "center", "indent", "safe", "pprint", "xmlattr", "tojson"} & set(FILTERS)


def test_what_is_missing_is_false_and_a_fault_by_its_name():
    missing = Missing(name="first_name")

    assert not missing
    assert missing.path == "first_name"
    with pytest.raises(MissingVariableError) as caught:
        str(missing)
    assert caught.value.name == "first_name"
    with pytest.raises(UndefinedError):
        FILTERS["list"](missing)


def test_the_first_of_nothing_is_missing():
    assert isinstance(FILTERS["first"]([]), Missing)
    assert isinstance(FILTERS["last"]([]), Missing)


@pytest.mark.parametrize("value,text", [(None, ""), ("a", "a"), (True, "True"), (1.5, "1.5")])
def test_plain_values_have_a_text(value, text):
    assert text_of(value) == text


def test_a_day_has_its_iso_form():
    from datetime import date

    assert text_of(date(2026, 3, 7)) == "2026-03-07"
