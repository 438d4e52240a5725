"""Which contacts lack a field."""

import pytest

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.lacking import Lacking, contacts_lacking
from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.types import json_text
from tests.sequence_builders import add_example_contact, add_example_enrollment, add_example_sequence, key

SEQUENCE = key(500)


def fill(store: Store, scope: Scope) -> None:
    """Ann1 has everything, Ann2 blanks, Ann3 nothing; Ann4 nothing too, but has ended."""
    add_example_sequence(store, scope, SEQUENCE)
    people = [
        {"company_name": "Example", "custom": json_text({"plan": "pro", 'it\'s "x"': 1, "no": False})},
        {"company_name": "  ", "custom": json_text({"plan": " "})},
        {},
        {},
    ]
    for number, fields in enumerate(people, 1):
        contact = add_example_contact(store, scope, number, fields)
        status = "stopped" if number == 4 else "paused" if number == 3 else "active"
        add_example_enrollment(store, scope, SEQUENCE, contact, number, status=status)
    with store.write() as unit:
        unit.run("UPDATE contacts SET tags = :tags WHERE id = :id", {"tags": unit.listing(["x"]), "id": key(7001)})


@pytest.mark.parametrize("field", ["company", "custom.plan", 'custom.it\'s "x"', "custom.no", "tags"])
def test_empty_and_blank_fields_are_lacking(store: Store, scope: Scope, field: str):
    fill(store, scope)
    with store.read() as unit:
        found = contacts_lacking(unit, SEQUENCE, field)
    assert found == Lacking(field, 2, ((key(7002), "ann2@example.org"), (key(7003), "ann3@example.org")))


def test_everyone_lacks_what_is_no_field_and_nobody_what_all_have(store: Store, scope: Scope):
    fill(store, scope)
    with store.read() as unit:
        assert contacts_lacking(unit, SEQUENCE, "shoe", shown=1) == Lacking(
            "shoe", 3, ((key(7001), "ann1@example.org"),)
        )
        assert contacts_lacking(unit, SEQUENCE, "email") == Lacking("email", 0, ())
