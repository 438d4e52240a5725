"""Text from files: harmless on the way in, no formula on the way out."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.cells import clean_line, clean_text, guard_formula, is_unclean, unguard_formula


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ana", "Ana"),
        ("  Ana\xa0Silva ", "Ana Silva"),
        ("A\r\nBcc: x@example.com", "A Bcc: x@example.com"),
        ("A\u2028B\x85C\vD", "A B C D"),
        ("A\x00na\x07", "Ana"),
        ("\ufeffAna\u200b", "Ana"),
        ("\u202eevil\u202c", "evil"),
        ("\u200fעברית", "\u200fעברית"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("Jose\u0301", "José"),
        ("x\udce4y", "xy"),
        ("a\tb", "a b"),
        ("NULL", "NULL"),
    ],
)
def test_cleans_a_line(text, expected):
    assert clean_line(text) == expected


def test_text_of_several_lines_keeps_its_breaks():
    assert clean_text("one\r\ntwo\rthree\u2029four\x00 ") == "one\ntwo\nthree\nfour"
    assert clean_text("plain") == "plain"


@given(st.text())
def test_T76_no_break_and_no_control_is_left_in_a_line(text):
    cleaned = clean_line(text)
    assert not [character for character in cleaned if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}]
    assert cleaned.splitlines() == ([cleaned] if cleaned else [])
    assert clean_line(cleaned) == cleaned


@given(st.text())
def test_what_is_clean_stays_as_it_is(text):
    assert is_unclean(text) or clean_text(text) == clean_line(text) == text.strip()


@pytest.mark.parametrize("text", ["a\nb", "\u200b", "Jose\u0301", "\xa0", "\udce4"])
def test_what_is_not_clean_is_known(text):
    assert is_unclean(text)
    assert not is_unclean("Zoë’s “Café”")
    assert not is_unclean("👩\u200d💻")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3", "\t=1", "\r=1", "＝1", "'=1"])
def test_fault_37_what_begins_like_a_formula_is_guarded(text):
    assert guard_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ana", "", "'quoted'", "o'neil", "1+1"])
def test_fault_37_other_text_is_left_alone(text):
    assert guard_formula(text) == text
    assert unguard_formula(text) == text


@given(st.text() | st.builds("{}{}".format, st.text("'=+-@", max_size=4), st.text()))
def test_fault_37_the_original_comes_back(text):
    assert unguard_formula(guard_formula(text)) == text
