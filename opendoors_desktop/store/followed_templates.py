"""Email steps that follow a template: they have its texts, as these are now, instead of texts of their own.

When the template is retired such a step has no text at all: it is incomplete, and its contacts are held at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.step import Step
from opendoors_desktop.store.types import as_tags, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Followed:
    """The template a step follows, with its texts as they are now."""

    template_id: UUID
    subject: str
    body: str
    body_is_html: bool
    variables: frozenset[str]
    is_retired: bool


_SELECT: Final = """
SELECT s.id, t.id, t.subject, t.body, t.body_is_html, t.variables, t.retired_at IS NOT NULL
FROM sequence_steps s JOIN templates t ON t.id = s.template_id
"""


def followed_in(unit: Unit, sequence_id: UUID) -> dict[UUID, Followed]:
    """The templates that the steps of a sequence follow, by step."""
    return _read(unit, f"{_SELECT} WHERE s.sequence_id = :id", sequence_id)


def followed_in_workspace(unit: Unit, workspace_id: UUID) -> dict[UUID, Followed]:
    """The templates that the steps of all sequences follow, by step."""
    return _read(unit, f"{_SELECT} WHERE t.workspace_id = :id", workspace_id)


def sequences_following(unit: Unit, template_id: UUID) -> list[UUID]:
    """The sequences with a live step that follows the template."""
    rows = unit.rows(
        "SELECT DISTINCT sequence_id FROM sequence_steps WHERE template_id = :id AND retired_at IS NULL",
        {"id": template_id},
    )
    return sorted(as_uuid(row[0]) for row in rows)


def follow(unit: Unit, step_id: UUID, template_id: UUID | None) -> None:
    """Let a step follow a template, or none."""
    unit.changed(Topic.SEQUENCES)
    unit.run(
        "UPDATE sequence_steps SET template_id = :template_id WHERE id = :id",
        {"template_id": template_id, "id": step_id},
    )


def with_texts(flow: Flow, followed: Mapping[UUID, Followed]) -> Flow:
    """The flow with the texts that its steps have from the templates they follow."""
    if not any(step.id in followed for step in flow.steps):
        return flow
    return Flow(tuple(_with_text(step, followed.get(step.id)) for step in flow.steps))


def _with_text(step: Step, followed: Followed | None) -> Step:
    if followed is None:
        return step
    if followed.is_retired:
        return replace(step, subject_template=None, body_template=None, ab_test_enabled=False)
    return replace(
        step,
        subject_template=followed.subject or None,
        body_template=followed.body,
        body_is_html=followed.body_is_html,
        variables=step.variables | followed.variables,
    )


def _read(unit: Unit, sql: str, key: UUID) -> dict[UUID, Followed]:
    return {
        as_uuid(row[0]): Followed(
            as_uuid(row[1]), row[2], row[3], bool(row[4]), frozenset(as_tags(row[5])), bool(row[6])
        )
        for row in unit.known_rows((Topic.SEQUENCES, Topic.TEMPLATES), sql, {"id": key})
    }
