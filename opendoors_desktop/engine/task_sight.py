"""Tasks as a person reads them: their texts written out for the contact, with the outcomes they may end with."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.engine.commands.tasks import get_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.letters import variables_of
from opendoors_desktop.engine.stepping import fields_of
from opendoors_desktop.mail.errors import MessageProblem
from opendoors_desktop.mail.template import render_text
from opendoors_desktop.store import enrollments, mailboxes, workspaces
from opendoors_desktop.store.queries.tasks import OutcomeRow, list_outcomes
from opendoors_desktop.store.tasks import Task
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class TaskSight:
    """A task with its texts written out for its contact, and the outcomes it may end with."""

    task: Task
    title: str
    description: str
    linkedin_message: str | None
    outcomes: tuple[OutcomeRow, ...]


def show_task(context: Context, task_id: UUID) -> TaskSight:
    """A task with its texts written out; a text that can't be is shown as it stands. Raises NotFound."""
    with context.store.read() as unit:
        task = get_task(unit, context, task_id)
        outcomes = list_outcomes(unit, context.scope.workspace_id, task.kind)
        fields = _fields(unit, context, task)
    return TaskSight(
        task,
        _written(task.title, fields),
        _written(task.description, fields),
        None if task.linkedin_message is None else _written(task.linkedin_message, fields),
        tuple(outcomes),
    )


def _fields(unit: Unit, context: Context, task: Task) -> dict[str, object]:
    if task.contact_id is None:
        return {}
    known = enrollments.standings_of_contact(unit, context.scope.customer_id, task.contact_id)
    standing = next((each for each in known if each.enrollment.id == task.enrollment_id), None)
    if standing is None:
        return {}
    mailbox = None
    if standing.enrollment.mailbox_id is not None:
        mailbox = mailboxes.get_mailbox(unit, task.workspace_id, standing.enrollment.mailbox_id)
    fallbacks = workspaces.get_workspace(unit, task.workspace_id).fallbacks
    return variables_of(fields_of(standing.fields, fallbacks, mailbox))


def _written(text: str, fields: dict[str, object]) -> str:
    if "{" not in text:
        return text
    try:
        return render_text(text, fields)
    except MessageProblem:
        return text
