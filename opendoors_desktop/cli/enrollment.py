"""`opendoors enrollment`: contacts in sequences."""

from collections.abc import Callable, Iterator
from typing import Annotated
from uuid import UUID

import typer

from opendoors_desktop.cli.clocks import Clocks
from opendoors_desktop.cli.options import find_contact_id, find_sequence
from opendoors_desktop.cli.output import plain
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.commands import enrollments
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.enrollments import EnrollmentRow, page_enrollments

app = typer.Typer(help="List, pause, resume, release and remove contacts in sequences.")

EnrollmentArgument = Annotated[
    str, typer.Argument(metavar="ENROLLMENT", help="An enrollment's id, or a contact who is in one sequence.")
]
InSequence = Annotated[str | None, typer.Option("--sequence", help="Which of the contact's sequences is meant.")]
PAGE = 500


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    sequence: Annotated[str | None, typer.Option(help="In this sequence.")] = None,
    contact: Annotated[str | None, typer.Option(help="Of this contact.")] = None,
    status: Annotated[list[EnrollmentStatus] | None, typer.Option(help="In this state.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Those that wait for a person.")] = False,
    removed: Annotated[bool, typer.Option("--removed", help="Removed ones too.")] = False,
) -> None:
    """List contacts in sequences."""
    session = session_of(ctx)
    with session.open() as context:
        sequence_id = None if sequence is None else find_sequence(context, sequence)
        contact_id = None if contact is None else find_contact_id(context, contact)
        found = _each(
            context,
            sequence_id=sequence_id,
            contact_id=contact_id,
            statuses=[each.value for each in status or ()],
            held_only=held,
            with_hidden=removed,
        )
        clocks = Clocks(context)
        session.stream(
            found if session.as_json else clocks.ahead(found),
            {
                "contact": lambda each: each.contact_email,
                "sequence": lambda each: each.sequence,
                "status": lambda each: each.completion_reason or each.status,
                "step": lambda each: each.step,
                **clocks.columns("next", lambda each: each.next_step_scheduled_at),
                "held by": _held,
                "id": lambda each: each.id,
            },
            nothing="Nobody is there.",
        )


def _held(row: EnrollmentRow) -> str:
    return " ".join(part for part in (row.hold_reason, row.hold_detail) if part)


def _each(
    context: Context,
    *,
    sequence_id: UUID | None = None,
    contact_id: UUID | None = None,
    statuses: list[str] | None = None,
    held_only: bool = False,
    with_hidden: bool = False,
) -> Iterator[EnrollmentRow]:
    """Enrollments a page in memory at a time."""
    after: UUID | None = None
    while True:
        with context.store.read() as unit:
            page = page_enrollments(
                unit,
                (context.scope.customer_id, context.scope.workspace_id),
                sequence_id=sequence_id,
                contact_id=contact_id,
                statuses=statuses or (),
                held_only=held_only,
                with_hidden=with_hidden,
                after=after,
                limit=PAGE,
            )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


@app.command()
def pause(ctx: typer.Context, enrollment: EnrollmentArgument, sequence: InSequence = None) -> None:
    """Let a contact wait; what is left of the wait is kept."""
    _change(session_of(ctx), enrollment, sequence, enrollments.pause_enrollment)


@app.command()
def resume(ctx: typer.Context, enrollment: EnrollmentArgument, sequence: InSequence = None) -> None:
    """Let a paused contact go on, later by the length of the pause."""
    _change(session_of(ctx), enrollment, sequence, enrollments.resume_enrollment)


@app.command()
def release(ctx: typer.Context, enrollment: EnrollmentArgument, sequence: InSequence = None) -> None:
    """Let a held contact go on; where data is still missing it is held again."""
    _change(session_of(ctx), enrollment, sequence, enrollments.release_hold)


@app.command()
def remove(ctx: typer.Context, enrollment: EnrollmentArgument, sequence: InSequence = None) -> None:
    """Take a contact out of a sequence; one that was written to is stopped, and its figures stay."""
    session = session_of(ctx)
    with session.open() as context:
        key = find_enrollment(context, enrollment, sequence)
        is_gone = enrollments.remove_enrollment(context, key)
    value = {"id": key, "removed": is_gone, "stopped": not is_gone}
    session.done(value, "Removed." if is_gone else "Stopped and taken from the list; its figures stay.")


def _change(session: Session, text: str, sequence: str | None, change: Callable[[Context, UUID], None]) -> None:
    with session.open() as context:
        key = find_enrollment(context, text, sequence)
        change(context, key)
        contact = next((row for row in _each(context, with_hidden=True) if row.id == key), None)
    assert contact is not None  # it was just changed
    session.done(plain(contact), f"{contact.contact_email} is {contact.status} in “{contact.sequence}”.")


def find_enrollment(context: Context, text: str, sequence: str | None) -> UUID:
    """The enrollment of that id, or of that contact (in a sequence); raises NotFound, InputError for several."""
    if sequence is None:
        try:
            return enrollments_key(context, UUID(text))
        except ValueError:
            pass
    contact_id = find_contact_id(context, text)
    sequence_id = None if sequence is None else find_sequence(context, sequence)
    rows = list(_each(context, contact_id=contact_id, sequence_id=sequence_id))
    running = [row for row in rows if row.status in {EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED}]
    found = running or rows
    if not found:
        raise NotFound(
            f"{text} is in no sequence.", "“opendoors enroll” puts contacts into one.", where=text, code="not_enrolled"
        )
    if len(found) > 1:
        names = ", ".join(row.sequence for row in found)
        raise InputError(
            f"{text} is in {len(found)} sequences.", f"Say which with --sequence: {names}.", code="ambiguous"
        )
    return found[0].id


def enrollments_key(context: Context, key: UUID) -> UUID:
    """The id itself where it is an enrollment's; that of a contact's one enrollment where it is a contact's."""
    with context.store.read() as unit:
        owners = (context.scope.customer_id, context.scope.workspace_id)
        of_contact = page_enrollments(unit, owners, contact_id=key, limit=2)
    return of_contact[0].id if len(of_contact) == 1 else key
