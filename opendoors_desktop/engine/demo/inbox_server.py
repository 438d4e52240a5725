"""The tour's inboxes: so much of IMAP4rev1 (RFC 3501, IDLE, UNSELECT) on loopback as reading them needs."""

import asyncio
import re
import shlex
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Final

from opendoors_desktop.engine.demo.mail_server import HOST

CAPABILITIES: Final = "IMAP4rev1 AUTH=PLAIN IDLE UNSELECT"
DONE: Final = "OK done"
VALIDITY: Final = 1
MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_CUT = re.compile(r"BODY(?:\.PEEK)?\[(HEADER)?\]<0\.(\d+)>")
_HEAD_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail as it lies in an inbox; its UID is its number there, counted from 1."""

    data: bytes
    at: datetime

    @property
    def head(self) -> bytes:
        """Its header with the empty line."""
        return self.data[: self.data.find(_HEAD_END) + len(_HEAD_END)]


@dataclass(slots=True)
class Inbox:
    """What was delivered to one address, whom to tell of more, and what to call once all of it was looked at."""

    mails: list[Delivered] = field(default_factory=list)
    on_seen: list[Callable[[], None]] = field(default_factory=list)
    listeners: set[Callable[[], None]] = field(default_factory=set)


class InboxServer:
    """Holds an inbox for each address, to which any password opens; nothing is ever changed from outside."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.port = 0
        self.inboxes = {address.lower(): Inbox() for address in addresses}

    def deliver(self, address: str, data: bytes, at: datetime, on_seen: Callable[[], None] = lambda: None) -> None:
        """Put a mail, with CRLF at its lines' ends, into an inbox, and tell whoever waits there; `at` is aware.

        `on_seen` is called when a client that knows of it waits for the next.
        """
        inbox = self.inboxes[address.lower()]
        inbox.mails.append(Delivered(data, at))
        inbox.on_seen.append(on_seen)
        for tell in list(inbox.listeners):
            tell()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from greeting to good-bye."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _Talk(self, reader, writer).run()
        writer.close()


class _Talk:
    """One connection: who signed in, and which inbox is open with how many mails as far as the client knows."""

    def __init__(self, server: InboxServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._own: Inbox | None = None
        self._is_open = False
        self._told = 0

    async def run(self) -> None:
        """Answer line by line."""
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] the tour's inboxes")
        while line := await self._line():
            tag, _, rest = line.partition(" ")
            word, _, rest = rest.partition(" ")
            if word.upper() == "UID":
                word, _, rest = rest.partition(" ")
            if word.upper() == "LOGOUT":
                self._say("* BYE", f"{tag} {DONE}")
                return
            answered = await self._answer(tag, word.upper(), rest)
            self._tell_arrivals()
            self._say(f"{tag} {answered}")
            await self._writer.drain()

    async def _answer(self, tag: str, word: str, rest: str) -> str:
        """Say what a command asks for, and give how it ended."""
        if word in ("CAPABILITY", "NOOP"):
            self._say(f"* CAPABILITY {CAPABILITIES}")
            return DONE
        if word == "AUTHENTICATE":
            return await self._authenticate()
        if self._own is None:
            return "BAD sign in first"
        if word == "LIST":
            self._say('* LIST (\\HasNoChildren) "/" INBOX')
            return DONE
        if word == "STATUS":
            return self._status(rest)
        if word in ("EXAMINE", "SELECT"):
            return self._examine(rest)
        return await self._of_open(word, rest) if self._is_open else "BAD open a folder first"

    async def _authenticate(self) -> str:
        from base64 import b64decode

        self._say("+ ")
        _, user, _ = b64decode(await self._line()).decode().split("\0")
        self._own = self._server.inboxes.get(user.lower())
        return "NO nobody of that name" if self._own is None else DONE

    def _status(self, rest: str) -> str:
        if shlex.split(rest)[0].upper() != "INBOX":
            return "NO there is no such folder"
        self._say(f"* STATUS INBOX (UIDVALIDITY {VALIDITY} UIDNEXT {len(self._mails) + 1})")
        return DONE

    def _examine(self, rest: str) -> str:
        self._is_open = shlex.split(rest)[0].upper() == "INBOX"
        if not self._is_open:
            return "NO there is no such folder"
        self._told = len(self._mails)
        self._say(
            "* FLAGS (\\Seen)",
            f"* {self._told} EXISTS",
            f"* OK [UIDVALIDITY {VALIDITY}]",
            f"* OK [UIDNEXT {self._told + 1}]",
        )
        return "OK [READ-ONLY] done"

    async def _of_open(self, word: str, rest: str) -> str:
        if word == "SEARCH":
            self._say(" ".join(["* SEARCH", *(str(uid) for uid in self._found(shlex.split(rest)))]))
            return DONE
        if word == "FETCH":
            uids, _, items = rest.partition(" ")
            for uid in _numbers(uids, len(self._mails)):
                self._fetch(uid, items)
            return DONE
        if word == "IDLE":
            return await self._idle()
        if word in ("UNSELECT", "CLOSE"):
            self._is_open = False
            return DONE
        return "BAD this isn't known here"

    @property
    def _mails(self) -> list[Delivered]:
        return [] if self._own is None else self._own.mails

    def _found(self, terms: list[str]) -> list[int]:
        """UIDs by the three searches there are: UID set, SINCE day, HEADER Message-ID id."""
        kind = terms[0].upper()
        if kind == "UID":
            return _numbers(terms[1], len(self._mails))
        if kind == "SINCE":
            day, month, year = terms[1].split("-")
            since = datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC)
            return [uid for uid, mail in enumerate(self._mails, 1) if mail.at >= since]
        wanted = terms[2]
        return [
            uid
            for uid, mail in enumerate(self._mails, 1)
            if wanted in str(message_from_bytes(mail.head).get(terms[1], ""))
        ]

    def _fetch(self, uid: int, items: str) -> None:
        mail = self._mails[uid - 1]
        said = f"UID {uid}"
        if "RFC822.SIZE" in items:
            said += f" RFC822.SIZE {len(mail.data)}"
        if "INTERNALDATE" in items:
            month = MONTHS[mail.at.month - 1]
            said += f' INTERNALDATE "{mail.at.astimezone(UTC):%d-{month}-%Y %H:%M:%S +0000}"'
        cut = _CUT.search(items)
        part = b"" if cut is None else (mail.head if cut[1] else mail.data)[: int(cut[2])]
        literal = "" if cut is None else f" BODY[{cut[1] or ''}]<0> {{{len(part)}}}\r\n"
        self._writer.write(f"* {uid} FETCH ({said}{literal}".encode() + part + b")\r\n")

    async def _idle(self) -> str:
        """Tell of what arrives until the client says DONE."""
        assert self._own is not None  # asked before
        self._say("+ idling")
        if self._told == len(self._mails):
            seen, self._own.on_seen = self._own.on_seen, []
            for call in seen:
                call()
        self._tell_arrivals()
        self._own.listeners.add(self._tell_arrivals)
        try:
            await self._line()
        finally:
            self._own.listeners.discard(self._tell_arrivals)
        return DONE

    def _tell_arrivals(self) -> None:
        if self._is_open and self._told < len(self._mails):
            self._told = len(self._mails)
            self._say(f"* {self._told} EXISTS")

    async def _line(self) -> str:
        return (await self._reader.readline()).decode("utf-8", "replace").rstrip("\r\n")

    def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())


def _numbers(ranges: str, last: int) -> list[int]:
    """The numbers from 1 to `last` that an IMAP set names (RFC 3501, sequence-set), rising."""
    found: set[int] = set()
    for each in ranges.split(","):
        ends = [last if end == "*" else int(end) for end in each.split(":")]
        found.update(range(min(ends), max(ends) + 1))
    return sorted(number for number in found if 1 <= number <= last)


@asynccontextmanager
async def running_inbox_server(server: InboxServer) -> AsyncIterator[InboxServer]:
    """Have a server listen on a free port of loopback, in this loop, while the block runs."""
    talks: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[writer] = is_over = asyncio.Event()
        await server.talk(reader, writer)
        is_over.set()

    listening = await asyncio.start_server(talk, HOST, 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for writer in talks:
            writer.transport.abort()
        for is_over in list(talks.values()):
            await is_over.wait()
