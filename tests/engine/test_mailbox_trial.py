"""A mailbox's host tried stage by stage, live, against real servers on loopback."""

import asyncio
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.engine.mailbox_trial import Course, Stage, StageName, stages_of, try_hosts, try_imap, try_smtp
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store.mailboxes import Mailbox
from tests.fixtures_smtp import authority, free_port, greet, running_mail_host, talking_server
from tests.sequence_builders import key
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, user

__all__ = ["authority", "dovecot", "user"]

BOX = Mailbox(
    key(1), key(2), key(3), key(4), "ann@example.com", MailHost("smtp.example.com", 587),
    MailboxLimits(key(1), ZoneInfo("UTC")),
)  # fmt: skip
ALL = ["connect", "ehlo", "starttls", "auth", "mail"]


def local(port: int, security: Security = Security.NONE, auth: AuthMethod = AuthMethod.PASSWORD) -> Mailbox:
    return replace(BOX, smtp=MailHost("127.0.0.1", port, security, "ann@example.com"), auth=auth)


@pytest.mark.parametrize(
    "security, auth, names",
    [
        (Security.STARTTLS, AuthMethod.PASSWORD, ALL),
        (Security.TLS, AuthMethod.OAUTH, ["connect", "starttls", "ehlo", "auth", "mail"]),
        (Security.NONE, AuthMethod.NONE, ["connect", "ehlo", "mail"]),
    ],
)
def test_the_stages_of_a_host(security: Security, auth: AuthMethod, names: list[str]):
    assert list(stages_of(security, auth)) == names
    assert list(stages_of(security, auth, is_read=True)) == [*names, "imap"]


@pytest.mark.parametrize(
    "phase, cause, words",
    [
        ("connect", "dns", "name"), ("connect", "refused", "port"), ("ehlo", "reply", "host says"),
        ("starttls", "tls", "certificate"), ("auth", "reply", "password"), ("auth", "no_auth", "lets nobody"),
        ("mail", "reply", "may write"), ("quit", "closed", "Try again"),
    ],
)  # fmt: skip
def test_a_failure_is_told_at_its_stage(phase: str, cause: str, words: str):
    told: list[Stage] = []
    course = Course(stages_of(Security.STARTTLS, AuthMethod.PASSWORD), told.append, iter(range(99)).__next__)
    course.fail(SmtpFailure(phase, 0, "", "what was said", cause))

    (failed,) = [stage for stage in course.stages if stage.is_ok is False]
    assert failed.name == (phase if phase != "quit" else "connect")
    assert (failed.text, failed.seconds) == ("what was said", 1)
    assert words in failed.advice
    at = course.stages.index(failed)
    assert all(stage.is_ok for stage in course.stages[:at])
    assert all(stage.is_ok is None for stage in course.stages[at + 1 :])
    assert told == course.stages[: at + 1]


def test_a_phase_that_comes_again_is_no_news():
    told: list[Stage] = []
    course = Course(stages_of(Security.STARTTLS, AuthMethod.PASSWORD), told.append, iter(range(99)).__next__)
    for phase in ("ehlo", "starttls", "ehlo", "auth"):
        course.reached(phase)
    assert [stage.name for stage in told] == ["connect", "ehlo", "starttls"]
    course.succeed()
    assert [stage.name for stage in told] == ALL


async def test_a_real_host_lets_us_in_with_the_right_password_only():
    told: list[Stage] = []
    async with running_mail_host(login=True) as host:
        good = await try_smtp(local(host.port), "right", told.append)
        bad = await try_smtp(local(host.port), "wrong")
    assert [stage.is_ok for stage in good] == [True, True, True, True]
    assert told == list(good)
    assert all(stage.seconds is not None and stage.seconds >= 0 for stage in good)
    assert [stage.is_ok for stage in bad] == [True, True, False, None]
    assert bad[2].name is StageName.SIGN_IN
    assert "password" in bad[2].advice
    assert host.taken == []
    assert host.logins == [("ann@example.com", "right"), ("ann@example.com", "wrong")]


async def test_a_port_nobody_listens_on_is_told():
    stages = await try_smtp(local(free_port()), "right")
    assert [stage.is_ok for stage in stages] == [False, None, None, None]
    assert "firewall" in stages[0].advice


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_nobody_vouches_for_is_told_before_the_password_leaves(authority, security: Security):
    is_implicit = security is Security.TLS
    async with running_mail_host(tls=authority.server("self_signed"), implicit=is_implicit, login=True) as host:
        stages = await try_smtp(local(host.port, security), "right")
    (failed,) = [stage for stage in stages if stage.is_ok is False]
    assert failed.name is StageName.ENCRYPT
    assert "can't be trusted" in failed.text
    assert host.logins == []


async def test_a_host_that_does_not_take_the_sender_is_told():
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await greet(reader, writer)
        await reader.readuntil(b"\r\n")
        writer.write(b"553 5.7.1 Not your address\r\n")
        await reader.read()

    async with talking_server(refuse) as port:
        stages = await try_smtp(local(port, auth=AuthMethod.NONE), "")
    assert [stage.is_ok for stage in stages] == [True, True, False]
    assert "Not your address" in stages[2].text
    assert "may write" in stages[2].advice


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_a_host_that_never_answers_is_given_up():
    async with talking_server(_say_nothing) as port:
        stages = await try_smtp(local(port), "x", patience=0.05)
    assert (stages[0].is_ok, stages[0].text) == (False, "The host doesn't answer.")


async def test_a_trial_nobody_waits_for_any_more_ends():
    async with talking_server(_say_nothing) as port:
        stages = await try_smtp(local(port), "x", is_cancelled=lambda: True)
    assert (stages[0].is_ok, stages[0].text) == (False, "The test was stopped.")


# Reading --------------------------------------------------------------------------------------------------------------


def readable(dovecot: Dovecot, user: str, smtp_port: int = 1, **changes: Any) -> Mailbox:
    """A mailbox on loopback that is read at Dovecot."""
    imap = replace(MailHost("127.0.0.1", dovecot.port, Security.NONE, user), **changes)
    return replace(local(smtp_port), imap=imap)


@pytest.mark.servers
def test_a_mailbox_is_read_and_a_refusal_says_what_to_look_at(dovecot: Dovecot, user: str):
    seconds = iter(range(99)).__next__
    assert try_imap(readable(dovecot, user), PASSWORD, seconds) == Stage(StageName.READ, True, seconds=1)

    refused = try_imap(readable(dovecot, user), "wrong-word")
    assert refused.is_ok is False
    assert "user name and password" in refused.advice
    assert "wrong-word" not in refused.text


@pytest.mark.servers
async def test_reading_is_tried_last_and_only_where_sending_goes(dovecot: Dovecot, user: str):
    told: list[Stage] = []
    async with running_mail_host(login=True) as host:
        host.passwords["ann@example.com"] = PASSWORD
        good = await try_hosts(readable(dovecot, user, host.port), PASSWORD, told.append)
        bad = await try_hosts(readable(dovecot, user, host.port), "wrong")
    unread = await try_hosts(local(free_port()), "x")

    assert [stage.name for stage in good][-1] is StageName.READ
    assert all(stage.is_ok for stage in good)
    assert told == list(good)
    assert (bad[-1].name, bad[-1].is_ok) == (StageName.READ, None)
    assert StageName.READ not in [stage.name for stage in unread]
