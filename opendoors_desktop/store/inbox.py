"""What came in: inbound emails, each kept once, how far each folder was read, and our emails they may belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.matching import SentEmail, WantedKeys
from opendoors_desktop.store.contacts import in_list, list_of
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Sent:
    """An email of ours with what it belonged to."""

    email: SentEmail
    mailbox_id: UUID
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    round: int
    variant_id: str | None
    contact_id: UUID | None


_SENT = """
SELECT o.id, o.message_id, COALESCE(o.server_message_id, ''), o.to_address, COALESCE(o.subject, ''),
  COALESCE(o.sent_at, o.first_attempted_at), o.mailbox_id, o.enrollment_id, o.sequence_id, o.step_id, o.round,
  o.variant_id, o.contact_id
"""
_LEFT = "o.workspace_id = :workspace_id AND o.first_attempted_at IS NOT NULL AND o.kind <> 'test'"
_BY_CONTACT = f"""
{_SENT} FROM contacts c JOIN sequence_enrollments e ON e.contact_id = c.id
  JOIN outgoing_emails o ON o.enrollment_id = e.id AND o.kind = 'sequence'
WHERE {_LEFT} AND c.workspace_id = :workspace_id AND
"""
_BY_HAND = f"""
{_SENT} FROM contacts c JOIN outgoing_emails o ON o.contact_id = c.id AND o.kind <> 'sequence'
WHERE {_LEFT} AND c.workspace_id = :workspace_id AND
"""
_ALIASED = "SELECT a.contact_id FROM contact_addresses a WHERE a.workspace_id = :workspace_id AND"


def find_sent(unit: Unit, workspace_id: UUID, wanted: WantedKeys) -> list[Sent]:
    """The emails of ours that a mail may belong to, each once: by ids, else by the contact's addresses or company."""
    here = {"workspace_id": workspace_id}
    found: dict[UUID, Sent] = {}

    def take(sql: str, params: Mapping[str, object]) -> None:
        for row in unit.rows(sql, {**here, **params}):
            sent = _as_sent(row)
            found.setdefault(sent.email.outgoing_id, sent)

    if wanted.ids:
        forms = list_of(unit, [form for key in wanted.ids for form in (key, f"<{key}>")])
        for column in ("o.message_id", "o.server_message_id"):
            take(f"{_SENT} FROM outgoing_emails o WHERE {_LEFT} AND {in_list(unit, column)}", {"values": forms})
    if not found and wanted.addresses:
        keys = {"values": list_of(unit, wanted.addresses)}
        take(f"{_BY_CONTACT} {in_list(unit, 'c.email_key')}", keys)
        take(f"{_BY_CONTACT} c.id IN ({_ALIASED} {in_list(unit, 'a.email_key')})", keys)
        take(f"{_BY_HAND} {in_list(unit, 'c.email_key')}", keys)
    if not found and wanted.domain is not None:
        companies = "SELECT k.id FROM companies k WHERE k.workspace_id = :workspace_id AND k.domain = :domain"
        take(f"{_BY_CONTACT} c.company_id IN ({companies})", {"domain": wanted.domain})
    return list(found.values())


def find_sent_email(unit: Unit, workspace_id: UUID, outgoing_id: UUID) -> Sent | None:
    """The email of ours of that id, if it was ever begun."""
    row = unit.row(
        f"{_SENT} FROM outgoing_emails o WHERE {_LEFT} AND o.id = :id",
        {"workspace_id": workspace_id, "id": outgoing_id},
    )
    return None if row is None else _as_sent(row)


def last_sent_to(
    unit: Unit, workspace_id: UUID, contact_id: UUID, before: datetime, enrollment_id: UUID | None = None
) -> Sent | None:
    """The last email to a contact (in one enrollment, if it is named) that left before an instant, else the first."""
    params: dict[str, object] = {"workspace_id": workspace_id, "contact_id": contact_id}
    only = ""
    if enrollment_id is not None:
        only, params = " AND o.enrollment_id = :enrollment_id", {**params, "enrollment_id": enrollment_id}
    rows = unit.rows(f"{_BY_CONTACT} c.id = :contact_id{only}", params)
    rows += unit.rows(f"{_BY_HAND} c.id = :contact_id{only}", params)
    found = sorted(map(_as_sent, rows), key=lambda sent: sent.email.sent_at)
    earlier = [sent for sent in found if sent.email.sent_at <= before]
    return (earlier[-1] if earlier else found[0]) if found else None


def aliases_of(unit: Unit, workspace_id: UUID, addresses: Sequence[str]) -> dict[str, str]:
    """The key of a contact's address by that of another address of theirs."""
    if not addresses:
        return {}
    rows = unit.rows(
        "SELECT a.email_key, c.email_key FROM contact_addresses a JOIN contacts c ON c.id = a.contact_id"
        f" WHERE a.workspace_id = :workspace_id AND c.email_key IS NOT NULL AND {in_list(unit, 'a.email_key')}",
        {"workspace_id": workspace_id, "values": list_of(unit, addresses)},
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """How far a folder was read: all UIDs up to `last_uid` under `uid_validity`; `role` is a word of FolderRole."""

    folder: str
    role: str | None
    uid_validity: int
    last_uid: int


def find_place(unit: Unit, mailbox_id: UUID, folder: str) -> FolderPlace | None:
    """How far a folder was read; None for one that never was."""
    row = unit.row(
        "SELECT name, role, uid_validity, last_uid FROM mailbox_folders"
        " WHERE mailbox_id = :mailbox_id AND name = :name",
        {"mailbox_id": mailbox_id, "name": folder},
    )
    return None if row is None or row[2] is None else FolderPlace(row[0], row[1], int(row[2]), int(row[3]))


def keep_place(unit: Unit, workspace_id: UUID, mailbox_id: UUID, place: FolderPlace, now: datetime) -> None:
    """Note how far a folder was read, in the same unit as what was found on the way."""
    unit.run(
        """
        INSERT INTO mailbox_folders
          (mailbox_id, name, workspace_id, role, uid_validity, last_uid, answered_at, updated_at)
        VALUES (:mailbox_id, :name, :workspace_id, :role, :uid_validity, :last_uid, :now, :now)
        ON CONFLICT (mailbox_id, name) DO UPDATE SET role = excluded.role, uid_validity = excluded.uid_validity,
          last_uid = excluded.last_uid, answered_at = :now, error = NULL, updated_at = :now
        """,
        {
            "mailbox_id": mailbox_id,
            "name": place.folder,
            "workspace_id": workspace_id,
            "role": place.role,
            "uid_validity": place.uid_validity,
            "last_uid": place.last_uid,
            "now": now,
        },
    )


def note_read(unit: Unit, mailbox_id: UUID, now: datetime, error: str | None) -> None:
    """Note that a mailbox was read, or what kept it from being read."""
    unit.run(
        "UPDATE email_accounts SET reading_error = :error,"
        " last_read_at = CASE WHEN :ok THEN :now ELSE last_read_at END,"
        " reading_error_since = CASE WHEN :ok THEN NULL ELSE COALESCE(reading_error_since, :now) END WHERE id = :id",
        {"id": mailbox_id, "now": now, "error": error, "ok": error is None},
    )
    unit.changed(Topic.MAILBOXES)


def forget_fault(unit: Unit, mailbox_id: UUID) -> None:
    """Somebody did something about what keeps a mailbox from being read: whoever reads it tries again."""
    changed = unit.run(
        "UPDATE email_accounts SET reading_error = NULL, reading_error_since = NULL"
        " WHERE id = :id AND reading_error IS NOT NULL",
        {"id": mailbox_id},
    )
    if changed:
        unit.changed(Topic.MAILBOXES)


def is_unreadable(unit: Unit, mailbox_id: UUID) -> bool:
    """Whether something is noted that keeps a mailbox from being read."""
    row = unit.row("SELECT reading_error FROM email_accounts WHERE id = :id", {"id": mailbox_id})
    return row is not None and row[0] is not None


def has_taken(unit: Unit, mailbox_id: UUID, message_id: str, received_at: datetime | None, size: int) -> bool:
    """Whether a mail of that Message-ID and size that came in at that instant was taken in from the mailbox before."""
    if not message_id or received_at is None:
        return False
    # By the id alone: of one instant a host that was moved to may have thousands.
    rows = unit.rows(
        "SELECT i.mailbox_id, i.received_at FROM inbound_emails i JOIN inbound_messages m ON m.inbound_id = i.id"
        " WHERE i.message_id = :message_id AND (m.is_cut OR length(m.message) = :size)",
        {"message_id": message_id, "size": size},
    )
    return any((as_uuid(row[0]), as_instant(row[1])) == (mailbox_id, received_at) for row in rows)


def add_inbound(unit: Unit, values: Mapping[str, object], message: bytes, *, is_cut: bool) -> bool:
    """Keep an inbound email with its bytes; False where its mailbox has it already, and nothing is to be done again."""
    columns = ", ".join(values)
    added = unit.run(
        f"INSERT INTO inbound_emails ({columns}) VALUES ({', '.join(f':{name}' for name in values)})"
        " ON CONFLICT (mailbox_id, fingerprint) DO NOTHING",
        values,
    )
    if not added:
        return False
    unit.run(
        "INSERT INTO inbound_messages (inbound_id, message, is_cut) VALUES (:id, :message, :is_cut)",
        {"id": values["id"], "message": message, "is_cut": is_cut},
    )
    unit.changed(Topic.INBOX)
    return True


_OWN_REPLY = "i.bucket = 'reply' AND COALESCE(i.matched_by, '') <> 'colleague'"
"""The contact's own: a colleague's answer in the thread is shown with the replies and isn't theirs."""
_OF_ROUND = f"""FROM inbound_emails i JOIN outgoing_emails o ON o.id = i.outgoing_email_id
  WHERE i.enrollment_id = :id AND o.round = :round AND {_OWN_REPLY}"""


def note_reply(unit: Unit, sent: Sent, customer_id: UUID, at: datetime, meaning: str | None) -> None:
    """Note on the email, the enrollment's present round and the contact that they answered."""
    key = {"customer_id": customer_id, "id": sent.enrollment_id}
    unit.run(
        "UPDATE outgoing_emails SET replied_at = :at WHERE id = :id AND replied_at IS NULL",
        {"id": sent.email.outgoing_id, "at": at},
    )
    unit.run(
        "UPDATE sequence_enrollments SET total_replies = total_replies + 1"
        " WHERE customer_id = :customer_id AND id = :id",
        key,
    )
    unit.run(
        "UPDATE sequence_enrollments SET replied_at = COALESCE(replied_at, :at), reply_waived_at = NULL,"
        " reply_meaning = :meaning"
        " WHERE customer_id = :customer_id AND id = :id AND round = :round",
        {**key, "at": at, "meaning": meaning, "round": sent.round},
    )
    unit.run(
        "UPDATE contacts SET last_replied_at = :at"
        " WHERE id = :id AND (last_replied_at IS NULL OR last_replied_at < :at)",
        {"id": sent.contact_id, "at": at},
    )


def away_days(unit: Unit, sequence_id: UUID) -> int | None:
    """For how many days a sequence puts off whoever is away and doesn't say until when; None for the usual number."""
    row = unit.row("SELECT out_of_office_days FROM sequences WHERE id = :id", {"id": sequence_id})
    return None if row is None else row[0]


def stops_on_reply(unit: Unit, sequence_id: UUID) -> bool:
    """Whether a reply ends a sequence for whoever gives it."""
    row = unit.row("SELECT stop_on_reply FROM sequences WHERE id = :id", {"id": sequence_id})
    return row is not None and bool(row[0])


def replies_to(unit: Unit, outgoing_id: UUID) -> int:
    """How many replies to an email are kept."""
    row = unit.row(
        f"SELECT count(*) FROM inbound_emails i WHERE i.outgoing_email_id = :id AND {_OWN_REPLY}", {"id": outgoing_id}
    )
    return 0 if row is None else int(row[0])


def take_back_reply(unit: Unit, sent: Sent, customer_id: UUID) -> None:
    """Let what is known of replies follow again from those that are kept, after one of them is a reply no more."""
    key = {"customer_id": customer_id, "id": sent.enrollment_id, "round": sent.round}
    of_email = f"SELECT min(i.received_at) FROM inbound_emails i WHERE i.outgoing_email_id = :id AND {_OWN_REPLY}"
    unit.run(f"UPDATE outgoing_emails SET replied_at = ({of_email}) WHERE id = :id", {"id": sent.email.outgoing_id})
    unit.run(
        "UPDATE sequence_enrollments SET total_replies = total_replies - 1"
        " WHERE customer_id = :customer_id AND id = :id",
        key,
    )
    unit.run(
        f"UPDATE sequence_enrollments SET replied_at = (SELECT min(i.received_at) {_OF_ROUND}),"
        f" reply_meaning = (SELECT i.meaning {_OF_ROUND} ORDER BY i.received_at DESC, i.id DESC LIMIT 1)"
        " WHERE customer_id = :customer_id AND id = :id AND round = :round",
        key,
    )
    of_contact = f"SELECT max(i.received_at) FROM inbound_emails i WHERE i.contact_id = :id AND {_OWN_REPLY}"
    unit.run(f"UPDATE contacts SET last_replied_at = ({of_contact}) WHERE id = :id", {"id": sent.contact_id})


def change_meaning(unit: Unit, sent: Sent, customer_id: UUID, meaning: str | None) -> None:
    """Note another meaning of a reply with the enrollment's present round."""
    unit.run(
        "UPDATE sequence_enrollments SET reply_meaning = :meaning"
        " WHERE customer_id = :customer_id AND id = :id AND round = :round",
        {"customer_id": customer_id, "id": sent.enrollment_id, "round": sent.round, "meaning": meaning},
    )


def waive_reply(unit: Unit, customer_id: UUID, enrollment_id: UUID, at: datetime | None) -> None:
    """Have an enrollment go on in spite of the replies it had until now, or (None) not any more."""
    unit.run(
        "UPDATE sequence_enrollments SET reply_waived_at = :at WHERE customer_id = :customer_id AND id = :id",
        {"customer_id": customer_id, "id": enrollment_id, "at": at},
    )


def last_bounces(unit: Unit, mailbox_id: UUID, of_last: int) -> int:
    """How many of a mailbox's last emails came back for good."""
    row = unit.row(
        "SELECT count(*) FROM (SELECT bounced_at, bounce_kind FROM outgoing_emails WHERE mailbox_id = :id"
        " AND first_attempted_at IS NOT NULL ORDER BY first_attempted_at DESC LIMIT :last) AS latest"
        " WHERE bounced_at IS NOT NULL AND bounce_kind = 'hard'",
        {"id": mailbox_id, "last": of_last},
    )
    return 0 if row is None else int(row[0])


def _as_sent(row: Row) -> Sent:
    email = SentEmail(as_uuid(row[0]), row[1], row[2], row[3], row[4], as_instant(row[5]))
    return Sent(
        email,
        as_uuid(row[6]),
        maybe_uuid(row[7]),
        maybe_uuid(row[8]),
        maybe_uuid(row[9]),
        int(row[10]),
        row[11],
        maybe_uuid(row[12]),
    )
