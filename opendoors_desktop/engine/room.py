"""Reads the workspace as the scheduler and the forecast need it: running sequences, mailboxes, shared settings."""

from datetime import datetime, timedelta

from opendoors_desktop.domain.pacing import Attempt, PaceBook, SharedCounts
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.store import mailboxes, sequences, workspaces
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.types import as_day, as_instant, as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit

REMEMBERS = timedelta(days=3)
"""How far back a mailbox's book reads the journal: no rule of pace looks further."""


def load_room(unit: Unit, context: Context, holidays_of: sequences.HolidaysOf) -> Room:
    """Everything that deciding needs beside the enrollments themselves, as it stands in this unit."""
    workspace_id = context.scope.workspace_id
    running = sequences.get_sequences(unit, workspace_id, frozenset({SequenceStatus.ACTIVE}), holidays_of)
    workspace = workspaces.get_workspace(unit, workspace_id)
    keys = workspaces.get_keys(unit, workspace_id)
    return Room(
        sequences={sequence.id: sequence for sequence in running},
        mailboxes={box.id: box for box in mailboxes.list_mailboxes(unit, workspace_id)},
        fallbacks=workspace.fallbacks,
        opt_out_line=workspace.opt_out_line if workspace.opt_out_line_is_on else "",
        postal_address=workspace.postal_address,
        is_stopped=workspace.stopped_at is not None,
        erasure_key=keys.erasure,
        public_url=workspace.public_url,
        tracking_key=keys.tracking,
    )


def load_shared_counts(unit: Unit, room: Room, now: datetime) -> SharedCounts:
    """What sequences and companies have used up lately, from the counters that every sender moves."""
    shared = SharedCounts({key: each.calendar(each.zone).zone for key, each in room.sequences.items()})
    books = {
        "sequence_day": shared.sequences,
        "sequence_new_day": shared.new_contacts,
        "company_day": shared.companies,
    }
    since = (now - REMEMBERS).date()
    for kind, scope_id, day, used in unit.rows(
        "SELECT kind, scope_id, day, used FROM pace_counts WHERE day >= :since AND kind <> 'mailbox_day'",
        {"since": since},
    ):
        books[kind].add(as_uuid(scope_id), as_day(day), int(used))
    return shared


_ATTEMPTS = """
SELECT sequence_id, enrollment_id, step_id, contact_id, company_id, is_first, slot_at, first_attempted_at,
  last_attempted_at, state, id FROM outgoing_emails
WHERE mailbox_id = :mailbox_id AND first_attempted_at >= :since
UNION ALL
SELECT sequence_id, enrollment_id, step_id, contact_id, company_id, is_first, slot_at, first_attempted_at,
  last_attempted_at, state, id FROM outgoing_emails
WHERE mailbox_id = :mailbox_id AND first_attempted_at < :since
  AND last_attempted_at >= :since AND last_attempted_at <> first_attempted_at
"""


def load_book(unit: Unit, mailbox: Mailbox, shared: SharedCounts, now: datetime) -> PaceBook:
    """A mailbox's book of pace as the journal tells it, so that a restart gives no fresh quota."""
    rows = unit.rows(_ATTEMPTS, {"mailbox_id": mailbox.id, "since": now - REMEMBERS})
    attempts = [
        Attempt(
            sequence_id=maybe_uuid(row[0]),
            enrollment_id=as_uuid(row[1] or row[10]),
            step_id=as_uuid(row[2] or row[10]),
            contact_id=maybe_uuid(row[3]),
            company_id=maybe_uuid(row[4]),
            is_first=bool(row[5]),
            slot_at=maybe_instant(row[6]) or as_instant(row[7]),
            first_attempted_at=as_instant(row[7]),
            last_attempted_at=as_instant(row[8]),
            counts=row[9] not in {"failed", "cancelled"},
        )
        for row in rows
    ]
    return PaceBook.rebuild(mailbox.id, mailbox.limits.zone, attempts, shared, is_counted=True)
