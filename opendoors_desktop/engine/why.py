"""Why isn't it sending: for each enrollment of a contact the next action, its time, and the one rule that holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.action import Decision, Finish, Hold, Send, Wait
from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.decision import advance
from opendoors_desktop.domain.enrollment import HELD_BY_PERSON, Enrollment
from opendoors_desktop.domain.facts import Facts, missing_variables
from opendoors_desktop.domain.pacing import NEVER, PaceBook, Rule, candidate_at
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine.chooser import candidate_of
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.machine import may_send_at
from opendoors_desktop.engine.planner import sequence_limits
from opendoors_desktop.engine.room import load_book, load_room, load_shared_counts
from opendoors_desktop.engine.stepping import Scene, facts_of
from opendoors_desktop.store import enrollments, workspaces
from opendoors_desktop.store.identity import find_identity
from opendoors_desktop.store.mailbox_use import living_leases
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Why:
    """What an enrollment does next: `at` in UTC (None: not known), `held_by` a stable word, `reason` a sentence."""

    sequence_id: UUID
    sequence: str
    status: str
    next_action: str
    at: datetime | None
    held_by: str
    reason: str
    advice: str


_RULES: dict[Rule, tuple[str, str]] = {
    Rule.NONE: ("Nothing holds it: it leaves with the next turn of the scheduler.", "Is the scheduler running?"),
    Rule.DUE: ("Its time hasn't come.", ""),
    Rule.PINNED: ("It was given a time of its own.", ""),
    Rule.WINDOW: ("The contact's sending window is closed.", "The sequence's settings hold the window."),
    Rule.GAP: ("The mailbox keeps a least time between two emails.", "The mailbox's settings hold the gap."),
    Rule.THROTTLE: (
        "The sequence keeps a least time between two of its emails from one mailbox.",
        "The sequence's settings hold it.",
    ),
    Rule.HOURLY_CAP: ("The mailbox has sent its emails of this hour.", "It goes on by itself."),
    Rule.DAILY_CAP: ("The mailbox has sent its emails of today.", "It goes on tomorrow by itself."),
    Rule.RAMP: ("The mailbox is being warmed up and has sent its emails of today.", "It goes on tomorrow by itself."),
    Rule.SEQUENCE_CAP: ("The sequence has sent its emails of today.", "Its settings hold the number a day."),
    Rule.NEW_CONTACTS_CAP: ("The sequence has begun with its new contacts of today.", "Its settings hold the number."),
    Rule.COMPANY_CAP: ("The contact's company had its emails of today.", "The mailbox's settings hold the number."),
    Rule.CONTACT_DAY: ("The contact had an automatic email today already.", "It goes on tomorrow by itself."),
}


def why(context: Context, contact_id: UUID, sequence_id: UUID | None = None) -> list[Why]:
    """An answer for each enrollment of the contact (or the one in a sequence), on the facts known now."""
    with context.store.read() as unit:
        standings = enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id)
        return [
            _explain(scene_of(unit, context, standing.enrollment.sequence_id), standing)
            for standing in standings
            if sequence_id is None or standing.enrollment.sequence_id == sequence_id
        ]


def why_in_unit(context: Context, unit: Unit, enrollment_id: UUID) -> Why | None:
    """The answer for one enrollment, inside a unit; None where there is no such enrollment."""
    standing = enrollments.find_standing(unit, context.scope.customer_id, enrollment_id)
    if standing is None:
        return None
    return _explain(scene_of(unit, context, standing.enrollment.sequence_id), standing)


@dataclass(frozen=True, slots=True)
class _Held:
    """What holds an email that is due, and until when."""

    by: str
    reason: str
    advice: str
    at: datetime | None = None


_LACKS = frozenset({Because.MISSING_DATA, Because.INCOMPLETE_STEP, Because.NO_ADDRESS})
"""Holds whose detail names what isn't there."""

_STOPPED = _Held("emergency_stop", "All sending was stopped.", "“opendoors sending release” lets it go on.")
_OFF = _Held(
    "sending_off",
    "Sending is off on this computer, and no scheduler sends from its mailbox.",
    "Switch it on in the status bar, or say “opendoors sending on”.",
)
_UNREAD = (
    "Nobody can tell who has answered, so its emails wait until it can be read, which is tried by itself. Test the"
    " mailbox where its password or a setting may be wrong."
)


def _explain(scene: Scene, standing: Standing) -> Why:
    facts = facts_of(scene, standing)
    came = advance(scene.sequence, standing.enrollment, facts, scene.now)
    decision = came.decision
    held = _kept(standing, decision)
    if held is None and isinstance(decision, Send):
        held = _held(scene, standing, decision)
    elif held is None:
        held = _foreseen(scene, came.enrollment, decision, facts) or _told(decision)
    return Why(
        sequence_id=scene.sequence.id,
        sequence=scene.sequence.name,
        status=standing.enrollment.status.value,
        next_action=_action(scene, decision),
        at=held.at,
        held_by=held.by,
        reason=held.reason,
        advice=held.advice,
    )


def _told(decision: Decision) -> _Held:
    """The decision's own reason."""
    at = decision.until if isinstance(decision, Wait) else None
    because = decision.because
    detail = _detail(because, decision.detail) if isinstance(decision, Hold) else ""
    return _Held(because.value, because.sentence + detail, because.advice, at)


def _detail(because: Because, detail: str) -> str:
    """What a hold names, behind its sentence; what a person wrote or an address stands as it is."""
    if not detail:
        return ""
    return f" Missing: {detail}." if because in _LACKS else f" ({detail})"


def _kept(standing: Standing, decision: Decision) -> _Held | None:
    """The hold that a step runs into whose time hasn't come yet, or that keeps it out of the queue."""
    enrollment = standing.enrollment
    is_timed = isinstance(decision, Send) or (isinstance(decision, Wait) and decision.until is not None)
    if enrollment.hold is None or not is_timed:
        return None
    if enrollment.hold not in HELD_BY_PERSON and standing.ticket is not None:
        return None
    because = Because(enrollment.hold.value)
    detail = _detail(because, enrollment.hold_detail or "")
    return _Held(because.value, because.sentence + detail, because.advice)


def _foreseen(scene: Scene, enrollment: Enrollment, decision: Decision, facts: Facts) -> _Held | None:
    """What the contact lacks of the email or task that a wait leads to, so that it is told before it is due."""
    if not isinstance(decision, Wait) or decision.until is None:
        return None
    flow, step = scene.sequence.flow, decision.step
    while step is not None and step.type is StepType.DELAY:
        step = flow.next_after(step.id, enrollment.records)
    # A step with a condition may yet be left out.
    missing = () if step is None or step.conditions is not None else missing_variables(step.variables, facts)
    if step is None or not missing:
        return None
    because = Because.MISSING_DATA
    sentence = f"Step {flow.number(step.id)} will be held when it is due: the contact lacks {', '.join(missing)}."
    return _Held(because.value, sentence, because.advice, decision.until)


def _held(scene: Scene, standing: Standing, decision: Send) -> _Held:
    """What is due is held by the emergency stop, by its mailbox, or by a rule of pace."""
    if workspaces.is_stopped(scene.unit, scene.context.scope.workspace_id):
        return _STOPPED
    mailbox = scene.surroundings.mailboxes.get(decision.mailbox_id)
    if mailbox is None or not mailbox.can_send:
        name = "Its mailbox" if mailbox is None else mailbox.address
        state = (
            "is gone" if mailbox is None else f"is {mailbox.status}: {mailbox.status_detail or mailbox.status_reason}"
        )
        return _Held("mailbox_paused", f"{name} {state}.", "Put that right and resume the mailbox.")
    if mailbox.held_until is not None and mailbox.held_until > scene.now:
        reason = f"The mail host of {mailbox.address} couldn't be reached, or put us off."
        return _Held("mailbox_held", reason, "It is tried again by itself.", mailbox.held_until)
    if mailbox.waits_for_reading:
        return _Held("mailbox_unread", f"{mailbox.address} can't be read: {mailbox.reading_error}", _UNREAD)
    candidate = candidate_of(scene.sequence, standing.enrollment, decision, standing, mailbox.days_off)
    opening = candidate_at(mailbox.limits, sequence_limits(scene.sequence), _book(scene, mailbox), candidate, scene.now)
    if opening.rule is Rule.NONE and not _is_sent_from(scene, mailbox.id):
        return _OFF
    reason, advice = _RULES[opening.rule]
    return _Held(opening.rule.value, reason, advice, None if opening.at >= NEVER else opening.at)


def _is_sent_from(scene: Scene, mailbox_id: UUID) -> bool:
    """Whether some scheduler holds the mailbox now, or this computer's switch lets it."""
    workspace_id = scene.context.scope.workspace_id
    if any(each.mailbox_id == mailbox_id for each in living_leases(scene.unit, workspace_id)):
        return True
    known = find_identity(scene.unit)
    if known is None or known.doubt is not None:
        return False
    return may_send_at(scene.context.data_dir, known.id, scene.now)


def _words(mailbox: Mailbox) -> str:
    said = mailbox.status_detail or mailbox.status_reason
    return f": {said}" if said else ""


def _book(scene: Scene, mailbox: Mailbox) -> PaceBook:
    room = load_room(scene.unit, scene.context, holidays_of(scene.context, scene.unit))
    return load_book(scene.unit, mailbox, load_shared_counts(scene.unit, room, scene.now), scene.now)


def _action(scene: Scene, decision: Decision) -> str:
    """The next action in a few words, the step by its number."""
    if isinstance(decision, Finish):
        return f"end ({decision.reason.value.replace('_', ' ')})"
    if decision.step is None:
        return "none"
    number = scene.sequence.flow.number(decision.step.id)
    return f"step {number}: {decision.step.type.value}" if number else decision.step.type.value
