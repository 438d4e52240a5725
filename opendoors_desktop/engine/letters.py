"""What a job of the sender is made into: the template with all that is the same for many, and one contact's part."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

import msgspec

from opendoors_desktop.domain.address import normalise_address
from opendoors_desktop.domain.public_link import CLICK, OPEN, OPT_OUT, click_key, opt_out_url, sign
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.domain.variants import Content, content_of
from opendoors_desktop.engine.desk import Desk, Job, Room
from opendoors_desktop.engine.stepping import fields_of
from opendoors_desktop.mail.frames import Attachment, MessageHeaders, RenderJob, TemplateSource, Tracking
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.singles import Single
from opendoors_desktop.store.standings import Thread


def template_of(content: Content, *, is_html: bool, mailbox: Mailbox, room: Room) -> TemplateSource:
    """The template of a step's email as it leaves a mailbox, named by a hash of all that is in it."""
    parts = (
        content.subject or "",
        content.body or "",
        mailbox.signature_html,
        mailbox.signature_text,
        room.opt_out_line,
        room.postal_address,
        "html" if is_html else "text",
    )
    name = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return TemplateSource(
        id=name,
        subject=content.subject or "",
        body=content.body or "",
        is_html=is_html,
        signature_html=mailbox.signature_html,
        signature_text=mailbox.signature_text,
        opt_out=room.opt_out_line,
        postal_address=room.postal_address,
    )


def template_of_job(job: Job, desk: Desk, room: Room) -> TemplateSource:
    """The template a job is rendered from: its own draft, or its step in the A/B variant chosen at the claim."""
    if job.single is not None:
        return _template_of_single(job.single, desk.mailbox, room)
    assert job.decision is not None  # only emails of sequences are made from steps
    step = job.decision.step
    return template_of(content_of(step, job.variant_id), is_html=step.body_is_html, mailbox=desk.mailbox, room=room)


def _template_of_single(single: Single, mailbox: Mailbox, room: Room) -> TemplateSource:
    """The texts a person wrote or chose; an answer has its signature above what it quotes, and no opt-out line."""
    draft = single.draft
    content = Content(draft.get("subject") or None, draft.get("body") or "")
    source = template_of(content, is_html=bool(draft.get("is_html")), mailbox=mailbox, room=room)
    marks = {name: True for name in ("is_literal", "is_reply") if draft.get(name)}
    source = msgspec.structs.replace(source, id="-".join((source.id, *marks)), **marks)
    if not draft.get("is_answer"):
        return source
    return msgspec.structs.replace(
        source,
        id=f"{source.id}-{single.outgoing_id.hex}",
        signature_html="",
        signature_text="",
        opt_out="",
        postal_address="",
        attachments=tuple(Attachment(file.name, file.media_type, file.content) for file in single.files),
    )


def variables_of(fields: Mapping[str, object]) -> dict[str, object]:
    """A contact's fields as a template takes them: the workspace's own ones under `custom`."""
    own: dict[str, object] = {}
    variables: dict[str, object] = {}
    for name, value in fields.items():
        if name.startswith("custom."):
            own[name.removeprefix("custom.")] = value
        else:
            variables[name] = value
    variables["custom"] = own
    return variables


def render_job(job: Job, template_id: str, desk: Desk, room: Room, now: datetime) -> RenderJob:
    """What the child needs to make the message of a job."""
    mailbox = desk.mailbox
    thread = Thread() if job.standing is None else job.standing.thread
    in_thread = job.decision is not None and not job.decision.starts_thread
    answers = job.single.in_reply_to if job.single is not None else None
    known = () if job.single is None else tuple(job.single.draft.get("references") or ())
    last = thread.references[-1] if in_thread and thread.references else answers
    assert job.order_id is not None  # it has just been ordered
    return RenderJob(
        id=job.order_id,
        template_id=template_id,
        variables=_variables(job, desk, room),
        headers=MessageHeaders(
            from_address=mailbox.address,
            from_name=mailbox.from_name,
            to_address=job.to_address,
            to_name=_name_of(job),
            message_id=job.message_id,
            date=int(now.timestamp()),
            reply_to=mailbox.reply_to,
            in_reply_to=last,
            references=thread.references if in_thread else known or (() if last is None else (last,)),
            list_unsubscribe_mailto=unsubscribe_mailto(mailbox.address, job.outgoing_id),
            list_unsubscribe_url=opt_out_url(room.public_url, room.tracking_key, job.outgoing_id),
            thread_subject=thread.subject if in_thread else None,
        ),
        tracking=tracking_of(_sequence_of(job, room), job.outgoing_id, room),
    )


def _sequence_of(job: Job, room: Room) -> Sequence | None:
    """The running sequence an email counts for; none counts tests, answers and what else is written by hand."""
    if job.kind is not EmailKind.SEQUENCE or job.standing is None:
        return None
    return room.sequences.get(job.standing.enrollment.sequence_id)


def tracking_of(sequence: Sequence | None, outgoing_id: UUID, room: Room) -> Tracking | None:
    """What tells of opens and clicks in an email of a sequence; None unless it asks for some and somebody answers."""
    if sequence is None or room.public_url is None or not (sequence.tracks_opens or sequence.tracks_clicks):
        return None
    url, key = room.public_url, room.tracking_key
    return Tracking(
        outgoing_id,
        pixel_url=f"{url}/{OPEN}/{sign(key, OPEN, outgoing_id)}" if sequence.tracks_opens else "",
        click_url=f"{url}/{CLICK}/" if sequence.tracks_clicks else "",
        click_key=click_key(key, outgoing_id) if sequence.tracks_clicks else b"",
        kept=f"{url}/{OPT_OUT}/",
    )


def _variables(job: Job, desk: Desk, room: Room) -> dict[str, object]:
    if job.single is not None:
        own = job.single.draft.get("variables")
        return variables_of(fields_of(own if isinstance(own, Mapping) else {}, room.fallbacks, desk.mailbox))
    assert job.standing is not None  # what isn't a single is an email of a sequence
    return variables_of(fields_of(job.standing.fields, room.fallbacks, desk.mailbox))


def _name_of(job: Job) -> str:
    if job.single is not None:
        return job.single.to_name
    assert job.standing is not None  # what isn't a single is an email of a sequence
    names = (job.standing.fields.get("first_name"), job.standing.fields.get("last_name"))
    return " ".join(str(name) for name in names if name)


def unsubscribe_mailto(address: str, outgoing_id: UUID) -> str:
    """The `mailto:` URL of List-Unsubscribe (RFC 2369, section 3.2), whose subject names the email it stands in."""
    return f"mailto:{normalise_address(address)}?subject=unsubscribe%20{outgoing_id.hex}"
