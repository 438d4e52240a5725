"""What a person does to contacts in a sequence, as commands with their undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.sequence_commands import Named, Outcome, each_of, short

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


@dataclass(frozen=True, slots=True)
class Added:
    """What became of contacts that were to be added: name or address, and why not (empty: added).

    `enrollment_ids` are the enrollments that are new.
    """

    answers: tuple[tuple[str, str], ...]
    enrollment_ids: tuple[UUID, ...]


def pause(targets: Sequence[Named]) -> Command[Outcome]:
    """Pause enrollments; goes before what waits."""

    def do(context: "Context") -> Outcome:
        from opendoors_desktop.engine.commands.enrollments import pause_enrollment

        return each_of(targets, lambda key: pause_enrollment(context, key))

    def undo(context: "Context", outcome: Outcome) -> None:
        from opendoors_desktop.engine.commands.enrollments import resume_enrollment

        each_of([named for named, _ in outcome.done], lambda key: resume_enrollment(context, key))

    return Command(_fill("Pause {name}", "Pause %n contacts", targets), do, undo, urgent=True)


def resume(targets: Sequence[Named]) -> Command[Outcome]:
    """Let paused enrollments go on."""

    def do(context: "Context") -> Outcome:
        from opendoors_desktop.engine.commands.enrollments import resume_enrollment

        return each_of(targets, lambda key: resume_enrollment(context, key))

    def undo(context: "Context", outcome: Outcome) -> None:
        from opendoors_desktop.engine.commands.enrollments import pause_enrollment

        each_of([named for named, _ in outcome.done], lambda key: pause_enrollment(context, key))

    return Command(_fill("Resume {name}", "Resume %n contacts", targets), do, undo)


def move(targets: Sequence[Named], step_id: UUID) -> Command[Outcome]:
    """Let enrollments go on with another step."""

    def do(context: "Context") -> Outcome:
        from opendoors_desktop.engine.commands.step_moves import move_to_step

        return each_of(targets, lambda key: move_to_step(context, key, step_id))

    def undo(context: "Context", outcome: Outcome) -> None:
        from opendoors_desktop.engine.commands.step_moves import undo_move

        for _, moved in outcome.done:
            undo_move(context, moved)

    return Command(_fill("Move {name} to another step", "Move %n contacts to another step", targets), do, undo)


def remove(targets: Sequence[Named]) -> Command[Any]:
    """Take contacts out of their sequence; goes before what waits."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands.enrollment_undo import remove_enrollments

        return remove_enrollments(context, [named.id for named in targets])

    def undo(context: "Context", removed: Any) -> None:
        from opendoors_desktop.engine.commands.enrollment_undo import bring_back

        bring_back(context, removed)

    return Command(_fill("Remove {name}", "Remove %n contacts", targets), do, undo, urgent=True)


def take_back_adding(context: "Context", added: Added) -> None:
    """Take contacts out again who were just added, as far as nothing reached them."""
    from opendoors_desktop.engine.commands.enrollment_undo import undo_enroll

    undo_enroll(context, added.enrollment_ids)


def add(context: "Context", sequence_id: UUID, people: Sequence[Named], at_step: int | None) -> Added:
    """Enroll contacts in a sequence; an answer for each."""
    from opendoors_desktop.engine.commands.enrollments import EnrollOptions, enroll

    answers = enroll(context, sequence_id, [named.id for named in people], EnrollOptions(at_step))
    told = tuple(
        (named.name, "" if each.refusal is None else f"{each.refusal.title} {each.refusal.advice}")
        for named, each in zip(people, answers, strict=True)
    )
    ids = [each.enrollment_id for each in answers if each.refusal is None and each.enrollment_id is not None]
    return Added(told, tuple(dict.fromkeys(ids)))


def _fill(one: str, several: str, targets: Sequence[Named]) -> str:
    if len(targets) == 1:
        return QCoreApplication.translate("EnrollmentCommands", one).format(name=short(targets[0].name))
    return QCoreApplication.translate("EnrollmentCommands", several, "", len(targets))
