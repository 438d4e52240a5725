"""Gets a logged-in SMTP connection: verified TLS as the settings ask, one login try, and a failure that says why."""

import asyncio
import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from opendoors_desktop.mail.frames import SmtpFailure, SmtpSettings
from opendoors_desktop.mail.receipt import answer
from opendoors_desktop.mail.wire import cause_of, chain_of, is_loopback, tls_context

_PASSWORD_METHODS: Final = ("plain", "login", "cram-md5")


class ConnectError(Exception):
    """No session could be had; `failure` says in which phase and why."""

    def __init__(self, failure: SmtpFailure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class Login:
    """A session on its way: which phase it is in, for the failure to name."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self.phase = "connect"

    async def log_in(self, secret: str) -> tuple[asyncio.Transport, dict[str, str]]:
        """The transport of a logged-in session and the server's extensions (by lower-case keyword).

        The secret goes out once, and only after TLS is verified or the settings allow none. Raises ConnectError.
        """
        settings = self.settings
        if settings.security == "none" and not (settings.allows_plaintext or is_loopback(settings.host)):
            raise _failed("connect", "plaintext", "Without encryption only this computer's own servers are reached.")
        with self._told():
            async with asyncio.timeout(2 * settings.connect_timeout):
                return await self._negotiate(secret)

    async def _negotiate(self, secret: str) -> tuple[asyncio.Transport, dict[str, str]]:
        settings = self.settings
        context = None if settings.security == "none" else tls_context(settings.ca_file)
        client = SMTP(
            hostname=settings.host,
            sock=await _connected(settings),
            local_hostname=settings.helo_name,
            timeout=settings.connect_timeout,
            use_tls=settings.security == "tls",
            start_tls=False,
            tls_context=context,
        )
        try:
            self._is_wired()
            await client.connect()
            self._begin("ehlo")
            await client.ehlo()
            if settings.security == "starttls":
                self._begin("starttls")
                if not client.supports_extension("starttls"):
                    raise _failed("starttls", "no_starttls", "The server doesn't offer STARTTLS; nothing was sent.")
                await client.starttls()
                self._begin("ehlo")
                await client.ehlo()
            self._begin("auth")
            await self._authenticate(client, secret)
            await self._is_signed_in(client)
            return self._taken_from(client)
        finally:
            client.close()

    def _begin(self, phase: str) -> None:
        self.phase = phase

    def _is_wired(self) -> None:
        """The socket is connected; TLS, the greeting and all else are still to come."""

    async def _is_signed_in(self, client: SMTP) -> None:
        """Whoever wants to go on by the client may do so here."""

    async def _authenticate(self, client: SMTP, secret: str) -> None:
        """Log in by one method, once: a second try with a wrong password may lock the mailbox."""
        settings = self.settings
        if settings.auth == "none":
            return
        offered = client.server_auth_methods
        if settings.auth == "oauth":
            await self._show_token(client, secret)
            return
        method = next((name for name in _PASSWORD_METHODS if name in offered), None)
        if method is None:
            raise _failed("auth", "no_auth", "The server offers no sign-in by password.")
        if method == "plain":
            await client.auth_plain(settings.username, secret)
        elif method == "login":
            await client.auth_login(settings.username, secret)
        else:
            await client.auth_crammd5(settings.username, secret)

    async def _show_token(self, client: SMTP, token: str) -> None:
        """Log in by an access token: OAUTHBEARER (RFC 7628), else XOAUTH2, which came before it."""
        settings = self.settings
        if "oauthbearer" in client.server_auth_methods:
            answered = await client.execute_command(b"AUTH", b"OAUTHBEARER", bearer_of(settings, token))
            if answered.code == 334:  # the fault as JSON; the refusal itself follows what is sent now (section 3.2.3)
                answered = await client.execute_command(b"AQ==")
            if answered.code != 235:
                raise SMTPAuthenticationError(answered.code, answered.message)
        elif "xoauth2" in client.server_auth_methods:
            await client.auth_xoauth2(settings.username, token)
        else:
            raise _failed("auth", "no_auth", "The server offers no sign-in by token (OAUTHBEARER or XOAUTH2).")

    def _taken_from(self, client: SMTP) -> tuple[asyncio.Transport, dict[str, str]]:
        transport = client.transport
        if not isinstance(transport, asyncio.Transport) or transport.is_closing():
            raise _failed(self.phase, "closed", "The server closed the connection.")
        extensions = {name: value or "" for name, value in client.esmtp_extensions.items()}
        client.transport = client.protocol = None
        return transport, extensions

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what aiosmtplib, the socket or TLS raises into our failure."""
        try:
            yield
        except SMTPResponseException as error:
            raise ConnectError(self._answered(error)) from None
        except (TimeoutError, SMTPTimeoutError):
            raise _failed(self.phase, "timeout", f"No answer from {self.settings.host} in time.") from None
        except (SMTPException, OSError, UnicodeError) as error:
            raise _failed(*_why(error, self.phase, self.settings)) from None

    def _answered(self, error: SMTPResponseException) -> SmtpFailure:
        if error.code < 200:
            text = f"{self.settings.host}:{self.settings.port} is not a mail server; it answered: {error.message[:200]}"
            return SmtpFailure(self.phase, 0, "", text, "not_smtp")
        status, text = answer(error.message.splitlines())
        return SmtpFailure(self.phase, error.code, status, text, "reply")


def bearer_of(settings: SmtpSettings, token: str) -> bytes:
    """The first answer of OAUTHBEARER, in base64 (RFC 7628, section 3.1; names as RFC 5801, section 4, writes them)."""
    name = settings.username.replace("=", "=3D").replace(",", "=2C")
    text = f"n,a={name},\x01host={settings.host}\x01port={settings.port}\x01auth=Bearer {token}\x01\x01"
    return base64.b64encode(text.encode())


async def _connected(settings: SmtpSettings) -> socket.socket:
    """A socket connected to the first address of the host that answers; a silent one leaves time for the others."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    fault: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        wire = socket.socket(family, kind, protocol)
        wire.setblocking(False)
        try:
            async with asyncio.timeout(settings.connect_timeout / min(len(found), 3)):
                await loop.sock_connect(wire, address)
        except OSError as error:
            fault = error
            wire.close()
        except asyncio.CancelledError:
            wire.close()
            raise
        else:
            return wire
    raise fault


def _failed(phase: str, cause: str, text: str) -> ConnectError:
    return ConnectError(SmtpFailure(phase, 0, "", text, cause))


def _why(error: BaseException, phase: str, settings: SmtpSettings) -> tuple[str, str, str]:
    """Phase, cause and sentence of what kept us from a session."""
    where = f"{settings.host}:{settings.port}"
    cause, text = cause_of(error, where)
    if cause == "network" and any(isinstance(link, SMTPServerDisconnected) for link in chain_of(error)):
        cause, text = "closed", f"{where} closed the connection."
    return "starttls" if cause == "tls" else phase, cause, text
