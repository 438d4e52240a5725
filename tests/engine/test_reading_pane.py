"""Kept messages shown whole, ours and theirs, and nobody else's."""

from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.reading_pane import show_received, show_sent
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid
from tests.builders import journal, open_context
from tests.engine.inbound_rooms import scene_of


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_both_sides_of_a_thread_are_shown_whole(context: Context):
    scene = await scene_of(context)
    first = scene.post.captures[0]
    scene.answer(first, "<p>Yes.</p><blockquote>A word.</blockquote>", Content_Type="text/html; charset=utf-8")
    here, elsewhere = context.scope.workspace_id, UUID(int=1)
    with context.store.read() as unit:
        theirs = as_uuid(unit.rows("SELECT id FROM inbound_emails")[0][0])
        ours = journal(context)[0].id
        received, sent = show_received(unit, here, theirs), show_sent(unit, here, ours)
        assert (show_received(unit, elsewhere, theirs), show_sent(unit, elsewhere, ours)) == (None, None)
    assert received is not None
    assert sent is not None
    assert received.html.replace("\n", "") == "<p>Yes.</p><blockquote>A word.</blockquote>"
    assert (received.to, received.text.split()) == ((scene.room.mailbox.address,), ["Yes.", "A", "word."])
    assert sent.text.startswith("Dear Zoe1, a word.")
