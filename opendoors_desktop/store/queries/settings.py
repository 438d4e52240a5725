"""What the Settings page shows of a workspace: its own settings, its fields with fallbacks, and keys to the API."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.store.api_tokens import ApiToken, list_tokens
from opendoors_desktop.store.queries.fields import list_own_fields
from opendoors_desktop.store.unit import Unit
from opendoors_desktop.store.workspaces import Workspace, get_workspace

TokenSight = ApiToken
"""A key as lists show it."""


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """A workspace, the names of its own fields, its keys that weren't revoked, and how many sequences track."""

    workspace: Workspace
    own_fields: tuple[str, ...]
    tokens: tuple[ApiToken, ...]
    tracking: int


def find_workspace_settings(unit: Unit, workspace_id: UUID) -> WorkspaceSettings:
    """All of it as it stands; raises NotFound for a workspace that isn't there."""
    tracking = unit.rows(
        "SELECT count(*) FROM sequences WHERE workspace_id = :id AND (tracks_opens = :yes OR tracks_clicks = :yes)"
        " AND status NOT IN ('stopped', 'archived')",
        {"id": workspace_id, "yes": True},
    )
    return WorkspaceSettings(
        get_workspace(unit, workspace_id),
        tuple(list_own_fields(unit, workspace_id)),
        tuple(each for each in list_tokens(unit, workspace_id) if each.revoked_at is None),
        int(tracking[0][0]),
    )
