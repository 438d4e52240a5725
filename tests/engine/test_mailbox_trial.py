"""A mailbox's host tried stage by stage, against a stand-in and against real servers on loopback."""

from collections.abc import AsyncIterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.engine.mailbox_trial import Stage, StageName, report, stages_of, try_smtp
from opendoors_desktop.engine.post import Post
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store.mailboxes import Mailbox
from tests.fakes.post import FakePost
from tests.fixtures_smtp import free_port, running_mail_host
from tests.sequence_builders import key

BOX = Mailbox(
    key(1), key(2), key(3), key(4), "ann@example.com", MailHost("smtp.example.com", 587),
    MailboxLimits(key(1), ZoneInfo("UTC")),
)  # fmt: skip


@pytest.mark.parametrize(
    "security, auth, names",
    [
        (Security.STARTTLS, AuthMethod.PASSWORD, ["connect", "ehlo", "starttls", "auth"]),
        (Security.TLS, AuthMethod.OAUTH, ["connect", "ehlo", "auth"]),
        (Security.NONE, AuthMethod.NONE, ["connect", "ehlo"]),
    ],
)
def test_the_stages_of_a_host(security: Security, auth: AuthMethod, names: list[str]):
    box = replace(BOX, smtp=MailHost("h", 1, security), auth=auth)
    assert list(stages_of(box)) == names
    assert report(box, None) == tuple(Stage(StageName(name), True) for name in names)


@pytest.mark.parametrize(
    "phase, cause, words",
    [
        ("connect", "dns", "name"), ("connect", "refused", "port"), ("ehlo", "reply", "host says"),
        ("starttls", "tls", "certificate"), ("auth", "reply", "password"), ("auth", "no_auth", "lets nobody"),
        ("quit", "closed", "Try again"),
    ],
)  # fmt: skip
def test_a_failure_is_told_at_its_stage(phase: str, cause: str, words: str):
    stages = report(BOX, SmtpFailure(phase, 0, "", "what was said", cause))
    (failed,) = [stage for stage in stages if stage.is_ok is False]
    assert failed.name == (phase if phase != "quit" else "connect")
    assert failed.text == "what was said"
    assert words in failed.advice
    at = stages.index(failed)
    assert all(stage.is_ok for stage in stages[:at])
    assert all(stage.is_ok is None for stage in stages[at + 1 :])


async def test_a_host_that_never_answers_is_given_up():
    class Silent(FakePost):
        def open(self, *_: object) -> None:
            """Say nothing."""

    post = Silent()
    await post.start()
    stages = await try_smtp(post, BOX, "x", patience=0.05)
    assert (stages[0].is_ok, stages[0].text) == (False, "The host doesn't answer.")


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A real post."""
    started = Post()
    await started.start()
    yield started
    await started.close(1.0)


def local(port: int) -> Mailbox:
    return replace(BOX, smtp=MailHost("127.0.0.1", port, Security.NONE, "ann@example.com"))


async def test_a_real_host_lets_us_in_with_the_right_password_only(post: Post):
    async with running_mail_host(login=True) as host:
        good = await try_smtp(post, local(host.port), "right")
        bad = await try_smtp(post, local(host.port), "wrong")
    assert [stage.is_ok for stage in good] == [True, True, True]
    assert [stage.is_ok for stage in bad] == [True, True, False]
    assert host.taken == []


async def test_a_port_nobody_listens_on_is_told(post: Post):
    stages = await try_smtp(post, local(free_port()), "right")
    assert [stage.is_ok for stage in stages] == [False, None, None]
    assert "firewall" in stages[0].advice
