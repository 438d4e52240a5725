"""Sign-in hosts, and the grant as the keyring holds it."""

import pytest

from opendoors_desktop.domain.errors import InputError, SecretError
from opendoors_desktop.domain.sign_in import Client, Grant, own_sign_in_host, read_grant, sign_in_host

GRANT = Grant("own", "https://id.example.com/token", Client("me", "hush"), ("mail", "offline_access"), "r" * 3000)


def test_a_grant_comes_back_from_its_text_as_it_was():
    assert read_grant(GRANT.as_text(), "ann@example.com") == GRANT


def test_nothing_secret_shows_when_a_grant_is_printed():
    assert "rrr" not in repr(GRANT)
    assert "hush" not in repr(GRANT)


@pytest.mark.parametrize("text", ["", "a password", "[]", "null", "{}", '{"host": "own"}'])
def test_what_is_no_grant_is_told_so(text):
    with pytest.raises(SecretError) as caught:
        read_grant(text, "ann@example.com")
    assert (caught.value.code, caught.value.where) == ("signed_out", "ann@example.com")


def test_google_is_asked_for_a_refresh_token_each_time():
    host = sign_in_host("google")
    assert dict(host.more) == {"access_type": "offline", "prompt": "consent"}
    assert host.scopes == ("https://mail.google.com/",)


@pytest.mark.parametrize(
    "tenant,stands", [("", "common"), (" contoso.example.com ", "contoso.example.com"), ("a/../b?", "a%2F..%2Fb%3F")]
)
def test_microsofts_page_is_that_of_the_tenant(tenant, stands):
    host = sign_in_host("microsoft", tenant)
    assert host.authorize_url == f"https://login.microsoftonline.com/{stands}/oauth2/v2.0/authorize"
    assert host.token_url == f"https://login.microsoftonline.com/{stands}/oauth2/v2.0/token"
    assert host.redirect_host == "localhost"
    assert "offline_access" in host.scopes


def test_a_host_that_is_not_known_is_refused():
    with pytest.raises(InputError) as caught:
        sign_in_host("hotmail")
    assert caught.value.code == "sign_in_unknown"


@pytest.mark.parametrize("url", ["http://id.example.com/token", "ftp://id.example.com", "https://", "", "https://[bad"])
def test_a_token_never_goes_over_an_open_line(url):
    safe = "https://id.example.com/"
    for authorize_url, token_url in ((url, safe), (safe, url)):
        with pytest.raises(InputError) as caught:
            own_sign_in_host(authorize_url, token_url, ("mail",))
        assert caught.value.code == "sign_in_unsafe"


def test_a_host_on_this_computer_needs_no_encryption():
    assert own_sign_in_host("http://127.0.0.1:8/a", "http://localhost:8/t", ("mail",)).name == "own"
