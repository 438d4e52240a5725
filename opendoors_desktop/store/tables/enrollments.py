"""Who is where: enrollments, the queue of those that wait for an instant, and the counts that pace them."""

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
)
from opendoors_desktop.store.tables.columns import NO, YES, ZERO
from opendoors_desktop.store.tables.enums import (
    COMPLETION_REASON,
    ENROLLMENT_SOURCE,
    ENROLLMENT_STATUS,
    MEANING,
    PACE_KIND,
)

_ENGAGED = sa.text("is_exclusive AND status IN ('active', 'paused')")


class SequenceEnrollmentRow(Base):
    """A contact in a sequence, once; a new round reuses the row. Its `total_*` count events.

    `is_exclusive` says that the sequence doesn't share its contacts (it is copied from `allows_other_sequences` when a
    contact is enrolled and when that setting changes). Two exclusive enrollments of one contact can't be active or
    paused at once: the unique index `uq_sequence_enrollments_engaged` refuses the second, whoever writes it.
    A row that waits for an instant has `wake_mailbox_id`, `wake_lane` and `wake_at`: its key in the queue. `not_before`
    puts off its current step (an edit, a retry), `shifted_seconds` is the length of the pauses since the last step.
    """

    __tablename__ = "sequence_enrollments"
    __table_args__ = (
        on_sqlite(sa.UniqueConstraint("sequence_id", "contact_id")),
        on_postgres(sa.UniqueConstraint("customer_id", "sequence_id", "contact_id")),
        sa.Index("idx_enrollments_sequence_status", "sequence_id", "status"),
        sa.Index("idx_enrollments_contact", "contact_id"),
        sa.Index(
            "idx_enrollments_next_scheduled",
            "next_step_scheduled_at",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        ),
        sa.Index("uq_sequence_enrollments_engaged", "contact_id", unique=True, sqlite_where=_ENGAGED).ddl_if(
            dialect="sqlite"
        ),
        sa.Index(
            "uq_sequence_enrollments_engaged", "customer_id", "contact_id", unique=True, postgresql_where=_ENGAGED
        ).ddl_if(dialect="postgresql"),
        index_where(
            "ix_sequence_enrollments_next",
            "sequence_id",
            "next_step_scheduled_at",
            "contact_id",
            "current_step_id",
            "status",
            where="status = 'active'",
        ),
        index_where(
            "ix_sequence_enrollments_over",
            "sequence_id",
            "status",
            "contact_id",
            "completion_reason",
            where="status <> 'active'",
        ),
        index_where("ix_sequence_enrollments_held", "sequence_id", "contact_id", where="hold_reason IS NOT NULL"),
        index_where("ix_sequence_enrollments_replied", "sequence_id", "reply_meaning", where="replied_at IS NOT NULL"),
        index_where("ix_sequence_enrollments_goal", "sequence_id", where="goal_achieved_at IS NOT NULL"),
        {"postgresql_partition_by": "LIST (customer_id)", "info": {POSTGRES_KEY: ("customer_id", "id")}},
    )

    id: Mapped[UUID] = new_key()
    sequence_id: Mapped[UUID] = refers_to("sequences.id")
    contact_id: Mapped[UUID] = refers_to("contacts.id")
    enrolled_at: Mapped[datetime | None] = now(is_required=False)
    enrolled_by: Mapped[UUID | None] = refers_to("users.id")
    enrollment_source: Mapped[str | None] = mapped_column(ENROLLMENT_SOURCE, server_default="manual")
    current_step_id: Mapped[UUID | None] = refers_to("sequence_steps.id")
    status: Mapped[str | None] = mapped_column(ENROLLMENT_STATUS, server_default="active")
    last_step_completed_at: Mapped[datetime | None]
    next_step_scheduled_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completion_reason: Mapped[str | None] = mapped_column(COMPLETION_REASON)
    total_emails_sent: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_opens: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_clicks: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_replies: Mapped[int | None] = mapped_column(server_default=ZERO)
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(server_default=sa.text("1"))
    started_at: Mapped[datetime | None]
    mailbox_id: Mapped[UUID | None]
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default="UTC")
    records: Mapped[list[Any]] = mapped_column(server_default="[]")
    hold_reason: Mapped[str | None] = mapped_column(sa.String(40))
    hold_detail: Mapped[str | None]
    waiting_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    thread_references: Mapped[str | None]
    thread_subject: Mapped[str | None]
    last_email_at: Mapped[datetime | None]
    thread_mailbox_id: Mapped[UUID | None]
    not_before: Mapped[datetime | None]
    shifted_seconds: Mapped[float] = mapped_column(sa.Float, server_default=ZERO)
    wake_mailbox_id: Mapped[UUID | None]
    wake_lane: Mapped[int | None] = mapped_column(sa.SmallInteger)
    wake_at: Mapped[datetime | None]
    start_step_id: Mapped[UUID | None]
    is_hidden: Mapped[bool] = mapped_column(server_default=NO)
    is_exclusive: Mapped[bool] = mapped_column(server_default=YES)
    reply_meaning: Mapped[str | None] = mapped_column(MEANING)
    replied_at: Mapped[datetime | None]
    reply_waived_at: Mapped[datetime | None]
    goal_achieved_at: Mapped[datetime | None]


class ClaimQueueRow(Base):
    """An enrollment that waits for an instant, in the order of its claim; it needs no index but its key."""

    __tablename__ = "claim_queue"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mailbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence_id: Mapped[UUID] = mapped_column(primary_key=True)
    lane: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    wake_at: Mapped[datetime] = mapped_column(primary_key=True)
    enrollment_id: Mapped[UUID] = mapped_column(primary_key=True)


class PaceCountRow(Base):
    """How many emails were first attempted on a day: of a sequence, of its new contacts, to a company, by a mailbox."""

    __tablename__ = "pace_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[str] = mapped_column(PACE_KIND, primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(server_default=ZERO)
