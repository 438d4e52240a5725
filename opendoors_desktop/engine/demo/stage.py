"""Sets the tour's stage by the program's own commands: contacts, folders, mailboxes, sequences, and who is in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import Ramp
from opendoors_desktop.engine.commands.contact_imports import import_contacts
from opendoors_desktop.engine.commands.contacts import list_contacts
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.folders import add_folder
from opendoors_desktop.engine.commands.mailboxes import NewMailbox, add_mailbox, change_mailbox
from opendoors_desktop.engine.commands.sequence_files import import_sequence
from opendoors_desktop.engine.commands.sequence_states import activate_sequence
from opendoors_desktop.engine.commands.sequences import move_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.demo.evidence import BoxRules, Rules, SequenceRules
from opendoors_desktop.engine.demo.mail_server import HOST
from opendoors_desktop.engine.demo.marks import marks_of
from opendoors_desktop.shipped import find_shipped
from opendoors_desktop.store.mailboxes import Mailbox

REP_ZONE: Final = ZoneInfo("Europe/Berlin")
MONDAY: Final = date(2026, 3, 2)
"""The first day; in its second week clocks change in America and not yet in Europe."""

WEEKS: Final = 2
OPENS_AT: Final = datetime.combine(MONDAY, time(7), REP_ZONE).astimezone(UTC)
ENDS_AT: Final = datetime.combine(MONDAY + timedelta(weeks=WEEKS), time(), REP_ZONE).astimezone(UTC)

OUTREACH: Final = "spring-introduction.json"
INVITATION: Final = "open-house.json"
INVITED_EVERY: Final = 4
"""Every so many contacts are invited as well, so that two sequences write to them."""

BOXES: Final = (
    BoxRules("mira@outreach.example.com", "Europe/Berlin", daily_cap=15, hourly_cap=4, gap=timedelta(seconds=90)),
    BoxRules("jonas@outreach.example.com", "Europe/Berlin", daily_cap=13, hourly_cap=5, gap=timedelta(seconds=120)),
    BoxRules(
        "ada@outreach.example.com",
        "America/New_York",
        daily_cap=24,
        hourly_cap=9,
        company_cap=2,
        gap=timedelta(seconds=60),
        ramp=(MONDAY, 12, 2),
    ),
)
NAMES: Final = {"mira": "Mira Sundstrand", "jonas": "Jonas Falkenried", "ada": "Ada Merribrook"}


@dataclass(frozen=True, slots=True)
class Stage:
    """What was set up: contacts in the order of their file, sequences by the names of their files."""

    contacts: tuple[Contact, ...]
    sequences: Mapping[str, UUID]
    rules: Rules


def samples() -> Path:
    """The folder of sample data that ships with the program."""
    return find_shipped("resources") / "sample"


def read_sample(name: str) -> dict[str, Any]:
    """A sequence's document that ships with the program."""
    document: dict[str, Any] = json.loads((samples() / name).read_text(encoding="utf-8"))
    return document


def set_up_contacts(context: Context) -> tuple[Contact, ...]:
    """Import the contacts that ship with the program; gives them in the order of the file."""
    import_contacts(context, samples() / "contacts.csv")
    return tuple(list_contacts(context))


def set_up(context: Context, contacts: tuple[Contact, ...], ports: tuple[int, int]) -> Stage:
    """Make mailboxes, folders, and the running sequences with everyone in them.

    `ports` of loopback are those of the mailboxes' SMTP and IMAP hosts.
    """
    for box in BOXES:
        _add_box(context, box, ports)
    teams = add_folder(context, "Teams")
    spring = add_folder(context, "Spring", teams)
    documents = {name: read_sample(name) for name in (OUTREACH, INVITATION)}
    sequences = {name: import_sequence(context, document).sequence_id for name, document in documents.items()}
    move_sequence(context, sequences[OUTREACH], spring)
    move_sequence(context, sequences[INVITATION], teams)
    for sequence_id in sequences.values():
        activate_sequence(context, sequence_id)
    enroll(context, sequences[OUTREACH], [contact.id for contact in contacts])
    enroll(context, sequences[INVITATION], [contact.id for contact in contacts[::INVITED_EVERY]])
    return Stage(
        contacts,
        sequences,
        Rules(
            boxes={box.address: box for box in BOXES},
            sequences={document["name"]: rules_of(document) for document in documents.values()},
            marks={which: marks for document in documents.values() for which, marks in marks_of(document).items()},
            zones={contact.email.lower(): contact.zone for contact in contacts if contact.zone},
        ),
    )


def rules_of(document: Mapping[str, Any]) -> SequenceRules:
    """The settings of a sequence as its file says them."""
    return SequenceRules(
        name=document["name"],
        zone=document["sending_timezone"],
        days=tuple(document["sending_days"]),
        start=time.fromisoformat(document["sending_window_start"]),
        end=time.fromisoformat(document["sending_window_end"]),
        max_a_day=document["max_emails_per_day"],
        max_new_a_day=document["max_new_contacts_per_day"],
        throttle=timedelta(minutes=document["throttle_delay_minutes"]),
    )


def _add_box(context: Context, box: BoxRules, ports: tuple[int, int]) -> None:
    new = NewMailbox(
        box.address,
        MailHost(HOST, ports[0], Security.NONE),
        imap=MailHost(HOST, ports[1], Security.NONE, box.address),
        secret="",
        auth=AuthMethod.NONE,
        from_name=NAMES[box.address.partition("@")[0]],
        connections=1,
        daily_cap=box.daily_cap,
        hourly_cap=box.hourly_cap,
        gap=box.gap,
        company_cap=box.company_cap,
    )

    def in_its_zone(mailbox: Mailbox) -> Mailbox:
        ramp = None if box.ramp is None else Ramp(*box.ramp)
        return replace(mailbox, limits=replace(mailbox.limits, zone=ZoneInfo(box.zone), ramp=ramp))

    change_mailbox(context, add_mailbox(context, new), in_its_zone)
