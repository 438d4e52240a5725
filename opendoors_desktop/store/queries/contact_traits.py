"""Traits by which contacts are found: a tag, and the states; the SQL that leads to who has one, and that tells it.

A trait may lead to more contacts than have it, never to fewer: a state goes by all that is known of a contact.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.queries.contact_states import REASONS, ContactState
from opendoors_desktop.store.queries.people_states import SEGMENTS, PeopleState
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Trait:
    """`source` gives the ids of contacts, `test` is a condition on `walked_id`; both take `params` and the workspace.

    Without a source no index leads to them, without a test all have to be looked at.
    """

    source: str | None
    test: str | None
    params: dict[str, Any]


# SQLite reads the tables of a CROSS JOIN in the order they are written in: else it goes through a whole index.
_ENROLLED: Final = """
SELECT e.contact_id FROM sequences s CROSS JOIN sequence_enrollments e
WHERE s.workspace_id = :workspace_id AND e.sequence_id = s.id AND {condition}
"""
_OF_THEM: Final = "EXISTS (SELECT 1 FROM sequence_enrollments e WHERE e.contact_id = walked_id AND {condition})"
_CONDITIONS: Final = {
    ContactState.ACTIVE: ("e.status = 'active' AND e.hold_reason IS NULL",),
    # With the status beside it SQLite would go through all who are active.
    ContactState.HELD: ("e.hold_reason IS NOT NULL",),
    **{
        state: SEGMENTS[PeopleState(state.value)]
        for state in (
            ContactState.PAUSED,
            ContactState.REPLIED,
            ContactState.BOUNCED,
            ContactState.OPTED_OUT,
            ContactState.FINISHED,
            ContactState.STOPPED,
        )
    },
}
_BARRED: Final = """
SELECT c.id FROM suppressions p JOIN contacts c ON c.workspace_id = p.workspace_id AND c.email_key = p.value
WHERE p.workspace_id = :workspace_id AND p.scope = 'address' AND p.reason IN ({reasons}) AND p.lifted_at IS NULL
"""
_BARS_DOMAINS: Final = """
SELECT 1 FROM suppressions p WHERE p.workspace_id = :workspace_id AND p.scope = 'domain' AND p.reason IN ({reasons})
  AND p.lifted_at IS NULL LIMIT 1
"""


def tagged(tag: str) -> Trait:
    """Who has a tag, whatever its case."""
    return Trait(
        "SELECT t.contact_id FROM contact_tags t WHERE t.workspace_id = :workspace_id AND t.tag = :tag",
        "EXISTS (SELECT 1 FROM contact_tags t WHERE t.workspace_id = :workspace_id AND t.tag = :tag"
        " AND t.contact_id = walked_id)",
        {"tag": tag.casefold()},
    )


def standing(unit: Unit, workspace_id: UUID, state: ContactState) -> Trait:
    """Who may be in a state."""
    if state is ContactState.NOT_ENROLLED:
        return Trait(None, f"NOT {_OF_THEM.format(condition='e.is_hidden = :no')}", {"no": False})
    conditions, reasons = _CONDITIONS.get(state, ()), ", ".join(f"'{reason}'" for reason in REASONS[state])
    if not reasons:
        condition = " OR ".join(f"({each})" for each in conditions)
        return Trait(_union(conditions), _OF_THEM.format(condition=f"({condition})"), {})
    if unit.row(_BARS_DOMAINS.format(reasons=reasons), {"workspace_id": workspace_id}):
        return Trait(None, None, {})
    return Trait(" UNION ALL ".join([*filter(None, [_union(conditions)]), _BARRED.format(reasons=reasons)]), None, {})


def _union(conditions: tuple[str, ...]) -> str:
    return " UNION ALL ".join(_ENROLLED.format(condition=each) for each in conditions)
