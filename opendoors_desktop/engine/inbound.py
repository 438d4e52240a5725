"""Takes in a mail: keeps it once, finds what it answers, and does in the same unit all that follows from it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.address import address_key, company_domain
from opendoors_desktop.domain.enrollment import ENDED, CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.inbound import BounceKind, InboundKind, Reading
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.mailbox import BOUNCE_RATE_LOOKS_AT, MailboxStatus, PauseReason, is_bouncing_too_much
from opendoors_desktop.domain.matching import MatchGround, match, wanted_keys
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.metrics import SOFT_BOUNCES_END_AT
from opendoors_desktop.domain.reaction import Bucket, Reaction, react
from opendoors_desktop.domain.send_window import add_working_days
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.suppression import Suppression, SuppressionScope
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.contact_effects import look_again
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import Scene, end, replan, save, subject_of
from opendoors_desktop.engine.task_effects import day_starts, with_goal
from opendoors_desktop.store import enrollments, inbox, mailboxes, outbox, suppressions
from opendoors_desktop.store.check import totals_of
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.types import json_text
from opendoors_desktop.store.unit import Unit

AWAY_FOR: Final = timedelta(days=7)
"""So long somebody is taken to be away who doesn't say when they return, where their sequence says nothing else."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it lies in a mailbox; `data` may be cut. `received_at` is the host's instant, UTC."""

    folder: str
    uid_validity: int
    uid: int
    received_at: datetime
    data: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail with all that was found out about it; `ours` is the email of ours it belongs to."""

    key: UUID
    mailbox: Mailbox
    arrival: Arrival
    reading: Reading
    reaction: Reaction
    ours: Sent | None
    ground: MatchGround | None


def take_in(unit: Unit, context: Context, mailbox: Mailbox, arrival: Arrival, reading: Reading) -> Bucket | None:
    """Keep a mail and do what follows from it; the bucket it ended in.

    None where it is nobody's of ours, or was taken in before: read twice, it counts once.
    """
    workspace_id = context.scope.workspace_id
    sent = inbox.find_sent(unit, workspace_id, wanted := wanted_keys(reading))
    found = match(reading, [each.email for each in sent], inbox.aliases_of(unit, workspace_id, wanted.addresses))
    if _is_our_own(reading, mailbox):
        return None
    ours = next((each for each in sent if found is not None and each.email is found.email), None)
    reaction = react(reading, found, arrival.received_at.date())
    if reaction is None:
        return None
    ground = None if found is None else found.ground
    taken = _Taken(context.new_id(), mailbox, arrival, reading, reaction, ours, ground)
    scene, before, figures = _present(unit, context, ours)
    if not inbox.add_inbound(unit, _values(context, taken), arrival.data, is_cut=arrival.is_cut):
        return None
    ledger = Ledger(context.new_id) if scene is None else scene.ledger
    if scene is not None and before is not None and ours is not None:
        _Effects(scene, ours, taken).apply(before)
    ledger.write(unit)
    _suppress(unit, context, reaction, ours, mailbox)
    if ours is not None:
        _move_totals(unit, context, ours, figures)
        if reaction.bounce is BounceKind.HARD:
            _watch_bounces(unit, context, ours.mailbox_id)
    return reaction.bucket


def _is_our_own(reading: Reading, mailbox: Mailbox) -> bool:
    """What the mailbox's owner wrote themselves, met in a folder that holds everything."""
    return address_key(reading.sender) == address_key(mailbox.address) and reading.kind is InboundKind.MESSAGE


def _present(unit: Unit, context: Context, ours: Sent | None) -> tuple[Scene | None, Standing | None, dict[str, int]]:
    """The enrollment as it stands before anything is done, and what it adds to its sequence's totals."""
    if ours is None or ours.enrollment_id is None or ours.sequence_id is None:
        return None, None, {}
    standing = enrollments.find_standing(unit, context.scope.customer_id, ours.enrollment_id)
    if standing is None:
        return None, None, {}
    figures = totals_of(unit, context.scope.customer_id, ours.sequence_id, ours.enrollment_id)
    return scene_of(unit, context, ours.sequence_id), standing, dict(figures)


class _Effects:
    """What a mail does to the enrollment whose email it answers."""

    def __init__(self, scene: Scene, ours: Sent, taken: _Taken) -> None:
        self._scene, self._ours, self._reaction = scene, ours, taken.reaction
        self._reading, self._key, self._arrival = taken.reading, taken.key, taken.arrival

    def apply(self, before: Standing) -> None:
        """Note it, and have the enrollment decide anew by what is known now."""
        self._note(before)
        after = self._known(before)
        is_present = before.enrollment.round == self._ours.round and before.enrollment.status not in ENDED
        if is_present:
            save(self._scene, before, self._decided(after))
        if self._reaction.is_reply and self._scene.sequence.stop_company_on_reply:
            self._stop_company(before)

    def _note(self, standing: Standing) -> None:
        ours, reaction = self._ours, self._reaction
        if reaction.activity is not None:
            self._scene.ledger.happened(
                reaction.activity,
                self._scene.now,
                subject_of(standing),
                step_id=ours.step_id,
                mailbox_id=ours.mailbox_id,
                outgoing_id=ours.email.outgoing_id,
                variant_id=ours.variant_id,
                detail=self._detail(),
            )
        if reaction.bounce in {BounceKind.HARD, BounceKind.SOFT}:
            self._note_bounce(reaction.bounce)
        if reaction.is_reply:
            meaning = _meaning(self._reading)
            inbox.note_reply(
                self._scene.unit, ours, standing.customer_id, self._arrival.received_at, meaning and meaning.value
            )
            if ours.step_id is not None and ours.sequence_id is not None:
                is_first = inbox.replies_to(self._scene.unit, ours.email.outgoing_id) == 1
                positive = int(is_first and meaning is Meaning.INTERESTED)
                self._scene.ledger.variant(
                    ours.step_id, ours.variant_id, ours.sequence_id, replied=int(is_first), positive=positive
                )

    def _note_bounce(self, kind: BounceKind) -> None:
        """An email that had been accepted came back: it was executed, and didn't end well."""
        ours, unit = self._ours, self._scene.unit
        if not outbox.mark_bounced(unit, ours.email.outgoing_id, kind.value, self._scene.now):
            return
        if kind is BounceKind.HARD and ours.step_id is not None and ours.sequence_id is not None:
            self._scene.ledger.step(ours.step_id, succeeded=-1)
            self._scene.ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, delivered=-1, bounced=1)

    def _known(self, standing: Standing) -> Standing:
        """The enrollment with what the mail says of it."""
        reaction = self._reaction
        if reaction.is_reply and standing.enrollment.round == self._ours.round:
            standing = replace(standing, has_replied=True)
            if self._scene.sequence.goal_type is GoalType.REPLIES:
                standing = with_goal(self._scene, standing, self._ours.step_id)
        if reaction.reason is not None and reaction.suppressed == standing.address_key:
            standing = replace(standing, suppression=standing.suppression or reaction.reason)
        enrollment = standing.enrollment
        if reaction.hold is not None and enrollment.hold is None:
            enrollment = replace(enrollment, hold=reaction.hold, hold_detail=self._reading.sender[:320])
        if reaction.is_away:
            enrollment = replace(enrollment, waiting_until=self._back_at(standing))
        return standing if enrollment is standing.enrollment else replace(standing, enrollment=enrollment)

    def _decided(self, standing: Standing) -> Standing:
        kind = self._reaction.bounce
        if kind is BounceKind.SOFT and not self._reaction.needs_review:
            in_a_row = outbox.soft_bounces_in_a_row(self._scene.unit, standing.enrollment.id)
            if in_a_row >= SOFT_BOUNCES_END_AT:
                return end(self._scene, standing, CompletionReason.BOUNCED)
        if standing.enrollment.status is EnrollmentStatus.PAUSED and not (standing.has_replied or standing.suppression):
            return standing
        return replan(self._scene, standing)

    def _back_at(self, standing: Standing) -> datetime:
        """One working day after the day they name, else after the sequence's days; a later day known before stays."""
        calendar = self._scene.sequence.calendar(standing.enrollment.zone)
        came_on = local_day(calendar.zone, self._arrival.received_at)
        days = inbox.away_days(self._scene.unit, self._scene.sequence.id)
        usual = AWAY_FOR if days is None else timedelta(days=days)
        returns_on = self._reaction.returns_on or came_on + usual
        at = day_starts(calendar.zone.key, add_working_days(calendar, returns_on, 1))
        known = standing.enrollment.waiting_until
        return at if known is None or known < at else known

    def _stop_company(self, standing: Standing) -> None:
        """Those of the same company stop with them, in this sequence."""
        domain = company_domain(standing.address_key.rpartition("@")[2])
        if domain is None or standing.company_id is None:
            return
        for other in enrollments.standings_of_company(
            self._scene.unit, standing.customer_id, self._scene.sequence.id, standing.company_id
        ):
            if other.enrollment.id != standing.enrollment.id and other.enrollment.status not in ENDED:
                save(self._scene, other, end(self._scene, other, CompletionReason.COMPANY_REPLIED))

    def _detail(self) -> dict[str, object]:
        detail: dict[str, object] = {"inbound": str(self._key)}
        if self._reading.recipients:
            worst = self._reading.recipients[0]
            detail |= {"code": worst.status, "text": worst.diagnostic[:500]}
        if self._reaction.returns_on is not None:
            detail["until"] = self._reaction.returns_on.isoformat()
        return detail


def _suppress(unit: Unit, context: Context, reaction: Reaction, ours: Sent | None, mailbox: Mailbox) -> None:
    """Let nobody write to the address any more, and whoever is about to look again."""
    if reaction.reason is None or not reaction.suppressed:
        return
    entry = Suppression(
        context.new_id(),
        SuppressionScope.ADDRESS,
        reaction.suppressed,
        reaction.reason,
        f"a mail to {mailbox.address}",
        context.clock.now(),
    )
    contact_id = None if ours is None else ours.contact_id
    if suppressions.add_suppression(unit, context.scope.workspace_id, entry, contact_id=contact_id) and contact_id:
        look_again(unit, context, [contact_id])


def _move_totals(unit: Unit, context: Context, ours: Sent, before: dict[str, int]) -> None:
    """Move the sequence's totals by what a recount finds different now."""
    if not before or ours.sequence_id is None or ours.enrollment_id is None:
        return
    after = totals_of(unit, context.scope.customer_id, ours.sequence_id, ours.enrollment_id)
    moved = Counter(after)
    moved.subtract(before)
    ledger = Ledger(context.new_id)
    ledger.sequence(ours.sequence_id, **moved)
    ledger.write(unit)


def _watch_bounces(unit: Unit, context: Context, mailbox_id: UUID) -> None:
    """Pause a mailbox too many of whose last emails came back."""
    mailbox = mailboxes.get_mailbox(unit, context.scope.workspace_id, mailbox_id)
    bounced = inbox.last_bounces(unit, mailbox_id, BOUNCE_RATE_LOOKS_AT)
    if mailbox.can_send and is_bouncing_too_much(bounced):
        mailboxes.set_state(
            unit,
            mailbox_id,
            MailboxStatus.PAUSED,
            context.clock.now(),
            reason=PauseReason.BOUNCE_RATE.value,
            detail=f"{bounced} of the last {BOUNCE_RATE_LOOKS_AT} emails came back",
        )


def _meaning(reading: Reading) -> Meaning | None:
    if reading.kind not in (InboundKind.MESSAGE, InboundKind.UNSUBSCRIBE) or reading.subtype is None:
        return None
    return Meaning(reading.subtype)


def _values(context: Context, taken: _Taken) -> dict[str, object]:
    """The columns of an inbound email."""
    arrival, reading, reaction, ours, ground = taken.arrival, taken.reading, taken.reaction, taken.ours, taken.ground
    worst = reading.recipients[0] if reading.recipients else None
    meaning = _meaning(reading)
    return {
        "id": taken.key,
        "customer_id": context.scope.customer_id,
        "workspace_id": context.scope.workspace_id,
        "mailbox_id": taken.mailbox.id,
        "fingerprint": hashlib.sha256(arrival.data).digest(),
        "folder": arrival.folder[:255],
        "uid_validity": arrival.uid_validity,
        "uid": arrival.uid,
        "message_id": reading.message_id or None,
        "in_reply_to": " ".join(reading.in_reply_to) or None,
        "message_references": " ".join(reading.references) or None,
        "from_address": reading.sender,
        "from_key": address_key(reading.sender) if reading.sender else "",
        "from_name": reading.sender_name,
        "subject": reading.subject,
        "sent_at": reading.date,
        "received_at": arrival.received_at,
        "bucket": reaction.bucket.value,
        "subtype": reading.subtype,
        "bounce_kind": None if reaction.bounce is None else reaction.bounce.value,
        "bounced_address": None if worst is None else worst.address[:320],
        "smtp_status": None if worst is None else worst.status[:20],
        "diagnostic": None if worst is None else worst.diagnostic,
        "matched_by": None if ground is None else ground.value,
        "is_probable": ground is not None and ground.is_probable,
        "contact_id": None if ours is None else ours.contact_id,
        "enrollment_id": None if ours is None else ours.enrollment_id,
        "sequence_id": None if ours is None else ours.sequence_id,
        "step_id": None if ours is None else ours.step_id,
        "outgoing_email_id": None if ours is None else ours.email.outgoing_id,
        "meaning": None if meaning is None else meaning.value,
        "evidence": json_text([[one.rule, one.text, one.at] for one in reading.evidence]),
        "visible_text": reading.visible_text,
        "return_on": reading.return_on,
        "needs_review": reaction.needs_review,
    }
