"""The public page of emails: looking changes nothing, its button and a mail program's one click unsubscribe."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from opendoors_desktop.api.server import ApiServer
from opendoors_desktop.config import Listen
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands import store_care, suppressions, workspace
from opendoors_desktop.engine.commands.contacts import erase_contact
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.api.conftest import Client
from tests.builders import Room, TimedPost, email, make_room, open_context, run_now

PUBLIC = "https://mail.example.org"


@pytest.fixture
def context(store, tmp_path) -> Context:
    """A workspace on a clock that stands still."""
    return open_context(store, tmp_path)


@pytest.fixture
async def sent(context) -> tuple[Room, str]:
    """An email that left while a public address was set, of a sequence that goes on, and the path of its link."""
    workspace.change_workspace(context, lambda known: replace(known, public_url=PUBLIC))
    room = make_room(context, [email(), email(2, None)])
    post = TimedPost(room.clock)
    await run_now(context, post)
    [(_, transmission)] = post.delivered
    head = transmission.message.partition(b"\r\n\r\n")[0].decode()
    found = re.search(rf"List-Unsubscribe: <{PUBLIC}(/u/[\w-]+)>,", head)
    assert found is not None, head
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head + "\r\n"
    return room, found[1]


@pytest.fixture
def public(context) -> Iterator[ApiServer]:
    """The API with its public pages."""
    running = ApiServer(context, Listen(port=0, is_public=True))
    running.start()
    yield running
    running.end()


def ask(server: ApiServer, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
    """Status and page."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    answer = connection.getresponse()
    page = answer.read().decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    connection.close()
    return answer.status, page


def state(room: Room) -> tuple[str, int, int]:
    """The enrollment's status, and how many opted out by the sequence and by the book."""
    with room.context.store.read() as unit:
        status = unit.rows("SELECT CAST(status AS VARCHAR(20)) FROM sequence_enrollments")[0][0]
        total = unit.rows("SELECT total_unsubscribed FROM sequences")[0][0]
        noted = unit.rows("SELECT count(*) FROM email_activities WHERE kind = 'unsubscribed'")[0][0]
    return status, int(total), int(noted)


async def test_T55_looking_unsubscribes_nobody(sent, public):
    room, path = sent
    for method in ("GET", "HEAD", "GET"):
        status, page = ask(public, method, path)
        assert (status, "<button" in page) == (200, method == "GET")

    assert state(room) == ("active", 0, 0)


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'
FORMS = [
    (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    (MULTIPART, "multipart/form-data; boundary=x"),
    (b"", ""),
]  # fmt: skip


@pytest.mark.parametrize("body, kind", FORMS)
async def test_T56_fault_42_the_link_works_as_often_as_it_is_used(sent, public, body, kind):
    room, path = sent
    for _ in range(5):
        status, page = ask(public, "POST", path, body, kind)
        assert (status, "You are unsubscribed" in page) == (200, True)

    assert state(room) == ("unsubscribed", 1, 1)
    [entry] = suppressions.check_suppression(room.context, "u1@example.net")
    assert (entry.reason, entry.source) == ("unsubscribed", "link")
    assert store_care.check_store(room.context).is_sound


async def test_fault_42_it_works_after_the_person_was_erased(sent, public):
    room, path = sent
    with room.context.store.read() as unit:
        [(raw,)] = unit.rows("SELECT id FROM contacts")
    from opendoors_desktop.store.types import as_uuid

    erase_contact(room.context, as_uuid(raw))

    assert ask(public, "POST", path)[0] == 200


async def test_fault_42_while_the_store_is_away_nothing_is_called_done(sent, public, monkeypatch):
    def away(_store):
        raise StoreError("The database can't be reached.", "Try again.")

    monkeypatch.setattr(Store, "read", away)
    assert [ask(public, method, sent[1])[0] for method in ("GET", "POST")] == [503, 503]


async def test_fault_41_a_link_that_is_not_ours_is_unknown(sent, public):
    room, path = sent
    for token in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/u/" + "A" * 43, "/u/x", "/u/%00", "/u/%C3%A9"):
        assert ask(public, "POST", token)[0] == 404
    assert state(room) == ("active", 0, 0)


async def test_without_a_public_address_there_is_no_page_and_no_trace(context):
    room = make_room(context)
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert b"https://" not in post.delivered[0][1].message
    server = ApiServer(context, Listen(port=0))
    server.start()
    Client(server.address, None).ask("GET", "/u/" + "A" * 43, status=404)
    server.end()
