"""What is sent from and read: mailboxes, their folders, and who sends for each right now."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import Base, new_key, now, refers_to, unique_where
from opendoors_desktop.store.tables.columns import NO, NO_TAGS, YES, ZERO, Tags
from opendoors_desktop.store.tables.enums import MAIL_SECURITY, MAILBOX_STATUS


class EmailAccountRow(Base):
    """A mailbox; its password or token lies in the keyring under `secret_name`, never here."""

    __tablename__ = "email_accounts"
    __table_args__ = (
        unique_where("uq_email_accounts_address", "workspace_id", "address_key", where="retired_at IS NULL"),
    )

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID] = refers_to("customers.id")
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    user_id: Mapped[UUID] = refers_to("users.id")
    address: Mapped[str] = mapped_column(sa.String(320))
    address_key: Mapped[str] = mapped_column(sa.String(320))
    from_name: Mapped[str] = mapped_column(server_default="")
    reply_to: Mapped[str | None] = mapped_column(sa.String(320))
    signature_html: Mapped[str] = mapped_column(server_default="")
    signature_text: Mapped[str] = mapped_column(server_default="")
    color: Mapped[str | None] = mapped_column(sa.String(7))
    provider: Mapped[str | None] = mapped_column(sa.String(40))
    auth_method: Mapped[str] = mapped_column(sa.String(20), server_default="password")
    oauth_provider: Mapped[str | None] = mapped_column(sa.String(40))
    secret_name: Mapped[str | None] = mapped_column(sa.String(255))
    smtp_host: Mapped[str] = mapped_column(sa.String(255))
    smtp_port: Mapped[int]
    smtp_security: Mapped[str] = mapped_column(MAIL_SECURITY, server_default="starttls")
    smtp_username: Mapped[str | None] = mapped_column(sa.String(320))
    imap_host: Mapped[str | None] = mapped_column(sa.String(255))
    imap_port: Mapped[int | None]
    imap_security: Mapped[str | None] = mapped_column(MAIL_SECURITY)
    imap_username: Mapped[str | None] = mapped_column(sa.String(320))
    imap_sent_folder: Mapped[str | None] = mapped_column(sa.String(255))
    keeps_sent_copies: Mapped[bool] = mapped_column(server_default=YES)
    sends_while_imap_is_away: Mapped[bool] = mapped_column(server_default=NO)
    daily_cap: Mapped[int | None]
    hourly_cap: Mapped[int | None]
    gap_seconds: Mapped[int] = mapped_column(server_default=ZERO)
    company_daily_cap: Mapped[int | None]
    ramp_starts_on: Mapped[date | None]
    ramp_first_cap: Mapped[int | None]
    ramp_step_per_day: Mapped[int | None]
    zone: Mapped[str] = mapped_column(sa.String(50), server_default="UTC")
    days_off: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    status: Mapped[str] = mapped_column(MAILBOX_STATUS, server_default="active")
    status_reason: Mapped[str | None] = mapped_column(sa.String(40))
    status_detail: Mapped[str | None]
    status_since: Mapped[datetime | None]
    connections: Mapped[int] = mapped_column(server_default=sa.text("2"))
    held_until: Mapped[datetime | None]
    held_attempts: Mapped[int] = mapped_column(server_default=ZERO)
    policy_streak: Mapped[int] = mapped_column(server_default=ZERO)
    last_slot_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    last_read_at: Mapped[datetime | None]
    reading_error: Mapped[str | None]
    reading_error_since: Mapped[datetime | None]
    checks: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]


class MailboxFolderRow(Base):
    """How far a folder of a mailbox was read; a changed UIDVALIDITY starts it anew."""

    __tablename__ = "mailbox_folders"

    mailbox_id: Mapped[UUID] = refers_to("email_accounts.id", on_delete="CASCADE", primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    role: Mapped[str | None] = mapped_column(sa.String(20))
    is_watched: Mapped[bool] = mapped_column(server_default=YES)
    uid_validity: Mapped[int | None] = mapped_column(sa.BigInteger)
    last_uid: Mapped[int] = mapped_column(sa.BigInteger, server_default=ZERO)
    highest_modseq: Mapped[int | None] = mapped_column(sa.BigInteger)
    answered_at: Mapped[datetime | None]
    error: Mapped[str | None]
    updated_at: Mapped[datetime] = now()


class MailboxLeaseRow(Base):
    """Which scheduler owns a mailbox, until when by the store's clock; `fencing` grows with every change of hands."""

    __tablename__ = "mailbox_leases"

    mailbox_id: Mapped[UUID] = refers_to("email_accounts.id", on_delete="CASCADE", primary_key=True)
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    holder_id: Mapped[UUID]
    host: Mapped[str] = mapped_column(sa.String(255))
    pid: Mapped[int]
    fencing: Mapped[int] = mapped_column(sa.BigInteger)
    taken_at: Mapped[datetime]
    expires_at: Mapped[datetime]
