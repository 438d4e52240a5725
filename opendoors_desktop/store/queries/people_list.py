"""The people of a sequence as one long list, by when their next step is due or by name: pages of it from anywhere."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.contact_figures import DELIVERED
from opendoors_desktop.store.queries.enrolled import find_sequence_key, in_sequence
from opendoors_desktop.store.queries.people_orders import PeopleOrder, by_name, by_next_step
from opendoors_desktop.store.queries.people_states import SEGMENTS, PeopleState, count_people
from opendoors_desktop.store.queries.places import START, Climb, OrderedRows, Place
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


@dataclass(frozen=True, slots=True)
class PeopleList:
    """Whom a list shows, and in which order: those of a state, those behind a headline, or all (None)."""

    narrowed: PeopleState | PeopleFigure | None = None
    order: PeopleOrder = PeopleOrder.NEXT_STEP
    is_descending: bool = False


EVERYONE: Final = PeopleList()


def page_listed(
    unit: Unit,
    workspace_id: UUID,
    sequence_id: UUID,
    view: PeopleList = EVERYONE,
    *,
    place: Place = START,
    skip: int = 0,
    limit: int = PAGE,
) -> tuple[Person, ...]:
    """People from behind a place, the first `skip` left out.

    By state and next step a page is read along an index. By name it is, too, while the state holds more than FEW,
    slower the rarer those are among all contacts; fewer are sorted. The people behind a headline are looked for one
    after another.
    """
    key = find_sequence_key(unit, workspace_id, sequence_id)
    if key is None:
        return ()
    rows = _ordered(unit, workspace_id, key, view).read(unit, "e.id", place, skip, limit)
    return find_people(unit, key, [as_uuid(row[0]) for row in rows])


def climb_listed(
    unit: Unit,
    workspace_id: UUID,
    sequence_id: UUID,
    view: PeopleList = EVERYONE,
    *,
    place: Place = START,
    most: int = 16,
) -> Climb:
    """Places every STEP people on, from which a page anywhere is near."""
    key = find_sequence_key(unit, workspace_id, sequence_id)
    return Climb((), 0) if key is None else _ordered(unit, workspace_id, key, view).climb(unit, place, STEP, most)


def count_listed(
    unit: Unit, workspace_id: UUID, sequence_id: UUID, narrowed: PeopleState | PeopleFigure | None = None
) -> int | None:
    """How many the list holds; None of people behind a headline, whom only going through them counts."""
    if isinstance(narrowed, PeopleFigure):
        return None
    counts = count_people(unit, workspace_id, sequence_id)
    return sum(counts.values()) if narrowed is None else counts[narrowed]


def _ordered(unit: Unit, workspace_id: UUID, key: dict[str, object], view: PeopleList) -> OrderedRows:
    state = view.narrowed if isinstance(view.narrowed, PeopleState) else None
    more = f" AND {_OF_FIGURE[view.narrowed]}" if isinstance(view.narrowed, PeopleFigure) else ""
    here = key | {"workspace_id": workspace_id}
    if view.order is PeopleOrder.NEXT_STEP:
        segments = by_next_step(unit, SEGMENTS[state], more)
    else:
        own = f"{in_sequence(unit)} AND ({' OR '.join(f'({each})' for each in SEGMENTS[state])}){more}"
        # Of the large states it is enough to know how many have their status, which an index tells by itself.
        wide = {None: in_sequence(unit), PeopleState.ACTIVE: f"{in_sequence(unit)} AND e.status = 'active'"}
        segments = by_name(unit, wide.get(state, own), own, here)
    if view.is_descending:
        segments.reverse()
    return OrderedRows("sequence_enrollments e", segments, here, view.is_descending)
