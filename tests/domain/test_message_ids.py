"""Message-IDs as others write them."""

import pytest

from opendoors_desktop.domain.message_ids import id_key, message_ids
from opendoors_desktop.domain.subjects import answers_another, base_subject


@pytest.mark.parametrize(
    "value, ids",
    [
        ("<a@b>", ("<a@b>",)),
        ("<a@b> <c@d>\n <a@b>", ("<a@b>", "<c@d>")),
        ("Your message of Monday <a@b> (Ann)", ("<a@b>",)),
        ("a@b", ("<a@b>",)),
        ("< a@b >", ("<a@b>",)),
        ("", ()),
        ("no id at all", ()),
        ("<0100018f-x>", ("<0100018f-x>",)),
    ],
)
def test_ids_are_found_once_each(value, ids):
    assert message_ids(value) == ids


def test_a_flood_of_ids_is_cut():
    assert len(message_ids("".join(f"<{n}@b>" for n in range(100_000)))) <= 200


def test_one_id_has_one_key():
    assert id_key("<Ab@Example.COM>") == id_key(" Ab@example.com ") == "Ab@example.com"
    assert id_key("<0100018f>") == "0100018f"


@pytest.mark.parametrize(
    "subject", ["Re: x", "AW: x", "[EXTERNAL] Re: x", "RE[2]: x", "Fwd: x", "回复：x", "***SPAM*** SV: x"]
)
def test_an_answer_is_told_by_its_subject(subject):
    assert answers_another(subject)
    assert base_subject(subject) == "x"


@pytest.mark.parametrize("subject", ["x", "Reply", "Referral: x", "", "Rest: of it"])
def test_other_subjects_are_no_answers(subject):
    assert not answers_another(subject)


def test_all_marks_are_taken_off():
    assert base_subject("Re: AW: [ext] Fwd:  A  Plán ") == "a plan"
