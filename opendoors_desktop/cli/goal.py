"""`opendoors goal`: what sequences are for, and that it was reached."""

from typing import Annotated, Any

import typer

from opendoors_desktop.cli.enrollment import EnrollmentArgument, InSequence, find_enrollment
from opendoors_desktop.cli.options import SequenceArgument, find_sequence
from opendoors_desktop.cli.output import details, plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.engine.commands import goals
from opendoors_desktop.engine.commands.goals import GoalSight

app = typer.Typer(help="What sequences are for, and log that it was reached.")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the goals of sequences, and whether they are on course."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            goals.list_goals(context),
            {
                "sequence": lambda each: each.sequence.name,
                "goal": lambda each: each.sequence.goal_type,
                "reached": lambda each: each.progress.reached,
                "target": lambda each: each.progress.target,
                "deadline": lambda each: each.sequence.goal_deadline,
                "state": lambda each: each.progress.state.replace("_", " "),
            },
            _value,
            nothing="No sequence has a goal.",
        )


@app.command()
def show(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Show the goal of a sequence."""
    session = session_of(ctx)
    with session.open() as context:
        key = find_sequence(context, sequence)
        found = next((each for each in goals.list_goals(context) if each.sequence.id == key), None)
    if found is None:
        raise NotFound("This sequence has no goal.", "Set one in its settings.", where=sequence, code="no_goal")
    value = _value(found)
    session.show(value, lambda: details(value))


@app.command()
def log(
    ctx: typer.Context,
    enrollment: EnrollmentArgument,
    sequence: InSequence = None,
    event: Annotated[GoalType | None, typer.Option(help="What was reached; default: what the sequence is for.")] = None,
) -> None:
    """Log that a contact reached the goal of a sequence, which completes them there."""
    session = session_of(ctx)
    with session.open() as context:
        key = find_enrollment(context, enrollment, sequence)
        answer = goals.log_goal(context, key, event)
    session.done(plain(answer), f"Logged; the contact is {answer.status} in the sequence.")


def _value(sight: GoalSight) -> dict[str, Any]:
    row, progress = sight.sequence, sight.progress
    return {
        "sequence": row.name,
        "sequence_id": row.id,
        "goal": row.goal_type,
        "deadline": plain(row.goal_deadline),
        **plain(progress),
    }
