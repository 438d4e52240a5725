"""Families of wordings: found where their words begin, in every script, as fast as it takes."""

import pytest

from opendoors_desktop.domain.word_family import WordFamilies


def found(family, text, reach=80):
    return [(start, end) for _, start, end in WordFamilies({"x": family}, reach).matches(text)]


@pytest.mark.parametrize(
    "family, text, words",
    [
        ("not (very )?interested", "we are not interested", "not interested"),
        ("not (very )?interested", "not very interested", "not very interested"),
        ("(red|green) tea", "some green tea", "green tea"),
        (r"(?:red|green)s? tea\b", "greens tea", "greens tea"),
        ("user~unknown", "user ann is unknown", "user ann is unknown"),
        ("colou?r", "the color", "color"),
        ("x{0,2}yes", "a yes", "yes"),
        ("a(b|c)*d", "abcbd", "abcbd"),
        ("undeliver(able|ed) (mail|post)", "undelivered post", "undelivered post"),
        ("(more|(some|any)) mail", "any mail", "any mail"),
        (r"a\|b\(c\)", "a|b(c)", "a|b(c)"),
        ("don.t go", "please don't go", "don't go"),
        (r"\bon leave\b", "i am on leave today", "on leave"),
        (r"\d\d days", "in 14 days", "14 days"),
        (r"^yes\b", "well\nyes please", "yes"),
        (r"[ab]c|e\|f", "bc", "bc"),
        ("无法~投递", "邮件无法按时投递", "无法按时投递"),
        ("no,? (thanks|need)", "no thanks", "no thanks"),
    ],
)
def test_a_wording_is_found(family, text, words):
    spans = found(family, text)

    assert any(text[start:end] == words for start, end in spans)
    assert WordFamilies({"": family}).find(text) == words


@pytest.mark.parametrize(
    "family, text",
    [
        ("stop", "nonstop"),
        ("no~budget", "nothing of a budget"),
        ("user~unknown", "the user is here. unknown things"),
        ("b?", "a"),
        ("无法", "only latin"),
        ("", "anything"),
    ],
)
def test_a_word_inside_another_or_in_another_sentence_is_none(family, text):
    assert found(family, text) == []
    assert WordFamilies({"": family}).find(text) == ""


def test_the_gap_has_its_reach():
    assert found("user~unknown", f"user {'a ' * 20}unknown", reach=60)
    assert not found("user~unknown", f"user {'a ' * 40}unknown", reach=60)


def test_families_are_told_apart_and_compared_without_case_and_accents():
    families = WordFamilies({"yes": "oui", "no": r"Désolé\W+non"})

    assert list(families.matches("desole, non")) == [("no", 0, 11)]


def test_a_group_that_is_not_closed_is_a_bug():
    with pytest.raises(ValueError, match="isn't closed"):
        WordFamilies({"": "(a|b"}).find("a")
