"""Filters of contacts as a person types them."""

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands.contacts import add_contact
from opendoors_desktop.engine.contact_filter import filter_contacts, parse_filter

OWN = {"score": FieldKind.NUMBER, "plan": FieldKind.TEXT, "asked": FieldKind.BOOLEAN, "since": FieldKind.DATE}


@pytest.mark.parametrize(
    "text,field,operator,value",
    [
        ("country = France", "contact.country", Operator.EQUALS, "France"),
        ("contact.city != 'New York'", "contact.city", Operator.NOT_EQUALS, "New York"),
        ("custom.score>=7", "contact.custom.score", Operator.AT_LEAST, 7),
        ("custom.score < 2.5", "contact.custom.score", Operator.LESS_THAN, 2.5),
        ("custom.since > 2026-01-31", "contact.custom.since", Operator.GREATER_THAN, "2026-01-31"),
        ("custom.asked = yes", "contact.custom.asked", Operator.EQUALS, True),
        ("custom.asked = false", "contact.custom.asked", Operator.EQUALS, False),
        ("tags contains vip", "contact.tags", Operator.CONTAINS, "vip"),
        ("tags not contains vip", "contact.tags", Operator.NOT_CONTAINS, "vip"),
        ('country in (France, "South Korea")', "contact.country", Operator.IN, ("France", "South Korea")),
        ("country NOT IN (France)", "contact.country", Operator.NOT_IN, ("France",)),
        ("phone is set", "contact.phone", Operator.IS_SET, None),
        ("phone is not set", "contact.phone", Operator.IS_NOT_SET, None),
    ],
)
def test_every_comparison(text, field, operator, value):
    assert parse_filter(text, OWN) == Group(Junction.AND, (Comparison(field, operator, value),))


def test_and_binds_closer_than_or():
    a, b, c = (Comparison("contact.city", Operator.EQUALS, name) for name in "abc")

    assert parse_filter("city = a or city = b and city = c", OWN) == Group(
        Junction.OR, (a, Group(Junction.AND, (b, c)))
    )
    assert parse_filter("(city = a or city = b) and city = c", OWN) == Group(
        Junction.AND, (Group(Junction.OR, (a, b)), c)
    )


def test_the_json_of_a_condition_is_taken_as_well():
    text = '{"conditions": [{"field": "contact.city", "operator": "equals", "value": "a"}], "operator": "AND"}'

    assert parse_filter(text, OWN) == parse_filter("city = a", OWN)


@pytest.mark.parametrize(
    "text,code",
    [
        ("", "bad_filter"),
        ("city", "bad_filter"),
        ("city =", "bad_filter"),
        ("city = a b", "bad_filter"),
        ("city = 'a", "bad_filter"),
        ("(city = a", "bad_filter"),
        ("city = a and", "bad_filter"),
        ("city ! a", "bad_filter"),
        ("phone is filled", "bad_filter"),
        ("city not = a", "bad_filter"),
        ("city in a", "bad_filter"),
        ("shoe = 44", "bad_json"),
        ("custom.score = many", "bad_json"),
        ("city > a", "bad_json"),
        ("{", "not_json"),
        ('{"conditions": [{"field": "email_opened", "operator": "equals", "value": true}]}', "bad_filter"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, code):
    with pytest.raises(InputError) as refused:
        parse_filter(text, OWN)
    assert refused.value.code == code
    assert refused.value.advice


def test_contacts_are_filtered(context):
    for number, country in enumerate(("France", "france", "Germany")):
        add_contact(context, {"email": f"u{number}@example.org", "country": country, "first_name": f"Zoe{number}"})

    found = [each.email for each in filter_contacts(context, "country = FRANCE and name != Zoe1")]

    assert found == ["u0@example.org"]
