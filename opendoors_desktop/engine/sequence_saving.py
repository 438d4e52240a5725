"""What every save of a sequence does: tells the fields its texts need, checks its settings, and keeps a version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.sequence_document import to_document
from opendoors_desktop.domain.step import Step
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_extras import write_extras
from opendoors_desktop.engine.sequence_limits import Known, check_settings
from opendoors_desktop.engine.step_texts import needed_fields
from opendoors_desktop.store import call_scripts, folders, mailboxes, people, sequence_changes, sequence_versions
from opendoors_desktop.store.contacts import own_fields
from opendoors_desktop.store.followed_templates import followed_in
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import SequenceRecord, get_record, sequence_of
from opendoors_desktop.store.steps import VariablesOf
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Names:
    """By which addresses files name mailboxes and people: those in use, by their keys."""

    mailboxes: Mapping[UUID, str]
    people: Mapping[UUID, str]

    @property
    def mailbox_ids(self) -> Mapping[str, UUID]:
        """The keys of mailboxes by address."""
        return {address: key for key, address in self.mailboxes.items()}

    @property
    def person_ids(self) -> Mapping[str, UUID]:
        """The keys of people by address."""
        return {address: key for key, address in self.people.items()}


def names_in(unit: Unit, workspace_id: UUID) -> Names:
    """The mailboxes in use and the people of a workspace, by address."""
    boxes = mailboxes.list_mailboxes(unit, workspace_id)
    persons = people.list_people(unit, workspace_id).values()
    return Names({box.id: box.address for box in boxes}, {each.id: each.email for each in persons if each.email})


def variables_teller(unit: Unit, workspace_id: UUID) -> VariablesOf:
    """Tells the fields that the texts of a step need, those of its call script too."""
    scripts = {key: script.variables for key, script in call_scripts.list_scripts(unit, workspace_id).items()}

    def variables_of(step: Step) -> frozenset[str]:
        return needed_fields(step, scripts)

    return variables_of


def own_field_kinds(unit: Unit, workspace_id: UUID) -> dict[str, FieldKind]:
    """The workspace's own fields of contacts, which conditions may ask for."""
    return {each.name: each.kind for each in own_fields(unit, workspace_id)}


def require_settings(unit: Unit, workspace_id: UUID, settings: SequenceSettings) -> None:
    """Raise InputError with everything that is wrong with settings in this workspace."""
    known = Known(
        mailboxes={box.id for box in mailboxes.list_mailboxes(unit, workspace_id)},
        folders=folders.list_folders(unit, workspace_id),
        people=people.list_people(unit, workspace_id),
    )
    check_settings(settings, known)


def plain_sequence(record: SequenceRecord) -> Sequence:
    """The sequence with its own days off alone and its own texts alone: what a file or a version holds of it."""

    def no_holidays(_country: str, _part: str) -> frozenset[date]:
        return frozenset()

    return sequence_of(record, no_holidays, {})


def save_version(
    context: Context, unit: Unit, sequence_id: UUID, summary: str, expected: int | None = None
) -> SequenceRecord:
    """Count a save and keep the sequence as it now stands; gives its record. NotPossible where it isn't `expected`."""
    by, now = context.scope.user_id, context.clock.now()
    sequence_changes.raise_version(unit, sequence_id, expected=expected, by=by, now=now)
    return keep_version(context, unit, sequence_id, summary)


def keep_version(context: Context, unit: Unit, sequence_id: UUID, summary: str) -> SequenceRecord:
    """Keep the sequence as it now stands under the number it has: its first version."""
    by, now = context.scope.user_id, context.clock.now()
    record = get_record(unit, context.scope.workspace_id, sequence_id)
    document = version_document(unit, record)
    sequence_versions.add_version(
        unit, context.new_id(), sequence_id, record.version, document, summary=summary, by=by, now=now
    )
    return record


def version_document(unit: Unit, record: SequenceRecord) -> dict[str, Any]:
    """A sequence as a version keeps it: its file, and beside it what a file doesn't hold, steps in the same order."""
    names = names_in(unit, record.workspace_id)
    followed = followed_in(unit, record.id)
    steps = record.flow.ordered
    starts_at = record.settings.starts_at
    return {
        "document": write_extras(to_document(plain_sequence(record), names.mailboxes, names.people), record.settings),
        "starts_at": None if starts_at is None else starts_at.isoformat(),
        "owner": str(record.settings.owner_id),
        "steps": [
            {
                "id": str(step.id),
                "script": None if step.call_script_id is None else str(step.call_script_id),
                "template": str(followed[step.id].template_id) if step.id in followed else None,
            }
            for step in steps
        ],
    }


def settings_from(sequence: Sequence, base: SequenceSettings) -> SequenceSettings:
    """The settings that a sequence's value holds, with those it doesn't know taken from `base`."""
    return replace(
        base,
        name=sequence.name,
        owner_id=sequence.owner_id,
        description=sequence.description,
        tags=sequence.tags,
        zone=sequence.zone,
        uses_contact_zone=sequence.uses_contact_zone,
        window=sequence.window,
        delays_in_working_days=sequence.delays_in_working_days,
        days_off=sequence.holidays,
        max_emails_per_day=sequence.max_emails_per_day,
        max_new_per_day=sequence.max_new_per_day,
        throttle=sequence.throttle,
        stop_on_reply=sequence.stop_on_reply,
        stop_company_on_reply=sequence.stop_company_on_reply,
        stop_on_bounce=sequence.stop_on_bounce,
        stop_on_unsubscribe=sequence.stop_on_unsubscribe,
        default_mailbox_id=sequence.default_mailbox_id,
        shares=sequence.shares,
        allows_new_round=sequence.allows_new_round,
        allows_parallel=sequence.allows_parallel,
        goal_type=sequence.goal_type,
        goal_target=sequence.goal_target,
        goal_deadline=sequence.goal_deadline,
    )
