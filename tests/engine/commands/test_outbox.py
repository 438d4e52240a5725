"""Uncertain emails, settled by a person: counted as sent, or sent once more under the same Message-ID."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands.by_hand import send_task_email
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment
from opendoors_desktop.engine.commands.outbox import EmailState, ResolveAs, list_outgoing, resolve
from opendoors_desktop.engine.commands.sequence_states import stop_sequence
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.audit import list_entries
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    Room,
    TimedPost,
    email,
    enroll_all,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
)
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def answers(*given: Any) -> Any:
    """A mail host that gives these answers one after another, then takes everything."""
    waiting: Iterator[Any] = iter(given)
    return lambda _: next(waiting, None)


async def uncertain_room(context: Context, *parts: dict[str, Any]) -> Room:
    """A room whose one email was handed over, and nobody knows whether it was taken."""
    room = make_room(context, parts or [email(), email(2, None)])
    await run_now(context, TimedPost(room.clock, answers("dot")))
    assert states(context) == {"uncertain": 1}
    return room


async def test_as_sent_it_counts_like_any_other(context):
    room = await uncertain_room(context)
    [row] = journal(context)
    room.clock.advance_to(NOW + timedelta(hours=5))

    done = resolve(context, row.id, ResolveAs.SENT)

    assert (done.state, done.message_id) == (EmailState.SENT, row.message_id)
    assert done.next_step_scheduled_at == NOW + timedelta(days=2)  # from when it went, not from the decision
    standing = standing_of(context, room.enrollment_ids[0])
    assert standing.thread.references == (row.message_id,)
    assert standing.thread.subject == "Hello Zoe1"
    assert (standing.emails_sent, standing.last_contacted_at) == (1, NOW)
    found = check_store(context)
    assert (found.differences, found.misplaced) == ((), ())
    with context.store.read() as unit:
        assert list_entries(unit, context.scope.workspace_id)[0].action == "email_resolved"
        assert unit.row("SELECT resolution FROM outgoing_emails") == ("sent",)


async def test_after_that_the_follow_up_stays_in_the_thread(context):
    room = await uncertain_room(context)
    resolve(context, journal(context)[0].id, ResolveAs.SENT)
    room.clock.advance_to(NOW + timedelta(days=2))
    post = TimedPost(room.clock)

    await run_now(context, post)

    [capture] = post.captures
    assert journal(context)[0].message_id in post.delivered[0][1].message.decode()
    assert capture.at == NOW + timedelta(days=2)
    assert states(context) == {"sent": 2}


async def test_sent_again_it_is_the_same_message(context):
    room = await uncertain_room(context)
    [row] = journal(context)
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert post.captures == []  # never by itself

    done = resolve(context, row.id, ResolveAs.RESEND)
    await run_now(context, post)

    assert done.state is EmailState.PLANNED
    assert len(post.captures) == 1
    [after] = journal(context)
    assert (after.id, after.message_id, after.state, after.attempts) == (row.id, row.message_id, "sent", 2)
    with context.store.read() as unit:
        [(message,)] = unit.rows("SELECT message FROM outgoing_messages")
    assert post.delivered[0][1].message == bytes(message)
    assert check_store(context).is_sound


async def test_only_uncertain_ones_can_be_decided(context):
    room = make_room(context)
    await run_now(context, TimedPost(room.clock))

    with pytest.raises(NotPossible) as refused:
        resolve(context, journal(context)[0].id, ResolveAs.SENT)
    assert refused.value.code == "not_uncertain"
    with pytest.raises(NotFound):
        resolve(context, context.new_id(), ResolveAs.RESEND)


async def test_what_has_ended_is_not_sent_again_but_may_have_gone(context):
    room = await uncertain_room(context)
    stop_sequence(context, room.sequence_id)
    [row] = journal(context)

    with pytest.raises(NotPossible) as refused:
        resolve(context, row.id, ResolveAs.RESEND)
    assert refused.value.code == "enrollment_ended"
    assert states(context) == {"uncertain": 1}
    assert resolve(context, row.id, ResolveAs.SENT).enrollment_status == "stopped"
    assert check_store(context).is_sound


async def test_a_paused_contact_stays_paused(context):
    room = await uncertain_room(context)
    pause_enrollment(context, room.enrollment_ids[0])

    assert resolve(context, journal(context)[0].id, ResolveAs.SENT).enrollment_status == "paused"
    assert check_store(context).is_sound


async def test_the_journal_is_listed_with_the_hosts_words(context):
    room = make_room(context, people=3)
    full = ("rcpt", 452, "4.2.2", "Mailbox full")
    await run_now(context, TimedPost(room.clock, answers("dot", full)))

    rows = list(list_outgoing(context))

    assert sorted(row.state for row in rows) == ["deferred", "sent", "uncertain"]
    [late] = list_outgoing(context, states=[EmailState.DEFERRED])
    assert (late.smtp_code, late.smtp_text, late.smtp_phase) == (452, "Mailbox full", "rcpt")
    assert late.retry_at is not None
    assert (late.sequence, late.step, late.mailbox) == ("Example", 1, "ann@example.com")
    assert list(list_outgoing(context, sequence_id=context.new_id())) == []
    assert len(list(list_outgoing(context, contact_id=late.contact_id))) == 1


async def test_a_follow_up_settled_as_sent_counts_its_contact_once(context):
    room = make_room(context, [email(), email(1, None)])
    await run_for(context, TimedPost(room.clock, answers(None, "dot")), days=2)
    assert states(context) == {"sent": 1, "uncertain": 1}

    resolve(context, journal(context)[1].id, ResolveAs.SENT)

    with context.store.read() as unit:
        assert unit.row("SELECT total_sent, total_delivered FROM sequences") == (1, 1)
    assert standing_of(context, room.enrollment_ids[0]).emails_sent == 2
    assert check_store(context).is_sound


@pytest.mark.parametrize("decision", list(ResolveAs))
async def test_an_email_of_an_earlier_round_counts_and_changes_nothing_of_the_present_one(context, decision):
    room = make_room(context, [email(), email(3, None)], allows_new_round=True)
    await run_now(context, TimedPost(room.clock, answers("dot")))
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    remove_enrollment(context, room.enrollment_ids[0])
    enroll_all(context, room.sequence_id, [contact_id])
    before = standing_of(context, room.enrollment_ids[0]).enrollment
    [row] = journal(context)

    if decision is ResolveAs.SENT:
        resolve(context, row.id, decision)
    else:
        with pytest.raises(NotPossible) as refused:
            resolve(context, row.id, decision)
        assert "another round" in refused.value.title

    after = standing_of(context, room.enrollment_ids[0])
    assert (after.enrollment, after.emails_sent) == (before, 1 if decision is ResolveAs.SENT else 0)
    assert check_store(context).is_sound


@pytest.mark.parametrize("decision", list(ResolveAs))
async def test_a_test_has_no_enrollment_to_be_changed(context, decision):
    room = make_room(context, [email(5)], people=0)
    send_test(context, room.sequence_id, to="boss@example.org")
    await run_now(context, TimedPost(room.clock, answers("dot")))

    done = resolve(context, journal(context)[0].id, decision)

    assert (done.enrollment_id, done.enrollment_status) == (None, None)
    await run_now(context, post := TimedPost(room.clock))
    assert len(post.captures) == (1 if decision is ResolveAs.RESEND else 0)
    assert states(context) == {"sent": 1}
    assert check_store(context).is_sound


async def test_one_who_was_written_to_since_keeps_the_later_day(context):
    room = await uncertain_room(context, email(), email(5, None))
    later = NOW + timedelta(days=1)
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET last_contacted_at = :later", {"later": later})

    resolve(context, journal(context)[0].id, ResolveAs.SENT)

    assert standing_of(context, room.enrollment_ids[0]).last_contacted_at == later


async def test_an_email_by_hand_goes_again_while_its_enrollment_stays_where_it_is(context):
    room = make_room(context, [email(is_manual=True), email(1, None)])
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [task] = list_tasks(unit, context.scope.workspace_id, states=["open"])
    send_task_email(context, task.id)
    await run_now(context, TimedPost(room.clock, answers("dot")))
    [row] = journal(context)

    done = resolve(context, row.id, ResolveAs.RESEND)

    assert (done.state, done.next_step_scheduled_at) == (EmailState.PLANNED, None)
    await run_now(context, post := TimedPost(room.clock))
    assert [capture.message_id for capture in post.captures] == [row.message_id]
    assert standing_of(context, room.enrollment_ids[0]).enrollment.next_step_scheduled_at == NOW + timedelta(days=1)
    assert check_store(context).is_sound


async def test_a_long_journal_is_listed_page_by_page_in_its_order(context, monkeypatch):
    monkeypatch.setattr("opendoors_desktop.engine.commands.outbox.PAGE", 3)
    room = make_room(context, people=9)
    await run_now(context, TimedPost(room.clock))

    rows = list(list_outgoing(context))

    assert [row.id for row in rows] == [row.id for row in journal(context)]
    assert len(rows) == 9
