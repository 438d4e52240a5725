"""Enrollments as the scheduler and the commands need them: read and written whole, with their place in the queue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store import queue
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queue import Lane, Ticket
from opendoors_desktop.store.standings import (
    COLUMNS,
    Standing,
    as_standing,
    domain_of,
    has_other_terms,
    progress_of,
    terms_of,
)
from opendoors_desktop.store.types import (
    EPOCH,
    as_uuid,
)
from opendoors_desktop.store.unit import Unit

_JOINED = "sequence_enrollments e JOIN contacts c ON c.id = e.contact_id"


@lru_cache(maxsize=32)
def _select(dialect: Dialect, rest: str) -> str:
    return domain_of(f"SELECT {COLUMNS} FROM {rest}", dialect)


def find_standing(unit: Unit, customer_id: UUID, enrollment_id: UUID) -> Standing | None:
    """One enrollment with all around it; None when there is none of that id."""
    row = unit.row(
        _select(unit.dialect, f"{_JOINED} WHERE e.customer_id = :customer_id AND e.id = :id"),
        {"customer_id": customer_id, "id": enrollment_id},
    )
    return None if row is None else as_standing(row)


def page_standings(
    unit: Unit, customer_id: UUID, sequence_id: UUID, after: UUID | None = None, limit: int = 1000
) -> list[Standing]:
    """The active and paused enrollments of a sequence by contact, from behind the contact `after`, `limit` at most.

    Each page is read along the index that tells a sequence's contacts apart, so that a whole sequence costs as much as
    its enrollments are.
    """
    # "IS TRUE" keeps SQLite from the index of statuses, which has no order: each page would sort all that is left.
    behind = "" if after is None else " AND e.contact_id > :after"
    rest = (
        f"{_JOINED} WHERE e.customer_id = :customer_id AND e.sequence_id = :sequence_id"
        f" AND (e.status IN ('active', 'paused')) IS TRUE{behind} ORDER BY e.contact_id LIMIT :limit"
    )
    params = {"customer_id": customer_id, "sequence_id": sequence_id, "limit": limit}
    rows = unit.rows(_select(unit.dialect, rest), params if after is None else params | {"after": after})
    return [as_standing(row) for row in rows]


def stream_standings(unit: Unit, customer_id: UUID, sequence_id: UUID) -> Iterator[Standing]:
    """All active and paused enrollments of a sequence by id, read in one go while the unit lasts."""
    sql = _select(
        unit.dialect,
        f"{_JOINED} WHERE e.customer_id = :customer_id AND e.sequence_id = :sequence_id"
        " AND e.status IN ('active', 'paused') ORDER BY e.id",
    )
    return map(as_standing, unit.stream(sql, {"customer_id": customer_id, "sequence_id": sequence_id}))


def standings_of_company(unit: Unit, customer_id: UUID, sequence_id: UUID, company_id: UUID) -> list[Standing]:
    """The enrollments of a company's people in a sequence, ended ones too, by id."""
    where = "WHERE e.customer_id = :customer_id AND e.sequence_id = :sequence_id AND c.company_id = :company_id"
    rows = unit.rows(
        _select(unit.dialect, f"{_JOINED} {where} ORDER BY e.id"),
        {"customer_id": customer_id, "sequence_id": sequence_id, "company_id": company_id},
    )
    return [as_standing(row) for row in rows]


def standings_of_contact(unit: Unit, customer_id: UUID, contact_id: UUID) -> list[Standing]:
    """All enrollments of a contact, ended ones too, by id."""
    return [
        as_standing(row)
        for row in unit.rows(
            _select(
                unit.dialect,
                f"{_JOINED} WHERE e.customer_id = :customer_id AND e.contact_id = :contact_id ORDER BY e.id",
            ),
            {"customer_id": customer_id, "contact_id": contact_id},
        )
    ]


_DUE = f"""(
  SELECT enrollment_id, wake_at FROM claim_queue
  WHERE mailbox_id = :mailbox_id AND sequence_id = :sequence_id AND lane = :lane AND wake_at <= :now
    AND (wake_at, enrollment_id) > (:after_at, :after_id)
  ORDER BY wake_at, enrollment_id LIMIT :limit FOR_OTHERS_LOCKED) q
CROSS JOIN {_JOINED} WHERE e.id = q.enrollment_id AND e.customer_id = :customer_id
ORDER BY q.wake_at, q.enrollment_id
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the queue: a lane of a sequence in a mailbox."""

    mailbox_id: UUID
    sequence_id: UUID
    lane: Lane


def page_due(
    unit: Unit,
    customer_id: UUID,
    pair: Pair,
    now: datetime,
    *,
    after: Ticket | None = None,
    limit: int,
    locks: bool = False,
) -> list[Standing]:
    """Who waits in a pair's lane and is due by `now`, in claim order behind `after` (None: from the first).

    With `locks` theirs are this unit's alone until it ends, and those of another unit are passed over.
    """
    locking = "FOR UPDATE SKIP LOCKED" if locks and unit.dialect is Dialect.POSTGRES else ""
    return [
        as_standing(row)
        for row in unit.rows(
            _select(unit.dialect, _DUE.replace("FOR_OTHERS_LOCKED", locking)),
            {
                "mailbox_id": pair.mailbox_id,
                "sequence_id": pair.sequence_id,
                "lane": int(pair.lane),
                "now": now,
                "after_at": EPOCH if after is None else after.wake_at,
                "after_id": UUID(int=0) if after is None else after.enrollment_id,
                "limit": limit,
                "customer_id": customer_id,
            },
        )
    ]


_SAVE_PROGRESS = """
UPDATE sequence_enrollments SET records = :records, current_step_id = :current_step_id,
  last_step_completed_at = :last_step_completed_at, next_step_scheduled_at = :next_step_scheduled_at,
  wake_mailbox_id = :wake_mailbox_id, wake_lane = :wake_lane, wake_at = :wake_at,
  thread_references = :thread_references, thread_subject = :thread_subject, total_emails_sent = :total_emails_sent
WHERE customer_id = :customer_id AND id = :id
"""
_SAVE_TERMS = """
UPDATE sequence_enrollments SET status = :status, round = :round, time_zone = :time_zone, mailbox_id = :mailbox_id,
  start_step_id = :start_step_id, started_at = :started_at, shifted_seconds = :shifted_seconds,
  not_before = :not_before, waiting_until = :waiting_until, hold_reason = :hold_reason, hold_detail = :hold_detail,
  paused_at = :paused_at, completed_at = :completed_at, completion_reason = :completion_reason,
  thread_mailbox_id = :thread_mailbox_id
WHERE customer_id = :customer_id AND id = :id
"""


def save(unit: Unit, before: Sequence[Standing], after: Sequence[Standing]) -> None:
    """Write changed enrollments back, pair by pair, and move their rows in the queue to where they wait now.

    What most steps leave alone, the status among it, which stands in two indexes, is written only where it changed.
    """
    pairs = list(zip(before, after, strict=True))
    moved = [(a, b) for a, b in pairs if a.ticket != b.ticket]
    queue.remove(unit, [a.ticket for a, _ in moved if a.ticket is not None])
    queue.put(unit, [b.ticket for _, b in moved if b.ticket is not None])
    unit.run_set(_SAVE_PROGRESS, [progress_of(standing) for standing in after])
    unit.run_set(_SAVE_TERMS, [terms_of(b) for a, b in pairs if has_other_terms(a, b)])


def has_attempts(unit: Unit, enrollment_id: UUID) -> bool:
    """Whether any email of the enrollment was begun, so that something may have left, whatever came of it."""
    row = unit.row(
        "SELECT 1 FROM outgoing_emails WHERE enrollment_id = :id AND first_attempted_at IS NOT NULL LIMIT 1",
        {"id": enrollment_id},
    )
    return row is not None


def delete(unit: Unit, customer_id: UUID, enrollment_id: UUID) -> dict[UUID, int]:
    """Take out the row of an enrollment that was never contacted, with its tasks and emails that were never begun.

    Gives the number of tasks taken out by step; emails by hand don't count among them.
    """
    key = {"id": enrollment_id, "customer_id": customer_id}
    counted = unit.rows(
        "SELECT step_id, count(*) FROM tasks WHERE enrollment_id = :id AND step_id IS NOT NULL AND kind <> 'email'"
        " GROUP BY step_id",
        key,
    )
    unit.run("DELETE FROM tasks WHERE enrollment_id = :id", key)
    unit.run("DELETE FROM outgoing_emails WHERE enrollment_id = :id", key)
    unit.run("DELETE FROM sequence_enrollments WHERE customer_id = :customer_id AND id = :id", key)
    return {as_uuid(row[0]): int(row[1]) for row in counted}


def hide(unit: Unit, customer_id: UUID, enrollment_id: UUID, *, is_hidden: bool = True) -> None:
    """Leave an ended enrollment out of lists, or show it again; its figures stay either way."""
    unit.run(
        "UPDATE sequence_enrollments SET is_hidden = :hidden WHERE customer_id = :customer_id AND id = :id",
        {"id": enrollment_id, "customer_id": customer_id, "hidden": is_hidden},
    )


def begin_round(unit: Unit, customer_id: UUID, enrollment_id: UUID) -> None:
    """Let a new round know nothing of a reply or goal of the one before; the figures keep both."""
    unit.run(
        "UPDATE sequence_enrollments SET replied_at = NULL, reply_waived_at = NULL, goal_achieved_at = NULL,"
        " reply_meaning = NULL, last_email_at = NULL, is_hidden = :no WHERE customer_id = :customer_id AND id = :id",
        {"customer_id": customer_id, "id": enrollment_id, "no": False},
    )


def dequeue(unit: Unit, standings: Iterable[Standing]) -> None:
    """Take enrollments out of the queue while an email of theirs is under way; the rows themselves stay untouched."""
    queue.remove(unit, [standing.ticket for standing in standings if standing.ticket is not None])


STANDING_TOPICS = (Topic.ENROLLMENTS, Topic.CONTACTS, Topic.SUPPRESSIONS, Topic.INBOX, Topic.TASKS)
"""What a Standing is made of: while none of these counters has moved, it is as it was read."""


def standing_version(unit: Unit) -> int:
    """A number that rises with every commit after which a Standing read before may be out of date."""
    row = unit.row(_VERSION)
    return 0 if row is None or row[0] is None else int(row[0])


_VERSION = (
    f"SELECT sum(number) FROM changes WHERE topic IN ({', '.join(repr(topic.value) for topic in STANDING_TOPICS)})"
)


def note_automatic(unit: Unit, pairs: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """Remember for each (contact, sequence) that an automatic email leaves now, for the rule of one a day."""
    unit.run_many(
        "UPDATE contacts SET last_automatic_at = :now, last_automatic_sequence_id = :sequence_id"
        " WHERE id = :contact_id",
        [{"contact_id": contact_id, "sequence_id": sequence_id, "now": now} for contact_id, sequence_id in pairs],
    )


def note_contacted(unit: Unit, contact_ids: Sequence[UUID], now: datetime) -> None:
    """Remember that these contacts were reached by an email, call or LinkedIn task of ours."""
    unit.run_many(
        "UPDATE contacts SET last_contacted_at = :now WHERE id = :id", [{"id": key, "now": now} for key in contact_ids]
    )
