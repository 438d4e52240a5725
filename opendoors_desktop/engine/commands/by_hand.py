"""Queues emails that a person sends: a manual step's, edited or as it is, and a test of a step to oneself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.decision import mailbox_of
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.facts import Facts, is_unset, missing_variables
from opendoors_desktop.domain.step import Step, StepResult
from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.domain.task import TaskKind, TaskState
from opendoors_desktop.domain.variants import content_of
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.commands.tasks import get_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.letters import variables_of
from opendoors_desktop.engine.singles import message_id_of
from opendoors_desktop.engine.stepping import Scene, fields_of, save
from opendoors_desktop.mail.errors import MessageProblem
from opendoors_desktop.mail.template import render_text
from opendoors_desktop.store import enrollments, mailboxes, singles, task_work, tasks
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.singles import Single
from opendoors_desktop.store.standings import Standing

EDITED = "{{ edited_subject }}"
"""The subject's template where a person wrote the subject alone: the text itself goes in as a value."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What a person made of an email's texts; None: as the step says. Edited texts are sent as they stand."""

    subject: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """An email that waits for its mailbox's scheduler."""

    outgoing_id: UUID
    message_id: str
    mailbox: str
    to_address: str


AS_IT_IS = Edited()


def send_task_email(context: Context, task_id: UUID, edited: Edited = AS_IT_IS) -> Queued:
    """Send the email of a manual step's task, and with that end the task; it leaves with the next scheduler's pass.

    Raises NotFound; NotPossible for another kind of task, one that isn't open, a contact who must not be written to,
    missing fields, an enrollment that isn't active, and a step whose email is in the journal already.
    """
    now = context.clock.now()
    with context.store.write() as unit:
        task = get_task(unit, context, task_id)
        if task.kind != TaskKind.EMAIL or task.enrollment_id is None or task.step_id is None:
            raise NotPossible(
                f"This is no email to send but a {task.kind}.", "End it with its outcome.", code="no_email"
            )
        if task.state != TaskState.OPEN:
            raise NotPossible(f"The task is {task.state} already.", "Undo that first.", code="task_not_open")
        standing = enrollments.find_standing(unit, context.scope.customer_id, task.enrollment_id)
        assert standing is not None  # a task refers to its enrollment
        scene = scene_of(unit, context, standing.enrollment.sequence_id)
        step = scene.sequence.flow.by_id[task.step_id]
        _require_leave(scene, standing, step)
        mailbox = _mailbox(scene, standing, step, edited)
        single = _single(context, scene, standing, step, edited)
        single = replace(single, message_id=message_id_of(single.outgoing_id, mailbox.address))
        if not singles.plan(unit, single, mailbox.id, (standing.customer_id, standing.workspace_id)):
            raise NotPossible("This step's email is in the outbox already.", "Look at the outbox.", code="email_exists")
        tasks.close_task(
            unit, task_id, TaskState.DONE, outcome_id=None, notes="", user_id=context.scope.user_id, now=now
        )
        task_work.link_email(unit, task_id, single.outgoing_id)
        save(scene, standing, standing)
        unit.changed(Topic.TASKS, Topic.OUTBOX, Topic.ENROLLMENTS)
    return Queued(single.outgoing_id, single.message_id, mailbox.address, single.to_address)


def _require_leave(scene: Scene, standing: Standing, step: Step) -> None:
    """Raise NotPossible for everything that keeps this contact from being written to by hand."""
    status, suppression = standing.enrollment.status, standing.suppression
    if status is not EnrollmentStatus.ACTIVE:
        raise NotPossible(f"The enrollment is {status}.", "Resume it first.", code="enrollment_not_active")
    if suppression is not None:
        title = f"{standing.address} must not be written to ({suppression.replace('_', ' ')})."
        raise NotPossible(title, "Skip the task.", where=standing.address, code="suppressed")
    missing = missing_variables(step.variables, Facts(fields=standing.fields, fallbacks=scene.surroundings.fallbacks))
    if missing:
        title = f"The contact lacks {', '.join(missing)}."
        raise NotPossible(title, "Fill it in first.", where=standing.address, code="missing_data")


def _mailbox(scene: Scene, standing: Standing, step: Step, edited: Edited) -> Mailbox:
    has_subject = not is_unset(edited.subject) if edited.subject is not None else step.has_subject
    starts = has_subject or _is_first(standing)
    key = mailbox_of(step, standing.enrollment, is_new_thread=starts)
    if key is None:
        raise NotPossible("The enrollment has no mailbox.", "Give the sequence one.", code="no_mailbox")
    return mailboxes.get_mailbox(scene.unit, standing.workspace_id, key)


def _is_first(standing: Standing) -> bool:
    return all(record.result is not StepResult.SENT for record in standing.enrollment.records)


def _single(context: Context, scene: Scene, standing: Standing, step: Step, edited: Edited) -> Single:
    """The email as it goes into the journal."""
    enrollment = standing.enrollment
    draft = _draft(scene, standing, step, edited)
    if is_unset(draft["subject"]) and _is_first(standing):
        raise NotPossible("The email has no subject.", "Give it one; it begins a thread.", code="no_subject")
    references = standing.thread.references
    return Single(
        outgoing_id=context.new_id(),
        kind=EmailKind.SEQUENCE,
        contact_id=enrollment.contact_id,
        enrollment_id=enrollment.id,
        sequence_id=enrollment.sequence_id,
        step_id=step.id,
        round=enrollment.round,
        to_address=standing.address,
        to_name=name_of(standing.fields),
        message_id="",
        in_reply_to=references[-1] if references and is_unset(draft["subject"]) else None,
        draft=draft,
        planned_at=context.clock.now(),
    )


def _draft(scene: Scene, standing: Standing, step: Step, edited: Edited) -> dict[str, Any]:
    """The texts: the step's are templates, a person's are sent as they stand."""
    content = content_of(step, None)
    variables = plain_fields(fields_of(standing.fields, scene.surroundings.fallbacks, None))
    draft = {
        "subject": content.subject or "",
        "body": content.body or "",
        "is_html": step.body_is_html,
        "is_literal": False,
        "variables": variables,
    }
    if edited.body is not None:
        subject = edited.subject
        if subject is None:
            subject = _written(content.subject or "", variables)
        return draft | {"subject": subject, "body": edited.body, "is_html": False, "is_literal": True}
    if edited.subject is not None and not is_unset(edited.subject):
        return draft | {"subject": EDITED, "variables": variables | {"edited_subject": edited.subject}}
    return draft if edited.subject is None else draft | {"subject": ""}


def _written(text: str, fields: Mapping[str, object]) -> str:
    try:
        return render_text(text, variables_of(fields))
    except MessageProblem as problem:
        raise NotPossible(problem.title, "Write the subject as well.", where="subject", code="no_subject") from problem


def name_of(fields: Mapping[str, object]) -> str:
    """First and last name, as far as they are known."""
    return " ".join(str(fields[part]) for part in ("first_name", "last_name") if fields.get(part))


def plain_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """A contact's fields as they can be kept with an email."""
    return {name: list(value) if isinstance(value, tuple | frozenset) else value for name, value in fields.items()}
