"""Mailboxes tried by a person: one in use, whose outcome is kept, and one that isn't saved yet."""

import pytest

from opendoors_desktop.domain.errors import InputError, SecretError
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.engine.commands.mailbox_trials import try_mailbox, try_new_mailbox
from opendoors_desktop.engine.commands.mailboxes import NewMailbox, add_mailbox, list_mailboxes
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.mailboxes import read_checks
from tests.fakes.keyring import MemoryKeyring
from tests.fixtures_smtp import free_port, running_mail_host
from tests.fixtures_store import NOW


@pytest.fixture(autouse=True)
def _empty_keyring() -> None:
    """What another test kept under the same key isn't this one's."""
    MemoryKeyring.entries.clear()


def new(port: int, secret: str = "right", address: str = "ann@example.com") -> NewMailbox:
    return NewMailbox(address, MailHost("127.0.0.1", port, Security.NONE), secret, auth=AuthMethod.PASSWORD)


async def test_a_mailbox_is_tried_stage_by_stage_and_the_outcome_kept(context: Context):
    async with running_mail_host(login=True) as host:
        mailbox_id = add_mailbox(context, new(host.port))
        stages = await try_mailbox(context, mailbox_id)
    assert [(stage.name, stage.is_ok) for stage in stages] == [
        ("connect", True), ("ehlo", True), ("auth", True), ("mail", True),
    ]  # fmt: skip
    with context.store.read() as unit:
        checks, checked_at = read_checks(unit, mailbox_id)
    assert checks["smtp"]["auth"] == {"ok": True, "text": ""}
    assert checked_at == NOW


async def test_a_wrong_password_is_told_with_advice(context: Context):
    async with running_mail_host(login=True) as host:
        stages = await try_mailbox(context, add_mailbox(context, new(host.port, "wrong")))
    assert [stage.is_ok for stage in stages] == [True, True, False, None]
    assert "password" in stages[2].advice
    assert "535" in stages[2].text


async def test_without_its_secret_a_mailbox_is_not_tried(context: Context):
    mailbox_id = add_mailbox(context, new(free_port()))
    context.secrets.delete(f"mailbox:{mailbox_id}")
    with pytest.raises(SecretError) as caught:
        await try_mailbox(context, mailbox_id)
    assert caught.value.code == "secret_missing"


async def test_settings_are_tried_before_anything_is_kept(context: Context):
    async with running_mail_host(login=True) as host:
        stages = await try_new_mailbox(context, new(host.port))
    assert all(stage.is_ok for stage in stages)
    assert list_mailboxes(context) == []
    assert MemoryKeyring.entries == {}


async def test_settings_that_cannot_be_used_are_told_at_once(context: Context):
    with pytest.raises(InputError, match="can't be used"):
        await try_new_mailbox(context, new(1, address="nobody"))
