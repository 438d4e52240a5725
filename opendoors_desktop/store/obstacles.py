"""What keeps an effect of a mail from being taken back, as things stand in the store now."""

from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.effect import Effect, EffectKind, Obstacle, obstacle_of
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.standings import domain_of, suppression_of
from opendoors_desktop.store.stopped import is_engaged_elsewhere
from opendoors_desktop.store.types import maybe_instant
from opendoors_desktop.store.unit import Row, Unit

_ENROLLMENT: Final = f"""
SELECT e.round, e.status, e.completed_at, e.completion_reason, e.waiting_until, e.hold_reason, s.stop_on_bounce,
  s.stop_on_unsubscribe,
  {suppression_of("c.workspace_id", address="c.email_key", domain="DOMAIN_OF(c.email_key)")}
FROM sequence_enrollments e JOIN contacts c ON c.id = e.contact_id JOIN sequences s ON s.id = e.sequence_id
WHERE e.customer_id = :customer_id AND e.id = :id
"""


def find_obstacle(unit: Unit, customer_id: UUID, effect: Effect) -> Obstacle | None:
    """Why an effect can't be taken back by itself now; None where it can."""
    own = obstacle_of(effect)
    return _in_the_way(unit, customer_id, effect) if own is None else own


def has_changed(unit: Unit, customer_id: UUID, effect: Effect) -> bool:
    """Whether what an effect did to an enrollment was changed since, so that it isn't to be taken back any more."""
    row = _enrollment(unit, customer_id, effect.about)
    return row is None or row[0] != effect.was.get("round") or not _stands(row, effect)


def _in_the_way(unit: Unit, customer_id: UUID, effect: Effect) -> Obstacle | None:
    match effect.kind:
        case EffectKind.SUPPRESSED:
            sql = "SELECT 1 FROM suppressions WHERE id = :id AND lifted_at IS NULL"
        case EffectKind.BOUNCED:
            sql = "SELECT 1 FROM outgoing_emails WHERE id = :id AND bounce_kind = 'soft'"
        case _:
            return _of_enrollment(unit, customer_id, effect)
    return Obstacle.CHANGED if unit.row(sql, {"id": effect.about}) is None else None


def _of_enrollment(unit: Unit, customer_id: UUID, effect: Effect) -> Obstacle | None:
    if has_changed(unit, customer_id, effect):
        return Obstacle.CHANGED
    if effect.kind is not EffectKind.ENDED:
        return None
    row = _enrollment(unit, customer_id, effect.about)
    if row is not None and _is_barred(row):
        return Obstacle.SUPPRESSED
    return Obstacle.ELSEWHERE if is_engaged_elsewhere(unit, effect.about) else None


def _stands(row: Row, effect: Effect) -> bool:
    """Whether the enrollment of a row still is as the effect left it."""
    status, completed_at, reason, waiting_until, hold = row[1:6]
    match effect.kind:
        case EffectKind.ENDED:
            return maybe_instant(completed_at) == effect.at and bool(reason == effect.reason)
        case EffectKind.POSTPONED:
            until = maybe_instant(waiting_until)
            return status in {"active", "paused"} and until == datetime.fromisoformat(effect.reason)
        case _:
            return status in {"active", "paused"} and bool(hold == effect.reason)


def _is_barred(row: Row) -> bool:
    """Whether the contact's address would end the enrollment again at once."""
    stops_on_bounce, stops_on_opt_out, reason = row[6:9]
    if reason in {"unsubscribed", "complaint"}:
        return bool(stops_on_opt_out)
    return bool(stops_on_bounce) if reason == "hard_bounce" else reason is not None


def _enrollment(unit: Unit, customer_id: UUID, enrollment_id: UUID) -> Row | None:
    return unit.row(_SQL[unit.dialect], {"customer_id": customer_id, "id": enrollment_id})


_SQL: Final = {dialect: domain_of(_ENROLLMENT, dialect) for dialect in Dialect}
