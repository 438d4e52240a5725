"""A table whose rows may yet have to be loaded: what Qt, a screen reader and check boxes ask of it."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from enum import IntEnum
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from opendoors_desktop.gui.models.checked import Checked
from opendoors_desktop.gui.models.listing import Column
from opendoors_desktop.gui.widgets.text import one_line

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()


class PagedRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole
    """The frozen row itself; None where it isn't loaded."""


class RowTable(QAbstractTableModel, Generic[R]):
    """Rows of some columns; `checked` are those that a person has ticked off. A subclass has the rows."""

    checks_changed = Signal()

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        tell: Callable[[R], str],
        parent: QObject | None,
    ) -> None:
        """`key` is what rows are told apart by, `tell` makes of a row the sentence that screen readers say."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self.checked = Checked()
        self._key = key
        self._tell = tell
        self._count = 0

    @abstractmethod
    def row_at(self, row: int) -> R | None:
        """A row; None where it isn't loaded."""

    def _tell_of(self, first: int, rows: Sequence[R]) -> None:
        last = min(first + len(rows), self._count) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        if role == PagedRole.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if row is None else one_line(self.columns[index.column()].text(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Loading") if row is None else self._tell(row)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0 and row is not None:
            return Qt.CheckState.Checked if self._key(row) in self.checked else Qt.CheckState.Unchecked
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() and index.column() == 0 else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index.row()) if index.isValid() else None
        if role != Qt.ItemDataRole.CheckStateRole or row is None:
            return False
        self.checked.check(self._key(row), is_on=Qt.CheckState(value) is Qt.CheckState.Checked)
        self._tell_of_checks(index.row(), index.row())
        return True

    def is_checked(self, row: R) -> bool:
        """Whether a row is checked, loaded or not."""
        return self._key(row) in self.checked

    def check(self, first: int, last: int, *, is_on: bool) -> None:
        """Check rows, or take their checks away, as far as they are loaded."""
        for number in range(first, last + 1):
            row = self.row_at(number)
            if row is not None:
                self.checked.check(self._key(row), is_on=is_on)
        self._tell_of_checks(first, last)

    def check_all(self, *, is_on: bool) -> None:
        """Check the whole list, whatever of it is loaded, or nothing."""
        self.checked.check_all(is_on=is_on)
        self._tell_of_checks(0, self._count - 1)

    def _tell_of_checks(self, first: int, last: int) -> None:
        if self._count:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.checks_changed.emit()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        return None
