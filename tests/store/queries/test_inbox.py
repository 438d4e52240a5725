"""The inbox as it is listed, and a mail with its thread, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.effect import EffectKind, Obstacle
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.engine.commands.answer_drafts import keep_draft
from opendoors_desktop.engine.commands.inbox_marks import mark_done, put_off
from opendoors_desktop.engine.commands.meanings import set_meaning
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.answer_drafts import NO_DRAFT, AnswerDraft, find_draft
from opendoors_desktop.store.queries.inbox import (
    MailFilter,
    count_mails,
    count_to_look_at,
    latest_replies,
    page_mails,
)
from opendoors_desktop.store.queries.inbox_thread import find_thread
from tests.builders import open_context
from tests.engine.inbound_rooms import scene_of
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def listed(context, wanted, after=None, limit=100, now=NOW):
    with context.store.read() as unit:
        return page_mails(unit, context.scope.workspace_id, wanted, now, after=after, limit=limit)


async def test_mails_are_listed_by_what_they_are_and_page_by_page(context):
    scene = await scene_of(context, people=4)
    first, second, third, fourth = scene.post.captures
    scene.answer(first, "Yes, let's talk on Friday.", From=f"Ann Lee <{first.recipient}>")
    scene.answer(second, "Please take me off your list, 100% sure.")
    scene.bounce(third, "5.1.1", "550 5.1.1 no such <b>user</b>")
    scene.answer(fourth, "I am away.", Subject="Automatic reply: Hello", Auto_Submitted="auto-replied")
    now = context.clock.now()
    every = listed(context, MailFilter())
    assert len(every) == 4
    pages = [listed(context, MailFilter(), limit=3), listed(context, MailFilter(), every[2], limit=3)]
    assert [mail.id for page in pages for mail in page] == [mail.id for mail in every]

    with context.store.read() as unit:
        counts = count_mails(unit, context.scope.workspace_id, now)
        assert count_to_look_at(unit, context.scope.workspace_id, now) == 4
        assert [mail.address for mail in latest_replies(unit, context.scope.workspace_id, 9)] == [first.recipient]
    assert (counts.total, counts.to_look_at, counts.done) == (4, 4, 0)
    assert counts.kinds == {"interested": 1, "unsubscribe": 1, "bounce": 1, "out_of_office": 1}
    assert counts.mailboxes == {scene.room.mailbox.id: 4}
    for kind in counts.kinds:
        assert len(listed(context, MailFilter(kind=kind))) == 1
    (bounce,) = listed(context, MailFilter(kind="bounce"))
    assert "no such <b>user</b>" in bounce.text
    assert [mail.address for mail in listed(context, MailFilter(words="100% SURE"))] == [second.recipient]
    assert listed(context, MailFilter(words="100_ sure")) == []


async def test_what_is_done_or_put_off_is_no_longer_open(context):
    scene = await scene_of(context, people=3)
    for capture in scene.post.captures:
        scene.answer(capture)
    now = context.clock.now()
    done, later, open_ = listed(context, MailFilter())
    mark_done(context, [done.id])
    put_off(context, [later.id], now + timedelta(hours=1))
    assert [mail.id for mail in listed(context, MailFilter(is_open=True), now=now)] == [open_.id]
    assert {mail.id for mail in listed(context, MailFilter(is_open=False), now=now)} == {done.id, later.id}
    back = listed(context, MailFilter(is_open=True), now=now + timedelta(hours=1))
    assert {mail.id for mail in back} == {open_.id, later.id}
    assert [mail.id for mail in listed(context, MailFilter(is_open=False, done_since=now))] == [done.id]


async def test_a_mail_is_shown_with_its_thread_and_what_it_did(context):
    scene = await scene_of(context, people=2)
    capture = scene.post.captures[0]
    scene.answer(capture, "Yes, let's talk on Friday.")
    (mail,) = listed(context, MailFilter())
    owners = (context.scope.customer_id, context.scope.workspace_id)
    with context.store.read() as unit:
        thread = find_thread(unit, owners, mail.id)
        assert find_thread(unit, owners, scene.room.mailbox.id) is None
    assert thread is not None
    assert [letter.step for letter in thread.sent] == [1]
    assert capture.message_id.encode() in (thread.sent[0].message or b"")
    (received,) = thread.received
    assert received.evidence[0][1] in received.visible_text
    assert thread.who is not None
    assert thread.who.address == capture.recipient
    kinds = {sight.effect.kind: sight for sight in thread.effects}
    assert kinds[EffectKind.ENDED].obstacle is None
    assert kinds[EffectKind.ENDED].sequence == "Example"
    assert kinds[EffectKind.REPLIED].obstacle is Obstacle.BY_MEANING

    set_meaning(context, mail.id, Meaning.QUESTION)
    (again,) = listed(context, MailFilter(kind="question"))
    assert again.id == mail.id


async def test_a_draft_is_kept_for_its_user_until_it_is_empty(context):
    scene = await scene_of(context)
    scene.answer(scene.post.captures[0])
    (mail,) = listed(context, MailFilter())
    scope = context.scope

    def kept(user_id):
        with context.store.read() as unit:
            return find_draft(unit, scope.workspace_id, user_id, mail.id)

    draft = AnswerDraft("Dear Zoe,\n<b>", ("/a/b.pdf",))
    assert kept(scope.user_id) == NO_DRAFT
    keep_draft(context, mail.id, draft)
    assert kept(scope.user_id) == draft
    assert kept(context.new_id()) == NO_DRAFT
    keep_draft(context, mail.id, AnswerDraft("  "))
    assert kept(scope.user_id) == NO_DRAFT
