"""The sequences of a folder as a table: figures that live, a column to sort by, and rows that are checked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from opendoors_desktop.domain.health import Health, HealthLevel
from opendoors_desktop.gui.formats import NOTHING, count, due
from opendoors_desktop.gui.widgets.states import state_word
from opendoors_desktop.gui.widgets.text import one_line, plain_tip
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.store.queries.sequence_list import ListedSequence

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class SequenceColumn(IntEnum):
    """The columns, in their order."""

    NAME = 0
    STATE = 1
    ENROLLED = 2
    REPLIED = 3
    INTERESTED = 4
    HELD = 5
    NEXT = 6
    HEALTH = 7


class SequenceRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    STATUS = Qt.ItemDataRole.UserRole + 1
    LEVEL = Qt.ItemDataRole.UserRole + 2


HEADERS: Final = (
    QT_TRANSLATE_NOOP("SequenceTable", "Sequence"),
    QT_TRANSLATE_NOOP("SequenceTable", "State"),
    QT_TRANSLATE_NOOP("SequenceTable", "Enrolled"),
    QT_TRANSLATE_NOOP("SequenceTable", "Replied"),
    QT_TRANSLATE_NOOP("SequenceTable", "Interested"),
    QT_TRANSLATE_NOOP("SequenceTable", "Held"),
    QT_TRANSLATE_NOOP("SequenceTable", "Next send"),
    QT_TRANSLATE_NOOP("SequenceTable", "Health"),
)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_LEVELS: Final = {level: number for number, level in enumerate(reversed(HealthLevel))}
_KEYS: Final[dict[int, "Callable[[ListedSequence], Any]"]] = {
    SequenceColumn.STATE: lambda each: each.sequence.status,
    SequenceColumn.ENROLLED: lambda each: -each.sequence.totals["enrolled"],
    SequenceColumn.REPLIED: lambda each: -each.sequence.totals["replied"],
    SequenceColumn.INTERESTED: lambda each: -each.interested,
    SequenceColumn.HELD: lambda each: -each.held,
    SequenceColumn.NEXT: lambda each: each.next_due_at or _LAST,
}


class SequenceTableModel(QAbstractTableModel):
    """Shows what `show` is given in the chosen order; `checked_changed` says that other rows are checked."""

    checked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given: Sequence[ListedSequence] = ()
        self._rows: list[ListedSequence] = []
        self._health: Mapping[UUID, Health] = {}
        self._checked: set[UUID] = set()
        self._order = (SequenceColumn.NAME, Qt.SortOrder.AscendingOrder)
        self._now = datetime.min.replace(tzinfo=UTC)

    def show(self, sequences: Sequence["ListedSequence"], now: datetime) -> None:
        """Show these; checked ones stay checked as long as they are among them."""
        self._given, self._now = sequences, now
        self._checked &= {each.sequence.id for each in sequences}
        self._renew()
        self.checked_changed.emit()

    def show_health(self, health: Mapping[UUID, Health]) -> None:
        """Show how each fares, as soon as that is known."""
        self._health = health
        self._renew()

    def clear(self) -> None:
        """Show nothing, with nothing checked: another folder is to come."""
        self._checked.clear()
        self.show((), self._now)

    def at(self, row: int) -> "ListedSequence":
        """What stands in a row."""
        return self._rows[row]

    def row_of(self, sequence_id: UUID) -> int:
        """Where a sequence stands; -1 where it isn't shown."""
        return next((n for n, each in enumerate(self._rows) if each.sequence.id == sequence_id), -1)

    def checked(self) -> list["ListedSequence"]:
        """The checked ones, in the order they are shown."""
        return [each for each in self._rows if each.sequence.id in self._checked]

    def check(self, keys: Iterable[UUID], *, is_on: bool) -> None:
        """Check some, or let them go."""
        self._checked = self._checked | set(keys) if is_on else self._checked - set(keys)
        self._tell_all()
        self.checked_changed.emit()

    # What Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(SequenceColumn)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        is_first = index.isValid() and index.column() == SequenceColumn.NAME
        return usual | Qt.ItemFlag.ItemIsUserCheckable if is_first else usual

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("SequenceTable", HEADERS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_aligned(section) | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        each, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(each, column)
            case Qt.ItemDataRole.CheckStateRole if column == SequenceColumn.NAME:
                is_on = each.sequence.id in self._checked
                return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_aligned(column) | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._tip(each, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(each, column)
            case SequenceRole.STATUS:
                return each.sequence.status
            case SequenceRole.LEVEL:
                found = self._health.get(each.sequence.id)
                return None if found is None else found.level
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        is_on = Qt.CheckState(value) is Qt.CheckState.Checked
        self.check([self._rows[index.row()].sequence.id], is_on=is_on)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (SequenceColumn(column), order)
        self._renew()

    # In what order, in what words

    def _renew(self) -> None:
        rows = self._sorted()
        same = [each.sequence.id for each in rows] == [each.sequence.id for each in self._rows]
        if same:
            self._rows = rows
            self._tell_all()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _sorted(self) -> list["ListedSequence"]:
        column, order = self._order
        is_up = order is Qt.SortOrder.AscendingOrder
        if column is SequenceColumn.NAME:
            return list(self._given) if is_up else list(reversed(self._given))
        if column is SequenceColumn.HEALTH:
            return sorted(self._given, key=self._need, reverse=not is_up)
        return sorted(self._given, key=_KEYS[column], reverse=not is_up)

    def _need(self, each: "ListedSequence") -> int:
        """How much a sequence needs a person: 0 the most."""
        found = self._health.get(each.sequence.id)
        return len(_LEVELS) if found is None else _LEVELS[found.level]

    def _tell_all(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(SequenceColumn) - 1))

    def _text(self, each: "ListedSequence", column: int) -> str:
        totals = each.sequence.totals
        match column:
            case SequenceColumn.NAME:
                return one_line(each.sequence.name)
            case SequenceColumn.STATE:
                return state_word(each.sequence.status)
            case SequenceColumn.NEXT:
                return NOTHING if each.next_due_at is None else due(each.next_due_at, self._now)
            case SequenceColumn.HEALTH:
                found = self._health.get(each.sequence.id)
                return "" if found is None else found.sentence
        numbers = {
            SequenceColumn.ENROLLED: totals["enrolled"],
            SequenceColumn.REPLIED: totals["replied"],
            SequenceColumn.INTERESTED: each.interested,
            SequenceColumn.HELD: each.held,
        }
        return count(numbers[SequenceColumn(column)])

    def _tip(self, each: "ListedSequence", column: int) -> str:
        if column == SequenceColumn.HEALTH:
            found = self._health.get(each.sequence.id)
            return "" if found is None else f"{found.sentence} {found.advice}".strip()
        return each.sequence.name if column == SequenceColumn.NAME else ""

    def _sentence(self, each: "ListedSequence", column: int) -> str:
        if column != SequenceColumn.NAME:
            return f"{QCoreApplication.translate('SequenceTable', HEADERS[column])}: {self._text(each, column)}"
        parts = [self._sentence(each, other) for other in list(SequenceColumn)[1:] if self._text(each, other)]
        return ", ".join([one_line(each.sequence.name), *parts])


def _aligned(column: int) -> Qt.AlignmentFlag:
    is_number = SequenceColumn.ENROLLED <= column <= SequenceColumn.HELD
    return Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
