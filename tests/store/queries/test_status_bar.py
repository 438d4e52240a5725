"""The facts of the status bar, on both databases."""

from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.mail_host import MailHost
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.leases import Holder, take_lease
from opendoors_desktop.store.machines import KnownMachine, note_switch
from opendoors_desktop.store.mailboxes import set_state
from opendoors_desktop.store.queries.next_email import WaitsFor
from opendoors_desktop.store.queries.status_bar import read_status
from tests.builders import (
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    make_room,
    open_context,
    run_now,
)
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def facts_of(context, machine_id=None):
    with context.store.read() as unit:
        return read_status(unit, context.scope.workspace_id, context.clock.now(), machine_id)


def change(context, sql, **values):
    with context.store.write() as unit:
        unit.run(f"UPDATE {sql}", values)


async def test_the_next_email_and_todays_figures(context):
    room = make_room(context, [email(), email(0.25)], people=3, daily_cap=5)
    await run_now(context, TimedPost(room.clock))

    facts = facts_of(context)

    assert facts.next_email is not None
    assert (facts.next_email.due_at, facts.next_email.step) == (NOW + timedelta(hours=6), 2)
    assert (facts.next_email.sequence, facts.next_email.mailbox) == ("Example", "ann@example.com")
    assert facts.next_email.contact in {"Zoe1", "Zoe2", "Zoe3"}
    assert (facts.sent_today, facts.planned_today, facts.cap_today) == (3, 2, 5)
    assert (facts.held, facts.uncertain, facts.sending_mailboxes, facts.failing) == (0, 0, 1, ())
    assert (facts.is_stopped, facts.is_sending_on) == (False, None)


@pytest.mark.parametrize("minutes,is_told", [(4, False), (5, True)])
def test_a_mailbox_that_can_not_be_read_is_told_of_when_it_does_not_pass(context, minutes, is_told):
    add_mailbox(context, imap=MailHost("imap.example.com", 993))
    since = NOW - timedelta(minutes=minutes)
    change(context, "email_accounts SET reading_error = 'No.', reading_error_since = :since", since=since)

    told = [(each.reason, each.detail, each.since) for each in facts_of(context).failing]

    assert told == ([("unread", "No.", since)] if is_told else [])
    change(context, "email_accounts SET sends_while_imap_is_away = :yes", yes=True)
    assert facts_of(context).failing == ()


def test_a_mailbox_that_fails_has_no_next_email_and_no_part_in_the_cap(context):
    room = make_room(context, people=1, daily_cap=5)
    other = add_mailbox(context, "bob@example.com", daily_cap=7)
    later = add_sequence(context, other, [email(1)], name="Later")
    enroll_all(context, later, add_contacts(context, 1, first=9))
    with context.store.write() as unit:
        set_state(unit, room.mailbox.id, MailboxStatus.FAILED, NOW, reason="authentication", detail="535 no")

    facts = facts_of(context)

    assert facts.next_email is not None
    assert (facts.next_email.sequence, facts.next_email.contact) == ("Later", "Zoe9")
    assert [(each.address, each.reason, each.since) for each in facts.failing] == [
        ("ann@example.com", "authentication", NOW)
    ]
    assert (facts.cap_today, facts.sending_mailboxes, facts.planned_today) == (7, 1, 0)
    change(context, "email_accounts SET status = 'paused'")
    assert facts_of(context).next_email is None


async def test_what_waits_for_a_person_and_who_sends(context):
    room = make_room(context, people=3)
    await run_now(context, TimedPost(room.clock))
    [fresh] = enroll_all(context, room.sequence_id, add_contacts(context, 1, first=9))
    change(context, "outgoing_emails SET state = 'uncertain' WHERE enrollment_id = :id", id=room.enrollment_ids[0])
    change(context, "sequence_enrollments SET hold_reason = 'held' WHERE id = :id", id=fresh)
    change(context, "workspaces SET emergency_stop_at = :at", at=NOW)
    workspace_id = context.scope.workspace_id
    with context.store.write() as unit:
        unit.run("DELETE FROM mailbox_leases", {})
        take_lease(unit, room.mailbox.id, Holder(UUID(int=5), "tower", 77))
        note_switch(unit, workspace_id, KnownMachine("word", "Tower", True, NOW), by=context.scope.user_id)

    facts = facts_of(context, "word")

    assert (facts.held, facts.uncertain, facts.is_stopped, facts.is_sending_on) == (1, 1, True, True)
    assert [(each.mailbox_id, each.host, each.pid) for each in facts.senders] == [(room.mailbox.id, "tower", 77)]
    assert facts.cap_today is None
    assert facts_of(context, "another").is_sending_on is None


def test_an_email_by_hand_may_be_the_next(context):
    room = make_room(context, [email(1)], people=1)
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, mailbox_id, to_address,"
            " message_id, planned_at, created_at) VALUES (:id, :customer, :workspace, 'manual', 'planned', :mailbox,"
            " 'who@example.net', '<a@example.com>', :at, :at)",
            {
                "id": UUID(int=9),
                "customer": context.scope.customer_id,
                "workspace": context.scope.workspace_id,
                "mailbox": room.mailbox.id,
                "at": NOW,
            },
        )

    soon = facts_of(context).next_email
    change(context, "outgoing_emails SET retry_at = :at, state = 'deferred'", at=NOW + timedelta(days=3))
    later = facts_of(context).next_email

    assert soon is not None
    assert later is not None
    assert (soon.contact, soon.sequence, soon.step, soon.due_at) == ("who@example.net", None, None, NOW)
    assert (later.sequence, later.due_at) == ("Example", NOW + timedelta(days=1))


async def test_a_cap_that_is_used_up_keeps_the_next_email_until_the_mailboxs_next_day(context):
    room = make_room(context, [email()], people=3, daily_cap=2)
    await run_now(context, TimedPost(room.clock))

    capped = facts_of(context).next_email
    other = add_mailbox(context, "bob@example.com", daily_cap=7)
    free = add_sequence(context, other, [email(0.25)], name="Free")
    enroll_all(context, free, add_contacts(context, 1, first=9))
    found = facts_of(context).next_email

    assert capped is not None
    assert (capped.waits_for, capped.not_before) == (WaitsFor.CAP, NOW + timedelta(hours=15))
    assert found is not None
    assert (found.sequence, found.waits_for, found.not_before) == ("Free", None, found.due_at)


async def test_a_retry_has_its_place_in_the_days_counts_and_waits_for_no_cap(context):
    room = make_room(context, [email()], people=3, daily_cap=2)
    await run_now(context, TimedPost(room.clock))
    change(context, "claim_queue SET lane = 3")

    found = facts_of(context).next_email

    assert found is not None
    assert (found.waits_for, found.not_before) == (None, found.due_at)


def test_an_email_that_missed_its_window_waits_for_it(context):
    window = SendWindow(start=time(8), end=time(10))
    make_room(context, [email()], window=window)
    context.clock.advance_to(NOW + timedelta(hours=3))

    found = facts_of(context).next_email

    assert found is not None
    assert (found.due_at, found.waits_for) == (NOW, WaitsFor.WINDOW)
    assert found.not_before == NOW + timedelta(hours=23)


def test_an_empty_store_has_nothing_to_say(context):
    facts = facts_of(context)
    assert (facts.next_email, facts.sent_today, facts.cap_today, facts.sending_mailboxes) == (None, 0, 0, 0)
