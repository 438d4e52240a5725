"""Sends a step of a sequence to oneself, to see it as its contacts will."""

from collections.abc import Mapping
from uuid import UUID

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.facts import is_unset
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.domain.variants import content_of
from opendoors_desktop.engine.commands.by_hand import Queued, name_of, plain_fields
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.singles import message_id_of
from opendoors_desktop.engine.step_texts import SENDER_FIELDS, used_fields
from opendoors_desktop.engine.stepping import Scene, fields_of
from opendoors_desktop.store import enrollments, singles
from opendoors_desktop.store.mailboxes import Mailbox, find_mailbox, no_such_mailbox
from opendoors_desktop.store.singles import Single


def send_test(
    context: Context,
    sequence_id: UUID,
    number: int = 1,
    *,
    to: str | None = None,
    enrollment_id: UUID | None = None,
    mailbox: str | None = None,
) -> Queued:
    """Queue one email step, by its number, as a test; it counts nowhere and leaves with the next scheduler's pass.

    It goes to the mailbox's own address unless `to` names another, with the fields of the contact behind
    `enrollment_id`, else of the first one in the sequence, else with the fields' names in brackets. Raises NotFound,
    NotPossible for a step that is no email or a sequence without a mailbox, InputError for a bad address.
    """
    with context.store.write() as unit:
        scene = scene_of(unit, context, sequence_id)
        step = _email_step(scene.sequence, number)
        sender = _sender(scene, step, mailbox)
        address = _address(to or sender.address)
        fields = _fields(scene, step, enrollment_id)
        outgoing_id = context.new_id()
        content = content_of(step, None)
        is_reply = is_unset(content.subject)
        single = Single(
            outgoing_id=outgoing_id,
            kind=EmailKind.TEST,
            contact_id=None,
            enrollment_id=None,
            sequence_id=None,
            step_id=None,
            round=1,
            to_address=address,
            to_name=name_of(fields),
            message_id=message_id_of(outgoing_id, sender.address),
            in_reply_to=None,
            draft={
                "subject": _thread_subject(scene.sequence.flow, step) if is_reply else content.subject,
                "body": content.body or "",
                "is_html": step.body_is_html,
                "is_literal": False,
                "is_reply": is_reply,
                "variables": plain_fields(fields),
            },
            planned_at=context.clock.now(),
        )
        singles.plan(unit, single, sender.id, (context.scope.customer_id, context.scope.workspace_id))
        unit.changed(Topic.OUTBOX)
    return Queued(outgoing_id, single.message_id, sender.address, address)


def _email_step(sequence: Sequence, number: int) -> Step:
    steps = sequence.flow.ordered
    if not 1 <= number <= len(steps):
        raise NotFound(
            f"“{sequence.name}” has no step {number}.", f"Its steps are 1 to {len(steps)}.", where=f"step {number}"
        )
    step = steps[number - 1]
    if step.type is not StepType.EMAIL:
        numbers = [str(place) for place, each in enumerate(steps, 1) if each.type is StepType.EMAIL]
        advice = f"Emails are: {', '.join(numbers)}." if numbers else "The sequence has no email."
        raise NotPossible(f"Step {number} is of type {step.type}.", advice, where=f"step {number}", code="no_email")
    return step


def _sender(scene: Scene, step: Step, wanted: str | None) -> Mailbox:
    boxes = scene.surroundings.mailboxes
    if wanted is not None:
        found = find_mailbox(scene.unit, scene.context.scope.workspace_id, wanted)
        if found is None:
            raise no_such_mailbox(wanted)
        return found
    shares = [share.mailbox_id for share in scene.sequence.shares]
    for key in (step.mailbox_id, *shares, scene.sequence.default_mailbox_id):
        if key is not None and key in boxes:
            return boxes[key]
    raise NotPossible("The sequence has no mailbox.", "Give it one, or name one.", code="no_mailbox")


def _address(text: str) -> str:
    found = parse_address(text)
    if isinstance(found, Address):
        return found.text
    raise InputError(found.sentence, "Give an address like ana@example.com.", where=text, code=found.value)


def _fields(scene: Scene, step: Step, enrollment_id: UUID | None) -> dict[str, object]:
    customer_id = scene.context.scope.customer_id
    if enrollment_id is None:
        page = enrollments.page_standings(scene.unit, customer_id, scene.sequence.id, limit=1)
        standing = page[0] if page else None
    else:
        standing = enrollments.find_standing(scene.unit, customer_id, enrollment_id)
    known: Mapping[str, object] = {} if standing is None else standing.fields
    filled = fields_of(known, scene.surroundings.fallbacks, None)
    for name in used_fields(step) - SENDER_FIELDS:
        if is_unset(filled.get(name)):
            filled[name] = f"[{name}]"
    return filled


def _thread_subject(flow: Flow, step: Step) -> str:
    """The subject of the thread a follow-up answers in: that of the last email on the way to it which begins one."""
    around = {outer.id: branch for outer, branch in flow.ancestors(step.id)}
    for before in reversed(flow.ordered[: flow.ordered.index(step)]):
        is_on_the_way = all(around.get(outer.id, branch) is branch for outer, branch in flow.ancestors(before.id))
        subject = content_of(before, None).subject
        is_email = before.type is StepType.EMAIL and flow.is_running(before.id)
        if is_email and is_on_the_way and not is_unset(subject):
            return subject or ""
    return "Re:"
