"""What a person does to sequences and folders, as commands with their undo; several at a time are one command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.models.folder_rows import RowKind
from opendoors_desktop.gui.models.folder_tree import TreeMove
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """A sequence or folder that a person means: its key and what it is called."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of several: who was changed, with what taking it back needs, and who refused and why."""

    done: tuple[tuple[Named, Any], ...] = ()
    refused: tuple[tuple[Named, OpenDoorsError], ...] = ()


@dataclass(frozen=True, slots=True)
class _Verb:
    """The words of a change of state: for one sequence, for several, and what is told when it is done."""

    one: str
    several: str
    done: str
    done_several: str


VERBS = {
    "start": _Verb(
        QT_TRANSLATE_NOOP("SequenceCommands", "Start {name}"),
        QT_TRANSLATE_NOOP("SequenceCommands", "Start {count} sequences"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{name} is started"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{count} sequences are started"),
    ),
    "pause": _Verb(
        QT_TRANSLATE_NOOP("SequenceCommands", "Pause {name}"),
        QT_TRANSLATE_NOOP("SequenceCommands", "Pause {count} sequences"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{name} is paused"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{count} sequences are paused"),
    ),
    "stop": _Verb(
        QT_TRANSLATE_NOOP("SequenceCommands", "Stop {name}"),
        QT_TRANSLATE_NOOP("SequenceCommands", "Stop {count} sequences"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{name} is stopped"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{count} sequences are stopped"),
    ),
    "archive": _Verb(
        QT_TRANSLATE_NOOP("SequenceCommands", "Archive {name}"),
        QT_TRANSLATE_NOOP("SequenceCommands", "Archive {count} sequences"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{name} is archived"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{count} sequences are archived"),
    ),
    "restore": _Verb(
        QT_TRANSLATE_NOOP("SequenceCommands", "Restore {name}"),
        QT_TRANSLATE_NOOP("SequenceCommands", "Restore {count} sequences"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{name} is restored as a stopped sequence"),
        QT_TRANSLATE_NOOP("SequenceCommands", "{count} sequences are restored as stopped ones"),
    ),
}


def change_state(verb: str, targets: Sequence[Named]) -> Command[Outcome]:
    """Start (or resume), pause, stop, archive or restore sequences; stopping and pausing go before what waits."""

    def do(context: "Context") -> Outcome:
        from opendoors_desktop.engine.commands import sequence_states as states

        act = {
            "start": states.activate_sequence,
            "pause": states.pause_sequence,
            "stop": states.stop_sequence,
            "archive": states.archive_sequence,
            "restore": states.restore_sequence,
        }[verb]
        return each_of(targets, lambda key: act(context, key))

    def undo(context: "Context", outcome: Outcome) -> None:
        from opendoors_desktop.engine.commands.sequence_undo import undo_state

        for named, _ in outcome.done:
            undo_state(context, named.id)

    words = VERBS[verb]
    text = _tr(words.one) if len(targets) == 1 else _tr(words.several)
    return Command(_fill(text, targets), do, undo, urgent=verb in {"pause", "stop", "archive"})


def done_words(verb: str, targets: Sequence[Named]) -> str:
    """What the toast says when all of them are changed."""
    words = VERBS[verb]
    return _fill(_tr(words.done) if len(targets) == 1 else _tr(words.done_several), targets)


def each_of(targets: Sequence[Named], act: Callable[[UUID], object]) -> Outcome:
    """Do something to each; one that refuses keeps none of the others from it. A single one's error is raised."""
    done: list[tuple[Named, Any]] = []
    refused: list[tuple[Named, OpenDoorsError]] = []
    for named in targets:
        try:
            done.append((named, act(named.id)))
        except OpenDoorsError as error:
            if len(targets) == 1:
                raise
            refused.append((named, error))
    return Outcome(tuple(done), tuple(refused))


def move_rows(moves: Sequence[TreeMove]) -> Command[list[tuple[TreeMove, Any]]]:
    """Put folders and sequences into a folder, folders among their siblings."""

    def do(context: "Context") -> list[tuple[TreeMove, Any]]:
        return [(move, _move(context, move)) for move in moves]

    def undo(context: "Context", done: list[tuple[TreeMove, Any]]) -> None:
        for move, before in reversed(done):
            is_folder = move.row.kind is RowKind.FOLDER
            back = (
                replace(move, folder_id=before.parent_id, before_id=before.before_id)
                if is_folder
                else replace(move, folder_id=before, before_id=None)
            )
            _move(context, back)

    targets = [Named(move.row.id, move.row.name) for move in moves if move.row.id is not None]
    return Command(_fill(_tr("Move {name}") if len(moves) == 1 else _tr("Move {count} rows"), targets), do, undo)


def _move(context: "Context", move: TreeMove) -> Any:
    from opendoors_desktop.engine.commands import folders, sequences

    assert move.row.id is not None  # the heading of the archive can't be moved
    if move.row.kind is RowKind.FOLDER:
        return folders.move_folder(context, move.row.id, move.folder_id, move.before_id)
    return sequences.move_sequence(context, move.row.id, move.folder_id)


def rename(kind: RowKind, target: Named, name: str) -> Command[str]:
    """Give a folder or a sequence another name."""

    def named(context: "Context", words: str) -> str:
        from opendoors_desktop.engine.commands import folders, sequences

        if kind is RowKind.FOLDER:
            return folders.rename_folder(context, target.id, words)
        return sequences.rename_sequence(context, target.id, words)

    return Command(_fill(_tr("Rename {name}"), [target]), lambda context: named(context, name), named)


def color_folder(target: Named, color: str | None) -> Command[str | None]:
    """Give a folder a colour, or none."""

    def do(context: "Context") -> str | None:
        from opendoors_desktop.engine.commands import folders

        return folders.color_folder(context, target.id, color)

    def undo(context: "Context", before: str | None) -> None:
        from opendoors_desktop.engine.commands import folders

        folders.color_folder(context, target.id, before)

    return Command(_fill(_tr("Colour {name}"), [target]), do, undo)


def add_folder(name: str, parent_id: UUID | None) -> Command[UUID]:
    """Make a folder in another one, or at the top."""

    def do(context: "Context") -> UUID:
        from opendoors_desktop.engine.commands import folders

        return folders.add_folder(context, name, parent_id)

    def undo(context: "Context", folder_id: UUID) -> None:
        from opendoors_desktop.engine.commands import folders

        folders.delete_folder(context, folder_id)

    return Command(_tr("New folder"), do, undo)


def delete_folder(target: Named) -> Command[Any]:
    """Delete a folder; what lies in it moves up."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands import folders

        return folders.delete_folder(context, target.id)

    def undo(context: "Context", deleted: Any) -> None:
        from opendoors_desktop.engine.commands import folders

        folders.restore_folder(context, deleted)

    return Command(_fill(_tr("Remove {name}"), [target]), do, undo)


def add_sequence(name: str, folder_id: UUID | None) -> Command[UUID]:
    """Make a draft without steps in a folder."""

    def do(context: "Context") -> UUID:
        from opendoors_desktop.engine.commands import sequences

        settings = replace(sequences.new_settings(context, name), folder_id=folder_id)
        return sequences.create_sequence(context, settings)

    return Command(_tr("New sequence"), do, _delete_sequence)


def clone_sequence(target: Named) -> Command[UUID]:
    """Make a draft like a sequence."""

    def do(context: "Context") -> UUID:
        from opendoors_desktop.engine.commands import sequences

        return sequences.clone_sequence(context, target.id)

    return Command(_fill(_tr("Duplicate {name}"), [target]), do, _delete_sequence)


def _delete_sequence(context: "Context", sequence_id: UUID) -> None:
    from opendoors_desktop.engine.commands import sequences

    sequences.delete_sequence(context, sequence_id)


def several_refused(lines: str, count: int) -> OpenDoorsError:
    """What is told where some of several couldn't be changed: each with its reason."""
    title = QCoreApplication.translate("SequenceCommands", "%n sequences stay as they were.", "", count)
    return OpenDoorsError(title, lines)


def short(name: str) -> str:
    """A name as it stands in a sentence: one line, not longer than a toast has room for."""
    shown = one_line(name)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def _fill(text: str, targets: Sequence[Named]) -> str:
    name = short(targets[0].name) if targets else ""
    return text.format(name=name, count=len(targets))


def _tr(text: str) -> str:
    return QCoreApplication.translate("SequenceCommands", text)
