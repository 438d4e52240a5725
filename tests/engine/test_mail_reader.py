"""The reading child: answers, is ended when a mail takes too long, and goes on with the next."""

import asyncio
import os
import signal
import sys

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.inbound import InboundKind
from opendoors_desktop.engine.mail_reader import MailReader
from tests.mail.inbound_builders import mail


async def test_mails_are_read_one_after_the_other():
    reader = MailReader()
    await reader.start()
    try:
        first = await reader.read(mail("Not interested."))
        second = await reader.read(mail("Our secret word", List_Id="<x>"), own_lines=("x",))
        with pytest.raises(InputError) as caught:
            await reader.read(b"nothing")
    finally:
        await reader.close()

    assert (first.kind, first.subtype) == (InboundKind.MESSAGE, "not_interested")
    assert second.visible_text == "Our secret word"
    assert caught.value.code == "no_mail"


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be stopped there")
async def test_fault_33_a_mail_that_takes_too_long_is_given_up_and_the_next_is_read():
    reader = MailReader(wall_seconds=3.0)
    await reader.start()
    try:
        await reader.read(mail("Hello"))
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        with pytest.raises(InputError) as caught:
            await reader.read(mail("Hello"))
        after = await reader.read(mail("Hello again"))
    finally:
        await reader.close()

    assert caught.value.code == "too_long"
    assert after.visible_text == "Hello again"


@pytest.mark.skipif(sys.platform == "win32", reason="its processes end otherwise")
async def test_fault_33_a_child_that_dies_of_a_mail_is_started_again():
    reader = MailReader(cpu_seconds=0.002)
    await reader.start()
    try:
        with pytest.raises(InputError) as caught:
            await reader.read(mail("user unknown " * 20_000, Return_Path="<>", Subject="failure notice"))
        with pytest.raises(InputError) as after:
            await reader.read(b"a")
    finally:
        await reader.close()

    assert caught.value.code == "too_long"
    assert after.value.code == "no_mail"


@pytest.mark.skipif(sys.platform == "win32", reason="its processes end otherwise")
async def test_fault_33_among_many_mails_the_one_that_kills_the_child_is_given_up_and_the_others_are_read():
    reader = MailReader(cpu_seconds=0.1)
    bomb = mail("user unknown " * 2_000_000, Return_Path="<>", Subject="failure notice")
    await reader.start()
    try:
        found = await reader.read_all([mail("One"), b"nothing", bomb, mail("Two"), mail("Three")])
    finally:
        await reader.close()

    assert [each and each.visible_text for each in found] == ["One", None, None, "Two", "Three"]


async def test_mails_are_told_of_for_other_threads():
    reader = MailReader()
    await reader.start()
    try:
        found = await asyncio.to_thread(reader.from_threads(), [mail("One"), mail("Two")], ())
    finally:
        await reader.close()

    assert [each and each.visible_text for each in found] == ["One", "Two"]
