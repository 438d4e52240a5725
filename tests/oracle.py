"""What must be true after every run, told from what really left and from the store: nothing twice, nothing lost."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.store.check import find_damage, find_misplaced, recount
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Unit

_ID = re.compile(rb"^Message-ID: *(<[^>]+>)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Capture:
    """A message that left: its Message-ID, whom it went to, when, and from which mailbox where that is known."""

    message_id: str
    recipient: str
    at: datetime
    mailbox_id: UUID | None = None

    @classmethod
    def of(cls, message: bytes, recipient: str, at: datetime, mailbox_id: UUID | None = None) -> "Capture":
        """The capture of a whole message."""
        found = _ID.search(message)
        assert found is not None, message[:500]
        return cls(found[1].decode(), recipient, at, mailbox_id)


def captures_in(folder: Path) -> list[Capture]:
    """What smtp-sink kept in a folder, messages cut short by a broken connection left out (they were never taken)."""
    found = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        if _ID.search(content) is None:
            continue
        head = BytesHeaderParser().parsebytes(content)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        found.append(Capture.of(content, str(head["To"] or ""), at))
    return found


@dataclass(frozen=True)
class _Email:
    """A row of the journal."""

    id: UUID
    message_id: str
    state: str
    attempts: int
    enrollment_id: UUID | None
    step_id: UUID | None
    round: int


def _journal(unit: Unit) -> list[_Email]:
    rows = unit.rows("SELECT id, message_id, state, attempts, enrollment_id, step_id, round FROM outgoing_emails")
    return [
        _Email(as_uuid(row[0]), row[1], row[2], row[3], maybe_uuid(row[4]), maybe_uuid(row[5]), row[6]) for row in rows
    ]


def nothing_twice(unit: Unit, captures: Iterable[Capture], chosen: frozenset[str] = frozenset()) -> list[str]:
    """I1: of each (enrollment, step, round) at most one message left; more only where a person chose so (`chosen`)."""
    by_id = {email.message_id: email for email in _journal(unit)}
    problems: list[str] = []
    per_step: Counter[tuple[Any, ...]] = Counter()
    for message_id, count in Counter(capture.message_id for capture in captures).items():
        email = by_id.get(message_id)
        if email is None:
            problems.append(f"{message_id} left and is in no journal")
            continue
        if message_id not in chosen:
            per_step[email.enrollment_id or email.id, email.step_id, email.round] += count
    return problems + [f"{key} left {count} times" for key, count in per_step.items() if count > 1]


_STANDS = """
SELECT e.id, e.status, e.hold_reason, e.wake_lane, s.status, e.completion_reason,
  (SELECT count(*) FROM claim_queue q WHERE q.enrollment_id = e.id),
  (SELECT count(*) FROM tasks t WHERE t.enrollment_id = e.id AND t.round = e.round AND t.state = 'open'),
  (SELECT count(*) FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
     AND o.state IN ('claimed', 'sending')),
  (SELECT count(*) FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
     AND o.state = 'uncertain'),
  (SELECT count(*) FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
     AND o.state IN ('planned', 'deferred')),
  (SELECT count(*) FROM outgoing_emails o WHERE o.enrollment_id = e.id AND o.kind = 'sequence'
     AND o.state IN ('planned', 'deferred') AND o.draft IS NOT NULL)
FROM sequence_enrollments e JOIN sequences s ON s.id = e.sequence_id
"""


def nothing_lost(unit: Unit, *, at_rest: bool = True) -> list[str]:
    """I2: everyone in a running sequence waits for an instant, for a person, or has an email under way; once each.

    `at_rest`: no scheduler runs, so that nothing may be under way.
    """
    problems: list[str] = []
    for row in unit.rows(_STANDS):
        key, status, hold, lane, sequence, reason = as_uuid(row[0]), *row[1:6]
        queued, tasks, under_way, uncertain, waiting, by_hand = row[6:]
        if queued > 1 or (queued == 1) is not (lane is not None):
            problems.append(f"{key} has {queued} rows in the queue and its lane is {lane}")
        if at_rest and under_way:
            problems.append(f"{key} has {under_way} emails under way and nobody sends them")
        if status in {"active", "paused"} and reason is not None:
            problems.append(f"{key} is {status} and ended as {reason}")
        if status not in {"active", "paused"}:
            if queued or tasks or waiting:
                problems.append(
                    f"{key} is {status} with {queued} in the queue, {tasks} tasks, {waiting} emails waiting"
                )
            elif reason is None:
                problems.append(f"{key} is {status} without a reason")
        elif status == "paused":
            if queued:
                problems.append(f"{key} is paused and in the queue")
        elif sequence == "active" and not any((queued, tasks, hold, under_way, uncertain, by_hand)):
            problems.append(f"{key} is active and waits for nothing")
    return problems


def stopped_means_stopped(captures: Iterable[Capture], unit: Unit, stops: Mapping[UUID, datetime]) -> list[str]:
    """I3: nothing leaves after an enrollment's end (reply, bounce, unsubscribe, a person) was committed."""
    by_id = {email.message_id: email for email in _journal(unit)}
    return [
        f"{capture.message_id} left at {capture.at}, stopped at {stopped_at}"
        for capture in captures
        if (email := by_id.get(capture.message_id)) is not None
        and email.enrollment_id is not None
        and (stopped_at := stops.get(email.enrollment_id)) is not None
        and capture.at > stopped_at
    ]


def limits_held(captures: Iterable[Capture], limits: MailboxLimits) -> list[str]:
    """I4: a mailbox's day, any of its hours and its gap never hold more than they may."""
    times = sorted(capture.at for capture in captures if capture.mailbox_id in {limits.mailbox_id, None})
    problems: list[str] = []
    if limits.daily_cap is not None:
        days = Counter(local_day(limits.zone, at) for at in times)
        problems += [f"{count} emails on {day}" for day, count in days.items() if count > limits.daily_cap]
    if limits.hourly_cap is not None:
        for first, at in zip(times, times[limits.hourly_cap :], strict=False):
            if at - first < timedelta(hours=1):
                problems.append(f"more than {limits.hourly_cap} in the hour from {first}")
    problems += [
        f"{later - earlier} between two emails at {later}"
        for earlier, later in pairwise(times)
        if later - earlier < limits.gap
    ]
    return problems


def nothing_false(unit: Unit, captures: Iterable[Capture], chosen: frozenset[str] = frozenset()) -> list[str]:
    """I5: what is marked sent left; what left is sent or uncertain, never failed, waiting or cancelled.

    What a person settled (`chosen`) is left out.
    """
    left = {capture.message_id for capture in captures}
    problems: list[str] = []
    for email in _journal(unit):
        if email.message_id in chosen:
            continue
        if email.state == "sent" and email.message_id not in left:
            problems.append(f"{email.message_id} is marked sent and never left")
        if email.state not in {"sent", "uncertain", "sending"} and email.message_id in left:
            problems.append(f"{email.message_id} left and is {email.state}")
        if email.attempts < 0:
            problems.append(f"{email.message_id} has {email.attempts} attempts")
    return problems


def store_is_sound(unit: Unit, workspace_id: UUID) -> list[str]:
    """I6: the file is whole, the figures can be counted again, the queue stands as the enrollments say."""
    return [
        *find_damage(unit),
        *[str(each) for each in recount(unit, workspace_id)],
        *[f"{key} is misplaced in the queue" for key in find_misplaced(unit, workspace_id)],
        *[f"the count {row[0]} is {row[1]}" for row in unit.rows("SELECT kind, used FROM pace_counts WHERE used < 0")],
    ]


def problems_of(
    store: Store, captures: Iterable[Capture], workspace_id: UUID, chosen: frozenset[str] = frozenset()
) -> list[str]:
    """All that is wrong after a run that has ended."""
    captures = list(captures)
    with store.read() as unit:
        return [
            *nothing_twice(unit, captures, chosen),
            *nothing_lost(unit),
            *nothing_false(unit, captures, chosen),
            *store_is_sound(unit, workspace_id),
        ]


def check(room: Any, *posts: Any, chosen: frozenset[str] = frozenset()) -> None:
    """Fail where anything is wrong in a room after a run that has ended, by what its posts were given."""
    captures = [capture for post in posts for capture in post.captures]
    assert problems_of(room.context.store, captures, room.context.scope.workspace_id, chosen) == []
