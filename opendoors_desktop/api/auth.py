"""Who a request comes from: its bearer token, told and checked before anything else is looked at."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from opendoors_desktop.api.problems import Problem
from opendoors_desktop.engine.commands.api_tokens import Caller, find_caller
from opendoors_desktop.engine.context import Context

CONTEXT: Final = "opendoors.context"
"""Where a request carries the parts of the program that answers it."""

CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="OpenDoors"'}

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token that “opendoors api-token create NAME” showed once.",
)


def unauthorized() -> Problem:
    """The problem of a request without a token that is known."""
    return Problem(
        401,
        "unauthorized",
        "A token is needed.",
        "Send “Authorization: Bearer TOKEN”; “opendoors api-token create NAME” makes one.",
        headers=CHALLENGE,
    )


def context_of(request: Request) -> Context:
    """The program's own parts, with which tokens are looked up."""
    context = request.scope[CONTEXT]
    assert isinstance(context, Context)
    return context


class Door:
    """Whoever brings a request: asked for when the first thing is done in their name, in the thread that does it."""

    __slots__ = ("_caller", "_credentials", "_program")

    def __init__(self, program: Context, credentials: HTTPAuthorizationCredentials | None) -> None:
        self._program = program
        self._credentials = credentials
        self._caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who it is; raises Problem where the token opens nothing."""
        if self._caller is None:
            credentials = self._credentials
            self._caller = None if credentials is None else find_caller(self._program, credentials.credentials)
        if self._caller is None:
            raise unauthorized()
        return self._caller

    @property
    def context(self) -> Context:
        """What they work with: their workspace, in their name."""
        return self.caller.context

    @property
    def token_id(self) -> UUID:
        """The token they brought."""
        return self.caller.token_id


class WriterDoor(Door):
    """As Door, for what changes something."""

    __slots__ = ()

    @property
    def caller(self) -> Caller:
        """Who it is; raises Problem where the token opens nothing, or may only look."""
        caller = super().caller
        if not caller.may_write:
            advice = "Use one that may write, of a member who is no viewer."
            raise Problem(403, "read_only", "This token may look, and change nothing.", advice)
        return caller


Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def _reader(request: Request, credentials: Credentials) -> Door:
    return Door(context_of(request), credentials)


async def _writer(request: Request, credentials: Credentials) -> WriterDoor:
    return WriterDoor(context_of(request), credentials)


def require_token(request: Request) -> None:
    """Raise Problem unless the request's token opens something: wrong requests tell strangers nothing."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    if find_caller(context_of(request), token.strip()) is None:
        raise unauthorized()


Reader = Annotated[Door, Depends(_reader)]
"""Whoever has a living token."""

Writer = Annotated[WriterDoor, Depends(_writer)]
"""Whoever has one with which things may be changed."""
