"""Keeps access by sign-in alive: asks for a new token in time, and keeps the refresh token that comes with it."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.domain.sign_in import Grant, read_grant
from opendoors_desktop.engine.sign_in import renewal_fault
from opendoors_desktop.store.secrets import Secrets

if TYPE_CHECKING:
    from opendoors_desktop.mail.oauth import Access

AHEAD: Final = timedelta(minutes=5)
"""So long before its end a token is renewed: one that ends between here and the mail host is refused there."""


def _renew(grant: Grant) -> "Access":
    from opendoors_desktop.mail.oauth import renew

    return renew(grant)


class AccessTokens:
    """Access tokens by the name under which the keyring holds their grants; for any thread, blocking.

    Tokens live in memory alone. A refresh token that a host exchanged for another (Microsoft does so each time) is in
    the keyring before the access that came with it is used.
    """

    def __init__(
        self, secrets: Secrets, now: Callable[[], datetime], renew: Callable[[Grant], "Access"] = _renew
    ) -> None:
        self._secrets = secrets
        self._now = now
        self._renew = renew
        self._kept: dict[str, tuple[str, datetime]] = {}
        self._locks: dict[str, threading.Lock] = {}

    def get(self, name: str) -> str | None:
        """A token that lasts, None where nobody signed in on this machine.

        Raises SecretError where a person has to sign in again or the keyring can't be read, MailError where the sign-in
        host is away.
        """
        with self._locks.setdefault(name, threading.Lock()):
            kept = self._kept.get(name)
            if kept is not None and self._now() < kept[1]:
                return kept[0]
            text = self._secrets.get(name)
            return None if text is None else self._fetch(name, read_grant(text, name))

    def forget(self, name: str) -> None:
        """The mail host refused the token before its time, or somebody signed in anew: the next is asked for."""
        self._kept.pop(name, None)

    def _fetch(self, name: str, grant: Grant) -> str:
        from opendoors_desktop.mail.oauth import SignInFault

        try:
            access = self._renew(grant)
        except SignInFault as fault:
            self.forget(name)
            raise renewal_fault(fault.cause, fault.said, name) from None
        if access.refresh_token is not None:
            self._keep(name, grant, access.refresh_token)
        until = self._now() + max(timedelta(seconds=access.seconds) - AHEAD, timedelta(seconds=access.seconds / 2))
        self._kept[name] = access.token, until
        return access.token

    def _keep(self, name: str, grant: Grant, refresh_token: str) -> None:
        fresh = Grant(grant.host, grant.token_url, grant.client, grant.scopes, refresh_token)
        try:
            self._secrets.set(name, fresh.as_text())
        except SecretError as fault:
            raise SecretError(
                f"The renewed sign-in can't be kept. {fault.title}",
                f"{fault.advice} Then sign in again in Mailboxes.",
                where=name,
                code="sign_in_not_kept",
            ) from None
