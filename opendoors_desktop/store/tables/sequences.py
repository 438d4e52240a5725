"""What is sent: folders, sequences, their steps, versions and mailbox shares, and when people may be written to."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import Base, new_key, now, refers_to, seven_days
from opendoors_desktop.store.tables.columns import NO, NO_TAGS, WORKING_DAYS, YES, ZERO, Tags, Weekdays
from opendoors_desktop.store.tables.enums import (
    BRANCH,
    CONDITION_OPERATOR,
    GOAL_TYPE,
    LINKEDIN_ACTION,
    SEQUENCE_STATUS,
    STEP_TYPE,
)


class SequenceFolderRow(Base):
    """A folder of sequences."""

    __tablename__ = "sequence_folders"

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID] = refers_to("customers.id")
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str | None]
    color: Mapped[str | None] = mapped_column(sa.String(7))
    parent_folder_id: Mapped[UUID | None] = refers_to("sequence_folders.id")
    sort_order: Mapped[int | None] = mapped_column(server_default=ZERO)
    created_at: Mapped[datetime | None] = now(is_required=False)
    created_by: Mapped[UUID] = refers_to("users.id")
    updated_at: Mapped[datetime | None] = now(is_required=False)


class SequenceRow(Base):
    """A sequence; `total_*` count contacts. Status, versions and totals change in the commit of what moves them."""

    __tablename__ = "sequences"
    __table_args__ = (
        sa.Index("idx_sequences_customer_workspace", "customer_id", "workspace_id"),
        sa.Index("idx_sequences_status_updated", "status", "updated_at"),
        *seven_days("sending_days"),
    )

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID] = refers_to("customers.id")
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    name: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str | None]
    status: Mapped[str | None] = mapped_column(SEQUENCE_STATUS, server_default="draft")
    owner_id: Mapped[UUID] = refers_to("users.id")
    folder_id: Mapped[UUID | None] = refers_to("sequence_folders.id")
    tags: Mapped[tuple[str, ...] | None] = mapped_column(Tags())
    goal_type: Mapped[str | None] = mapped_column(GOAL_TYPE)
    goal_target: Mapped[int | None]
    goal_deadline: Mapped[date | None]
    default_email_account_id: Mapped[UUID | None] = refers_to("email_accounts.id")
    sending_timezone: Mapped[str | None] = mapped_column(sa.String(50), server_default="UTC")
    sending_window_start: Mapped[time | None]
    sending_window_end: Mapped[time | None]
    sending_days: Mapped[tuple[bool, ...] | None] = mapped_column(Weekdays(), server_default=WORKING_DAYS)
    max_emails_per_day: Mapped[int | None] = mapped_column(server_default=sa.text("100"))
    throttle_delay_minutes: Mapped[int | None] = mapped_column(server_default=sa.text("60"))
    stop_on_reply: Mapped[bool | None] = mapped_column(server_default=YES)
    stop_on_bounce: Mapped[bool | None] = mapped_column(server_default=YES)
    stop_on_unsubscribe: Mapped[bool | None] = mapped_column(server_default=YES)
    created_at: Mapped[datetime | None] = now(is_required=False)
    updated_at: Mapped[datetime | None] = now(is_required=False)
    created_by: Mapped[UUID] = refers_to("users.id")
    updated_by: Mapped[UUID | None] = refers_to("users.id")
    total_enrolled: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_sent: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_delivered: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_opened: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_clicked: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_replied: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_bounced: Mapped[int | None] = mapped_column(server_default=ZERO)
    total_unsubscribed: Mapped[int | None] = mapped_column(server_default=ZERO)
    uses_contact_zone: Mapped[bool] = mapped_column(server_default=NO)
    delays_in_working_days: Mapped[bool] = mapped_column(server_default=NO)
    holiday_country: Mapped[str | None] = mapped_column(sa.String(2))
    holiday_subdivision: Mapped[str | None] = mapped_column(sa.String(10))
    max_new_contacts_per_day: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    stop_company_on_reply: Mapped[bool] = mapped_column(server_default=NO)
    out_of_office_days: Mapped[int | None]
    allows_new_rounds: Mapped[bool] = mapped_column(server_default=NO)
    allows_other_sequences: Mapped[bool] = mapped_column(server_default=NO)
    tracks_opens: Mapped[bool] = mapped_column(server_default=NO)
    tracks_clicks: Mapped[bool] = mapped_column(server_default=NO)
    goal_name: Mapped[str | None] = mapped_column(sa.String(255))
    version: Mapped[int] = mapped_column(server_default=sa.text("1"))
    activated_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    editing_by: Mapped[UUID | None]
    editing_since: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(server_default=NO)


class SequenceStepRow(Base):
    """A step; lanes of a conditional step carry its key as `parent_step_id`. A retired step keeps its figures."""

    __tablename__ = "sequence_steps"
    __table_args__ = (
        sa.Index("idx_sequence_steps_sequence_order", "sequence_id", "step_order"),
        sa.CheckConstraint("(parent_step_id IS NULL) = (branch IS NULL)", name="lane"),
    )

    id: Mapped[UUID] = new_key()
    sequence_id: Mapped[UUID] = refers_to("sequences.id", on_delete="CASCADE")
    step_order: Mapped[int]
    step_type: Mapped[str] = mapped_column(STEP_TYPE)
    delay_days: Mapped[int | None] = mapped_column(server_default=ZERO)
    delay_hours: Mapped[int | None] = mapped_column(server_default=ZERO)
    delay_minutes: Mapped[int | None] = mapped_column(server_default=ZERO)
    subject_template: Mapped[str | None]
    body_template: Mapped[str | None]
    email_account_id: Mapped[UUID | None] = refers_to("email_accounts.id")
    ab_test_enabled: Mapped[bool | None] = mapped_column(server_default=NO)
    ab_test_variants: Mapped[dict[str, Any] | None]
    conditions: Mapped[dict[str, Any] | None]
    condition_operator: Mapped[str | None] = mapped_column(CONDITION_OPERATOR, server_default="AND")
    task_title: Mapped[str | None]
    task_description: Mapped[str | None]
    task_assignee_id: Mapped[UUID | None] = refers_to("users.id")
    task_due_days: Mapped[int | None]
    linkedin_action: Mapped[str | None] = mapped_column(LINKEDIN_ACTION)
    linkedin_message: Mapped[str | None]
    created_at: Mapped[datetime | None] = now(is_required=False)
    updated_at: Mapped[datetime | None] = now(is_required=False)
    times_executed: Mapped[int | None] = mapped_column(server_default=ZERO)
    success_rate: Mapped[float | None] = mapped_column(sa.Numeric(5, 2, asdecimal=False))
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    parent_step_id: Mapped[UUID | None] = refers_to("sequence_steps.id", on_delete="CASCADE", index=True)
    branch: Mapped[str | None] = mapped_column(BRANCH)
    finish_yes: Mapped[bool] = mapped_column(server_default=NO)
    finish_no: Mapped[bool] = mapped_column(server_default=NO)
    wait_until_true: Mapped[bool] = mapped_column(server_default=NO)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    body_is_html: Mapped[bool] = mapped_column(server_default=YES)
    is_manual: Mapped[bool] = mapped_column(server_default=NO)
    waits_for_task: Mapped[bool] = mapped_column(server_default=YES)
    call_script_id: Mapped[UUID | None] = refers_to("call_scripts.id")
    template_id: Mapped[UUID | None] = refers_to("templates.id")
    ab_test_winner_id: Mapped[str | None] = mapped_column(sa.String(64))
    ab_test_winner_at: Mapped[datetime | None]
    ab_test_promotes_winner: Mapped[bool] = mapped_column(server_default=NO)
    variables: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    times_succeeded: Mapped[int] = mapped_column(server_default=ZERO)
    is_enabled: Mapped[bool] = mapped_column(server_default=YES)
    retired_at: Mapped[datetime | None]


class StepTotalRow(Base):
    """What came of a step, or of one variant of it (no A/B test: the empty variant), in contacts and emails."""

    __tablename__ = "step_totals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    step_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True, server_default="")
    sequence_id: Mapped[UUID]
    sent: Mapped[int] = mapped_column(server_default=ZERO)
    delivered: Mapped[int] = mapped_column(server_default=ZERO)
    opened: Mapped[int] = mapped_column(server_default=ZERO)
    clicked: Mapped[int] = mapped_column(server_default=ZERO)
    replied: Mapped[int] = mapped_column(server_default=ZERO)
    positive: Mapped[int] = mapped_column(server_default=ZERO)
    bounced: Mapped[int] = mapped_column(server_default=ZERO)
    unsubscribed: Mapped[int] = mapped_column(server_default=ZERO)


class SequenceVersionRow(Base):
    """A sequence as it was saved, in the form of its JSON file."""

    __tablename__ = "sequence_versions"
    __table_args__ = (sa.UniqueConstraint("sequence_id", "number"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    sequence_id: Mapped[UUID] = refers_to("sequences.id", on_delete="CASCADE")
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    summary: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]


class SequenceMailboxRow(Base):
    """A mailbox's share of the contacts of a sequence."""

    __tablename__ = "sequence_mailboxes"

    sequence_id: Mapped[UUID] = refers_to("sequences.id", on_delete="CASCADE", primary_key=True)
    mailbox_id: Mapped[UUID] = refers_to("email_accounts.id", primary_key=True, index=True)
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    share: Mapped[int] = mapped_column(server_default=sa.text("1"))


class ScheduleRow(Base):
    """A named sending window that sequences can be given."""

    __tablename__ = "schedules"
    __table_args__ = seven_days("days")

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    time_zone: Mapped[str] = mapped_column(sa.String(50), server_default="UTC")
    days: Mapped[tuple[bool, ...]] = mapped_column(Weekdays(), server_default=WORKING_DAYS)
    window_start: Mapped[time | None]
    window_end: Mapped[time | None]
    holiday_country: Mapped[str | None] = mapped_column(sa.String(2))
    holiday_subdivision: Mapped[str | None] = mapped_column(sa.String(10))
    is_default: Mapped[bool] = mapped_column(server_default=NO)
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class HolidayRow(Base):
    """A day off a workspace added to, or (`is_working`) took from, the holidays of a country; no country: of all."""

    __tablename__ = "holidays"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "country", "day"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    country: Mapped[str] = mapped_column(sa.String(2), server_default="")
    day: Mapped[date]
    name: Mapped[str] = mapped_column(sa.String(255), server_default="")
    is_working: Mapped[bool] = mapped_column(server_default=NO)
    created_at: Mapped[datetime] = now()
