"""The way back from the browser: only the answer that belongs to this sign-in is taken, and only from here."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from opendoors_desktop.mail.redirect import Redirect
from tests.fakes.sign_in_host import browser

PATIENCE = 10


class Pages:
    """Opens addresses and keeps what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.pages: list[str] = []

    def visit(self, *addresses: str) -> None:
        """Open them one after another."""
        for address in addresses:
            try:
                with urlopen(address, timeout=PATIENCE) as answer:
                    self.statuses.append(answer.status)
                    self.pages.append(answer.read().decode())
            except HTTPError as refused:
                with refused:
                    self.statuses.append(refused.code)


def never() -> bool:
    return False


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_answer_is_given_back_whole(host, pages):
    with Redirect(host) as redirect, browser(pages.visit) as open_pages:
        open_pages(f"{redirect.uri}?code=a%20b&state=s1")
        assert redirect.wait("s1", never) == f"{redirect.uri}?code=a%20b&state=s1"
    assert pages.statuses == [200]
    assert "close this page" in pages.pages[0]


def test_what_belongs_to_no_sign_in_of_ours_is_let_by(pages):
    with Redirect("127.0.0.1") as redirect:
        strange = ("favicon.ico", "?code=x", "?code=x&state=other", "?state=s1", "other?code=x&state=s1")
        with browser(pages.visit) as open_pages:
            open_pages(*(redirect.uri + each for each in strange), f"{redirect.uri}?code=x&state=s1")
            assert redirect.wait("s1", never) == f"{redirect.uri}?code=x&state=s1"
    assert pages.statuses == [404] * len(strange) + [200]


def test_a_refusal_is_an_answer_too_and_nothing_of_it_stands_on_the_page(pages):
    with Redirect("127.0.0.1") as redirect, browser(pages.visit) as open_pages:
        open_pages(f"{redirect.uri}?error=access_denied&error_description=%3Cb%3Eno&state=s1")
        assert "access_denied" in (redirect.wait("s1", never) or "")
    assert "<b>" not in pages.pages[0]


def test_nobody_comes_and_the_waiting_ends():
    looks = iter([False, False, True])
    with Redirect("127.0.0.1") as redirect:
        assert redirect.wait("s1", lambda: next(looks)) is None
