"""What the outbox reads of the store at once: who waits for a person, what left today, and the mailboxes."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from opendoors_desktop.gui.formats import here
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.mailbox.colors import colors_of
from opendoors_desktop.gui.outbox.agenda_model import AgendaRow, left_row
from opendoors_desktop.store.queries.mailbox_list import MailboxSight, list_mailbox_sights
from opendoors_desktop.store.queries.outbox import OutgoingRow
from opendoors_desktop.store.queries.outbox_today import HeldEmail, count_left, list_held, list_left, list_uncertain


@dataclass(frozen=True, slots=True)
class OutboxFacts:
    """All of one state of the store; days are the person's own."""

    now: datetime
    today: date
    held: tuple[HeldEmail, ...]
    uncertain: tuple[OutgoingRow, ...]
    left: tuple[AgendaRow, ...]
    sent: dict[UUID, int]
    mailboxes: tuple[MailboxSight, ...]
    colors: dict[UUID, str]


def read_facts(reading: Reading) -> OutboxFacts:
    """Read them."""
    unit, workspace_id = reading.unit, reading.scope.workspace_id
    today = here(reading.now).date()
    since = datetime.combine(today, time()).astimezone()
    mailboxes = list_mailbox_sights(unit, workspace_id, reading.now)
    return OutboxFacts(
        now=reading.now,
        today=today,
        held=tuple(list_held(unit, workspace_id)),
        uncertain=tuple(list_uncertain(unit, workspace_id)),
        left=tuple(left_row(row, None) for row in list_left(unit, workspace_id, since)),
        sent=dict(count_left(unit, workspace_id, since)),
        mailboxes=tuple(mailboxes),
        colors=colors_of((each.mailbox.id, each.mailbox.address) for each in mailboxes),
    )
