"""`opendoors mailbox sign-in`: signs in at the mail host's own page, in the browser, in place of a password."""

import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.mailbox_presets import find_preset
from opendoors_desktop.domain.sign_in import Client, SignInHost, own_sign_in_host, sign_in_host
from opendoors_desktop.engine import sign_in as signing
from opendoors_desktop.engine.commands import mailboxes, sign_ins
from opendoors_desktop.engine.context import Context

Where = Annotated[str | None, typer.Option("--sign-in", metavar="HOST", help="google, microsoft, or own.")]
ClientId = Annotated[str | None, typer.Option(help="The program's ID at that host; default: the one used before.")]
ClientSecret = Annotated[bool, typer.Option("--client-secret-stdin", help="Read the client's secret, if it has one.")]
Tenant = Annotated[str, typer.Option(help="Microsoft's tenant that the client belongs to.")]
AuthorizeUrl = Annotated[str, typer.Option(help="The page of a host of one's own.")]
TokenUrl = Annotated[str, typer.Option(help="Where that host hands out tokens.")]
Scope = Annotated[list[str] | None, typer.Option(help="What to ask that host for; may be given several times.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only print the address of the page.")]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person gave about a sign-in; None or empty is the default."""

    host: str | None
    client_id: str | None = None
    client_secret_stdin: bool = False
    tenant: str = ""
    authorize_url: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()
    no_browser: bool = False


def sign_in(
    ctx: typer.Context,
    *,
    mailbox: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its address or id.")],
    host: Where = None,
    client_id: ClientId = None,
    client_secret_stdin: ClientSecret = False,
    tenant: Tenant = "",
    authorize_url: AuthorizeUrl = "",
    token_url: TokenUrl = "",
    scope: Scope = None,
    no_browser: NoBrowser = False,
) -> None:
    """Sign in at the mail host's own page; the mailbox needs no password from then on."""
    session = session_of(ctx)
    with session.open() as context:
        found = mailboxes.show_mailbox(context, mailbox)
        wishes = Wishes(
            host or found.oauth_provider, client_id, client_secret_stdin, tenant, authorize_url, token_url,
            tuple(scope or ()), no_browser,
        )  # fmt: skip
        sign_ins.keep_sign_in(context, found.id, signed_in(context, found.address, wishes))
    session.done({"id": found.id, "address": found.address}, f"{found.address} signs in without a password now.")


def signed_in(context: Context, address: str, wishes: Wishes) -> signing.SignedIn:
    """What came of the sign-in; its page is opened and its address printed, the client's secret read from stdin."""
    host = _host(address, wishes)
    client = _client(context, host, wishes)

    def open_page(url: str) -> None:
        print(f"Sign in as {address} at:\n{url}", file=sys.stderr, flush=True)
        if not wishes.no_browser:
            typer.launch(url)

    return signing.sign_in(signing.SignIn(host, client, address), open_page, lambda: False)


def secret_of(given: signing.SignedIn) -> dict[str, Any]:
    """What came of a sign-in, as fields of a new mailbox."""
    return {"auth": AuthMethod.OAUTH, "secret": given.grant.as_text(), "oauth_provider": given.grant.host}


def _host(address: str, wishes: Wishes) -> SignInHost:
    if wishes.authorize_url or wishes.token_url or wishes.host == "own":
        return own_sign_in_host(wishes.authorize_url, wishes.token_url, wishes.scopes)
    preset: Any = find_preset(address)
    name = wishes.host or (None if preset is None else preset.oauth)
    if name is None:
        raise InputError(
            f"It isn't known where {address} signs in.",
            "Say --sign-in google or --sign-in microsoft, or give --authorize-url and --token-url.",
            where="--sign-in",
            code="sign_in_unknown",
        )
    return sign_in_host(name, wishes.tenant)


def _client(context: Context, host: SignInHost, wishes: Wishes) -> Client:
    known = sign_ins.find_client(context, host.name)
    if wishes.client_id is None and known is not None:
        return known
    secret = sys.stdin.readline().rstrip("\r\n") if wishes.client_secret_stdin else ""
    return Client(wishes.client_id or "", secret)
