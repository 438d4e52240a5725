"""Sequences as JSON files: taken in, given out, looked over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.json_reader import BadJson, JsonFault
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.sequence_document import parse_document, to_document
from opendoors_desktop.domain.sequence_draft import Owner, SequenceDraft, TemplateDraft, adopt
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.sequences import add_draft
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_extras import read_extras, without_extras, write_extras
from opendoors_desktop.engine.sequence_saving import (
    Names,
    keep_version,
    names_in,
    own_field_kinds,
    plain_sequence,
    settings_from,
    variables_teller,
)
from opendoors_desktop.mail.template import variables_of
from opendoors_desktop.store.followed_templates import followed_in, with_texts
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import get_record
from opendoors_desktop.store.steps import save_steps
from opendoors_desktop.store.templates import Template, add_template, list_templates
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class ImportedSequence:
    """A draft made from a file: its key and name, the addresses of mailboxes and people the file names that aren't
    here (the draft is made without them), and the templates that came with it.
    """

    sequence_id: UUID
    name: str
    unknown_mailboxes: tuple[str, ...] = ()
    unknown_people: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()


def check_document(context: Context, document: object) -> SequenceDraft:
    """The sequence a document says, nothing written; raises BadJson with every fault and its path."""
    with context.store.read() as unit:
        custom = own_field_kinds(unit, context.scope.workspace_id)
    return _read(context, document, custom)[0]


def import_sequence(context: Context, document: object, name: str | None = None) -> ImportedSequence:
    """Make a draft of a document's sequence and keep its templates; raises BadJson with every fault and its path.

    A template of a name that is there already with the same texts isn't taken twice. A sequence that names no mailbox
    of this workspace sends from the only one there is, if there is only one.
    """
    sequence_id, scope = context.new_id(), context.scope
    with context.store.write() as unit:
        draft, extras = _read(context, document, own_field_kinds(unit, scope.workspace_id))
        names = names_in(unit, scope.workspace_id)
        owner = Owner(sequence_id, scope.workspace_id, scope.user_id)
        sequence = adopt(draft, owner, context.new_id, names.mailbox_ids, names.person_ids)
        settings = settings_from(sequence, extras)
        if name is not None:
            settings = replace(settings, name=name)
        if settings.default_mailbox_id is None and not settings.shares and len(names.mailboxes) == 1:
            settings = replace(settings, default_mailbox_id=next(iter(names.mailboxes)))
        add_draft(context, unit, sequence_id, settings)
        save_steps(
            unit, sequence_id, sequence.flow.steps, variables_teller(unit, scope.workspace_id), context.clock.now()
        )
        templates = [each for each in draft.templates if _keep_template(context, unit, each)]
        keep_version(context, unit, sequence_id, "Imported")
        note(context, unit, "sequence_imported", "sequence", sequence_id, name=settings.name)
        unit.changed(Topic.SEQUENCES, Topic.TEMPLATES)
    return ImportedSequence(
        sequence_id, settings.name, *_unknown(draft, names), templates=tuple(each.name for each in templates)
    )


def export_sequence(context: Context, sequence_id: UUID) -> dict[str, Any]:
    """A sequence as a document: settings and live steps, no contact, figure, start or history; raises NotFound.

    Steps that follow a template have its texts as they are now.
    """
    with context.store.read() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        names = names_in(unit, record.workspace_id)
        flow = with_texts(record.flow, followed_in(unit, sequence_id))
        sequence: Sequence = replace(plain_sequence(record), flow=flow)
    return write_extras(to_document(sequence, names.mailboxes, names.people), record.settings)


def _read(
    context: Context, document: object, custom: Mapping[str, FieldKind]
) -> tuple[SequenceDraft, SequenceSettings]:
    """The draft, and settings that hold what the draft doesn't know; raises BadJson with the faults of both."""
    faults: list[JsonFault] = []
    extras = read_extras(document, SequenceSettings("", context.scope.user_id), faults)
    try:
        draft = parse_document(without_extras(document), custom)
    except BadJson as error:
        raise BadJson("The sequence can't be used", [*error.faults, *faults]) from error
    if faults:
        raise BadJson("The sequence can't be used", faults)
    return draft, extras


def _unknown(draft: SequenceDraft, names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    mailboxes = draft.addresses - set(names.mailboxes.values())
    people = set(draft.step_assignees.values()) - set(names.people.values())
    return tuple(sorted(mailboxes)), tuple(sorted(people))


def _keep_template(context: Context, unit: Unit, draft: TemplateDraft) -> bool:
    """Add a template that came with a sequence; False where the same one is there."""
    template = Template(
        id=context.new_id(),
        name=draft.name,
        subject=draft.subject or "",
        body=draft.body or "",
        body_is_html=draft.body_is_html,
        variables=variables_of(draft.subject or "") | variables_of(draft.body or ""),
    )
    texts = (template.name, template.subject, template.body, template.body_is_html)
    there = list_templates(unit, context.scope.workspace_id)
    if texts in {(each.name, each.subject, each.body, each.body_is_html) for each in there}:
        return False
    add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=context.clock.now())
    return True
