"""The emails that fell due while nothing left: who, of what, when it was due, and when it leaves now."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.engine.agenda import PlannedEmail


class Column(IntEnum):
    """The columns, in their order."""

    CONTACT = 0
    SEQUENCE = 1
    DUE = 2
    LEAVES = 3


TITLES: Final = {
    Column.CONTACT: QT_TRANSLATE_NOOP("Respread", "Contact"),
    Column.SEQUENCE: QT_TRANSLATE_NOOP("Respread", "Email"),
    Column.DUE: QT_TRANSLATE_NOOP("Respread", "Was due"),
    Column.LEAVES: QT_TRANSLATE_NOOP("Respread", "Leaves"),
}


class RespreadTable(QAbstractTableModel):
    """Frozen rows as a table; a row speaks as a whole sentence."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[PlannedEmail, ...] = ()
        self._texts: list[tuple[str, str, str, str]] = []

    def show_rows(self, rows: "Sequence[PlannedEmail]", now: datetime) -> None:
        """Show these in place of any others, their times as seen from `now`."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._texts = [_texts(row, now) for row in rows]
        self.endResetModel()

    def row(self, number: int) -> "PlannedEmail":
        """The email of a row."""
        return self._rows[number]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        texts = self._texts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            sentence = QCoreApplication.translate("Respread", "{contact}, {email}, was due {due}, leaves {leaves}")
            return sentence.format(contact=texts[0], email=texts[1], due=texts[2], leaves=texts[3])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("Respread", TITLES[Column(section)])
        return None


def _texts(row: "PlannedEmail", now: datetime) -> tuple[str, str, str, str]:
    step = QCoreApplication.translate("Respread", "{sequence}, step {number}")
    place = step.format(sequence=one_line(row.sequence), number=row.step)
    return one_line(row.contact or row.address), place, when(row.due_at, now), when(row.at, now)
