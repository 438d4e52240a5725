"""Has a person sign in at their mail host's own page, in the browser, and brings back what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from opendoors_desktop.domain.errors import InputError, MailError, OpenDoorsError, SecretError
from opendoors_desktop.domain.sign_in import Client, Grant, SignInHost

PATIENCE: Final = 600.0
"""Seconds a person has for the page in the browser."""

_FAULTS: Final = {
    "signed_out": ("The sign-in has ended.", "Sign in again; the page was open for too long, or was used twice."),
    "refused": ("Access was not given.", "Sign in again, and agree that mail may be read and sent."),
    "client": (
        "The sign-in page doesn't know this client.",
        "Check client ID, secret and tenant, and that the client is one for desktop programs.",
    ),
    "mismatch": ("The answer came from another sign-in.", "Sign in again in the page that opens now."),
    "away": ("The sign-in host can't be reached.", "Check whether this computer is online, then try again."),
    "answer": ("The sign-in host answered in a way that isn't understood.", "Try again; read what it said."),
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What came of a sign-in: the grant for the keyring, and the access `token` for now, which lasts about an hour."""

    grant: Grant
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whose page is opened for which client; `address` is offered there, so that nobody picks another account."""

    host: SignInHost
    client: Client
    address: str = field(default="")


def sign_in(
    wanted: SignIn,
    open_page: Callable[[str], object],
    is_cancelled: Callable[[], bool],
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = monotonic,
) -> SignedIn:
    """What a person gives who signs in at the page that `open_page` is given; blocks until then.

    `clock` gives seconds that only rise. Raises InputError without a client ID, MailError where it came to nothing:
    its code is `sign_in_cancelled` or `sign_in_` with one of the causes of `mail.oauth`.
    """
    from opendoors_desktop.mail import oauth
    from opendoors_desktop.mail.redirect import Redirect

    if not wanted.client.id.strip():
        raise InputError(
            "The client ID is empty.",
            "Enter the ID under which this program is registered with the mail host.",
            where="client_id",
            code="client_missing",
        )
    until = clock() + patience
    with Redirect(wanted.host.redirect_host) as redirect:
        begun = oauth.begin_sign_in(wanted.host, wanted.client, redirect.uri, wanted.address)
        open_page(begun.url)
        answer = redirect.wait(begun.state, lambda: is_cancelled() or clock() > until)
    if answer is None:
        raise MailError("Nobody signed in.", "Begin again when you are ready.", code="sign_in_cancelled")
    try:
        grant, access = oauth.finish_sign_in(wanted.host, wanted.client, begun, answer)
    except oauth.SignInFault as fault:
        raise _explained(fault.cause, fault.said, wanted.address) from None
    return SignedIn(grant, access.token)


def renewal_fault(cause: str, said: str, name: str) -> OpenDoorsError:
    """What it means for a mailbox that no access came for its grant: SecretError when a person has to sign in again."""
    if cause in {"away", "answer"}:
        return _explained(cause, said, name)
    title = "The mail host has ended the sign-in."
    advice = "Sign in again in Mailboxes; its emails wait and leave then."
    return SecretError(_with(title, said), advice, where=name, code="signed_out")


def _explained(cause: str, said: str, where: str) -> MailError:
    title, advice = _FAULTS[cause]
    return MailError(_with(title, said), advice, where=where, code=f"sign_in_{cause}")


def _with(title: str, said: str) -> str:
    return f"{title} It said: {said.rstrip('.')}." if said else title
