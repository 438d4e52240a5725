"""One mailbox read without end in a thread of its own: signed in, read, listened to, tried again after trouble."""

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Final

from opendoors_desktop.domain.errors import MailError, SecretError, StoreError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.read_times import ReadState, ReadTimes, pause_after
from opendoors_desktop.engine.commands.mailboxes import require_secret
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.mail_hosts import imap_settings
from opendoors_desktop.engine.mailbox_watch import MailboxWatch
from opendoors_desktop.engine.receiver import MailboxReading, Tell, note_read
from opendoors_desktop.engine.sent_folder import has_to_look, look_into_sent
from opendoors_desktop.mail.wire_bell import Bell, Shears
from opendoors_desktop.store.mailboxes import Mailbox

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import ImapSession

log = logging.getLogger(__name__)

NOTED_EVERY: Final = 600.0
"""Seconds after which the store is told again that a mailbox is read; trouble and its end are told at once."""

SOUND_AFTER: Final = 60.0
"""Seconds after which a session has nothing to do with the faults before it."""

CHANCES: Final = 1 << 32
NEEDS_A_PERSON: Final = frozenset({"auth", "no_auth", "plaintext", "signed_out"})
"""Causes after which no second try is made: it would only lock the mailbox."""

NOT_HERE: Final = "secret_missing"


class Ending(StrEnum):
    """Why a receiver has ended by itself."""

    NOT_HERE = "not_here"  # what signs in isn't on this machine; another one may read it
    REFUSED = "refused"  # a person has to put it right; noted with the mailbox


class Receiver:
    """Reads one mailbox from `start` to `stop`, in a thread of its own; all but `_` names are for any thread.

    `ended` says why it ended unasked, and `is_noted` whether the store knows.
    """

    def __init__(self, context: Context, mailbox: Mailbox, tell: Tell, changed: Callable[[], object]) -> None:
        """`tell` says what a mail is; `changed` is called, in that thread, when `ask` would give another answer."""
        self.mailbox = mailbox
        self.ended: Ending | None = None
        self.is_noted = False
        self._context = context
        self._tell, self._changed = tell, changed
        self._bell = Bell()
        self._shears = Shears()
        self._times = ReadTimes()
        self._fault: str | None = None
        self._failures = 0
        self._began_at = self._noted_at = 0.0
        self._has_begun = self._is_asked = self._is_doubted = self._is_stopping = False
        self._has_new_token = False
        self._thread = threading.Thread(  # noqa: TID251  # its home
            target=self._run, name=f"receiver {mailbox.address}", daemon=True
        )

    def start(self) -> None:
        """Begin; called once."""
        self._thread.start()

    def stop(self) -> None:
        """Have it end; `join` waits for that."""
        self._is_stopping = True
        self._bell.ring()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended, its line cut halfway; False: a keyring or a host that takes no call holds it up.

        It touches nothing any more then, and ends with the program.
        """
        self._thread.join(seconds / 2)
        if self._thread.is_alive():
            self._shears.cut()
        self._thread.join(seconds / 2)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether its thread hasn't ended."""
        return self._thread.is_alive()

    @property
    def is_beginning(self) -> bool:
        """Whether the mailbox hasn't been read once, and nothing is known to keep it from that."""
        return not (self._has_begun or self._fault is not None or self.ended)

    def ask(self) -> ReadState:
        """Whether all that came in so far is known; else it is read as soon as may be, and `changed` called."""
        if not self._is_doubted and self._times.are_fresh(self._context.clock.steady()):
            return ReadState.READ
        if self._fault is not None or self.ended is not None:
            return ReadState.AWAY
        if not self._is_asked:
            self._is_asked = True
            self._bell.ring()
        return ReadState.UNDER_WAY

    def doubt(self) -> None:
        """The computer slept: trust no line that was there before, and try at once where a host was away."""
        self._is_doubted = True
        self._bell.ring()

    # Its thread

    def _run(self) -> None:
        try:
            while not (self._is_stopping or self.ended):
                self._attend()
        finally:
            self._bell.close()
            self._changed()

    def _attend(self) -> None:
        """One session from the sign-in to its end, and a pause where it failed."""
        from opendoors_desktop.mail.imap import ImapFault, open_session

        self._is_doubted = False
        try:
            settings = imap_settings(self.mailbox)
            assert settings is not None  # a mailbox without an IMAP host has no receiver
            secret = require_secret(self._context, self.mailbox)
            with open_session(settings, secret, self._shears) as session:
                self._began_at = monotonic()
                try:
                    self._watch(session)
                finally:
                    self._times = ReadTimes()
        except ImapFault as broken:
            self._failed(broken.cause, broken.text)
        except (SecretError, MailError) as error:
            self._failed(error.code, f"{error.title} {error.advice}")
        except StoreError as away:
            log.info("%s waits for the store: %s", self.mailbox.address, away.title)
            self._pause()
        except Exception:
            if not self._is_stopping:
                log.exception("reading %s ended by a fault", self.mailbox.address)
                self._failed("bug", "The program failed while it read the mailbox; its log tells more.")

    def _watch(self, session: "ImapSession") -> None:
        reading = MailboxReading(self._context, self.mailbox, session, self._tell)
        watch = MailboxWatch(session, reading, self._bell, self._context.clock.steady, self._learned)
        if self._is_over():
            return
        watch.read_all()
        self._came_through()
        self._look_into_sent(session, watch)
        while not self._is_over():
            watch.wait()
            if not self._is_over() and (self._is_asked or watch.is_due):
                watch.look()
                self._note(None)
            self._look_into_sent(session, watch)

    def _look_into_sent(self, session: "ImapSession", watch: MailboxWatch) -> None:
        """See what went and put copies there, while nobody waits for what came."""
        if not (self._is_over() or self._is_asked) and has_to_look(self._context, self.mailbox):
            look_into_sent(self._context, self.mailbox, session)
            watch.left_folder()

    def _is_over(self) -> bool:
        return self._is_stopping or self._is_doubted

    def _learned(self, times: ReadTimes) -> None:
        self._times = times
        if self._is_asked and times.are_fresh(self._context.clock.steady()):
            self._is_asked = False
            self._changed()

    def _came_through(self) -> None:
        """The mailbox was read to its end."""
        is_news = not self._has_begun or self._fault is not None
        self._has_begun, self._has_new_token = True, False
        self._fault = None
        self._note(None, at_once=is_news)
        if is_news:
            self._changed()

    def _failed(self, cause: str, text: str) -> None:
        """No session could be had, or it broke off: tell of it and wait, or end where a person is needed."""
        if self._is_over():
            return
        if cause == "auth" and self.mailbox.auth is AuthMethod.OAUTH and not self._has_new_token:
            self._has_new_token = True  # a token may be refused before its time
            self._context.tokens.forget(self.mailbox.secret_name)
            return
        if self._began_at and monotonic() - self._began_at >= SOUND_AFTER:
            self._failures = 0
        needs_help = cause in NEEDS_A_PERSON or cause == NOT_HERE
        # A line that breaks is found again mostly, and nobody need hear of it.
        if needs_help or self._failures or not self._has_begun:
            self._tell_of(cause, text)
        self._began_at = 0.0
        if needs_help:
            self.ended = Ending.NOT_HERE if cause == NOT_HERE else Ending.REFUSED
        else:
            self._pause()

    def _tell_of(self, cause: str, text: str) -> None:
        if self._fault is None:
            log.info("%s can't be read: %s", self.mailbox.address, text)
        is_news, self._fault, self._is_asked = self._fault != text, text, False
        if is_news and cause != NOT_HERE:
            self._note(text, at_once=True)
        self._changed()

    def _pause(self) -> None:
        self._failures += 1
        chance = self._context.new_id().int % CHANCES / CHANCES
        if not self._is_over():
            self._bell.wait(pause_after(self._failures, chance).total_seconds())
        self._bell.hush()

    def _note(self, error: str | None, *, at_once: bool = False) -> None:
        if self._is_stopping or not (at_once or monotonic() - self._noted_at >= NOTED_EVERY):
            return
        try:
            note_read(self._context, self.mailbox, error)
            self._noted_at, self.is_noted = monotonic(), True
        except StoreError as away:
            log.info("%s: what reading came to isn't noted: %s", self.mailbox.address, away.title)
