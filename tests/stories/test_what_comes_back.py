"""Thirty people are written to by real servers; what they send back decides who is written to again."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from opendoors_desktop.domain.mail_host import AuthMethod, Security
from opendoors_desktop.domain.mail_host import MailHost as Host
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.post import Post
from opendoors_desktop.store.database import Store
from tests.builders import Room, change_mailbox, email, make_room, open_context
from tests.fixtures_store import fresh_file, sqlite_store, store_file
from tests.servers.mail_host import ELSEWHERE, HERE, PASSWORD, MailHost, running_mail_host

__all__ = ["fresh_file", "sqlite_store", "store_file"]

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(180)]

REP = "ann@example.com"
PEOPLE = 30
ANSWER, AWAY, GONE, FULL, OPT_OUT = range(5), range(5, 8), (8, 9), (10, 11), (12, 13)
SILENT = range(14, PEOPLE)
BACK_IN = timedelta(days=10)


def address_of(number: int) -> str:
    if number in GONE:
        return f"gone{number}@{ELSEWHERE}"
    return f"full{number}@{ELSEWHERE}" if number in FULL else f"person{number}@{HERE}"


def written(sender: str, to: str, subject: str, text: str, answers: EmailMessage | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{sender}.{len(text)}>"
    if answers is not None:
        message["In-Reply-To"] = message["References"] = answers["Message-ID"]
    message.set_content(text)
    return message


def answer_all(host: MailHost) -> None:
    """Five people answer, one from another address, one by a new thread; two opt out by their program's button."""
    for number in ANSWER:
        own = address_of(number)
        [mail] = host.wait_for(own, 1)
        sender = "private0@example.net" if number == 0 else own
        message = written(sender, REP, f"Re: {mail['Subject']}", "Yes, gladly.", None if number == 1 else mail)
        host.post(message, sender)
    for number in OPT_OUT:
        own = address_of(number)
        [mail] = host.wait_for(own, 1)
        target = urlsplit(str(mail["List-Unsubscribe"]).split(",")[0].strip(" <>"))
        host.post(written(own, target.path, parse_qs(target.query)["subject"][0], ""), own)


@pytest.fixture
def context(sqlite_store: Store, tmp_path: Path) -> Context:
    now = datetime.now(UTC)  # noqa: TID251  # real servers date what they deliver
    return open_context(sqlite_store, tmp_path, VirtualClock(now))


def furnish(context: Context, host: MailHost) -> Room:
    room = make_room(context, [email(), email(3, None)], people=PEOPLE, port=host.smtp)
    smtp = Host("127.0.0.1", host.smtp, Security.NONE, REP)
    change_mailbox(
        context,
        room.mailbox,
        smtp=smtp,
        imap=Host("127.0.0.1", host.imap, Security.NONE, REP),
        auth=AuthMethod.PASSWORD,
    )
    context.secrets.set(room.mailbox.secret_name, PASSWORD)
    with context.store.write() as unit:
        rows = unit.rows("SELECT contact_id FROM sequence_enrollments ORDER BY id")
        for number, (contact_id,) in enumerate(rows):
            unit.run(
                "UPDATE contacts SET email = :email, email_key = :email WHERE id = :id",
                {"email": address_of(number), "id": contact_id},
            )
    return room


async def send_what_is_due(context: Context, after: timedelta = timedelta()) -> None:
    assert isinstance(context.clock, VirtualClock)
    context.clock.advance_to(context.clock.now() + after)
    await Scheduler(context, SchedulerOptions(mode=RunMode.UNTIL_IDLE), Post()).run()


def endings(context: Context) -> dict[str, str]:
    """How each enrollment stands, by address: why it ended, or its status."""
    with context.store.read() as unit:
        rows = unit.rows(
            "SELECT c.email, COALESCE(e.completion_reason, e.status) FROM sequence_enrollments e"
            " JOIN contacts c ON c.id = e.contact_id"
        )
    return {row[0]: row[1] for row in rows}


async def test_what_thirty_people_send_back_decides_who_is_written_to_again(context: Context):
    addresses = [address_of(number) for number in range(PEOPLE)]
    with running_mail_host([REP, *(each for each in addresses if each.endswith(HERE))]) as host:
        back_on = context.clock.now() + BACK_IN
        for number in AWAY:
            host.set_vacation(address_of(number), f"I am out of the office until {back_on:%d %B %Y}.")
        furnish(context, host)

        await send_what_is_due(context)
        host.wait_for(REP, len(AWAY) + len(GONE) + len(FULL))
        answer_all(host)
        came = host.wait_for(REP, len(AWAY) + len(GONE) + len(FULL) + len(ANSWER) + len(OPT_OUT))
        assert len(came) == 14
        await send_what_is_due(context, timedelta(days=3, hours=1))

        received = {address: len(host.mails(address)) for address in addresses if address.endswith(HERE)}
        for number in SILENT:
            assert host.wait_for(address_of(number), 2)
        for number in (*ANSWER, *AWAY, *OPT_OUT):
            assert received[address_of(number)] == 1, address_of(number)
        assert sorted(host.outside.tried) == sorted(
            [*(address_of(number) for number in GONE), *(address_of(number) for number in FULL for _ in range(2))]
        )
        found = endings(context)
        assert {found[address_of(number)] for number in ANSWER} == {"replied"}
        assert {found[address_of(number)] for number in GONE} == {"bounced"}
        assert {found[address_of(number)] for number in OPT_OUT} == {"unsubscribed"}
        assert {found[address_of(number)] for number in AWAY} == {"active"}

        await send_what_is_due(context, BACK_IN)
        for number in AWAY:
            assert len(host.wait_for(address_of(number), 2)) == 2
        for number in (*ANSWER, *OPT_OUT):
            assert len(host.mails(address_of(number))) == 1
        assert check_store(context).is_sound
