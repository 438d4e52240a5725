"""A person signs in in the browser, and everything that can come in between is told so that they can help."""

from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest

from opendoors_desktop.domain.errors import InputError, MailError, SecretError
from opendoors_desktop.domain.sign_in import Client
from opendoors_desktop.engine.sign_in import SignedIn, SignIn, renewal_fault, sign_in
from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, browser, running_sign_in_host


@pytest.fixture
def fake() -> Iterator[FakeSignInHost]:
    with running_sign_in_host() as running:
        yield running


def never() -> bool:
    return False


def run(fake: FakeSignInHost, client: str = CLIENT_ID, visit: Callable[[str], object] | None = None) -> SignedIn:
    with browser(visit or fake.visit) as open_page:
        return sign_in(SignIn(fake.host, Client(client), "ann@example.com"), open_page, never)


def code_of(fake: FakeSignInHost) -> tuple[str, str]:
    with pytest.raises(MailError) as caught:
        run(fake)
    return caught.value.code, f"{caught.value.title} {caught.value.advice}"


def test_who_signs_in_in_the_browser_gives_a_grant_and_access(fake):
    found = run(fake)

    assert (found.grant.refresh_token, found.token, found.grant.host) == ("refresh-2", "access-2", "own")
    assert "access-2" not in repr(found)


def test_nobody_signs_in_and_the_time_runs_out(fake):
    seconds = iter(range(0, 10_000, 100))
    with pytest.raises(MailError) as caught:
        sign_in(SignIn(fake.host, Client(CLIENT_ID)), lambda _: None, never, clock=lambda: float(next(seconds)))
    assert caught.value.code == "sign_in_cancelled"


def test_it_is_called_off(fake):
    with pytest.raises(MailError) as caught:
        sign_in(SignIn(fake.host, Client(CLIENT_ID)), lambda _: None, lambda: True)
    assert caught.value.code == "sign_in_cancelled"


@pytest.mark.parametrize("client", ["", "  "])
def test_without_a_client_no_page_is_opened(fake, client):
    with pytest.raises(InputError) as caught:
        sign_in(SignIn(fake.host, Client(client)), lambda _: pytest.fail("opened a page"), never)
    assert caught.value.code == "client_missing"


def test_who_says_no_is_told_what_is_needed(fake):
    fake.denies = True
    code, words = code_of(fake)
    assert code == "sign_in_refused"
    assert "Sign in again" in words


def test_a_client_the_host_does_not_take_is_named(fake):
    fake.client_secret = "wants one"
    code, words = code_of(fake)
    assert code == "sign_in_client"
    assert "client ID" in words


def test_a_host_that_breaks_down_is_said_to_be_away(fake):
    fake.status = 503
    assert code_of(fake)[0] in {"sign_in_away", "sign_in_answer"}


def test_what_others_send_to_the_port_meanwhile_changes_nothing(fake):
    def visit(url: str) -> None:
        back = fake.authorize  # the answer is spoilt before the true one comes

        def spoilt(asked: dict[str, str]) -> str:
            with pytest.raises(OSError, match="404"), urlopen(f"{asked['redirect_uri']}?code=evil&state=guess"):
                pass
            return back(asked)

        fake.authorize = spoilt
        fake.visit(url)

    assert run(fake, visit=visit).token == "access-2"


@pytest.mark.parametrize("cause,kind", [("signed_out", SecretError), ("client", SecretError), ("away", MailError)])
def test_only_what_a_person_has_to_mend_stops_a_mailbox(cause, kind):
    fault = renewal_fault(cause, "so", "ann@example.com")
    assert isinstance(fault, kind)
    assert "so" in fault.title
