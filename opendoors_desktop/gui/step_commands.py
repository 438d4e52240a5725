"""What a person does to the steps of a sequence on its canvas, as commands with their undo."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import Place, insert_step, move_step, remove_step, replace_step
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.step_edits import FlowEdit
    from opendoors_desktop.engine.context import Context

NEW: Final = UUID(int=0)
"""Stands for the id of a step that isn't there yet."""

_TITLES: Final = {
    StepType.TASK: QT_TRANSLATE_NOOP("StepCommands", "New task"),
    StepType.CALL: QT_TRANSLATE_NOOP("StepCommands", "New call"),
}


def new_step(kind: StepType, sequence_id: UUID, *, is_first: bool) -> Step:
    """A step of a type as it begins: a day behind the one before it, two for an email; the first at once."""
    waits = Delay(2 if kind is StepType.EMAIL else 1, 0, 0)
    title = _TITLES.get(kind)
    return Step(
        id=NEW,
        sequence_id=sequence_id,
        order=0,
        type=kind,
        delay=Delay(0, 0, 0) if is_first and kind is not StepType.DELAY else waits,
        body_template="" if kind is StepType.EMAIL else None,
        task_title=None if title is None else _tr(title),
        linkedin_action=LinkedInAction.CONNECT if kind is StepType.LINKEDIN else None,
    )


def add_step(step: Step, place: Place) -> "Command[FlowEdit]":
    """Put a new step at a place; done again, it is the same step."""
    keys: list[UUID] = []

    def do(context: "Context") -> "FlowEdit":
        if not keys:
            keys.append(context.new_id())
        made = replace(step, id=keys[0])
        return _change(context, step.sequence_id, lambda flow: insert_step(flow, made, place), "Step added")

    return Command(_tr("Add step"), do, _undo)


def move(step: Step, number: int, place: Place) -> "Command[FlowEdit]":
    """Put a step, with all in its lanes, at another place."""

    def do(context: "Context") -> "FlowEdit":
        return _change(context, step.sequence_id, lambda flow: move_step(flow, step.id, place), "Step moved")

    return Command(_tr("Move step {number}").format(number=number), do, _undo)


def duplicate(step: Step, number: int) -> "Command[FlowEdit]":
    """Put a copy of a step, with all in its lanes, behind it."""
    keys: list[UUID] = []

    def do(context: "Context") -> "FlowEdit":
        from opendoors_desktop.engine.commands.step_edits import duplicate as copied

        known = iter(tuple(keys))

        def make_id() -> UUID:
            key = next(known, None)
            if key is None:
                key = context.new_id()
                keys.append(key)
            return key

        return copied(context, step.sequence_id, step.id, make_id)

    return Command(_tr("Duplicate step {number}").format(number=number), do, _undo)


def switch(step: Step, number: int) -> "Command[FlowEdit]":
    """Switch a step off, so that contacts pass straight through, or on again."""
    text = _tr("Switch step {number} off") if step.is_enabled else _tr("Switch step {number} on")

    def do(context: "Context") -> "FlowEdit":
        return _change(context, step.sequence_id, switched(step), "Step switched")

    return Command(text.format(number=number), do, _undo)


def remove(step: Step, number: int) -> "Command[FlowEdit]":
    """Take a step and all in its lanes out; what has a history keeps its figures."""

    def do(context: "Context") -> "FlowEdit":
        return _change(context, step.sequence_id, removed(step, context), "Step removed")

    return Command(_tr("Remove step {number}").format(number=number), do, _undo)


def switched(step: Step) -> Callable[[Flow], Flow]:
    """What switching a step does to the steps."""
    is_on = not step.is_enabled
    return lambda flow: replace_step(flow, replace(flow.by_id[step.id], is_enabled=is_on))


def removed(step: Step, context: "Context") -> Callable[[Flow], Flow]:
    """What removing a step does to the steps."""
    return lambda flow: remove_step(flow, step.id, (), context.clock.now())


def _change(context: "Context", sequence_id: UUID, change: Callable[[Flow], Flow], summary: str) -> "FlowEdit":
    from opendoors_desktop.engine.commands.step_edits import change_flow

    return change_flow(context, sequence_id, change, summary)


def _undo(context: "Context", edit: "FlowEdit") -> None:
    from opendoors_desktop.engine.commands.step_edits import undo_change

    undo_change(context, edit)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepCommands", text)
