"""What hits do: each is told for what it is among its neighbours, and those of persons count and open ways."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.hit import BURST, SETTLES_AFTER, HitClass, Neighbour, class_among
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import replan, save
from opendoors_desktop.store import enrollments, hits
from opendoors_desktop.store.check import totals_of
from opendoors_desktop.store.hits import HitEmail
from opendoors_desktop.store.ledger import Ledger, Subject
from opendoors_desktop.store.tracked_emails import find_target
from opendoors_desktop.store.unit import Unit

AT_ONCE: Final = 200
"""How many hits are told in one unit, so that none takes long."""


def tell_hits(unit: Unit, context: Context, since: UUID) -> tuple[UUID | None, datetime | None]:
    """Tell what has settled of the hits from the key `since` on, and do what follows from those of persons.

    Gives the key and the instant from which on to look again; None and None where nothing is left.
    """
    now = context.clock.now()
    found = hits.find_untold(unit, since, AT_ONCE)
    settled = [each for each in found if each.at + SETTLES_AFTER <= now]
    for email_id in dict.fromkeys(each.email_id for each in settled):
        at = [each.at for each in settled if each.email_id == email_id]
        _tell(unit, context, email_id, min(at), max(at))
    left = [each for each in found if each.at + SETTLES_AFTER > now]
    if left:
        return left[0].id, min(each.at for each in left) + SETTLES_AFTER
    return (found[-1].id, now) if len(found) == AT_ONCE else (None, None)


def _tell(unit: Unit, context: Context, email_id: UUID, first: datetime, last: datetime) -> None:
    email = hits.find_hit_email(unit, email_id)
    if email is None:  # nothing but emails of sequences is tracked
        return
    known = hits.find_hits(unit, email_id, first - BURST, last + BURST)
    told = [
        (each, class_among(each.seen, [one.seen for one in known if one.id != each.id], email.delivery))
        for each in known
        if each.is_untold and each.seen.at <= last
    ]
    figures = _figures(unit, email)
    hits.set_verdicts(unit, [(each.id, verdict) for each, verdict in told])
    persons = [each.seen for each, verdict in told if verdict.hit_class is HitClass.HUMAN]
    if persons:
        _count(unit, replace(context, scope=email.scope), email, persons, figures)


def _figures(unit: Unit, email: HitEmail) -> dict[str, int]:
    """What the email's enrollment adds to the totals of its sequence now."""
    return dict(totals_of(unit, email.scope.customer_id, email.sequence_id, email.enrollment_id))


def _count(unit: Unit, context: Context, email: HitEmail, persons: Sequence[Neighbour], before: dict[str, int]) -> None:
    """Count what a person did: with the enrollment each time, with sequence and step the first time."""
    ledger = Ledger(context.new_id)
    _note(unit, ledger, email, persons)
    opened = [each.at for each in persons if each.link_number is None]
    clicked = [each.at for each in persons if each.link_number is not None]
    hits.count_hits(unit, email.scope.customer_id, email.enrollment_id, opens=len(opened), clicks=len(clicked))
    is_opened = bool(opened) and hits.note_first(unit, email.id, "opened_at", opened[0])
    is_clicked = bool(clicked) and hits.note_first(unit, email.id, "clicked_at", clicked[0])
    if is_opened or is_clicked:
        first = {"opened": int(is_opened), "clicked": int(is_clicked)}
        ledger.variant(email.step_id, email.variant_id, email.sequence_id, **first)
        moved = Counter(_figures(unit, email))
        moved.subtract(before)
        ledger.sequence(email.sequence_id, **moved)
        _go_on(unit, context, email, ledger)
    ledger.write(unit)
    unit.changed(Topic.ENROLLMENTS)


def _note(unit: Unit, ledger: Ledger, email: HitEmail, persons: Sequence[Neighbour]) -> None:
    scope = email.scope
    about = Subject(scope.customer_id, scope.workspace_id, email.contact_id, email.enrollment_id, email.sequence_id)
    for each in persons:
        number = each.link_number
        target = None if number is None else find_target(unit, email.id, number)
        ledger.happened(
            ActivityKind.OPENED if number is None else ActivityKind.CLICKED,
            each.at,
            about,
            step_id=email.step_id,
            mailbox_id=email.mailbox_id,
            outgoing_id=email.id,
            variant_id=email.variant_id,
            detail=None if target is None else {"link": target},
        )


def _go_on(unit: Unit, context: Context, email: HitEmail, ledger: Ledger) -> None:
    """Have the enrollment decide anew where a step of its sequence may have waited for this."""
    standing = enrollments.find_standing(unit, context.scope.customer_id, email.enrollment_id)
    if standing is None or standing.enrollment.round != email.round:
        return
    scene = replace(scene_of(unit, context, email.sequence_id), ledger=ledger)
    if scene.sequence.flow.has_conditions and standing.enrollment.status is EnrollmentStatus.ACTIVE:
        save(scene, standing, replan(scene, standing))
