"""What the editor of a step is shown beside it: what it may refer to, and what is wrong with it as it is written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import replace_step
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.sequence_document import parse_document, to_document
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.step_check import step_problems
from opendoors_desktop.domain.step_draft import StepDraft
from opendoors_desktop.engine.commands.step_drafts import read_drafts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sequence_saving import names_in, own_field_kinds, plain_sequence
from opendoors_desktop.engine.step_texts import email_texts, task_texts, unknown_fields
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.template import check_template
from opendoors_desktop.store import call_scripts, followed_templates, mailboxes, people
from opendoors_desktop.store.sequences import get_record
from opendoors_desktop.store.templates import list_templates
from opendoors_desktop.store.unit import Unit

SENDER: Final = ("sender_name", "sender_email")


@dataclass(frozen=True, slots=True)
class Named:
    """Something a step may refer to: its key, what it is called, and (of a script) its text."""

    id: UUID
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class StepSurroundings:
    """What steps of a sequence may refer to, in the order it is offered.

    `variables` are the names texts may have, `own_fields` the workspace's own fields with their kinds, `followed` the
    names of templates by the steps that follow them, `drafts` what is being written on this machine. `version` is the
    sequence's.
    """

    version: int
    mailboxes: tuple[Named, ...]
    people: tuple[Named, ...]
    scripts: tuple[Named, ...]
    variables: tuple[str, ...]
    own_fields: Mapping[str, FieldKind]
    followed: Mapping[UUID, str]
    drafts: Mapping[UUID, StepDraft]


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a step (by its name, "" for the step); one that `blocks` can't be saved."""

    field: str
    sentence: str
    blocks: bool = False


def read_surroundings(context: Context, unit: Unit, sequence_id: UUID) -> StepSurroundings:
    """What the steps of a sequence may refer to; raises NotFound."""
    workspace_id = context.scope.workspace_id
    own = own_field_kinds(unit, workspace_id)
    templates = {each.id: each.name for each in list_templates(unit, workspace_id, with_retired=True)}
    followed = followed_templates.followed_in(unit, sequence_id)
    scripts = call_scripts.list_scripts(unit, workspace_id).values()
    return StepSurroundings(
        version=get_record(unit, workspace_id, sequence_id).version,
        mailboxes=tuple(Named(box.id, box.address) for box in mailboxes.list_mailboxes(unit, workspace_id)),
        people=tuple(
            Named(each.id, each.name or each.email) for each in people.list_people(unit, workspace_id).values()
        ),
        scripts=tuple(Named(each.id, each.name, each.body) for each in scripts if each.retired_at is None),
        variables=("email", *TEXT_FIELDS, *(f"{CUSTOM}{name}" for name in own), *SENDER),
        own_fields=own,
        followed={step_id: templates.get(each.template_id, "") for step_id, each in followed.items()},
        drafts=read_drafts(context, sequence_id),
    )


def look_over_step(context: Context, unit: Unit, sequence_id: UUID, mine: Step) -> list[FieldFault]:
    """Everything that is wrong with a step as it is being written; none for one that is gone. Raises NotFound."""
    workspace_id = context.scope.workspace_id
    record = get_record(unit, workspace_id, sequence_id)
    if record.flow.number(mine.id) is None:
        return []
    flow = replace_step(Flow(record.flow.ordered), mine)
    names, own = names_in(unit, workspace_id), own_field_kinds(unit, workspace_id)
    document = to_document(replace(plain_sequence(record), flow=flow), names.mailboxes, names.people)
    found = [*_refused(document, own, flow, mine), *_text_faults(mine)]
    found += [FieldFault("", f"There is no field {name}.", blocks=False) for name in sorted(unknown_fields(mine, own))]
    told = {each.sentence for each in found}
    return found + [
        FieldFault("", problem.sentence)
        for problem in step_problems(flow, {})
        if problem.step_id == mine.id and problem.sentence not in told
    ]


def _refused(document: object, own: Mapping[str, FieldKind], flow: Flow, mine: Step) -> Iterator[FieldFault]:
    """What keeps the step from being saved, by the reader every save goes through."""
    try:
        parse_document(document, own)
    except BadJson as error:
        here = _path_of(flow, mine)
        for fault in error.faults:
            inside = fault.path.removeprefix(here)
            if inside != fault.path and not re.match(r"\.(yes|no)\[", inside):
                name = re.split(r"[.\[]", inside.lstrip("."), maxsplit=1)[0]
                yield FieldFault(name, f"{fault.reason[:1].upper()}{fault.reason[1:]}.", blocks=True)


def _path_of(flow: Flow, step: Step) -> str:
    """Where the step stands in its sequence's document."""
    place = flow.lane((step.parent_id, step.branch)).index(step)
    if step.parent_id is None:
        return f"$.steps[{place}]"
    return f"{_path_of(flow, flow.by_id[step.parent_id])}.{step.branch}[{place}]"


def _text_faults(step: Step) -> Iterator[FieldFault]:
    """What can't be read as a template, by the field it stands in."""
    if step.type is StepType.EMAIL:
        sources = [TemplateSource("", subject, body, step.body_is_html) for subject, body in email_texts(step)]
        fields = {"subject": "subject_template"}
    else:
        sources = [TemplateSource("", "", text, is_html=False) for text in task_texts(step)]
        fields = {}
    seen = set()
    for source in sources:
        for fault in check_template(source):
            told = FieldFault(
                fields.get(fault.part, "body_template" if step.type is StepType.EMAIL else ""),
                f"Line {fault.line}: {fault.message}.",
            )
            if told not in seen:
                seen.add(told)
                yield told
