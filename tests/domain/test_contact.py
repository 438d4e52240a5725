"""Contacts: drafts joined to what is known, tags, names."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.address import Address
from opendoors_desktop.domain.contact import (
    MAX_TAG,
    MAX_TAGS,
    TEXT_FIELDS,
    Contact,
    ContactDraft,
    OnDuplicate,
    clean_tag,
    drop_tags,
    join_tags,
    merge,
    same_values,
    split_name,
    variables,
)

ANA = Contact(UUID(int=1), UUID(int=2), "Ana@example.com", first_name="Ana", tags=("lead",), custom={"plan": "pro"})
DRAFT = ContactDraft(
    Address("ana", "example.com"),
    first_name="Anna",
    city="Lyon",
    tags=("Lead", "fair"),
    custom={"plan": "free", "seats": 3},
)


def test_skip_leaves_the_contact_as_it_is():
    assert merge(ANA, DRAFT, OnDuplicate.SKIP) is ANA


def test_fill_fills_what_is_empty():
    merged = merge(ANA, DRAFT, OnDuplicate.FILL)
    assert merged == replace(ANA, city="Lyon", tags=("lead", "fair"), custom={"plan": "pro", "seats": 3})
    assert merge(merged, DRAFT, OnDuplicate.FILL) is merged


def test_overwrite_replaces_what_is_said_and_keeps_the_rest():
    merged = merge(ANA, DRAFT, OnDuplicate.OVERWRITE)
    assert merged == replace(
        ANA, first_name="Anna", city="Lyon", tags=("lead", "fair"), custom={"plan": "free", "seats": 3}
    )
    assert merge(merged, DRAFT, OnDuplicate.OVERWRITE) is merged


@given(st.sampled_from(OnDuplicate), st.dictionaries(st.sampled_from(TEXT_FIELDS), st.text(min_size=1)))
def test_nothing_is_ever_emptied(on_duplicate, texts):
    merged = merge(ANA, ContactDraft(Address("ana", "example.com"), **texts), on_duplicate)
    assert all(getattr(merged, name) for name in TEXT_FIELDS if getattr(ANA, name))
    assert (merged.email, merged.tags, merged.custom) == (ANA.email, ANA.tags, ANA.custom)


def test_yes_is_not_one():
    assert not same_values({"a": True}, {"a": 1})
    assert not same_values({"a": 1}, {"b": 1})
    assert same_values({"a": 1}, {"a": 1.0})


def test_a_contact_has_a_name():
    assert ANA.name == "Ana"
    assert replace(ANA, last_name="Silva").name == "Ana Silva"
    assert replace(ANA, first_name="").name == "Ana@example.com"


def test_variables_for_templates():
    found = variables(ANA, {"city": "your town", "first_name": "there", "custom.size": "some"})
    assert found["first_name"] == "Ana"
    assert found["last_name"] is None
    assert found["city"] == "your town"
    assert found["custom.plan"] == "pro"
    assert found["custom.size"] == "some"
    assert (found["email"], found["name"], found["tags"]) == ("Ana@example.com", "Ana", ("lead",))


def test_T16_a_tag_is_there_once_however_often_it_is_added():
    tags = join_tags((), ["fair"])
    for _ in range(3):
        tags = join_tags(drop_tags(tags, ["FAIR"]), ["fair", "Fair", ""])
    assert tags == ("fair",)


def test_tags_are_limited():
    assert len(join_tags((), map(str, range(MAX_TAGS + 10)))) == MAX_TAGS
    assert len(clean_tag("x" * 200)) == MAX_TAG
    assert clean_tag(" a\nb ") == "a b"


@pytest.mark.parametrize(
    "full, first, last",
    [
        ("Ana Silva", "Ana", "Silva"),
        ("Silva, Ana", "Ana", "Silva"),
        ("  Ana   Maria  Silva ", "Ana Maria", "Silva"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Ana de la Cruz", "Ana", "de la Cruz"),
        ("Dr. Ana Silva", "Ana", "Silva"),
        ("Prof. Dr. Ana Silva", "Ana", "Silva"),
        ("Ana Silva, PhD", "Ana", "Silva"),
        ("Ana Silva Jr.", "Ana", "Silva"),
        ("Dr. Silva", "Dr.", "Silva"),
        ("Ana", "Ana", ""),
        ("山田太郎", "山田太郎", ""),
        ("", "", ""),
        ("Silva,", "Silva", ""),
    ],
)
def test_splits_a_name(full, first, last):
    assert split_name(full) == (first, last)


@given(st.text())
def test_splitting_never_raises(text):
    split_name(text)
