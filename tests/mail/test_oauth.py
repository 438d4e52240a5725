"""Signing in and renewing against a sign-in host that holds to the standards, and all that can go wrong there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from opendoors_desktop.domain.sign_in import Client, Grant
from opendoors_desktop.mail import oauth
from opendoors_desktop.mail.oauth import SignInFault, begin_sign_in, finish_sign_in, renew
from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, running_sign_in_host
from tests.fixtures_smtp import free_port

CLIENT = Client(CLIENT_ID)
BACK = "http://127.0.0.1:9/"


@pytest.fixture
def fake() -> Iterator[FakeSignInHost]:
    with running_sign_in_host() as running:
        yield running


def answer_of(fake: FakeSignInHost, url: str) -> str:
    """What the browser would come back with."""
    return fake.authorize({key: one[0] for key, one in parse_qs(urlsplit(url).query).items()})


def signed_in(fake: FakeSignInHost, client: Client = CLIENT) -> tuple[Grant, Any]:
    begun = begin_sign_in(fake.host, client, BACK, "ann@example.com")
    return finish_sign_in(fake.host, client, begun, answer_of(fake, begun.url))


def cause_of(do: Any) -> tuple[str, str]:
    with pytest.raises(SignInFault) as caught:
        do()
    return caught.value.cause, caught.value.said


def test_a_sign_in_gives_a_grant_and_access_for_now(fake):
    grant, access = signed_in(fake)

    assert (grant.refresh_token, access.token, access.seconds) == ("refresh-2", "access-2", 3600)
    assert (grant.token_url, grant.scopes) == (fake.host.token_url, ("mail", "offline_access"))
    assert fake.asked[0]["login_hint"] == "ann@example.com"
    assert fake.asked[0]["scope"] == "mail offline_access"


def test_a_secret_is_sent_where_the_client_has_one(fake):
    fake.client_secret = "hush"
    assert signed_in(fake, Client(CLIENT_ID, "hush"))[1].token == "access-2"
    assert cause_of(lambda: signed_in(fake)) == ("client", "invalid_client")


def test_every_sign_in_has_a_state_and_a_verifier_of_its_own(fake):
    begun = [begin_sign_in(fake.host, CLIENT, BACK) for _ in range(5)]
    assert len({each.state for each in begun}) == len({each.verifier for each in begun}) == 5
    assert all(43 <= len(each.verifier) <= 128 for each in begun), "RFC 7636, section 4.1"
    assert all(each.verifier not in each.url for each in begun)
    assert "login_hint" not in begun[0].url


def test_the_answer_to_another_sign_in_is_not_taken(fake):
    begun, other = (begin_sign_in(fake.host, CLIENT, BACK) for _ in range(2))
    assert cause_of(lambda: finish_sign_in(fake.host, CLIENT, begun, answer_of(fake, other.url)))[0] == "mismatch"


def test_a_code_stolen_on_its_way_is_worth_nothing_without_the_verifier(fake):
    begun, thief = (begin_sign_in(fake.host, CLIENT, BACK) for _ in range(2))
    stolen = replace(thief, state=begun.state)
    cause = cause_of(lambda: finish_sign_in(fake.host, CLIENT, stolen, answer_of(fake, begun.url)))
    assert cause == ("signed_out", "bad code or verifier")


def test_a_person_who_says_no_is_believed(fake):
    fake.denies = True
    assert cause_of(lambda: signed_in(fake))[0] == "refused"


def test_access_without_the_means_to_renew_it_is_refused(fake):
    fake.gives_refresh = False
    assert cause_of(lambda: signed_in(fake))[0] == "answer"


def test_access_is_renewed_and_a_changed_refresh_token_told(fake):
    grant, _ = signed_in(fake)

    access = renew(grant)

    assert (access.token, access.refresh_token) == ("access-3", "refresh-3")


def test_a_host_that_lets_the_refresh_token_stand_gives_none_back(fake):
    fake.rotates = False
    grant, _ = signed_in(fake)

    assert renew(grant).refresh_token is None
    assert renew(grant).token == "access-4"


def test_a_grant_that_was_taken_back_says_so(fake):
    grant, _ = signed_in(fake)
    fake.living.clear()
    assert cause_of(lambda: renew(grant)) == ("signed_out", "The token was revoked.")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_in_trouble_is_away(fake, status):
    grant, _ = signed_in(fake)
    fake.status = status
    fake.nonsense = b"<html>try later</html>"
    assert cause_of(lambda: renew(grant))[0] in {"away", "answer"}


@pytest.mark.parametrize(
    "body", [b"<html>hotel wifi</html>", b"", b"[]", b'"x"', b"{}", b"\xff\xfe", b'{"access_token": 7}']
)
def test_an_answer_that_is_none_is_told_so_and_never_raises_anything_else(fake, body):
    grant, _ = signed_in(fake)
    fake.nonsense = body
    assert cause_of(lambda: renew(grant))[0] == "answer"


def test_nobody_there_is_away(fake):
    grant, _ = signed_in(fake)
    gone = replace(grant, token_url=f"http://127.0.0.1:{free_port()}/token")
    assert cause_of(lambda: renew(gone))[0] == "away"


@pytest.mark.parametrize("lasts,seconds", [(None, oauth.LASTS_AT_LEAST), ("1800", 1800), (7, 7)])
def test_how_long_access_lasts_is_read_from_what_hosts_write(fake, lasts, seconds):
    fake.lasts = lasts
    assert signed_in(fake)[1].seconds == seconds


def test_T88_no_token_stands_in_a_fault_or_in_what_is_printed(fake):
    grant, access = signed_in(fake)
    fake.living.clear()
    with pytest.raises(SignInFault) as caught:
        renew(grant)
    for text in (repr(grant), repr(access), repr(caught.value), str(caught.value)):
        assert "refresh-2" not in text
        assert "access-2" not in text
