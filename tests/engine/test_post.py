"""The two children and their parent: what is asked for is answered once, whatever happens to either of them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.engine.post import Post
from opendoors_desktop.engine.renderer import RenderLimits
from opendoors_desktop.mail.frames import (
    Accepted,
    Built,
    ChildEnded,
    ChildStarted,
    Closed,
    ConnectFailed,
    Lost,
    MessageHeaders,
    PostEvent,
    Ready,
    Refused,
    RenderFailed,
    RenderJob,
    SmtpFailure,
    SmtpSettings,
    TemplateSource,
    Transmission,
)
from opendoors_desktop.mail.worker import FAULT_POINTS
from tests.fakes.post import FakePost
from tests.fixtures_smtp import Sink, free_port, greet, running_sink, talking_server

MAILBOX = UUID(int=77)
HEAD = MessageHeaders("ann@example.com", "Ann", "bob@example.net", "Bob", "<1@example.com>", 0)
HELLO = TemplateSource("hello", "Hi {{ first_name }}", "<p>Hello {{ first_name }}</p>", is_html=True)
HOG = TemplateSource(
    "hog",
    "s",
    "{% if hungry %}{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}"
    "{% endfor %}{% endfor %}{% endif %}ok",
    is_html=False,
)
QUICK = RenderLimits(cpu_seconds=0.3, wall_seconds=8.0)
AnyPost = Post | FakePost


def job(number: int, template: str = "hello", **fields: object) -> RenderJob:
    return RenderJob(UUID(int=number), template, {"first_name": "Ana", **fields}, HEAD)


def mail(number: int) -> Transmission:
    return Transmission(UUID(int=number), "ann@example.com", "bob@example.net", b"Subject: %d\r\n\r\nHi\r\n" % number)


def loopback(port: int, **changes: Any) -> SmtpSettings:
    return SmtpSettings(**{"host": "127.0.0.1", "port": port, "security": "none", "auth": "none", **changes})


class Reader:
    """Takes events as they come and waits for those a test wants."""

    def __init__(self, post: AnyPost) -> None:
        self.post = post
        self.seen: list[PostEvent] = []

    def all(self, *kinds: type[Any]) -> list[Any]:
        """The events of these kinds so far."""
        return [event for event in self.seen if isinstance(event, kinds)]

    async def until(self, is_enough: Callable[[], bool]) -> None:
        """Take events until it is enough; fails after 30 seconds."""
        async with asyncio.timeout(30):
            while True:
                self.seen += self.post.take()
                if is_enough():
                    return
                await self.post.wake.wait()

    async def first(self, count: int, *kinds: type[Any]) -> list[Any]:
        """The first `count` events of these kinds."""
        await self.until(lambda: len(self.all(*kinds)) >= count)
        return self.all(*kinds)[:count]


@asynccontextmanager
async def running(post: AnyPost, patience: float = 5.0) -> AsyncIterator[Reader]:
    await post.start()
    reader = Reader(post)
    try:
        yield reader
    finally:
        await post.close(patience)
        reader.seen += post.take()


@pytest.fixture(params=["real", "fake"])
def post(request) -> AnyPost:
    return Post() if request.param == "real" else FakePost()


# The contract, which the fake keeps as well ---------------------------------------------------------------------------


async def test_each_job_is_answered_in_order(post):
    async with running(post) as events:
        post.define_template(HELLO)
        post.render([job(1), job(2, first_name=""), job(3, "unknown"), job(4)])
        found = await events.first(4, Built, RenderFailed)

    assert [one.id.int for one in found] == [1, 2, 3, 4]
    assert isinstance(found[0], Built)
    assert found[0].subject == "Hi Ana"
    assert [one.code for one in found if isinstance(one, RenderFailed)] == ["missing_variable", "unknown_template"]


async def test_a_field_that_cannot_be_written_down_fails_its_own_job(post):
    async with running(post) as events:
        post.define_template(HELLO)
        post.render([job(1, first_name="half \ud83d"), job(2)])
        found = await events.first(2, Built, RenderFailed)

    assert {one.id.int: type(one) for one in found} == {1: RenderFailed, 2: Built}
    assert next(one.code for one in found if isinstance(one, RenderFailed)) == "bad_value"


async def test_lines_are_opened_used_and_closed(post):
    with running_sink() as sink:
        async with running(post) as events:
            post.open(MAILBOX, loopback(sink.port), "", 3)
            ready = await events.first(3, Ready)
            assert sorted(one.connection for one in ready) == [0, 1, 2]
            for number in range(3):
                post.transmit(MAILBOX, number, mail(number))
            taken = await events.first(3, Accepted)
            assert {(one.id.int, one.connection, one.is_ready) for one in taken} == {(n, n, True) for n in range(3)}
            post.close_mailbox(MAILBOX)
            assert {one.connection for one in await events.first(3, Closed)} == {0, 1, 2}
            post.transmit(MAILBOX, 0, mail(9))
            (lost,) = await events.first(1, Lost)
            assert (lost.id, lost.phase) == (UUID(int=9), "connect")


async def test_asking_again_adds_what_is_missing(post):
    with running_sink() as sink:
        async with running(post) as events:
            for wanted in (1, 2, 2):
                post.open(MAILBOX, loopback(sink.port), "", wanted)
                await events.first(wanted, Ready)
            assert sorted(one.connection for one in events.all(Ready)) == [0, 1]


async def test_a_host_that_cannot_be_reached_is_told_once():
    failure = SmtpFailure("connect", 0, "", "Nothing answers.", "refused")
    for post in (Post(), FakePost(failures={MAILBOX: failure})):
        async with running(post) as events:
            post.open(MAILBOX, loopback(free_port()), "", 5)
            (found,) = await events.first(1, ConnectFailed)
            assert (found.mailbox_id, found.failure.cause, found.connections) == (MAILBOX, "refused", 0)
        assert len(events.all(ConnectFailed)) == 1


async def test_a_refusal_and_a_loss_are_told_apart():
    def answer(transmission: Transmission) -> tuple[str, int, str, str] | str:
        return "dot" if transmission.id.int == 2 else ("rcpt", 550, "5.1.1", "no such user")

    async def talk(reader, writer):
        await greet(reader, writer, "PIPELINING")
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 ok\r\n550 5.1.1 no such user\r\n503 no\r\n")
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n")
        await reader.readuntil(b"\r\n.\r\n")

    async with talking_server(talk) as port:
        for post in (Post(), FakePost(answer)):
            async with running(post) as events:
                post.open(MAILBOX, loopback(port), "", 1)
                await events.first(1, Ready)
                post.transmit(MAILBOX, 0, mail(1))
                (refused,) = await events.first(1, Refused)
                assert (refused.phase, refused.code, refused.is_ready) == ("rcpt", 550, True)
                post.transmit(MAILBOX, 0, mail(2))
                (lost,) = await events.first(1, Lost)
                assert (lost.id.int, lost.phase) == (2, "dot")


# The render child -----------------------------------------------------------------------------------------------------


async def test_T78_fault_39_a_template_that_never_ends_fails_alone_after_its_time():
    async with running(Post(limits=QUICK)) as events:
        events.post.define_template(HELLO)
        events.post.define_template(HOG)
        jobs = [job(n, "hog", hungry=n == 20) if n % 2 == 0 else job(n) for n in range(60)]
        events.post.render(jobs)
        found = await events.first(60, Built, RenderFailed)

    failed = [one for one in found if isinstance(one, RenderFailed)]
    assert [(one.id.int, one.code) for one in failed] == [(20, "template_timeout")]
    assert sorted(one.id.int for one in found) == list(range(60))
    assert len(events.all(ChildEnded)) == 2  # in company, then alone


async def test_T78_a_template_that_has_killed_three_times_is_not_tried_again():
    async with running(Post(limits=QUICK)) as events:
        events.post.define_template(HOG)
        events.post.define_template(HELLO)
        events.post.render([job(n, "hog", hungry=True) for n in range(50)])
        events.post.render([job(99)])
        await events.first(51, Built, RenderFailed)

    assert {one.code for one in events.all(RenderFailed)} == {"template_timeout"}
    assert [one.id.int for one in events.all(Built)] == [99]
    assert len(events.all(ChildEnded)) == 4


async def test_T78_where_there_is_no_processor_timer_the_parents_watch_ends_it():
    async with running(Post(limits=RenderLimits(cpu_seconds=60.0, wall_seconds=0.5))) as events:
        events.post.define_template(HOG)
        events.post.render([job(1, "hog"), job(2, "hog", hungry=True), job(3, "hog")])
        found = await events.first(3, Built, RenderFailed)

    assert {one.id.int: type(one) for one in found} == {1: Built, 2: RenderFailed, 3: Built}
    assert len(events.all(ChildEnded)) == 3  # in company, then alone twice: a stall may be the computer's fault


async def test_a_child_that_says_nothing_for_too_long_is_ended_and_its_jobs_done_again():
    async with running(Post(limits=RenderLimits(wall_seconds=0.5))) as events:
        events.post.define_template(HELLO)
        started = next(one for one in await events.first(2, ChildStarted) if one.kind == "render")
        os.kill(started.pid, signal.SIGSTOP)
        events.post.render([job(n) for n in range(10)])
        found = await events.first(10, Built)

    assert [one.id.int for one in found] == list(range(10))
    assert "no answer for 0.5 s" in events.all(ChildEnded)[0].text


async def test_a_render_child_killed_from_outside_costs_no_job():
    async with running(Post()) as events:
        events.post.define_template(HELLO)
        started = next(one for one in await events.first(2, ChildStarted) if one.kind == "render")
        events.post.render([job(n) for n in range(2000)])
        await events.first(1, Built)
        os.kill(started.pid, signal.SIGKILL)
        found = await events.first(2000, Built)

    assert sorted(one.id.int for one in found) == list(range(2000))


async def test_a_forgotten_template_is_unknown_again(monkeypatch):
    monkeypatch.setattr("opendoors_desktop.engine.renderer._REMEMBERED", 1)
    async with running(Post()) as events:
        events.post.define_template(HELLO)
        events.post.render([job(1)])
        await events.first(1, Built)
        events.post.define_template(HOG)
        events.post.render([job(2), job(3, "hog")])
        await events.first(3, Built, RenderFailed)

    assert [one.code for one in events.all(RenderFailed)] == ["unknown_template"]


async def test_a_template_that_cannot_be_written_down_is_unknown():
    async with running(Post()) as events:
        events.post.define_template(TemplateSource("bad", "half \ud83d", "b", is_html=False))
        events.post.render([job(1, "bad")])
        (found,) = await events.first(1, RenderFailed)

    assert found.code == "unknown_template"


async def test_memory_is_boxed():
    greedy = TemplateSource(
        "greedy", "s", "{% set l = (words ~ '') %}" + "{% set l = l ~ 'x' %}" * 10 + "{{ l }}", False
    )
    async with running(Post(limits=RenderLimits(memory=24 * 1024 * 1024))) as events:
        events.post.define_template(greedy)
        events.post.define_template(HELLO)
        events.post.render([job(1, "greedy", words="x" * 12_000_000), job(2)])
        await events.first(2, Built, RenderFailed)

    assert [one.id.int for one in events.all(RenderFailed)] == [1]
    assert [one.id.int for one in events.all(Built)] == [2]


# The post child -------------------------------------------------------------------------------------------------------


async def test_a_kill_of_the_render_child_breaks_no_open_dialogue():
    with running_sink("-W", ".:1") as sink:
        async with running(Post(limits=QUICK)) as events:
            events.post.define_template(HOG)
            events.post.open(MAILBOX, loopback(sink.port), "", 8)
            for one in await events.first(8, Ready):
                events.post.transmit(MAILBOX, one.connection, mail(one.connection))
            events.post.render([job(100, "hog", hungry=True)])
            await events.first(1, RenderFailed)
            taken = await events.first(8, Accepted)

        assert len(events.all(ChildEnded)) == 2
        assert {one.kind for one in events.all(ChildEnded)} == {"render"}
        assert len({one.id for one in taken}) == 8 == len(sink.captured())


async def test_when_the_post_child_dies_what_it_had_is_unknown_and_the_rest_closed():
    with running_sink("-W", ".:5") as sink:
        async with running(Post()) as events:
            started = next(one for one in await events.first(2, ChildStarted) if one.kind == "post")
            events.post.open(MAILBOX, loopback(sink.port), "", 3)
            await events.first(3, Ready)
            events.post.transmit(MAILBOX, 1, mail(1))
            await asyncio.sleep(0.1)
            os.kill(started.pid, signal.SIGKILL)
            (ended,) = await events.first(1, ChildEnded)
            (lost,) = await events.first(1, Lost)
            assert (lost.id.int, lost.phase, ended.kind) == (1, "dot", "post")
            assert {one.connection for one in events.all(Closed)} == {0, 2}
            events.post.open(MAILBOX, loopback(sink.port), "", 1)
            assert len(await events.first(4, Ready)) == 4


async def test_a_wish_that_dies_with_the_child_is_answered():
    async def silent(reader, writer):
        await reader.read()

    async with talking_server(silent) as port, running(Post()) as events:
        started = next(one for one in await events.first(2, ChildStarted) if one.kind == "post")
        events.post.open(MAILBOX, loopback(port), "", 3)
        await asyncio.sleep(0.1)
        os.kill(started.pid, signal.SIGKILL)
        (failed,) = await events.first(1, ConnectFailed)

    assert failed.failure.cause == "closed"


async def test_closing_waits_for_the_answers_under_way():
    with running_sink("-W", ".:1") as sink:
        async with running(Post()) as events:
            events.post.open(MAILBOX, loopback(sink.port), "", 2)
            await events.first(2, Ready)
            events.post.transmit(MAILBOX, 0, mail(1))
            await asyncio.sleep(0.1)

    assert [one.id.int for one in events.all(Accepted)] == [1]


async def test_closing_without_patience_leaves_the_fate_unknown():
    with running_sink("-W", ".:30") as sink:
        async with running(Post(), patience=0.3) as events:
            events.post.open(MAILBOX, loopback(sink.port), "", 1)
            await events.first(1, Ready)
            events.post.transmit(MAILBOX, 0, mail(1))
            await asyncio.sleep(0.1)

    assert [(one.id.int, one.phase) for one in events.all(Lost)] == [(1, "dot")]


async def test_fault_06_one_notice_for_a_mailbox_that_gets_some_connections_but_not_all():
    greeted = 0

    async def talk(reader, writer):
        nonlocal greeted
        greeted += 1
        if greeted > 2:
            writer.write(b"421 4.7.0 too many connections\r\n")
            return
        await greet(reader, writer)
        await reader.readline()

    async with talking_server(talk) as port, running(Post()) as events:
        events.post.open(MAILBOX, loopback(port), "", 6)
        (failed,) = await events.first(1, ConnectFailed)
        await events.first(2, Ready)
        await asyncio.sleep(0.1)

    assert (failed.failure.code, failed.connections) == (421, 2)
    assert len(events.all(ConnectFailed)) == 1


async def test_new_settings_close_the_old_connections():
    with running_sink() as first, running_sink() as second:
        async with running(Post()) as events:
            events.post.open(MAILBOX, loopback(first.port), "", 1)
            await events.first(1, Ready)
            events.post.open(MAILBOX, loopback(second.port), "", 1)
            await events.first(1, Closed)
            await events.first(2, Ready)
            events.post.transmit(MAILBOX, 0, mail(1))
            await events.first(1, Accepted)

        assert (len(first.captured()), len(second.captured())) == (0, 1)


# Deaths at named points -----------------------------------------------------------------------------------------------


async def _one_message(sink: Sink, point: str) -> list[PostEvent]:
    """What is told when the child dies at this point of the only message."""
    async with running(Post(environment={**os.environ, "OPENDOORS_FAULT": point})) as events:
        events.post.define_template(HELLO)
        events.post.render([job(1)])
        await events.first(1, Built)
        events.post.open(MAILBOX, loopback(sink.port), "", 1)
        await events.first(1, Ready)
        events.post.transmit(MAILBOX, 0, mail(1))
        await events.first(1, Lost, Accepted)
    return events.seen


@pytest.mark.parametrize("point", FAULT_POINTS)
async def test_fault_01_a_death_at_any_point_is_told_and_sends_nothing_twice(point):
    with running_sink() as sink:
        seen = await _one_message(sink, point)
        captured = len(sink.captured())

    ended = [one for one in seen if isinstance(one, ChildEnded)]
    assert [one.text for one in ended] == ["ended with status 137"]
    outcome = [one for one in seen if isinstance(one, Lost | Accepted)]
    if point.startswith("render"):
        assert isinstance(outcome[0], Accepted)
    else:
        assert [(one.id.int, getattr(one, "phase", "")) for one in outcome] == [(1, "dot")]
    assert captured <= 1
    if point in ("smtp.before_mail", "smtp.after_rcpt", "smtp.after_data", "smtp.mid_body", "smtp.before_dot"):
        assert captured == 0 or point in ("smtp.mid_body", "smtp.before_dot")
    if point in ("smtp.after_dot", "smtp.after_reply"):
        assert captured == 1


async def test_fault_01_the_second_time_is_counted():
    with running_sink() as sink:
        async with running(Post(environment={**os.environ, "OPENDOORS_FAULT": "smtp.before_mail:2"})) as events:
            events.post.open(MAILBOX, loopback(sink.port), "", 1)
            await events.first(1, Ready)
            events.post.transmit(MAILBOX, 0, mail(1))
            await events.first(1, Accepted)
            events.post.transmit(MAILBOX, 0, mail(2))
            (lost,) = await events.first(1, Lost)

        assert lost.id.int == 2
        assert len(sink.captured()) == 1
