"""Tells which contacts were not enrolled in a sequence, and why each of them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, one_line


class Refusals(Dialog):
    """A list of names with reasons."""

    def __init__(self, parent: QWidget, sequence: str, rows: Sequence[tuple[str, str]], number: int) -> None:
        """`rows` are names and reasons; `number` of contacts were refused, more than are listed perhaps."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Not enrolled"))
        title = self.tr("%n contacts were not enrolled in {sequence}", "", number).format(
            sequence=one_line(sequence, 100)
        )
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setWordWrap(True)
        for name, reason in rows:
            self.list.addItem(self.tr("{name}: {reason}").format(name=one_line(name, 100), reason=one_line(reason)))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        column.addWidget(Label(title, "heading", wraps=True))
        column.addWidget(self.list, 1)
        if number > len(rows):
            column.addWidget(Label(self.tr("and %n more", "", number - len(rows)), "body", "muted"))
        self.close_button = push_button(self.tr("Close"), self.accept)
        column.addWidget(self.close_button)
        self.resize(theme().px(520), theme().px(360))
