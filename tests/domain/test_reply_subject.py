"""Answers in a thread: its first subject behind one "Re: "."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.reply_subject import reply_subject


@pytest.mark.parametrize(
    "first, answer",
    [
        ("A quick question", "Re: A quick question"),
        ("Re: A quick question", "Re: A quick question"),
        ("RE : our call", "RE : our call"),
        ("re[2]: our call", "re[2]: our call"),
        ("Regarding: our call", "Re: Regarding: our call"),
        ("AW: Ihre Frage", "Re: AW: Ihre Frage"),
        ("Retail in May", "Re: Retail in May"),
        ("", "Re: "),
    ],
)
def test_re_stands_before_the_first_subject_once(first: str, answer: str) -> None:
    assert reply_subject(first) == answer


@given(st.text())
def test_an_answer_to_an_answer_has_the_same_subject(first: str) -> None:
    once = reply_subject(first)
    assert reply_subject(once) == once
    assert once.endswith(first)
