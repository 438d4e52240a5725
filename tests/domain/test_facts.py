"""What counts as there, and which of the needed names are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.facts import Facts, is_unset, missing_variables, with_filled


@pytest.mark.parametrize("value", [None, "", " ", "\t\n\u00a0", (), []], ids=repr)
def test_nothing_a_blank_text_and_an_empty_list_are_unset(value: object) -> None:
    assert is_unset(value)


@pytest.mark.parametrize("value", ["a", " a ", 0, 0.0, False, ("a",), [None]], ids=repr)
def test_numbers_truths_and_all_with_something_in_it_are_set(value: object) -> None:
    assert not is_unset(value)


NAMES = st.sampled_from(["email", "first_name", "company", "custom.plan"])
VALUES = st.sampled_from([None, "", "  ", "Ana", 0])


@given(st.dictionaries(NAMES, VALUES), st.dictionaries(NAMES, VALUES), st.frozensets(NAMES))
def test_knowing_what_is_filled_changes_no_answer(fields, fallbacks, needed) -> None:
    plain = Facts(fields, fallbacks)
    missing = {name for name in needed if is_unset(fields.get(name)) and is_unset(fallbacks.get(name))}
    assert missing_variables(needed, plain) == tuple(sorted(missing))
    assert missing_variables(needed, with_filled(plain, needed, {})) == missing_variables(needed, plain)


def test_contacts_with_the_same_fields_filled_share_the_set() -> None:
    known: dict[tuple[str, ...], frozenset[str]] = {}
    needed = ["first_name", "city"]
    one, other = (with_filled(Facts({"first_name": name, "city": ""}), needed, known) for name in ("Ana", "Ben"))
    assert one.filled == {"first_name"}
    assert one.filled is other.filled
