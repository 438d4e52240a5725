"""What the command palette finds, on both databases."""

import pytest

from opendoors_desktop.engine.commands import contacts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries import palette
from tests.builders import add_mailbox, add_sequence, open_context


@pytest.fixture
def context(store, tmp_path) -> Context:
    return open_context(store, tmp_path)


def add_contact(context, first_name, last_name, company="", email=None):
    return contacts.add_contact(
        context,
        {
            "first_name": first_name,
            "last_name": last_name,
            "company": company,
            "email": email or f"{first_name}@example.com",
        },
    )


def found(context, words, wants="all"):
    with context.store.read() as unit:
        return [(each.kind, each.name) for each in palette.find(unit, context.scope.workspace_id, words, wants, 3)]


def test_contacts_are_found_by_the_beginning_of_names_company_and_address(context):
    add_contact(context, "Maren", "Okafor", "Northfold")
    add_contact(context, "Zoë", "MARLOW", "Halden", "zoe@example.com")
    add_contact(context, "Dario", "Whitlock", "Martens Cold Stores", "dario@example.org")
    add_contact(context, "", "", email="marina@example.net")
    add_contact(context, "Omar", "Lind")
    add_contact(context, "Élodie", "Lachapelle", email="elodie@example.com")

    assert {name for _, name in found(context, "mar")} == {"Zoë MARLOW", "Maren Okafor", "Dario Whitlock"}
    assert found(context, "marina") == [("contact", "marina@example.net")]
    assert found(context, "okaf mar") == [("contact", "Maren Okafor")]
    assert found(context, "okaf dar") == []
    assert found(context, "élo") == [("contact", "Élodie Lachapelle")]


def test_a_percent_sign_or_quote_is_a_letter_like_any_other(context):
    add_contact(context, "O'Neil", "100%_sure")

    assert found(context, "100%_") == [("contact", "O'Neil 100%_sure")]
    assert found(context, "%") == []
    assert found(context, "o'n") == [("contact", "O'Neil 100%_sure")]


def test_sequences_are_found_by_any_part_and_archived_ones_are_not(context):
    mailbox = add_mailbox(context)
    add_sequence(context, mailbox, name="Cold-chain leaders")
    add_sequence(context, mailbox, name="Fleet managers")

    assert found(context, "lead") == [("sequence", "Cold-chain leaders")]
    assert found(context, "ma fleet", "sequences") == [("sequence", "Fleet managers")]
    assert found(context, "fleet", "contacts") == []
    assert found(context, "   ") == []
