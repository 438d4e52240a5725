"""What is known of enrollments beside their own row: what became of their emails and tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.facts import EmailFacts, TaskFacts
from opendoors_desktop.store.types import as_uuid, maybe_instant
from opendoors_desktop.store.unit import Unit

StepFacts = tuple[Mapping[UUID, EmailFacts], Mapping[UUID, TaskFacts]]
NO_FACTS: StepFacts = ({}, {})

_EMAILS = """
SELECT step_id, opened_at, clicked_at, replied_at, bounced_at FROM outgoing_emails
WHERE enrollment_id = :id AND round = :round AND kind = 'sequence' AND state = 'sent'
"""
_TASKS = """
SELECT t.step_id, t.state, o.name, t.completed_at FROM tasks t LEFT JOIN outcomes o ON o.id = t.outcome_id
WHERE t.enrollment_id = :id AND t.round = :round AND t.step_id IS NOT NULL
"""


def step_facts(unit: Unit, enrollment_id: UUID, round_: int) -> StepFacts:
    """What became of the emails and tasks of one enrollment's round, each by step."""
    key = {"id": enrollment_id, "round": round_}
    emails = {
        as_uuid(step): EmailFacts(
            sent=True,
            opened=opened is not None,
            clicked=clicked is not None,
            replied=replied is not None,
            bounced=bounced is not None,
        )
        for step, opened, clicked, replied, bounced in unit.rows(_EMAILS, key)
    }
    tasks = {
        as_uuid(step): TaskFacts(state == "done", outcome, maybe_instant(completed_at))
        for step, state, outcome, completed_at in unit.rows(_TASKS, key)
    }
    return emails, tasks


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The unsettled emails of one enrollment's round.

    `state` is that of the one which is claimed, being sent or uncertain, or was sent by a rep and waits to leave (None:
    none is); nothing else may be done meanwhile. `tried` are the steps whose email was attempted before and waits to be
    claimed again.
    """

    state: str | None = None
    tried: frozenset[UUID] = frozenset()


NOTHING_UNDER_WAY = UnderWay()

_UNDER_WAY = """
SELECT state, step_id, state IN ('claimed', 'sending', 'uncertain') OR draft IS NOT NULL FROM outgoing_emails
WHERE enrollment_id = :id AND round = :round AND kind = 'sequence'
  AND (state IN ('claimed', 'sending', 'uncertain')
    OR state IN ('planned', 'deferred') AND (first_attempted_at IS NOT NULL OR draft IS NOT NULL))
"""


def emails_under_way(unit: Unit, enrollment_id: UUID, round_: int) -> UnderWay:
    """What the journal has unsettled for an enrollment's round."""
    rows = unit.rows(_UNDER_WAY, {"id": enrollment_id, "round": round_})
    if not rows:
        return NOTHING_UNDER_WAY
    return UnderWay(
        next((state for state, _, halts in rows if halts), None),
        frozenset(as_uuid(step_id) for _, step_id, halts in rows if not halts),
    )
