"""Signing in at a mail host's own page: where that page is, whose client asks, and the grant that is kept of it."""

import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from opendoors_desktop.domain.errors import InputError, SecretError

GOOGLE: Final = "google"
MICROSOFT: Final = "microsoft"
OWN: Final = "own"
ANY_TENANT: Final = "common"

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SignInHost:
    """Who a mailbox's owner signs in with (an OAuth 2.0 authorization server, RFC 6749).

    `name` is the stable word kept with the mailbox. `more` are parameters this host wants beside those of the standard.
    `redirect_host` is how the way back to this computer is named (RFC 8252, section 7.3): hosts compare it as text.
    """

    name: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()
    redirect_host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Client:
    """The program as a sign-in host knows it: registered by the user or their company.

    A native program can't keep a secret (RFC 8252, section 8.5); some hosts hand one out all the same and ask for it.
    """

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is kept of a sign-in: enough to ask for access at any later time, without the person."""

    host: str
    token_url: str
    client: Client
    scopes: tuple[str, ...]
    refresh_token: str = field(repr=False)

    def as_text(self) -> str:
        """The grant as one text for the keyring; `read_grant` takes it back."""
        return json.dumps(
            {
                "host": self.host,
                "token_url": self.token_url,
                "client_id": self.client.id,
                "client_secret": self.client.secret,
                "scopes": self.scopes,
                "refresh_token": self.refresh_token,
            }
        )


def sign_in_host(name: str, tenant: str = "") -> SignInHost:
    """The known host of that name; `tenant` is the Microsoft Entra tenant whose client it is, any by default.

    Raises InputError for a name that isn't known.
    """
    if name == GOOGLE:
        # Without consent being asked anew, Google hands out no refresh token the second time.
        more = (("access_type", "offline"), ("prompt", "consent"))
        return SignInHost(
            GOOGLE,
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            ("https://mail.google.com/",),
            more,
        )
    if name == MICROSOFT:
        base = f"https://login.microsoftonline.com/{quote(tenant.strip() or ANY_TENANT, safe='')}/oauth2/v2.0"
        scopes = (
            "https://outlook.office.com/SMTP.Send",
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "offline_access",
        )
        return SignInHost(MICROSOFT, f"{base}/authorize", f"{base}/token", scopes, redirect_host="localhost")
    raise InputError(
        f"Nobody can sign in with “{name}”.",
        f"Choose {GOOGLE} or {MICROSOFT}, or give the addresses of your own sign-in page.",
        where="sign_in",
        code="sign_in_unknown",
    )


def own_sign_in_host(authorize_url: str, token_url: str, scopes: tuple[str, ...]) -> SignInHost:
    """A sign-in host of one's own; raises InputError for an address that isn't encrypted or isn't one."""
    for where, url in (("authorize_url", authorize_url), ("token_url", token_url)):
        if not _is_safe(url):
            raise InputError(
                f"“{url[:200]}” can't be signed in at.",
                "Give an address that begins with https://.",
                where=where,
                code="sign_in_unsafe",
            )
    return SignInHost(OWN, authorize_url, token_url, scopes)


def read_grant(text: str, where: str) -> Grant:
    """The grant in a text of the keyring; raises SecretError for a text that is none, naming `where`."""
    try:
        found = json.loads(text)
        return Grant(
            host=str(found["host"]),
            token_url=str(found["token_url"]),
            client=Client(str(found["client_id"]), str(found["client_secret"])),
            scopes=tuple(str(scope) for scope in found["scopes"]),
            refresh_token=str(found["refresh_token"]),
        )
    except (ValueError, KeyError, TypeError):
        raise SecretError(
            "What this computer keeps of the sign-in can't be read.",
            "Sign in again in Mailboxes.",
            where=where,
            code="signed_out",
        ) from None


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )
