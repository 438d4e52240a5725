"""Access that lasts: renewed in time, once for all who ask, and never at the price of the sign-in."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # those who ask at the same time
from datetime import timedelta

import pytest

from opendoors_desktop.domain.errors import MailError, SecretError
from opendoors_desktop.domain.sign_in import Client, Grant, read_grant
from opendoors_desktop.engine.access_tokens import AccessTokens
from opendoors_desktop.mail.oauth import Access
from opendoors_desktop.store.secrets import MemorySecrets
from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, running_sign_in_host
from tests.fixtures_store import NOW

NAME = "mailbox:1"


@pytest.fixture
def fake() -> Iterator[FakeSignInHost]:
    with running_sign_in_host() as running:
        running.living.add("refresh-0")
        yield running


class Scene:
    """Tokens over secrets that hold one grant, at a time that is set by hand."""

    def __init__(self, fake: FakeSignInHost) -> None:
        self.now = NOW
        self.secrets = MemorySecrets()
        self.secrets.set(NAME, grant_of(fake).as_text())
        self.tokens = AccessTokens(self.secrets, lambda: self.now)

    @property
    def kept(self) -> str:
        """The refresh token in the keyring."""
        return read_grant(self.secrets.get(NAME) or "", NAME).refresh_token


def grant_of(fake: FakeSignInHost) -> Grant:
    return Grant("own", f"{fake.base}/token", Client(CLIENT_ID), ("mail",), "refresh-0")


@pytest.fixture
def scene(fake: FakeSignInHost) -> Scene:
    return Scene(fake)


def test_one_token_serves_until_shortly_before_its_end(fake, scene):
    first = scene.tokens.get(NAME)
    scene.now += timedelta(minutes=54)
    assert scene.tokens.get(NAME) == first
    scene.now += timedelta(minutes=2)
    assert scene.tokens.get(NAME) != first
    assert fake.renewals == ["refresh-0", "refresh-1"]


def test_T88_the_exchanged_refresh_token_is_kept_so_that_the_next_start_finds_it(fake, scene):
    scene.tokens.get(NAME)
    assert scene.kept == "refresh-1"
    assert AccessTokens(scene.secrets, lambda: scene.now).get(NAME) == "access-2"


def test_a_host_that_exchanges_nothing_costs_no_write(fake, scene):
    fake.rotates = False
    before = scene.secrets.get(NAME)
    scene.tokens.get(NAME)
    assert scene.secrets.get(NAME) is before


def test_where_nobody_signed_in_there_is_no_token(scene):
    assert scene.tokens.get("mailbox:2") is None


def test_a_sign_in_that_was_ended_is_a_persons_to_mend(fake, scene):
    fake.living.clear()
    with pytest.raises(SecretError) as caught:
        scene.tokens.get(NAME)
    assert caught.value.code == "signed_out"
    assert "The token was revoked" in caught.value.title


def test_a_host_that_is_away_is_asked_again(fake, scene):
    fake.nonsense = b"<html>hotel</html>"
    with pytest.raises(MailError):
        scene.tokens.get(NAME)
    fake.nonsense = None
    assert scene.tokens.get(NAME) == "access-1"


def test_a_refused_token_is_asked_for_anew(scene):
    first = scene.tokens.get(NAME)
    scene.tokens.forget(NAME)
    assert scene.tokens.get(NAME) != first


def test_what_the_keyring_holds_is_no_grant(scene):
    scene.secrets.set(NAME, "an old password")
    with pytest.raises(SecretError) as caught:
        scene.tokens.get(NAME)
    assert caught.value.code == "signed_out"


def test_many_who_ask_at_once_share_one_renewal(fake, scene):
    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(lambda _: scene.tokens.get(NAME), range(16)))
    assert given == {"access-1"}
    assert fake.renewals == ["refresh-0"]


def test_a_slow_host_keeps_nobody_elses_mailbox(fake):
    answered = threading.Event()

    def renew(grant: Grant) -> Access:
        if grant.refresh_token == "slow":
            answered.wait(10)
        return Access(f"for {grant.refresh_token}", 3600, None)

    secrets = MemorySecrets()
    for name in ("slow", "quick"):
        secrets.set(name, Grant("own", fake.base, Client(CLIENT_ID), (), name).as_text())
    tokens = AccessTokens(secrets, lambda: NOW, renew)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(tokens.get, "slow")
        assert pool.submit(tokens.get, "quick").result(5) == "for quick"
        answered.set()
        assert slow.result(5) == "for slow"


def test_a_keyring_that_takes_nothing_is_said_before_the_old_token_is_lost_sight_of(fake, scene):
    class Full(MemorySecrets):
        def set(self, name: str, value: str) -> None:
            raise SecretError("The keyring refused.", "Unlock it.")

    full = Full()
    MemorySecrets.set(full, NAME, grant_of(fake).as_text())
    with pytest.raises(SecretError) as caught:
        AccessTokens(full, lambda: NOW).get(NAME)
    assert caught.value.code == "sign_in_not_kept"


def test_a_token_that_lasts_a_minute_is_not_renewed_for_each_connection(fake, scene):
    fake.lasts = 60
    first = scene.tokens.get(NAME)
    scene.now += timedelta(seconds=29)
    assert scene.tokens.get(NAME) == first
    scene.now += timedelta(seconds=2)
    assert scene.tokens.get(NAME) != first
