"""What keeps a sequence from starting, and what should be looked at before: everything at once, with what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opendoors_desktop.domain.condition import comparisons, referred_steps
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.send_window import window_problems
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.step_check import Problem, step_problems


@dataclass(frozen=True, slots=True)
class MailboxState:
    """A mailbox as the check sees it; `reason` says why it can't send, `reads_replies` whether IMAP is set up."""

    address: str
    can_send: bool = True
    reason: str = ""
    reads_replies: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the check needs to know beside the sequence.

    `template_faults` holds for a step the faults of its texts, each a sentence; `has_footer` says whether the workspace
    puts an opt-out line and a postal address under its emails.
    """

    mailboxes: Mapping[UUID, MailboxState] = field(default_factory=dict)
    template_faults: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    tracks: bool = False
    has_footer: bool = True


def check_sequence(sequence: Sequence, around: Surroundings) -> tuple[Problem, ...]:
    """All that is wrong with a sequence: what blocks a start first, then warnings, each in the order of steps."""
    found = [
        *_structure(sequence.flow),
        *_settings(sequence),
        *_mailboxes(sequence, around),
        *step_problems(sequence.flow, around.template_faults),
        *_references(sequence.flow),
        *_warnings(sequence, around),
    ]
    return tuple(sorted(found, key=lambda problem: (not problem.blocks, problem.number or 0)))


def _structure(flow: Flow) -> Iterator[Problem]:
    if not flow.running():
        yield Problem("no_steps", "The sequence has no step that is switched on.", "Add a step.")
    for step in flow.stray:
        sentence = f"A step of type {step.type} stands in a lane that isn't there."
        yield Problem("stray_step", sentence, "Move it to another place, or remove it.", step.id)
    seen: set[int] = set()
    for step in flow.ordered:
        if step.order in seen:
            sentence = f"Two steps have the number {step.order}."
            yield Problem("duplicate_order", sentence, "Put the steps in order again.", step.id, flow.number(step.id))
        seen.add(step.order)
    reached = _ahead_of(flow, flow.first())
    for step in flow.running():
        if step.id not in reached:
            number = flow.number(step.id)
            sentence = f"Nobody comes to step {number}: every way before it finishes."
            yield Problem(
                "unreachable", sentence, "Let a lane go on, or remove the step.", step.id, number, blocks=False
            )


def _ahead_of(flow: Flow, start: Step | None) -> set[UUID]:
    """The steps a contact may come to from this one on, itself included."""
    found = set() if start is None else {start.id}
    for step in flow.running():
        if step.id in found:
            found |= flow.successors(step.id)
    return found


def _settings(sequence: Sequence) -> Iterator[Problem]:
    for sentence in window_problems(sequence.window):
        yield Problem("bad_window", sentence, "Correct the sending window in the sequence's settings.")
    try:
        ZoneInfo(sequence.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem("bad_zone", f"There is no time zone “{sequence.zone}”.", "Choose another in the settings.")
    if 0 in {sequence.max_emails_per_day, sequence.max_new_per_day}:
        sentence = "A limit of 0 lets no email, or no first email, leave."
        yield Problem("limit_of_zero", sentence, "Raise the limit in the settings.", blocks=False)


def _mailboxes(sequence: Sequence, around: Surroundings) -> Iterator[Problem]:
    """The mailboxes that enrollments are given must be able to send, at least one of them."""
    emails = [step for step in sequence.flow.running() if step.type is StepType.EMAIL]
    if not emails:
        return
    if emails[0].mailbox_id is not None:
        given = [emails[0].mailbox_id]
    elif any(share.weight for share in sequence.shares):
        given = [share.mailbox_id for share in sequence.shares if share.weight]
    else:
        given = [] if sequence.default_mailbox_id is None else [sequence.default_mailbox_id]
    if not given:
        yield Problem("no_mailbox", "No mailbox is chosen to send from.", "Choose one in the sequence's settings.")
    own = [step.mailbox_id for step in emails if step.mailbox_id is not None and step.has_subject]
    none_sends = all(not _can_send(around.mailboxes.get(mailbox_id)) for mailbox_id in given)
    for mailbox_id in dict.fromkeys((*given, *own)):
        state = around.mailboxes.get(mailbox_id, MailboxState("A mailbox that was removed", can_send=False))
        if not state.can_send:
            sentence = f"{state.address} can't send" + (f": {state.reason}" if state.reason else ".")
            blocks = none_sends and mailbox_id in given
            yield Problem("mailbox_fails", sentence, "Open Mailboxes and test it, or choose another.", blocks=blocks)
        elif not state.reads_replies:
            sentence = f"Replies to {state.address} can't be seen, since only its SMTP server is set up."
            yield Problem("replies_unseen", sentence, "Add its IMAP server, or stop contacts by hand.", blocks=False)


def _can_send(state: MailboxState | None) -> bool:
    return state is not None and state.can_send


def _references(flow: Flow) -> Iterator[Problem]:
    """Conditions must speak of steps that come earlier, and should speak of ones that may have been executed."""
    for step in flow.running():
        number = flow.number(step.id) or 0
        for referred in sorted(referred_steps(step.conditions), key=lambda each: flow.number(each) or 0):
            other = flow.number(referred)
            if other is None:
                sentence = f"The condition of step {number} asks for a step that is gone."
                yield Problem("step_gone", sentence, "Change the condition.", step.id, number)
            elif other >= number:
                sentence = f"The condition of step {number} asks for step {other}, which doesn't come before it."
                yield Problem("later_step", sentence, "Change the condition, or move a step.", step.id, number)
            elif not flow.is_running(referred):
                sentence = f"The condition of step {number} asks for step {other}, which is switched off."
                yield Problem(
                    "step_off", sentence, "Switch it on, or change the condition.", step.id, number, blocks=False
                )
            elif step.id not in _ahead_of(flow, flow.by_id[referred]):
                sentence = (
                    f"Nobody who comes to step {number} has been through step {other}, which its condition asks for."
                )
                yield Problem("never_true", sentence, "Change the condition.", step.id, number, blocks=False)


def _warnings(sequence: Sequence, around: Surroundings) -> Iterator[Problem]:
    running = sequence.flow.running()
    if not around.has_footer and any(step.type is StepType.EMAIL for step in running):
        sentence = "Emails have no opt-out line and no postal address."
        yield Problem("no_footer", sentence, "Fill both in under Settings, Sending.", blocks=False)
    for step in running:
        number = sequence.flow.number(step.id) or 0
        for code, sentence, advice in condition_warnings(step, tracks=around.tracks, stops=sequence.stop_on_reply):
            yield Problem(code, f"The condition of step {number} {sentence}", advice, step.id, number, blocks=False)


def condition_warnings(step: Step, *, tracks: bool, stops: bool) -> tuple[tuple[str, str, str], ...]:
    """What of a step's condition can't come true by the settings: a word, the rest of a sentence, what to do.

    `tracks` says whether opens and clicks are tracked, `stops` whether a reply stops the contact.
    """
    fields = set() if step.conditions is None else {each.field for each in comparisons(step.conditions)}
    found = []
    if not tracks and fields & {"email_opened", "email_clicked"}:
        found.append(
            ("tracking_off", "asks for opens or clicks, but tracking is off.", "Switch tracking on, or ask else.")
        )
    if stops and "email_replied" in fields:
        advice = "Let the sequence go on after replies, or drop the question."
        found.append(("reply_stops", "asks for a reply, but a reply stops the contact.", advice))
    return tuple(found)
