"""Secrets read beside the loop: a keyring that doesn't answer stops nobody else, and its late answer is taken."""

import asyncio
import threading
from dataclasses import replace

import pytest

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.engine.secret_reader import SecretReader
from opendoors_desktop.store.secrets import MemorySecrets
from tests.builders import TimedPost, add_contacts, add_mailbox, add_sequence, enroll_all, open_context, run_for


class SlowSecrets(MemorySecrets):
    """Secrets behind a question that nobody has answered yet."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.asked = 0

    def get(self, name: str) -> str | None:
        self.asked += 1
        self.answered.wait(30)
        return super().get(name)


class LockedSecrets(MemorySecrets):
    """Secrets that are locked up."""

    def get(self, name: str) -> str | None:
        raise SecretError("The keyring is locked.", "Unlock it.")


async def test_what_is_there_is_read_and_what_fails_is_told():
    secrets = MemorySecrets()
    secrets.set("a", "word")
    reader = SecretReader(secrets.get)

    assert (await reader.get("a"), await reader.get("b")) == ("word", None)
    with pytest.raises(SecretError, match="locked"):
        await SecretReader(LockedSecrets().get).get("a")


async def test_fault_44_a_keyring_that_does_not_answer_is_asked_once_and_its_late_answer_taken():
    secrets = SlowSecrets()
    secrets.set("a", "word")
    reader = SecretReader(secrets.get, patience=0.02)
    for _ in range(3):
        with pytest.raises(SecretError, match="doesn’t answer"):
            await reader.get("a")
    assert secrets.asked == 1

    secrets.answered.set()
    await asyncio.sleep(0.05)
    assert await reader.get("a") == "word"


async def test_fault_44_a_silent_keyring_keeps_one_mailbox_and_no_other(usual_store, tmp_path, monkeypatch):
    monkeypatch.setattr(SecretReader.__init__, "__defaults__", (0.05, None))
    secrets = SlowSecrets()
    context = replace(open_context(usual_store, tmp_path), secrets=secrets)
    silent = add_mailbox(context, "locked@example.com", auth=AuthMethod.PASSWORD)
    free = add_mailbox(context, "free@example.com")
    for box, first in ((silent, 1), (free, 5)):
        enroll_all(context, add_sequence(context, box, name=box.address), add_contacts(context, 2, first=first))
    post = TimedPost(context.clock)
    await run_for(context, post, hours=1)
    secrets.answered.set()

    assert {each.mailbox_id for each in post.captures} == {free.id}
    assert len(post.captures) == 2
