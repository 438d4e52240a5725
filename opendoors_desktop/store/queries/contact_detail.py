"""One contact as its pane shows it: fields, what bars it, its sequences, and what happened lately."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.queries.contact_list import COLUMNS, LIVING, ContactLine, lines_of
from opendoors_desktop.store.queries.enrollments import EnrollmentRow, page_enrollments
from opendoors_desktop.store.types import as_instant, as_json
from opendoors_desktop.store.unit import Unit

LATELY: Final = 30
"""So many of the last activities are read."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in commands, its label where it is the workspace's own ("" else), and its text."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened with the contact at an instant; `sequence` and `step` where it happened in one."""

    at: datetime
    kind: str
    sequence: str
    step: int | None


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """A contact with everything its pane shows."""

    line: ContactLine
    fields: tuple[Field, ...]
    enrollments: tuple[EnrollmentRow, ...]
    activities: tuple[Activity, ...]


_TEXTS: Final = (
    "email", "first_name", "last_name", "company_name", "title", "phone", "linkedin_url", "city", "state", "country",
    "time_zone",
)  # fmt: skip


def find_contact_detail(unit: Unit, owners: tuple[UUID, UUID], contact_id: UUID) -> ContactDetail | None:
    """A contact of a workspace (`owners` are customer and workspace); None where it isn't there any more."""
    workspace_id = owners[1]
    rows = unit.rows(
        f"SELECT {COLUMNS}, custom, {', '.join(_TEXTS)} FROM contacts WHERE {LIVING} AND id = :id",
        {"workspace_id": workspace_id, "id": contact_id},
    )
    if not rows:
        return None
    lead = len(COLUMNS.split(","))
    (line,) = lines_of(unit, workspace_id, [row[:lead] for row in rows])
    names = ["company" if name == "company_name" else name for name in _TEXTS]
    texts = [Field(name, "", text or "") for name, text in zip(names, rows[0][lead + 1 :], strict=True)]
    own = _own_fields(unit, workspace_id, as_json(rows[0][lead]) or {})
    enrolled = page_enrollments(unit, owners, contact_id=contact_id)
    return ContactDetail(line, (*texts, *own), tuple(enrolled), _activities(unit, workspace_id, contact_id))


def _own_fields(unit: Unit, workspace_id: UUID, custom: dict[str, Any]) -> list[Field]:
    rows = unit.rows(
        "SELECT name, label FROM contact_fields WHERE workspace_id = :workspace_id AND is_custom = :yes"
        " AND retired_at IS NULL ORDER BY sort_order, name",
        {"workspace_id": workspace_id, "yes": True},
    )
    return [Field(f"custom.{name}", label, _text(custom.get(name))) for name, label in rows]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _activities(unit: Unit, workspace_id: UUID, contact_id: UUID) -> tuple[Activity, ...]:
    rows = unit.rows(
        """
        SELECT a.occurred_at, CAST(a.kind AS VARCHAR(40)), s.name, p.step_order FROM email_activities a
        LEFT JOIN sequences s ON s.id = a.sequence_id LEFT JOIN sequence_steps p ON p.id = a.step_id
        WHERE a.contact_id = :contact_id AND a.workspace_id = :workspace_id
        ORDER BY a.occurred_at DESC, a.id DESC LIMIT :limit
        """,
        {"contact_id": contact_id, "workspace_id": workspace_id, "limit": LATELY},
    )
    return tuple(Activity(as_instant(at), kind, sequence or "", step) for at, kind, sequence, step in rows)
