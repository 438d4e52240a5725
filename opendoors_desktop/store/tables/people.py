"""Whom we write to: companies, contacts and their fields, imports of them, and whom we must not write to."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from opendoors_desktop.store.tables.base import Base, index_where, new_key, now, refers_to, unique_where
from opendoors_desktop.store.tables.columns import NO, NO_TAGS, YES, ZERO, Tags
from opendoors_desktop.store.tables.enums import FIELD_KIND, IMPORT_STATE, SUPPRESSION_REASON, SUPPRESSION_SCOPE

_LIVING = sa.text("archived_at IS NULL AND erased_at IS NULL")
_ORDERED_ON_POSTGRES = {
    "last_name": '(left(lower(last_name), 100)) COLLATE "C"',
    "first_name": '(left(lower(first_name), 100)) COLLATE "C"',
    "company_name": '(left(lower(company_name), 100)) COLLATE "C"',
    "email_key": "(coalesce(email_key, '')) COLLATE \"C\"",
    "last_contacted_at": "(coalesce(last_contacted_at, '1970-01-01 00:00:00+00'::timestamptz))",
}
"""What Postgres orders contacts by: no key of an index may be longer than a third of a page, and none is NULL."""


def _in_order(name: str, columns: tuple[str, ...]) -> tuple[sa.Index, sa.Index]:
    """An index of the living contacts in one order, that a list reads a page from and counts by.

    On SQLite it holds the columns of its own condition too, else every row it leads to would be looked at for them.
    """
    expressions = [sa.text(_ORDERED_ON_POSTGRES[column]) for column in columns]
    covered = ("workspace_id", *columns, "id", "archived_at", "erased_at")
    return (
        sa.Index(name, *covered, sqlite_where=_LIVING).ddl_if(dialect="sqlite"),
        sa.Index(name, "workspace_id", *expressions, "id", postgresql_where=_LIVING).ddl_if(dialect="postgresql"),
    )


def _name() -> MappedColumn[Any]:
    """A name by which people are ordered and found, whatever its case."""
    return mapped_column(sa.Text().with_variant(sa.Text(collation="NOCASE"), "sqlite"), server_default="")


class CompanyRow(Base):
    """What contacts of one mail domain share."""

    __tablename__ = "companies"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "domain"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    domain: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.String(255), server_default="")
    custom: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class ContactRow(Base):
    """A person who is written to.

    `email_key` is the normalised address; `time_zone` the zone that was given, `zone` the one told from all that is
    known. What refers to a contact from the journal keeps its key when the contact goes, so past figures stay.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        sa.UniqueConstraint("workspace_id", "email_key"),
        sa.Index("ix_contacts_company", "company_id"),
        *_in_order("ix_contacts_added", ()),
        *_in_order("ix_contacts_name", ("last_name", "first_name")),
        *_in_order("ix_contacts_first_name", ("first_name",)),
        *_in_order("ix_contacts_company_name", ("company_name",)),
        *_in_order("ix_contacts_email", ("email_key",)),
        *_in_order("ix_contacts_last_contacted", ("last_contacted_at",)),
        index_where("ix_contacts_import_batch", "import_batch_id", where="import_batch_id IS NOT NULL"),
        index_where("ix_contacts_archived", "archived_at", where="archived_at IS NOT NULL"),
        index_where("ix_contacts_held_address", "address_changed_at", where="address_changed_at IS NOT NULL"),
    )

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    email: Mapped[str | None] = mapped_column(sa.String(320))
    email_key: Mapped[str | None] = mapped_column(sa.String(320))
    first_name: Mapped[str] = _name()
    last_name: Mapped[str] = _name()
    company_name: Mapped[str] = _name()
    company_id: Mapped[UUID | None] = refers_to("companies.id")
    title: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    linkedin_url: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default="")
    zone: Mapped[str | None] = mapped_column(sa.String(50))
    tags: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    custom: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    owner_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(server_default="")
    import_batch_id: Mapped[UUID | None]
    last_automatic_at: Mapped[datetime | None]
    last_automatic_sequence_id: Mapped[UUID | None]
    last_contacted_at: Mapped[datetime | None]
    last_replied_at: Mapped[datetime | None]
    address_changed_at: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(server_default=NO)
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None]


class ContactAddressRow(Base):
    """Another address a contact writes from or once had; replies from it are theirs."""

    __tablename__ = "contact_addresses"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    email_key: Mapped[str] = mapped_column(sa.String(320), primary_key=True)
    contact_id: Mapped[UUID] = refers_to("contacts.id", on_delete="CASCADE", primary_key=True, index=True)
    is_former: Mapped[bool] = mapped_column(server_default=NO)
    created_at: Mapped[datetime] = now()


class ContactFieldRow(Base):
    """A field of contacts: the workspace's own ones, and the fallback text of any."""

    __tablename__ = "contact_fields"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "name"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    name: Mapped[str] = mapped_column(sa.String(60))
    label: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(FIELD_KIND, server_default="text")
    is_custom: Mapped[bool] = mapped_column(server_default=YES)
    fallback: Mapped[str | None]
    sort_order: Mapped[int] = mapped_column(server_default=ZERO)
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    retired_at: Mapped[datetime | None]


class TagRow(Base):
    """A tag that was ever given, with its colour."""

    __tablename__ = "tags"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    color: Mapped[str | None] = mapped_column(sa.String(7))
    created_at: Mapped[datetime] = now()


class ContactTagRow(Base):
    """A tag that a contact has, in folded case: the index of the tags that stand in the contact itself.

    It refers to no other table: its rows are written with a contact's, whose own keys are looked after.
    """

    __tablename__ = "contact_tags"
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)


class NoteRow(Base):
    """What a person wrote down about a contact."""

    __tablename__ = "notes"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    contact_id: Mapped[UUID] = refers_to("contacts.id", on_delete="CASCADE", index=True)
    body: Mapped[str]
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    retired_at: Mapped[datetime | None]


class SuppressionRow(Base):
    """An address, a domain or the keyed hash of an erased person that must not be written to, until it is lifted."""

    __tablename__ = "suppressions"
    __table_args__ = (
        unique_where("uq_suppressions_active", "workspace_id", "scope", "value", "reason", where="lifted_at IS NULL"),
    )

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    scope: Mapped[str] = mapped_column(SUPPRESSION_SCOPE)
    value: Mapped[str] = mapped_column(sa.String(320))
    reason: Mapped[str] = mapped_column(SUPPRESSION_REASON)
    source: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[str | None]
    contact_id: Mapped[UUID | None]
    outgoing_email_id: Mapped[UUID | None]
    inbound_email_id: Mapped[UUID | None]
    suppressed_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]


class SavedViewRow(Base):
    """A filter with its columns and order under a name; without a user it is the whole workspace's."""

    __tablename__ = "saved_views"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    user_id: Mapped[UUID | None] = refers_to("users.id")
    page: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(255))
    filter: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    columns: Mapped[list[Any]] = mapped_column(server_default="[]")
    sort: Mapped[list[Any]] = mapped_column(server_default="[]")
    sort_order: Mapped[int] = mapped_column(server_default=ZERO)
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class ImportBatchRow(Base):
    """One import: its file, what was asked, how far it came and what it reports."""

    __tablename__ = "import_batches"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    file_name: Mapped[str] = mapped_column(server_default="")
    file_sha256: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(IMPORT_STATE, server_default="running")
    mapping: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    sequence_id: Mapped[UUID | None]
    rows_done: Mapped[int] = mapped_column(server_default=ZERO)
    created: Mapped[int] = mapped_column(server_default=ZERO)
    updated: Mapped[int] = mapped_column(server_default=ZERO)
    unchanged: Mapped[int] = mapped_column(server_default=ZERO)
    skipped: Mapped[int] = mapped_column(server_default=ZERO)
    enrolled: Mapped[int] = mapped_column(server_default=ZERO)
    problem_count: Mapped[int] = mapped_column(server_default=ZERO)
    problems: Mapped[list[Any]] = mapped_column(server_default="[]")
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportChangeRow(Base):
    """What an import changed in a contact that was there before: the values it had, for undoing the import."""

    __tablename__ = "import_changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch_id: Mapped[UUID] = refers_to("import_batches.id", on_delete="CASCADE", primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    before: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
