"""The keys that work on the screen a person is on."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from opendoors_desktop.gui.actions import Actions
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label


class KeyList(Dialog):
    """Every action that works now and has keys, with its keys."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys of this screen"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(16))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().px(32))
        grid.setVerticalSpacing(theme().px(8))
        native = QKeySequence.SequenceFormat.NativeText
        rows = [(action.text(), action.shortcuts()) for _, _, action in actions.usable() if action.shortcuts()]
        half = (len(rows) + 1) // 2
        for number, (text, keys) in enumerate(rows):
            words = ", ".join(each.toString(native) for each in keys)
            place, column_of = number % half, number // half * 2
            grid.addWidget(Label(text), place, column_of)
            grid.addWidget(Label(words, "body-strong"), place, column_of + 1)
        column.addLayout(grid)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column.addWidget(close)
