"""Snippets: pieces of text, shared in a workspace, that are put into an email by their shortcut."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store.types import as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Snippet:
    """A snippet; `shortcut` is what is typed for it, None for none."""

    id: UUID
    name: str
    body: str = ""
    shortcut: str | None = None
    body_is_html: bool = True
    retired_at: datetime | None = None


_SELECT: Final = """
SELECT id, name, body, shortcut, body_is_html, retired_at FROM snippets WHERE workspace_id = :workspace_id
"""


def list_snippets(unit: Unit, workspace_id: UUID, *, with_retired: bool = False) -> list[Snippet]:
    """The snippets of a workspace by name; retired ones only when asked for."""
    where = "" if with_retired else " AND retired_at IS NULL"
    rows = unit.rows(f"{_SELECT}{where} ORDER BY name, id", {"workspace_id": workspace_id})
    return [_snippet(row) for row in rows]


def get_snippet(unit: Unit, workspace_id: UUID, snippet_id: UUID) -> Snippet:
    """One snippet, a retired one too; raises NotFound."""
    row = unit.row(f"{_SELECT} AND id = :id", {"workspace_id": workspace_id, "id": snippet_id})
    if row is None:
        raise NotFound("There is no such snippet.", "Look at the list of snippets.", where=str(snippet_id))
    return _snippet(row)


def put_snippet(unit: Unit, workspace_id: UUID, snippet: Snippet, *, by: UUID, now: datetime) -> None:
    """Write a snippet, a new one or one that is there."""
    unit.run(
        "INSERT INTO snippets (id, workspace_id, name, body, shortcut, body_is_html, retired_at, created_at,"
        " created_by, updated_at, updated_by) VALUES (:id, :workspace_id, :name, :body, :shortcut, :body_is_html,"
        " :retired_at, :now, :by, :now, :by) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " body = excluded.body, shortcut = excluded.shortcut, body_is_html = excluded.body_is_html,"
        " retired_at = excluded.retired_at, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        {
            "id": snippet.id,
            "workspace_id": workspace_id,
            "name": snippet.name,
            "body": snippet.body,
            "shortcut": snippet.shortcut,
            "body_is_html": snippet.body_is_html,
            "retired_at": snippet.retired_at,
            "now": now,
            "by": by,
        },
    )


def _snippet(row: Row) -> Snippet:
    return Snippet(as_uuid(row[0]), row[1], row[2], row[3], bool(row[4]), maybe_instant(row[5]))
