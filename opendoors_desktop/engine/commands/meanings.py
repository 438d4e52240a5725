"""Corrects what a mail is taken for: what it means, and whose it is. What a person says stands."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.effect import Effect, EffectKind
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.matching import MatchGround
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Reaction
from opendoors_desktop.domain.verdict import OF_PERSONS, Verdict, reaction_of
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.effect_undo import Undoing
from opendoors_desktop.engine.inbound_effects import Figures, Received, Scenes, carry_out
from opendoors_desktop.store import enrollments, inbound, inbox
from opendoors_desktop.store.inbound import KeptMail
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.ledger import Ledger, Subject
from opendoors_desktop.store.unit import Unit

__all__ = ["Meaning", "Retaken", "assign_mail", "set_meaning", "take_as_before"]

_CHANGED = (Topic.INBOX, Topic.ENROLLMENTS, Topic.TASKS, Topic.OUTBOX, Topic.CONTACTS)


@dataclass(frozen=True, slots=True)
class Retaken:
    """A mail that is taken for something else now: before, with what it had done then, and after."""

    inbound_id: UUID
    before: Verdict
    effects_before: tuple[Effect, ...]
    after: Verdict
    effects: tuple[Effect, ...]


def set_meaning(context: Context, inbound_id: UUID, meaning: Meaning, on: date | None = None) -> Retaken:
    """Say what a person's mail means; its effects change with it, and no reading changes it any more.

    `on` is the day that goes with not now and out of office. Raises NotFound; NotPossible for a report, a machine's
    own link, and mail of nobody's that is no opt-out.
    """
    with context.store.write() as unit:
        mail = get_kept(unit, context, inbound_id)
        verdict = mail.verdict
        if verdict.bucket not in OF_PERSONS:
            raise NotPossible(
                f"A message in “{verdict.bucket.replace('_', ' ')}” has no meaning to set.",
                "Only what people write has one; a report that belongs to a contact can be assigned to them.",
                where=str(inbound_id),
                code="no_meaning",
            )
        if verdict.ground is MatchGround.OPT_OUT:
            raise NotPossible(
                "They used the address for opting out: there is nothing to be mistaken about.",
                "If they want emails again, lift the suppression.",
                where=str(inbound_id),
                code="opted_out",
            )
        day = on if meaning in {Meaning.NOT_NOW, Meaning.OUT_OF_OFFICE} else None
        new = replace(verdict, meaning=meaning, meaning_on=day, set_by=context.scope.user_id, needs_review=False)
        retaken = _retake(unit, context, mail, new)
        _note_meaning(unit, context, mail, retaken)
        note(context, unit, "meaning_set", "inbound_email", inbound_id, meaning=meaning.value, was=verdict.meaning)
    return retaken


def assign_mail(context: Context, inbound_id: UUID, contact_id: UUID, enrollment_id: UUID | None = None) -> Retaken:
    """Say whose a mail is: it belongs to the last email to that contact before it came, and does what follows.

    `enrollment_id` names one of the contact's enrollments. Raises NotFound; NotPossible where nothing was sent to them.
    """
    with context.store.write() as unit:
        mail = get_kept(unit, context, inbound_id)
        ours = inbox.last_sent_to(unit, context.scope.workspace_id, contact_id, mail.received_at, enrollment_id)
        if ours is None:
            raise NotPossible(
                "Nothing was sent to this contact that a message could belong to.",
                "Choose the contact whose email it answers.",
                where=str(contact_id),
                code="nothing_sent",
            )
        new = replace(mail.verdict, ground=MatchGround.BY_HAND, outgoing_id=ours.email.outgoing_id, needs_review=False)
        retaken = _retake(unit, context, mail, new, ours)
        note(context, unit, "mail_assigned", "inbound_email", inbound_id, contact=str(contact_id))
    return retaken


def take_as_before(context: Context, retaken: Retaken) -> None:
    """Undo `set_meaning` or `assign_mail`: the mail is taken for what it was, with the effects it had.

    Raises NotFound; NotPossible where it was changed once more since.
    """
    with context.store.write() as unit:
        mail = get_kept(unit, context, retaken.inbound_id)
        if mail.verdict != retaken.after:
            raise NotPossible(
                "The message was changed once more since.",
                "Undo that first, or set the meaning again.",
                where=str(retaken.inbound_id),
                code="changed_since",
            )
        again = _retake(unit, context, mail, retaken.before, is_kept=True)
        _undo_again(unit, context, again, retaken.effects_before)
        _note_meaning(unit, context, mail, again)
        note(context, unit, "mail_taken_as_before", "inbound_email", mail.id, meaning=retaken.before.meaning)


def get_kept(unit: Unit, context: Context, inbound_id: UUID) -> KeptMail:
    """The mail of that id; raises NotFound."""
    found = inbound.find_kept(unit, context.scope.workspace_id, inbound_id)
    if found is None:
        raise NotFound("There is no such message.", "“opendoors inbox list” shows them.", where=str(inbound_id))
    return found


def sent_of(unit: Unit, context: Context, verdict: Verdict) -> Sent | None:
    """The email of ours that a mail is taken to belong to."""
    if verdict.outgoing_id is None:
        return None
    return inbox.find_sent_email(unit, context.scope.workspace_id, verdict.outgoing_id)


def _retake(
    unit: Unit, context: Context, mail: KeptMail, new: Verdict, ours: Sent | None = None, *, is_kept: bool = False
) -> Retaken:
    """Take a mail for something else: what it did is taken back, and what follows now is done.

    `is_kept`: the verdict stood before, and stands again to the letter.
    """
    old_sent = sent_of(unit, context, mail.verdict)
    new_sent = ours or sent_of(unit, context, new)
    before = _own_reaction(unit, mail.verdict, mail, old_sent)
    reaction = _own_reaction(unit, new, mail, new_sent)
    if not is_kept:
        new = replace(new, bucket=reaction.bucket, bounce=reaction.bounce)
    figures = Figures(unit, context)
    for sent in (old_sent, new_sent):
        if sent is not None:
            figures.before(sent.sequence_id, sent.enrollment_id)
    _watch_ended(unit, context, figures, mail.effects)
    inbound.keep_verdict(unit, mail, new, new_sent)
    if (reaction, new.outgoing_id) == (before, mail.verdict.outgoing_id):
        effects = _renamed(unit, context, mail, new, new_sent)
    else:
        undoing = Undoing(unit, context, old_sent)
        undoing.take_all_back(mail.effects)
        is_news = not (before.is_reply and reaction.is_reply)
        received = _received(mail, new, reaction, new_sent, is_news=is_news)
        effects = carry_out(unit, context, received, Scenes(unit, context))
        undoing.finish()
    figures.move()
    inbound.keep_effects(unit, mail.id, effects)
    unit.changed(*_CHANGED)
    return Retaken(mail.id, mail.verdict, mail.effects, new, effects)


def _own_reaction(unit: Unit, verdict: Verdict, mail: KeptMail, ours: Sent | None) -> Reaction:
    """What a mail does that is taken so; where a reply stops, what else it says of the enrollment is of no effect."""
    email = None if ours is None else ours.email
    reaction = reaction_of(verdict, mail.reading, email, mail.received_at.date())
    if not reaction.is_reply or ours is None or ours.sequence_id is None:
        return reaction
    if inbox.stops_on_reply(unit, ours.sequence_id):
        return replace(reaction, hold=None, is_away=False, returns_on=None)
    return reaction


def _renamed(unit: Unit, context: Context, mail: KeptMail, new: Verdict, ours: Sent | None) -> tuple[Effect, ...]:
    """The effects of a reply of which only the word for its meaning is another."""
    if ours is not None and any(effect.kind is EffectKind.REPLIED for effect in mail.effects):
        inbox.change_meaning(unit, ours, context.scope.customer_id, new.meaning)
    return tuple(_with_meaning(unit, context, effect, new, ours) for effect in mail.effects)


def _with_meaning(unit: Unit, context: Context, effect: Effect, new: Verdict, ours: Sent | None) -> Effect:
    if effect.kind is not EffectKind.REPLIED:
        return effect
    positive = int(bool(effect.was.get("replied")) and new.meaning is Meaning.INTERESTED)
    moved = positive - int(effect.was.get("positive", 0))
    if moved and ours is not None and ours.step_id is not None and ours.sequence_id is not None:
        ledger = Ledger(context.new_id)
        ledger.variant(ours.step_id, ours.variant_id, ours.sequence_id, positive=moved)
        ledger.write(unit)
    meaning = "" if new.meaning is None else new.meaning.value
    return replace(effect, reason=meaning, was={**effect.was, "positive": positive})


def _undo_again(unit: Unit, context: Context, again: Retaken, before: tuple[Effect, ...]) -> None:
    """Take back again what a person had taken back of the effects the mail had before."""
    undone = {(effect.kind, effect.about): effect for effect in before if effect.undone_at is not None}
    undoing = Undoing(unit, context, sent_of(unit, context, again.after))
    effects = []
    for effect in again.effects:
        known = undone.get((effect.kind, effect.about))
        if known is None or effect.undone_at is not None:
            effects.append(effect)
            continue
        undoing.take_back(effect)
        effects.append(replace(effect, undone_at=known.undone_at, undone_by=known.undone_by))
    undoing.finish()
    inbound.keep_effects(unit, again.inbound_id, effects)


def _watch_ended(unit: Unit, context: Context, figures: Figures, effects: tuple[Effect, ...]) -> None:
    for effect in effects:
        if effect.kind is EffectKind.ENDED:
            standing = enrollments.find_standing(unit, context.scope.customer_id, effect.about)
            if standing is not None:
                figures.before(standing.enrollment.sequence_id, effect.about)


def _received(mail: KeptMail, verdict: Verdict, reaction: Reaction, ours: Sent | None, *, is_news: bool) -> Received:
    return Received(
        key=mail.id,
        mailbox=mail.mailbox,
        received_at=mail.received_at,
        sender=mail.reading.sender,
        reaction=reaction,
        meaning=verdict.meaning,
        ours=ours,
        status=mail.reading.smtp_status,
        diagnostic=mail.reading.diagnostic,
        is_news=is_news,
    )


def _note_meaning(unit: Unit, context: Context, mail: KeptMail, retaken: Retaken) -> None:
    """Write into the contact's history that the meaning is another one now, and whose word that is."""
    ours = sent_of(unit, context, retaken.after)
    if ours is None or retaken.before.meaning is retaken.after.meaning:
        return
    scope = context.scope
    ledger = Ledger(context.new_id, scope.user_id)
    about = Subject(scope.customer_id, scope.workspace_id, ours.contact_id, ours.enrollment_id, ours.sequence_id)
    detail = {"inbound": str(mail.id), "meaning": retaken.after.meaning, "was": retaken.before.meaning}
    ledger.happened(ActivityKind.MEANING_CHANGED, context.clock.now(), about, step_id=ours.step_id, detail=detail)
    ledger.write(unit)
