"""Erasing a person leaves nothing of them in any table, and every figure as it was."""

import pytest

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.store import contacts, erasure, suppressions
from opendoors_desktop.store.types import json_text
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_enrollment, add_example_mailbox, add_example_sequence, key

SECRET = "zyxwvut"  # stands in every text about the person
ADDRESS = f"{SECRET}@x.example.com"


def insert(unit, table, **values):
    unit.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", values)


@pytest.fixture
def person(store, scope, new_id):
    """A contact about whom every table says something; gives its id."""
    mailbox = add_example_mailbox(store, scope)
    add_example_sequence(store, scope, key(500))
    ana = Contact(
        new_id(), scope.workspace_id, ADDRESS, SECRET, SECRET, SECRET, tags=(SECRET,), custom={"a": SECRET},
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    ids = {"workspace_id": scope.workspace_id, "customer_id": scope.customer_id}
    with store.write() as unit:
        contacts.add_contacts(unit, [ana], by=None)
        contacts.keep_former_address(unit, ana, f"{SECRET}@old.example.com", NOW)
    enrollment = add_example_enrollment(store, scope, key(500), ana.id, thread_subject=SECRET, hold_detail=SECRET)
    with store.write() as unit:
        sent = {**ids, "contact_id": ana.id, "mailbox_id": mailbox.id, "to_address": ADDRESS, "subject": SECRET}
        sent |= {"smtp_text": SECRET, "draft": json_text({"body": SECRET}), "state": "sent"}
        insert(
            unit, "outgoing_emails", id=key(1), kind="sequence", enrollment_id=enrollment, message_id="<1@x>", **sent
        )
        insert(unit, "outgoing_emails", id=key(2), kind="manual", message_id="<2@x>", **sent)
        for number in (1, 2):
            insert(
                unit, "outgoing_messages", outgoing_id=key(number), message=SECRET.encode(), sha256=b"", dated_at=NOW
            )
            insert(
                unit, "links", outgoing_email_id=key(number), number=1, workspace_id=scope.workspace_id, target=SECRET
            )
            insert(
                unit, "hits", id=key(10 + number), workspace_id=scope.workspace_id, outgoing_email_id=key(number),
                kind="open", hit_class="human", address=SECRET, user_agent=SECRET,
            )  # fmt: skip
        insert(
            unit, "inbound_emails", **ids, id=key(3), mailbox_id=mailbox.id, fingerprint=b"1", bucket="reply",
            contact_id=ana.id, from_address=ADDRESS, from_key=ADDRESS, from_name=SECRET, to_addresses=SECRET,
            subject=SECRET, visible_text=SECRET, diagnostic=SECRET, bounced_address=ADDRESS,
            evidence=json_text([SECRET]), meaning="interested",
        )  # fmt: skip
        insert(unit, "inbound_messages", inbound_id=key(3), message=SECRET.encode())
        insert(
            unit, "attachments", id=key(4), workspace_id=scope.workspace_id, owner_kind="inbound", owner_id=key(3),
            file_name=SECRET, media_type="text/plain", size=1, sha256=b"", content=SECRET.encode(),
        )  # fmt: skip
        insert(
            unit, "tasks", **ids, id=key(5), kind="call", contact_id=ana.id, title=SECRET, description=SECRET,
            notes=SECRET, linkedin_message=SECRET, state="done",
        )  # fmt: skip
        insert(unit, "notes", id=key(6), workspace_id=scope.workspace_id, contact_id=ana.id, body=SECRET)
        detail = json_text({"class": "human", "count": 3, "text": f"said {SECRET}", "deep": {"x": SECRET}, "at": None})
        insert(
            unit,
            "email_activities",
            **ids,
            id=key(7),
            kind="replied",
            contact_id=ana.id,
            occurred_at=NOW,
            detail=detail,
        )
        insert(
            unit, "audit_log", id=key(8), workspace_id=scope.workspace_id, source="window", action="edit",
            object_id=ana.id, detail=detail,
        )  # fmt: skip
        insert(unit, "import_batches", id=key(9), workspace_id=scope.workspace_id, problems=json_text([{"m": ADDRESS}]))
        insert(
            unit,
            "import_changes",
            batch_id=key(9),
            contact_id=ana.id,
            before=json_text({"city": SECRET}),
            updated_at=NOW,
        )
        insert(unit, "webhooks", id=key(20), workspace_id=scope.workspace_id, url="https://hook.example.com")
        insert(
            unit, "webhook_deliveries", id=key(21), workspace_id=scope.workspace_id, webhook_id=key(20),
            event="replied", payload=json_text({"email": ADDRESS.upper()}),
        )  # fmt: skip
        entry = Suppression(key(22), SuppressionScope.ADDRESS, ADDRESS, SuppressionReason.UNSUBSCRIBED, "reply", NOW)
        suppressions.add_suppression(unit, scope.workspace_id, entry, contact_id=ana.id)
    return ana.id


def everything(unit):
    """All that the store holds, table by table, as text."""
    if unit.dialect == "sqlite":
        names = unit.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    else:
        names = unit.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name: [repr(tuple(map(_plain, row))) for row in unit.rows(f"SELECT * FROM {name}")] for (name,) in names}


def _plain(value):
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else value


def test_nothing_of_the_person_is_left_and_no_row_of_the_journal_is_gone(store, scope, person):
    with store.read() as unit:
        before = everything(unit)
    assert sum(SECRET in row.lower() for rows in before.values() for row in rows) > 15
    with store.write() as unit:
        keys = suppressions.addresses_of(unit, scope.workspace_id, [person])
        assert sorted(keys) == sorted([ADDRESS, f"{SECRET}@old.example.com"])
        erasure.erase_person(unit, scope.workspace_id, person, keys, NOW)
    with store.read() as unit:
        after = everything(unit)
        detail = unit.row("SELECT detail FROM email_activities WHERE id = :id", {"id": key(7)})
    left = {name: [row for row in rows if SECRET in row.lower()] for name, rows in after.items()}
    left.pop("tags")  # a word of the workspace, no longer anybody's
    assert {name: rows for name, rows in left.items() if rows} == {}
    for name in ("contacts", "outgoing_emails", "inbound_emails", "email_activities", "tasks", "hits", "audit_log"):
        assert len(after[name]) == len(before[name]), name
    assert detail is not None
    assert '"human"' in str(detail[0]).replace("'", '"')


def test_a_sign_of_like_in_an_address_is_only_itself(store, scope, new_id):
    with store.write() as unit:
        insert(
            unit, "import_batches", id=key(9), workspace_id=scope.workspace_id, problems=json_text(["axb@x.example"])
        )
        erasure.erase_person(unit, scope.workspace_id, new_id(), ["a_b@x.example", "%@x.example"], NOW)
        assert "axb" in str(unit.row("SELECT problems FROM import_batches"))
