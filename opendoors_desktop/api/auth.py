"""Who a request comes from: its bearer token, told and checked before anything else is looked at."""

from typing import Annotated, Final

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


def _caller(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Caller:
    caller = None if credentials is None else find_caller(context_of(request), credentials.credentials)
    if caller is None:
        raise unauthorized()
    return caller


def _writer(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if not caller.may_write:
        raise Problem(
            403,
            "read_only",
            "This token may look, and change nothing.",
            "Use one that may write, of a member who is no viewer.",
        )
    return caller


Reader = Annotated[Caller, Depends(_caller)]
"""Whoever has a living token."""

Writer = Annotated[Caller, Depends(_writer)]
"""Whoever has one with which things may be changed."""
