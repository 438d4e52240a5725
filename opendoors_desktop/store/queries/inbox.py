"""The inbox as it is listed: mails that came in, newest first, and how many of each kind there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.contact_search import closest_contacts
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_day, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

SNIPPET: Final = 240
"""So many letters of a mail are read for a list."""


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail as a list shows it; `bucket`, `subtype`, `meaning` and `bounce` are stable words.

    `name` is the contact's, else the sender's; `text` begins what was written, or is what the reporting server said.
    """

    id: UUID
    mailbox_id: UUID
    mailbox: str
    contact_id: UUID | None
    name: str
    company: str
    address: str
    subject: str
    text: str
    bucket: str
    subtype: str | None
    meaning: str | None
    bounce: str | None
    bounced_address: str
    needs_review: bool
    is_probable: bool
    received_at: datetime
    read_at: datetime | None
    done_at: datetime | None
    put_off_until: datetime | None
    return_on: date | None


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which mails are listed; None: whatever it is.

    `is_open`: neither done nor put off beyond `now`. `kind` is the word of a meaning, or of a bucket that has none.
    `done_since` leaves out what was done before. `words` stand in the subject, the text, or whose it is.
    """

    is_open: bool | None = None
    done_since: datetime | None = None
    kind: str | None = None
    mailbox_id: UUID | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How many mails there are: `kinds` by the word of their meaning or bucket, `mailboxes` those that are open."""

    total: int
    to_look_at: int
    done: int
    kinds: Mapping[str, int]
    mailboxes: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class ReadMailbox:
    """A mailbox in use: whether it `is_read` at all, when it was last, and what keeps it from being read."""

    id: UUID
    address: str
    is_read: bool
    read_at: datetime | None
    error: str | None


_OPEN: Final = "i.done_at IS NULL AND (i.snoozed_until IS NULL OR i.snoozed_until <= :now)"
_NAME: Final = "trim(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, ''))"
_LINE: Final = f"""
SELECT i.id, i.mailbox_id, m.address, i.contact_id, {_NAME}, i.from_name, i.from_address, COALESCE(c.company_name, ''),
  i.subject, substr(i.visible_text, 1, {SNIPPET}), substr(COALESCE(i.diagnostic, ''), 1, {SNIPPET}), i.bucket,
  i.subtype, i.meaning, i.bounce_kind, COALESCE(i.bounced_address, ''), i.needs_review, i.is_probable, i.received_at,
  i.read_at, i.done_at, i.snoozed_until, i.return_on, COALESCE(c.email, '')
FROM inbound_emails i JOIN email_accounts m ON m.id = i.mailbox_id LEFT JOIN contacts c ON c.id = i.contact_id
"""
_WORDS: Final = " OR ".join(
    f"i.{column} LIKE_WORDS :words ESCAPE '!'"
    for column in ("subject", "from_name", "from_address", "visible_text", "bounced_address")
)
_LIKE: Final = {Dialect.SQLITE: "LIKE", Dialect.POSTGRES: "ILIKE"}
_OPEN_INDEX: Final = {Dialect.SQLITE: " INDEXED BY ix_inbound_emails_open", Dialect.POSTGRES: ""}
MOST_CONTACTS: Final = 200
"""Whose mails are looked for by the name or company of a contact: the first so many that words begin."""


def page_mails(
    unit: Unit,
    workspace_id: UUID,
    wanted: MailFilter,
    now: datetime,
    *,
    after: MailLine | None = None,
    limit: int = 100,
) -> list[MailLine]:
    """Mails that fit, the newest first, from behind one on; `now` says which that were put off are open again."""
    clauses, params = _clauses(wanted, now)
    if after is not None:
        clauses.append("(i.received_at, i.id) < (:after_at, :after_id)")
        params |= {"after_at": after.received_at, "after_id": after.id}
    where = " AND ".join(("i.workspace_id = :workspace_id", *clauses))
    words = ""
    if wanted.words.strip():
        words, of_words = _words(unit, workspace_id, wanted.words.strip())
        params |= of_words
    sql = f"{_LINE} WHERE {where} {words} ORDER BY i.received_at DESC, i.id DESC LIMIT :limit"
    return [_line(row) for row in unit.rows(sql, {"workspace_id": workspace_id, "limit": limit, **params})]


def find_mail(unit: Unit, workspace_id: UUID, inbound_id: UUID) -> MailLine | None:
    """One mail; None where it isn't in this workspace."""
    row = unit.row(
        f"{_LINE} WHERE i.workspace_id = :workspace_id AND i.id = :id", {"workspace_id": workspace_id, "id": inbound_id}
    )
    return None if row is None else _line(row)


def count_mails(unit: Unit, workspace_id: UUID, now: datetime) -> MailCounts:
    """How many mails of each kind there are."""
    params = {"workspace_id": workspace_id, "now": now}
    kinds = unit.rows(
        "SELECT kind, count(*) FROM inbound_emails WHERE workspace_id = :workspace_id GROUP BY kind",
        {"workspace_id": workspace_id},
    )
    not_done = unit.row(
        "SELECT count(*) FROM inbound_emails WHERE workspace_id = :workspace_id AND done_at IS NULL",
        {"workspace_id": workspace_id},
    )
    boxes = unit.rows(
        f"SELECT i.mailbox_id, count(*) FROM inbound_emails i{_OPEN_INDEX[unit.dialect]}"
        f" WHERE i.workspace_id = :workspace_id AND {_OPEN} GROUP BY i.mailbox_id",
        params,
    )
    total = sum(int(row[1]) for row in kinds)
    return MailCounts(
        total=total,
        to_look_at=sum(int(row[1]) for row in boxes),
        done=total - (0 if not_done is None else int(not_done[0])),
        kinds={row[0]: int(row[1]) for row in kinds},
        mailboxes={as_uuid(row[0]): int(row[1]) for row in boxes},
    )


def count_to_look_at(unit: Unit, workspace_id: UUID, now: datetime) -> int:
    """How many mails wait for a look."""
    row = unit.row(
        f"SELECT count(*) FROM inbound_emails i WHERE i.workspace_id = :workspace_id AND {_OPEN}",
        {"workspace_id": workspace_id, "now": now},
    )
    return 0 if row is None else int(row[0])


def latest_replies(unit: Unit, workspace_id: UUID, limit: int) -> list[MailLine]:
    """What people themselves wrote last, the newest first."""
    rows = unit.rows(
        f"{_LINE} WHERE i.workspace_id = :workspace_id AND i.bucket = 'reply'"
        " ORDER BY i.received_at DESC, i.id DESC LIMIT :limit",
        {"workspace_id": workspace_id, "limit": limit},
    )
    return [_line(row) for row in rows]


def list_read_mailboxes(unit: Unit, workspace_id: UUID) -> list[ReadMailbox]:
    """The mailboxes in use by address, and how reading them goes."""
    rows = unit.rows(
        "SELECT id, address, imap_host, last_read_at, reading_error FROM email_accounts"
        " WHERE workspace_id = :workspace_id AND retired_at IS NULL ORDER BY address_key, id",
        {"workspace_id": workspace_id},
    )
    return [ReadMailbox(as_uuid(row[0]), row[1], row[2] is not None, maybe_instant(row[3]), row[4]) for row in rows]


def _clauses(wanted: MailFilter, now: datetime) -> tuple[list[str], dict[str, object]]:
    clauses: list[str] = []
    params: dict[str, object] = {}
    if wanted.is_open is not None:
        clauses.append(_OPEN if wanted.is_open else f"NOT ({_OPEN})")
        params["now"] = now
    if wanted.done_since is not None:
        clauses.append("i.done_at >= :done_since")
        params["done_since"] = wanted.done_since
    if wanted.kind is not None:
        clauses.append("i.kind = :kind")
        params["kind"] = wanted.kind
    if wanted.mailbox_id is not None:
        clauses.append("i.mailbox_id = :mailbox_id")
        params["mailbox_id"] = wanted.mailbox_id
    return clauses, params


def _words(unit: Unit, workspace_id: UUID, words: str) -> tuple[str, dict[str, object]]:
    """The condition that words stand in a mail, or begin the name or company of whose it is."""
    contacts = closest_contacts(unit, workspace_id, words, MOST_CONTACTS)
    ids: dict[str, object] = {f"of{number}": line.id for number, line in enumerate(contacts)}
    theirs = f" OR i.contact_id IN ({', '.join(f':{name}' for name in ids)})" if ids else ""
    written = _WORDS.replace("LIKE_WORDS", _LIKE[unit.dialect])
    return f"AND ({written}{theirs})", {"words": f"%{_escaped(words)}%", **ids}


def _line(row: Row) -> MailLine:
    return MailLine(
        id=as_uuid(row[0]),
        mailbox_id=as_uuid(row[1]),
        mailbox=row[2],
        contact_id=maybe_uuid(row[3]),
        name=row[4] or row[5] or row[23] or row[6],
        company=row[7],
        address=row[6],
        subject=row[8],
        text=row[10] if row[11] == "bounce" and row[10] else row[9],
        bucket=row[11],
        subtype=row[12],
        meaning=row[13],
        bounce=row[14],
        bounced_address=row[15],
        needs_review=bool(row[16]),
        is_probable=bool(row[17]),
        received_at=as_instant(row[18]),
        read_at=maybe_instant(row[19]),
        done_at=maybe_instant(row[20]),
        put_off_until=maybe_instant(row[21]),
        return_on=maybe_day(row[22]),
    )


def _escaped(words: str) -> str:
    """Words with the signs of LIKE made plain."""
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
