"""The facts of the status bar: what leaves next, today's emails beside the cap, who needs a look, and who sends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.store.leases import HeldBy
from opendoors_desktop.store.mailbox_rows import Mailbox
from opendoors_desktop.store.mailbox_use import living_leases
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.queries.contact_figures import count_held
from opendoors_desktop.store.queries.inbox import count_to_look_at
from opendoors_desktop.store.queries.mailbox_list import MailboxSight, list_mailbox_sights
from opendoors_desktop.store.queries.next_email import NextEmail, find_next_email
from opendoors_desktop.store.unit import Unit

PATIENCE: Final = timedelta(minutes=5)
"""So long a mailbox may be out of reach for reading before a person is told: most such trouble passes."""


@dataclass(frozen=True, slots=True)
class FailingMailbox:
    """A mailbox that doesn't send, with the stable word for why, the server's words, and since when.

    One that couldn't be read for PATIENCE is among them: its emails wait.
    """

    id: UUID
    address: str
    status: MailboxStatus
    reason: str | None
    detail: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the status bar says.

    `sent_today` and `cap_today` are those of all mailboxes, each by its own day; a cap of None: one of them has none.
    `planned_today` is what is due by midnight and within the caps, up to ten thousand a mailbox. `held` enrollments and
    `uncertain` emails wait for a person, `to_look_at` mails that came for a look. `senders` hold mailboxes now,
    `is_stopped` is the workspace's emergency stop, `is_sending_on` a machine's switch as the store was told it (None:
    it was never switched).
    """

    next_email: NextEmail | None
    sent_today: int
    planned_today: int
    cap_today: int | None
    held: int
    uncertain: int
    to_look_at: int
    sending_mailboxes: int
    failing: tuple[FailingMailbox, ...]
    senders: tuple[HeldBy, ...]
    is_stopped: bool
    is_sending_on: bool | None


_UNCERTAIN: Final = f"""
SELECT count(*) FROM outgoing_emails WHERE {OPEN} AND state = 'uncertain' AND workspace_id = :workspace_id
"""
_STOP: Final = "SELECT emergency_stop_at FROM workspaces WHERE id = :workspace_id"
_SWITCH: Final = "SELECT sending_is_on FROM machines WHERE workspace_id = :workspace_id AND machine_id = :machine_id"


def read_status(unit: Unit, workspace_id: UUID, now: datetime, machine_id: str | None = None) -> StatusFacts:
    """The facts at `now`; costs a few looks into indexes for each mailbox, and a row read for each held enrollment."""
    sights = list_mailbox_sights(unit, workspace_id, now)
    here = {"workspace_id": workspace_id}
    caps = [sight.cap_today for sight in sights if sight.mailbox.can_send]
    stop, switch = unit.row(_STOP, here), unit.row(_SWITCH, here | {"machine_id": machine_id or ""})
    [(uncertain,)] = unit.rows(_UNCERTAIN, here)
    return StatusFacts(
        next_email=find_next_email(unit, workspace_id, sights, now),
        sent_today=sum(sight.sent_today for sight in sights),
        planned_today=sum(map(_planned, sights)),
        cap_today=None if None in caps else sum(cap for cap in caps if cap is not None),
        held=sum(count_held(unit, workspace_id).values()),
        uncertain=int(uncertain),
        to_look_at=count_to_look_at(unit, workspace_id, now),
        sending_mailboxes=len(caps),
        failing=tuple(_failing(sight.mailbox) for sight in sights if _is_failing(sight.mailbox, now)),
        senders=tuple(living_leases(unit, workspace_id)),
        is_stopped=stop is not None and stop[0] is not None,
        is_sending_on=None if switch is None else bool(switch[0]),
    )


def _planned(sight: MailboxSight) -> int:
    if not sight.mailbox.can_send:
        return 0
    free = None if sight.cap_today is None else max(0, sight.cap_today - sight.sent_today)
    return sight.due_today if free is None else min(sight.due_today, free)


def _is_failing(mailbox: Mailbox, now: datetime) -> bool:
    since = mailbox.reading_error_since
    return not mailbox.can_send or (mailbox.waits_for_reading and since is not None and now - since >= PATIENCE)


def _failing(mailbox: Mailbox) -> FailingMailbox:
    reason, detail, since = mailbox.status_reason, mailbox.status_detail, mailbox.status_since
    if mailbox.can_send:
        reason, detail, since = "unread", mailbox.reading_error, mailbox.reading_error_since
    return FailingMailbox(mailbox.id, mailbox.address, mailbox.status, reason, detail, since)
