"""Edits of a sequence's steps, also while it runs: what they would do to the people in it, saves, older versions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.condition import referred_steps
from opendoors_desktop.domain.edit_plan import EditPlan, moved, plan_edit
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.flow_edit import get_step
from opendoors_desktop.domain.sequence_document import parse_document, to_document
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.commands.step_moves import Moved, leave_step
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import change_everyone, decided, replan_everyone
from opendoors_desktop.engine.sequence_saving import (
    names_in,
    own_field_kinds,
    plain_sequence,
    save_version,
    variables_teller,
)
from opendoors_desktop.engine.stepping import Scene, each_standing
from opendoors_desktop.store import call_scripts, followed_templates, people
from opendoors_desktop.store.mailboxes import list_mailboxes
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.steps import save_steps
from opendoors_desktop.store.stopped import cancelled_of
from opendoors_desktop.store.templates import get_template
from opendoors_desktop.store.unit import Unit

NOTHING_FOLLOWED: Mapping[UUID, UUID | None] = {}


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """What a save did: the new version, the flow as it stands, and what became of the people in the sequence.

    `moved` are those who didn't keep their place.
    """

    version: int
    flow: Flow
    plan: EditPlan
    moved: tuple[Moved, ...] = ()


def preview_edit(context: Context, sequence_id: UUID, steps: Collection[Step]) -> EditPlan:
    """How many are where, keep their place, move or finish, were these the steps. Raises as `edit_steps`."""
    with context.store.read() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        flow = _checked(unit, record, steps)
        scene = scene_of(unit, context, sequence_id)
        return plan_edit(record.flow, flow, (standing.enrollment for standing in each_standing(scene)))


def edit_steps(
    context: Context, sequence_id: UUID, steps: Collection[Step], *, expected: int | None = None, summary: str = ""
) -> SavedEdit:
    """Make these the live steps of a sequence and move the people in it to where they now belong.

    `steps` are all steps that stay or are new; others go (retired where they have history). `expected` is the version
    the edit was made on. Raises NotFound, BadJson with the path of everything that is wrong with the steps, NotPossible
    with the conditions that refer to a step that would go, or for a sequence changed meanwhile.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        return save_flow(context, unit, record, steps, expected=expected, summary=summary or "Steps changed")


def follow_template(context: Context, sequence_id: UUID, step_id: UUID, template_id: UUID | None) -> None:
    """Let an email step follow a template, or have its own texts again (None); raises NotFound, InputError."""
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        if get_step(record.flow, step_id).type is not StepType.EMAIL:
            raise InputError("Only email steps follow a template.", "Choose an email step.", where=str(step_id))
        if template_id is not None:
            get_template(unit, record.workspace_id, template_id)
        followed_templates.follow(unit, step_id, template_id)
        save_version(context, unit, sequence_id, "Template chosen")
        replan_everyone(scene_of(unit, context, sequence_id))
        unit.changed(Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX)


def save_flow(
    context: Context,
    unit: Unit,
    record: SequenceRecord,
    steps: Collection[Step],
    *,
    expected: int | None = None,
    summary: str,
    follow: Mapping[UUID, UUID | None] = NOTHING_FOLLOWED,
) -> SavedEdit:
    """As `edit_steps`, inside a unit that has read the record; `follow` has steps follow templates from now on."""
    flow = _checked(unit, record, steps)
    before = list(each_standing(scene_of(unit, context, record.id)))
    plan = plan_edit(record.flow, flow, (standing.enrollment for standing in before))
    saved = save_steps(unit, record.id, flow.steps, variables_teller(unit, record.workspace_id), context.clock.now())
    for step_id, template_id in follow.items():
        followed_templates.follow(unit, step_id, template_id)
    version = save_version(context, unit, record.id, summary, expected).version
    changed: tuple[Moved, ...] = ()
    if before:
        changed = _move(scene_of(unit, context, record.id), before, plan)
        unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS)
    note(context, unit, "sequence_steps_changed", "sequence", record.id, version=version, moved=len(plan.moves))
    unit.changed(Topic.SEQUENCES)
    return SavedEdit(version, saved, plan, changed)


def _move(scene: Scene, standings: Iterable[Standing], plan: EditPlan) -> tuple[Moved, ...]:
    """Put those whose place is gone where the plan says, and decide everyone anew by the new steps."""
    gone: list[Moved] = []

    def changed(standing: Standing) -> Standing:
        enrollment = standing.enrollment
        if enrollment.id not in plan.moves:
            return decided(scene, standing)
        cancelled = frozenset(cancelled_of(scene.unit, enrollment.id, enrollment.round))
        there = moved(leave_step(scene, enrollment), plan.moves[enrollment.id], scene.now)
        after = decided(scene, replace(standing, enrollment=there, ticket=None))
        gone.append(Moved(enrollment, after.enrollment, scene.now, cancelled))
        return after

    change_everyone(scene, changed, standings)
    return tuple(gone)


def _checked(unit: Unit, record: SequenceRecord, steps: Collection[Step]) -> Flow:
    """The new flow, numbered; raises what `edit_steps` says."""
    flow = Flow(renumber(replace(step, sequence_id=record.id, retired_at=None) for step in steps))
    if len(flow.by_id) < len(flow.steps):
        raise InputError("A step is there twice.", "Give each step an id of its own.", code="step_twice")
    if flow.stray:
        raise InputError(
            f"A step of type {flow.stray[0].type} stands in a lane that isn't there.",
            "Put it into the list, or into a lane of a conditional step.",
            code="stray_step",
        )
    _refuse_removal(record.flow, flow)
    names = names_in(unit, record.workspace_id)
    document = to_document(replace(plain_sequence(record), flow=flow), names.mailboxes, names.people)
    parse_document(document, own_field_kinds(unit, record.workspace_id))
    _refuse_unknown(unit, record, flow)
    return flow


def _refuse_removal(old: Flow, new: Flow) -> None:
    """Raise NotPossible with the conditions that refer to a step that goes."""
    gone = {step.id for step in old.ordered} - set(new.by_id)
    referring = [
        f"step {new.number(step.id)} asks for step {old.number(referred)}"
        for step in new.ordered
        for referred in sorted(referred_steps(step.conditions) & gone, key=lambda key: old.number(key) or 0)
    ]
    if referring:
        raise NotPossible(
            f"Steps can't be removed that conditions refer to: {'; '.join(referring)}.",
            "Change or remove these conditions first.",
            where=", ".join(referring),
            code="step_referred_to",
        )


def _refuse_unknown(unit: Unit, record: SequenceRecord, flow: Flow) -> None:
    """Raise InputError where a step newly names a mailbox, a person or a script that isn't there."""
    known: dict[str, Collection[UUID]] = {
        "mailbox_id": {box.id for box in list_mailboxes(unit, record.workspace_id)},
        "task_assignee_id": people.list_people(unit, record.workspace_id),
        "call_script_id": call_scripts.list_scripts(unit, record.workspace_id),
    }
    said = {"mailbox_id": "mailbox", "task_assignee_id": "assignee", "call_script_id": "call script"}
    for step in flow.ordered:
        for name, keys in known.items():
            named = getattr(step, name)
            before = record.flow.by_id.get(step.id)
            if named is not None and named not in keys and (before is None or getattr(before, name) != named):
                raise InputError(
                    f"The {said[name]} of step {flow.number(step.id)} isn't there.",
                    "Choose another.",
                    where=str(named),
                    code="unknown_reference",
                )
