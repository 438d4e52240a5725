"""Takes back what a mail did, one thing or all of them, and does one of them again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.effect import Effect, EffectKind
from opendoors_desktop.domain.enrollment import (
    ENDED,
    CompletionReason,
    Enrollment,
    EnrollmentStatus,
    HoldReason,
    Reopening,
    reopen,
)
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.contact_effects import look_again
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import decided
from opendoors_desktop.engine.inbound_effects import was_of
from opendoors_desktop.engine.stepping import Scene, end, save, subject_of
from opendoors_desktop.store import bounces, contacts, enrollments, goals, inbox, stopped, suppressions
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.obstacles import has_changed
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit


class Undoing:
    """One unit's work on the effects of one mail; `finish` has all enrollments it opened decide what they do now."""

    def __init__(self, unit: Unit, context: Context, ours: Sent | None) -> None:
        """`ours` is the email of ours that the mail belonged to when it had these effects."""
        self._unit, self._context, self._ours = unit, context, ours
        self._scenes: dict[UUID, Scene] = {}
        self._opened: dict[UUID, None] = {}
        self._reopened: set[UUID] = set()
        self._noted: set[UUID] = set()
        self._addresses: list[str] = []

    def take_all_back(self, effects: Iterable[Effect]) -> None:
        """Take back what stands of a mail that is taken for something else now; what was changed since stays."""
        for effect in effects:
            if effect.undone_at is None and effect.kind is not EffectKind.ENDED:
                self._take_back(effect)
        for effect in effects:
            if effect.undone_at is None and effect.kind is EffectKind.ENDED:
                self._reopen(effect)

    def take_back(self, effect: Effect) -> None:
        """Take back one effect that nothing is in the way of."""
        if effect.kind is EffectKind.ENDED:
            self._waive(effect)
            self._reopen(effect)
        else:
            self._take_back(effect)

    def do_again(self, effect: Effect) -> Effect | None:
        """Do one effect again that was taken back; the effect as it is now, None where it can't be."""
        now = self._context.clock.now()
        match effect.kind:
            case EffectKind.SUPPRESSED:
                value = suppressions.renew_entry(self._unit, self._context.scope.workspace_id, effect.about)
                self._addresses += [] if value is None else [value]
                return None if value is None else replace(effect, at=now, undone_at=None, undone_by=None)
            case EffectKind.BOUNCED:
                bounces.mark_bounced(self._unit, effect.about, effect.reason, now)
                return replace(effect, at=now, undone_at=None, undone_by=None)
        standing = self._find(effect)
        if standing is None or standing.enrollment.status in ENDED:
            return None
        was = was_of(standing.enrollment) | {"cancelled": self._cancelled(standing.enrollment)}
        self._apply_again(standing, effect)
        return replace(effect, at=now, was=was, undone_at=None, undone_by=None)

    def finish(self) -> None:
        """Have the enrollments that go on decide anew, those of addresses that may be written to again as well."""
        for enrollment_id in self._opened:
            before = enrollments.find_standing(self._unit, self._context.scope.customer_id, enrollment_id)
            if before is not None and before.enrollment.status not in ENDED:
                if enrollment_id in self._reopened:
                    self._note_reopened(enrollment_id)
                save(self._scene(before), before, decided(self._scene(before), before))
        for scene in self._scenes.values():
            scene.ledger.write(self._unit)
        for value in self._addresses:
            found = contacts.ids_at(self._unit, self._context.scope.workspace_id, value, is_domain=False)
            look_again(self._unit, self._context, found)

    def _take_back(self, effect: Effect) -> None:
        match effect.kind:
            case EffectKind.REPLIED:
                self._uncount_reply(effect)
            case EffectKind.GOAL:
                goals.forget_goal(self._unit, self._context.scope.customer_id, effect.about)
            case EffectKind.BOUNCED:
                self._uncount_bounce(effect)
            case EffectKind.SUPPRESSED:
                self._lift(effect)
            case EffectKind.POSTPONED | EffectKind.HELD:
                self._let_go(effect)

    def _uncount_reply(self, effect: Effect) -> None:
        ours = self._ours
        if ours is None or ours.email.outgoing_id != effect.about:
            return
        inbox.take_back_reply(self._unit, ours, self._context.scope.customer_id)
        if ours.step_id is None or ours.sequence_id is None:
            return
        is_last = inbox.replies_to(self._unit, effect.about) == 0
        replied = -1 if is_last and effect.was.get("replied") else 0
        positive = -1 if effect.was.get("positive") else 0
        ledger = self._scene_of(ours.sequence_id).ledger
        ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, replied=replied, positive=positive)

    def _uncount_bounce(self, effect: Effect) -> None:
        bounces.unmark_bounced(self._unit, effect.about)
        ours = self._ours
        if effect.reason != "hard" or ours is None or ours.step_id is None or ours.sequence_id is None:
            return
        ledger = self._scene_of(ours.sequence_id).ledger
        ledger.step(ours.step_id, succeeded=1)
        ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, delivered=1, bounced=-1)

    def _lift(self, effect: Effect) -> None:
        scope, now = self._context.scope, self._context.clock.now()
        value = suppressions.lift_entry(self._unit, scope.workspace_id, effect.about, by=scope.user_id, now=now)
        self._addresses += [] if value is None else [value]
        if effect.reason != SuppressionReason.HARD_BOUNCE and self._ours is not None:
            self._note_reopened(self._ours.enrollment_id)

    def _let_go(self, effect: Effect) -> None:
        standing = self._find(effect)
        if standing is None or has_changed(self._unit, self._context.scope.customer_id, effect):
            return
        if effect.kind is EffectKind.HELD:
            free = replace(standing.enrollment, hold=None, hold_detail=None)
            self._scene(standing).ledger.happened(
                ActivityKind.RELEASED, self._context.clock.now(), subject_of(standing)
            )
        else:
            free = replace(standing.enrollment, waiting_until=_instant(effect.was.get("waiting_until")))
        self._put(standing, free)

    def _reopen(self, effect: Effect) -> None:
        """Have an enrollment that the mail ended go on where it was, with its tasks and unsent emails."""
        customer_id = self._context.scope.customer_id
        if has_changed(self._unit, customer_id, effect) or stopped.is_engaged_elsewhere(self._unit, effect.about):
            return
        standing = self._find(effect)
        assert standing is not None  # it hasn't changed
        is_opt_out = standing.enrollment.status is EnrollmentStatus.UNSUBSCRIBED
        opened = reopen(standing.enrollment, Reopening.MISREAD_OPT_OUT if is_opt_out else Reopening.UNDO)
        cancelled = {UUID(key) for key in effect.was.get("cancelled", ())}
        stopped.reopen_work(self._unit, effect.about, opened.round, effect.at, cancelled)
        self._reopened.add(effect.about)
        self._put(standing, _as_it_was(opened, effect.was, self._scene(standing).sequence.flow.by_id))

    def _waive(self, effect: Effect) -> None:
        """Have a reply or a goal not end the enrollment again at once."""
        customer_id = self._context.scope.customer_id
        if effect.reason in {CompletionReason.REPLIED, CompletionReason.GOAL_ACHIEVED}:
            inbox.waive_reply(self._unit, customer_id, effect.about, self._context.clock.now())
        if effect.reason == CompletionReason.GOAL_ACHIEVED:
            goals.forget_goal(self._unit, customer_id, effect.about)

    def _apply_again(self, standing: Standing, effect: Effect) -> None:
        customer_id, enrollment = standing.customer_id, standing.enrollment
        if effect.kind is EffectKind.ENDED:
            inbox.waive_reply(self._unit, customer_id, effect.about, None)
            if effect.reason == CompletionReason.GOAL_ACHIEVED:
                goals.note_goal(self._unit, customer_id, effect.about, self._context.clock.now())
            scene = self._scene(standing)
            save(scene, standing, end(scene, standing, CompletionReason(effect.reason)))
        elif effect.kind is EffectKind.HELD:
            self._put(standing, replace(enrollment, hold=HoldReason(effect.reason)))
        else:
            self._put(standing, replace(enrollment, waiting_until=_instant(effect.reason)))

    def _put(self, standing: Standing, enrollment: Enrollment) -> None:
        """Write an enrollment that `finish` is to decide anew."""
        save(self._scene(standing), standing, replace(standing, enrollment=enrollment, ticket=None))
        self._opened[enrollment.id] = None

    def _note_reopened(self, enrollment_id: UUID | None) -> None:
        if enrollment_id is None or enrollment_id in self._noted:
            return
        standing = enrollments.find_standing(self._unit, self._context.scope.customer_id, enrollment_id)
        if standing is not None:
            self._noted.add(enrollment_id)
            ledger = self._scene(standing).ledger
            ledger.happened(ActivityKind.REOPENED, self._context.clock.now(), subject_of(standing))

    def _cancelled(self, enrollment: Enrollment) -> list[str]:
        return [key.hex for key in stopped.cancelled_of(self._unit, enrollment.id, enrollment.round)]

    def _find(self, effect: Effect) -> Standing | None:
        """The enrollment an effect was on, in the round it was on."""
        found = enrollments.find_standing(self._unit, self._context.scope.customer_id, effect.about)
        return found if found is not None and found.enrollment.round == effect.was.get("round") else None

    def _scene(self, standing: Standing) -> Scene:
        return self._scene_of(standing.enrollment.sequence_id)

    def _scene_of(self, sequence_id: UUID) -> Scene:
        scene = self._scenes.get(sequence_id)
        if scene is None:
            scene = self._scenes[sequence_id] = scene_of(self._unit, self._context, sequence_id)
        return scene


def _as_it_was(opened: Enrollment, was: Mapping[str, Any], steps: Collection[UUID]) -> Enrollment:
    """The enrollment with what its end took away; a step that is gone since is to be placed anew."""
    step = None if was.get("current_step_id") is None else UUID(was["current_step_id"])
    hold = was.get("hold")
    return replace(
        opened,
        status=EnrollmentStatus(was["status"]),
        current_step_id=step if step in steps else None,
        hold=None if hold is None else HoldReason(hold),
        hold_detail=was.get("hold_detail"),
        waiting_until=_instant(was.get("waiting_until")),
        paused_at=_instant(was.get("paused_at")),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
