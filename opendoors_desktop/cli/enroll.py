"""`opendoors enroll`: puts contacts into a sequence, with an answer for each."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import typer

from opendoors_desktop.cli.options import SequenceArgument, find_sequence, read_instant
from opendoors_desktop.cli.output import Status, fault
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands import contacts, enrollments
from opendoors_desktop.engine.contact_filter import filter_contacts
from opendoors_desktop.engine.context import Context

app = typer.Typer()


@app.command()
def enroll(
    ctx: typer.Context,
    *,
    sequence: SequenceArgument,
    contact: Annotated[list[str] | None, typer.Argument(metavar="[CONTACT...]")] = None,
    filter_: Annotated[
        str | None, typer.Option("--filter", metavar="EXPR", help="Like: country = France and tags contains vip.")
    ] = None,
    at_step: Annotated[int | None, typer.Option(metavar="N", help="Begin with this step.")] = None,
    start: Annotated[str | None, typer.Option(metavar="INSTANT", help="Begin then.")] = None,
) -> int:
    """Enroll contacts in a sequence; a contact who can't be is told of, and the rest goes on.

    Ends with 0 when all are in it, 1 when some are, 2 when nobody is.
    """
    session = session_of(ctx)
    if not contact and filter_ is None:
        raise InputError("No contact is named.", "Name contacts, or use --filter.", code="bad_option")
    options = enrollments.EnrollOptions(at_step, None if start is None else read_instant(start, "--start"))
    with session.open() as context:
        sequence_id = find_sequence(context, sequence)
        answers = list(_answers(context, sequence_id, contact or [], filter_, options))
    session.stream(
        answers,
        {
            "contact": lambda each: each["email"],
            "next": lambda each: each["next_step_scheduled_at"],
            "not enrolled": lambda each: each["error"] and f"{each['error']['title']} {each['error']['advice']}",
        },
        nothing="No contact meets the filter.",
    )
    if not any(each["error"] for each in answers):
        return Status.DONE
    return Status.BAD_INPUT if all(each["error"] for each in answers) else Status.IN_PART


def _answers(
    context: Context, sequence_id: UUID, names: list[str], text: str | None, options: enrollments.EnrollOptions
) -> Iterator[dict[str, Any]]:
    known: dict[UUID, str] = {}
    for name in names:
        try:
            found = contacts.find_contact(context, name)
            known[found.id] = found.email
        except InputError as error:
            yield _answer(None, name, error=fault(error.code, error.title, error.advice, error.where))
    if text is not None:
        known |= {each.id: each.email for each in filter_contacts(context, text)}
    for answer in enrollments.enroll(context, sequence_id, list(known), options):
        refusal = answer.refusal
        yield _answer(
            answer.contact_id,
            known[answer.contact_id],
            enrollment_id=answer.enrollment_id,
            next_step_scheduled_at=answer.next_step_scheduled_at,
            error=None if refusal is None else fault(refusal.code, refusal.title, refusal.advice),
        )


def _answer(contact_id: UUID | None, email: str, **more: object) -> dict[str, Any]:
    nothing = {"enrollment_id": None, "next_step_scheduled_at": None, "error": None}
    return {"contact_id": contact_id, "email": email, **nothing, **more}
