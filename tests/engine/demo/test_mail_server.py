"""The tour's mail server takes, puts off and refuses as it was told, over real SMTP."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.demo.evidence import Letter, Refusal
from opendoors_desktop.engine.demo.mail_server import MailServer, running_mail_server

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)


def mail(recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "rep@example.com", recipient, "Grüße  aus Köln"
    message["Message-ID"] = "<1@example.com>"
    message.set_content("Ein langer Satz, der\numbrochen wird: żółw.")
    return message


async def test_it_keeps_what_it_takes_with_the_virtual_instant(tmp_path: Path):
    server = MailServer(VirtualClock(NOW), folder=tmp_path)
    async with running_mail_server(server):
        await aiosmtplib.send(mail("Ann@example.org"), hostname="127.0.0.1", port=server.port)

    text = "Grüße aus Köln Ein langer Satz, der umbrochen wird: żółw."
    subject = "Grüße  aus Köln"
    assert server.letters == [Letter("rep@example.com", "ann@example.org", "<1@example.com>", NOW, text, subject)]
    assert b"Message-ID: <1@example.com>" in (tmp_path / "00001.eml").read_bytes()


async def test_it_puts_the_slow_off_as_often_as_told():
    clock = VirtualClock(NOW)
    server = MailServer(clock, slow={"ann@example.org": 1})
    async with running_mail_server(server):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as put_off:
            await aiosmtplib.send(mail("ann@example.org"), hostname="127.0.0.1", port=server.port)
        clock.advance_to(LATER)
        await aiosmtplib.send(mail("ann@example.org"), hostname="127.0.0.1", port=server.port)

    assert put_off.value.recipients[0].code == 451
    assert server.refusals == [Refusal("rep@example.com", "ann@example.org", NOW, 451)]
    assert [letter.received_at for letter in server.letters] == [LATER]


async def test_it_refuses_who_is_not_there():
    server = MailServer(VirtualClock(NOW), unknown=frozenset({"ann@example.org"}))
    async with running_mail_server(server):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await aiosmtplib.send(mail("ann@example.org"), hostname="127.0.0.1", port=server.port)

    assert refused.value.recipients[0].code == 550
    assert (server.letters, [each.code for each in server.refusals]) == ([], [550])
