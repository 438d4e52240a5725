"""Takes back one thing a mail did, and does it again."""

from dataclasses import replace
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.effect import Effect, EffectKind, Obstacle
from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.meanings import get_kept, sent_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.effect_undo import Undoing
from opendoors_desktop.engine.inbound_effects import Figures
from opendoors_desktop.store import enrollments, inbound
from opendoors_desktop.store.inbound import KeptMail
from opendoors_desktop.store.obstacles import find_obstacle
from opendoors_desktop.store.unit import Unit

__all__ = ["Effect", "EffectKind", "redo_effect", "undo_effect"]

_CHANGED = (Topic.INBOX, Topic.ENROLLMENTS, Topic.TASKS, Topic.OUTBOX, Topic.CONTACTS, Topic.SUPPRESSIONS)


def undo_effect(context: Context, inbound_id: UUID, kind: EffectKind, about: UUID) -> Effect:
    """Take back one thing a mail did, named by its kind and what it was done to; gives it as it stands.

    A stop: the enrollment goes on, in spite of the reply. A suppression after a hard bounce: lifted, and whom it ended
    goes on. A postponement, a hold, a soft bounce: as it was. Raises NotFound; NotPossible, saying why, for the rest.
    """
    now, by = context.clock.now(), context.scope.user_id
    with context.store.write() as unit:
        mail = get_kept(unit, context, inbound_id)
        effect = _find(mail, kind, about)
        obstacle = find_obstacle(unit, context.scope.customer_id, effect)
        if obstacle is not None:
            raise _refused(inbound_id, obstacle)
        concerned = [effect, *_ended_by(mail, effect)]
        figures = _figures(unit, context, concerned)
        undoing = Undoing(unit, context, sent_of(unit, context, mail.verdict))
        for each in concerned:
            undoing.take_back(each)
        undoing.finish()
        figures.move()
        undone = {id(each): replace(each, undone_at=now, undone_by=by) for each in concerned}
        inbound.keep_effects(unit, mail.id, [undone.get(id(each), each) for each in mail.effects])
        note(context, unit, "effect_undone", "inbound_email", mail.id, effect=kind.value, about=str(about))
        unit.changed(*_CHANGED)
    return undone[id(effect)]


def redo_effect(context: Context, inbound_id: UUID, kind: EffectKind, about: UUID) -> Effect:
    """Do one thing again that was taken back; raises NotFound, NotPossible."""
    with context.store.write() as unit:
        mail = get_kept(unit, context, inbound_id)
        effect = _find(mail, kind, about)
        if effect.undone_at is None:
            raise NotPossible("This wasn't undone.", "Only what was undone can be done again.", code="not_undone")
        together = [effect, *(each for each in mail.effects if _went_with(each, effect))]
        figures = _figures(unit, context, together)
        undoing = Undoing(unit, context, sent_of(unit, context, mail.verdict))
        again = {id(each): undoing.do_again(each) for each in together}
        undoing.finish()
        figures.move()
        done = again[id(effect)]
        if done is None:
            raise _refused(inbound_id, Obstacle.CHANGED)
        inbound.keep_effects(unit, mail.id, [again.get(id(each)) or each for each in mail.effects])
        note(context, unit, "effect_redone", "inbound_email", mail.id, effect=kind.value, about=str(about))
        unit.changed(*_CHANGED)
    return done


def _find(mail: KeptMail, kind: EffectKind, about: UUID) -> Effect:
    found = next((each for each in mail.effects if each.kind is kind and each.about == about), None)
    if found is None:
        raise NotFound(
            "The message did nothing of the kind.", "“opendoors inbox show” lists what it did.", where=str(mail.id)
        )
    return found


def _ended_by(mail: KeptMail, effect: Effect) -> list[Effect]:
    """The ends that a suppression brought, which go with it."""
    if effect.kind is not EffectKind.SUPPRESSED:
        return []
    return [each for each in mail.effects if each.undone_at is None and _is_end_by_bounce(each)]


def _is_end_by_bounce(effect: Effect) -> bool:
    return effect.kind is EffectKind.ENDED and effect.reason == CompletionReason.BOUNCED


def _went_with(each: Effect, effect: Effect) -> bool:
    """Whether an end was taken back together with the suppression that brought it."""
    return effect.kind is EffectKind.SUPPRESSED and _is_end_by_bounce(each) and each.undone_at == effect.undone_at


def _figures(unit: Unit, context: Context, effects: list[Effect]) -> Figures:
    figures = Figures(unit, context)
    for effect in effects:
        if effect.kind is EffectKind.ENDED:
            standing = enrollments.find_standing(unit, context.scope.customer_id, effect.about)
            if standing is not None:
                figures.before(standing.enrollment.sequence_id, effect.about)
    return figures


def _refused(inbound_id: UUID, obstacle: Obstacle) -> NotPossible:
    return NotPossible("This can't be undone by itself.", obstacle.sentence, where=str(inbound_id), code=obstacle.value)
