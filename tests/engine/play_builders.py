"""Rooms of plain values to be played: mailboxes, sequences and people in them, without a store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.decision import advance
from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.facts import Facts
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.mail_host import MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.domain.pacing import Attempt, PaceBook, SharedCounts
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import Sequence as Sequence_
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.engine.simulation import Planned, Player, Simulation
from opendoors_desktop.engine.stepping import ticket_for
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import NO_MAILBOX, Lane, Ticket

BERLIN = "Europe/Berlin"
ALL_WEEK = SendWindow((True,) * 7)
NOBODY = UUID(int=0)


def berlin(*parts: int) -> datetime:
    """An instant by the clocks of Berlin."""
    return datetime(*parts, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)  # type: ignore[arg-type,misc]


MONDAY = berlin(2026, 3, 2, 8)
"""Monday at eight."""


def mailbox(number: int = 1, **settings: Any) -> Mailbox:
    """A mailbox in Berlin without limits; names of MailboxLimits among `settings` are limits."""
    key = UUID(int=number)
    limits = {name: settings.pop(name) for name in list(settings) if name in MailboxLimits.__slots__}
    zone = ZoneInfo(limits.pop("zone", BERLIN))
    host = MailHost("127.0.0.1", 2525, Security.NONE)
    bounds = MailboxLimits(key, zone, **limits)
    return Mailbox(key, NOBODY, NOBODY, NOBODY, f"box{number}@example.com", host, bounds, **settings)


def email(number: int, wait: Delay | None = None, **settings: Any) -> dict[str, Any]:
    """What an email step is made of; the first has a subject."""
    texts = {"subject_template": "Hello {{ first_name }}" if number == 1 else None, "body_template": "A word."}
    return step(number, StepType.EMAIL, wait, variables=frozenset({"first_name"}), **texts | settings)


def step(number: int, kind: StepType, wait: Delay | None = None, **settings: Any) -> dict[str, Any]:
    """What a step is made of, `wait` after the one before."""
    return {"order": number, "type": kind, "delay": wait or Delay(), **settings}


def sequence(number: int, *steps: Mapping[str, Any], **settings: Any) -> Sequence_:
    """A running sequence in Berlin, sending at any hour and without limits.

    Its steps have the ids 1000 × its number + their order; a step's `parent` is an order as well.
    """
    own = UUID(int=number)
    flow = Flow(tuple(_step(number, own, dict(each)) for each in steps))
    usual: dict[str, Any] = {
        "status": SequenceStatus.ACTIVE,
        "zone": BERLIN,
        "window": ALL_WEEK,
        "max_emails_per_day": None,
        "throttle": timedelta(),
    }
    return Sequence_(own, NOBODY, f"Sequence {number}", NOBODY, flow, **usual | settings)


def step_id(sequence_number: int, order: int) -> UUID:
    """The id of a step."""
    return UUID(int=1000 * sequence_number + order)


def _step(number: int, own: UUID, settings: dict[str, Any]) -> Step:
    parent = settings.pop("parent", None)
    key = step_id(number, settings["order"])
    return Step(key, own, parent_id=None if parent is None else step_id(number, parent), **settings)


@dataclass
class Play:
    """A room that is being set up, and who plays in it."""

    mailboxes: Sequence[Mailbox]
    sequences: Sequence[Sequence_]
    now: datetime = MONDAY
    attempts: dict[int, list[Attempt]] = field(default_factory=dict)
    players: list[Player] = field(default_factory=list)

    def enroll(
        self,
        sequence_number: int,
        people: Iterable[int],
        *,
        box: int = 1,
        zones: Sequence[str] = (BERLIN,),
        every: timedelta = timedelta(),
        **changes: Any,
    ) -> None:
        """Put people into a sequence, each `every` later than the one before; `changes` are of their players."""
        known = self._sequence(sequence_number)
        at = self.now - timedelta(hours=1)
        for turn, person in enumerate(people):
            enrollment = Enrollment(
                UUID(int=100_000 * sequence_number + person),
                known.id,
                UUID(int=50_000 + person),
                at + turn * every,
                zone=zones[turn % len(zones)],
                mailbox_id=UUID(int=box),
            )
            self.play(enrollment, person, **changes)

    def play(self, enrollment: Enrollment, person: int, **changes: Any) -> None:
        """Let an enrollment play, standing where the scheduler would have put it."""
        known = next(each for each in self.sequences if each.id == enrollment.sequence_id)
        facts = changes.pop("facts", Facts({"email": f"p{person}@example.net", "first_name": f"Zoe{person}"}))
        ticket = ticket_for(known, enrollment, advance(known, enrollment, facts, self.now).decision)
        if ticket is None:
            ticket = Ticket(NO_MAILBOX, known.id, Lane.NO_MAILBOX, self.now, enrollment.id)
        if changes.pop("is_retry", False) and ticket.lane is not Lane.NO_MAILBOX:
            ticket = replace(ticket, lane=Lane.RETRY)
        usual: dict[str, Any] = {"company_id": None, "last_automatic": None}
        self.players.append(Player(enrollment, known, facts, ticket, f"p{person}@example.net", **usual | changes))

    def run(self, days: int = 30) -> Iterator[Planned]:
        """Play for some days."""
        shared = SharedCounts({each.id: ZoneInfo(each.zone) for each in self.sequences})
        books = {
            box.id: PaceBook.rebuild(box.id, box.limits.zone, self.attempts.get(box.id.int, []), shared)
            for box in self.mailboxes
        }
        room = Room(
            sequences={each.id: each for each in self.sequences},
            mailboxes={box.id: box for box in self.mailboxes},
            fallbacks={},
            opt_out_line="",
            postal_address="",
            is_stopped=False,
        )
        return Simulation(room, books, self.now).run(self.players, self.now + timedelta(days=days))

    def told(self, days: int = 30) -> list[str]:
        """What leaves, a line an email: when, from where, which step to whom, and why then."""
        return [_line(planned) for planned in self.run(days)]

    def _sequence(self, number: int) -> Sequence_:
        return next(each for each in self.sequences if each.id.int == number)


def _line(planned: Planned) -> str:
    sent, person = planned.decision, planned.player.enrollment.contact_id.int - 50_000
    words = [
        f"{planned.at:%Y-%m-%d %H:%M:%S.%f}",
        f"box {sent.mailbox_id.int}",
        f"sequence {planned.player.sequence.id.int} step {sent.step.order}",
        f"person {person}",
        f"{sent.because} {planned.departure.rule}",
        *([] if planned.variant_id is None else [f"variant {planned.variant_id}"]),
        *planned.assumes,
    ]
    return ", ".join(words)
