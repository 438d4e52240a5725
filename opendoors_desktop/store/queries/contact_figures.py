"""Figures of sequences that no total keeps: who is held, interested, or has a meeting; each counted over few rows."""

from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.enrolled import of_sequence
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

_IN_SEQUENCE: Final = """
FROM sequences s JOIN sequence_enrollments e ON {of_sequence}
WHERE s.workspace_id = :workspace_id AND (s.id = :sequence_id OR :is_all)
"""
DELIVERED: Final = """
EXISTS (SELECT 1 FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence' AND o.state = 'sent'
  AND (o.bounced_at IS NULL OR o.bounce_kind <> 'hard'))
"""
"""The condition that an email to the enrollment `e` was accepted and didn't come back."""

# The status stands outside of the condition, where it would lead SQLite to an index of all who are active.
_HELD: Final = f"""
SELECT s.id, sum(CASE WHEN e.status = 'active' THEN 1 ELSE 0 END) {_IN_SEQUENCE} AND e.hold_reason IS NOT NULL
GROUP BY s.id
"""
_INTERESTED: Final = f"""
SELECT s.id, count(*) {_IN_SEQUENCE} AND e.replied_at IS NOT NULL AND e.reply_meaning = 'interested' AND {DELIVERED}
GROUP BY s.id
"""
_MEETINGS: Final = f"""
SELECT m.sequence_id, count(*) FROM (
  SELECT s.id AS sequence_id, e.id {_IN_SEQUENCE} AND s.goal_type = 'meetings' AND e.goal_achieved_at IS NOT NULL
    AND {DELIVERED}
  UNION SELECT s.id, e.id
  FROM sequences s CROSS JOIN tasks t JOIN outcomes u ON u.id = t.outcome_id AND u.goal_event = 'meetings'
    JOIN sequence_enrollments e ON {{of_sequence}} AND e.id = t.enrollment_id
  WHERE t.sequence_id = s.id AND t.state = 'done' AND s.workspace_id = :workspace_id
    AND (s.id = :sequence_id OR :is_all) AND {DELIVERED}
) m GROUP BY m.sequence_id
"""


def count_held(unit: Unit, workspace_id: UUID, sequence_id: UUID | None = None) -> dict[UUID, int]:
    """Active enrollments that wait for a person, by sequence (None: of all); reads the held ones alone."""
    return _by_sequence(unit, _HELD, workspace_id, sequence_id)


def count_interested(unit: Unit, workspace_id: UUID, sequence_id: UUID | None = None) -> dict[UUID, int]:
    """Delivered contacts whose last reply means interested, by sequence; reads those who replied alone."""
    return _by_sequence(unit, _INTERESTED, workspace_id, sequence_id)


def count_meetings(unit: Unit, workspace_id: UUID, sequence_id: UUID | None = None) -> dict[UUID, int]:
    """Delivered contacts with a logged meeting, as the sequence's goal or a task's outcome; None: of all sequences.

    Goes through the index of a sequence's tasks: some 60 ms for a million of them, so ask for one sequence at a time.
    """
    return _by_sequence(unit, _MEETINGS, workspace_id, sequence_id)


def _by_sequence(unit: Unit, sql: str, workspace_id: UUID, sequence_id: UUID | None) -> dict[UUID, int]:
    params = {"workspace_id": workspace_id, "sequence_id": sequence_id or workspace_id, "is_all": sequence_id is None}
    rows = unit.rows(sql.format(of_sequence=of_sequence(unit)), params)
    return {as_uuid(row[0]): int(row[1]) for row in rows if row[1]}
