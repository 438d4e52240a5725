"""What people of the tour write back: answers, absences, bounces and opt-outs, with what has to follow from each."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.header import Header
from email.utils import format_datetime
from typing import Final
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.demo.evidence import Came, Kind, Letter, Silence, Which
from opendoors_desktop.engine.demo.inbox_server import InboxServer
from opendoors_desktop.engine.demo.marks import which_of

KNOWN_WITHIN: Final = timedelta(seconds=60)
"""So long after a mail arrived an email may still leave: mailboxes are read that shortly before they send."""


READ_WITHIN: Final = 5.0
"""Seconds of real time that the tour waits for a mail to be read."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody takes the first email of a sequence: so long after it came, a mail of a kind.

    `returns_after` is how many days after that somebody is back who is away; `write` writes the mail, where that isn't
    done as is usual for the kind.
    """

    kind: Kind
    after: timedelta
    text: str = ""
    returns_after: int = 0
    write: "Callable[[_Occasion], str] | None" = None


def habits_of(contacts: Sequence[Contact]) -> dict[str, Habit]:
    """The habits by recipient, of the contacts in the order of their file."""
    return {contacts[place].email.lower(): habit for place, habit in HABITS.items()}


class Correspondents:
    """Has people write back to the mailboxes they were written from; `came` is what arrived, in that order."""

    def __init__(
        self,
        clock: VirtualClock,
        inboxes: InboxServer,
        habits: Mapping[str, Habit],
        marks: Mapping[Which, tuple[str, ...]],
    ) -> None:
        """`habits` are by recipient; `marks` tell which email a letter is."""
        self._clock, self._inboxes = clock, inboxes
        self._habits, self._marks = dict(habits), marks
        self.came: list[Came] = []

    @property
    def silences(self) -> list[Silence]:
        """Who must not be written to, and until when, by what they wrote."""
        return [silence for came in self.came if (silence := _silence(came)) is not None]

    def receive(self, letter: Letter) -> None:
        """Take note of a letter; who has a habit answers the first one."""
        which = which_of(letter.text, self._marks)
        habit = self._habits.pop(letter.recipient, None)
        if which is None or habit is None:
            return
        at = self._clock.now() + habit.after
        self._clock.at(at, lambda: self._write(letter, which.sequence, habit))

    def _write(self, letter: Letter, sequence: str, habit: Habit) -> None:
        now = self._clock.now()
        returns_on = (now + timedelta(days=habit.returns_after)).date() if habit.returns_after else None
        write = habit.write or _MAILS[habit.kind]
        data = write(_Occasion(letter, habit, now, returns_on))
        # An inbox is read within a second, which on a clock that jumps has to be waited for.
        let_go = self._clock.hold()
        asyncio.get_running_loop().call_later(READ_WITHIN, let_go)
        self._inboxes.deliver(letter.sender, data.replace("\n", "\r\n").encode(), now, let_go)
        self.came.append(Came(letter.recipient, sequence, habit.kind, now, returns_on))


def _silence(came: Came) -> Silence | None:
    begins = came.at + KNOWN_WITHIN
    if came.kind in {Kind.GONE, Kind.OPT_OUT}:
        return Silence(came.recipient, begins)
    if came.kind in {Kind.REPLY, Kind.COLLEAGUE}:
        return Silence(came.recipient, begins, sequence=came.sequence)
    if came.kind is Kind.AWAY and came.returns_on is not None:
        back = datetime.combine(came.returns_on, time(), EARLIEST)
        return Silence(came.recipient, begins, back, came.sequence)
    return None


EARLIEST: Final = ZoneInfo("Pacific/Kiritimati")
"""Where a day begins first; who is back on it is nowhere back before."""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What somebody writes about, and when."""

    letter: Letter
    habit: Habit
    now: datetime
    returns_on: date | None

    def head(self, sender: str, subject: str) -> str:
        """The fields that every mail has."""
        letter = self.letter
        name, domain = letter.message_id.strip("<>").replace("@", "."), letter.recipient.partition("@")[2]
        return (
            f"From: {sender}\nTo: {letter.sender}\nSubject: {subject}\nDate: {format_datetime(self.now)}\n"
            f"Message-ID: <re.{name}@{domain}>\nMIME-Version: 1.0\n"
        )

    @property
    def domain(self) -> str:
        """That of whoever was written to."""
        return self.letter.recipient.partition("@")[2]


def _answer(of: _Occasion) -> str:
    """A person's answer with what they were written under it."""
    own_id = of.letter.message_id
    return (
        of.head(of.letter.recipient, "Re: your mail")
        + f"In-Reply-To: {own_id}\nReferences: {own_id}\nContent-Type: text/plain; charset=utf-8\n\n"
        + f"{of.habit.text}\n\nOn Monday you wrote:\n> {of.letter.text[:200]}\n"
    )


def _new_thread(of: _Occasion) -> str:
    """A person's mail that names none of ours: it is known by who wrote it, or by a colleague's subject."""
    sender = f"purchasing@{of.domain}" if of.habit.kind is Kind.COLLEAGUE else of.letter.recipient
    subject = Header(f"Re: {of.letter.subject}", "utf-8").encode()
    return of.head(sender, subject) + f"Content-Type: text/plain; charset=utf-8\n\n{of.habit.text}\n"


def _absence(of: _Occasion) -> str:
    return (
        of.head(of.letter.recipient, "Automatic reply: your mail")
        + f"In-Reply-To: {of.letter.message_id}\nAuto-Submitted: auto-replied\n"
        + f"Content-Type: text/plain; charset=utf-8\n\n{of.habit.text.format(day=of.returns_on)}\n"
    )


def _bounce(of: _Occasion) -> str:
    """A report as RFC 3464 wants it."""
    letter, words = of.letter, of.habit.text
    parts = {
        "text/plain": f"Your message to {letter.recipient} couldn't be delivered:\n{words}\n",
        "message/delivery-status": f"Reporting-MTA: dns; mx.{of.domain}\n\n"
        f"Final-Recipient: rfc822; {letter.recipient}\nAction: failed\nStatus: {words.split()[1]}\n"
        f"Diagnostic-Code: smtp; {words}\n",
        "text/rfc822-headers": f"From: {letter.sender}\nTo: {letter.recipient}\nMessage-ID: {letter.message_id}\n",
    }
    body = "".join(f"\n--{EDGE}\nContent-Type: {kind}\n\n{text}" for kind, text in parts.items())
    return (
        of.head(f"MAILER-DAEMON@{of.domain}", "Undelivered Mail Returned to Sender")
        + "Auto-Submitted: auto-replied\n"
        + f'Content-Type: multipart/report; report-type=delivery-status; boundary="{EDGE}"\n{body}\n--{EDGE}--\n'
    )


def _opt_out(of: _Occasion) -> str:
    """The mail that a mail program's own button sends (RFC 2369)."""
    return of.head(of.letter.recipient, of.letter.opt_out) + "Content-Type: text/plain\n\n\n"


EDGE: Final = "=_report"
_MAILS: Final[Mapping[Kind, Callable[[_Occasion], str]]] = {
    Kind.REPLY: _answer,
    Kind.COLLEAGUE: _new_thread,
    Kind.AWAY: _absence,
    Kind.GONE: _bounce,
    Kind.FULL: _bounce,
    Kind.OPT_OUT: _answer,
}
"""How a mail of a kind is written, where its habit doesn't say otherwise."""

HABITS: Final[Mapping[int, Habit]] = {
    11: Habit(Kind.REPLY, timedelta(hours=3), "Sounds good. Could we talk on Thursday?"),
    23: Habit(Kind.REPLY, timedelta(days=1, hours=2), "Thanks, but we are not interested."),
    37: Habit(Kind.REPLY, timedelta(minutes=40), "What does it cost for a team of twelve?", write=_new_thread),
    53: Habit(Kind.REPLY, timedelta(hours=6), "I have left sales. Please write to my colleague instead."),
    81: Habit(Kind.COLLEAGUE, timedelta(hours=5), "I take care of this. Send me more, please."),
    74: Habit(Kind.AWAY, timedelta(seconds=5), "I am out of the office until {day:%d %B %Y}.", returns_after=4),
    86: Habit(Kind.AWAY, timedelta(seconds=9), "Ich bin bis zum {day:%d.%m.%Y} nicht im Büro.", returns_after=8),
    95: Habit(Kind.AWAY, timedelta(seconds=4), "Je suis absent jusqu'au {day:%d/%m/%Y}.", returns_after=5),
    108: Habit(Kind.GONE, timedelta(minutes=2), "550 5.1.1 The email account that you tried to reach doesn't exist"),
    119: Habit(Kind.GONE, timedelta(hours=1), "550 5.1.10 Recipient address rejected: unknown"),
    127: Habit(Kind.FULL, timedelta(hours=4), "452 4.2.2 The mailbox is full"),
    136: Habit(Kind.OPT_OUT, timedelta(hours=2), "Please remove me from your list."),
    148: Habit(Kind.OPT_OUT, timedelta(hours=8), write=_opt_out),
}
"""By place in the file of contacts; whose colleague answers has no other in it, so that it is them who is meant."""
