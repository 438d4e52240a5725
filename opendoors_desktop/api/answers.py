"""Answers as JSON, with the tag of the version they show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import Response

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a status, a value that JSON knows (None: no body), and headers of its own."""

    status: int
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The value as JSON; UUIDs, instants and dataclasses among it."""
        return b"" if self.value is None else msgspec.json.encode(self.value)

    def response(self) -> Response:
        """The answer as it goes out."""
        if self.value is None:
            return Response(status_code=self.status, headers=dict(self.headers))
        return Response(self.body(), self.status, dict(self.headers), MEDIA_TYPE)


def ok(value: Any, **headers: str) -> Response:
    """What was asked for; names of headers are written with `_` for `-`."""
    return Answer(200, value, {name.replace("_", "-"): text for name, text in headers.items()}).response()
