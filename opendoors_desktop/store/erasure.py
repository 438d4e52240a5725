"""Erases a person from every table: names, addresses and texts go; nameless rows stay, for the figures."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.contact_tags import kept_entries, turn_entries
from opendoors_desktop.store.contacts import COLUMN_OF
from opendoors_desktop.store.types import as_json, as_uuid, json_text
from opendoors_desktop.store.unit import Unit

# A word for programs, an id, a number or an instant; anything else in a detail may be somebody's words.
_HARMLESS: Final = re.compile(r"[a-z0-9_:+.-]{1,40}", re.IGNORECASE)

_ENROLLMENTS: Final = "SELECT id FROM sequence_enrollments WHERE contact_id = :id"
_OUTGOING: Final = f"""
SELECT id FROM outgoing_emails WHERE kind = 'sequence' AND enrollment_id IN ({_ENROLLMENTS})
UNION ALL SELECT id FROM outgoing_emails WHERE contact_id = :id AND kind <> 'sequence'
"""
_INBOUND: Final = "SELECT id FROM inbound_emails WHERE contact_id = :id"

_EMPTY_CONTACT: Final = f"""
UPDATE contacts SET email = NULL, email_key = NULL, {", ".join(f"{column} = ''" for column in COLUMN_OF.values())},
  zone = NULL, tags = :no_tags, custom = '{{}}', company_id = NULL, erased_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
"""

# Each statement takes the contact's id; those on messages come before those on what the messages belong to.
_STATEMENTS: Final = (
    "DELETE FROM contact_addresses WHERE contact_id = :id",
    "DELETE FROM notes WHERE contact_id = :id",
    "DELETE FROM import_changes WHERE contact_id = :id",
    f"DELETE FROM attachments WHERE owner_id IN ({_OUTGOING}) OR owner_id IN ({_INBOUND})",
    f"DELETE FROM outgoing_messages WHERE outgoing_id IN ({_OUTGOING})",
    f"DELETE FROM links WHERE outgoing_email_id IN ({_OUTGOING})",
    f"UPDATE hits SET address = NULL, user_agent = NULL WHERE outgoing_email_id IN ({_OUTGOING})",
    f"""UPDATE outgoing_emails SET to_address = '', subject = NULL, draft = NULL, smtp_text = NULL
        WHERE id IN ({_OUTGOING})""",
    f"DELETE FROM settings WHERE owner_id IN ({_INBOUND})",
    f"DELETE FROM inbound_messages WHERE inbound_id IN ({_INBOUND})",
    """UPDATE inbound_emails SET from_address = '', from_key = '', from_name = '', to_addresses = '', subject = '',
         visible_text = '', bounced_address = NULL, diagnostic = NULL, evidence = '[]', effects = '[]',
         message_references = NULL
       WHERE contact_id = :id""",
    "UPDATE tasks SET title = '', description = '', notes = '', linkedin_message = NULL WHERE contact_id = :id",
    "UPDATE sequence_enrollments SET thread_subject = NULL, hold_detail = NULL WHERE contact_id = :id",
)


def erase_person(unit: Unit, workspace_id: UUID, contact_id: UUID, email_keys: Sequence[str], now: datetime) -> None:
    """Empty everything that is kept about a contact and its normalised addresses.

    Their enrollments are ended, and the hashes of their addresses suppressed, before.
    """
    person = {"workspace_id": workspace_id, "id": contact_id}
    turn_entries(unit, kept_entries(unit, [contact_id]), ())
    unit.run(_EMPTY_CONTACT, {**person, "no_tags": unit.listing(()), "now": now})
    for statement in _STATEMENTS:
        unit.run(statement, {"id": contact_id})
    _strip_details(unit, "email_activities", "contact_id", contact_id)
    _strip_details(unit, "audit_log", "object_id", contact_id)
    for key in email_keys:
        address = {"workspace_id": workspace_id, "key": key}
        unit.run(
            "DELETE FROM suppressions WHERE workspace_id = :workspace_id AND scope = 'address' AND value = :key",
            address,
        )
        pattern = {"workspace_id": workspace_id, "pattern": f"%{_escaped(key)}%"}
        unit.run(
            "DELETE FROM webhook_deliveries WHERE workspace_id = :workspace_id"
            " AND lower(CAST(payload AS TEXT)) LIKE :pattern ESCAPE '!'",
            pattern,
        )
        unit.run(
            "UPDATE import_batches SET problems = '[]' WHERE workspace_id = :workspace_id"
            " AND lower(CAST(problems AS TEXT)) LIKE :pattern ESCAPE '!'",
            pattern,
        )
    unit.changed(Topic.CONTACTS, Topic.OUTBOX, Topic.INBOX, Topic.TASKS, Topic.SUPPRESSIONS)


def _strip_details(unit: Unit, table: str, column: str, contact_id: UUID) -> None:
    """Leave of the details of activities what rules and counts go by, and nothing that somebody wrote."""
    rows = unit.rows(f"SELECT id, detail FROM {table} WHERE {column} = :id AND detail IS NOT NULL", {"id": contact_id})
    unit.run_many(
        f"UPDATE {table} SET detail = :detail WHERE {column} = :contact_id AND id = :id",
        [
            {"id": as_uuid(key), "contact_id": contact_id, "detail": json_text(_harmless(as_json(detail)))}
            for key, detail in rows
        ],
    )


def _harmless(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in detail.items()
        if not isinstance(value, str | list | dict) or (isinstance(value, str) and _HARMLESS.fullmatch(value))
    }


def _escaped(key: str) -> str:
    """A normalised address as it stands in JSON, with the signs of LIKE made plain."""
    text = json.dumps(key.lower(), ensure_ascii=False)[1:-1]
    return re.sub(r"([%_!])", r"!\1", text)
