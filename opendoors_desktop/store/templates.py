"""Templates: whole emails that are shared in a workspace, to start a step from or to be followed by it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.store.types import as_instant, as_tags, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Template:
    """A template; `variables` are the fields its texts can't do without. A retired one is no longer offered."""

    id: UUID
    name: str
    subject: str = ""
    body: str = ""
    body_is_html: bool = True
    tags: tuple[str, ...] = ()
    variables: frozenset[str] = frozenset()
    updated_at: datetime | None = None
    retired_at: datetime | None = None


_SELECT: Final = """
SELECT id, name, subject, body, body_is_html, tags, variables, updated_at, retired_at FROM templates
WHERE workspace_id = :workspace_id
"""


def list_templates(unit: Unit, workspace_id: UUID, *, with_retired: bool = False) -> list[Template]:
    """The templates of a workspace by name; retired ones only when asked for."""
    where = "" if with_retired else " AND retired_at IS NULL"
    sql = f"{_SELECT}{where} ORDER BY name, id"
    rows = unit.known_rows((Topic.TEMPLATES,), sql, {"workspace_id": workspace_id})
    return [_template(row) for row in rows]


def get_template(unit: Unit, workspace_id: UUID, template_id: UUID) -> Template:
    """One template, a retired one too; raises NotFound."""
    key = {"workspace_id": workspace_id, "id": template_id}
    rows = unit.known_rows((Topic.TEMPLATES,), f"{_SELECT} AND id = :id", key)
    if not rows:
        raise no_such_template(str(template_id))
    return _template(rows[0])


def find_template(unit: Unit, workspace_id: UUID, name_or_id: str) -> Template | None:
    """The template of that id or exact name, one in use before a retired one; InputError where a name means several."""
    try:
        key = UUID(name_or_id)
    except ValueError:
        key = None
    rows = unit.rows(
        f"{_SELECT} AND (name = :name OR id = :id) ORDER BY retired_at IS NOT NULL, id",
        {"workspace_id": workspace_id, "name": name_or_id, "id": key or UUID(int=0)},
    )
    found = [_template(row) for row in rows]
    chosen = [each for each in found if each.id == key] or [each for each in found if each.retired_at is None] or found
    if len(chosen) > 1:
        raise InputError(
            f"{len(chosen)} templates are called “{name_or_id}”.",
            f"Give the id of one of them: {', '.join(str(each.id) for each in chosen)}.",
            where=name_or_id,
            code="ambiguous",
        )
    return chosen[0] if chosen else None


def add_template(unit: Unit, workspace_id: UUID, template: Template, *, by: UUID, now: datetime) -> None:
    """Put a new template into the store."""
    unit.changed(Topic.TEMPLATES)
    unit.run(
        "INSERT INTO templates (id, workspace_id, name, subject, body, body_is_html, tags, variables, created_at,"
        " created_by, updated_at, updated_by) VALUES (:id, :workspace_id, :name, :subject, :body, :body_is_html,"
        " :tags, :variables, :now, :by, :now, :by)",
        _values(unit, template) | {"workspace_id": workspace_id, "by": by, "now": now},
    )


def update_template(unit: Unit, workspace_id: UUID, template: Template, *, by: UUID, now: datetime) -> None:
    """Write a template anew, its retirement included; raises NotFound."""
    unit.changed(Topic.TEMPLATES)
    changed = unit.run(
        "UPDATE templates SET name = :name, subject = :subject, body = :body, body_is_html = :body_is_html,"
        " tags = :tags, variables = :variables, retired_at = :retired_at, updated_at = :now, updated_by = :by"
        " WHERE workspace_id = :workspace_id AND id = :id",
        _values(unit, template)
        | {"workspace_id": workspace_id, "retired_at": template.retired_at, "by": by, "now": now},
    )
    if not changed:
        raise no_such_template(str(template.id))


def no_such_template(name_or_id: str) -> NotFound:
    """The fault of a name or id that no template has."""
    return NotFound(f"There is no template “{name_or_id}”.", "“opendoors template list” shows them.", where=name_or_id)


def _values(unit: Unit, template: Template) -> dict[str, object]:
    return {
        "id": template.id,
        "name": template.name,
        "subject": template.subject,
        "body": template.body,
        "body_is_html": template.body_is_html,
        "tags": unit.listing(template.tags),
        "variables": unit.listing(sorted(template.variables)),
    }


def _template(row: Row) -> Template:
    return Template(
        id=as_uuid(row[0]),
        name=row[1],
        subject=row[2],
        body=row[3],
        body_is_html=bool(row[4]),
        tags=as_tags(row[5]),
        variables=frozenset(as_tags(row[6])),
        updated_at=as_instant(row[7]),
        retired_at=maybe_instant(row[8]),
    )
