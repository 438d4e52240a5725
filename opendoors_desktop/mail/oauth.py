"""Talks to a sign-in host: begins a sign-in in the browser, takes its answer, and renews access (OAuth 2.0, PKCE)."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from opendoors_desktop.domain.sign_in import Client, Grant, SignInHost
from opendoors_desktop.mail.wire import tls_context

PATIENCE: Final = 20.0
"""Seconds a sign-in host is waited for."""

LASTS_AT_LEAST: Final = 60
"""Seconds an access token is taken to last where the host doesn't say (RFC 6749, section 5.1, only recommends it)."""

Cause = Literal["signed_out", "refused", "client", "mismatch", "away", "answer"]

_CAUSES: Final[dict[str, Cause]] = {
    "invalid_grant": "signed_out",
    "interaction_required": "signed_out",
    "consent_required": "signed_out",
    "login_required": "signed_out",
    "access_denied": "refused",
    "invalid_client": "client",
    "unauthorized_client": "client",
    "invalid_scope": "client",
    "redirect_uri_mismatch": "client",
    "mismatching_state": "mismatch",
    "temporarily_unavailable": "away",
    "server_error": "away",
    "slow_down": "away",
}
"""What the error codes of RFC 6749 (sections 4.1.2.1 and 5.2) and OpenID Connect mean for a person."""


class SignInFault(Exception):
    """A sign-in or a renewal came to nothing: `cause` says why, `said` is what the host told, if anything."""

    def __init__(self, cause: Cause, said: str = "") -> None:
        super().__init__(f"{cause}: {said}")
        self.cause = cause
        self.said = said


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """A sign-in under way: the page for the browser, and what its answer is held against."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """An access token, how many seconds it lasts, and the refresh token for the next one, None where it stays."""

    token: str = field(repr=False)
    seconds: int
    refresh_token: str | None = field(repr=False)


def begin_sign_in(host: SignInHost, client: Client, redirect_uri: str, address: str = "") -> BegunSignIn:
    """The page at which a person signs in; `address` is offered there. Asks nobody anything."""
    verifier = secrets.token_urlsafe(64)
    more = dict(host.more) | ({"login_hint": address} if address else {})
    with _session(client, host.scopes, redirect_uri) as session:
        url, state = session.create_authorization_url(host.authorize_url, code_verifier=verifier, **more)
    return BegunSignIn(url, redirect_uri, state, verifier)


def finish_sign_in(host: SignInHost, client: Client, begun: BegunSignIn, answer: str) -> tuple[Grant, Access]:
    """The grant for the address that the browser came back with; raises SignInFault."""
    said = parse_qs(urlsplit(answer).query)
    if "error" in said:  # Authlib looks for the code alone
        raise _fault(said["error"][0], said.get("error_description", [""])[0])
    with _told(), _session(client, host.scopes, begun.redirect_uri) as session:
        token = session.fetch_token(
            host.token_url, authorization_response=answer, state=begun.state, code_verifier=begun.verifier
        )
    access = _access(token)
    if access.refresh_token is None:
        raise SignInFault("answer", "no refresh token came, so access would end within the hour")
    return Grant(host.name, host.token_url, client, host.scopes, access.refresh_token), access


def renew(grant: Grant) -> Access:
    """Fresh access by a grant; raises SignInFault."""
    with _told(), _session(grant.client, grant.scopes) as session:
        token = session.refresh_token(grant.token_url, refresh_token=grant.refresh_token)
    access = _access(token)
    # Authlib hands the old one back where the host gave none.
    changed = access.refresh_token if access.refresh_token != grant.refresh_token else None
    return Access(access.token, access.seconds, changed)


@contextmanager
def _session(client: Client, scopes: tuple[str, ...], redirect_uri: str | None = None) -> Iterator[Any]:
    with OAuth2Client(
        client_id=client.id,
        client_secret=client.secret or None,
        token_endpoint_auth_method="client_secret_post" if client.secret else "none",
        scope=" ".join(scopes),
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=PATIENCE,
        verify=tls_context(None),
    ) as session:
        yield session


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Authlib, httpx or a strange answer raises into our fault, without a secret in it."""
    try:
        yield
    except AuthlibBaseError as fault:
        raise _fault(fault.error or "", fault.description) from None
    except httpx2.HTTPStatusError as fault:
        status = fault.response.status_code
        raise SignInFault("away" if status >= 500 or status == 429 else "answer", f"status {status}") from None
    except httpx2.HTTPError as fault:
        raise SignInFault("away", type(fault).__name__) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SignInFault("answer", "what came is no answer of a sign-in host") from None


def _fault(code: str, description: str | None) -> SignInFault:
    return SignInFault(_CAUSES.get(code, "answer"), str(description or code)[:500])


def _access(token: Any) -> Access:
    found = token.get("access_token") if isinstance(token, dict) else None
    if not isinstance(found, str) or not found:
        raise SignInFault("answer", "no access token came")
    lasts = token.get("expires_in")
    seconds = int(lasts) if isinstance(lasts, int | float | str) and str(lasts).isdigit() else LASTS_AT_LEAST
    refresh = token.get("refresh_token")
    return Access(found, seconds, refresh if isinstance(refresh, str) and refresh else None)
