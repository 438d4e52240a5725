"""Where people stand in a sequence: the states, how each is told from an enrollment, and how many are in it."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.enrolled import find_sequence_key, in_sequence
from opendoors_desktop.store.unit import Unit


class PeopleState(StrEnum):
    """Where a contact stands in a sequence; each stands in one of these, so they add up to those enrolled."""

    ACTIVE = "active"
    WAITING_ON_TASK = "waiting_on_task"
    REPLIED = "replied"
    FINISHED = "finished"
    BOUNCED = "bounced"
    OPTED_OUT = "opted_out"
    PAUSED = "paused"
    HELD = "held"
    STOPPED = "stopped"  # by a person, by a colleague's reply, or because an email failed


HAS_TASK: Final = """EXISTS (SELECT 1 FROM tasks t WHERE t.enrollment_id = e.id AND t.step_id = e.current_step_id
  AND t.round = e.round AND t.state = 'open')"""
SCHEDULED: Final = "e.status = 'active' AND e.next_step_scheduled_at IS NOT NULL"
_UNSCHEDULED: Final = "e.status = 'active' AND e.next_step_scheduled_at IS NULL"
_ON_TASK: Final = f"{_UNSCHEDULED} AND e.hold_reason IS NULL AND {HAS_TASK}"


def _over(status: str) -> str:
    return f"e.status <> 'active' AND e.status = '{status}'"


_REPLIED: Final = "e.completion_reason = 'replied'"
SEGMENTS: Final[dict[PeopleState | None, tuple[str, ...]]] = {
    None: (
        SCHEDULED,
        _UNSCHEDULED,
        *map(_over, ("paused", "completed", "stopped", "bounced", "unsubscribed")),
    ),
    PeopleState.ACTIVE: (
        f"{SCHEDULED} AND e.hold_reason IS NULL",
        f"{_UNSCHEDULED} AND e.hold_reason IS NULL AND NOT {HAS_TASK}",
    ),
    PeopleState.WAITING_ON_TASK: (_ON_TASK,),
    PeopleState.REPLIED: (f"{_over('stopped')} AND {_REPLIED}",),
    PeopleState.FINISHED: (_over("completed"),),
    PeopleState.BOUNCED: (_over("bounced"),),
    PeopleState.OPTED_OUT: (_over("unsubscribed"),),
    PeopleState.PAUSED: (_over("paused"),),
    PeopleState.HELD: ("e.hold_reason IS NOT NULL AND e.status = 'active'",),
    PeopleState.STOPPED: (f"{_over('stopped')} AND (e.completion_reason IS NULL OR NOT {_REPLIED})",),
}
"""The people of a state in the order of their next step: first those with a time, then the others by contact."""

STATE: Final = f"""CASE WHEN e.status = 'completed' THEN 'finished' WHEN e.status = 'unsubscribed' THEN 'opted_out'
  WHEN e.status = 'stopped' AND {_REPLIED} THEN 'replied' WHEN e.status <> 'active' THEN CAST(e.status AS VARCHAR(20))
  WHEN e.hold_reason IS NOT NULL THEN 'held' WHEN {_ON_TASK} THEN 'waiting_on_task' ELSE 'active' END"""
# SQLite reads the tables of a CROSS JOIN in the order they are written in; and it finds those held by their own index
# only while their status stands outside of the condition.
_COUNTS: Final = f"""
SELECT 'status', CAST(e.status AS VARCHAR(20)), count(*) FROM sequence_enrollments e WHERE {{here}} GROUP BY e.status
UNION ALL SELECT 'held', '', coalesce(sum(CASE WHEN e.status = 'active' THEN 1 ELSE 0 END), 0)
  FROM sequence_enrollments e WHERE {{here}} AND e.hold_reason IS NOT NULL
UNION ALL SELECT 'replied', '', count(*) FROM sequence_enrollments e
  WHERE {{here}} AND {_over("stopped")} AND {_REPLIED}
UNION ALL SELECT 'on_task', '', count(*) FROM sequence_steps p CROSS JOIN tasks t CROSS JOIN sequence_enrollments e
  WHERE p.sequence_id = :sequence_id AND t.sequence_id = p.sequence_id AND t.step_id = p.id AND t.state = 'open'
    AND e.id = t.enrollment_id AND e.current_step_id = t.step_id AND e.round = t.round
    AND {{here}} AND {_UNSCHEDULED} AND e.hold_reason IS NULL
"""


def count_people(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> dict[PeopleState, int]:
    """How many people of a sequence stand in each state; together they are all who were enrolled.

    Counted in indexes: some 50 ms for every million enrollments, and a row read for every open task of the sequence. A
    page that is refreshed often asks at the pace of its figures, not of every change.
    """
    key = find_sequence_key(unit, workspace_id, sequence_id)
    if key is None:
        return dict.fromkeys(PeopleState, 0)
    found = {(kind, word): int(number) for kind, word, number in unit.rows(_COUNTS.format(here=in_sequence(unit)), key)}
    held, replied, on_task = (found.get((kind, ""), 0) for kind in ("held", "replied", "on_task"))
    by_status = {word: number for (kind, word), number in found.items() if kind == "status"}
    return {
        PeopleState.ACTIVE: by_status.get("active", 0) - held - on_task,
        PeopleState.WAITING_ON_TASK: on_task,
        PeopleState.REPLIED: replied,
        PeopleState.FINISHED: by_status.get("completed", 0),
        PeopleState.BOUNCED: by_status.get("bounced", 0),
        PeopleState.OPTED_OUT: by_status.get("unsubscribed", 0),
        PeopleState.PAUSED: by_status.get("paused", 0),
        PeopleState.HELD: held,
        PeopleState.STOPPED: by_status.get("stopped", 0) - replied,
    }
