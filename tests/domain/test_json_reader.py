"""Reading JSON from outside: each kind of member, its limits, and faults that say where and what."""

from datetime import date, time

import pytest

from opendoors_desktop.domain.goal import GoalState
from opendoors_desktop.domain.json_reader import BadJson, JsonFault, JsonObject, read_date, shown


def reading(**members):
    return JsonObject(members, "$", [])


def told(found):
    return [(fault.path, fault.reason) for fault in found.faults]


def test_what_is_there_is_given_and_what_is_missing_or_null_is_the_default():
    found = reading(
        text="a", flag=True, whole=3, choice="open", list=[1, "b"], day="2026-10-31", time="09:30", nil=None
    )
    assert found.get_text("text", 10) == "a"
    assert found.get_text("none", 10, "d") == found.get_text("nil", 10, "d") == "d"
    assert found.get_flag("flag", default=False) is True
    assert found.get_flag("none", default=True) is True
    assert found.get_whole("whole", 0, 9) == 3
    assert found.get_whole("none", 0, 9, 5) == 5
    assert found.get_choice("choice", GoalState) is GoalState.OPEN
    assert found.get_choice("none", GoalState, GoalState.NONE) is GoalState.NONE
    assert found.get_list("list", 5) == [("$.list[0]", 1), ("$.list[1]", "b")]
    assert found.get_list("none", 5) == []
    assert found.get_date("day") == date(2026, 10, 31)
    assert found.get_date("none") is None
    assert found.get_time("time") == time(9, 30)
    assert found.get_time("none") is None
    assert found.has("text")
    assert not found.has("nil")
    assert found.is_null("nil")
    assert not found.is_null("none")
    assert not found.is_null("text")
    found.close()
    assert told(found) == []


@pytest.mark.parametrize(
    "read,value,reason",
    [
        (lambda f: f.get_text("x", 3), 5, "this must be a text, not 5"),
        (lambda f: f.get_text("x", 3), "abcd", "4 characters; at most 3 are allowed"),
        (lambda f: f.get_text("x", 3), "a\0", "a text can't hold the character NUL"),
        (lambda f: f.get_flag("x", default=False), 1, "this must be true or false, not 1"),
        (lambda f: f.get_whole("x", 0, 9), 1.5, "this must be a whole number, not 1.5"),
        (lambda f: f.get_whole("x", 0, 9), False, "this must be a whole number, not false"),
        (lambda f: f.get_whole("x", 0, 9), 10, "10 is not between 0 and 9"),
        (
            lambda f: f.get_choice("x", GoalState),
            "won",
            "“won” is none of none, open, on_course, behind, reached, missed",
        ),
        (lambda f: f.get_choice("x", GoalState), ["open"], "a list is none of none,"),
        (lambda f: f.get_list("x", 2), {}, "this must be a list, not an object"),
        (lambda f: f.get_list("x", 2), [1, 2, 3], "3 items; at most 2 are allowed"),
        (lambda f: f.get_date("x"), "2026-W01-1", "this must be a day like 2026-10-31, not “2026-W01-1”"),
        (lambda f: f.get_date("x"), "2026-13-01", "this must be a day like 2026-10-31"),
        (lambda f: f.get_time("x"), "24:00", "this must be a time like 09:30, not “24:00”"),
        (lambda f: f.get_time("x"), "T0930", "this must be a time like 09:30"),
    ],
)
def test_what_is_wrong_is_put_down_with_path_and_reason(read, value, reason):
    found = reading(x=value)
    read(found)
    [(path, words)] = told(found)
    assert path == "$.x"
    assert words.startswith(reason)


def test_each_text_of_a_list_is_looked_at():
    found = reading(tags=["a", "", 5, "toolong", "n\0", "ok"])
    assert found.get_texts("tags", 9, 5) == ("a", "ok")
    assert [path for path, _ in told(found)] == ["$.tags[1]", "$.tags[2]", "$.tags[3]", "$.tags[4]"]


def test_a_required_member_and_an_unknown_one_are_told_with_the_nearest_name():
    found = reading(nmae="x", zzz=1)
    assert not found.require("name", "what it is called")
    found.close()
    assert told(found) == [
        ("$.name", "missing: what it is called"),
        ("$.nmae", "nothing of this name is known here; did you mean name?"),
        ("$.zzz", "nothing of this name is known here; known are name"),
    ]


def test_what_is_no_object_has_one_fault_and_no_members():
    found = JsonObject([1], "$.a", [])
    assert not found.require("name", "x")
    assert found.get_text("name", 9) is None
    found.close()
    assert told(found) == [("$.a", "this must be an object, not a list")]


def test_values_are_shown_in_the_words_of_json_and_cut_short():
    assert (shown(None), shown(True), shown({}), shown([])) == ("null", "true", "an object", "a list")
    assert (shown(5), shown("a")) == ("5", "“a”")
    assert len(shown("x" * 500)) == 61


def test_a_day_is_a_day_of_the_calendar():
    assert read_date("2028-02-29") == date(2028, 2, 29)
    assert read_date("2027-02-29") is None
    assert read_date("٢٠٢٦-01-01") is None


def test_the_error_counts_and_lists_its_faults():
    error = BadJson("It can't be used", [JsonFault("$.a", "x"), JsonFault("$.b", "y")])
    assert (error.title, error.advice, error.where) == ("It can't be used: 2 faults.", "$.a: x\n$.b: y", "$.a")
