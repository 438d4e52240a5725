"""The days off that a workspace added to, or took from, the holidays of countries."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from opendoors_desktop.store.types import as_day, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of a workspace: off, or (`is_working`) worked on although it is a holiday; `country` "" means all."""

    id: UUID
    day: date
    name: str = ""
    country: str = ""
    is_working: bool = False


def list_own_days(unit: Unit, workspace_id: UUID) -> list[OwnDay]:
    """The workspace's own days, in order."""
    rows = unit.rows(
        "SELECT id, day, name, country, is_working FROM holidays WHERE workspace_id = :id ORDER BY day, country",
        {"id": workspace_id},
    )
    return [OwnDay(as_uuid(row[0]), as_day(row[1]), row[2], row[3], bool(row[4])) for row in rows]


def put_own_day(unit: Unit, workspace_id: UUID, own: OwnDay, now: datetime) -> None:
    """Add a day, or write it anew where that day of that country is known."""
    unit.run(
        "INSERT INTO holidays (id, workspace_id, country, day, name, is_working, created_at)"
        " VALUES (:id, :workspace_id, :country, :day, :name, :is_working, :now)"
        " ON CONFLICT (workspace_id, country, day) DO UPDATE SET name = excluded.name,"
        " is_working = excluded.is_working",
        {
            "id": own.id,
            "workspace_id": workspace_id,
            "country": own.country,
            "day": own.day,
            "name": own.name,
            "is_working": own.is_working,
            "now": now,
        },
    )


def remove_own_day(unit: Unit, workspace_id: UUID, day: date, country: str = "") -> bool:
    """Forget a day; False where it isn't known."""
    return bool(
        unit.run(
            "DELETE FROM holidays WHERE workspace_id = :id AND day = :day AND country = :country",
            {"id": workspace_id, "day": day, "country": country},
        )
    )
