"""The same person twice: one address is one contact however it is written, and gets one automatic email a day."""

from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands.contacts import add_contact
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    open_context,
    run_for,
    run_now,
)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.mark.parametrize("written", ["ANN@example.com", "ann@EXAMPLE.COM", " Ann@Example.com "])
def test_fault_15_an_address_in_other_letters_is_the_contact_that_is_there(context: Context, written: str):
    add_contact(context, {"email": "Ann@example.com"})
    with pytest.raises(InputError):
        add_contact(context, {"email": written})


async def test_fault_15_one_person_in_two_campaigns_gets_one_email_a_day(context: Context):
    people = add_contacts(context, 3)
    for number in (1, 2):
        mailbox = add_mailbox(context, f"box{number}@example.com")
        sequence_id = add_sequence(context, mailbox, [email()], name=f"Campaign {number}", allows_parallel=True)
        enroll_all(context, sequence_id, people)
    post = TimedPost(context.clock)

    await run_now(context, post)
    assert sorted(each.recipient for each in post.captures) == ["u1@example.net", "u2@example.net", "u3@example.net"]
    await run_for(context, post, days=2)
    days = sorted((each.recipient, each.at.date()) for each in post.captures)
    assert len(days) == len(set(days)) == 6
