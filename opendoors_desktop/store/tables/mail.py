"""What left and what came: the journal of outgoing emails, inbound emails, activities, attachments, links and hits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import (
    POSTGRES_KEY,
    Base,
    index_where,
    new_key,
    now,
    on_postgres,
    on_sqlite,
    refers_to,
    unique_where,
)
from opendoors_desktop.store.tables.columns import NO, ZERO
from opendoors_desktop.store.tables.enums import (
    BOUNCE_KIND,
    HIT_CLASS,
    HIT_KIND,
    INBOUND_BUCKET,
    MEANING,
    OUTGOING_KIND,
    OUTGOING_STATE,
)

OPEN_EMAILS = "state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain')"
"""SQLite uses the index of open emails only for a query that says this condition word for word."""


class OutgoingEmailRow(Base):
    """One message of ours to one person, from the plan to the server's answer; the message itself is in another table.

    It keeps the keys of enrollment, contact, sequence, step, mailbox and company without foreign keys: those may go,
    the figures of the journal stay.
    """

    __tablename__ = "outgoing_emails"
    __table_args__ = (
        sa.UniqueConstraint("message_id"),
        unique_where("uq_outgoing_emails_step_round", "enrollment_id", "step_id", "round", where="kind = 'sequence'"),
        sa.Index("ix_outgoing_emails_mailbox_attempted", "mailbox_id", "first_attempted_at"),
        index_where(
            "ix_outgoing_emails_tried_again",
            "mailbox_id",
            "last_attempted_at",
            where="last_attempted_at <> first_attempted_at",
        ),
        index_where(
            "ix_outgoing_emails_open",
            "state",
            "mailbox_id",
            where=OPEN_EMAILS,
        ),
        index_where("ix_outgoing_emails_by_hand", "contact_id", where="kind <> 'sequence'"),
        index_where("ix_outgoing_emails_server_message", "server_message_id", where="server_message_id IS NOT NULL"),
    )

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(OUTGOING_KIND)
    state: Mapped[str] = mapped_column(OUTGOING_STATE, server_default="planned")
    enrollment_id: Mapped[UUID | None]
    sequence_id: Mapped[UUID | None]
    step_id: Mapped[UUID | None]
    round: Mapped[int] = mapped_column(server_default=sa.text("1"))
    contact_id: Mapped[UUID | None]
    company_id: Mapped[UUID | None]
    mailbox_id: Mapped[UUID]
    variant_id: Mapped[str | None] = mapped_column(sa.String(64))
    is_first: Mapped[bool] = mapped_column(server_default=NO)
    to_address: Mapped[str] = mapped_column(sa.String(320))
    message_id: Mapped[str] = mapped_column(sa.String(255))
    in_reply_to: Mapped[str | None]
    planned_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    fencing: Mapped[int | None] = mapped_column(sa.BigInteger)
    slot_at: Mapped[datetime | None]
    first_attempted_at: Mapped[datetime | None]
    last_attempted_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=ZERO)
    retry_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    smtp_phase: Mapped[str | None] = mapped_column(sa.String(20))
    smtp_code: Mapped[int | None]
    smtp_status: Mapped[str | None] = mapped_column(sa.String(20))
    smtp_text: Mapped[str | None]
    server_message_id: Mapped[str | None]
    failure_kind: Mapped[str | None] = mapped_column(sa.String(40))
    opened_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = now()
    bounce_kind: Mapped[str | None] = mapped_column(BOUNCE_KIND)
    subject: Mapped[str | None]
    user_id: Mapped[UUID | None]
    answers_inbound_id: Mapped[UUID | None]
    pinned_at: Mapped[datetime | None]
    is_urgent: Mapped[bool] = mapped_column(server_default=NO)
    tracks_opens: Mapped[bool] = mapped_column(server_default=NO)
    tracks_clicks: Mapped[bool] = mapped_column(server_default=NO)
    suppression_waived_by: Mapped[UUID | None]
    sent_copy_at: Mapped[datetime | None]
    sent_copy_claimed_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(sa.String(20))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]


class OutgoingMessageRow(Base):
    """The message of an outgoing email as it leaves, kept from the commit before its first attempt."""

    __tablename__ = "outgoing_messages"

    outgoing_id: Mapped[UUID] = refers_to("outgoing_emails.id", on_delete="CASCADE", primary_key=True)
    message: Mapped[bytes]
    sha256: Mapped[bytes]
    dated_at: Mapped[datetime]


class InboundEmailRow(Base):
    """One message that came in, in its bucket and matched to what it answers; `fingerprint` keeps it unique.

    The fingerprint is the hash of Message-ID and content, so a message that is met in two folders, or again after a new
    UIDVALIDITY, is one row.
    """

    __tablename__ = "inbound_emails"
    __table_args__ = (
        sa.UniqueConstraint("mailbox_id", "fingerprint"),
        on_sqlite(sa.ForeignKeyConstraint(["enrollment_id"], ["sequence_enrollments.id"])),
        on_postgres(
            sa.ForeignKeyConstraint(
                ["customer_id", "enrollment_id"], ["sequence_enrollments.customer_id", "sequence_enrollments.id"]
            )
        ),
        sa.Index("ix_inbound_emails_received", "workspace_id", "received_at", "id"),
        sa.Index("ix_inbound_emails_kind", "workspace_id", "kind", "received_at", "id"),
        sa.Index("ix_inbound_emails_mailbox", "mailbox_id", "received_at", "id"),
        sa.Index("ix_inbound_emails_message", "message_id"),
        sa.Index("ix_inbound_emails_contact", "contact_id"),
        sa.Index("ix_inbound_emails_enrollment", "enrollment_id"),
        sa.Index("ix_inbound_emails_outgoing", "outgoing_email_id"),
        index_where(
            "ix_inbound_emails_open",
            "workspace_id",
            "received_at",
            "id",
            "bucket",
            "mailbox_id",
            where="done_at IS NULL",
        ),
    )

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    mailbox_id: Mapped[UUID] = refers_to("email_accounts.id")
    fingerprint: Mapped[bytes]
    folder: Mapped[str] = mapped_column(sa.String(255), server_default="")
    uid_validity: Mapped[int | None] = mapped_column(sa.BigInteger)
    uid: Mapped[int | None] = mapped_column(sa.BigInteger)
    message_id: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    message_references: Mapped[str | None]
    from_address: Mapped[str] = mapped_column(server_default="")
    from_key: Mapped[str] = mapped_column(server_default="")
    from_name: Mapped[str] = mapped_column(server_default="")
    to_addresses: Mapped[str] = mapped_column(server_default="")
    subject: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = now()
    bucket: Mapped[str] = mapped_column(INBOUND_BUCKET)
    kind: Mapped[str] = mapped_column(sa.String(40), server_default="")
    subtype: Mapped[str | None] = mapped_column(sa.String(40))
    bounce_kind: Mapped[str | None] = mapped_column(BOUNCE_KIND)
    bounced_address: Mapped[str | None] = mapped_column(sa.String(320))
    smtp_status: Mapped[str | None] = mapped_column(sa.String(20))
    diagnostic: Mapped[str | None]
    matched_by: Mapped[str | None] = mapped_column(sa.String(40))
    is_probable: Mapped[bool] = mapped_column(server_default=NO)
    contact_id: Mapped[UUID | None]
    enrollment_id: Mapped[UUID | None]
    sequence_id: Mapped[UUID | None]
    step_id: Mapped[UUID | None]
    outgoing_email_id: Mapped[UUID | None]
    meaning: Mapped[str | None] = mapped_column(MEANING)
    meaning_on: Mapped[date | None]
    meaning_set_by: Mapped[UUID | None]
    evidence: Mapped[list[Any]] = mapped_column(server_default="[]")
    effects: Mapped[list[Any]] = mapped_column(server_default="[]")
    visible_text: Mapped[str] = mapped_column(server_default="")
    return_on: Mapped[date | None]
    needs_review: Mapped[bool] = mapped_column(server_default=NO)
    read_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()


class InboundMessageRow(Base):
    """The bytes of an inbound email as they came; `is_cut` where it was too long to be kept whole."""

    __tablename__ = "inbound_messages"

    inbound_id: Mapped[UUID] = refers_to("inbound_emails.id", on_delete="CASCADE", primary_key=True)
    message: Mapped[bytes]
    is_cut: Mapped[bool] = mapped_column(server_default=NO)


class EmailActivityRow(Base):
    """One thing that happened; append-only, and nothing refers to it."""

    __tablename__ = "email_activities"
    __table_args__ = (
        sa.Index("ix_email_activities_contact", "contact_id", "occurred_at"),
        sa.Index("ix_email_activities_sequence", "sequence_id", "occurred_at", "kind"),
        {"postgresql_partition_by": "RANGE (occurred_at)", "info": {POSTGRES_KEY: ("occurred_at", "id")}},
    )

    id: Mapped[UUID] = new_key()
    occurred_at: Mapped[datetime] = now()
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(40))
    enrollment_id: Mapped[UUID | None]
    sequence_id: Mapped[UUID | None]
    step_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    mailbox_id: Mapped[UUID | None]
    outgoing_email_id: Mapped[UUID | None]
    variant_id: Mapped[str | None] = mapped_column(sa.String(64))
    user_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any] | None]


class AttachmentRow(Base):
    """A file that belongs to one step, template, task, outgoing or inbound email (`owner_kind`, `owner_id`)."""

    __tablename__ = "attachments"
    __table_args__ = (sa.Index("ix_attachments_owner", "owner_id"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    owner_kind: Mapped[str] = mapped_column(sa.String(20))
    owner_id: Mapped[UUID]
    file_name: Mapped[str]
    media_type: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int]
    sha256: Mapped[bytes]
    content_id: Mapped[str | None]
    content: Mapped[bytes]
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]


class LinkRow(Base):
    """An address that an outgoing email really contained, byte for byte; its number stands in the signed link."""

    __tablename__ = "links"
    __table_args__ = ({"sqlite_with_rowid": False},)

    outgoing_email_id: Mapped[UUID] = refers_to("outgoing_emails.id", on_delete="CASCADE", primary_key=True)
    number: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    workspace_id: Mapped[UUID]
    target: Mapped[str]
    is_opt_out: Mapped[bool] = mapped_column(server_default=NO)


class HitRow(Base):
    """One request for an open pixel or a link, raw, with its class; only those of humans enter the rates."""

    __tablename__ = "hits"
    __table_args__ = (sa.Index("ix_hits_outgoing_email", "outgoing_email_id", "occurred_at"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID]
    outgoing_email_id: Mapped[UUID] = refers_to("outgoing_emails.id", on_delete="CASCADE")
    link_number: Mapped[int | None] = mapped_column(sa.SmallInteger)
    kind: Mapped[str] = mapped_column(HIT_KIND)
    hit_class: Mapped[str] = mapped_column(HIT_CLASS)
    class_reason: Mapped[str | None] = mapped_column(sa.String(60))
    occurred_at: Mapped[datetime] = now()
    address: Mapped[str | None] = mapped_column(sa.String(64))
    user_agent: Mapped[str | None]
    method: Mapped[str] = mapped_column(sa.String(10), server_default="GET")
