"""Answers to mails: in the thread, from the same mailbox, by the way of every other email, to a real mail host."""

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.answers import LARGEST_FILES, StoredFile, answer_mail, take_back_answer
from opendoors_desktop.engine.commands.enrollments import remove_enrollment
from opendoors_desktop.engine.commands.mailboxes import remove_mailbox
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.suppressions import suppress
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.outbox import enrollments_under_way
from opendoors_desktop.store.types import as_uuid
from tests.builders import (
    TimedPost,
    activities,
    change_mailbox,
    email,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
)
from tests.engine.inbound_rooms import Scene, scene_of
from tests.fixtures_smtp import running_sink

TOO_BUSY = ("rcpt", 450, "4.2.0", "Try again later")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


def last_mail(context: Context) -> UUID:
    """The mail that came in last."""
    with context.store.read() as unit:
        return as_uuid(unit.rows("SELECT id FROM inbound_emails ORDER BY created_at DESC, id DESC")[0][0])


def stored(context: Context, outgoing_id: UUID) -> EmailMessage:
    """An outgoing message as it left."""
    with context.store.read() as unit:
        row = unit.row("SELECT message FROM outgoing_messages WHERE outgoing_id = :id", {"id": outgoing_id})
    assert row is not None
    message = message_from_bytes(bytes(row[0]), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def state_of(context: Context, outgoing_id: UUID) -> str:
    with context.store.read() as unit:
        row = unit.row("SELECT state FROM outgoing_emails WHERE id = :id", {"id": outgoing_id})
    assert row is not None
    return str(row[0])


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def answered_scene(context: Context, text: str = "Yes, let's talk on Friday.", **headers: str) -> Scene:
    """A room whose one contact has answered."""
    scene = await scene_of(context)
    assert scene.answer(scene.post.captures[0], text, **headers) is not None
    return scene


async def test_an_answer_arrives_at_a_real_host_in_the_thread_with_its_quote_and_files(
    usual_store: Store, tmp_path: Path
):
    context = open_context(usual_store, tmp_path, RealClock())
    with running_sink() as sink:
        room = make_room(context, [email(), email(3, None)], port=sink.port)
        await asyncio.wait_for(Scheduler(context, SchedulerOptions(mode=RunMode.UNTIL_IDLE)).run(), 30)
        [first] = [message_from_bytes(data, policy=default) for data in sink.captured()]
        change_mailbox(context, room.mailbox, signature_text="Ann Sender\n+31 555 0100")
        scene = Scene(room, TimedPost(context.clock))
        head = f"From: Zoë <u1@example.net>\nTo: {room.mailbox.address}\nSubject: AW: Hello Zoe1\n"
        ids = f"Message-ID: <theirs@example.net>\nIn-Reply-To: {first['Message-ID']}\n"
        assert scene.come(f"{head}{ids}References: {first['Message-ID']}\n\nGern. Wann?\n") is Bucket.REPLY
        answered = answer_mail(
            context,
            last_mail(context),
            "Friday at ten?\n{{ first_name }} means itself, € too",
            files=[
                StoredFile("Plän.pdf", "application/pdf", b"%PDF-1.7 \0\xff"),
                StoredFile("b.txt", "text/plain", b"b"),
            ],
        )
        await asyncio.wait_for(Scheduler(context, SchedulerOptions(mode=RunMode.UNTIL_IDLE)).run(), 30)
        [message] = [
            found
            for found in (message_from_bytes(data, policy=default) for data in sink.captured())
            if found["Message-ID"] == answered.queued.message_id
        ]

    assert isinstance(message, EmailMessage)
    assert message["To"] == "Zoë <u1@example.net>"
    assert message["From"] == first["From"]
    assert message["Subject"] == "Re: Hello Zoe1"
    assert message["In-Reply-To"] == "<theirs@example.net>"
    assert message["References"].split() == [first["Message-ID"], "<theirs@example.net>"]
    text = text_of(message)
    assert text.startswith("Friday at ten?\n{{ first_name }} means itself, € too\n\nAnn Sender\n+31 555 0100\n\nOn 20")
    assert text.rstrip().endswith("Zoë wrote:\n> Gern. Wann?")
    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert files == {"Plän.pdf": b"%PDF-1.7 \0\xff", "b.txt": "b"}
    assert "List-Unsubscribe" in message
    assert states(context) == {"sent": 2}
    assert check_store(context).is_sound


async def test_an_answer_leaves_when_its_grace_is_over_and_can_be_taken_back_before(context: Context):
    scene = await answered_scene(context)
    key = last_mail(context)
    taken = answer_mail(context, key, "One.", leaves_in=timedelta(seconds=10), is_done=True)
    take_back_answer(context, taken)
    kept = answer_mail(context, key, "Two.", leaves_in=timedelta(seconds=10), is_done=True)
    assert kept.was_open

    await run_now(context, scene.post)
    assert len(scene.post.captures) == 1
    await run_for(context, scene.post, minutes=1)

    assert [capture.message_id for capture in scene.post.captures[1:]] == [kept.queued.message_id]
    assert scene.post.captures[1].at >= context.clock.now() - timedelta(minutes=1) + timedelta(seconds=10)
    assert state_of(context, taken.queued.outgoing_id) == "cancelled"
    with pytest.raises(NotPossible) as caught:
        take_back_answer(context, kept)
    assert caught.value.code == "email_under_way"
    assert activities(context, "sent") == 2
    await scene.check()


async def test_an_answer_keeps_to_the_mailboxs_cap_and_waits_for_no_window(context: Context):
    scene = await answered_scene(context)
    change_mailbox(context, scene.room.mailbox, daily_cap=1)
    waiting = answer_mail(context, last_mail(context), "Later then.")
    await run_now(context, scene.post)
    assert state_of(context, waiting.queued.outgoing_id) == "planned"
    await run_for(context, scene.post, days=1)
    assert state_of(context, waiting.queued.outgoing_id) == "sent"


async def test_a_retry_is_the_same_answer_and_the_end_of_the_enrollment_leaves_it_be(context: Context):
    scene = await answered_scene(context)
    answered = answer_mail(context, last_mail(context), "Friday?", files=[StoredFile("a.txt", "text/plain", b"a")])
    busy = TimedPost(scene.room.clock, lambda _: TOO_BUSY)
    await run_now(context, busy)
    assert state_of(context, answered.queued.outgoing_id) == "deferred"
    before = stored(context, answered.queued.outgoing_id).as_bytes()
    remove_enrollment(context, scene.enrollment_of(scene.post.captures[0]))
    await run_for(context, scene.post, hours=2)

    assert state_of(context, answered.queued.outgoing_id) == "sent"
    assert stored(context, answered.queued.outgoing_id).as_bytes() == before
    assert len(scene.post.captures) == 2
    await scene.check()


async def test_fault_02_an_answer_whose_line_broke_is_uncertain_and_holds_no_step_back(context: Context):
    scene = await answered_scene(context)
    answered = answer_mail(context, last_mail(context), "Friday?")
    lost = TimedPost(scene.room.clock, lambda _: ("dot", 0, "", "The connection broke off"))
    await run_for(context, lost, days=1)
    assert state_of(context, answered.queued.outgoing_id) == "uncertain", "never sent again by itself"
    with context.store.read() as unit:
        assert enrollments_under_way(unit, context.scope.workspace_id) == frozenset()


async def test_what_they_write_back_to_an_answer_is_theirs_too(context: Context):
    scene = await answered_scene(context)
    answer_mail(context, last_mail(context), "Friday?")
    await run_now(context, scene.post)
    assert scene.answer(scene.post.captures[1], "Friday it is.") is Bucket.REPLY
    with context.store.read() as unit:
        assert unit.rows("SELECT total_replies FROM sequence_enrollments") == [(2,)]
    await scene.check()


async def test_T60_a_suppressed_address_is_answered_after_one_word_that_is_written_down(context: Context):
    scene = await answered_scene(context, "Please unsubscribe me. And what was the price again?")
    key = last_mail(context)
    with pytest.raises(NotPossible) as caught:
        answer_mail(context, key, "You are off the list.")
    assert caught.value.code == "suppressed"

    answered = answer_mail(context, key, "You are off the list.", is_confirmed=True)
    await run_now(context, scene.post)

    assert state_of(context, answered.queued.outgoing_id) == "sent"
    with context.store.read() as unit:
        [(detail,)] = unit.rows("SELECT detail FROM audit_log WHERE action = 'suppression_waived'")
    assert scene.post.captures[0].recipient in str(detail)
    await scene.check()


async def test_an_answer_to_an_address_that_is_suppressed_before_it_leaves_does_not_leave(context: Context):
    scene = await answered_scene(context)
    answered = answer_mail(context, last_mail(context), "Friday?", leaves_in=timedelta(minutes=5))
    suppress(context, scene.post.captures[0].recipient)
    await run_for(context, scene.post, minutes=10)
    assert state_of(context, answered.queued.outgoing_id) == "cancelled"
    assert len(scene.post.captures) == 1


async def test_it_goes_where_they_want_answers(context: Context):
    scene = await answered_scene(context, Reply_To="Desk <desk@example.org>")
    assert answer_mail(context, last_mail(context), "Friday?").queued.to_address == "desk@example.org"
    await run_now(context, scene.post)
    assert scene.post.captures[1].recipient == "desk@example.org"


async def test_who_cannot_be_answered_is_told_before_anything_is_queued(context: Context):
    scene = await answered_scene(context)
    key = last_mail(context)
    for text, files, code in (
        (" \n", [], "empty_text"),
        ("Here.", [StoredFile("big", "x/y", b"\0" * (LARGEST_FILES + 1))], "files_too_large"),
    ):
        with pytest.raises(InputError) as caught:
            answer_mail(context, key, text, files=files)
        assert caught.value.code == code
    scene.bounce(scene.post.captures[0], "4.2.2", "452 4.2.2 Mailbox full")
    with pytest.raises(NotPossible) as caught:
        answer_mail(context, last_mail(context), "Hello?")
    assert caught.value.code == "no_person"
    remove_mailbox(context, scene.room.mailbox.id)
    with pytest.raises(NotPossible) as caught:
        answer_mail(context, key, "Hello?")
    assert caught.value.code == "mailbox_removed"
    assert len(journal(context)) == 1
    assert standing_of(context, scene.enrollment_of(scene.post.captures[0])).emails_sent == 1
