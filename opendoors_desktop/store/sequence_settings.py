"""All that a person may set for a sequence beside its steps, as one value and as columns of its row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.send_window import MONDAY_TO_FRIDAY, SendWindow
from opendoors_desktop.domain.sequence import ANY_TIME, GoalType, MailboxShare
from opendoors_desktop.store.types import (
    as_tags,
    as_uuid,
    as_weekdays,
    maybe_day,
    maybe_instant,
    maybe_time,
    maybe_uuid,
)
from opendoors_desktop.store.unit import Row


@dataclass(frozen=True, slots=True)
class SequenceSettings:
    """The settings of a sequence; None as a limit means none, 0 means nothing.

    `zone` is a zone's key. `holiday_country` is a country's two letters, `holiday_subdivision` a part of it, `days_off`
    are days off beside those. `throttle` is in whole minutes. `shares` are in the order of their mailboxes' keys.
    `starts_at`: nothing leaves before. `out_of_office_days`: how long an automatic reply without a date puts off,
    None: the workspace's own setting.
    """

    name: str
    owner_id: UUID
    description: str | None = None
    folder_id: UUID | None = None
    tags: tuple[str, ...] = ()
    zone: str = "UTC"
    uses_contact_zone: bool = False
    window: SendWindow = ANY_TIME
    delays_in_working_days: bool = False
    holiday_country: str | None = None
    holiday_subdivision: str | None = None
    days_off: frozenset[date] = frozenset()
    max_emails_per_day: int | None = 100
    max_new_per_day: int | None = None
    throttle: timedelta = timedelta(minutes=60)
    starts_at: datetime | None = None
    stop_on_reply: bool = True
    stop_company_on_reply: bool = False
    stop_on_bounce: bool = True
    stop_on_unsubscribe: bool = True
    out_of_office_days: int | None = None
    default_mailbox_id: UUID | None = None
    shares: tuple[MailboxShare, ...] = ()
    allows_new_round: bool = False
    allows_parallel: bool = False
    tracks_opens: bool = False
    tracks_clicks: bool = False
    goal_type: GoalType | None = None
    goal_name: str | None = None
    goal_target: int | None = None
    goal_deadline: date | None = None

    def __post_init__(self) -> None:
        """Put the shares in order."""
        object.__setattr__(self, "shares", tuple(sorted(self.shares, key=lambda share: share.mailbox_id)))


DAYS_OFF: Final = "sequence_days_off"
"""The name of the row in `settings`, owned by the sequence, that holds its days off."""

SETTINGS_COLUMNS: Final = (
    "name", "owner_id", "description", "folder_id", "tags", "sending_timezone", "uses_contact_zone", "sending_days",
    "sending_window_start", "sending_window_end", "delays_in_working_days", "holiday_country", "holiday_subdivision",
    "max_emails_per_day", "max_new_contacts_per_day", "throttle_delay_minutes", "starts_at", "stop_on_reply",
    "stop_company_on_reply", "stop_on_bounce", "stop_on_unsubscribe", "out_of_office_days", "default_email_account_id",
    "allows_new_rounds", "allows_other_sequences", "tracks_opens", "tracks_clicks", "goal_type", "goal_name",
    "goal_target", "goal_deadline",
)  # fmt: skip
"""The columns of `sequences` that hold settings; shares and days off lie in tables of their own."""


def settings_of_row(row: Row, shares: tuple[MailboxShare, ...], days_off: frozenset[date]) -> SequenceSettings:
    """The settings of a row that holds `SETTINGS_COLUMNS`; what a foreign row leaves NULL has the column's default."""
    return SequenceSettings(
        name=row[0],
        owner_id=as_uuid(row[1]),
        description=row[2],
        folder_id=maybe_uuid(row[3]),
        tags=as_tags(row[4]),
        zone=row[5] or "UTC",
        uses_contact_zone=bool(row[6]),
        window=SendWindow(days_of(row[7]), maybe_time(row[8]), maybe_time(row[9])),
        delays_in_working_days=bool(row[10]),
        holiday_country=row[11],
        holiday_subdivision=row[12],
        days_off=days_off,
        max_emails_per_day=row[13],
        max_new_per_day=row[14],
        throttle=timedelta(minutes=row[15] or 0),
        starts_at=maybe_instant(row[16]),
        stop_on_reply=row[17] is None or bool(row[17]),
        stop_company_on_reply=bool(row[18]),
        stop_on_bounce=row[19] is None or bool(row[19]),
        stop_on_unsubscribe=row[20] is None or bool(row[20]),
        out_of_office_days=row[21],
        default_mailbox_id=maybe_uuid(row[22]),
        shares=shares,
        allows_new_round=bool(row[23]),
        allows_parallel=bool(row[24]),
        tracks_opens=bool(row[25]),
        tracks_clicks=bool(row[26]),
        goal_type=None if row[27] is None else GoalType(row[27]),
        goal_name=row[28],
        goal_target=row[29],
        goal_deadline=maybe_day(row[30]),
    )


def settings_values(settings: SequenceSettings) -> dict[str, object]:
    """The settings as parameters, one for each of `SETTINGS_COLUMNS`; tuples are lists that the unit has to dress."""
    window = settings.window
    return {
        "name": settings.name,
        "owner_id": settings.owner_id,
        "description": settings.description,
        "folder_id": settings.folder_id,
        "tags": settings.tags,
        "sending_timezone": settings.zone,
        "uses_contact_zone": settings.uses_contact_zone,
        "sending_days": window.days,
        "sending_window_start": window.start,
        "sending_window_end": window.end,
        "delays_in_working_days": settings.delays_in_working_days,
        "holiday_country": settings.holiday_country,
        "holiday_subdivision": settings.holiday_subdivision,
        "max_emails_per_day": settings.max_emails_per_day,
        "max_new_contacts_per_day": settings.max_new_per_day,
        "throttle_delay_minutes": settings.throttle // timedelta(minutes=1),
        "starts_at": settings.starts_at,
        "stop_on_reply": settings.stop_on_reply,
        "stop_company_on_reply": settings.stop_company_on_reply,
        "stop_on_bounce": settings.stop_on_bounce,
        "stop_on_unsubscribe": settings.stop_on_unsubscribe,
        "out_of_office_days": settings.out_of_office_days,
        "default_email_account_id": settings.default_mailbox_id,
        "allows_new_rounds": settings.allows_new_round,
        "allows_other_sequences": settings.allows_parallel,
        "tracks_opens": settings.tracks_opens,
        "tracks_clicks": settings.tracks_clicks,
        "goal_type": None if settings.goal_type is None else settings.goal_type.value,
        "goal_name": settings.goal_name,
        "goal_target": settings.goal_target,
        "goal_deadline": settings.goal_deadline,
    }


def days_of(raw: object) -> tuple[bool, bool, bool, bool, bool, bool, bool]:
    """The seven sending days behind a raw value, Monday first; Monday to Friday where it holds none."""
    days = as_weekdays(raw)  # type: ignore[arg-type]  # the raw value of either driver
    if days is None or len(days) != len(MONDAY_TO_FRIDAY):
        return MONDAY_TO_FRIDAY
    return days[0], days[1], days[2], days[3], days[4], days[5], days[6]
