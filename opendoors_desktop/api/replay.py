"""Requests that may be sent twice: the one Idempotency-Key brings one answer, however often it comes."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from fastapi import Depends, Header, Request, Response

from opendoors_desktop.api.answers import MEDIA_TYPE, Answer
from opendoors_desktop.api.auth import WriterDoor
from opendoors_desktop.api.problems import Problem
from opendoors_desktop.engine.commands.replays import KeyBusy, KeyedRequest, KeyTaken, do_once

REPLAYED: Final = "Idempotent-Replayed"
Key = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="A text of the client's own, new for each new request; the same again brings the same answer.",
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its key knows it; `key` is None where it brought none."""

    key: str | None
    method: str
    path: str
    sha256: bytes


async def _asked(request: Request, idempotency_key: Key = None) -> Asked:
    body = b"" if idempotency_key is None else await request.body()
    return Asked(idempotency_key, request.method, request.url.path, sha256(body).digest())


Once = Annotated[Asked, Depends(_asked)]
"""What `once` needs of a request."""


def once(caller: WriterDoor, asked: Asked, do: Callable[[], Answer]) -> Response:
    """The answer of `do`, or the one that a request with the same key got before.

    Raises Problem: 422 where the key came with another request, 409 while one with it is under way.
    """
    if asked.key is None:
        return do().response()

    def done() -> tuple[int, bytes]:
        answer = do()
        return answer.status, msgspec.msgpack.encode((dict(answer.headers), answer.body()))

    request = KeyedRequest(asked.key, asked.method, asked.path, asked.sha256)
    try:
        kept, is_replay = do_once(caller.context, caller.token_id, request, done)
    except KeyTaken as error:
        fault = {"in": "header", "path": "Idempotency-Key", "reason": error.title}
        raise Problem(422, error.code, error.title, error.advice, errors=[fault]) from error
    except KeyBusy as error:
        raise Problem(409, error.code, error.title, error.advice) from error
    headers, body = msgspec.msgpack.decode(kept.content, type=tuple[dict[str, str], bytes])
    return Response(body, kept.status, headers | ({REPLAYED: "true"} if is_replay else {}), MEDIA_TYPE)
