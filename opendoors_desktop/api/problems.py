"""Errors as other programs read them: problem details (RFC 9457) with the path of each fault."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible, OpenDoorsError, StoreError
from opendoors_desktop.domain.json_reader import BadJson

MEDIA_TYPE: Final = "application/problem+json"
KIND: Final = "urn:opendoors:"
RETRY_AFTER: Final = "5"
"""Seconds after which a store that was away is worth another try."""

_TITLES: Final = {
    400: "The body is no JSON.",
    401: "A token is needed.",
    404: "There is nothing here.",
    405: "That method isn't known here.",
    413: "The body is too large.",
    415: "The body must be JSON.",
}
_CODES: Final = {400: "bad_json", 401: "unauthorized", 404: "not_found", 405: "bad_method", 413: "too_large"}

log = logging.getLogger(__name__)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(title="Fault")

    place: str = Field(alias="in", description="body, query, path or header", examples=["body"])
    path: str = Field(description="JSONPath in a body, else the parameter's name", examples=["$.steps[0].delay_days"])
    reason: str


class ProblemDetails(BaseModel):
    """What went wrong, where, and what to do next (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["urn:opendoors:not_found"])
    title: str
    status: int
    detail: str = Field(description="What to do next.")
    code: str = Field(description="A stable word for programs.", examples=["not_found"])
    where: str | None = Field(default=None, description="The id, name or header it is about.")
    errors: list[Fault] | None = Field(default=None, description="Everything that is wrong, in reading order.")
    possible: list[str] | None = Field(default=None, description="The states that are possible instead.")


class Problem(Exception):
    """An answer that is no success; `extra` are members beside the usual ones."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = {name: value for name, value in extra.items() if value}

    def body(self) -> bytes:
        """The problem as JSON."""
        plain = {
            "type": f"{KIND}{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return msgspec.json.encode(plain | self.extra)

    def response(self) -> Response:
        """The answer that tells of it."""
        return Response(self.body(), self.status, self.headers, MEDIA_TYPE)


def problem_of(error: OpenDoorsError, **extra: Any) -> Problem:
    """The problem that a fault of the world or of the input is."""
    headers = {"Retry-After": RETRY_AFTER} if isinstance(error, StoreError) else None
    if isinstance(error, BadJson):
        extra["errors"] = [{"in": "body", "path": each.path, "reason": each.reason} for each in error.faults]
    return Problem(
        _status_of(error), error.code, error.title, error.advice, headers=headers, where=clean(error.where), **extra
    )


def clean(text: str) -> str:
    """Foreign text as it may stand in JSON: half a character of UTF-16 can't."""
    return text.encode("utf-8", "replace").decode()


def add_handlers(app: FastAPI, require_token: Callable[[Request], None]) -> None:
    """Have every error of an application answered as a problem; who may be told of them is asked first."""

    async def on_invalid(request: Request, error: Exception) -> Response:
        try:
            await to_thread.run_sync(require_token, request)
        except (Problem, OpenDoorsError) as refused:
            return (refused if isinstance(refused, Problem) else problem_of(refused)).response()
        return _invalid_response(error)

    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(OpenDoorsError, _on_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


def _status_of(error: OpenDoorsError) -> int:
    if isinstance(error, StoreError):
        return 503
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, NotPossible):
        return 409
    return 422 if isinstance(error, InputError) else 502


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, OpenDoorsError)
    return problem_of(error).response()


def _invalid_response(error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(400, "bad_json", _TITLES[400], "Send one JSON value in UTF-8.").response()
    return invalid(found).response()


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    title = _TITLES.get(status, str(error.detail))
    detail = "The document at /api/openapi.json says what there is."
    return Problem(status, _CODES.get(status, "refused"), title, detail, headers=error.headers).response()


async def _on_bug(_request: Request, error: Exception) -> Response:
    log.error("an answer of the API failed", exc_info=error)
    title = f"Something went wrong inside the program ({type(error).__name__})."
    return Problem(500, "bug", title, "The log holds the details.").response()


def invalid(found: Iterable[Mapping[str, Any]]) -> Problem:
    """The problem of a request whose parts aren't what the document says."""
    faults = [_fault(each["loc"], each["msg"]) for each in found]
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    detail = "\n".join(f"{each['path']}: {each['reason']}" for each in faults[:20])
    return Problem(422, "bad_request", f"The request can't be used: {count}.", detail, errors=faults[:100])


def _fault(loc: Sequence[str | int], reason: str) -> dict[str, str]:
    place = str(loc[0]) if loc else "body"
    if place != "body":
        return {"in": place, "path": clean(".".join(map(str, loc[1:]))), "reason": clean(reason)}
    path = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in loc[1:])
    return {"in": "body", "path": clean(f"${path}"), "reason": clean(reason)}
