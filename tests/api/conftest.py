"""The REST API on a store of its own, answered on loopback by the real server, asked by a plain client."""

import http.client
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest

from opendoors_desktop.api.server import ApiServer
from opendoors_desktop.config import Listen
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.api_tokens import create_token
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import open_context
from tests.fixtures_store import fresh_file, postgres_server, postgres_store, sqlite_store, store, store_file

__all__ = ["fresh_file", "postgres_server", "postgres_store", "sqlite_store", "store", "store_file"]


@dataclass(frozen=True)
class Got:
    """An answer: status, headers in lower case, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def tag(self) -> str:
        """The ETag."""
        return self.headers["etag"]


@dataclass(frozen=True)
class Client:
    """Asks one server with one token; a status below 400 is expected unless another is named."""

    address: str
    token: str | None
    extra: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, *, status: int | None = 200, **headers: str) -> Got:
        """One request; `body` is JSON unless it is bytes, names of headers are written with `_` for `-`."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        sent = dict(self.extra) | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            # A body too large to be read is answered while it is still being sent.
            with suppress(BrokenPipeError):
                connection.request(method, path, content, sent)
            answer = connection.getresponse()
            got = Got(answer.status, {key.lower(): text for key, text in answer.getheaders()}, answer.read())
        finally:
            connection.close()
        assert status in (None, got.status), f"{method} {path}: {got.status} {got.body[:2000]!r}"
        if got.status >= 400 and method != "HEAD":
            assert got.headers["content-type"] == "application/problem+json"
            assert {"type", "title", "status", "detail", "code"} <= set(got.json)
        return got

    def get(self, path: str, *, expects: int | None = 200, **query: Any) -> Any:
        """The JSON of what is at a path."""
        asked = urlencode({name: value for name, value in query.items() if value is not None}, doseq=True)
        return self.ask("GET", f"{path}?{asked}" if asked else path, status=expects).json

    def post(self, path: str, body: Any, *, status: int | None = 201, **headers: str) -> Any:
        """The JSON that a POST is answered."""
        return self.ask("POST", path, body, status=status, **headers).json

    def put(self, path: str, body: Any = None, *, status: int | None = 200, **headers: str) -> Any:
        """The JSON that a PUT is answered."""
        return self.ask("PUT", path, body, status=status, **headers).json


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    """A workspace whose clock is the computer's."""
    return open_context(store, tmp_path, RealClock())


@pytest.fixture
def server(context: Context) -> Iterator[ApiServer]:
    """The API on a thread, at a free port."""
    running = ApiServer(context, Listen(port=0))
    running.start()
    yield running
    running.end()


@pytest.fixture
def client(server: ApiServer, context: Context) -> Client:
    """A client with a token that may write."""
    return Client(server.address, create_token(context, "tests").text)


def new_sequence(client: Client, name: str = "Spring", **more: Any) -> dict[str, Any]:
    """A draft without steps."""
    made = client.post("/api/sequences", {"name": name, **more})
    assert isinstance(made, dict)
    UUID(made["id"])
    return made
