"""`opendoors mailbox`: the mailboxes emails leave from."""

import asyncio
import getpass
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from opendoors_desktop.cli.output import Status, details, plain, table, told
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.cli.sign_in import (
    AuthorizeUrl,
    ClientId,
    ClientSecret,
    NoBrowser,
    Scope,
    Tenant,
    TokenUrl,
    Where,
    Wishes,
    secret_of,
    signed_in,
)
from opendoors_desktop.cli.sign_in import sign_in as sign_in_command
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox_presets import find_preset
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.commands import mailbox_trials, mailboxes, readings
from opendoors_desktop.engine.commands.mailboxes import NewMailbox
from opendoors_desktop.engine.context import Context

app = typer.Typer(help="Add, list, sign in to, test, pause, resume and remove mailboxes.")

MailboxArgument = Annotated[str, typer.Argument(metavar="MAILBOX", help="Its address or id.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
NoPassword = Annotated[bool, typer.Option("--no-password", help="The host asks for none.")]
DailyCap = Annotated[int | None, typer.Option(min=0, help="Emails a day at most.")]
HourlyCap = Annotated[int | None, typer.Option(min=0, help="Emails an hour at most.")]
Gap = Annotated[int | None, typer.Option(min=0, metavar="SECONDS", help="The least time between two emails.")]
PORTS = {Security.TLS: (465, 993), Security.STARTTLS: (587, 143), Security.NONE: (25, 143)}


@app.command()
def add(
    ctx: typer.Context,
    *,
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    smtp_host: Annotated[str | None, typer.Option(help="The host that takes its emails; default: a known one.")] = None,
    smtp_port: Annotated[int | None, typer.Option(help="Default: 465, 587 or 25 by the security.")] = None,
    smtp_security: Annotated[Security, typer.Option(help="How the connection is secured.")] = Security.STARTTLS,
    imap_host: Annotated[str | None, typer.Option(help="The host its replies are read at.")] = None,
    imap_port: Annotated[int | None, typer.Option(help="Default: 993 or 143 by the security.")] = None,
    imap_security: Annotated[Security, typer.Option(help="How that connection is secured.")] = Security.TLS,
    username: Annotated[str, typer.Option(help="Default: the address.")] = "",
    from_name: Annotated[str, typer.Option(help="The name beside the address.")] = "",
    reply_to: Annotated[str | None, typer.Option(help="Where replies are to go.")] = None,
    daily_cap: DailyCap = None,
    hourly_cap: HourlyCap = None,
    gap: Gap = None,
    password_stdin: FromStdin = False,
    no_password: NoPassword = False,
    sign_in: Where = None,
    client_id: ClientId = None,
    client_secret_stdin: ClientSecret = False,
    tenant: Tenant = "",
    authorize_url: AuthorizeUrl = "",
    token_url: TokenUrl = "",
    scope: Scope = None,
    no_browser: NoBrowser = False,
) -> None:
    """Add a mailbox; its password, or what a sign-in in the browser gives, is kept in this machine's keyring alone."""
    session = session_of(ctx)
    name = "" if no_password else username
    smtp = None if smtp_host is None else MailHost(smtp_host, smtp_port or PORTS[smtp_security][0], smtp_security, name)
    imap = None if imap_host is None else MailHost(imap_host, imap_port or PORTS[imap_security][1], imap_security, name)
    smtp, imap = (smtp, imap) if smtp is not None else _known_hosts(address, name, imap)
    new = NewMailbox(
        address=address,
        smtp=smtp,
        imap=imap,
        auth=AuthMethod.NONE,
        from_name=from_name,
        reply_to=reply_to,
        daily_cap=daily_cap,
        hourly_cap=hourly_cap,
        gap=timedelta(seconds=gap or 0),
    )
    if not no_password and sign_in is None:
        new = replace(new, auth=AuthMethod.PASSWORD, secret=_secret(address, from_stdin=password_stdin))
    scopes = tuple(scope or ())
    wishes = Wishes(sign_in, client_id, client_secret_stdin, tenant, authorize_url, token_url, scopes, no_browser)
    with session.open() as context:
        if sign_in is not None:
            new = replace(new, **secret_of(signed_in(context, address, wishes)))
        key = mailboxes.add_mailbox(context, new)
    session.show({"id": key, "address": address}, lambda: [f"{address}  {key}"])


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List mailboxes by address."""
    session = session_of(ctx)
    with session.open() as context:
        now = context.clock.now()
        session.stream(
            mailboxes.list_mailboxes(context),
            {
                "address": lambda each: each.address,
                "status": lambda each: each.status,
                "reason": lambda each: _reason(each, now),
                "host": lambda each: f"{each.smtp.host}:{each.smtp.port}",
                "a day": lambda each: each.limits.daily_cap,
                "id": lambda each: each.id,
            },
            _value,
            nothing="There is no mailbox yet; “opendoors mailbox add” makes one.",
        )


@app.command()
def show(ctx: typer.Context, mailbox: MailboxArgument) -> None:
    """Show a mailbox: state, hosts, limits."""
    session = session_of(ctx)
    with session.open() as context:
        found = mailboxes.show_mailbox(context, mailbox)
    value = _value(found)
    told = {name: each for name, each in value.items() if name not in {"smtp", "imap", "limits"}}
    for name in ("smtp", "imap"):
        host = value[name]
        told[name] = host and f"{host['host']}:{host['port']} ({host['security']}) {host['username']}"
    told |= {name.replace("_", " "): each for name, each in value["limits"].items() if name != "mailbox_id"}
    session.show(value, lambda: details(told))


@app.command()
def change(
    ctx: typer.Context,
    *,
    mailbox: MailboxArgument,
    daily_cap: DailyCap = None,
    hourly_cap: HourlyCap = None,
    gap: Gap = None,
    from_name: Annotated[str | None, typer.Option(help="The name beside the address.")] = None,
    no_caps: Annotated[bool, typer.Option("--no-caps", help="Lift both caps.")] = False,
    copies: Annotated[
        bool | None,
        typer.Option("--copies/--no-copies", help="Whether the program puts what was sent into the Sent folder."),
    ] = None,
) -> None:
    """Change limits, name and what becomes of sent emails of a mailbox."""
    session = session_of(ctx)

    def changed(old: Any) -> Any:
        limits = old.limits
        if no_caps:
            limits = replace(limits, daily_cap=None, hourly_cap=None)
        limits = replace(
            limits,
            daily_cap=limits.daily_cap if daily_cap is None else daily_cap,
            hourly_cap=limits.hourly_cap if hourly_cap is None else hourly_cap,
            gap=limits.gap if gap is None else timedelta(seconds=gap),
        )
        keeps = old.keeps_sent_copies if copies is None else not copies
        name = old.from_name if from_name is None else from_name
        return replace(old, limits=limits, from_name=name, keeps_sent_copies=keeps)

    with session.open() as context:
        after = mailboxes.change_mailbox(context, _key(context, mailbox), changed)
    session.done(_value(after), f"Changed {after.address}.")


@app.command()
def password(ctx: typer.Context, mailbox: MailboxArgument, password_stdin: FromStdin = False) -> None:
    """Put another password into the keyring; a mailbox that failed for the old one goes on."""
    session = session_of(ctx)
    with session.open() as context:
        found = mailboxes.show_mailbox(context, mailbox)
        mailboxes.change_secret(context, found.id, _secret(found.address, from_stdin=password_stdin))
    session.done({"id": found.id, "address": found.address}, f"The password of {found.address} is kept.")


app.command("sign-in")(sign_in_command)


@app.command()
def sync(ctx: typer.Context, mailbox: MailboxArgument) -> None:
    """Read what came into a mailbox: answers, automatic replies, bounces and opt-outs, with all that follows."""
    session = session_of(ctx)
    with session.open() as context:
        found = mailboxes.show_mailbox(context, mailbox)
        report = asyncio.run(readings.read_once(context, found.id))
    taken = {bucket.value: report.taken[bucket] for bucket in Bucket if report.taken[bucket]}
    told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in taken.items()) or "nothing new for you"
    session.done({"address": found.address, "seen": report.seen, "taken": taken}, f"{found.address}: {told}.")


@app.command()
def test(ctx: typer.Context, mailbox: MailboxArgument) -> int:
    """Try a mailbox's host and password, sending nothing."""
    session = session_of(ctx)
    with session.open() as context:
        found = mailboxes.show_mailbox(context, mailbox)
        stages = asyncio.run(mailbox_trials.try_mailbox(context, found.id))
    is_ok = all(stage.is_ok is not False for stage in stages) and any(stage.is_ok for stage in stages)
    session.show(
        {"address": found.address, "ok": is_ok, "stages": plain(stages)},
        lambda: table(
            stages,
            {
                "stage": lambda each: each.name,
                "ok": lambda each: "—" if each.is_ok is None else each.is_ok,
                "answer": lambda each: f"{each.text} {each.advice}".strip(),
            },
        ),
    )
    return Status.DONE if is_ok else Status.UNREACHABLE


@app.command()
def pause(ctx: typer.Context, mailbox: MailboxArgument) -> None:
    """Let nothing leave from a mailbox until it is resumed."""
    session = session_of(ctx)
    with session.open() as context:
        mailboxes.pause_mailbox(context, _key(context, mailbox))
        _tell_state(session, context, mailbox)


@app.command()
def resume(ctx: typer.Context, mailbox: MailboxArgument) -> None:
    """Let a paused or failed mailbox send again."""
    session = session_of(ctx)
    with session.open() as context:
        mailboxes.resume_mailbox(context, _key(context, mailbox))
        _tell_state(session, context, mailbox)


@app.command()
def remove(
    ctx: typer.Context,
    mailbox: MailboxArgument,
    move_to: Annotated[str | None, typer.Option(metavar="MAILBOX", help="Who takes its contacts.")] = None,
) -> None:
    """Take a mailbox out of use and forget its password; what it sent still names it."""
    session = session_of(ctx)
    with session.open() as context:
        key = _key(context, mailbox)
        removed = mailboxes.remove_mailbox(context, key, None if move_to is None else _key(context, move_to))
    told = f"Removed; contacts with another mailbox now: {removed.moved}, waiting for one: {removed.left}."
    session.done({"id": key, "moved": removed.moved, "left": removed.left}, told)


def _known_hosts(address: str, username: str, imap: MailHost | None) -> tuple[MailHost, MailHost]:
    """The SMTP and IMAP hosts that are known for an address; the IMAP host is `imap` where one was named."""
    preset = find_preset(address)
    if preset is None:
        title = f"It isn't known which host takes the emails of {address}."
        raise InputError(title, "Say --smtp-host.", where="--smtp-host")
    return replace(preset.smtp, username=username), imap or replace(preset.imap, username=username)


def _key(context: Context, text: str) -> UUID:
    return mailboxes.show_mailbox(context, text).id


def _secret(address: str, *, from_stdin: bool) -> str:
    """The password, from standard input or asked for at the terminal; never shown, never an argument."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError(
            "There is no terminal to ask for the password.",
            "Give it on standard input with --password-stdin, or say --no-password.",
            code="no_terminal",
        )
    return getpass.getpass(f"Password of {address}: ", stream=sys.stderr)  # noqa: TID251  # the command line asks


def _tell_state(session: Session, context: Context, text: str) -> None:
    found = mailboxes.show_mailbox(context, text)
    session.done(_value(found), f"{found.address} is {found.status}.")


def _reason(mailbox: Any, now: datetime) -> str:
    """Why it stands so, what keeps it from being read, and during a hold until when (UTC)."""
    parts = [part for part in (mailbox.status_reason, mailbox.status_detail) if part]
    until = mailbox.held_until
    if until is not None and until > now:
        is_today = until.date() == now.date()
        parts.append(f"waits until {until:%H:%M} UTC" if is_today else f"waits until {told(until)}")
    if mailbox.reading_error:
        parts.append(f"can't be read: {mailbox.reading_error}")
    return " ".join(parts)


def _value(mailbox: Any) -> dict[str, Any]:
    value: dict[str, Any] = plain(mailbox)
    for name in ("customer_id", "workspace_id"):
        value.pop(name)
    return value
