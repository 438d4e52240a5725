"""Sequences as requests bring them and answers show them, by the names of the table `sequences`."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from opendoors_desktop.api.fields import Body, Day, Flag, Instant, Key, Shown, WallTime, text, whole
from opendoors_desktop.api.step_schemas import ShownStep
from opendoors_desktop.domain.sequence import GoalType, SequenceStatus

LONGEST_NAME: Final = 255
LONGEST_TEXT: Final = 10_000
LONGEST_TAG: Final = 100
LONGEST_AWAY: Final = 365
_WORKDAYS: Final = (True, True, True, True, True, False, False)


class SequenceQuery(Body):
    """Which sequences are asked for, in which order, from where on."""

    status: Annotated[list[SequenceStatus], Field(max_length=5)] = Field(
        default_factory=list, description="In any of these states; none named: in any."
    )
    owner_id: Key | None = None
    folder_id: Key | None = None
    subfolders: bool = Field(default=True, description="Those in folders inside that folder as well.")
    tag: Annotated[str, text(LONGEST_TAG, 1)] | None = None
    q: Annotated[str, text(200)] | None = Field(default=None, description="Words in name or description.")
    updated_since: Instant | None = None
    sort: Literal["name", "-name", "updated", "-updated", "status", "-status"] = Field(
        default="name", description="A sign before it turns it round."
    )
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, text(4_000)] | None = Field(default=None, description="What `next_cursor` said.")


class Share(Body):
    """A mailbox that takes part in a sequence, with its share among all weights."""

    email_account_id: Key
    weight: Annotated[int, whole(0)] = 1


class SequenceBody(Body):
    """All settings of a sequence; a member that is left out has its default."""

    name: Annotated[str, text(LONGEST_NAME, 1)] = Field(examples=["Spring fair"])
    description: Annotated[str, text(LONGEST_TEXT)] | None = None
    status: SequenceStatus | None = Field(
        default=None,
        description="The state it goes into: draft → active ⇄ paused; draft, active, paused → stopped → archived;"
        " archived → stopped. Left out: as it is. A new one is a draft.",
    )
    owner_id: Key | None = Field(default=None, description="Left out: whoever the token stands for.")
    folder_id: Key | None = None
    tags: Annotated[list[Annotated[str, text(LONGEST_TAG, 1)]], Field(max_length=100)] = Field(default_factory=list)
    goal_type: GoalType | None = None
    goal_name: Annotated[str, text(LONGEST_NAME)] | None = None
    goal_target: Annotated[int, whole(1)] | None = None
    goal_deadline: Day | None = None
    default_email_account_id: Key | None = Field(default=None, description="The mailbox it sends from.")
    email_account_shares: Annotated[list[Share], Field(max_length=100)] = Field(default_factory=list)
    sending_timezone: Annotated[str, text(50, 1)] = Field(default="UTC", examples=["Europe/Berlin"])
    use_contact_timezone: Flag = False
    sending_window_start: WallTime | None = Field(default=None, examples=["09:00"])
    sending_window_end: WallTime | None = Field(default=None, examples=["17:00"])
    sending_days: Annotated[list[Flag], Field(min_length=7, max_length=7)] = Field(
        default=list(_WORKDAYS), description="Monday first."
    )
    delays_in_working_days: Flag = False
    holiday_country: Annotated[str, text(2, 2)] | None = None
    holiday_subdivision: Annotated[str, text(10)] | None = None
    holidays: Annotated[list[Day], Field(max_length=1_000)] = Field(default_factory=list)
    max_emails_per_day: Annotated[int, whole(0)] | None = Field(default=100, description="null: no limit.")
    max_new_contacts_per_day: Annotated[int, whole(0)] | None = None
    throttle_delay_minutes: Annotated[int, whole(0, 1_440)] = 60
    starts_at: Instant | None = None
    stop_on_reply: Flag = True
    stop_on_company_reply: Flag = False
    stop_on_bounce: Flag = True
    stop_on_unsubscribe: Flag = True
    out_of_office_days: Annotated[int, whole(0, LONGEST_AWAY)] | None = None
    allow_new_round: Flag = False
    allow_parallel: Flag = False
    track_opens: Flag = False
    track_clicks: Flag = False


class StatusBody(Body):
    """The state a sequence goes into, all else left as it is."""

    status: SequenceStatus


class ShownShare(Shown):
    """A mailbox that takes part in a sequence."""

    email_account_id: UUID
    weight: int


class Totals(Shown):
    """How many contacts came how far."""

    total_enrolled: int
    total_sent: int
    total_delivered: int
    total_opened: int
    total_clicked: int
    total_replied: int
    total_bounced: int
    total_unsubscribed: int


class SequenceLine(Totals):
    """A sequence as lists show it."""

    id: UUID
    name: str
    description: str | None
    status: SequenceStatus
    owner_id: UUID
    folder_id: UUID | None
    tags: list[str]
    goal_type: GoalType | None
    goal_target: int | None
    goal_deadline: date | None
    steps: int
    created_at: datetime
    updated_at: datetime


class SequencePage(Shown):
    """A page of sequences; `next_cursor` leads to the one behind it, null at the end."""

    items: list[SequenceLine]
    next_cursor: str | None


class ShownSequence(Totals):
    """A sequence whole, with its steps."""

    id: UUID
    name: str
    description: str | None
    status: SequenceStatus
    owner_id: UUID
    folder_id: UUID | None
    tags: list[str]
    goal_type: GoalType | None
    goal_name: str | None
    goal_target: int | None
    goal_deadline: date | None
    default_email_account_id: UUID | None
    email_account_shares: list[ShownShare]
    sending_timezone: str
    use_contact_timezone: bool
    sending_window_start: str | None
    sending_window_end: str | None
    sending_days: list[bool]
    delays_in_working_days: bool
    holiday_country: str | None
    holiday_subdivision: str | None
    holidays: list[date]
    max_emails_per_day: int | None
    max_new_contacts_per_day: int | None
    throttle_delay_minutes: int
    starts_at: datetime | None
    stop_on_reply: bool
    stop_on_company_reply: bool
    stop_on_bounce: bool
    stop_on_unsubscribe: bool
    out_of_office_days: int | None
    allow_new_round: bool
    allow_parallel: bool
    track_opens: bool
    track_clicks: bool
    version: int
    created_at: datetime
    updated_at: datetime
    activated_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    archived_at: datetime | None
    possible_statuses: list[SequenceStatus] = Field(description="The states a PUT may put it into now.")
    steps: list[ShownStep]


class Deleted(Shown):
    """What deleting came to: gone, or only put away because it has a history."""

    id: UUID
    deleted: bool = Field(description="False: it was stopped and archived (a sequence), or stopped and hidden.")
