"""What every request passes before a route: a token must be there, and a body must not be larger than it may be."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opendoors_desktop.api.auth import CONTEXT, unauthorized
from opendoors_desktop.api.problems import Problem
from opendoors_desktop.api.tracking import TRACKER, Tracker
from opendoors_desktop.engine.context import Context

USUAL_BODY: Final = 1 << 20
BULK_BODY: Final = 8 << 20
"""A hundred thousand ids take some four megabytes."""

LONGEST_BULK_PATH: Final = "/bulk-enroll"
OPEN_PATHS: Final = frozenset({"/api/openapi.json", "/api/docs", "/api/docs.js", "/api/docs.css"})
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Turns away what has no token or too large a body, without reading what is too much."""

    def __init__(self, app: ASGIApp, context: Context, tracker: Tracker | None = None) -> None:
        self._app = app
        self._own = {CONTEXT: context, TRACKER: tracker}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.update(self._own)
        sending = _with_headers(send)
        headers = dict(scope["headers"])
        problem = _missing_token(scope["path"], headers)
        limit = BULK_BODY if scope["path"].endswith(LONGEST_BULK_PATH) else USUAL_BODY
        length = headers.get(b"content-length", b"")
        if problem is None and length.isdigit() and int(length) > limit:
            problem = _too_large(limit)
        if problem is not None:
            await problem.response()(scope, receive, sending)
            return
        await self._app(scope, _limited(receive, limit), sending)


def _missing_token(path: str, headers: dict[bytes, bytes]) -> Problem | None:
    if not path.startswith("/api/") or path in OPEN_PATHS:
        return None
    kind, _, token = headers.get(b"authorization", b"").partition(b" ")
    return None if kind.lower() == b"bearer" and token.strip() else unauthorized()


def _too_large(limit: int) -> Problem:
    advice = f"At most {limit >> 20} MiB are taken; send the rest in a request of its own."
    return Problem(413, "too_large", "The body is too large.", advice, headers={"Connection": "close"})


def _limited(receive: Receive, limit: int) -> Receive:
    """What is received, until it is more than the limit."""
    seen = 0

    async def take() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
        return message

    return take


def _with_headers(send: Send) -> Send:
    """Send every answer with the headers that no browser may miss, unless it has its own of a name."""

    async def put(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in HEADERS if pair[0] not in there)]
        await send(message)

    return put
