"""Keys to the REST API: whose they are, what they may, and their hashes; never the keys themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.types import as_instant, as_tags, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key as lists show it: `prefix` is how it begins, `scopes` what it may (`read`, `write`); instants in UTC."""

    id: UUID
    name: str
    user_id: UUID
    user: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """What a request with a key acts as; `role` is the user's in the workspace."""

    token_id: UUID
    scope: Scope
    role: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    last_used_at: datetime | None


_LIST: Final = """
SELECT t.id, t.name, t.user_id, u.name, t.prefix, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.workspace_id = :workspace_id ORDER BY t.created_at, t.id
"""
_OWNER: Final = """
SELECT t.id, w.customer_id, t.workspace_id, t.user_id, m.role, t.scopes, t.expires_at, t.last_used_at
FROM api_tokens t JOIN workspaces w ON w.id = t.workspace_id
  JOIN users u ON u.id = t.user_id AND u.retired_at IS NULL
  JOIN memberships m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id
WHERE t.token_hash = :token_hash AND t.revoked_at IS NULL
"""


def add_token(unit: Unit, workspace_id: UUID, token: ApiToken, token_hash: bytes) -> None:
    """Put a new key's row into the store."""
    unit.run(
        "INSERT INTO api_tokens (id, workspace_id, user_id, name, prefix, token_hash, scopes, created_at, expires_at)"
        " VALUES (:id, :workspace_id, :user_id, :name, :prefix, :token_hash, :scopes, :created_at, :expires_at)",
        {
            "id": token.id,
            "workspace_id": workspace_id,
            "user_id": token.user_id,
            "name": token.name,
            "prefix": token.prefix,
            "token_hash": token_hash,
            "scopes": unit.listing(token.scopes),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        },
    )


def list_tokens(unit: Unit, workspace_id: UUID) -> list[ApiToken]:
    """All keys of a workspace in the order they were made, revoked ones too."""
    return [_token(row) for row in unit.rows(_LIST, {"workspace_id": workspace_id})]


def revoke_token(unit: Unit, workspace_id: UUID, token_id: UUID, now: datetime) -> bool:
    """Let a key open nothing from this commit on; False where it is revoked already."""
    return bool(
        unit.run(
            "UPDATE api_tokens SET revoked_at = :now"
            " WHERE workspace_id = :workspace_id AND id = :id AND revoked_at IS NULL",
            {"workspace_id": workspace_id, "id": token_id, "now": now},
        )
    )


def find_owner(unit: Unit, token_hash: bytes) -> TokenOwner | None:
    """Whom the key of that hash stands for; None for an unknown or revoked one, and where the user has left."""
    row = unit.row(_OWNER, {"token_hash": token_hash})
    if row is None:
        return None
    scope = Scope(as_uuid(row[1]), as_uuid(row[2]), as_uuid(row[3]))
    return TokenOwner(as_uuid(row[0]), scope, row[4], as_tags(row[5]), maybe_instant(row[6]), maybe_instant(row[7]))


def note_use(unit: Unit, token_id: UUID, now: datetime) -> None:
    """Remember when a key was last used."""
    unit.run("UPDATE api_tokens SET last_used_at = :now WHERE id = :id", {"id": token_id, "now": now})


def _token(row: Row) -> ApiToken:
    return ApiToken(
        as_uuid(row[0]),
        row[1],
        as_uuid(row[2]),
        row[3],
        row[4],
        as_tags(row[5]),
        as_instant(row[6]),
        maybe_instant(row[7]),
        maybe_instant(row[8]),
        maybe_instant(row[9]),
    )
