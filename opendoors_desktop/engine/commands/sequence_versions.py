"""Older versions of a sequence: listed, looked at, and brought back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.sequence_document import parse_document
from opendoors_desktop.domain.sequence_draft import Owner, adopt
from opendoors_desktop.domain.step import Step
from opendoors_desktop.engine.commands.sequence_edits import SavedEdit, save_flow
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_extras import read_extras, without_extras
from opendoors_desktop.engine.sequence_saving import Names, names_in, require_settings, settings_from
from opendoors_desktop.store import call_scripts, people, sequence_changes, sequence_versions
from opendoors_desktop.store.sequence_versions import Version
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.templates import list_templates
from opendoors_desktop.store.unit import Unit


def list_versions(context: Context, sequence_id: UUID) -> list[Version]:
    """The saved versions of a sequence, newest first; raises NotFound."""
    with context.store.read() as unit:
        get_record(unit, context.scope.workspace_id, sequence_id)
        return sequence_versions.list_versions(unit, sequence_id)


def show_version(context: Context, sequence_id: UUID, number: int) -> dict[str, Any]:
    """A saved version in the form of a sequence's file; raises NotFound."""
    with context.store.read() as unit:
        get_record(unit, context.scope.workspace_id, sequence_id)
        return dict(sequence_versions.get_version(unit, sequence_id, number)["document"])


def restore_version(context: Context, sequence_id: UUID, number: int) -> SavedEdit:
    """Bring back settings and steps of a saved version, as a new save; people move as at any other edit.

    Steps come back under their own ids, so nobody gets an email twice. What has gone since (a mailbox, a person, a
    script, a template) is left out; the folder, the state and all figures stay. Raises NotFound, NotPossible.
    """
    scope, now = context.scope, context.clock.now()
    with context.store.write() as unit:
        record = get_record(unit, scope.workspace_id, sequence_id)
        version = sequence_versions.get_version(unit, sequence_id, number)
        names = names_in(unit, scope.workspace_id)
        sequence = _sequence_of(record, version, names)
        settings = settings_from(sequence, replace(record.settings, starts_at=_instant(version["starts_at"])))
        settings = read_extras(version["document"], settings, [])
        if UUID(version["owner"]) in people.list_people(unit, scope.workspace_id):
            settings = replace(settings, owner_id=UUID(version["owner"]))
        require_settings(unit, scope.workspace_id, settings)
        sequence_changes.update_sequence_settings(
            unit, scope.workspace_id, sequence_id, settings, by=scope.user_id, now=now
        )
        steps = _with_scripts(unit, record.workspace_id, sequence, version)
        follow = _followed(unit, record, version)
        return save_flow(context, unit, record, steps, summary=f"Version {number} brought back", follow=follow)


def _sequence_of(record: SequenceRecord, version: Mapping[str, Any], names: Names) -> Sequence:
    """The sequence a version holds, its steps under the ids they had, winners of tests included."""
    draft = parse_document(without_extras(version["document"]))
    keys: Iterator[UUID] = (UUID(step["id"]) for step in version["steps"])
    owner = Owner(record.id, record.workspace_id, record.settings.owner_id)
    sequence = adopt(draft, owner, keys.__next__, names.mailbox_ids, names.person_ids)
    tests = dict(zip((step.id for step in sequence.flow.steps), draft.sequence.flow.ordered, strict=True))
    steps = tuple(replace(step, ab_test=tests[step.id].ab_test) for step in sequence.flow.steps)
    return replace(sequence, flow=type(sequence.flow)(steps))


def _with_scripts(unit: Unit, workspace_id: UUID, sequence: Sequence, version: Mapping[str, Any]) -> list[Step]:
    scripts = call_scripts.list_scripts(unit, workspace_id)
    named = {UUID(step["id"]): UUID(step["script"]) for step in version["steps"] if step["script"]}
    return [
        replace(step, call_script_id=named[step.id]) if named.get(step.id) in scripts else step
        for step in sequence.flow.steps
    ]


def _followed(unit: Unit, record: SequenceRecord, version: Mapping[str, Any]) -> dict[UUID, UUID | None]:
    """The template each step followed, as far as it is still there."""
    known = {template.id for template in list_templates(unit, record.workspace_id, with_retired=True)}
    named = {UUID(step["id"]): UUID(step["template"]) if step["template"] else None for step in version["steps"]}
    return {step_id: template_id if template_id in known else None for step_id, template_id in named.items()}


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
