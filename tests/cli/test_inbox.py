"""`opendoors inbox`: what came in, corrected, undone, filed away and answered from the command line."""

import asyncio
from pathlib import Path

import pytest

from opendoors_desktop.engine.clock import VirtualClock
from tests.builders import journal, open_context, standing_of
from tests.engine.inbound_rooms import Scene, scene_of
from tests.fixtures_store import NOW


@pytest.fixture
def scene(store_url: str, tmp_path: Path) -> Scene:
    """Three who were written to: one answered, one's address is bad, one said nothing."""
    from opendoors_desktop.store.database import Store

    context = open_context(Store.open(store_url), tmp_path, VirtualClock(NOW))
    scene = asyncio.run(scene_of(context, people=3))
    first, second, _ = scene.post.captures
    scene.answer(first, "Yes, let's talk on Friday.")
    scene.bounce(second, "5.1.1", "550 5.1.1 No such user here")
    return scene


def test_messages_are_listed_narrowed_and_shown_with_what_they_did(cli, scene):
    bounce, reply = cli("inbox", "list", "--json").lines
    assert (reply["meaning"], bounce["bucket"], bounce["bounce"]) == ("interested", "bounce", "hard")
    assert [each["id"] for each in cli("inbox", "list", "--kind", "bounce", "--json").lines] == [bounce["id"]]
    assert [each["id"] for each in cli("inbox", "list", "--search", "talk on", "--json").lines] == [reply["id"]]
    assert len(cli("inbox", "list", "--mailbox", "ann@example.com", "--limit", "1", "--json").lines) == 1
    assert "let's talk on Friday" in cli("inbox", "list").out

    shown = cli("inbox", "show", reply["id"], "--json").value
    assert shown["received"][0]["visible_text"] == "Yes, let's talk on Friday."
    assert [each["subject"] for each in shown["sent"]] == ["Hello Zoe1"]
    assert {each["effect"]: each["can_be_undone"] for each in shown["effects"]} == {"replied": False, "ended": True}
    assert shown["received"][0]["evidence"]


def test_a_meaning_is_set_an_effect_undone_and_a_message_filed_away(cli, scene):
    bounce, reply = (each["id"] for each in cli("inbox", "list", "--json").lines)
    first = scene.enrollment_of(scene.post.captures[0])

    changed = cli("inbox", "meaning", reply, "not_now", "--on", "2026-05-04", "--json").value
    assert (changed["meaning"], changed["meaning_on"]) == ("not_now", "2026-05-04")
    undone = cli("inbox", "undo", reply, "ended", "--json").value
    assert next(each for each in undone["effects"] if each["effect"] == "ended")["undone_at"] is not None
    assert standing_of(scene.context, first).enrollment.status == "active"
    cli("inbox", "undo", reply, "ended", "--redo")
    assert standing_of(scene.context, first).enrollment.status == "stopped"
    refused = cli("inbox", "undo", bounce, "bounced", "--json", status=2)
    assert refused.error["code"] == "fact"

    assert cli("inbox", "handled", reply, bounce, "--json").value == {"changed": 2}
    assert cli("inbox", "list", "--json").lines == []
    assert len(cli("inbox", "list", "--which", "done", "--json").lines) == 2
    assert cli("inbox", "handled", reply, "--undo", "--json").value == {"changed": 1}


def test_a_message_is_answered_from_standard_input_with_a_file(cli, scene, tmp_path):
    reply = cli("inbox", "list", "--kind", "interested", "--json").lines[0]["id"]
    (tmp_path / "offer.pdf").write_bytes(b"%PDF")

    queued = cli(
        "inbox", "answer", reply, "--file", str(tmp_path / "offer.pdf"), "--done", "--json", text="Friday at ten?\n"
    ).value

    assert (queued["mailbox"], queued["to_address"]) == ("ann@example.com", scene.post.captures[0].recipient)
    assert [row.state for row in journal(scene.context)][-1] == "planned"
    assert [each["id"] for each in cli("inbox", "list", "--kind", "interested", "--json").lines] == []
    empty = cli("inbox", "answer", reply, "--json", status=2, text=" ")
    assert empty.error["code"] == "empty_text"
    missing = cli("inbox", "answer", reply, "--text", "x", "--file", str(tmp_path / "no.pdf"), "--json", status=2)
    assert missing.error["code"] == "file"


def test_what_is_not_there_is_told(cli, scene):
    for arguments in (("show", "nobody"), ("show", str(scene.context.scope.user_id)), ("handled", "x")):
        assert cli("inbox", *arguments, "--json", status=2).error["code"] == "not_found"
    moved = cli(
        "inbox", "assign", cli("inbox", "list", "--json").lines[0]["id"], "nobody@example.org", "--json", status=2
    )
    assert moved.error["code"] == "not_found"
