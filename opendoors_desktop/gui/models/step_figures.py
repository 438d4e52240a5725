"""The steps of a sequence with their figures, as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from opendoors_desktop.domain.metrics import share
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.card_words import figure_text
from opendoors_desktop.gui.formats import NOTHING, count, percent
from opendoors_desktop.gui.step_words import step_title, type_word
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.sequence_steps import StepCard

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()


class StepRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    CARD = Qt.ItemDataRole.UserRole
    """The step itself, in any column."""
    RATE = Qt.ItemDataRole.UserRole + 1
    """The share that a bar shows, from 0 to 1 of the highest of all steps; None for no bar."""


@dataclass(frozen=True, slots=True)
class StepColumn:
    """A column: its title, its width in design pixels and the words of a step."""

    title: str
    width: int
    text: Callable[[StepCard], str]


def replied_share(card: StepCard) -> float | None:
    """Replies as a share of emails delivered, or of tasks due; None where a step isn't answered, or nothing left."""
    if card.step.type in (StepType.CONDITIONAL, StepType.DELAY):
        return None
    return share(card.figures.emails.replied, card.figures.emails.delivered or card.figures.due)


def _done(card: StepCard) -> str:
    figures = card.figures
    if card.step.type is StepType.CONDITIONAL:
        return _tr("{yes} yes, {no} no").format(
            yes=count(figures.succeeded), no=count(figures.executed - figures.succeeded)
        )
    if card.step.type is StepType.DELAY:
        return _tr("{number} over").format(number=count(figures.executed))
    if card.step.type is StepType.EMAIL:
        return count(figures.emails.delivered)
    return _tr("{number} done").format(number=count(figures.done))


def _of_emails(part: str) -> Callable[[StepCard], str]:
    def text(card: StepCard) -> str:
        if card.step.type is not StepType.EMAIL:
            return NOTHING
        return next((figure_text(each) for each in card.shown if each.name == part), NOTHING)

    return text


def _opted_out(card: StepCard) -> str:
    if card.step.type in (StepType.CONDITIONAL, StepType.DELAY):
        return NOTHING
    return count(card.figures.emails.opted_out)


COLUMNS: Final = (
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Step"), 320, lambda card: step_title(card.step, card.name)),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Reached"), 80, lambda card: count(card.figures.executed)),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Delivered or done"), 144, _done),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Opened"), 74, _of_emails("opened")),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Clicked"), 74, _of_emails("clicked")),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Replied"), 140, lambda card: percent(replied_share(card))),
    StepColumn(QT_TRANSLATE_NOOP("StepFigures", "Opted out"), 92, _opted_out),
)
REPLIED: Final = 5


class StepFiguresModel(QAbstractTableModel):
    """Steps in their order, each with what came of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[StepCard, ...] = ()
        self._highest = 0.0

    def show_cards(self, cards: Sequence[StepCard]) -> None:
        """Show these; where the steps are the same, only their figures change."""
        if tuple(cards) == self._cards:
            return
        is_same = [card.step.id for card in cards] == [card.step.id for card in self._cards]
        if not is_same:
            self.beginResetModel()
        self._cards = tuple(cards)
        self._highest = max((replied_share(card) or 0.0 for card in cards), default=0.0)
        if is_same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(cards) - 1, len(COLUMNS) - 1))
        else:
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._cards)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[index.column()].text(card)
            case Qt.ItemDataRole.AccessibleTextRole:
                return sentence(card)
            case StepRole.CARD:
                return card
            case StepRole.RATE:
                return self._rate(card) if index.column() == REPLIED else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("StepFigures", COLUMNS[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignTrailing if section else Qt.AlignmentFlag.AlignLeading
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _rate(self, card: StepCard) -> float | None:
        rate = replied_share(card)
        return None if rate is None else rate / self._highest if self._highest else 0.0


def step_cells(cards: Sequence[StepCard]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns and rows of the table for a file, each step with its number and type."""
    titles = (_tr("Number"), _tr("Type"), *(_tr(column.title) for column in COLUMNS))
    rows = [(str(card.number), type_word(card.step.type), *(column.text(card) for column in COLUMNS)) for card in cards]
    return titles, rows


def sentence(card: StepCard) -> str:
    """A step with its figures, as it is read out."""
    return _tr(
        "Step {number}, {type}, {title}: reached {reached}, {done}, opened {opened}, clicked {clicked}, replied"
        " {replied}, opted out {opted_out}"
    ).format(
        number=card.number,
        type=type_word(card.step.type),
        title=COLUMNS[0].text(card),
        reached=COLUMNS[1].text(card),
        done=COLUMNS[2].text(card),
        opened=COLUMNS[3].text(card),
        clicked=COLUMNS[4].text(card),
        replied=COLUMNS[5].text(card),
        opted_out=COLUMNS[6].text(card),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepFigures", text)
