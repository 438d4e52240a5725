"""Tracked emails from end to end: what they carry, what is noted of hits, and what those of persons move."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.condition import Comparison, Operator
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.hit import SETTLES_AFTER
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine.commands import store_care, workspace
from opendoors_desktop.engine.commands.contacts import erase_contact
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.hit_recorder import MOST_OF_ONE, HitRecorder, PublicLinks
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid
from tests.builders import Room, TimedPost, activities, email, make_room, open_context, run_for, run_now
from tests.domain.flow_builders import all_of

PUBLIC = "https://mail.example.org"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
BODY = """<p>Hi {{ first_name }}, <a href="https://example.com/?a=1&amp;b=2">one</a>,
<a href='https://example.com/two'>two</a>, <a href="https://example.com/3">three</a> or
<a href="mailto:ann@example.com">write</a>.</p>"""


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def letter(**more: Any) -> dict[str, Any]:
    return email(body_template=BODY, body_is_html=True, **more)


def publish(context: Context) -> None:
    line = "Rather not? Unsubscribe: {{ unsubscribe_url }}"
    workspace.change_workspace(
        context, lambda known: replace(known, public_url=PUBLIC, opt_out_line=line, opt_out_line_is_on=True)
    )


async def sent(context: Context, *parts: Mapping[str, Any], **more: Any) -> tuple[Room, list[bytes]]:
    """A room whose first emails have left, and those."""
    room = make_room(context, parts or [letter()], **more)
    post = TimedPost(room.clock)
    await run_now(context, post)
    return room, [transmission.message for _, transmission in post.delivered]


async def tracked(context: Context, *parts: Mapping[str, Any], **more: Any) -> tuple[Room, str]:
    """As `sent`, opens and clicks tracked; gives the HTML part of the first email."""
    publish(context)
    room, messages = await sent(context, *parts, tracks_opens=True, tracks_clicks=True, **more)
    return room, html_of(messages[0])


def html_of(message: bytes) -> str:
    parsed = message_from_bytes(message, policy=policy.default)
    [html] = [part.get_content() for part in parsed.walk() if part.get_content_type() == "text/html"]
    return str(html)


class Visitor:
    """Asks for what an email's HTML holds, as the server would note it, and lets the hits settle."""

    def __init__(self, room: Room, html: str) -> None:
        self.room, self.recorder, self.links = room, HitRecorder(room.context), PublicLinks(room.context)
        self.links.read_keys()
        [self.pixel] = re.findall(rf'"{PUBLIC}/o/([\w-]+)"', html)
        self.tokens = re.findall(rf'"{PUBLIC}/c/([\w-]+)"', html)

    def ask(self, link: int | None = None, *, agent: str = CHROME, address: str = "192.0.2.1") -> None:
        """Load the picture, or follow the link of that place (from 0)."""
        if link is None:
            email_id, number = self.links.opened(self.pixel), None
        else:
            found = self.links.followed(self.tokens[link])
            assert found is not None
            email_id, number = found
        assert email_id is not None
        visit = self.links.visit(email_id, number, address=address, user_agent=agent, method="GET", is_prefetch=False)
        self.recorder.note(visit)

    def settle(self, after: timedelta = SETTLES_AFTER) -> None:
        """Write down what was asked, and tell it a little later."""
        self.recorder.write()
        self.room.clock.advance_to(self.room.clock.now() + after)
        self.recorder.write()


def figures(context: Context) -> dict[str, int]:
    """What is counted of opens and clicks: by the sequence, by the enrollments, by the steps."""
    with context.store.read() as unit:
        totals = unit.rows("SELECT total_opened, total_clicked FROM sequences")[0]
        events = unit.rows("SELECT sum(total_opens), sum(total_clicks) FROM sequence_enrollments")[0]
        steps = unit.rows("SELECT sum(opened), sum(clicked) FROM step_totals")[0]
    names = ("opened", "clicked", "opens", "clicks", "step opened", "step clicked")
    return {name: int(value or 0) for name, value in zip(names, (*totals, *events, *steps), strict=True)}


def classes(context: Context) -> list[str]:
    with context.store.read() as unit:
        return [row[0] for row in unit.rows("SELECT CAST(hit_class AS VARCHAR(10)) FROM hits ORDER BY id")]


NOTHING = dict.fromkeys(("opened", "clicked", "opens", "clicks", "step opened", "step clicked"), 0)


async def test_what_a_person_opens_and_follows_is_counted(context):
    room, html = await tracked(context)
    visitor = Visitor(room, html)
    visitor.ask()
    visitor.ask()
    visitor.recorder.write()
    assert figures(context) == NOTHING
    visitor.settle()
    visitor.ask(1)
    visitor.settle()

    assert figures(context) == {
        "opened": 1, "clicked": 1, "opens": 2, "clicks": 1, "step opened": 1, "step clicked": 1,
    }  # fmt: skip
    assert (activities(context, "opened"), activities(context, "clicked")) == (2, 1)
    assert classes(context) == ["human"] * 3
    with context.store.read() as unit:
        [(opened, clicked, opens, clicks)] = unit.rows(
            "SELECT opened_at, clicked_at, tracks_opens, tracks_clicks FROM outgoing_emails"
        )
        [(detail,)] = unit.rows("SELECT detail ->> 'link' FROM email_activities WHERE kind = 'clicked'")
    assert opened
    assert clicked
    assert opens
    assert clicks
    assert detail == "https://example.com/two"
    assert store_care.check_store(context).is_sound


async def test_T64_proxies_and_machines_are_stored_and_count_nowhere(context):
    room, html = await tracked(context)
    visitor = Visitor(room, html)
    visitor.ask(agent="Mozilla/5.0")
    visitor.ask(agent="x GoogleImageProxy")
    visitor.ask(0, agent="curl/8")
    visitor.settle()

    assert classes(context) == ["proxy", "proxy", "machine"]
    assert figures(context) == NOTHING
    assert store_care.check_store(context).is_sound


async def test_T65_a_scanner_that_takes_every_link_opens_no_way_and_a_later_person_does(context):
    wait = lane_if("email_clicked", days=5, wait_until_true=True)
    room, html = await tracked(context, letter(), wait, email(1))
    visitor = Visitor(room, html)
    for link in range(3):
        visitor.ask(link, address="198.51.100.9")
    visitor.ask(None, address="198.51.100.9")
    visitor.settle()
    assert (figures(context), classes(context)) == (NOTHING, ["machine"] * 4)
    assert activities(context, "lane_taken") == 0

    visitor.ask(0, address="198.51.100.9")
    visitor.settle()
    assert figures(context) == NOTHING

    visitor.ask(0, address="198.51.100.9", agent=f"{CHROME} Edg/131.0")
    visitor.settle()
    assert (figures(context)["clicked"], activities(context, "lane_taken")) == (1, 1)
    assert store_care.check_store(context).is_sound


def lane_if(fact: str, *, days: int, **more: Any) -> dict[str, Any]:
    """A conditional step that comes `days` after the one before."""
    condition = all_of(Comparison(fact, Operator.EQUALS, True))
    return {"type": StepType.CONDITIONAL, "conditions": condition, "delay": Delay(days=days), **more}


async def test_T62_an_open_before_the_condition_is_reached_counts_for_it(context):
    room, html = await tracked(context, letter(), lane_if("email_opened", days=1))
    visitor = Visitor(room, html)
    visitor.ask()
    visitor.settle()
    room.clock.advance_to(room.clock.now() + timedelta(days=2))
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [(branch,)] = unit.rows("SELECT detail ->> 'branch' FROM email_activities WHERE kind = 'lane_taken'")
    assert branch == "yes"


async def test_T63_tracking_without_a_public_address_changes_no_byte(fresh_file, tmp_path):
    left: list[bytes] = []
    for name, flags in (("off", {}), ("on", {"tracks_opens": True, "tracks_clicks": True})):
        shutil.copy(fresh_file, tmp_path / f"{name}.db")
        store = Store.open(str(tmp_path / f"{name}.db"))
        context = open_context(store, tmp_path / name)
        _, messages = await sent(context, **flags)
        left += messages
        with store.read() as unit:
            assert unit.rows("SELECT 1 FROM links") == []
            assert unit.rows("SELECT 1 FROM outgoing_emails WHERE tracks_opens OR tracks_clicks") == []
        store.close()
    assert left[0] == left[1]
    assert b"https://mail" not in left[0]
    assert b"<img" not in left[0]


@pytest.mark.parametrize("opens, clicks", [(True, False), (False, True), (False, False)])
async def test_each_is_tracked_only_where_the_sequence_asks_for_it(context, opens, clicks):
    publish(context)
    _, [message] = await sent(context, tracks_opens=opens, tracks_clicks=clicks)
    html = html_of(message)
    assert (f"{PUBLIC}/o/" in html, f"{PUBLIC}/c/" in html) == (opens, clicks)
    assert (f'href="{PUBLIC}/u/' in html, 'href="mailto:ann@example.com"' in html) == (True, True)
    with context.store.read() as unit:
        flags = unit.rows("SELECT tracks_opens, tracks_clicks FROM outgoing_emails")[0]
        targets = [row[0] for row in unit.rows("SELECT target FROM links ORDER BY number")]
    assert tuple(map(bool, flags)) == (opens, clicks)
    assert targets == (
        ["https://example.com/?a=1&b=2", "https://example.com/two", "https://example.com/3"] if clicks else []
    )


async def test_an_email_of_text_alone_and_a_test_carry_no_trace(context):
    publish(context)
    text = email(body_template="See https://example.com/ {{ first_name }}")
    room, [message] = await sent(context, text, letter(days=3), tracks_opens=True, tracks_clicks=True)
    assert b"/c/" not in message
    assert b"/o/" not in message
    send_test(context, room.sequence_id, 2)
    post = TimedPost(room.clock)
    await run_now(context, post)
    trial = html_of(post.delivered[0][1].message)
    assert "/c/" not in trial
    assert "/o/" not in trial


async def test_a_flood_of_one_email_fills_no_store(context):
    room, html = await tracked(context)
    visitor = Visitor(room, html)
    for _ in range(MOST_OF_ONE + 50):
        visitor.ask()
    visitor.settle()
    assert figures(context)["opens"] == MOST_OF_ONE
    room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
    visitor.ask()
    visitor.settle()
    assert figures(context)["opens"] == MOST_OF_ONE + 1


async def test_hits_of_a_store_that_is_away_are_kept_and_told_once(context, monkeypatch, caplog):
    room, html = await tracked(context)
    visitor = Visitor(room, html)

    def away(_store: Store, **_more: Any) -> Any:
        raise StoreError("The database can't be reached.", "Try again.")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "write", away)
        visitor.ask()
        visitor.recorder.write()
        visitor.recorder.write()
    assert len(caplog.records) == 1
    caplog.clear()
    visitor.settle()
    assert figures(context)["opens"] == 1


async def test_what_a_server_left_untold_the_next_one_tells(context):
    room, html = await tracked(context)
    visitor = Visitor(room, html)
    visitor.ask()
    visitor.recorder.write()
    room.clock.advance_to(room.clock.now() + timedelta(hours=1))
    HitRecorder(context).write()
    assert figures(context)["opens"] == 1
    Visitor(room, html).settle()
    assert figures(context)["opens"] == 1


async def test_T34_hits_of_many_emails_at_once_are_counted_as_their_records_say(context):
    publish(context)
    room, messages = await sent(context, tracks_opens=True, tracks_clicks=True, people=30)
    visitors = [Visitor(room, html_of(message)) for message in messages]
    recorder = visitors[0].recorder
    for number, visitor in enumerate(visitors):
        visitor.recorder = recorder
        for _ in range(number % 4):
            visitor.ask()
        if number % 3 == 0:
            visitor.ask(1)
    visitors[0].settle()
    for _ in range(3):
        recorder.write()
    counted = figures(context)
    assert (counted["opened"], counted["opens"]) == (22, sum(number % 4 for number in range(30)))
    assert (counted["clicked"], counted["clicks"]) == (10, 10)
    assert store_care.check_store(context).is_sound


async def test_the_links_of_a_person_who_was_erased_lead_nowhere_and_count_no_more(context):
    room, html = await tracked(context)
    visitor = Visitor(room, html)
    with context.store.read() as unit:
        [(contact,)] = unit.rows("SELECT id FROM contacts")
    erase_contact(context, as_uuid(contact))
    found = visitor.links.followed(visitor.tokens[0])
    assert found is not None
    assert visitor.links.target(*found) is None
    visitor.ask()
    visitor.settle()
    assert store_care.check_store(context).is_sound


async def test_an_email_that_is_made_anew_has_the_links_of_its_own_time(context):
    """It was put off, then its contact got another address: the links of the message that never left are gone."""
    publish(context)
    greylisted = iter([("rcpt", 450, "4.2.0", "Greylisted, please try again later")])
    room = make_room(context, [letter()], tracks_opens=True, tracks_clicks=True)
    post = TimedPost(room.clock, lambda _: next(greylisted, None))
    await run_for(context, post, minutes=1)
    with context.store.write() as unit:
        assert len(unit.rows("SELECT 1 FROM links")) == 3
        unit.run("UPDATE contacts SET email = 'new@example.net', email_key = 'new@example.net'")
        unit.run("UPDATE sequence_steps SET body_template = :body", {"body": '<a href="https://example.org">x</a>'})
        unit.changed(Topic.SEQUENCES, Topic.CONTACTS)
    await run_for(context, post, hours=2)
    [(_, transmission)] = post.delivered
    assert transmission.recipient == "new@example.net"
    with context.store.read() as unit:
        assert [row[0] for row in unit.rows("SELECT target FROM links")] == ["https://example.org"]
