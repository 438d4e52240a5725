"""Whose room it is: the first customer, workspace and user of a new store, and what a room starts with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.scope import Scope, find_scope
from opendoors_desktop.store.types import json_text
from opendoors_desktop.store.unit import Unit

__all__ = [
    "DEFAULT_OUTCOMES",
    "Founder",
    "Scope",
    "add_member",
    "add_workspace",
    "ensure_workspace",
    "find_role",
    "find_scope",
]


@dataclass(frozen=True, slots=True)
class Founder:
    """Who opens a new store: the person, their workspace and their zone (a zoneinfo key)."""

    user_name: str
    workspace_name: str
    time_zone: str
    email: str | None = None
    email_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A row of the list that a workspace starts with."""

    kind: str
    name: str
    label: str
    key_number: int | None
    effect: str
    detail: tuple[tuple[str, Any], ...] = ()
    is_success: bool = False
    goal_event: str | None = None
    asks_for_date: bool = False


DEFAULT_OUTCOMES: Final = (
    _Outcome("call", "meeting_booked", "Meeting booked", 1, "stop", (("meaning", "interested"),), True, "meetings"),
    _Outcome("call", "call_back", "Call back", 2, "try_again", is_success=True, asks_for_date=True),
    _Outcome("call", "not_now", "Reached, not now", 3, "postpone", is_success=True, asks_for_date=True),
    _Outcome("call", "voicemail", "Left a voicemail", 4, "continue"),
    _Outcome("call", "no_answer", "No answer", 5, "try_again", (("working_days", 1),)),
    _Outcome("call", "not_interested", "Not interested", 6, "stop", (("meaning", "not_interested"),), True),
    _Outcome("call", "wrong_number", "Wrong number", 7, "continue", (("clear", "phone"),)),
    _Outcome("call", "do_not_contact", "Do not contact", 8, "do_not_contact", (), True),
    _Outcome("task", "done", "Done", 1, "continue", is_success=True),
    _Outcome("task", "not_possible", "Not possible", 2, "continue"),
    _Outcome("linkedin", "sent", "Sent", 1, "continue", is_success=True),
    _Outcome("linkedin", "already_connected", "Already connected", 2, "continue", is_success=True),
    _Outcome("linkedin", "not_found", "Not found", 3, "continue"),
)
"""How calls, tasks and LinkedIn steps may end in a new workspace, each with its key and its effect.

Effects: `continue` goes on, `stop` ends the enrollment, `try_again` makes the task again (on a given date, or after
`working_days`), `postpone` holds the sequence until a given date, `do_not_contact` suppresses and ends all.
"""


def ensure_workspace(
    unit: Unit, founder: Founder, now: datetime, new_id: Callable[[], UUID], chance: Callable[[int], bytes]
) -> Scope:
    """The scope of this store, made with its default outcomes and schedule if it is new.

    `chance(n)` gives n unguessable bytes, for the keys of erased persons' hashes and of signed links.
    """
    scope = find_scope(unit)
    if scope is not None:
        return scope
    scope = Scope(customer_id=new_id(), workspace_id=new_id(), user_id=new_id())
    unit.run(
        "INSERT INTO customers (id, name, created_at) VALUES (:id, :name, :now)",
        {"id": scope.customer_id, "name": founder.workspace_name, "now": now},
    )
    unit.run(
        "INSERT INTO users (id, customer_id, email, email_key, name, time_zone, created_at, updated_at)"
        " VALUES (:id, :customer_id, :email, :email_key, :name, :time_zone, :now, :now)",
        {
            "id": scope.user_id,
            "customer_id": scope.customer_id,
            "email": founder.email,
            "email_key": founder.email_key,
            "name": founder.user_name,
            "time_zone": founder.time_zone,
            "now": now,
        },
    )
    add_workspace(
        unit,
        scope,
        name=founder.workspace_name,
        time_zone=founder.time_zone,
        now=now,
        new_id=new_id,
        chance=chance,
    )
    return scope


def add_workspace(
    unit: Unit,
    scope: Scope,
    *,
    name: str,
    time_zone: str,
    now: datetime,
    new_id: Callable[[], UUID],
    chance: Callable[[int], bytes],
) -> None:
    """Make the workspace of a scope whose customer and user are there; the user becomes its owner."""
    unit.run(
        "INSERT INTO workspaces (id, customer_id, name, time_zone, erasure_key, tracking_key, created_at, updated_at)"
        " VALUES (:id, :customer_id, :name, :time_zone, :erasure_key, :tracking_key, :now, :now)",
        {
            "id": scope.workspace_id,
            "customer_id": scope.customer_id,
            "name": name,
            "time_zone": time_zone,
            "erasure_key": chance(32),
            "tracking_key": chance(32),
            "now": now,
        },
    )
    add_member(unit, scope.workspace_id, scope.user_id, "owner", now)
    _add_outcomes(unit, scope.workspace_id, now, new_id)
    unit.run(
        "INSERT INTO schedules (id, workspace_id, name, time_zone, window_start, window_end, is_default, created_at,"
        " updated_at) VALUES (:id, :workspace_id, 'Working hours', :time_zone, '09:00', '17:00', :yes, :now, :now)",
        {"id": new_id(), "workspace_id": scope.workspace_id, "time_zone": time_zone, "yes": True, "now": now},
    )
    unit.changed(Topic.WORKSPACE, Topic.SETTINGS)


def add_member(unit: Unit, workspace_id: UUID, user_id: UUID, role: str, now: datetime) -> None:
    """Give a user a role (owner, admin, member, viewer) in a workspace; one they have there is replaced."""
    unit.run(
        "INSERT INTO memberships (workspace_id, user_id, role, created_at)"
        " VALUES (:workspace_id, :user_id, :role, :now)"
        " ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role",
        {"workspace_id": workspace_id, "user_id": user_id, "role": role, "now": now},
    )


def find_role(unit: Unit, workspace_id: UUID, user_id: UUID) -> str | None:
    """The user's role in the workspace; None where they have none."""
    row = unit.row(
        "SELECT role FROM memberships WHERE workspace_id = :workspace_id AND user_id = :user_id",
        {"workspace_id": workspace_id, "user_id": user_id},
    )
    return None if row is None else str(row[0])


def _add_outcomes(unit: Unit, workspace_id: UUID, now: datetime, new_id: Callable[[], UUID]) -> None:
    unit.run_many(
        "INSERT INTO outcomes (id, workspace_id, kind, name, label, key_number, effect, effect_detail, is_success,"
        " goal_event, asks_for_date, sort_order, created_at, updated_at) VALUES (:id, :workspace_id, :kind, :name,"
        " :label, :key_number, :effect, :effect_detail, :is_success, :goal_event, :asks_for_date, :sort_order, :now,"
        " :now)",
        [
            {
                "id": new_id(),
                "workspace_id": workspace_id,
                "kind": outcome.kind,
                "name": outcome.name,
                "label": outcome.label,
                "key_number": outcome.key_number,
                "effect": outcome.effect,
                "effect_detail": json_text(dict(outcome.detail)),
                "is_success": outcome.is_success,
                "goal_event": outcome.goal_event,
                "asks_for_date": outcome.asks_for_date,
                "sort_order": number,
                "now": now,
            }
            for number, outcome in enumerate(DEFAULT_OUTCOMES)
        ],
    )
