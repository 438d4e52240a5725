"""Named sending windows that a workspace's sequences start from."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.store.sequence_settings import days_of
from opendoors_desktop.store.types import as_uuid, maybe_time
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Schedule:
    """A sending window with its zone and the holidays that go with it."""

    id: UUID
    name: str
    zone: str
    window: SendWindow
    holiday_country: str | None = None
    holiday_subdivision: str | None = None
    is_default: bool = False


def list_schedules(unit: Unit, workspace_id: UUID) -> list[Schedule]:
    """The schedules of a workspace, the default one first."""
    rows = unit.rows(
        "SELECT id, name, time_zone, days, window_start, window_end, holiday_country, holiday_subdivision, is_default"
        " FROM schedules WHERE workspace_id = :id ORDER BY is_default DESC, name, id",
        {"id": workspace_id},
    )
    return [
        Schedule(
            as_uuid(row[0]),
            row[1],
            row[2],
            SendWindow(days_of(row[3]), maybe_time(row[4]), maybe_time(row[5])),
            row[6],
            row[7],
            bool(row[8]),
        )
        for row in rows
    ]
