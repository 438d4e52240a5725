"""The emails of the next days as a person looks at them: each with its time, and how many leave from which mailbox."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.forecast import play, set_stage
from opendoors_desktop.engine.simulation import Planned

MOST_ROWS: Final = 3_000
"""So many emails are listed one by one; those behind them are only counted."""

LOOKS_EVERY: Final = 200
"""After so many emails it is looked whether the plan is still wanted."""


@dataclass(frozen=True, slots=True)
class PlannedEmail:
    """One email that will leave: `at` and `due_at` in UTC, `zone` its contact's, `step` the step's number.

    `rule` is the rule of pace that set its time ("" for none), `because` why it is due, `assumes` what both rest on.
    `starts_thread` is False for an answer in the running thread.
    """

    at: datetime
    due_at: datetime
    enrollment_id: UUID
    contact_id: UUID
    contact: str
    address: str
    company: str
    sequence_id: UUID
    sequence: str
    step_id: UUID
    step: int
    variant: str | None
    mailbox_id: UUID
    mailbox: str
    zone: ZoneInfo
    starts_thread: bool
    rule: str
    because: str
    assumes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The plan as of `made_at`: the first emails one by one, and all of them counted by day and mailbox.

    Days are those of the zone that was asked for.
    """

    made_at: datetime
    emails: tuple[PlannedEmail, ...] = ()
    counts: Mapping[tuple[date, UUID], int] = field(default_factory=dict)


def plan_ahead(
    context: Context, zone: tzinfo | None, days: int, is_cancelled: Callable[[], bool] = lambda: False
) -> Agenda | None:
    """What leaves in the next days, if nothing comes in between; None once `is_cancelled` says so.

    `zone` None is the computer's own. Nothing is written.
    """
    stage = set_stage(context)
    zones: dict[str, ZoneInfo] = {}
    rows: list[PlannedEmail] = []
    counts: Counter[tuple[date, UUID]] = Counter()
    for number, planned in enumerate(play(stage, days)):
        if number % LOOKS_EVERY == 0 and is_cancelled():
            return None
        mailbox_id = planned.decision.mailbox_id
        counts[planned.at.astimezone(zone).date(), mailbox_id] += 1
        if len(rows) < MOST_ROWS:
            rows.append(_row(planned, stage.room.mailboxes[mailbox_id].address, zones))
    return Agenda(stage.now, tuple(rows), dict(counts))


def _row(planned: Planned, mailbox: str, zones: dict[str, ZoneInfo]) -> PlannedEmail:
    player, decision = planned.player, planned.decision
    sequence, enrollment, fields = player.sequence, player.enrollment, player.facts.fields
    rule = planned.departure.rule.value
    if enrollment.zone not in zones:
        zones[enrollment.zone] = ZoneInfo(enrollment.zone)
    return PlannedEmail(
        at=planned.at,
        due_at=decision.due_at,
        enrollment_id=enrollment.id,
        contact_id=enrollment.contact_id,
        contact=str(fields.get("name") or player.address),
        address=player.address,
        company=str(fields.get("company") or ""),
        sequence_id=sequence.id,
        sequence=sequence.name,
        step_id=decision.step.id,
        step=sequence.flow.number(decision.step.id) or 0,
        variant=planned.variant_id,
        mailbox_id=decision.mailbox_id,
        mailbox=mailbox,
        zone=zones[enrollment.zone],
        starts_thread=decision.starts_thread,
        rule="" if rule == "none" else rule,
        because=decision.because.value,
        assumes=planned.assumes,
    )
