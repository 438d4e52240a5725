"""Reads a mailbox over IMAP without leaving a trace: no flag changes, and nothing is larger than it may be.

One session is one connection and belongs to one thread. Whatever goes wrong on the line is an ImapFault, which ends the
session.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any, Final, NamedTuple, Self

from imapclient import SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from opendoors_desktop.domain.mail_folder import FolderRole, role_of
from opendoors_desktop.mail.frames import Auth, Security
from opendoors_desktop.mail.imap_client import Client, is_arrival, is_passing
from opendoors_desktop.mail.wire import Cause, cause_of, is_loopback, tls_context
from opendoors_desktop.mail.wire_bell import Bell, Shears

HEADS_AT_ONCE: Final = 200
"""Messages whose heads one command fetches."""

MOST_HEAD: Final = 64 * 1024
MOST_MESSAGE: Final = 2 * 1024 * 1024
"""Bytes of a head and of a message that are fetched; what is longer is cut, and nothing of use lies behind."""

LONGEST_CONNECT: Final = 15.0
"""Seconds a host has to take the call, however long its answers may take."""

NEVER_SELECTED: Final = b"\\noselect"


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How a mailbox is reached: as `SmtpSettings`; `timeout` in seconds is for each answer."""

    host: str
    port: int
    security: Security
    username: str
    auth: Auth = "password"
    ca_file: str | None = None
    timeout: float = 30.0


class ImapFault(Exception):
    """The session came to nothing or broke off; `cause` is a stable word, `text` what a person reads."""

    def __init__(self, cause: Cause, text: str) -> None:
        super().__init__(text)
        self.cause = cause
        self.text = text


@dataclass(frozen=True, slots=True)
class ImapFolder:
    """A folder that can be opened."""

    name: str
    role: FolderRole | None


@dataclass(frozen=True, slots=True)
class FolderState:
    """How a folder stands: its UIDs mean something under this `uid_validity` alone (RFC 9051, section 2.3.1.1)."""

    uid_validity: int
    uid_next: int | None
    count: int


class FolderMark(NamedTuple):
    """How far a folder's messages reach: none has a UID of `uid_next` or more under this `uid_validity`."""

    uid_validity: int | None
    uid_next: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A message without its body: `header` is cut at MOST_HEAD, `size` is that of the whole message."""

    uid: int
    size: int
    received_at: datetime | None
    header: bytes = field(repr=False)


class ImapSession:
    """A signed-in connection; use it in a `with`."""

    def __init__(self, client: Client, settings: ImapSettings) -> None:
        """Made by `open_session`."""
        self._client = client
        self._settings = settings
        self.can_idle = client.has_capability("IDLE")

    def __enter__(self) -> Self:
        """The session ends with the `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Say good-bye where the server still listens, and hang up."""
        with suppress(Exception):  # it may be what broke
            self._client.logout()
        with suppress(Exception):
            self._client.shutdown()

    def folders(self) -> list[ImapFolder]:
        """All folders that can be opened, by name."""
        with self._told():
            listed = self._client.list_folders()
        found = []
        for flags, delimiter, name in listed:
            if NEVER_SELECTED not in {flag.lower() for flag in flags}:
                text = name if isinstance(name, str) else name.decode(errors="replace")
                found.append(ImapFolder(text, role_of(text, flags, (delimiter or b"").decode(errors="replace"))))
        return sorted(found, key=lambda folder: folder.name)

    def open(self, folder: str) -> FolderState:
        """Open a folder for reading alone (EXAMINE), in place of the one that was open."""
        with self._told():
            said = self._client.select_folder(folder, readonly=True)
            self._client.forget_arrivals()
        validity = said.get(b"UIDVALIDITY")
        if validity is None:
            raise ImapFault("protocol", f"{self._settings.host} gives no UIDVALIDITY for “{folder}”.")
        return FolderState(int(validity), said.get(b"UIDNEXT"), int(said.get(b"EXISTS", 0)))

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above `uid` in the open folder, rising."""
        with self._told():
            found = self._client.search(["UID", f"{uid + 1}:*"])
        return sorted(each for each in found if each > uid)  # `*` is the last message, also when it lies below

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of messages that came in on that day or later, by the server's calendar, rising."""
        with self._told():
            return sorted(self._client.search(["SINCE", day]))

    def uids_of(self, message_id: str) -> list[int]:
        """The UIDs of messages of the open folder with that Message-ID, rising."""
        with self._told():
            return sorted(self._client.search(["HEADER", "Message-ID", message_id]))

    def heads(self, uids: Sequence[int]) -> Iterator[list[Head]]:
        """The heads of these messages in the open folder, HEADS_AT_ONCE at a time; what is gone is left out."""
        header = f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>"
        for start in range(0, len(uids), HEADS_AT_ONCE):
            with self._told():
                wanted = list(uids[start : start + HEADS_AT_ONCE])
                said = self._client.fetch(wanted, ["RFC822.SIZE", "INTERNALDATE", header])
            yield [_head(uid, said[uid]) for uid in wanted if uid in said and b"BODY[HEADER]<0>" in said[uid]]

    def messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The messages of these UIDs in the open folder, each cut at MOST_MESSAGE bytes; what is gone is left out."""
        with self._told():
            said = self._client.fetch(list(uids), [f"BODY.PEEK[]<0.{MOST_MESSAGE}>"])
        found = {uid: said.get(uid, {}).get(b"BODY[]<0>") for uid in uids}
        return {uid: data for uid, data in found.items() if isinstance(data, bytes)}

    def append_seen(self, folder: str, message: bytes, at: datetime) -> None:
        """Put a copy of what we sent into a folder: the one write there is, and it touches no other message."""
        with self._told():
            self._client.append(folder, message, flags=[b"\\Seen"], msg_time=at)

    def marks_of(self, folders: Sequence[str]) -> dict[str, FolderMark]:
        """How far folders reach that aren't open, asked in one round trip; one that isn't there is left out."""
        with self._told():
            said = self._client.statuses_of(folders)
        named = {name: folder for folder in folders for name in (folder, folder.upper())}
        return {
            named[name]: FolderMark(items.get(b"UIDVALIDITY"), items.get(b"UIDNEXT"))
            for name, items in said.items()
            if name in named
        }

    def leave(self) -> None:
        """Leave the open folder, which changes nothing in it: it was opened for reading alone."""
        with self._told():
            if self._client.has_capability("UNSELECT"):
                self._client.unselect_folder()
            else:
                self._client.close_folder()

    def idle(
        self,
        seconds: float,
        bell: Bell,
        begun: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = monotonic,
    ) -> bool:
        """Wait in the open folder for a message to arrive (IDLE, RFC 2177); True where one did, or had meanwhile.

        Ends after `seconds` by `clock`, which must stay below the half hour a server may wait, or when the bell rings.
        `begun` is called once nothing can arrive unheard.
        """
        with self._told():
            if self._client.forget_arrivals():
                return True
            has_news, goes_on, ends_at = not self._client.begin_idle(), True, clock() + seconds
            lines, _ = self._client.told_in_idle(0, None)
            has_news = has_news or any(map(is_arrival, lines))
            if not has_news:
                begun()
            while not has_news and goes_on and (left := ends_at - clock()) > 0:
                lines, goes_on = self._client.told_in_idle(left, bell)
                has_news = any(map(is_arrival, lines))
            _, lines = self._client.idle_done()
        return has_news or any(map(is_arrival, lines))

    @contextmanager
    def _told(self) -> Iterator[None]:
        with _told(self._settings):
            yield


def open_session(settings: ImapSettings, secret: str, shears: Shears | None = None) -> ImapSession:
    """Sign in to a mailbox with its password, or an access token where `auth` is oauth; raises ImapFault.

    With `shears` another thread can cut the line at any time. The secret goes out once, and only after TLS is verified,
    or to this computer itself.
    """
    if settings.security == "none" and not is_loopback(settings.host):
        raise ImapFault("plaintext", "Without encryption only this computer's own servers are reached.")
    with _told(settings):
        context = None if settings.security == "none" else tls_context(settings.ca_file)
        client = Client(
            shears or Shears(),
            settings.host,
            port=settings.port,
            ssl=settings.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(connect=min(settings.timeout, LONGEST_CONNECT), read=settings.timeout),
        )
        try:
            if settings.security == "starttls":
                client.starttls(context)
            _sign_in(client, settings, secret)
            return ImapSession(client, settings)
        except BaseException:
            with suppress(Exception):
                client.shutdown()
            raise


def _sign_in(client: Client, settings: ImapSettings, secret: str) -> None:
    try:
        if settings.auth == "oauth":
            if client.has_capability("AUTH=OAUTHBEARER"):
                client.oauthbearer_login(settings.username, secret)
            elif client.has_capability("AUTH=XOAUTH2"):
                client.oauth2_login(settings.username, secret)
            else:
                raise ImapFault("no_auth", "The server offers no sign-in by token (OAUTHBEARER or XOAUTH2).")
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(settings.username, secret)  # takes any character, which LOGIN doesn't
        elif client.has_capability("LOGINDISABLED"):
            raise ImapFault("no_auth", "The server offers no sign-in by password.")
        else:
            client.login(settings.username, secret)
    except LoginError as refused:
        cause: Cause = "busy" if is_passing(refused) else "auth"
        raise ImapFault(cause, f"{settings.host} said: {str(refused).replace(secret, '…')[:500]}") from None


@contextmanager
def _told(settings: ImapSettings) -> Iterator[None]:
    """Turn what imaplib, the socket, TLS or a strange answer raises into an ImapFault."""
    where = f"{settings.host}:{settings.port}"
    try:
        yield
    except CapabilityError:
        raise ImapFault("no_starttls", f"{where} doesn't offer STARTTLS; nothing was sent.") from None
    except imaplib.IMAP4.abort as gone:
        said = str(gone)[:200]
        if "unexpected" in said:
            raise ImapFault("protocol", f"{where} answered in a way that isn't understood: {said}") from None
        raise ImapFault("closed", f"{where} closed the connection: {said}") from None
    except (OSError, UnicodeError, ssl.SSLError) as fault:
        raise ImapFault(*cause_of(fault, where)) from None
    except (IMAPClientError, ValueError, TypeError, KeyError, IndexError, AssertionError, RecursionError) as strange:
        raise ImapFault("protocol", f"{where} answered in a way that isn't understood: {str(strange)[:200]}") from None


def _head(uid: int, said: Any) -> Head:
    received_at = said.get(b"INTERNALDATE")
    # The library gives local time without a zone.
    instant = received_at.astimezone(UTC) if isinstance(received_at, datetime) else None
    return Head(uid, int(said.get(b"RFC822.SIZE", 0)), instant, said[b"BODY[HEADER]<0>"])
