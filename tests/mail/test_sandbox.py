"""The sandbox gives out fields and a few methods, calculates within bounds, and nothing else."""

import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import Markup

from opendoors_desktop.mail.filters import Missing
from opendoors_desktop.mail.sandbox import Fields, Group, Sandbox, bounded_range, filled

TEXT = Sandbox(is_html=False)
HTML = Sandbox(is_html=True)


def test_empty_fields_are_absent_in_groups_too():
    fields = filled({"a": "", "b": " \t", "c": None, "d": 0, "e": [], "f": {"x": "", "y": {"z": "1", "w": ""}}})

    assert fields == {"d": 0, "e": [], "f": {"y": {"z": "1"}}}
    assert fields["f"]["y"].name == "f.y"


def test_a_name_means_a_field_or_range_or_nothing():
    fields = Fields(a=1)

    assert fields["a"] == 1
    assert fields["range"] is bounded_range
    assert repr(fields["os"]) == "missing"


@pytest.mark.parametrize(
    "left,operator,right,result",
    [
        (2, "+", 3, 5),
        (2, "*", 3, 6),
        (7, "//", 2, 3),
        (7, "%", 4, 3),
        (2, "**", 10, 1024),
        (1.5, "-", 1, 0.5),
        ("a", "+", "b", "ab"),
        ("a", "*", 3, "aaa"),
        ("a", "*", -3, ""),
    ],
)
def test_small_sums_are_done(left, operator, right, result):
    assert TEXT.call_binop(None, operator, left, right) == result


@pytest.mark.parametrize(
    "left,operator,right",
    [
        ("a", "*", 10**8),
        ("a" * 900_000, "+", "a" * 900_000),
        ("%1000000000d", "%", 1),
        ([1], "*", 10**9),
        ([1], "+", [2]),
        (10**17, "*", 100),
        (10, "**", 65),
        (10**7, "**", 2),
        (-8, "**", 0.5),
        (10, "**", 40),
    ],
)
def test_T77_T78_large_sums_are_refused(left, operator, right):
    with pytest.raises(SecurityError):
        TEXT.call_binop(None, operator, left, right)


def test_a_sum_with_something_missing_names_it():
    with pytest.raises(UndefinedError, match="x"):
        TEXT.call_binop(None, "+", Missing(name="x"), 1)


def test_a_field_of_a_group_is_found_by_dot_and_by_bracket():
    group = Group("custom", {"plan": "gold", "items": "own"})

    assert TEXT.getattr(group, "plan") == TEXT.getitem(group, "plan") == "gold"
    assert TEXT.getattr(group, "items") == "own"
    assert TEXT.getattr(group, "keys")() == group.keys()
    assert TEXT.getattr(group, "absent").path == "custom.absent"
    assert TEXT.getitem(group, "absent").path == "custom.absent"
    assert TEXT.getattr(Missing(name="custom"), "a").path == "custom.a"
    assert TEXT.getitem(Missing(name="custom"), "a").path == "custom.a"


def test_dictionaries_in_lists_show_their_fields_alone():
    assert TEXT.getattr({"a": 1}, "a") == 1
    assert TEXT.getattr({"a": 1}, "popitem").path == "item popitem"
    assert TEXT.getitem([1, 2], 1) == 1 + 1
    assert TEXT.getitem([1, 2], 7).path == "item 7"


@pytest.mark.parametrize("name", ["upper", "replace", "join", "split"])
def test_texts_have_a_few_methods(name):
    assert callable(TEXT.getattr("a", name))
    assert TEXT.call(None, TEXT.getattr("a-b", "replace"), "-", "+", _loop_vars={}, _block_vars={}) == "a+b"
    assert TEXT.call(None, TEXT.getattr(", ", "join"), ["a", "b"]) == "a, b"


@pytest.mark.parametrize("value", ["text", 1, 1.5, [1], (), None, len, TEXT])
@pytest.mark.parametrize(
    "name", ["__class__", "format", "__globals__", "mro", "center", "zfill", "environment", "append"]
)
def test_T77_nothing_of_python_shows_through(value, name):
    for found in (TEXT.getattr(value, name), TEXT.getitem(value, name)):
        assert isinstance(found, Missing)
        with pytest.raises((SecurityError, UndefinedError)):
            str(found)


def test_a_range_is_short():
    assert list(bounded_range(3)) == [0, 1, 2]
    with pytest.raises(SecurityError):
        bounded_range(10**9)


def test_joined_parts_are_escaped_in_html_only():
    assert TEXT.joined(("<", 1, "b")) == "<1b"
    assert HTML.joined((Markup("<b>"), "<")) == "<b>&lt;"
    with pytest.raises(SecurityError):
        TEXT.joined(("a" * 600_000, "b" * 600_000))


def test_the_environment_holds_nothing_of_the_program():
    assert set(TEXT.globals) == {"range"}
    assert TEXT.loader is None
