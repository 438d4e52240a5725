"""What is wrong with the steps themselves: texts, conditions, tests and actions that lack something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.facts import is_unset
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.domain.variants import AbTest, Content, Variant, content_of

LONGEST_DELAY = 3_650
"""Days that a delay may have, hours and minutes counted in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at: a stable word, a sentence, what to do, its step, and whether it keeps from starting."""

    code: str
    sentence: str
    advice: str
    step_id: UUID | None = None
    number: int | None = None
    blocks: bool = True


def step_problems(flow: Flow, template_faults: Mapping[UUID, tuple[str, ...]]) -> Iterator[Problem]:
    """What is wrong with each step that is switched on; `template_faults` are the sentences about its texts."""
    may_be_first = first_emails(flow)
    for step in flow.running():
        number = flow.number(step.id) or 0
        yield from (
            Problem("template", f"Step {number}: {fault}", "Correct the text.", step.id, number)
            for fault in template_faults.get(step.id, ())
        )
        yield from _delay(step, number)
        if step.type is StepType.EMAIL:
            yield from _email(step, number, may_be_first.get(step.id))
        elif step.type is StepType.LINKEDIN:
            yield from _linkedin(step, number)
        elif step.type is StepType.CONDITIONAL:
            yield from _conditional(step, number)
        elif step.type is StepType.TASK and is_unset(step.task_title):
            sentence = f"Step {number} is a task without a title."
            yield Problem("no_title", sentence, "Say what is to be done.", step.id, number, blocks=False)


def first_emails(flow: Flow) -> dict[UUID, bool]:
    """The email steps that may be the first to reach a contact: True where nothing can come before, False where the
    emails before may all be skipped by their conditions.
    """
    start = flow.first()
    before = {} if start is None else {start.id: (True, False)}
    firsts: dict[UUID, bool] = {}
    for step in flow.running():
        # Whether every way here may be without an email (False once one is sure), and whether some way has one.
        may_lack, may_have = before.get(step.id, (False, False))
        if step.type is StepType.EMAIL and step.id in before:
            if may_lack:
                firsts[step.id] = not may_have
            may_lack, may_have = may_lack and step.conditions is not None, True
        for follower in flow.successors(step.id):
            other = before.get(follower, (False, False))
            before[follower] = (other[0] or may_lack, other[1] or may_have)
    return firsts


def is_zero(step: Step) -> bool:
    """Whether the step has no delay."""
    return not (step.delay.days or step.delay.hours or step.delay.minutes)


def _delay(step: Step, number: int) -> Iterator[Problem]:
    parts = (step.delay.days, step.delay.hours, step.delay.minutes)
    if min(parts) < 0 or step.delay.days + step.delay.hours / 24 + step.delay.minutes / 1440 > LONGEST_DELAY:
        advice = f"Choose a delay of 0 to {LONGEST_DELAY:,} days."
        yield Problem("bad_delay", f"Step {number} waits for an impossible time.", advice, step.id, number)
    if step.type is StepType.DELAY and is_zero(step):
        sentence = f"Step {number} is a delay without a length."
        yield Problem("no_delay", sentence, "Give it a length, or remove it.", step.id, number, blocks=False)


def _email(step: Step, number: int, is_first: bool | None) -> Iterator[Problem]:
    """`is_first` is True for a first email, False for one that may be the first, None for one that never is."""
    for name, content in _texts(step):
        told = f"Step {number}" + (f", variant {name}," if name else "")
        if is_unset(content.body):
            yield Problem("empty_body", f"{told} has no text.", "Write the email.", step.id, number)
        if is_unset(content.subject) and is_first is True:
            sentence = f"{told} is a first email without a subject."
            yield Problem("empty_subject", sentence, "Write a subject.", step.id, number)
        elif is_unset(content.subject) and is_first is False:
            sentence = f"{told} has no subject, and is the first email for whom the ones before are skipped."
            advice = "Write a subject; without one these contacts are held."
            yield Problem("may_lack_subject", sentence, advice, step.id, number, blocks=False)
    if step.ab_test_enabled and (step.ab_test is None or not _sending(step.ab_test)):
        sentence = f"Step {number} has an A/B test in which no variant is sent."
        yield Problem("no_variant", sentence, "Let a variant run, or end the test.", step.id, number, blocks=False)


def _texts(step: Step) -> list[tuple[str, Content]]:
    """The texts that may be sent, with the variant each is from; an empty name is the step itself."""
    if step.ab_test_enabled and step.ab_test is not None:
        running = _sending(step.ab_test)
        if running:
            return [(variant.id, content_of(step, variant.id)) for variant in running]
    return [("", Content(step.subject_template, step.body_template))]


def _sending(test: AbTest) -> list[Variant]:
    winner = test.find(test.winner_id)
    if winner is not None:
        return [winner]
    return [variant for variant in test.variants if not variant.is_paused and variant.weight > 0]


def _linkedin(step: Step, number: int) -> Iterator[Problem]:
    if step.linkedin_action is None:
        advice = "Choose connect, message or view profile."
        yield Problem("no_action", f"Step {number} is a LinkedIn step without an action.", advice, step.id, number)
    elif step.linkedin_action is LinkedInAction.MESSAGE and is_unset(step.linkedin_message):
        sentence = f"Step {number} is a LinkedIn message without a text."
        yield Problem("no_message", sentence, "Write the message.", step.id, number)


def _conditional(step: Step, number: int) -> Iterator[Problem]:
    if step.conditions is None:
        sentence = f"Step {number} chooses a lane without a condition."
        yield Problem("no_condition", sentence, "Say what decides.", step.id, number)
    if step.wait_until_true and is_zero(step):
        sentence = f"Step {number} should wait until its condition holds, but has no delay."
        yield Problem("no_delay", sentence, "Say how long it waits at most.", step.id, number, blocks=False)
