"""Makes stores of a wanted size for benchmarks: one mailbox, one sequence, many contacts who are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.entrance import enter
from opendoors_desktop.mail.template import variables_of
from opendoors_desktop.store import mailboxes, sequence_changes, steps
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.secrets import MemorySecrets
from opendoors_desktop.store.sequence_settings import SequenceSettings

ANY_TIME = SendWindow(days=(True, True, True, True, True, True, True))

SUBJECT = "{{ first_name }}, {{ custom.hours }} hours a week at {{ company }}"
PROSE = "The rest of this email is the kind of plain prose that a step holds, and it reads the same for everybody. "
BODY = (
    "<p>Hi {{ first_name | title }},</p><p>"
    + "We saw that {{ company }} adds to its {{ custom.department | lower }} team in {{ city }}; teams of that size"
    " tend to lose {{ custom.hours }} hours a week to chasing answers by hand. "
    * 2
    + "</p>{% if custom.topic %}<p>We last spoke about {{ custom.topic | truncate(40) }}.</p>{% endif %}<p>"
    + PROSE * 12
    + "</p><p>Best regards,<br>{{ sender_name }}</p>"
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A store made for measuring, and the keys of what is in it."""

    context: Context
    mailbox: Mailbox
    sequence_id: UUID
    step_ids: tuple[UUID, ...]


def make_store(
    folder: Path,
    *,
    port: int,
    connections: int,
    emails: int = 1,
    zones: tuple[str, str] = ("UTC", "UTC"),
    url: str | None = None,
) -> Bench:
    """A store with a mailbox on a loopback port and a running sequence of `emails` emails, no limits.

    `zones` are the mailbox's and the sequence's. The store is a file in `folder`, or where `url` says.
    """
    clock = RealClock()
    new_id = id_source(clock)
    store = Store.open(url or f"sqlite:///{folder / 'bench.db'}")
    now = clock.now()
    scope = enter(store, now, new_id)
    context = Context(store=store, clock=clock, new_id=new_id, scope=scope, secrets=MemorySecrets(), data_dir=folder)
    return add_sender(context, "ann@example.com", port=port, connections=connections, emails=emails, zones=zones)


def add_sender(
    context: Context, address: str, *, port: int, connections: int, emails: int, zones: tuple[str, str] = ("UTC", "UTC")
) -> Bench:
    """One more mailbox on a loopback port, and a running sequence of its own; else as `make_store`."""
    scope, now = context.scope, context.clock.now()
    mailbox_id, sequence_id = context.new_id(), context.new_id()
    mailbox = Mailbox(
        id=mailbox_id,
        customer_id=scope.customer_id,
        workspace_id=scope.workspace_id,
        user_id=scope.user_id,
        address=address,
        from_name="Ann Sender",
        smtp=MailHost("127.0.0.1", port, Security.NONE),
        auth=AuthMethod.NONE,
        limits=MailboxLimits(mailbox_id, ZoneInfo(zones[0])),
        connections=connections,
    )
    own = [
        Step(
            id=context.new_id(),
            sequence_id=sequence_id,
            order=number,
            type=StepType.EMAIL,
            delay=Delay(days=0 if number == 1 else 3),
            subject_template=SUBJECT if number == 1 else None,
            body_template=BODY,
            body_is_html=True,
        )
        for number in range(1, emails + 1)
    ]
    settings = SequenceSettings(
        name="Measured",
        owner_id=scope.user_id,
        zone=zones[1],
        window=ANY_TIME,
        max_emails_per_day=None,
        throttle=timedelta(),
        default_mailbox_id=mailbox_id,
    )
    with context.store.write() as unit:
        mailboxes.add_mailbox(unit, mailbox, by=scope.user_id, now=now)
        owners = (scope.customer_id, scope.workspace_id)
        sequence_changes.add_sequence(unit, sequence_id, owners, settings, by=scope.user_id, now=now)
        steps.save_steps(unit, sequence_id, own, _variables, now)
        sequence_changes.set_status(unit, sequence_id, SequenceStatus.ACTIVE, now)
    return Bench(context, mailbox, sequence_id, tuple(step.id for step in own))


def add_due(bench: Bench, number: int, due_at: datetime | None = None, zones: Sequence[str] = ("UTC",)) -> None:
    """Enroll `number` new contacts in `zones` by turns, whose first email is due at an instant (None: a while ago)."""
    context = bench.context
    at = due_at or datetime.now(UTC) - timedelta(hours=1)
    contacts, enrolled, queued = [], [], []
    for index in range(number):
        contact_id, enrollment_id = context.new_id(), context.new_id()
        contacts.append(_contact(context, contact_id, index, at))
        enrolled.append(_enrollment(bench, enrollment_id, contact_id, at) | {"zone": zones[index % len(zones)]})
        queued.append({"m": bench.mailbox.id, "s": bench.sequence_id, "at": at, "e": enrollment_id})
    with context.store.write() as unit:
        unit.run_many(_CONTACT, contacts)
        unit.run_many(_ENROLLMENT, enrolled)
        unit.run_many("INSERT INTO claim_queue VALUES (:m, :s, 1, :at, :e)", queued)


_CONTACT = """
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, company_name, city, custom, created_at,
  updated_at)
VALUES (:id, :workspace_id, :email, :email, :first_name, :company, :city, :custom, :at, :at)
"""
_ENROLLMENT = """
INSERT INTO sequence_enrollments (id, customer_id, workspace_id, sequence_id, contact_id, enrolled_at, status, round,
  mailbox_id, time_zone, records, current_step_id, next_step_scheduled_at, wake_mailbox_id, wake_lane, wake_at)
VALUES (:id, :customer_id, :workspace_id, :sequence_id, :contact_id, :at, 'active', 1,
  :mailbox_id, :zone, '[]', :step_id, :at, :mailbox_id, 1, :at)
"""


def add_strangers(bench: Bench, number: int) -> list[UUID]:
    """So many contacts who are in no sequence."""
    context, at = bench.context, bench.context.clock.now()
    rows = [_contact(context, context.new_id(), index, at) for index in range(number)]
    with context.store.write() as unit:
        unit.run_many(_CONTACT, rows)
    return [UUID(str(row["id"])) for row in rows]


def _contact(context: Context, contact_id: UUID, index: int, at: datetime) -> dict[str, object]:
    return {
        "id": contact_id,
        "workspace_id": context.scope.workspace_id,
        "email": f"u{contact_id.hex}@example.net",
        "first_name": f"zo\u00eb{index}" if index % 10 == 0 else f"anna{index}",
        "company": f"Firm & S\u00f6hne {index}" if index % 7 == 0 else f"Firm {index}",
        "city": "Lyon",
        "custom": f'{{"hours":{index % 9 + 3},"department":"SALES","topic":"the new plan for the region"}}',
        "at": at,
    }


def _enrollment(bench: Bench, enrollment_id: UUID, contact_id: UUID, at: datetime) -> dict[str, object]:
    scope = bench.context.scope
    return {
        "id": enrollment_id,
        "customer_id": scope.customer_id,
        "workspace_id": scope.workspace_id,
        "sequence_id": bench.sequence_id,
        "contact_id": contact_id,
        "mailbox_id": bench.mailbox.id,
        "step_id": bench.step_ids[0],
        "at": at,
    }


def _variables(step: Step) -> frozenset[str]:
    return variables_of(step.subject_template or "") | variables_of(step.body_template or "")
