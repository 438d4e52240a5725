"""Answers kept for requests that may come again: by workspace, token and the key the request brought."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whose key it is, and which."""

    workspace_id: UUID
    token_id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request that was begun before; `status` and `response` are None until it was answered."""

    method: str
    path: str
    request_sha256: bytes
    status: int | None
    response: bytes | None


_WHERE: Final = "workspace_id = :workspace_id AND token_id = :token_id AND key = :key"


def find_request(unit: Unit, owner: KeyOwner) -> KeptRequest | None:
    """The request that brought this key before; None where none did."""
    row = unit.row(
        f"SELECT method, path, request_sha256, status, response FROM idempotency_keys WHERE {_WHERE}", _params(owner)
    )
    if row is None:
        return None
    return KeptRequest(row[0], row[1], bytes(row[2]), row[3], None if row[4] is None else bytes(row[4]))


def begin_request(unit: Unit, owner: KeyOwner, request: KeptRequest, now: datetime, expires_at: datetime) -> bool:
    """Keep that a request was begun; False where one with this key is there. Keys that are over are dropped first."""
    unit.run("DELETE FROM idempotency_keys WHERE expires_at <= :now", {"now": now})
    return bool(
        unit.run(
            "INSERT INTO idempotency_keys (workspace_id, token_id, key, method, path, request_sha256, created_at,"
            " expires_at) VALUES (:workspace_id, :token_id, :key, :method, :path, :request_sha256, :now, :expires_at)"
            " ON CONFLICT (workspace_id, token_id, key) DO NOTHING",
            _params(owner)
            | {
                "method": request.method,
                "path": request.path,
                "request_sha256": request.request_sha256,
                "now": now,
                "expires_at": expires_at,
            },
        )
    )


def keep_answer(unit: Unit, owner: KeyOwner, status: int, response: bytes) -> None:
    """Keep what a request was answered."""
    unit.run(
        f"UPDATE idempotency_keys SET status = :status, response = :response WHERE {_WHERE}",
        _params(owner) | {"status": status, "response": response},
    )


def drop_request(unit: Unit, owner: KeyOwner) -> None:
    """Forget a request that changed nothing, so that it may be sent again."""
    unit.run(f"DELETE FROM idempotency_keys WHERE {_WHERE}", _params(owner))


def _params(owner: KeyOwner) -> dict[str, object]:
    return {"workspace_id": owner.workspace_id, "token_id": owner.token_id, "key": owner.key}
