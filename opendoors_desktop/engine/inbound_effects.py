"""Does what follows from a mail, and tells what it did, so that a person can see it and take it back."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.address import company_domain
from opendoors_desktop.domain.effect import Effect, EffectKind
from opendoors_desktop.domain.enrollment import ENDED, CompletionReason, Enrollment, EnrollmentStatus
from opendoors_desktop.domain.inbound import BounceKind
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.mailbox import BOUNCE_RATE_LOOKS_AT, MailboxStatus, PauseReason, is_bouncing_too_much
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.metrics import SOFT_BOUNCES_END_AT
from opendoors_desktop.domain.reaction import Reaction
from opendoors_desktop.domain.send_window import add_working_days
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.suppression import Suppression, SuppressionScope
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.contact_effects import look_again
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import Scene, end, replan, save, subject_of
from opendoors_desktop.engine.task_effects import day_starts, with_goal
from opendoors_desktop.store import bounces, contacts, enrollments, inbox, mailboxes, stopped, suppressions
from opendoors_desktop.store.check import totals_of
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

AWAY_FOR: Final = timedelta(days=7)
"""So long somebody is taken to be away who doesn't say when they return, where their sequence says nothing else."""


@dataclass(frozen=True, slots=True)
class Received:
    """A kept mail with what it does; `ours` is the email of ours it belongs to.

    `mailbox` is the address it came to, `status` and `diagnostic` are of a report's first recipient. What a person
    corrected is no news: `is_news` is whether the history tells of the mail.
    """

    key: UUID
    mailbox: str
    received_at: datetime
    sender: str
    reaction: Reaction
    meaning: Meaning | None
    ours: Sent | None
    status: str = ""
    diagnostic: str = ""
    is_news: bool = True


class Scenes:
    """The sequences that mails taken in by one unit concern, each read once."""

    def __init__(self, unit: Unit, context: Context) -> None:
        self._unit, self._context = unit, context
        self._known: dict[UUID, Scene] = {}

    def of(self, sequence_id: UUID) -> Scene:
        """That of a sequence, with a ledger of its own."""
        if sequence_id not in self._known:
            self._known[sequence_id] = scene_of(self._unit, self._context, sequence_id)
        return replace(self._known[sequence_id], ledger=Ledger(self._context.new_id))

    def forget(self) -> None:
        """Read all anew: a mailbox they may use stands otherwise."""
        self._known.clear()


def carry_out(unit: Unit, context: Context, mail: Received, scenes: Scenes) -> tuple[Effect, ...]:
    """Do all that follows from a mail; gives what was done.

    The totals of sequences are the caller's to move, by `Figures`.
    """
    ours = mail.ours
    standing = find_place(unit, context, ours)
    watch = _Watch(unit, context, mail, standing)
    effects: list[Effect] = []
    if ours is not None and standing is not None:
        scene = scenes.of(standing.enrollment.sequence_id)
        work = _Work(scene, ours, mail)
        work.apply(standing)
        scene.ledger.write(unit)
        effects += work.effects
    effects += _suppress(unit, context, mail)
    effects += watch.seen()
    if ours is not None and mail.reaction.bounce is BounceKind.HARD:
        paused = _watch_bounces(unit, context, ours.mailbox_id)
        if paused:
            scenes.forget()
        effects += paused
    return tuple(effects)


def find_place(unit: Unit, context: Context, ours: Sent | None) -> Standing | None:
    """The enrollment an email of ours was sent for, as it stands; None where it was sent for none."""
    if ours is None or ours.enrollment_id is None or ours.sequence_id is None:
        return None
    return enrollments.find_standing(unit, context.scope.customer_id, ours.enrollment_id)


class Figures:
    """Moves the totals of sequences by what a recount finds different of some of their enrollments."""

    def __init__(self, unit: Unit, context: Context) -> None:
        self._unit, self._context = unit, context
        self._before: dict[tuple[UUID, UUID], Counter[str]] = {}

    def before(self, sequence_id: UUID | None, enrollment_id: UUID | None) -> None:
        """Remember what an enrollment adds, before a mail of its is kept or anything is done to it."""
        if sequence_id is None or enrollment_id is None:
            return
        key = (sequence_id, enrollment_id)
        if key not in self._before:
            self._before[key] = self._count(key)

    def move(self) -> None:
        """Write what has changed since."""
        ledger = Ledger(self._context.new_id)
        for key, before in self._before.items():
            moved = self._count(key)
            moved.subtract(before)
            ledger.sequence(key[0], **moved)
        ledger.write(self._unit)

    def _count(self, key: tuple[UUID, UUID]) -> Counter[str]:
        return Counter(totals_of(self._unit, self._context.scope.customer_id, *key))


class _Watch:
    """Sees what becomes of the enrollments that a mail may concern."""

    def __init__(self, unit: Unit, context: Context, mail: Received, standing: Standing | None) -> None:
        self._unit, self._context, self._mail = unit, context, mail
        found = [each for each in self._concerned(standing) if each.enrollment.status not in ENDED]
        self._before = {
            each.enrollment.id: (each, stopped.cancelled_of(unit, each.enrollment.id, each.enrollment.round))
            for each in found
        }

    def seen(self) -> list[Effect]:
        """What was done to them since."""
        effects: list[Effect] = []
        for key, (before, cancelled) in self._before.items():
            after = enrollments.find_standing(self._unit, before.customer_id, key)
            if after is not None:
                effects += self._differences(before.enrollment, after.enrollment, cancelled)
        return effects

    def _concerned(self, standing: Standing | None) -> list[Standing]:
        customer_id, mail = self._context.scope.customer_id, self._mail
        found = [] if standing is None else [standing]
        for contact_id in concerned_contacts(self._unit, self._context, mail):
            found += enrollments.standings_of_contact(self._unit, customer_id, contact_id)
        if standing is not None and mail.reaction.is_reply and standing.company_id is not None:
            sequence_id = standing.enrollment.sequence_id
            found += enrollments.standings_of_company(self._unit, customer_id, sequence_id, standing.company_id)
        return found

    def _differences(self, before: Enrollment, after: Enrollment, cancelled: list[UUID]) -> list[Effect]:
        now = self._context.clock.now()
        if after.status in ENDED and after.completion_reason is not None:
            was = was_of(before) | {"cancelled": [key.hex for key in cancelled]}
            at = after.completed_at or now
            return [Effect(EffectKind.ENDED, after.id, at, after.completion_reason.value, was)]
        effects = []
        until = after.waiting_until
        if until is not None and until != before.waiting_until:
            was = {"waiting_until": plain(before.waiting_until), "round": before.round}
            effects.append(Effect(EffectKind.POSTPONED, after.id, now, until.isoformat(), was))
        if after.hold is not None and before.hold is None and after.hold is self._mail.reaction.hold:
            effects.append(Effect(EffectKind.HELD, after.id, now, after.hold.value, {"round": before.round}))
        return effects


def was_of(enrollment: Enrollment) -> dict[str, Any]:
    """What the end of an enrollment takes away, in plain values."""
    return {
        "round": enrollment.round,
        "status": enrollment.status.value,
        "current_step_id": None if enrollment.current_step_id is None else enrollment.current_step_id.hex,
        "hold": enrollment.hold,
        "hold_detail": enrollment.hold_detail,
        "waiting_until": plain(enrollment.waiting_until),
        "paused_at": plain(enrollment.paused_at),
    }


def plain(at: datetime | None) -> str | None:
    """An instant as it can be kept with an effect."""
    return None if at is None else at.isoformat()


def concerned_contacts(unit: Unit, context: Context, mail: Received) -> list[UUID]:
    """The contact a mail belongs to, and those whose address it suppresses."""
    found = [] if mail.ours is None or mail.ours.contact_id is None else [mail.ours.contact_id]
    if mail.reaction.suppressed:
        found += contacts.ids_at(unit, context.scope.workspace_id, mail.reaction.suppressed, is_domain=False)
    return list(dict.fromkeys(found))


class _Work:
    """What a mail does to the enrollment whose email it answers."""

    def __init__(self, scene: Scene, ours: Sent, mail: Received) -> None:
        self._scene, self._ours, self._mail, self._reaction = scene, ours, mail, mail.reaction
        self.effects: list[Effect] = []

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
        if reaction.activity is not None and (self._mail.is_news or reaction.activity is ActivityKind.UNSUBSCRIBED):
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
            self._note_reply(standing)

    def _note_reply(self, standing: Standing) -> None:
        ours, meaning = self._ours, self._mail.meaning
        inbox.note_reply(self._scene.unit, ours, standing.customer_id, self._mail.received_at, meaning)
        moved = {"replied": 0, "positive": 0}
        if ours.step_id is not None and ours.sequence_id is not None:
            is_first = inbox.replies_to(self._scene.unit, ours.email.outgoing_id) == 1
            moved = {"replied": int(is_first), "positive": int(is_first and meaning is Meaning.INTERESTED)}
            self._scene.ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, **moved)
        self._did(EffectKind.REPLIED, ours.email.outgoing_id, "" if meaning is None else meaning.value, moved)

    def _note_bounce(self, kind: BounceKind) -> None:
        """An email that had been accepted came back: it was executed, and didn't end well."""
        ours, unit = self._ours, self._scene.unit
        if not bounces.mark_bounced(unit, ours.email.outgoing_id, kind.value, self._scene.now):
            return
        self._did(EffectKind.BOUNCED, ours.email.outgoing_id, kind.value)
        if kind is BounceKind.HARD and ours.step_id is not None and ours.sequence_id is not None:
            self._scene.ledger.step(ours.step_id, succeeded=-1)
            self._scene.ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, delivered=-1, bounced=1)

    def _known(self, standing: Standing) -> Standing:
        """The enrollment with what the mail says of it."""
        reaction = self._reaction
        if reaction.is_reply and standing.enrollment.round == self._ours.round:
            standing = replace(standing, has_replied=True)
            if self._scene.sequence.goal_type is GoalType.REPLIES:
                had_reached = standing.has_reached_goal
                standing = with_goal(self._scene, standing, self._ours.step_id)
                if not had_reached:
                    self._did(EffectKind.GOAL, standing.enrollment.id)
        if reaction.reason is not None and reaction.suppressed == standing.address_key:
            standing = replace(standing, suppression=standing.suppression or reaction.reason)
        enrollment = standing.enrollment
        if reaction.hold is not None and enrollment.hold is None:
            enrollment = replace(enrollment, hold=reaction.hold, hold_detail=self._mail.sender[:320])
        if reaction.is_away:
            enrollment = replace(enrollment, waiting_until=self._back_at(standing))
        return standing if enrollment is standing.enrollment else replace(standing, enrollment=enrollment)

    def _decided(self, standing: Standing) -> Standing:
        kind = self._reaction.bounce
        if kind is BounceKind.SOFT and not self._reaction.needs_review:
            in_a_row = bounces.soft_bounces_in_a_row(self._scene.unit, standing.enrollment.id)
            if in_a_row >= SOFT_BOUNCES_END_AT:
                return end(self._scene, standing, CompletionReason.BOUNCED)
        if standing.enrollment.status is EnrollmentStatus.PAUSED and not (standing.has_replied or standing.suppression):
            return standing
        return replan(self._scene, standing)

    def _back_at(self, standing: Standing) -> datetime:
        """One working day after the day they return, else after the sequence's days; a later day known before stays.

        Whoever asks to be written to on a day is written to on that day.
        """
        calendar = self._scene.sequence.calendar(standing.enrollment.zone)
        came_on = local_day(calendar.zone, self._mail.received_at)
        days = inbox.away_days(self._scene.unit, self._scene.sequence.id)
        usual = AWAY_FOR if days is None else timedelta(days=days)
        named = self._reaction.returns_on or came_on + usual
        day = named if self._reaction.is_reply else add_working_days(calendar, named, 1)
        at = day_starts(calendar.zone.key, day)
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

    def _did(self, kind: EffectKind, about: UUID, reason: str = "", was: dict[str, Any] | None = None) -> None:
        self.effects.append(Effect(kind, about, self._scene.now, reason, was or {}))

    def _detail(self) -> dict[str, object]:
        detail: dict[str, object] = {"inbound": str(self._mail.key)}
        if self._mail.status or self._mail.diagnostic:
            detail |= {"code": self._mail.status, "text": self._mail.diagnostic[:500]}
        if self._reaction.returns_on is not None:
            detail["until"] = self._reaction.returns_on.isoformat()
        return detail


def _suppress(unit: Unit, context: Context, mail: Received) -> list[Effect]:
    """Let nobody write to the address any more, and whoever is about to look again."""
    reaction, now = mail.reaction, context.clock.now()
    if reaction.reason is None or not reaction.suppressed:
        return []
    source = f"a mail to {mail.mailbox}"
    entry = Suppression(context.new_id(), SuppressionScope.ADDRESS, reaction.suppressed, reaction.reason, source, now)
    contact_id = None if mail.ours is None else mail.ours.contact_id
    if not suppressions.add_suppression(
        unit, context.scope.workspace_id, entry, contact_id=contact_id, inbound_id=mail.key
    ):
        return []
    look_again(unit, context, concerned_contacts(unit, context, mail))
    was = {"value": reaction.suppressed}
    return [Effect(EffectKind.SUPPRESSED, entry.id, now, reaction.reason.value, was)]


def _watch_bounces(unit: Unit, context: Context, mailbox_id: UUID) -> list[Effect]:
    """Pause a mailbox too many of whose last emails came back."""
    now = context.clock.now()
    mailbox = mailboxes.get_mailbox(unit, context.scope.workspace_id, mailbox_id)
    bounced = inbox.last_bounces(unit, mailbox_id, BOUNCE_RATE_LOOKS_AT)
    if not mailbox.can_send or not is_bouncing_too_much(bounced):
        return []
    mailboxes.set_state(
        unit,
        mailbox_id,
        MailboxStatus.PAUSED,
        now,
        reason=PauseReason.BOUNCE_RATE.value,
        detail=f"{bounced} of the last {BOUNCE_RATE_LOOKS_AT} emails came back",
    )
    return [Effect(EffectKind.MAILBOX_PAUSED, mailbox_id, now, PauseReason.BOUNCE_RATE.value)]
