"""Rooms with a mailbox, sequences and contacts in them, set up by the commands themselves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.sequence_files import import_sequence
from opendoors_desktop.engine.commands.sequence_states import activate_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.audit import list_entries
from opendoors_desktop.store.mailboxes import Mailbox, find_mailbox
from opendoors_desktop.store.standings import Standing
from tests.sequence_builders import add_example_contact, add_example_mailbox

ADDRESS = "rep1@example.com"
FIRST = {"step_type": "email", "subject_template": "Hello", "body_template": "Hi {{ first_name }}"}
SECOND = {"step_type": "email", "delay_days": 2, "body_template": "Again"}
THIRD = {"step_type": "email", "delay_days": 3, "body_template": "And again"}


def add_mailbox(context: Context) -> Mailbox:
    """The room's mailbox; made when it is first asked for."""
    with context.store.read() as unit:
        found = find_mailbox(unit, context.scope.workspace_id, ADDRESS)
    return found or add_example_mailbox(context.store, context.scope, 1, ADDRESS)


def document(*steps: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """A sequence's document; without steps it has three emails."""
    return {
        "opendoors_sequence": 1,
        "name": "Example",
        "default_email_account": ADDRESS,
        "steps": list(steps or (FIRST, SECOND, THIRD)),
        **settings,
    }


def add_sequence(context: Context, *steps: dict[str, Any], **settings: Any) -> UUID:
    """A draft made from a document, sent from the room's mailbox."""
    add_mailbox(context)
    return import_sequence(context, document(*steps, **settings)).sequence_id


def start_sequence(context: Context, *steps: dict[str, Any], people: int = 0, **settings: Any) -> UUID:
    """A running sequence with that many contacts in it."""
    sequence_id = add_sequence(context, *steps, **settings)
    activate_sequence(context, sequence_id)
    add_people(context, sequence_id, people)
    return sequence_id


def add_people(context: Context, sequence_id: UUID, count: int, first: int = 1) -> list[UUID]:
    """New contacts, enrolled; gives the keys of their enrollments."""
    contacts = [
        add_example_contact(context.store, context.scope, number, {"first_name": f"Ann{number}"})
        for number in range(first, first + count)
    ]
    found = enroll(context, sequence_id, contacts)
    assert all(each.refusal is None for each in found)
    return [each.enrollment_id for each in found if each.enrollment_id is not None]


def standings(context: Context, sequence_id: UUID) -> list[Standing]:
    """The active and paused enrollments of a sequence, in the order they were made."""
    with context.store.read() as unit:
        return enrollments.page_standings(unit, context.scope.customer_id, sequence_id)


def only(context: Context, sequence_id: UUID) -> Enrollment:
    """The one enrollment there is in a sequence."""
    (standing,) = standings(context, sequence_id)
    return standing.enrollment


def standing_of(context: Context, enrollment_id: UUID) -> Standing:
    """An enrollment, an ended one too."""
    with context.store.read() as unit:
        found = enrollments.find_standing(unit, context.scope.customer_id, enrollment_id)
    assert found is not None
    return found


def rewrite(context: Context, before: Standing, after: Enrollment) -> None:
    """Put an enrollment into a state that sending would have brought it to."""
    with context.store.write() as unit:
        enrollments.save(unit, [before], [replace(before, enrollment=after)])


def pass_time(context: Context, **length: float) -> None:
    """Let the clock go on."""
    assert isinstance(context.clock, VirtualClock)
    context.clock.advance_to(context.clock.now() + timedelta(**length))


def actions(context: Context) -> list[str]:
    """What the book says was done, oldest first."""
    with context.store.read() as unit:
        return [entry.action for entry in reversed(list_entries(unit, context.scope.workspace_id))]


def topic_numbers(context: Context) -> dict[str, int]:
    """How often each topic has changed."""
    with context.store.read() as unit:
        return {row[0]: int(row[1]) for row in unit.rows("SELECT topic, number FROM changes")}
