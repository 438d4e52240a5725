"""A sequence with all its settings, and the states it may be in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import copy_steps
from opendoors_desktop.domain.send_window import Calendar, SendWindow
from opendoors_desktop.domain.suppression import SuppressionReason


class SequenceStatus(StrEnum):
    """Where a sequence stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    ARCHIVED = "archived"


class GoalType(StrEnum):
    """The event a sequence is for."""

    REPLIES = "replies"
    MEETINGS = "meetings"
    SALES = "sales"
    CUSTOM = "custom"


TRANSITIONS: Mapping[SequenceStatus, tuple[SequenceStatus, ...]] = {
    SequenceStatus.DRAFT: (SequenceStatus.ACTIVE, SequenceStatus.STOPPED),
    SequenceStatus.ACTIVE: (SequenceStatus.PAUSED, SequenceStatus.STOPPED),
    SequenceStatus.PAUSED: (SequenceStatus.ACTIVE, SequenceStatus.STOPPED),
    SequenceStatus.STOPPED: (SequenceStatus.ARCHIVED,),
    SequenceStatus.ARCHIVED: (),
}
"""The changes of state there are; beside them only undo, and restore from archived to stopped."""


@dataclass(frozen=True, slots=True)
class MailboxShare:
    """A mailbox that takes part in a sequence, with its share among all weights."""

    mailbox_id: UUID
    weight: int = 1


ANY_TIME = SendWindow()
"""Monday to Friday, the whole day."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence: its settings and its steps. `zone` is a zone's key; None as a limit means none, 0 means nothing."""

    id: UUID
    workspace_id: UUID
    name: str
    owner_id: UUID
    flow: Flow
    status: SequenceStatus = SequenceStatus.DRAFT
    description: str | None = None
    folder_id: UUID | None = None
    tags: tuple[str, ...] = ()
    zone: str = "UTC"
    uses_contact_zone: bool = False
    window: SendWindow = ANY_TIME
    holidays: frozenset[date] = frozenset()
    delays_in_working_days: bool = False
    max_emails_per_day: int | None = 100
    max_new_per_day: int | None = None
    throttle: timedelta = timedelta(minutes=60)
    stop_on_reply: bool = True
    stop_company_on_reply: bool = False
    stop_on_bounce: bool = True
    stop_on_unsubscribe: bool = True
    default_mailbox_id: UUID | None = None
    shares: tuple[MailboxShare, ...] = ()
    allows_new_round: bool = False
    allows_parallel: bool = False
    tracks_opens: bool = False
    tracks_clicks: bool = False
    goal_type: GoalType | None = None
    goal_target: int | None = None
    goal_deadline: date | None = None
    _calendars: dict[tuple[str, frozenset[date]], Calendar] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def calendar(self, zone: str, days_off: frozenset[date] = frozenset()) -> Calendar:
        """The window and holidays where a contact lives, `days_off` of a mailbox among the holidays; kept once made."""
        found = self._calendars.get((zone, days_off))
        if found is None:
            found = Calendar(ZoneInfo(zone), self.window, self.holidays | days_off)
            self._calendars[zone, days_off] = found
        return found


def ends_on(sequence: Sequence, reason: SuppressionReason) -> bool:
    """Whether a suppression ends the sequence's enrollments, or only keeps emails from them while tasks go on."""
    if reason is SuppressionReason.HARD_BOUNCE:
        return sequence.stop_on_bounce
    if reason in {SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT}:
        return sequence.stop_on_unsubscribe
    return True


def change_status(current: SequenceStatus, wanted: SequenceStatus) -> SequenceStatus:
    """The wanted state, where it may follow the current one; raises NotPossible, naming those that may."""
    possible = TRANSITIONS[current]
    if wanted in possible:
        return wanted
    advice = f"From {current} it can become {' or '.join(possible)}." if possible else "It can only be restored."
    raise NotPossible(f"A sequence that is {current} can't become {wanted}.", advice, code="bad_transition")


def archive_path(current: SequenceStatus) -> tuple[SequenceStatus, ...]:
    """The states to go through one after another to archive a sequence; raises NotPossible for an archived one."""
    if current is SequenceStatus.STOPPED:
        return (SequenceStatus.ARCHIVED,)
    return (change_status(current, SequenceStatus.STOPPED), SequenceStatus.ARCHIVED)


def possible_states(current: SequenceStatus) -> tuple[SequenceStatus, ...]:
    """Every state one command leads to from here, putting away and taking back among them."""
    if current is SequenceStatus.ARCHIVED:
        return (SequenceStatus.STOPPED,)
    return tuple(dict.fromkeys((*TRANSITIONS[current], SequenceStatus.ARCHIVED)))


def restore(current: SequenceStatus) -> SequenceStatus:
    """The state of an archived sequence that is taken back: stopped. Raises NotPossible for any other."""
    if current is SequenceStatus.ARCHIVED:
        return SequenceStatus.STOPPED
    possible = " or ".join(TRANSITIONS[current])
    raise NotPossible(
        f"A sequence that is {current} isn't archived.", f"It can become {possible}.", code="bad_transition"
    )


LONGEST_NAME = 255


def clone_sequence(sequence: Sequence, sequence_id: UUID, name: str, make_id: Callable[[], UUID]) -> Sequence:
    """A copy to work on: a draft with steps of its own, no dates, no winner of a test and nobody in it.

    `make_id` gives the ids of the new steps; retired steps aren't copied.
    """
    flow = copy_steps(sequence.flow, sequence_id, make_id)
    return replace(sequence, id=sequence_id, name=name, flow=flow, status=SequenceStatus.DRAFT, goal_deadline=None)


def clone_name(name: str, taken: Collection[str]) -> str:
    """A name for a copy that is not taken, at most 255 characters long."""
    number = 1
    while True:
        ending = " (copy)" if number == 1 else f" (copy {number})"
        wanted = name[: LONGEST_NAME - len(ending)] + ending
        if wanted not in taken:
            return wanted
        number += 1
