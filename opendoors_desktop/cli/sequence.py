"""`opendoors sequence`: sequences from a file to the archive."""

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from opendoors_desktop.cli.options import SequenceArgument, find_sequence, read_key, unwritable
from opendoors_desktop.cli.output import Status, details, plain, table, tell
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.commands import (
    sequence_checks,
    sequence_files,
    sequence_states,
    sequence_versions,
    sequences,
    trial_emails,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.json_file import parse_json, read_json, write_json
from opendoors_desktop.store.queries.sequences import SequenceRow, list_sequences
from opendoors_desktop.store.queries.sequences import find_sequence as find_row

app = typer.Typer(help="Sequences: import, check, start, pause, stop, clone, archive.")


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A JSON file; - reads standard input.")],
    name: Annotated[str | None, typer.Option(help="Call it so instead.")] = None,
    check_only: Annotated[bool, typer.Option("--check", help="Look the file over only.")] = False,
) -> int:
    """Make a draft of a file."""
    session = session_of(ctx)
    document = parse_json(sys.stdin.buffer.read(), "standard input") if str(file) == "-" else read_json(file)
    with session.open() as context:
        if check_only:
            sequence_files.check_document(context, document)
            session.done({"problems": []}, "The file can be imported.")
            return Status.DONE
        made = sequence_files.import_sequence(context, document, name)
    session.show(plain(made), lambda: [f"{made.name}  {made.sequence_id}"])
    for what, missing in (("mailbox", made.unknown_mailboxes), ("person", made.unknown_people)):
        for each in missing:
            tell(f"There is no {what} {each} here; the draft was made without it.")
    return Status.IN_PART if made.unknown_mailboxes or made.unknown_people else Status.DONE


@app.command()
def export(
    ctx: typer.Context,
    sequence: SequenceArgument,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of showing it.")] = None,
) -> None:
    """Give a sequence out as the JSON that `import` takes."""
    session = session_of(ctx)
    with session.open() as context:
        document = sequence_files.export_sequence(context, find_sequence(context, sequence))
    if out is None:
        session.show(document)
        return
    try:
        out.write_text(write_json(document), encoding="utf-8")
    except OSError as error:
        raise unwritable(out, error) from error
    tell(f"The sequence is in {out}.")


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[list[SequenceStatus] | None, typer.Option(help="In this state; also archived ones.")] = None,
) -> None:
    """List sequences by name."""
    session = session_of(ctx)
    with session.open() as context:
        with context.store.read() as unit:
            found = list_sequences(unit, context.scope.workspace_id, statuses=[each.value for each in status or ()])
        session.stream(
            found,
            {
                "name": lambda each: each.name,
                "status": lambda each: each.status,
                "folder": lambda each: each.folder,
                "steps": lambda each: each.steps,
                "active": lambda each: each.active,
                "contacted": lambda each: each.totals["sent"],
                "replied": lambda each: each.totals["replied"],
                "id": lambda each: each.id,
            },
            nothing="There are no such sequences.",
        )


@app.command()
def show(
    ctx: typer.Context,
    sequence: SequenceArgument,
    version: Annotated[int | None, typer.Option(help="As it was saved under this number.")] = None,
) -> None:
    """Show a sequence: state, figures, settings and steps."""
    session = session_of(ctx)
    with session.open() as context:
        key = find_sequence(context, sequence)
        if version is not None:
            session.show(sequence_versions.show_version(context, key, version))
            return
        record = sequences.show_sequence(context, key)
        document = sequence_files.export_sequence(context, key)
        with context.store.read() as unit:
            row = find_row(unit, context.scope.workspace_id, key)
    assert row is not None  # it was just found
    value = {
        **plain(row),
        "version": record.version,
        "created_at": record.created_at,
        "paused_at": record.paused_at,
        "stopped_at": record.stopped_at,
        "archived_at": record.archived_at,
        "document": document,
    }
    session.show(value, lambda: [*_head(row), "", *_steps(record.flow.ordered)])


def _head(row: SequenceRow) -> list[str]:
    told = plain(row)
    told |= {"totals": ", ".join(f"{name} {count}" for name, count in row.totals.items())}
    return list(details(told))


def _steps(steps: tuple[Step, ...]) -> list[str]:
    return list(
        table(
            enumerate(steps, 1),
            {
                "step": lambda each: each[0],
                "type": lambda each: f"{each[1].type}{' (off)' if not each[1].is_enabled else ''}",
                "lane": lambda each: each[1].branch,
                "after": lambda each: _wait(each[1]),
                "text": lambda each: _text(each[1]),
            },
        )
    )


def _wait(step: Step) -> str:
    parts = ((step.delay.days, "d"), (step.delay.hours, "h"), (step.delay.minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def _text(step: Step) -> str:
    if step.type is StepType.EMAIL:
        return step.subject_template or "(in the same thread)"
    return step.task_title or (step.linkedin_action or "")


@app.command()
def versions(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """List the saved versions of a sequence, the latest first."""
    session = session_of(ctx)
    with session.open() as context:
        found = sequence_versions.list_versions(context, find_sequence(context, sequence))
        session.stream(
            found,
            {
                "number": lambda each: each.number,
                "saved": lambda each: each.saved_at,
                "what": lambda each: each.summary,
            },
        )


@app.command("bring-back")
def bring_back(
    ctx: typer.Context, sequence: SequenceArgument, version: Annotated[int, typer.Argument(metavar="VERSION")]
) -> None:
    """Bring back settings and steps of a saved version."""
    session = session_of(ctx)
    with session.open() as context:
        saved = sequence_versions.restore_version(context, find_sequence(context, sequence), version)
    value = {"version": saved.version, "people": saved.plan.people, "moved": saved.plan.move}
    session.done(value, f"Version {version} is back, as version {saved.version}.")


@app.command()
def clone(
    ctx: typer.Context,
    sequence: SequenceArgument,
    name: Annotated[str | None, typer.Option(help="The name of the copy.")] = None,
) -> None:
    """Make a draft with the same settings and steps."""
    session = session_of(ctx)
    with session.open() as context:
        key = sequences.clone_sequence(context, find_sequence(context, sequence), *([name] if name else []))
        made = sequences.show_sequence(context, key)
    session.show({"id": key, "name": made.settings.name}, lambda: [f"{made.settings.name}  {key}"])


@app.command()
def check(ctx: typer.Context, sequence: SequenceArgument) -> int:
    """List all that keeps a sequence from starting, which limit binds, and who lacks which field.

    Ends with 0 when it can start, 1 when it can't.
    """
    session = session_of(ctx)
    with session.open() as context:
        found = sequence_checks.check(context, find_sequence(context, sequence))
    session.show(_checked(found), lambda: _told(found))
    return Status.DONE if found.can_start else Status.IN_PART


def _checked(found: sequence_checks.Check) -> dict[str, Any]:
    return {
        "can_start": found.can_start,
        "problems": [
            {
                "code": each.code,
                "title": each.sentence,
                "advice": each.advice,
                "step": each.number,
                "blocks": each.blocks,
            }
            for each in found.problems
        ],
        "limits": plain(found.limits),
        "lacking": [
            {"field": each.field, "count": each.count, "contacts": [address for _, address in each.contacts]}
            for each in found.lacking
        ],
    }


def _told(found: sequence_checks.Check) -> list[str]:
    lines = [f"{'✗' if each.blocks else '!'} {each.sentence} {each.advice}" for each in found.problems]
    lines += [
        f"at most {each.emails} a day: {each.rule.replace('_', ' ')}{f' of {each.address}' if each.address else ''}"
        for each in found.limits
    ]
    lines += [f"{each.count} contacts lack {each.field}" for each in found.lacking]
    return [*lines, "It can start." if found.can_start else "It can't start."]


@app.command()
def activate(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Start a draft; without a mailbox it is given the one there is, if there is just one that can send."""
    _change(session_of(ctx), sequence, sequence_states.activate_sequence)


@app.command()
def pause(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Let nothing more of it be done until it is resumed."""
    _change(session_of(ctx), sequence, sequence_states.pause_sequence)


@app.command()
def resume(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Go on after a pause; due times are later by its length."""

    def go_on(context: Context, key: UUID) -> None:
        status = sequences.show_sequence(context, key).status
        if status is not SequenceStatus.PAUSED:
            raise NotPossible(f"A sequence that is {status} isn't paused.", "Only a paused one can be resumed.")
        sequence_states.activate_sequence(context, key)

    _change(session_of(ctx), sequence, go_on)


@app.command()
def stop(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """End it and everybody in it."""
    _change(session_of(ctx), sequence, sequence_states.stop_sequence)


@app.command()
def archive(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Put it away, stopping it first."""
    _change(session_of(ctx), sequence, sequence_states.archive_sequence)


@app.command()
def restore(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Take an archived one back, as a stopped one."""
    _change(session_of(ctx), sequence, sequence_states.restore_sequence)


@app.command()
def delete(ctx: typer.Context, sequence: SequenceArgument) -> None:
    """Delete a draft nobody was ever in; any other is archived."""
    session = session_of(ctx)
    with session.open() as context:
        is_gone = sequences.delete_sequence(context, find_sequence(context, sequence))
    session.done({"deleted": is_gone, "archived": not is_gone}, "Deleted." if is_gone else "Archived.")


@app.command()
def rename(ctx: typer.Context, sequence: SequenceArgument, name: Annotated[str, typer.Argument()]) -> None:
    """Give it another name."""
    _change(session_of(ctx), sequence, lambda context, key: sequences.rename_sequence(context, key, name))


@app.command("send-from")
def send_from(
    ctx: typer.Context,
    sequence: SequenceArgument,
    mailbox: Annotated[list[str], typer.Argument(help="The addresses of one or more mailboxes.")],
) -> None:
    """Choose the mailboxes it sends from; new contacts are shared evenly among them."""
    session = session_of(ctx)
    with session.open() as context:
        key = find_sequence(context, sequence)
        addresses = sequences.send_from(context, key, mailbox)
        record = sequences.show_sequence(context, key)
    name = record.settings.name
    value = {"id": key, "name": name, "status": record.status, "mailboxes": addresses}
    session.done(value, f"“{name}” sends from {', '.join(addresses)}.")


@app.command("test")
def try_step(
    ctx: typer.Context,
    *,
    sequence: SequenceArgument,
    step: Annotated[int, typer.Option(help="The number of an email step.")] = 1,
    to: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Default: the mailbox's own address.")] = None,
    enrollment: Annotated[str | None, typer.Option(metavar="ID", help="With the fields of this contact.")] = None,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Send it from this mailbox.")] = None,
) -> None:
    """Send a step to oneself; it leaves with the scheduler's next pass."""
    session = session_of(ctx)
    with session.open() as context:
        queued = trial_emails.send_test(
            context,
            find_sequence(context, sequence),
            step,
            to=to,
            enrollment_id=None if enrollment is None else read_key(enrollment, "enrollment"),
            mailbox=mailbox,
        )
    session.done(plain(queued), f"Queued for {queued.to_address}; it leaves with the scheduler's next pass.")


def _change(session: Session, sequence: str, change: Any) -> None:
    """Change a sequence's state, and say what it is now: how many it ended for, or the mailbox that it chose."""
    with session.open() as context:
        key = find_sequence(context, sequence)
        came = change(context, key)
        record = sequences.show_sequence(context, key)
    value: dict[str, object] = {"id": key, "name": record.settings.name, "status": record.status}
    told = f"“{record.settings.name}” is {record.status}."
    if isinstance(came, int):
        value["ended"] = came
        told += " 1 person was in it." if came == 1 else f" {came} people were in it."
    elif isinstance(came, str):
        value["mailbox"] = came
        told += f" It sends from {came}."
    session.done(value, told)
