"""Sequences: read whole as values, found by name, listed, and changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.sequence import MailboxShare, SequenceStatus
from opendoors_desktop.domain.sequence import Sequence as SequenceValue
from opendoors_desktop.store.followed_templates import Followed, followed_in, followed_in_workspace, with_texts
from opendoors_desktop.store.sequence_settings import (
    DAYS_OFF,
    SETTINGS_COLUMNS,
    SequenceSettings,
    settings_of_row,
)
from opendoors_desktop.store.steps import DEFINITIONS, read_flow, read_flows
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit

HolidaysOf = Callable[[str, str], frozenset[date]]
"""The days off of a country (two letters, "" for none) and a part of it ("" for the whole), with a workspace's own."""


@dataclass(frozen=True, slots=True)
class SequenceRecord:
    """A sequence as it stands in the store: its settings and steps, and what only the store knows of it.

    `version` rises with every save of settings or steps. `paused_at` is set while it is paused, `activated_at` is when
    it was first started.
    """

    id: UUID
    customer_id: UUID
    workspace_id: UUID
    status: SequenceStatus
    settings: SequenceSettings
    flow: Flow
    version: int
    created_at: datetime
    updated_at: datetime
    activated_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    archived_at: datetime | None
    is_sample: bool


_OWN: Final = (
    "id", "customer_id", "workspace_id", "status", "version", "created_at", "updated_at", "activated_at", "paused_at",
    "stopped_at", "archived_at", "is_sample",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join((*_OWN, *SETTINGS_COLUMNS))} FROM sequences"
_DAYS_OFF: Final = f"""
SELECT value, owner_id FROM settings WHERE workspace_id = :workspace_id AND name = '{DAYS_OFF}'
"""
_SHARES: Final = """
SELECT m.sequence_id, m.mailbox_id, m.share FROM sequence_mailboxes m JOIN sequences s ON s.id = m.sequence_id
"""


def get_record(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> SequenceRecord:
    """A sequence with all that is stored of it; raises NotFound."""
    key = {"workspace_id": workspace_id, "id": sequence_id}
    found = unit.known_rows(DEFINITIONS, f"{_SELECT} WHERE workspace_id = :workspace_id AND id = :id", key)
    if not found:
        raise no_such_sequence(str(sequence_id))
    of_it = {"id": sequence_id}
    shares = unit.known_rows(DEFINITIONS, f"{_SHARES} WHERE m.sequence_id = :id ORDER BY m.mailbox_id", of_it)
    days = unit.known_rows(DEFINITIONS, f"{_DAYS_OFF} AND owner_id = :id", key)
    return _record(found[0], _shares(shares), _days_off(days[0] if days else None), read_flow(unit, sequence_id))


def get_sequence(unit: Unit, workspace_id: UUID, sequence_id: UUID, holidays_of: HolidaysOf) -> SequenceValue:
    """A sequence with all its steps, the retired ones too, ready to be decided by; raises NotFound.

    Steps that follow a template have its texts; those of `get_record` have their own alone.
    """
    record = get_record(unit, workspace_id, sequence_id)
    return sequence_of(record, holidays_of, followed_in(unit, sequence_id))


def get_sequences(
    unit: Unit, workspace_id: UUID, statuses: Collection[SequenceStatus], holidays_of: HolidaysOf
) -> list[SequenceValue]:
    """All sequences in one of these states, by id; five queries, however many they are."""
    flows = read_flows(unit, workspace_id, statuses)
    followed = followed_in_workspace(unit, workspace_id)
    shares: dict[UUID, list[Row]] = {}
    whole = {"workspace_id": workspace_id}
    for row in unit.known_rows(
        DEFINITIONS, f"{_SHARES} WHERE s.workspace_id = :workspace_id ORDER BY m.mailbox_id", whole
    ):
        shares.setdefault(as_uuid(row[0]), []).append(row)
    days = {as_uuid(row[1]): row for row in unit.known_rows(DEFINITIONS, _DAYS_OFF, whole)}
    found = []
    for row in unit.known_rows(DEFINITIONS, f"{_SELECT} WHERE workspace_id = :workspace_id ORDER BY id", whole):
        if row[3] in statuses:
            key = as_uuid(row[0])
            record = _record(row, _shares(shares.get(key, [])), _days_off(days.get(key)), flows.get(key, Flow(())))
            found.append(sequence_of(record, holidays_of, followed))
    return found


def list_ids(unit: Unit, workspace_id: UUID, statuses: Collection[SequenceStatus]) -> list[UUID]:
    """The keys of all sequences in one of these states."""
    rows = unit.rows("SELECT id, status FROM sequences WHERE workspace_id = :id ORDER BY id", {"id": workspace_id})
    return [as_uuid(row[0]) for row in rows if row[1] in statuses]


def sequence_of(record: SequenceRecord, holidays_of: HolidaysOf, followed: Mapping[UUID, Followed]) -> SequenceValue:
    """The sequence that the rules work on, its steps with the texts of the templates they follow."""
    settings = record.settings
    return SequenceValue(
        id=record.id,
        workspace_id=record.workspace_id,
        name=settings.name,
        owner_id=settings.owner_id,
        flow=with_texts(record.flow, followed),
        status=record.status,
        description=settings.description,
        folder_id=settings.folder_id,
        tags=settings.tags,
        zone=settings.zone,
        uses_contact_zone=settings.uses_contact_zone,
        window=settings.window,
        holidays=_holidays(settings, holidays_of),
        delays_in_working_days=settings.delays_in_working_days,
        max_emails_per_day=settings.max_emails_per_day,
        max_new_per_day=settings.max_new_per_day,
        throttle=settings.throttle,
        stop_on_reply=settings.stop_on_reply,
        stop_company_on_reply=settings.stop_company_on_reply,
        stop_on_bounce=settings.stop_on_bounce,
        stop_on_unsubscribe=settings.stop_on_unsubscribe,
        default_mailbox_id=settings.default_mailbox_id,
        shares=settings.shares,
        allows_new_round=settings.allows_new_round,
        allows_parallel=settings.allows_parallel,
        tracks_opens=settings.tracks_opens,
        tracks_clicks=settings.tracks_clicks,
        goal_type=settings.goal_type,
        goal_target=settings.goal_target,
        goal_deadline=settings.goal_deadline,
    )


def find_sequence_id(unit: Unit, workspace_id: UUID, name_or_id: str) -> UUID | None:
    """The sequence of that id or exact name; None when there is none. Raises InputError where a name means several."""
    key = _as_key(name_or_id)
    if key is not None:
        found = unit.row(
            "SELECT id FROM sequences WHERE workspace_id = :workspace_id AND id = :id",
            {"workspace_id": workspace_id, "id": key},
        )
        if found is not None:
            return key
    rows = unit.rows(
        "SELECT id, status FROM sequences WHERE workspace_id = :workspace_id AND name = :name ORDER BY id",
        {"workspace_id": workspace_id, "name": name_or_id},
    )
    if len(rows) > 1:
        told = ", ".join(f"{as_uuid(row[0])} ({row[1]})" for row in rows)
        raise InputError(
            f"{len(rows)} sequences are called “{name_or_id}”.",
            f"Give the id of one of them: {told}.",
            where=name_or_id,
            code="ambiguous",
        )
    return as_uuid(rows[0][0]) if rows else None


def no_such_sequence(name_or_id: str) -> NotFound:
    """The fault of a name or id that no sequence has."""
    return NotFound(f"There is no sequence “{name_or_id}”.", "“opendoors sequence list” shows them.", where=name_or_id)


def _shares(rows: Sequence[Row]) -> tuple[MailboxShare, ...]:
    return tuple(MailboxShare(as_uuid(row[1]), int(row[2])) for row in rows)


def _days_off(row: Row | None) -> frozenset[date]:
    return frozenset() if row is None else frozenset(map(date.fromisoformat, as_json(row[0])["days"]))


def _holidays(settings: SequenceSettings, holidays_of: HolidaysOf) -> frozenset[date]:
    days = holidays_of(settings.holiday_country or "", settings.holiday_subdivision or "")
    return days | settings.days_off if settings.days_off else days


def _record(row: Row, shares: tuple[MailboxShare, ...], days_off: frozenset[date], flow: Flow) -> SequenceRecord:
    return SequenceRecord(
        id=as_uuid(row[0]),
        customer_id=as_uuid(row[1]),
        workspace_id=as_uuid(row[2]),
        status=SequenceStatus(row[3] or "draft"),
        settings=settings_of_row(row[len(_OWN) :], shares, days_off),
        flow=flow,
        version=int(row[4]),
        created_at=as_instant(row[5]),
        updated_at=as_instant(row[6]),
        activated_at=maybe_instant(row[7]),
        paused_at=maybe_instant(row[8]),
        stopped_at=maybe_instant(row[9]),
        archived_at=maybe_instant(row[10]),
        is_sample=bool(row[11]),
    )


def _as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
