"""Emails of the plan as they would leave now, made by the same child that makes those that are sent."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.public_link import opt_out_url
from opendoors_desktop.domain.reply_subject import reply_subject
from opendoors_desktop.domain.variants import content_of
from opendoors_desktop.engine.agenda import PlannedEmail
from opendoors_desktop.engine.child import child_environment
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.letters import template_of, tracking_of, unsubscribe_mailto, variables_of
from opendoors_desktop.engine.renderer import Renderer, RenderLimits
from opendoors_desktop.engine.room import load_room
from opendoors_desktop.engine.stepping import fields_of
from opendoors_desktop.mail.frames import Built, MessageHeaders, PostEvent, RenderFailed, RenderJob, TemplateSource
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

PATIENCE = 20.0
"""Seconds after which what isn't made yet is shown without."""


NOT_BEGUN = "…"
"""Stands for the subject of a thread whose first email hasn't left."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An email as its contact would get it: the subject and the text part, or the `problem` that holds it."""

    subject: str = ""
    text: str = ""
    problem: str = ""


def preview_emails(context: Context, emails: Sequence[PlannedEmail]) -> dict[tuple[UUID, UUID], Preview]:
    """The previews of these emails, by enrollment and step; one whose contact or step is gone has none.

    A follow-up in a thread that isn't begun yet answers the subject of the thread's first email among `emails`.
    """
    with context.store.read() as unit:
        room = load_room(unit, context, holidays_of(context, unit))
        orders = {(each.enrollment_id, each.step_id): _order(unit, context, room, each) for each in emails}
    made = asyncio.run(make_messages([order for order in orders.values() if order is not None]))
    previews = {key: shown_message(made.get(order[1].id)) for key, order in orders.items() if order is not None}
    begun: dict[UUID, str] = {}
    for each in emails:
        found = previews.get((each.enrollment_id, each.step_id))
        if found is None or found.problem:
            continue
        if each.starts_thread:
            begun[each.enrollment_id] = found.subject
        elif found.subject == reply_subject(NOT_BEGUN) and each.enrollment_id in begun:
            subject = reply_subject(begun[each.enrollment_id])
            previews[each.enrollment_id, each.step_id] = Preview(subject, found.text)
    return previews


def stored_message(context: Context, outgoing_id: UUID) -> Preview:
    """An email of the journal as it left; raises NotFound for one that has no message yet."""
    with context.store.read() as unit:
        row = unit.row(
            "SELECT m.message FROM outgoing_messages m JOIN outgoing_emails o ON o.id = m.outgoing_id"
            " WHERE o.id = :id AND o.workspace_id = :workspace_id",
            {"id": outgoing_id, "workspace_id": context.scope.workspace_id},
        )
    if row is None or row[0] is None:
        raise NotFound("This email’s message isn’t kept.", "It was never built, or was taken out.", where="message")
    return _read(bytes(row[0]))


def _order(unit: Unit, context: Context, room: Room, email: PlannedEmail) -> tuple[TemplateSource, RenderJob] | None:
    standing = enrollments.find_standing(unit, context.scope.customer_id, email.enrollment_id)
    sequence, mailbox = room.sequences.get(email.sequence_id), room.mailboxes.get(email.mailbox_id)
    step = None if sequence is None else sequence.flow.by_id.get(email.step_id)
    if standing is None or step is None or mailbox is None:
        return None
    content = content_of(step, email.variant)
    source = template_of(content, is_html=step.body_is_html, mailbox=mailbox, room=room)
    key = context.new_id()
    headers = MessageHeaders(
        from_address=mailbox.address,
        from_name=mailbox.from_name,
        to_address=email.address,
        to_name="",
        message_id=f"<{key.hex}@preview.invalid>",
        date=int(email.at.timestamp()),
        list_unsubscribe_mailto=unsubscribe_mailto(mailbox.address, key),
        list_unsubscribe_url=opt_out_url(room.public_url, room.tracking_key, key),
        thread_subject=_thread_subject(standing, email),
    )
    variables = variables_of(fields_of(standing.fields, room.fallbacks, mailbox))
    tracking = tracking_of(sequence, key, room)
    return source, RenderJob(id=key, template_id=source.id, variables=variables, headers=headers, tracking=tracking)


def _thread_subject(standing: Standing, email: PlannedEmail) -> str | None:
    return None if email.starts_thread else standing.thread.subject or NOT_BEGUN


async def make_messages(
    orders: Sequence[tuple[TemplateSource, RenderJob]],
) -> Mapping[UUID, Built | RenderFailed]:
    """What the child makes of each order, by its key; what takes longer than PATIENCE is left out."""
    made: dict[UUID, Built | RenderFailed] = {}
    if not orders:
        return made
    is_done = asyncio.Event()

    def happened(events: Sequence[PostEvent]) -> None:
        made.update({each.id: each for each in events if isinstance(each, Built | RenderFailed)})
        if len(made) >= len(orders):
            is_done.set()

    renderer = Renderer(happened, RenderLimits(), child_environment(None))
    await renderer.start()
    try:
        for source, _ in orders:
            renderer.define(source)
        renderer.render([job for _, job in orders])
        async with asyncio.timeout(PATIENCE):
            await is_done.wait()
    except TimeoutError:
        pass
    finally:
        await renderer.close()
    return made


def shown_message(made: Built | RenderFailed | None) -> Preview:
    """What came of an order, as a preview."""
    if made is None:
        return Preview(problem="It took too long to make this email.")
    if isinstance(made, RenderFailed):
        return Preview(problem=f"{made.title} {made.detail}".strip())
    return _read(made.message)


def _read(message: bytes) -> Preview:
    """Subject and text part of a message of ours."""
    from email import message_from_bytes
    from email.message import EmailMessage
    from email.policy import default

    parsed = message_from_bytes(message, policy=default)
    assert isinstance(parsed, EmailMessage)  # what this policy gives
    body = parsed.get_body(("plain", "html"))
    return Preview(str(parsed["subject"] or ""), "" if body is None else str(body.get_content()))
