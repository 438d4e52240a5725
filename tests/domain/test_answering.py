"""Subjects, ids and quotes of answers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.answering import LONGEST_QUOTE, answer_subject, quoted, thread_ids


@pytest.mark.parametrize(
    "theirs,ours,subject",
    [
        ("Re: A plan", "A plan", "Re: A plan"),
        ("AW: A plan", "A plan", "Re: A plan"),
        ("[EXTERNAL] Re: a  plan", "A plan", "Re: A plan"),
        ("", "A plan", "Re: A plan"),
        ("Something else", "A plan", "Re: Something else"),
        ("RE: Something else", "A plan", "RE: Something else"),
        ("Hello", "", "Re: Hello"),
    ],
)
def test_the_subject_is_the_threads_with_one_mark_before_it(theirs: str, ours: str, subject: str):
    assert answer_subject(theirs, ours) == subject


def test_references_are_theirs_with_their_own_id_last():
    assert thread_ids("<c@x>", ("<a@x>", "<b@x>"), ("<b@x>",)) == ("<a@x>", "<b@x>", "<c@x>")
    assert thread_ids("<c@x>", (), ("<b@x>", "<z@x>")) == ("<b@x>", "<c@x>")
    assert thread_ids("<c@x>", ("<c@x>", "<a@x>"), ()) == ("<a@x>", "<c@x>")
    assert thread_ids("", (), ("<b@x>",)) == ("<b@x>",)
    assert thread_ids("", (), ()) == ()


def test_a_quote_says_who_wrote_it_and_when_it_was_there():
    at = datetime(2026, 3, 2, 23, 5, tzinfo=UTC)
    text = quoted("Yes.\n\nOn Friday?  \n", "Zoë", at, ZoneInfo("Europe/Berlin"))
    assert text == "On 2026-03-03 at 00:05, Zoë wrote:\n> Yes.\n>\n> On Friday?"
    assert quoted("  \n", "Zoë", at, ZoneInfo("UTC")) == ""
    assert len(quoted("x" * 100_000, "Zoë", at, ZoneInfo("UTC"))) < LONGEST_QUOTE + 100
