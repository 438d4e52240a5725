"""Contacts about to be enrolled, many in one query, and their new rows, many in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import Enrollment, EnrollmentSource
from opendoors_desktop.domain.suppression import SuppressionReason, strongest
from opendoors_desktop.store import queue
from opendoors_desktop.store.queue import Ticket
from opendoors_desktop.store.standings import (
    CONTACT_FIELDS,
    NO_THREAD,
    Standing,
    contact_fields,
    make_standing,
    records_text,
)
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A contact that may be enrolled. `zone` is the one told from all that is known of it.

    `suppression` is the reason that binds most, if it must not be written to; `is_known`: it is or was in some
    sequence. `row` are its raw values.
    """

    contact_id: UUID
    zone: str | None
    suppression: SuppressionReason | None
    is_known: bool
    row: Row


@dataclass(frozen=True, slots=True)
class Entry:
    """By whom, from where and under which terms contacts come into a sequence."""

    source: EnrollmentSource
    enrolled_by: UUID | None
    is_exclusive: bool


_COLUMNS: Final = f"""
c.id, c.zone, c.email_key, c.email, c.company_id, c.last_contacted_at, c.last_automatic_at,
c.last_automatic_sequence_id, c.tags, c.custom,
EXISTS (SELECT 1 FROM sequence_enrollments x WHERE x.customer_id = :customer_id AND x.contact_id = c.id),
{", ".join(f"c.{column}" for column in CONTACT_FIELDS.values())}
"""
_KEY, _IS_KNOWN, _TEXTS_FROM = 2, 10, 11
_ADDED: Final = (
    "id", "customer_id", "workspace_id", "sequence_id", "contact_id", "enrolled_at", "enrolled_by",
    "enrollment_source", "status", "round", "started_at", "mailbox_id", "time_zone", "records", "start_step_id",
    "is_exclusive", "current_step_id", "last_step_completed_at", "next_step_scheduled_at", "wake_mailbox_id",
    "wake_lane", "wake_at", "hold_reason", "hold_detail", "completed_at", "completion_reason",
)  # fmt: skip
_INSERT: Final = (
    f"INSERT INTO sequence_enrollments ({', '.join(_ADDED)}) VALUES ({', '.join(f':{name}' for name in _ADDED)})"
)

_BESIDE: Final = ", ".join(repr(each.value) for each in (Topic.OUTBOX, Topic.ACTIVITIES, Topic.IMPORTS))
_VERSION: Final = f"SELECT sum(number) FROM changes WHERE topic NOT IN ({_BESIDE})"


def entry_version(unit: Unit) -> int:
    """A number that rises with every commit that may change what enrolling somebody comes to."""
    row = unit.row(_VERSION)
    return 0 if row is None or row[0] is None else int(row[0])


def find_newcomers(unit: Unit, owners: tuple[UUID, UUID], contact_ids: Sequence[UUID]) -> dict[UUID, Newcomer]:
    """The living contacts among these, by their keys; `owners` are customer and workspace."""
    if not contact_ids:
        return {}
    named = {f"id{number}": key for number, key in enumerate(contact_ids)}
    rows = unit.rows(_select(len(contact_ids)), {**named, "customer_id": owners[0], "workspace_id": owners[1]})
    reasons = _suppressions(unit, owners[1], {row[_KEY] for row in rows if row[_KEY]})
    found = {}
    for row in rows:
        key = as_uuid(row[0])
        found[key] = Newcomer(key, row[1], _reason(reasons, row[_KEY]), bool(row[_IS_KNOWN]), row)
    return found


def standing_of(newcomer: Newcomer, enrollment: Enrollment, owners: tuple[UUID, UUID]) -> Standing:
    """How a contact stands with a new enrollment, of which nothing is in the store yet."""
    row = newcomer.row
    last_automatic_at = maybe_instant(row[6])
    return make_standing(
        enrollment=enrollment,
        customer_id=owners[0],
        workspace_id=owners[1],
        ticket=None,
        thread=NO_THREAD,
        emails_sent=0,
        has_replied=False,
        has_reached_goal=False,
        address=row[3] or "",
        address_key=row[_KEY] or "",
        company_id=maybe_uuid(row[4]),
        fields=contact_fields(row[3], row[8], row[9], row[_TEXTS_FROM:]),
        last_contacted_at=maybe_instant(row[5]),
        last_automatic=None if last_automatic_at is None else (last_automatic_at, as_uuid(row[7])),
        suppression=newcomer.suppression,
    )


def add_newcomers(unit: Unit, standings: Iterable[Standing], entry: Entry) -> None:
    """Write new enrollments as they stand, with their rows in the queue."""
    standings = list(standings)
    unit.run_set(_INSERT, [_values(standing, entry) for standing in standings])
    queue.put(unit, [each.ticket for each in standings if each.ticket is not None])


def _values(standing: Standing, entry: Entry) -> dict[str, object]:
    enrollment, ticket = standing.enrollment, standing.ticket
    return {
        "id": enrollment.id,
        "customer_id": standing.customer_id,
        "workspace_id": standing.workspace_id,
        "sequence_id": enrollment.sequence_id,
        "contact_id": enrollment.contact_id,
        "enrolled_at": enrollment.enrolled_at,
        "enrolled_by": entry.enrolled_by,
        "enrollment_source": entry.source.value,
        "status": enrollment.status.value,
        "round": enrollment.round,
        "started_at": enrollment.started_at,
        "mailbox_id": enrollment.mailbox_id,
        "time_zone": enrollment.zone,
        "records": records_text(enrollment.records) if enrollment.records else "[]",
        "start_step_id": enrollment.start_step_id,
        "is_exclusive": entry.is_exclusive,
        "current_step_id": enrollment.current_step_id,
        "last_step_completed_at": enrollment.last_step_completed_at,
        "next_step_scheduled_at": enrollment.next_step_scheduled_at,
        **_place(ticket),
        "hold_reason": None if enrollment.hold is None else enrollment.hold.value,
        "hold_detail": enrollment.hold_detail,
        "completed_at": enrollment.completed_at,
        "completion_reason": None if enrollment.completion_reason is None else enrollment.completion_reason.value,
    }


def _place(ticket: Ticket | None) -> dict[str, object]:
    if ticket is None:
        return {"wake_mailbox_id": None, "wake_lane": None, "wake_at": None}
    return {"wake_mailbox_id": ticket.mailbox_id, "wake_lane": int(ticket.lane), "wake_at": ticket.wake_at}


@lru_cache(maxsize=512)
def _select(count: int) -> str:
    ids = ", ".join(f":id{number}" for number in range(count))
    return (
        f"SELECT {_COLUMNS} FROM contacts c WHERE c.id IN ({ids}) AND c.workspace_id = :workspace_id"
        " AND c.archived_at IS NULL AND c.erased_at IS NULL"
    )


def _suppressions(unit: Unit, workspace_id: UUID, keys: set[str]) -> Mapping[tuple[str, str], list[SuppressionReason]]:
    """Why any of these addresses, or of their domains, must not be written to; by scope and value."""
    found: dict[tuple[str, str], list[SuppressionReason]] = {}
    for scope, values in (("address", keys), ("domain", {key.rpartition("@")[2] for key in keys})):
        named = {f"value{number}": value for number, value in enumerate(sorted(values))}
        if not named:
            continue
        sql = (
            "SELECT value, reason FROM suppressions WHERE workspace_id = :workspace_id AND scope = :scope"
            f" AND value IN ({', '.join(f':{name}' for name in named)}) AND lifted_at IS NULL"
        )
        for value, reason in unit.rows(sql, {**named, "workspace_id": workspace_id, "scope": scope}):
            found.setdefault((scope, value), []).append(SuppressionReason(reason))
    return found


def _reason(reasons: Mapping[tuple[str, str], list[SuppressionReason]], key: str | None) -> SuppressionReason | None:
    if not reasons or not key:
        return None
    domain = key.rpartition("@")[2]
    return strongest(frozenset([*reasons.get(("address", key), ()), *reasons.get(("domain", domain), ())]))
