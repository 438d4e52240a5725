"""Mailboxes: how each is reached, what it may send, and whether it does; passwords are never in the store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.store.mailbox_rows import SETTINGS, STATE, Mailbox, as_mailbox, secret_name, values_of
from opendoors_desktop.store.types import as_json, json_text, maybe_instant
from opendoors_desktop.store.unit import Unit

__all__ = [
    "Mailbox",
    "add_mailbox",
    "find_mailbox",
    "get_mailbox",
    "hold",
    "keep_checks",
    "list_mailboxes",
    "no_such_mailbox",
    "read_checks",
    "retire_mailbox",
    "secret_name",
    "set_policy_streak",
    "set_state",
    "update_mailbox",
]

_SELECT: Final = f"SELECT {', '.join((*STATE, *SETTINGS))} FROM email_accounts"


def get_mailbox(unit: Unit, workspace_id: UUID, mailbox_id: UUID) -> Mailbox:
    """A mailbox, a removed one too; raises NotFound."""
    key = {"workspace_id": workspace_id, "id": mailbox_id}
    row = unit.row(f"{_SELECT} WHERE workspace_id = :workspace_id AND id = :id", key)
    if row is None:
        raise no_such_mailbox(str(mailbox_id))
    return as_mailbox(row)


def find_mailbox(unit: Unit, workspace_id: UUID, address_or_id: str) -> Mailbox | None:
    """The mailbox of that address, in whatever spelling, or id; removed ones are found by id only."""
    row = unit.row(
        f"{_SELECT} WHERE workspace_id = :workspace_id AND address_key = :key AND retired_at IS NULL",
        {"workspace_id": workspace_id, "key": address_key(address_or_id)},
    )
    if row is None:
        try:
            key = UUID(address_or_id)
        except ValueError:
            return None
        row = unit.row(
            f"{_SELECT} WHERE workspace_id = :workspace_id AND id = :id", {"workspace_id": workspace_id, "id": key}
        )
    return None if row is None else as_mailbox(row)


def list_mailboxes(unit: Unit, workspace_id: UUID, *, with_retired: bool = False) -> list[Mailbox]:
    """The mailboxes of a workspace by address; those that were removed only when asked for."""
    where = "" if with_retired else " AND retired_at IS NULL"
    rows = unit.rows(
        f"{_SELECT} WHERE workspace_id = :workspace_id{where} ORDER BY address_key, id", {"workspace_id": workspace_id}
    )
    return [as_mailbox(row) for row in rows]


def add_mailbox(unit: Unit, mailbox: Mailbox, *, by: UUID, now: datetime) -> None:
    """Put a new mailbox into the store; raises InputError where the workspace has one of that address."""
    if find_mailbox(unit, mailbox.workspace_id, mailbox.address) is not None:
        raise InputError(
            f"There is a mailbox {mailbox.address} already.",
            "Change that one, or remove it first.",
            where=mailbox.address,
            code="mailbox_exists",
        )
    values = values_of(unit, mailbox) | {
        "id": mailbox.id,
        "customer_id": mailbox.customer_id,
        "workspace_id": mailbox.workspace_id,
        "user_id": mailbox.user_id,
        "secret_name": mailbox.secret_name,
        "status": mailbox.status.value,
        "status_reason": mailbox.status_reason,
        "status_since": now,
        "created_at": now,
        "created_by": by,
        "updated_at": now,
        "updated_by": by,
    }
    unit.run(
        f"INSERT INTO email_accounts ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", values
    )


def update_mailbox(unit: Unit, mailbox: Mailbox, *, by: UUID, now: datetime) -> None:
    """Write what a person may set of a mailbox; its state, holds and streaks stay as they are. Raises NotFound."""
    names = ", ".join(f"{name} = :{name}" for name in SETTINGS)
    changed = unit.run(
        f"UPDATE email_accounts SET {names}, updated_at = :now, updated_by = :by"
        " WHERE workspace_id = :workspace_id AND id = :id",
        values_of(unit, mailbox) | {"now": now, "by": by, "workspace_id": mailbox.workspace_id, "id": mailbox.id},
    )
    if not changed:
        raise no_such_mailbox(str(mailbox.id))


def set_state(
    unit: Unit, mailbox_id: UUID, status: MailboxStatus, now: datetime, *, reason: str | None, detail: str | None = None
) -> bool:
    """Start, pause or fail a mailbox; False, and nothing written, where it stands so for that reason already.

    What is started anew has no hold and no streak.
    """
    starts = status is MailboxStatus.ACTIVE
    return bool(
        unit.run(
            "UPDATE email_accounts SET status = :status, status_reason = :reason, status_detail = :detail,"
            " status_since = :now, updated_at = :now"
            + (", held_until = NULL, held_attempts = 0, policy_streak = 0" if starts else "")
            + " WHERE id = :id AND (status <> :status OR coalesce(status_reason, '') <> :known)",
            {
                "status": status.value,
                "reason": reason,
                "known": reason or "",
                "detail": detail,
                "now": now,
                "id": mailbox_id,
            },
        )
    )


def hold(unit: Unit, mailbox_id: UUID, until: datetime | None, attempts: int) -> None:
    """Have nothing be tried before `until` (UTC), after that many faults of the host in a row; None lets go."""
    unit.run(
        "UPDATE email_accounts SET held_until = :until, held_attempts = :attempts WHERE id = :id",
        {"until": until, "attempts": attempts, "id": mailbox_id},
    )


def set_policy_streak(unit: Unit, mailbox_id: UUID, streak: int) -> None:
    """Note how many emails in a row were refused for policy or content."""
    unit.run(
        "UPDATE email_accounts SET policy_streak = :streak WHERE id = :id AND policy_streak <> :streak",
        {"streak": streak, "id": mailbox_id},
    )


def keep_checks(unit: Unit, mailbox_id: UUID, checks: Mapping[str, Any], now: datetime) -> None:
    """Keep what came of trying a mailbox, by part (smtp, imap, dns …); other parts stay as they are."""
    row = unit.row("SELECT checks FROM email_accounts WHERE id = :id", {"id": mailbox_id})
    known = {} if row is None else as_json(row[0])
    unit.run(
        "UPDATE email_accounts SET checks = :checks, checked_at = :now WHERE id = :id",
        {"checks": json_text({**known, **checks}), "now": now, "id": mailbox_id},
    )


def read_checks(unit: Unit, mailbox_id: UUID) -> tuple[dict[str, Any], datetime | None]:
    """What came of trying a mailbox, by part, and when that was; nothing and None where it never was."""
    row = unit.row("SELECT checks, checked_at FROM email_accounts WHERE id = :id", {"id": mailbox_id})
    return ({}, None) if row is None else (as_json(row[0]), maybe_instant(row[1]))


def retire_mailbox(unit: Unit, mailbox_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take a mailbox out of use: no sequence hands it contacts any more; what it sent still names it."""
    unit.changed(Topic.SEQUENCES)
    key = {"id": mailbox_id}
    unit.run("DELETE FROM sequence_mailboxes WHERE mailbox_id = :id", key)
    unit.run("UPDATE sequences SET default_email_account_id = NULL WHERE default_email_account_id = :id", key)
    unit.run(
        "UPDATE email_accounts SET retired_at = :now, status = 'paused', status_reason = 'removed',"
        " status_since = :now, updated_at = :now, updated_by = :by WHERE id = :id AND retired_at IS NULL",
        key | {"now": now, "by": by},
    )


def no_such_mailbox(address_or_id: str) -> NotFound:
    """The fault of an address or id that no mailbox has."""
    return NotFound(
        f"There is no mailbox {address_or_id}.", "“opendoors mailbox list” shows them.", where=address_or_id
    )
