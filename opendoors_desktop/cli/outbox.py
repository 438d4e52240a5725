"""`opendoors outbox`: what went, goes, and waits for a decision."""

from datetime import datetime
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.clocks import Clocks
from opendoors_desktop.cli.options import find_contact_id, find_sequence, read_key
from opendoors_desktop.cli.output import plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands import outbox
from opendoors_desktop.engine.commands.outbox import EmailState, ResolveAs
from opendoors_desktop.store.queries.outbox import OutgoingRow

app = typer.Typer(help="What went, goes, and waits for a decision.")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[list[EmailState] | None, typer.Option(help="In this state; default: all.")] = None,
    sequence: Annotated[str | None, typer.Option(help="Of this sequence.")] = None,
    contact: Annotated[str | None, typer.Option(help="To this contact.")] = None,
) -> None:
    """List outgoing emails in the order they came into the journal, with the mail host's words."""
    session = session_of(ctx)
    with session.open() as context:
        found = outbox.list_outgoing(
            context,
            states=state or (),
            sequence_id=None if sequence is None else find_sequence(context, sequence),
            contact_id=None if contact is None else find_contact_id(context, contact),
        )
        clocks = Clocks(context)
        session.stream(
            found if session.as_json else clocks.ahead(found),
            {
                "id": lambda each: each.id,
                "state": lambda each: each.state,
                **clocks.columns("at", _at),
                "to": lambda each: each.to_address,
                "subject": lambda each: each.subject,
                "from": lambda each: each.mailbox,
                "answer": _answer,
            },
            _value,
            nothing="The outbox is empty.",
        )


def _at(row: OutgoingRow) -> datetime | None:
    return row.sent_at or row.retry_at or row.slot_at or row.planned_at


def _answer(row: OutgoingRow) -> str:
    if row.state in {EmailState.SENT, EmailState.PLANNED, EmailState.CLAIMED}:
        return ""
    parts = (str(row.smtp_code or ""), row.smtp_status, row.smtp_text, f"[{row.smtp_phase}]" if row.smtp_phase else "")
    return " ".join(part for part in parts if part) or (row.failure_kind or "")


def _value(row: OutgoingRow) -> dict[str, Any]:
    value: dict[str, Any] = plain(row)
    server = {name: value.pop(f"smtp_{name}") for name in ("phase", "code", "status", "text")}
    return value | {"server": server}


@app.command()
def resolve(
    ctx: typer.Context,
    outgoing: Annotated[str, typer.Argument(metavar="ID")],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="sent|resend", help="Count it as sent, or send it again.")
    ] = None,
) -> None:
    """Settle an uncertain email: say that it went, or have it sent again under the same Message-ID."""
    session = session_of(ctx)
    decision = _decision(as_)
    with session.open() as context:
        answer = outbox.resolve(context, read_key(outgoing, "email", "outbox list"), decision)
    told = "It counts as sent." if decision is ResolveAs.SENT else "It is sent again with the scheduler's next pass."
    session.done(plain(answer), told)


def _decision(word: str | None) -> ResolveAs:
    if word in set(ResolveAs):
        return ResolveAs(word)
    sentence = "It isn't said what became of the email." if word is None else f"“{word}” is no decision."
    raise InputError(
        sentence, "Say --as sent if it went, --as resend to send it again.", where="--as", code="bad_option"
    )
