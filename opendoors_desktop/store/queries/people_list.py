"""The people of a sequence as one long list, by when their next step is due: pages of it from anywhere."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.contact_figures import DELIVERED
from opendoors_desktop.store.queries.enrolled import find_sequence_key, in_sequence
from opendoors_desktop.store.queries.people_states import SCHEDULED, SEGMENTS, PeopleState, count_people
from opendoors_desktop.store.queries.places import START, Climb, OrderedRows, Place, Segment
from opendoors_desktop.store.queries.sequence_people import Person, find_people
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

PAGE: Final = 256
STEP: Final = 2048
"""How many people lie between two places of a climb."""


class PeopleFigure(StrEnum):
    """A headline by whose contacts the list may be narrowed; it counts as many as the headline does."""

    CONTACTED = "contacted"
    DELIVERED = "delivered"
    REPLIED = "replied"
    INTERESTED = "interested"
    MEETINGS = "meetings"
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"


_SENT: Final = """EXISTS (SELECT 1 FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
  AND o.state = 'sent')"""
_HARD_BOUNCED: Final = """EXISTS (SELECT 1 FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
  AND o.state IN ('sent', 'failed') AND o.bounced_at IS NOT NULL
  AND (o.bounce_kind IS NULL OR o.bounce_kind = 'hard'))"""
_OPTED_OUT: Final = """(SELECT a.kind FROM email_activities a WHERE a.contact_id = e.contact_id
  AND a.sequence_id = e.sequence_id AND a.kind IN ('unsubscribed', 'reopened')
  ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1) = 'unsubscribed'"""
_MEETING: Final = """((e.goal_achieved_at IS NOT NULL AND EXISTS (SELECT 1 FROM sequences s
    WHERE s.id = e.sequence_id AND s.goal_type = 'meetings'))
  OR EXISTS (SELECT 1 FROM tasks t JOIN outcomes u ON u.id = t.outcome_id AND u.goal_event = 'meetings'
    WHERE t.enrollment_id = e.id AND t.sequence_id = e.sequence_id AND t.state = 'done'))"""
_OF_FIGURE: Final = {
    PeopleFigure.CONTACTED: _SENT,
    PeopleFigure.DELIVERED: DELIVERED,
    PeopleFigure.REPLIED: f"e.replied_at IS NOT NULL AND {DELIVERED}",
    PeopleFigure.INTERESTED: f"e.replied_at IS NOT NULL AND e.reply_meaning = 'interested' AND {DELIVERED}",
    PeopleFigure.MEETINGS: f"{_MEETING} AND {DELIVERED}",
    PeopleFigure.OPTED_OUT: f"{_OPTED_OUT} AND {DELIVERED}",
    PeopleFigure.BOUNCED: f"{_SENT} AND (e.completion_reason = 'bounced' OR {_HARD_BOUNCED})",
}


def page_listed(
    unit: Unit,
    workspace_id: UUID,
    sequence_id: UUID,
    narrowed: PeopleState | PeopleFigure | None = None,
    *,
    place: Place = START,
    skip: int = 0,
    limit: int = PAGE,
) -> tuple[Person, ...]:
    """People from behind a place, the first `skip` left out; those of a state, behind a headline, or all (None).

    By state a page is read along an index. The people behind a headline are looked for one after another.
    """
    key = find_sequence_key(unit, workspace_id, sequence_id)
    if key is None:
        return ()
    rows = _ordered(unit, key, narrowed).read(unit, "e.id", place, skip, limit)
    return find_people(unit, key, [as_uuid(row[0]) for row in rows])


def climb_listed(
    unit: Unit,
    workspace_id: UUID,
    sequence_id: UUID,
    narrowed: PeopleState | PeopleFigure | None = None,
    *,
    place: Place = START,
    most: int = 16,
) -> Climb:
    """Places every STEP people on, from which a page anywhere is near."""
    key = find_sequence_key(unit, workspace_id, sequence_id)
    return Climb((), 0) if key is None else _ordered(unit, key, narrowed).climb(unit, place, STEP, most)


def count_listed(
    unit: Unit, workspace_id: UUID, sequence_id: UUID, narrowed: PeopleState | PeopleFigure | None = None
) -> int | None:
    """How many the list holds; None of people behind a headline, whom only going through them counts."""
    if isinstance(narrowed, PeopleFigure):
        return None
    counts = count_people(unit, workspace_id, sequence_id)
    return sum(counts.values()) if narrowed is None else counts[narrowed]


def _ordered(unit: Unit, key: dict[str, object], narrowed: PeopleState | PeopleFigure | None) -> OrderedRows:
    of_state = SEGMENTS[narrowed if isinstance(narrowed, PeopleState) else None]
    more = f" AND {_OF_FIGURE[narrowed]}" if isinstance(narrowed, PeopleFigure) else ""
    segments = [
        Segment(
            f"{in_sequence(unit)} AND {where}{more}",
            ("e.next_step_scheduled_at", "e.contact_id") if where.startswith(SCHEDULED) else ("e.contact_id",),
        )
        for where in of_state
    ]
    return OrderedRows("sequence_enrollments e", segments, key)
