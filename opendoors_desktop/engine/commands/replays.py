"""Does a request with a key once: sent again, it is answered as before and does nothing more."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import idempotency
from opendoors_desktop.store.idempotency import KeptRequest, KeyOwner

KEPT_FOR = timedelta(days=1)


class KeyTaken(OpenDoorsError):
    """The key came with another request before."""

    code = "key_reused"


class KeyBusy(OpenDoorsError):
    """A request with the key is under way, or nobody knows how it ended."""

    code = "key_busy"


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its key: method and path, and the hash of its body."""

    key: str
    method: str
    path: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer that was given before: its status and what was kept of it."""

    status: int
    content: bytes


def find_replay(context: Context, token_id: UUID, request: KeyedRequest) -> Replay | None:
    """What the request was answered before; None where it is new, which then counts as begun.

    Raises KeyTaken, KeyBusy. Whoever gets None calls `keep_answer`, or `forget` where nothing was done.
    """
    owner, now = _owner(context, token_id, request), context.clock.now()
    begun = KeptRequest(request.method, request.path, request.sha256, None, None)
    with context.store.write() as unit:
        if idempotency.begin_request(unit, owner, begun, now, now + KEPT_FOR):
            return None
        known = idempotency.find_request(unit, owner)
    assert known is not None  # it was in the way
    if (known.method, known.path, known.request_sha256) != (request.method, request.path, request.sha256):
        raise KeyTaken("This Idempotency-Key came with another request before.", "Give each request a key of its own.")
    if known.status is None or known.response is None:
        raise KeyBusy(
            "A request with this Idempotency-Key is under way, or was cut off.",
            "Wait and ask again; if that stays so, look what was done, and send the rest with another key.",
        )
    return Replay(known.status, zlib.decompress(known.response))


def keep_answer(context: Context, token_id: UUID, request: KeyedRequest, status: int, content: bytes) -> None:
    """Keep what the request is answered, for a day."""
    with context.store.write() as unit:
        idempotency.keep_answer(unit, _owner(context, token_id, request), status, zlib.compress(content, 1))


def forget(context: Context, token_id: UUID, request: KeyedRequest) -> None:
    """Forget a request that came to nothing."""
    with context.store.write() as unit:
        idempotency.drop_request(unit, _owner(context, token_id, request))


def do_once(
    context: Context, token_id: UUID, request: KeyedRequest, do: Callable[[], tuple[int, bytes]]
) -> tuple[Replay, bool]:
    """What the request is answered, and whether that is from before; what `do` raises leaves nothing behind."""
    known = find_replay(context, token_id, request)
    if known is not None:
        return known, True
    try:
        status, content = do()
    except BaseException:
        forget(context, token_id, request)
        raise
    keep_answer(context, token_id, request, status, content)
    return Replay(status, content), False


def _owner(context: Context, token_id: UUID, request: KeyedRequest) -> KeyOwner:
    return KeyOwner(context.scope.workspace_id, token_id, request.key)
