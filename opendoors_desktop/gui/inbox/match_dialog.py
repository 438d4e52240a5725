"""Asks whose a mail is: contacts are found as their names or addresses are typed."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign, push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.palette import Found, find

ASKS_AFTER_MS = 120
MOST = 12


class MatchDialog(Dialog):
    """`then` is given the contact that was chosen, and its name."""

    def __init__(self, parent: QWidget, bench: Workbench, then: Callable[[UUID, str], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Match to a contact"))
        self._then = then
        self._found: Sequence[Found] = ()
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show)
        self._query.failed.connect(bench.notices.show_error)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASKS_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Contact"))
        self.line.setPlaceholderText(self.tr("Name, company or address"))
        add_search_sign(self.line)
        self.line.textChanged.connect(lambda _: self._timer.start())
        self.line.installEventFilter(self)
        self.names = QStringListModel(self)
        self.list = QListView()
        self.list.setModel(self.names)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(self.tr("Contacts found"))
        self.list.activated.connect(lambda _: self._take())
        self.match_button = push_button(self.tr("Match"), self._take, kind="primary")
        self.match_button.setDefault(True)
        self.match_button.setEnabled(False)
        self._lay_out()

    def _lay_out(self) -> None:
        told = self.tr("The mail then counts as theirs, with all that follows from it. You can undo this.")
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel = push_button(self.tr("Cancel"), self.reject)
        self.cancel.setAutoDefault(False)
        row.addWidget(self.cancel)
        row.addWidget(self.match_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(10))
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        column.addWidget(Label(told, "small", "muted", wraps=True))
        column.addLayout(row)
        self.resize(theme().px(440), theme().px(360))
        self.line.setFocus()

    def _ask(self) -> None:
        words = self.line.text()

        def read(reading: Reading) -> list[Found]:
            return find(reading.unit, reading.scope.workspace_id, words, "contacts", MOST)

        self._query.ask(read)

    def _show(self, found: Sequence[Found]) -> None:
        self._found = found
        self.names.setStringList([one_line(f"{each.name}  {each.detail}", 200) for each in found])
        self.list.setCurrentIndex(self.names.index(0))
        self.match_button.setEnabled(bool(found))

    def _take(self) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place < len(self._found):
            chosen = self._found[place]
            self.accept()
            self._then(chosen.id, one_line(chosen.name, 80))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the line go through what was found."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._found:
                place = min(max(self.list.currentIndex().row() + step, 0), len(self._found) - 1)
                self.list.setCurrentIndex(self.names.index(place))
                return True
        return super().eventFilter(watched, event)
