"""Contacts as the commands need them: found by key, address or id, written one by one or a thousand at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.contact import TEXT_FIELDS, Contact
from opendoors_desktop.domain.contact_field import ContactField, FieldKind
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.store.contact_tags import entries_of, kept_entries, turn_entries
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import (
    as_json,
    as_tags,
    as_uuid,
    json_text,
    maybe_instant,
    maybe_uuid,
    microseconds_of,
)
from opendoors_desktop.store.unit import Row, Unit

COLUMN_OF: Final[Mapping[str, str]] = {name: "company_name" if name == "company" else name for name in TEXT_FIELDS}
"""The column of each of a contact's text fields."""

_READ: Final = (
    "id", "workspace_id", "email", *COLUMN_OF.values(), "zone", "tags", "custom", "company_id", "owner_id", "source",
    "import_batch_id", "last_contacted_at", "created_at", "updated_at", "archived_at",
)  # fmt: skip
_CONTACT: Final[Callable[..., Contact]] = Contact
_TEXTS: Final = tuple((column, name) for name, column in COLUMN_OF.items())
_REST: Final = 3 + len(TEXT_FIELDS)
SELECT: Final = f"SELECT {', '.join(_READ)} FROM contacts"
"""The beginning of a query whose rows `as_contact` reads."""
_TOPICS: Final = (Topic.CONTACTS, Topic.ACTIVITIES, Topic.OUTBOX, Topic.TASKS)
"""What a contact is made of: the day of the last contact changes with what was sent, called and done."""
_LIVING: Final = "workspace_id = :workspace_id AND archived_at IS NULL AND erased_at IS NULL"
_CHANGED: Final = (
    "email", "email_key", *COLUMN_OF.values(), "zone", "tags", "custom", "company_id", "owner_id",
)  # fmt: skip
_WRITTEN: Final = (
    "id", "workspace_id", *_CHANGED, "source", "import_batch_id", "created_at", "created_by", "updated_at",
    "updated_by",
)  # fmt: skip
_INSERT: Final = f"INSERT INTO contacts ({', '.join(_WRITTEN)}) VALUES ({', '.join(f':{name}' for name in _WRITTEN)})"
_UPDATE: Final = f"""
UPDATE contacts SET {", ".join(f"{name} = :{name}" for name in _CHANGED)}, updated_at = :updated_at,
  updated_by = :updated_by, archived_at = NULL
WHERE workspace_id = :workspace_id AND id = :id
"""


def as_contact(row: Row) -> Contact:
    """The contact behind a row of the columns this module reads."""
    return _CONTACT(
        as_uuid(row[0]),
        as_uuid(row[1]),
        row[2] or "",
        *row[3:_REST],
        row[_REST],
        as_tags(row[_REST + 1]),
        as_json(row[_REST + 2]) or {},
        maybe_uuid(row[_REST + 3]),
        maybe_uuid(row[_REST + 4]),
        row[_REST + 5],
        maybe_uuid(row[_REST + 6]),
        maybe_instant(row[_REST + 7]),
        maybe_instant(row[_REST + 8]),
        maybe_instant(row[_REST + 9]),
        row[_REST + 10] is not None,
    )


def in_list(unit: Unit, column: str, name: str = "values") -> str:
    """A condition that `column` is one of the list parameter `name`; `list_of` makes the parameter."""
    if unit.dialect is Dialect.SQLITE:
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    return f"{column} = ANY(:{name})"


def list_of(unit: Unit, values: Iterable[str]) -> object:
    """Texts as the list parameter of `in_list`."""
    return json_text(list(values)) if unit.dialect is Dialect.SQLITE else list(values)


def get_contact(unit: Unit, workspace_id: UUID, contact_id: UUID) -> Contact:
    """A contact that is neither archived nor erased; raises NotFound."""
    key = {"workspace_id": workspace_id, "id": contact_id}
    rows = unit.known_rows(_TOPICS, f"{SELECT} WHERE {_LIVING} AND id = :id", key)
    if not rows:
        raise no_such_contact(str(contact_id))
    return as_contact(rows[0])


def find_contact(unit: Unit, workspace_id: UUID, text: str) -> Contact | None:
    """The contact of that address (in any spelling), id or exact name; raises InputError when a name is several's."""
    found = find_by_keys(unit, workspace_id, [address_key(text)])
    if found:
        return next(iter(found.values()))
    try:
        where, params = "id = :id", {"id": UUID(text)}
    except ValueError:
        where = "trim(first_name || ' ' || last_name) = :name"
        params = {"name": text.strip()}  # type: ignore[dict-item]
    rows = unit.rows(f"{SELECT} WHERE {_LIVING} AND {where} LIMIT 2", {"workspace_id": workspace_id, **params})
    if len(rows) > 1:
        raise InputError(
            f"Several contacts are called “{text}”.", "Name the one you mean by its address.", code="ambiguous_contact"
        )
    return as_contact(rows[0]) if rows else None


def no_such_contact(text: str) -> NotFound:
    """The error for a contact that isn't there."""
    return NotFound(f"There is no contact “{text}”.", "Look it up with “opendoors contacts list”.", where=text)


def find_by_keys(
    unit: Unit, workspace_id: UUID, keys: Sequence[str], *, with_archived: bool = False
) -> dict[str, Contact]:
    """The contacts that have these normalised addresses, by key; also those that have one of them beside their own."""
    living = "workspace_id = :workspace_id" if with_archived else _LIVING
    params = {"workspace_id": workspace_id, "values": list_of(unit, keys)}
    query = f"SELECT email_key, {', '.join(_READ)} FROM contacts WHERE {living} AND {in_list(unit, 'email_key')}"
    found = {row[0]: as_contact(row[1:]) for row in unit.rows(query, params)}
    if len(found) < len(keys) and unit.row("SELECT 1 FROM contact_addresses LIMIT 1"):
        other = f"""
            SELECT a.email_key, {", ".join(f"c.{name}" for name in _READ)} FROM contact_addresses a
            JOIN contacts c ON c.id = a.contact_id AND c.erased_at IS NULL AND c.archived_at IS NULL
            WHERE a.workspace_id = :workspace_id AND {in_list(unit, "a.email_key")}
            """
        for row in unit.rows(other, params):
            found.setdefault(row[0], as_contact(row[1:]))
    return found


def page_contacts(
    unit: Unit, workspace_id: UUID, *, after: UUID | None = None, limit: int = 1000, tag: str | None = None
) -> list[Contact]:
    """Contacts by id (so in the order they were made) from behind `after`, `limit` at most; with a tag if given."""
    params: dict[str, object] = {"workspace_id": workspace_id, "limit": limit}
    where = _LIVING
    if after is not None:
        where += " AND id > :after"
        params["after"] = after
    if tag is not None:
        params["tag"] = tag.casefold()
        where += " AND id IN (SELECT contact_id FROM contact_tags WHERE workspace_id = :workspace_id AND tag = :tag)"
    return [as_contact(row) for row in unit.rows(f"{SELECT} WHERE {where} ORDER BY id LIMIT :limit", params)]


def count_contacts(unit: Unit, workspace_id: UUID) -> int:
    """How many contacts the workspace has, archived and erased ones left out."""
    row = unit.row(f"SELECT count(*) FROM contacts WHERE {_LIVING}", {"workspace_id": workspace_id})
    return int(row[0]) if row else 0


def add_contacts(unit: Unit, contacts: Sequence[Contact], *, by: UUID | None) -> None:
    """Put new contacts into the store; they carry their ids and instants."""
    unit.run_many(_INSERT, list(map(_Values(unit, by).of, contacts)))
    turn_entries(unit, (), entries_of(unit, contacts))
    if contacts:
        _keep_tags(unit, contacts)
        unit.changed(Topic.CONTACTS)


def update_contacts(unit: Unit, contacts: Sequence[Contact], *, by: UUID | None) -> None:
    """Write contacts back whole, `updated_at` as they carry it; archived ones come back to life."""
    before = kept_entries(unit, [contact.id for contact in contacts])
    unit.run_many(_UPDATE, list(map(_Values(unit, by).of, contacts)))
    turn_entries(unit, before, entries_of(unit, contacts))
    if contacts:
        _keep_tags(unit, contacts)
        unit.changed(Topic.CONTACTS)


def archive(unit: Unit, contact_ids: Sequence[UUID], now: datetime) -> None:
    """Delete contacts so that they can be put back for some time."""
    unit.run_many(
        "UPDATE contacts SET archived_at = :now WHERE id = :id", [{"id": key, "now": now} for key in contact_ids]
    )
    if contact_ids:
        unit.changed(Topic.CONTACTS)


def keep_former_address(unit: Unit, contact: Contact, email_key: str, now: datetime) -> None:
    """Remember an address that a contact had before, so that what comes from it is still theirs."""
    unit.run(
        "INSERT INTO contact_addresses (workspace_id, email_key, contact_id, is_former, created_at)"
        " VALUES (:workspace_id, :email_key, :contact_id, :yes, :now) ON CONFLICT DO NOTHING",
        {
            "workspace_id": contact.workspace_id,
            "email_key": email_key,
            "contact_id": contact.id,
            "yes": True,
            "now": now,
        },
    )


def ids_at(unit: Unit, workspace_id: UUID, value: str, *, is_domain: bool) -> list[UUID]:
    """The contacts with a normalised address, or with one in a domain (lower-case A-labels)."""
    if is_domain:
        where, pattern = "email_key LIKE :value ESCAPE '!'", "%@" + value.replace("_", "!_")
    else:
        where, pattern = "email_key = :value", value
    rows = unit.rows(
        f"SELECT id FROM contacts WHERE {_LIVING} AND {where} ORDER BY id",
        {"workspace_id": workspace_id, "value": pattern},
    )
    return [as_uuid(row[0]) for row in rows]


def own_fields(unit: Unit, workspace_id: UUID) -> list[ContactField]:
    """The workspace's own fields of contacts, in their order."""
    rows = unit.rows(
        "SELECT name, label, kind, fallback FROM contact_fields WHERE workspace_id = :workspace_id AND is_custom = :yes"
        " AND retired_at IS NULL ORDER BY sort_order, name",
        {"workspace_id": workspace_id, "yes": True},
    )
    return [ContactField(name, label, FieldKind(kind), fallback or "") for name, label, kind, fallback in rows]


def add_own_fields(unit: Unit, workspace_id: UUID, fields: Iterable[tuple[UUID, ContactField]], now: datetime) -> None:
    """Make fields of contacts, each under its id; those that are there already stay as they are."""
    unit.run_many(
        "INSERT INTO contact_fields (id, workspace_id, name, label, kind, fallback, created_at, updated_at)"
        " VALUES (:id, :workspace_id, :name, :label, :kind, :fallback, :now, :now)"
        " ON CONFLICT (workspace_id, name) DO NOTHING",
        [
            {
                "id": key,
                "workspace_id": workspace_id,
                "name": field.name,
                "label": field.label,
                "kind": field.kind.value,
                "fallback": field.fallback or None,
                "now": now,
            }
            for key, field in fields
        ],
    )
    unit.changed(Topic.SETTINGS)


class _Values:
    """Makes the parameters of many contacts; what they share is converted once, not a thousand times."""

    def __init__(self, unit: Unit, by: UUID | None) -> None:
        self._is_sqlite = unit.dialect is Dialect.SQLITE
        self._listing = unit.listing
        self._keys: dict[int, object] = {}
        self._tags: dict[tuple[str, ...], object] = {}
        self._instants: dict[datetime | None, object] = {None: None}
        self._by = self._key(by)

    def of(self, contact: Contact) -> dict[str, Any]:
        """The parameters of one contact."""
        values: dict[str, Any] = {column: getattr(contact, name) for column, name in _TEXTS}
        values["id"] = contact.id.bytes if self._is_sqlite else contact.id
        values["workspace_id"] = self._key(contact.workspace_id)
        values["email"] = contact.email or None
        values["email_key"] = address_key(contact.email) if contact.email else None
        values["zone"] = contact.zone
        values["tags"] = self._tags.get(contact.tags) or self._tags.setdefault(
            contact.tags, self._listing(contact.tags)
        )
        values["custom"] = json_text(contact.custom) if contact.custom else "{}"
        values["company_id"] = self._key(contact.company_id)
        values["owner_id"] = self._key(contact.owner_id)
        values["source"] = contact.source
        values["import_batch_id"] = self._key(contact.import_batch_id)
        values["created_at"] = self._instant(contact.created_at)
        values["updated_at"] = self._instant(contact.updated_at)
        values["created_by"] = values["updated_by"] = self._by
        return values

    def _key(self, key: UUID | None) -> object:
        if key is None or not self._is_sqlite:
            return key
        raw = self._keys.get(key.int)
        if raw is None:
            raw = self._keys[key.int] = key.bytes
        return raw

    def _instant(self, instant: datetime | None) -> object:
        if not self._is_sqlite:
            return instant
        raw = self._instants.get(instant)
        if raw is None and instant is not None:
            raw = self._instants[instant] = microseconds_of(instant)
        return raw


def _keep_tags(unit: Unit, contacts: Iterable[Contact]) -> None:
    """Remember every tag that was ever given."""
    given = {(contact.workspace_id, tag) for contact in contacts for tag in contact.tags}
    unit.run_many(
        "INSERT INTO tags (workspace_id, name) VALUES (:workspace_id, :name) ON CONFLICT DO NOTHING",
        [{"workspace_id": workspace_id, "name": tag} for workspace_id, tag in sorted(given, key=str)],
    )
