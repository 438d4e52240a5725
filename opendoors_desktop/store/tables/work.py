"""What people do and write with: tasks and calls, their outcomes, templates, snippets and call scripts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from opendoors_desktop.store.tables.base import (
    Base,
    index_where,
    new_key,
    now,
    on_postgres,
    on_sqlite,
    refers_to,
)
from opendoors_desktop.store.tables.columns import NO, NO_TAGS, YES, ZERO, Tags
from opendoors_desktop.store.tables.enums import LINKEDIN_ACTION, TASK_KIND, TASK_STATE


class TaskRow(Base):
    """Something a person is to do; one of a step is unique on (enrollment, step, round)."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.UniqueConstraint("enrollment_id", "step_id", "round"),
        on_sqlite(sa.ForeignKeyConstraint(["enrollment_id"], ["sequence_enrollments.id"])),
        on_postgres(
            sa.ForeignKeyConstraint(
                ["customer_id", "enrollment_id"], ["sequence_enrollments.customer_id", "sequence_enrollments.id"]
            )
        ),
        index_where("ix_tasks_open", "workspace_id", "due_at", "id", where="state = 'open'"),
        sa.Index("ix_tasks_contact", "contact_id"),
        sa.Index("ix_tasks_completed", "workspace_id", "completed_at"),
        sa.Index("ix_tasks_sequence", "sequence_id", "step_id", "state", "outcome_id"),
    )

    id: Mapped[UUID] = new_key()
    customer_id: Mapped[UUID]
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    kind: Mapped[str] = mapped_column(TASK_KIND)
    state: Mapped[str] = mapped_column(TASK_STATE, server_default="open")
    enrollment_id: Mapped[UUID | None]
    sequence_id: Mapped[UUID | None]
    step_id: Mapped[UUID | None]
    round: Mapped[int] = mapped_column(server_default=sa.text("1"))
    contact_id: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None] = refers_to("users.id")
    title: Mapped[str] = mapped_column(server_default="")
    description: Mapped[str] = mapped_column(server_default="")
    linkedin_action: Mapped[str | None] = mapped_column(LINKEDIN_ACTION)
    linkedin_message: Mapped[str | None]
    call_script_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(sa.SmallInteger, server_default=ZERO)
    outcome_id: Mapped[UUID | None] = refers_to("outcomes.id")
    outcome_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[datetime | None]
    duration_seconds: Mapped[int | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]
    effects: Mapped[dict[str, Any] | None]
    inbound_email_id: Mapped[UUID | None]
    outgoing_email_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()


class OutcomeRow(Base):
    """How a call or task may end, the key it has, and what that does to the sequence."""

    __tablename__ = "outcomes"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "kind", "name"),)

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id")
    kind: Mapped[str] = mapped_column(TASK_KIND)
    name: Mapped[str] = mapped_column(sa.String(60))
    label: Mapped[str] = mapped_column(sa.String(255))
    key_number: Mapped[int | None] = mapped_column(sa.SmallInteger)
    effect: Mapped[str] = mapped_column(sa.String(40), server_default="continue")
    effect_detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    is_success: Mapped[bool] = mapped_column(server_default=NO)
    goal_event: Mapped[str | None] = mapped_column(sa.String(20))
    asks_for_date: Mapped[bool] = mapped_column(server_default=NO)
    sort_order: Mapped[int] = mapped_column(server_default=ZERO)
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    retired_at: Mapped[datetime | None]


class TemplateRow(Base):
    """A whole email to start from, shared in the workspace."""

    __tablename__ = "templates"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str] = mapped_column(server_default="")
    body_is_html: Mapped[bool] = mapped_column(server_default=YES)
    tags: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    variables: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]


class SnippetRow(Base):
    """A piece of text that is put into an email by its shortcut."""

    __tablename__ = "snippets"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    shortcut: Mapped[str | None] = mapped_column(sa.String(40))
    body: Mapped[str] = mapped_column(server_default="")
    body_is_html: Mapped[bool] = mapped_column(server_default=YES)
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]


class CallScriptRow(Base):
    """What to say in a call, with variables."""

    __tablename__ = "call_scripts"

    id: Mapped[UUID] = new_key()
    workspace_id: Mapped[UUID] = refers_to("workspaces.id", index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    body: Mapped[str] = mapped_column(server_default="")
    variables: Mapped[tuple[str, ...]] = mapped_column(Tags(), server_default=NO_TAGS)
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = now()
    updated_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]
