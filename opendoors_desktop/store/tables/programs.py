"""What other programs are given, and the book of what was done: tokens, replayed answers, webhooks, audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import Base, index_where, new_key, now, refers_to
from opendoors_desktop.store.tables.columns import NO_TAGS, YES, ZERO, Tags
from opendoors_desktop.store.tables.enums import DELIVERY_STATE


class ApiTokenRow(Base):
    """A key to the REST API; only its hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (sa.UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    user_id: Mapped[UUID] = refers_to("users.id")
    name: Mapped[str] = mapped_column(sa.String(255))
    prefix: Mapped[str] = mapped_column(sa.String(16))
    token_hash: Mapped[bytes]
    scopes: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    created_at: Mapped[datetime] = now()
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKeyRow(Base):
    """The answer given to a request, for the same request sent again."""

    __tablename__ = "idempotency_keys"

    workspace_id: Mapped[UUID] = refers_to("workspaces.id", primary_key=True)
    token_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    method: Mapped[str] = mapped_column(sa.String(10))
    path: Mapped[str]
    request_sha256: Mapped[bytes]
    status: Mapped[int | None]
    response: Mapped[bytes | None]
    created_at: Mapped[datetime] = now()
    expires_at: Mapped[datetime] = mapped_column(index=True)


class WebhookRow(Base):
    """An address that is told of events; its signing secret lies in the keyring under `secret_name`."""

    __tablename__ = "webhooks"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    url: Mapped[str]
    events: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    secret_name: Mapped[str | None] = mapped_column(sa.String(255))
    is_active: Mapped[bool] = mapped_column(server_default=YES)
    failures: Mapped[int] = mapped_column(server_default=ZERO)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    retired_at: Mapped[datetime | None]


class WebhookDeliveryRow(Base):
    """One event on its way to a webhook."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (index_where("ix_webhook_deliveries_waiting", "next_attempt_at", where="state = 'waiting'"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    webhook_id: Mapped[UUID] = refers_to("webhooks.id", on_delete="CASCADE", index=True)
    event: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(DELIVERY_STATE, server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default=ZERO)
    next_attempt_at: Mapped[datetime | None]
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    delivered_at: Mapped[datetime | None]


class AuditLogRow(Base):
    """Who did what to which record, and by which door; append-only."""

    __tablename__ = "audit_log"
    __table_args__ = (
        sa.Index("ix_audit_log_workspace_occurred", "workspace_id", "occurred_at"),
        sa.Index("ix_audit_log_object", "object_id", "occurred_at"),
    )

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    occurred_at: Mapped[datetime] = now()
    user_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(sa.String(20))
    action: Mapped[str] = mapped_column(sa.String(60))
    object_kind: Mapped[str | None] = mapped_column(sa.String(40))
    object_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any] | None]
