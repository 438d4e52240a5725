"""What a sequence's settings may be: every fault at once, each with what would be right."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.send_window import window_problems
from opendoors_desktop.engine.holiday_tables import check_country
from opendoors_desktop.store.sequence_settings import SequenceSettings

LONGEST_NAME = 255
LONGEST_TEXT = 10_000
LONGEST_TAG = 100
MOST_TAGS = 100
MOST = 1_000_000
LONGEST_THROTTLE = timedelta(days=1)
LONGEST_AWAY = 365


@dataclass(frozen=True, slots=True)
class Known:
    """What settings may refer to: mailboxes in use, folders and people of the workspace."""

    mailboxes: Collection[UUID]
    folders: Collection[UUID]
    people: Collection[UUID]


def check_settings(settings: SequenceSettings, known: Known) -> None:
    """Raise InputError with everything that is wrong with the settings."""
    faults = [*_texts(settings), *_times(settings), *_counts(settings), *_references(settings, known)]
    if faults:
        title = faults[0] if len(faults) == 1 else f"{len(faults)} settings of the sequence can't be used."
        advice = "Correct it and save again." if len(faults) == 1 else "\n".join(faults)
        raise InputError(title, advice, where=settings.name, code="bad_settings")


def _texts(settings: SequenceSettings) -> Iterator[str]:
    if not settings.name.strip():
        yield "The sequence needs a name."
    if len(settings.name) > LONGEST_NAME:
        yield f"The name is longer than {LONGEST_NAME} characters."
    if len(settings.description or "") > LONGEST_TEXT:
        yield f"The description is longer than {LONGEST_TEXT:,} characters."
    if len(settings.goal_name or "") > LONGEST_NAME:
        yield f"The name of the goal is longer than {LONGEST_NAME} characters."
    if len(settings.tags) > MOST_TAGS:
        yield f"There are more than {MOST_TAGS} tags."
    if any(not tag.strip() or len(tag) > LONGEST_TAG for tag in settings.tags):
        yield f"A tag is empty or longer than {LONGEST_TAG} characters."
    texts = (settings.name, settings.description or "", settings.goal_name or "", *settings.tags)
    if any("\0" in text for text in texts):
        yield "A text holds the character NUL."


def _times(settings: SequenceSettings) -> Iterator[str]:
    try:
        ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"There is no time zone “{settings.zone}”; write it like Europe/Berlin."
    yield from window_problems(settings.window)
    try:
        check_country(settings.holiday_country, settings.holiday_subdivision)
    except InputError as error:
        yield f"{error.title} {error.advice}"
    if settings.throttle % timedelta(minutes=1) or not timedelta() <= settings.throttle <= LONGEST_THROTTLE:
        yield "The least time between two emails is a number of whole minutes, up to a day."


def _counts(settings: SequenceSettings) -> Iterator[str]:
    limits = {"emails a day": settings.max_emails_per_day, "new contacts a day": settings.max_new_per_day}
    for name, count in limits.items():
        if count is not None and not 0 <= count <= MOST:
            yield f"The limit of {name} is a number from 0 to {MOST:,}, or none."
    if settings.goal_target is not None and not 1 <= settings.goal_target <= MOST:
        yield f"The goal is a number from 1 to {MOST:,}."
    if settings.out_of_office_days is not None and not 0 <= settings.out_of_office_days <= LONGEST_AWAY:
        yield f"An automatic reply puts off by 0 to {LONGEST_AWAY} days."
    if any(not 0 <= share.weight <= MOST for share in settings.shares):
        yield f"A mailbox's share is a number from 0 to {MOST:,}."


def _references(settings: SequenceSettings, known: Known) -> Iterator[str]:
    chosen = [share.mailbox_id for share in settings.shares]
    if len(set(chosen)) < len(chosen):
        yield "A mailbox is named twice."
    if settings.default_mailbox_id is not None:
        chosen.append(settings.default_mailbox_id)
    if not set(chosen) <= set(known.mailboxes):
        yield "A mailbox isn't there, or was removed."
    if settings.folder_id is not None and settings.folder_id not in known.folders:
        yield "The folder isn't there."
    if settings.owner_id not in known.people:
        yield "The owner is nobody in this workspace."
