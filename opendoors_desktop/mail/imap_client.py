"""The IMAP client under a session: bounded, waiting so that a bell ends it, asking several things in one round trip."""

import imaplib
import re
import selectors
import socket
from collections.abc import Iterable
from typing import Any, Final

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imap_utf7 import decode as decode_folder
from imapclient.response_parser import parse_response
from imapclient.tls import wrap_socket

from opendoors_desktop.mail.wire_bell import Bell, Shears

MOST_LITERAL: Final = 32 * 1024 * 1024
"""Bytes a server may announce at once; who announces more is not listened to (200 heads fit in)."""

_ARRIVALS: Final = ("EXISTS", "RECENT")
_PASSING: Final = re.compile(r"(?i)\[(?:unavailable|inuse|limit|serverbug)\b|temporar|too many|try again|rate limit")
"""What a host says that lets nobody in for a while (RFC 5530, and words of those who give no code)."""


class _Wire(imaplib.IMAP4):
    """Speaks on a line that is there already."""

    def __init__(self, line: socket.socket, host: str, port: int) -> None:
        self._line = line
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._line


class Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """Doesn't take in what a server may announce without measure, and loses no news between two commands."""

    def __init__(self, shears: Shears, *arguments: Any, **options: Any) -> None:
        """`shears` hold its line; the rest is the library's own."""
        self._shears = shears
        super().__init__(*arguments, **options)

    def _create_IMAP4(self) -> Any:  # noqa: N802  # the library's name
        line = socket.create_connection((self.host, self.port), self._timeout.connect)
        try:
            self._shears.hold(line)
            line = wrap_socket(line, self.ssl_context, self.host) if self.ssl else line
            wire = _Wire(line, self.host, self.port)
        except BaseException:
            line.close()
            self._shears.release()
            raise
        read = wire.read

        def bounded(size: int) -> Any:
            if size > MOST_LITERAL:
                raise imaplib.IMAP4.abort(f"{size} bytes were announced at once")
            return read(size)

        wire.read = bounded  # type: ignore[method-assign]
        return wire

    def shutdown(self) -> None:
        """Hang up."""
        self._shears.release()
        super().shutdown()

    def statuses_of(self, folders: Iterable[str]) -> dict[str, dict[bytes, int]]:
        """UIDVALIDITY and UIDNEXT of folders by name, all asked at once; one that isn't there is left out."""
        wire = self._imap
        wire.untagged_responses.pop("STATUS", None)
        asked = [
            wire._command("STATUS", self._normalise_folder(folder), "(UIDVALIDITY UIDNEXT)")  # noqa: SLF001
            for folder in folders
        ]
        for tag in asked:
            wire._command_complete("STATUS", tag)  # noqa: SLF001
        parsed = parse_response(wire.untagged_responses.pop("STATUS", []))
        pairs = zip(parsed[::2], parsed[1::2], strict=True)
        return {_name_of(name): dict(zip(items[::2], items[1::2], strict=True)) for name, items in pairs}

    def forget_arrivals(self) -> bool:
        """Whether the server told of an arrival beside its answers since this was asked last."""
        told = [self._imap.untagged_responses.pop(word, None) for word in _ARRIVALS]
        return any(told)

    def begin_idle(self) -> bool:
        """Have the server tell what happens from now on; False where it told of an arrival on the way."""
        wire = self._imap
        self._idle_tag = wire._command("IDLE")  # noqa: SLF001
        while wire._get_response() is not None:  # noqa: SLF001
            if wire.tagged_commands.get(self._idle_tag) is not None:
                raise IMAPClientError("IDLE was refused")
        return not self.forget_arrivals()

    def told_in_idle(self, seconds: float, bell: Bell | None) -> tuple[list[Any], bool]:
        """What the server tells within so many seconds, and whether to go on listening.

        Not so once the bell rings, or where the line stirs without a word: it may be closed. Without a bell only what
        was read already, along with an answer before, is given.
        """
        self._bell, self._stirs = bell, False
        lines = self.idle_check(seconds)
        return lines, bool(lines) or not self._stirs

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> bool:
        """What `idle_check` waits by: True has it read what is there."""
        if self._bell is None:
            return True
        with selectors.DefaultSelector() as selector:
            for line in (sock, self._bell):
                selector.register(line, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select(timeout)]
        self._stirs = bool(ready)
        return sock in ready

    _select_poll_socket = _poll_socket  # the library's choice on systems without poll


def is_passing(refused: LoginError) -> bool:
    """Whether a sign-in was refused for a while only, whoever signs in."""
    return _PASSING.search(str(refused)) is not None


def is_arrival(line: object) -> bool:
    """Whether a line of IDLE says that a message is there (EXISTS); a flag that changed is no news."""
    return isinstance(line, tuple) and len(line) > 1 and line[1] in {b"EXISTS", b"RECENT"}


def _name_of(name: Any) -> str:
    text = decode_folder(name)
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)  # one of digits alone is a number
