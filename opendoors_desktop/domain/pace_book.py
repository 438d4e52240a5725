"""What has left so far, kept so that the rules of pace are answered without reading it all again."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.local_time import local_day

HOUR = timedelta(hours=1)

_HOUR_MATTERS = timedelta(hours=1, minutes=1)  # a minute more, since slots may be some seconds past
_DAYS_KEPT = 4
_CONTACTS_KEPT = 50_000
_CONTACTS_MATTER = timedelta(days=3)


class Email(Protocol):
    """What the book asks of an email: whose it is and to whom it goes."""

    @property
    def sequence_id(self) -> UUID | None:
        """The sequence; None for an email a person wrote outside of sequences."""
        ...

    @property
    def enrollment_id(self) -> UUID:
        """The enrollment, or the outgoing email itself."""
        ...

    @property
    def step_id(self) -> UUID:
        """The step, or the outgoing email itself."""
        ...

    @property
    def contact_id(self) -> UUID | None:
        """Whom it goes to."""
        ...

    @property
    def company_id(self) -> UUID | None:
        """Whose company."""
        ...

    @property
    def is_first(self) -> bool:
        """Whether it is the enrollment's first email."""
        ...

    @property
    def is_retry(self) -> bool:
        """Whether it was attempted before."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One email as the journal knows it, however often it was tried."""

    sequence_id: UUID | None  # None: written by a person, outside of sequences
    enrollment_id: UUID  # outside of sequences, here and in `step_id`: the outgoing email's own id
    step_id: UUID
    contact_id: UUID | None
    company_id: UUID | None
    is_first: bool  # the enrollment's first email
    slot_at: datetime  # the planned instant of the last try
    first_attempted_at: datetime
    last_attempted_at: datetime
    counts: bool = True  # sent, sending, uncertain, or deferred (keeps its place); not: failed, cancelled

    @property
    def is_retry(self) -> bool:
        """Whether it was tried more than once."""
        return self.last_attempted_at != self.first_attempted_at


class DayCounts:
    """How many emails each of many things (sequences, companies) has had on a day."""

    __slots__ = ("_days",)

    def __init__(self) -> None:
        self._days: dict[date, dict[int, int]] = {}  # by the scopes' numbers, which are hashed faster than UUIDs

    def used(self, scope: UUID, day: date) -> int:
        """How many on that day."""
        counts = self._days.get(day)
        return 0 if counts is None else counts.get(scope.int, 0)

    def add(self, scope: UUID, day: date, emails: int = 1) -> None:
        """Count more (or, with a negative number, fewer, never under 0); days long past are dropped."""
        counts = self._days.get(day)
        if counts is None:
            self._days = {kept: counts for kept, counts in self._days.items() if (day - kept).days < _DAYS_KEPT}
            counts = self._days[day] = {}
        counts[scope.int] = max(counts.get(scope.int, 0) + emails, 0)


class SharedCounts:
    """What several mailboxes use up together: the counts of sequences and companies, and who was written to last."""

    __slots__ = ("companies", "contacts", "new_contacts", "sequence_zones", "sequences")

    def __init__(self, sequence_zones: Mapping[UUID, ZoneInfo]) -> None:
        self.sequence_zones = sequence_zones  # whose midnight ends a sequence's day; unknown: the sending mailbox's
        self.sequences = DayCounts()  # emails of a sequence
        self.new_contacts = DayCounts()  # first emails of a sequence
        self.companies = DayCounts()  # emails to a company, by the day of the sending mailbox
        # The last automatic email to each contact, by the contact's number: when, and of which sequence.
        self.contacts: dict[int, tuple[datetime, UUID]] = {}

    def count(self, email: Email, at: datetime, zone: ZoneInfo, emails: int = 1) -> None:
        """Count an email of a mailbox in `zone` on the day of `at`; a negative number gives its place back."""
        if email.company_id is not None:
            self.companies.add(email.company_id, local_day(zone, at), emails)
        if email.sequence_id is not None:
            day = local_day(self.sequence_zones.get(email.sequence_id, zone), at)
            self.sequences.add(email.sequence_id, day, emails)
            if email.is_first:
                self.new_contacts.add(email.sequence_id, day, emails)

    def note_contact(self, email: Email, at: datetime) -> None:
        """Remember an automatic email to a contact; old ones are dropped once they are many."""
        if email.contact_id is None or email.sequence_id is None:
            return
        contact = email.contact_id.int
        known = self.contacts.get(contact)
        if known is None or known[0] <= at:
            self.contacts[contact] = (at, email.sequence_id)
        if len(self.contacts) > _CONTACTS_KEPT:
            since = at - _CONTACTS_MATTER
            self.contacts = {who: last for who, last in self.contacts.items() if last[0] >= since}

    def forget_contact(self, email: Email, at: datetime) -> None:
        """Undo `note_contact`, unless another email to the contact was noted since."""
        if email.contact_id is not None and self.contacts.get(email.contact_id.int) == (at, email.sequence_id):
            del self.contacts[email.contact_id.int]


_Own = tuple[int, int]
"""Which email: the numbers of enrollment and step, which are compared faster than UUIDs."""

_Slot = tuple[datetime, _Own]
"""When an email left, or should have."""


class Last(NamedTuple):
    """The email that left last from a mailbox: when it really went, and the slot the next one is chained to."""

    left_at: datetime
    slot_at: datetime
    own: _Own
    mailbox_id: UUID

    @property
    def share(self) -> float:
        """The part of the gap by which it lengthens it; see `jitter_share`."""
        return _share(self.mailbox_id.int, *self.own)


def _own(email: Email) -> _Own:
    return email.enrollment_id.int, email.step_id.int


def _others(slots: tuple[_Slot, ...], own: _Own) -> tuple[_Slot, ...]:
    return tuple(slot for slot in slots if slot[1] != own)


def _latest(new: _Slot, known: tuple[_Slot, ...]) -> tuple[_Slot, ...]:
    """The two latest, the later first, with the new one in place of the same email's earlier one."""
    if not known or (new > known[0] and new[1] != known[0][1]):
        return (new, *known[:1])
    if len(known) == 2 and new < known[1] and new[1] not in (known[0][1], known[1][1]):
        return known
    return tuple(sorted([new, *_others(known, new[1])], reverse=True)[:2])


class PaceBook:
    """One mailbox's memory of its pace. It changes in place, since a forecast updates it tens of thousands of times."""

    __slots__ = ("_hour", "_lanes", "days", "last", "mailbox_id", "shared", "zone")

    def __init__(self, mailbox_id: UUID, zone: ZoneInfo, shared: SharedCounts | None = None) -> None:
        self.mailbox_id = mailbox_id
        self.zone = zone
        self.shared = SharedCounts({}) if shared is None else shared
        self.last: Last | None = None
        self.days = DayCounts()  # this mailbox's emails, by its own day
        # When the emails of the last hour left, rising; one entry an email, however often it was tried.
        self._hour: deque[_Slot] = deque()
        # The slots of each sequence's last two emails from this mailbox, the later first.
        self._lanes: dict[int, tuple[_Slot, ...]] = {}

    @classmethod
    def rebuild(
        cls,
        mailbox_id: UUID,
        zone: ZoneInfo,
        rows: Iterable[Attempt],
        shared: SharedCounts,
        *,
        is_counted: bool = False,
    ) -> "PaceBook":
        """The book as it was before a restart, from the journal's rows of the mailbox's last three days, in any order.

        `is_counted` says that `shared` holds these rows already (it was loaded from stored counts).
        """
        book = cls(mailbox_id, zone, shared)
        for row in sorted(rows, key=lambda row: (row.last_attempted_at, row.slot_at)):
            own = _own(row)
            book._chain(row, own, row.slot_at, row.last_attempted_at)
            shared.note_contact(row, row.last_attempted_at)
            if row.counts:
                book._enter_hour(own, row.last_attempted_at, is_retry=row.is_retry)
                book.days.add(mailbox_id, local_day(zone, row.first_attempted_at))
                if not is_counted:
                    shared.count(row, row.first_attempted_at, zone)
        return book

    def with_attempt(self, email: Email, slot_at: datetime, left_at: datetime | None = None) -> "PaceBook":
        """Enter, in place, that an email leaves at `left_at` (None: on its slot); a retry counts for no day."""
        at = slot_at if left_at is None else left_at
        own = _own(email)
        self._chain(email, own, slot_at, at)
        self._enter_hour(own, at, is_retry=email.is_retry)
        if not email.is_retry:
            self.days.add(self.mailbox_id, local_day(self.zone, at))
            self.shared.count(email, at, self.zone)
        self.shared.note_contact(email, at)
        return self

    def without(self, email: Email, first_attempted_at: datetime) -> "PaceBook":
        """Give back, in place, the places of an email that failed or was cancelled; the spacing behind it stays."""
        self._leave_hour(_own(email))
        self.days.add(self.mailbox_id, local_day(self.zone, first_attempted_at), -1)
        self.shared.count(email, first_attempted_at, self.zone, -1)
        return self

    def not_begun(self, email: Email, claimed_at: datetime) -> "PaceBook":
        """As `without`, for an email that never came to be attempted: its contact has had nothing either."""
        self.shared.forget_contact(email, claimed_at)
        return self.without(email, claimed_at)

    def used_on(self, day: date) -> int:
        """How many emails left for the first time on a day of the mailbox."""
        return self.days.used(self.mailbox_id, day)

    def hour_opens_at(self, cap: int, email: Email | None = None) -> datetime | None:
        """From when fewer than `cap` (at least 1) emails, this one excepted, have left in the 60 minutes before.

        None: at any time.
        """
        if email is not None and email.is_retry:
            own = _own(email)
            others = [at for at, other in self._hour if other != own]
            return others[-cap] + HOUR if len(others) >= cap else None
        return self._hour[-cap][0] + HOUR if len(self._hour) >= cap else None

    def last_slot(self, sequence_id: UUID, email: Email | None = None) -> datetime | None:
        """The slot of the sequence's last email from this mailbox, the given one excepted."""
        lane = self._lanes.get(sequence_id.int, ())
        if email is not None and email.is_retry:
            lane = _others(lane, _own(email))
        return lane[0][0] if lane else None

    def _chain(self, email: Email, own: _Own, slot_at: datetime, at: datetime) -> None:
        """Let the next slots follow from this email's, unless one is entered already that left later."""
        leaves = Last(at, slot_at, own, self.mailbox_id)
        if self.last is None or self.last < leaves:
            self.last = leaves
        if email.sequence_id is not None:
            self._lanes[email.sequence_id.int] = _latest((slot_at, own), self._lanes.get(email.sequence_id.int, ()))

    def _enter_hour(self, own: _Own, at: datetime, *, is_retry: bool) -> None:
        if is_retry:
            self._leave_hour(own)
        while self._hour and self._hour[0][0] < at - _HOUR_MATTERS:
            self._hour.popleft()
        is_clock_behind = bool(self._hour) and self._hour[-1][0] > at
        self._hour.append((at, own))
        if is_clock_behind:
            self._hour = deque(sorted(self._hour))

    def _leave_hour(self, own: _Own) -> None:
        self._hour = deque(entry for entry in self._hour if entry[1] != own)


def jitter_share(mailbox_id: UUID, enrollment_id: UUID, step_id: UUID) -> float:
    """The part of the mailbox's gap, from 0 to under a half, by which one email lengthens the gap behind it.

    It depends on nothing but the three ids, so that taking one email away changes no other's.
    """
    return _share(mailbox_id.int, enrollment_id.int, step_id.int)


def _share(*numbers: int) -> float:
    digest = blake2b(b"".join(number.to_bytes(16, "big") for number in numbers), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**33
