"""How sequences fare, gathered from what the store holds."""

from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.health import Health, HealthLevel
from opendoors_desktop.engine.commands.sending import recognise_store, switch_sending_on
from opendoors_desktop.engine.commands.sequence_states import pause_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_health import read_health
from opendoors_desktop.store.queries.sequence_list import list_with_figures
from tests.engine.sequence_rooms import add_people, add_sequence, pass_time, standings, start_sequence


def health(context: Context, sequence_id: UUID) -> Health:
    with context.store.read() as unit:
        return read_health(context, unit, list_with_figures(unit, context.scope.workspace_id))[sequence_id]


@pytest.fixture
def sending(any_context: Context) -> Context:
    recognise_store(any_context)
    switch_sending_on(any_context)
    return any_context


def set_emails(context: Context, sequence_id: UUID, count: int, *, state: str = "sent", bounced: int = 0) -> None:
    """Put emails of a sequence into the journal, some of them bounced."""
    found = standings(context, sequence_id)[0].enrollment
    rows = [
        {
            "id": context.new_id(),
            "customer_id": context.scope.customer_id,
            "workspace_id": context.scope.workspace_id,
            "state": state,
            "enrollment_id": found.id,
            "sequence_id": sequence_id,
            "contact_id": found.contact_id,
            "mailbox_id": found.mailbox_id,
            "message_id": f"<{state}{number}@example.com>",
            "at": context.clock.now() - timedelta(minutes=number),
            "bounced_at": context.clock.now() if number < bounced else None,
            "bounce_kind": "hard" if number < bounced else None,
            "round": number + 1,
        }
        for number in range(count)
    ]
    with context.store.write() as unit:
        unit.run_many(
            "INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id,"
            " round, contact_id, mailbox_id, to_address, message_id, first_attempted_at, bounced_at, bounce_kind)"
            " VALUES (:id, :customer_id, :workspace_id, 'sequence', :state, :enrollment_id, :sequence_id, :round,"
            " :contact_id, :mailbox_id, 'a@example.org', :message_id, :at, :bounced_at, :bounce_kind)",
            rows,
        )


def test_a_sequence_that_does_not_run_rests(sending: Context):
    draft, paused = add_sequence(sending), start_sequence(sending, name="Paused")
    pause_sequence(sending, paused)
    assert health(sending, draft).code == "sequence_draft"
    assert health(sending, paused).code == "sequence_paused"
    assert health(sending, paused).level is HealthLevel.RESTING


def test_all_is_well_with_people_and_a_mailbox_that_sends(sending: Context):
    sequence_id = start_sequence(sending)
    assert health(sending, sequence_id).code == "nobody"
    add_people(sending, sequence_id, 2)
    assert health(sending, sequence_id).code == "good"


def test_a_computer_that_does_not_send_blocks_it(any_context: Context):
    recognise_store(any_context)
    sequence_id = start_sequence(any_context, people=1)
    assert health(any_context, sequence_id).code == "sending_off"


def test_its_mailbox_is_told_where_it_cannot_send(sending: Context):
    sequence_id = start_sequence(sending, people=1)
    with sending.store.write() as unit:
        unit.run("UPDATE email_accounts SET status = 'paused', status_reason = 'signed out'")
    found = health(sending, sequence_id)
    assert (found.level, found.code) == (HealthLevel.BLOCKED, "mailboxes_failing")
    assert "signed out" in found.sentence


def test_emails_that_may_have_been_sent_and_bounces_ask_for_a_look(sending: Context):
    sequence_id = start_sequence(sending, people=1)
    set_emails(sending, sequence_id, 19, bounced=19)
    assert health(sending, sequence_id).code == "good"
    with sending.store.write() as unit:
        unit.run("DELETE FROM outgoing_emails")
    set_emails(sending, sequence_id, 50, bounced=3)
    assert health(sending, sequence_id).code == "bounces"
    with sending.store.write() as unit:
        unit.run("DELETE FROM outgoing_emails")
    set_emails(sending, sequence_id, 2, state="uncertain")
    found = health(sending, sequence_id)
    assert (found.level, found.sentence) == (HealthLevel.ATTENTION, "2 emails may have been sent.")


def test_contacts_lost_to_a_failed_email_are_told(sending: Context):
    sequence_id = start_sequence(sending, people=2)
    with sending.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET status = 'stopped', completion_reason = 'failed'")
    assert health(sending, sequence_id).code == "failed"


def test_an_email_that_may_go_and_does_not_blocks_it_but_not_while_pace_keeps_it(sending: Context):
    sequence_id = start_sequence(sending, people=1, sending_timezone="UTC")
    assert health(sending, sequence_id).code == "good"
    pass_time(sending, hours=2)
    assert health(sending, sequence_id).code == "overdue"
    pass_time(sending, days=5)  # a Saturday: its window is closed
    assert health(sending, sequence_id).code == "good"
