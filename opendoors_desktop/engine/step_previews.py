"""An email step as one of its contacts would get it, while it is being written: made as what is sent is made."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.domain.facts import is_unset
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.public_link import opt_out_url
from opendoors_desktop.domain.reply_subject import reply_subject
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.variants import Content, content_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.letters import template_of, unsubscribe_mailto, variables_of
from opendoors_desktop.engine.previews import Preview, make_messages, shown_message
from opendoors_desktop.engine.room import load_room
from opendoors_desktop.engine.sequence_saving import own_field_kinds
from opendoors_desktop.engine.step_texts import SENDER_FIELDS, used_fields
from opendoors_desktop.engine.stepping import fields_of
from opendoors_desktop.mail.frames import MessageHeaders, RenderJob, TemplateSource
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.lacking import contacts_lacking
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.sequences import get_sequence
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

OFFERED = 500
"""So many contacts of a sequence may be chosen for a preview, the first ones by id."""


@dataclass(frozen=True, slots=True)
class PreviewContact:
    """A contact to look at a step as: the enrollment, name, address, and the values texts have from it."""

    enrollment_id: UUID
    name: str
    address: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepPreview:
    """A step as a contact would get it: who it leaves from and goes to beside the message."""

    sender: str
    to: str
    message: Preview


def list_preview_contacts(context: Context, unit: Unit, sequence_id: UUID) -> list[PreviewContact]:
    """The contacts who may be chosen: the active and paused ones of a sequence, `OFFERED` at most."""
    found = enrollments.page_standings(unit, context.scope.customer_id, sequence_id, limit=OFFERED)
    return [
        PreviewContact(
            each.enrollment.id,
            " ".join(str(each.fields[name]) for name in ("first_name", "last_name") if each.fields.get(name)),
            each.address,
            {name: str(value) for name, value in each.fields.items() if not is_unset(value)},
        )
        for each in found
    ]


def count_lacking(context: Context, unit: Unit, sequence_id: UUID) -> dict[str, int]:
    """How many active and paused contacts lack each field that texts may name; those that none lacks are left out."""
    names = (*TEXT_FIELDS, *(f"{CUSTOM}{name}" for name in own_field_kinds(unit, context.scope.workspace_id)))
    counts = {name: contacts_lacking(unit, sequence_id, name).count for name in names}
    return {name: count for name, count in counts.items() if count}


def preview_step(
    context: Context, sequence_id: UUID, step: Step, *, variant: str | None = None, enrollment_id: UUID | None = None
) -> StepPreview:
    """An email step, as it is written and not saved, as it would leave now to the contact behind an enrollment.

    Without one its variables stand in brackets. A follow-up answers the subject its thread has, or would have. Raises
    NotFound; what keeps the email from being made is the preview's `problem`.
    """
    with context.store.read() as unit:
        sequence = get_sequence(unit, context.scope.workspace_id, sequence_id, holidays_of(context, unit))
        room = load_room(unit, context, holidays_of(context, unit))
        standing = None
        if enrollment_id is not None:
            standing = enrollments.find_standing(unit, context.scope.customer_id, enrollment_id)
    shares = [share.mailbox_id for share in sequence.shares]
    box = _mailbox(step, standing, room, [*shares, sequence.default_mailbox_id])
    to = "" if standing is None else standing.address
    if box is None:
        return StepPreview("", to, Preview(problem="The sequence has no mailbox."))
    content = content_of(step, variant)
    orders = [_order(context, room, box, step, content, standing, None)]
    if is_unset(content.subject):
        begun = None if standing is None else standing.thread.subject
        first = _thread_begin(sequence.flow, step)
        orders[0] = _order(context, room, box, step, content, standing, begun or "…")
        if begun is None and first is not None:
            orders.append(_order(context, room, box, first, content_of(first, None), standing, None))
    made = asyncio.run(make_messages(orders))
    messages = [shown_message(made.get(job.id)) for _, job in orders]
    message = messages[0]
    if len(messages) > 1 and not message.problem and not messages[1].problem:
        message = replace(message, subject=reply_subject(messages[1].subject))
    sender = f"{box.from_name} <{box.address}>" if box.from_name else box.address
    return StepPreview(sender, to, message)


def _mailbox(step: Step, standing: Standing | None, room: Room, others: Sequence[UUID | None]) -> Mailbox | None:
    """The mailbox the step would leave from: its own where it begins a thread, else the contact's."""
    own = [step.mailbox_id] if step.has_subject or standing is None else []
    theirs = [] if standing is None else [standing.enrollment.thread_mailbox_id, standing.enrollment.mailbox_id]
    keys = (*own, *theirs, *others)
    return next((room.mailboxes[key] for key in keys if key is not None and key in room.mailboxes), None)


def _order(  # noqa: PLR0917  # what one message is made of
    context: Context,
    room: Room,
    box: Mailbox,
    step: Step,
    content: Content,
    standing: Standing | None,
    thread_subject: str | None,
) -> tuple[TemplateSource, RenderJob]:
    source = template_of(content, is_html=step.body_is_html, mailbox=box, room=room)
    key = context.new_id()
    headers = MessageHeaders(
        from_address=box.address,
        from_name=box.from_name,
        to_address=box.address if standing is None else standing.address,
        to_name="",
        message_id=f"<{key.hex}@preview.invalid>",
        date=int(context.clock.now().timestamp()),
        list_unsubscribe_mailto=unsubscribe_mailto(box.address, key),
        list_unsubscribe_url=opt_out_url(room.public_url, room.tracking_key, key),
        thread_subject=thread_subject,
    )
    fields = fields_of({} if standing is None else standing.fields, room.fallbacks, box)
    if standing is None:
        named = replace(step, subject_template=content.subject, body_template=content.body, ab_test_enabled=False)
        fields |= {name: f"[{name}]" for name in used_fields(named) - SENDER_FIELDS if is_unset(fields.get(name))}
    return source, RenderJob(id=key, template_id=source.id, variables=variables_of(fields), headers=headers)


def _thread_begin(flow: Flow, step: Step) -> Step | None:
    """The email before a follow-up that begins its thread; None where there is none on the way to it."""
    if flow.number(step.id) is None:
        return None
    around = {outer.id: branch for outer, branch in flow.ancestors(step.id)}
    for before in reversed(flow.ordered[: (flow.number(step.id) or 1) - 1]):
        on_the_way = all(around.get(outer.id, branch) is branch for outer, branch in flow.ancestors(before.id))
        if before.type is StepType.EMAIL and flow.is_running(before.id) and on_the_way and before.has_subject:
            return before
    return None
