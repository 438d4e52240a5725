"""`opendoors mailbox sign-in` and `mailbox add --sign-in`: the page, the client, and what is kept."""

from collections.abc import Iterator

import pytest

from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, browser, running_sign_in_host


@pytest.fixture
def fake() -> Iterator[FakeSignInHost]:
    with running_sign_in_host() as running:
        yield running


@pytest.fixture
def opened(fake: FakeSignInHost, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The pages the program opened; each is gone through as a person would."""
    urls: list[str] = []
    with browser(fake.visit) as open_page:

        def launch(url: str) -> None:
            urls.append(url)
            open_page(url)

        monkeypatch.setattr("opendoors_desktop.cli.sign_in.typer.launch", launch)
        yield urls


def own(fake: FakeSignInHost) -> list[str]:
    return ["--authorize-url", fake.host.authorize_url, "--token-url", fake.host.token_url, "--scope", "mail"]


def test_a_mailbox_is_added_by_signing_in_and_has_no_password(cli, fake, opened):
    add = ["mailbox", "add", "ann@example.com", "--smtp-host", "127.0.0.1", "--smtp-security", "none"]
    done = cli(*add, "--sign-in", "own", *own(fake), "--client-id", CLIENT_ID, "--json")

    shown = cli("mailbox", "show", "ann@example.com", "--json").value
    assert (shown["auth"], shown["oauth_provider"], shown["smtp"]["username"]) == ("oauth", "own", "ann@example.com")
    assert opened[0] in done.err
    assert "refresh-2" not in done.out + done.err


def test_a_mailbox_with_a_password_signs_in_instead_and_the_client_is_remembered(cli, fake, opened):
    for address in ("ann@example.com", "ben@example.com"):
        cli("mailbox", "add", address, "--smtp-host", "127.0.0.1", "--smtp-security", "none", "--no-password")

    cli("mailbox", "sign-in", "ann@example.com", *own(fake), "--client-id", CLIENT_ID)
    cli("mailbox", "sign-in", "ben@example.com", *own(fake))

    assert [asked["client_id"] for asked in fake.asked] == [CLIENT_ID] * 2
    assert cli("mailbox", "show", "ben@example.com", "--json").value["auth"] == "oauth"


def test_it_is_not_known_where_an_address_signs_in(cli):
    cli("mailbox", "add", "ann@example.com", "--smtp-host", "127.0.0.1", "--smtp-security", "none", "--no-password")
    assert cli("mailbox", "sign-in", "ann@example.com", "--json", status=2).error["code"] == "sign_in_unknown"


def test_who_says_no_leaves_the_mailbox_as_it_was(cli, fake, opened):
    fake.denies = True
    cli("mailbox", "add", "ann@example.com", "--smtp-host", "127.0.0.1", "--smtp-security", "none", "--no-password")
    refused = cli("mailbox", "sign-in", "ann@example.com", *own(fake), "--client-id", CLIENT_ID, "--json", status=4)

    assert refused.error["code"] == "sign_in_refused"
    assert cli("mailbox", "show", "ann@example.com", "--json").value["auth"] == "none"


@pytest.mark.parametrize("url", ["http://id.example.com/", "nonsense"])
def test_a_page_without_encryption_is_refused(cli, url):
    cli("mailbox", "add", "ann@example.com", "--smtp-host", "127.0.0.1", "--smtp-security", "none", "--no-password")
    arguments = ["--authorize-url", url, "--token-url", url, "--client-id", "x"]
    assert (
        cli("mailbox", "sign-in", "ann@example.com", *arguments, "--json", status=2).error["code"] == "sign_in_unsafe"
    )


def test_a_host_that_nobody_knows_has_to_be_named(cli):
    refused = cli("mailbox", "add", "ann@example.com", "--no-password", "--json", status=2)
    assert refused.error["where"] == "--smtp-host"
    cli("mailbox", "add", "ann@gmail.com", "--no-password")
    assert cli("mailbox", "show", "ann@gmail.com", "--json").value["smtp"]["host"] == "smtp.gmail.com"
