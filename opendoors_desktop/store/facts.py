"""What is known of enrollments beside their own row: what became of their emails and tasks."""

from collections.abc import Iterable, Mapping
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


def unsettled_states(unit: Unit, enrollment_ids: Iterable[UUID]) -> dict[UUID, str]:
    """For each enrollment with an email under way: that email's state (claimed, sending, deferred or uncertain)."""
    return {
        as_uuid(row[0]): row[1]
        for key in enrollment_ids
        for row in unit.rows(
            "SELECT enrollment_id, state FROM outgoing_emails WHERE enrollment_id = :id AND kind = 'sequence'"
            " AND state IN ('claimed', 'sending', 'deferred', 'uncertain')",
            {"id": key},
        )
    }
