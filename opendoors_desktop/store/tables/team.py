"""Who works here: customers, workspaces, users, their roles and settings, and the machines that open the store."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import Base, new_key, now, refers_to
from opendoors_desktop.store.tables.columns import NO, YES, ZERO
from opendoors_desktop.store.tables.enums import ROLE


class CustomerRow(Base):
    """A tenant."""

    __tablename__ = "customers"

    id: Mapped[UUID] = new_key()
    name: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = now()


class WorkspaceRow(Base):
    """A team's room; `emergency_stop_at` stops every sender, `erasure_key` keys the hashes of erased persons."""

    __tablename__ = "workspaces"

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID] = refers_to("customers.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default="UTC")
    emergency_stop_at: Mapped[datetime | None]
    emergency_stop_by: Mapped[UUID | None]
    postal_address: Mapped[str] = mapped_column(server_default="")
    opt_out_line: Mapped[str] = mapped_column(server_default="")
    opt_out_line_is_on: Mapped[bool] = mapped_column(server_default=YES)
    public_url: Mapped[str | None]
    erasure_key: Mapped[bytes]
    tracking_key: Mapped[bytes]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class UserRow(Base):
    """A person who works with the program; `database_role` is the Postgres role a teammate signs in with."""

    __tablename__ = "users"
    __table_args__ = (sa.UniqueConstraint("customer_id", "email_key"), sa.UniqueConstraint("database_role"))

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID] = refers_to("customers.id")
    email: Mapped[str | None] = mapped_column(sa.String(320))
    email_key: Mapped[str | None] = mapped_column(sa.String(320))
    name: Mapped[str] = mapped_column(sa.String(255))
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default="UTC")
    database_role: Mapped[str | None] = mapped_column(sa.String(63))
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    retired_at: Mapped[datetime | None]


class MembershipRow(Base):
    """A user's role in a workspace."""

    __tablename__ = "memberships"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    user_id: Mapped[UUID] = refers_to("users.id", primary_key=True, index=True)
    role: Mapped[str] = mapped_column(ROLE)
    invited_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()


class SettingRow(Base):
    """One setting of a workspace, or of one user in it; `owner_id` is the workspace's or the user's key."""

    __tablename__ = "settings"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    value: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]


class MachineRow(Base):
    """A computer that opened the store: whether sending is on there, and when it was last heard of."""

    __tablename__ = "machines"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    machine_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255), server_default="")
    sending_is_on: Mapped[bool] = mapped_column(server_default=NO)
    sending_changed_at: Mapped[datetime | None]
    sending_changed_by: Mapped[UUID | None]
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()


class StoreIdentityRow(Base):
    """The one row that tells this store from a copy of it: where it lives and how many emails were begun in it."""

    __tablename__ = "store_identity"
    __table_args__ = (sa.CheckConstraint("single_row = 1", name="single_row"),)

    single_row: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False, server_default="1")
    id: Mapped[UUID]
    machine_id: Mapped[str] = mapped_column(sa.String(64))
    sending_counter: Mapped[int] = mapped_column(sa.BigInteger, server_default=ZERO)
    doubted_at: Mapped[datetime | None]
    doubt: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = now()


class ChangeRow(Base):
    """A number per topic that rises with every commit that changed something of it."""

    __tablename__ = "changes"

    topic: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, server_default=ZERO)
