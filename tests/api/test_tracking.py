"""The picture and the links of emails: they lead where the email said, and nowhere else, whoever asks however often."""

import http.client
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # visitors and writers at once
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest

from opendoors_desktop.api.server import ApiServer
from opendoors_desktop.api.tracking import MOST_MISSES, PICTURE
from opendoors_desktop.config import Listen
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.public_link import sign
from opendoors_desktop.engine.commands import store_care, workspace
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.hit_recorder import HitRecorder
from opendoors_desktop.store.database import Store
from tests.builders import Room, TimedPost, email, make_room, open_context, run_now

PUBLIC = "https://mail.example.org"
TARGET = "https://müller.example/größe?a=1&b=[2]&c=%5B#x y"
BODY = f"<p><a href='{TARGET}'>one</a> <a href='https://example.com/2'>two</a> {{{{ first_name }}}}</p>"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"


@pytest.fixture
def context(store: Store, tmp_path) -> Context:
    """A workspace on a clock that stands still."""
    return open_context(store, tmp_path)


@pytest.fixture
async def sent(context) -> tuple[Room, str, list[str]]:
    """A tracked email that left, the path of its picture and those of its links."""
    workspace.change_workspace(context, lambda known: replace(known, public_url=PUBLIC))
    room = make_room(context, [email(body_template=BODY, body_is_html=True)], tracks_opens=True, tracks_clicks=True)
    post = TimedPost(room.clock)
    await run_now(context, post)
    [(_, transmission)] = post.delivered
    message = message_from_bytes(transmission.message, policy=policy.default)
    [html] = [part.get_content() for part in message.walk() if part.get_content_type() == "text/html"]
    [pixel] = re.findall(rf'"{PUBLIC}(/o/[\w-]+)"', html)
    return room, pixel, re.findall(rf'"{PUBLIC}(/c/[\w-]+)"', html)


@pytest.fixture
def public(context) -> Iterator[ApiServer]:
    """The API with its public pages."""
    running = ApiServer(context, Listen(port=0, is_public=True))
    running.start()
    yield running
    running.end()


def ask(server: ApiServer, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers as they came (Latin-1) and body."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    sent = {"User-Agent": CHROME} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def counted(room: Room) -> tuple[list[str], int, int]:
    """The classes of all hits once they have settled, and how many contacts opened and followed."""
    room.clock.advance_to(room.clock.now() + timedelta(seconds=5))
    HitRecorder(room.context).write()
    with room.context.store.read() as unit:
        classes = [row[0] for row in unit.rows("SELECT CAST(hit_class AS VARCHAR(10)) FROM hits ORDER BY id")]
        opened, clicked = unit.rows("SELECT total_opened, total_clicked FROM sequences")[0]
    assert store_care.check_store(room.context).is_sound
    return classes, opened, clicked


async def test_the_picture_is_shown_and_the_link_leads_on_byte_for_byte(sent, public):
    room, pixel, links = sent
    status, headers, body = ask(public, pixel)
    assert (status, headers["content-type"], body) == (200, "image/gif", PICTURE)
    assert "no-store" in headers["cache-control"]
    status, headers, _ = ask(public, links[0])
    assert (status, headers["location"].encode("latin-1").decode()) == (302, TARGET)
    assert headers["referrer-policy"] == "no-referrer"
    public.end()
    assert counted(room) == (["human"] * 2, 1, 1)


async def test_fault_41_scanners_are_answered_and_counted_nowhere(sent, public):
    room, pixel, links = sent
    for path in (pixel, links[0]):
        assert ask(public, path, "HEAD")[0] in (200, 302)
        assert ask(public, path, Sec_Purpose="prefetch")[0] in (200, 302)
        assert ask(public, path, User_Agent="curl/8")[0] in (200, 302)
    for path in links:
        assert ask(public, path)[0] == 302
    public.end()
    assert counted(room) == (["machine"] * 8, 0, 0)


async def test_T68_fault_41_what_is_not_ours_leads_nowhere(sent, public):
    room, pixel, links = sent
    changed = [path[:-3] + ("AAA" if path[-3:] != "AAA" else "BBB") for path in (pixel, *links)]
    strange = ["/c/" + pixel[3:], "/o/" + links[0][3:], "/c/https://evil.example", "/c/%2F%2Fevil.example", "/o/%00"]
    for path in (*changed, *strange, "/c/x?u=https://evil.example", "/c/javascript:alert(1)"):
        status, headers, _ = ask(public, path)
        assert (status, headers.get("location")) == (404, None)
    status, headers, _ = ask(public, f"{links[1]}?u=https://evil.example")
    assert (status, headers["location"]) == (302, "https://example.com/2")
    assert ask(public, pixel, "POST")[0] == 405
    public.end()
    assert counted(room)[0] == ["human"]


async def test_fault_41_who_guesses_is_slowed_down_and_others_are_not(sent, public):
    _, pixel, _ = sent
    wrong = [ask(public, f"/o/{'A' * 42}{number % 10}")[0] for number in range(MOST_MISSES + 5)]
    assert wrong == [404] * MOST_MISSES + [429] * 5
    assert ask(public, pixel)[0] == 200


async def test_a_link_of_a_workspace_that_is_new_is_known_after_a_minute_at_the_latest(context, public):
    with context.store.write() as unit:
        unit.run("UPDATE workspaces SET tracking_key = :key", {"key": bytes(32)})
    room = make_room(context)
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        from opendoors_desktop.store.types import as_uuid

        email_id = as_uuid(unit.rows("SELECT id FROM outgoing_emails")[0][0])
    path = "/o/" + sign(bytes(32), "o", email_id)
    assert ask(public, path)[0] == 200
    with context.store.write() as unit:
        unit.run("UPDATE workspaces SET tracking_key = :key", {"key": bytes(31) + b"x"})
    path = "/o/" + sign(bytes(31) + b"x", "o", email_id)
    assert ask(public, path)[0] == 404
    room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
    assert ask(public, path)[0] == 200


async def test_while_the_store_is_away_links_wait_and_nothing_is_lost(sent, public, monkeypatch):
    room, pixel, links = sent
    assert ask(public, pixel)[0] == 200

    def away(_store, **_more):
        raise StoreError("The database can't be reached.", "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "read", away)
        patched.setattr(Store, "write", away)
        assert [ask(public, path)[0] for path in (pixel, links[0])] == [200, 503]
    public.end()
    assert counted(room) == (["human"] * 2, 1, 0)


async def test_T81_hits_and_writes_of_others_side_by_side_lose_nothing(sent, public):
    room, pixel, links = sent

    def write(number: int) -> None:
        with room.context.store.write() as unit:
            unit.run("UPDATE contacts SET title = :title", {"title": str(number)})

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, public, (pixel, *links)[number % 3]) for number in range(90)]
        writes = [pool.submit(write, number) for number in range(50)]
        assert {each.result()[0] for each in answers} == {200, 302}
        assert [each.result() for each in writes] == [None] * 50
    public.end()
    assert len(counted(room)[0]) == 90
