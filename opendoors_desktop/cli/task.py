"""`opendoors task`: what people are to do."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.clocks import Clocks
from opendoors_desktop.cli.options import find_contact_id, read_day, read_instant, read_key
from opendoors_desktop.cli.output import details, plain, told
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.cli.template import read_text
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.task import TaskKind, TaskState
from opendoors_desktop.engine.commands import by_hand, tasks
from opendoors_desktop.engine.commands.tasks import TaskAnswer
from opendoors_desktop.engine.task_sight import show_task
from opendoors_desktop.store.queries.tasks import list_outcomes, list_tasks

app = typer.Typer(help="List, finish, skip and put off tasks and calls.")

TaskArgument = Annotated[str, typer.Argument(metavar="ID")]
Notes = Annotated[str, typer.Option(help="What is to be remembered.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    state: Annotated[list[TaskState] | None, typer.Option(help="In this state; default: open.")] = None,
    kind: Annotated[list[TaskKind] | None, typer.Option(help="Of this kind.")] = None,
    due: Annotated[str | None, typer.Option(metavar="INSTANT", help="Due before.")] = None,
    contact: Annotated[str | None, typer.Option(help="Of this contact.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 500,
) -> None:
    """List tasks as they fall due."""
    session = session_of(ctx)
    before = None if due is None else read_instant(due, "--due")
    with session.open() as context:
        contact_id = None if contact is None else find_contact_id(context, contact)
        with context.store.read() as unit:
            found = list_tasks(
                unit,
                context.scope.workspace_id,
                states=[each.value for each in state or (TaskState.OPEN,)],
                kinds=[each.value for each in kind or ()],
                due_before=before,
                contact_id=contact_id,
                limit=limit,
            )
        clocks = Clocks(context)
        session.stream(
            found if session.as_json else clocks.ahead(found),
            {
                "id": lambda each: each.id,
                **clocks.columns("due", lambda each: each.due_at),
                "kind": lambda each: each.kind,
                "contact": lambda each: each.contact_email,
                "sequence": lambda each: each.sequence,
                "state": lambda each: each.state if each.state != TaskState.OPEN else "",
                "outcome": lambda each: each.outcome,
                "title": lambda each: each.title,
            },
            nothing="There is nothing to do.",
        )


@app.command()
def show(ctx: typer.Context, task: TaskArgument) -> None:
    """Show a task with its texts written out, and the outcomes it may end with."""
    session = session_of(ctx)
    with session.open() as context:
        sight = show_task(context, read_key(task, "task"))
    value = plain(sight.task) | {
        "title": sight.title,
        "description": sight.description,
        "linkedin_message": sight.linkedin_message,
        "outcomes": plain(sight.outcomes),
    }
    names = [f"{each.name} ({each.effect.replace('_', ' ')})" for each in sight.outcomes]
    session.show(value, lambda: details(value | {"outcomes": names}))


@app.command()
def outcomes(ctx: typer.Context, kind: Annotated[TaskKind | None, typer.Argument()] = None) -> None:
    """List how tasks and calls may end, and what that does to the sequence."""
    session = session_of(ctx)
    with session.open() as context:
        with context.store.read() as unit:
            found = list_outcomes(unit, context.scope.workspace_id, None if kind is None else kind.value)
        session.stream(
            found,
            {
                "kind": lambda each: each.kind,
                "key": lambda each: each.key_number,
                "name": lambda each: each.name,
                "effect": lambda each: each.effect,
                "asks for a day": lambda each: each.asks_for_date,
            },
        )


@app.command()
def done(
    ctx: typer.Context,
    *,
    task: TaskArgument,
    outcome: Annotated[str | None, typer.Option(help="How it ended; `opendoors task outcomes` lists them.")] = None,
    notes: Notes = "",
    on: Annotated[str | None, typer.Option(metavar="DAY", help="The day an outcome asks for.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send the email of a manual step.")] = False,
    subject: Annotated[str | None, typer.Option(help="With --send: another subject.")] = None,
    body: Annotated[Path | None, typer.Option("--body-file", help="With --send: another body, as text.")] = None,
) -> None:
    """End a task, with an outcome or by sending its email."""
    session = session_of(ctx)
    key, day = read_key(task, "task"), None if on is None else read_day(on, "--on")
    if send and (outcome or on):
        raise InputError("An email is sent without an outcome.", "Leave --outcome and --on out.", code="bad_option")
    if not send and (subject is not None or body is not None):
        raise InputError("--subject and --body-file go with --send.", "Add --send.", code="bad_option")
    with session.open() as context:
        if send:
            edited = by_hand.Edited(subject, None if body is None else read_text(body))
            queued = by_hand.send_task_email(context, key, edited)
            session.done(
                {"task_id": key, "state": TaskState.DONE, "outgoing": asdict(queued)},
                f"Queued for {queued.to_address}; it leaves with the scheduler's next pass.",
            )
            return
        answer = tasks.complete_task(context, key, outcome, notes=notes, on=day)
    _tell(session, answer)


@app.command()
def skip(ctx: typer.Context, task: TaskArgument, notes: Notes = "") -> None:
    """Leave a task undone; its contact goes on."""
    session = session_of(ctx)
    with session.open() as context:
        answer = tasks.skip_task(context, read_key(task, "task"), notes=notes)
    _tell(session, answer)


@app.command()
def snooze(
    ctx: typer.Context,
    task: TaskArgument,
    until: Annotated[str, typer.Argument(metavar="DAY|INSTANT", help="Like 2026-03-02 or 2026-03-02T14:00:00Z.")],
) -> None:
    """Put a task off."""
    session = session_of(ctx)
    with session.open() as context:
        answer = tasks.snooze_task(context, read_key(task, "task"), _when(until))
    _tell(session, answer)


def _when(text: str) -> date | datetime:
    return read_day(text, "DAY") if len(text) <= len("2026-03-02") else read_instant(text, "INSTANT")


def _tell(session: Session, answer: TaskAnswer) -> None:
    value: dict[str, Any] = plain(answer)
    sentence = f"The task is {answer.state}."
    if answer.due_at is not None:
        sentence = f"The task is due {told(answer.due_at)}."
    elif answer.enrollment_status is not None:
        sentence += f" The contact is {answer.enrollment_status} in the sequence"
        at = answer.next_step_scheduled_at
        sentence += f", next {told(at)}." if at is not None else "."
    session.done(value, sentence)
