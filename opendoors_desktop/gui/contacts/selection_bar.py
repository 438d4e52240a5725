"""The bar below the table while contacts are checked: how many, and what to do with them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from opendoors_desktop.gui import formats
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label


class SelectionBar(QFrame):
    """Hidden while nothing is checked. `wanted` brings the name of what is to be done."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "selection")
        self.setFixedHeight(theme().px(48))
        self.words = Label("", "body-strong")
        self.all = push_button("", lambda: self.wanted.emit("all"), kind="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        row.setSpacing(theme().px(12))
        row.addWidget(self.words)
        row.addWidget(self.all)
        row.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        for name, text, icon_name in (
            ("enroll", self.tr("Enroll"), "workflow"),
            ("tag", self.tr("Tag"), "tag"),
            ("bar", self.tr("Do not contact"), "ban"),
            ("none", self.tr("Clear selection"), "x"),
        ):
            button = push_button(text, lambda name=name: self.wanted.emit(name), kind="inverse", icon_name=icon_name)  # type: ignore[misc]
            self.buttons[name] = button
            row.addWidget(button)
        self.hide()

    def show_count(self, number: int, total: int) -> None:
        """So many of the list are checked."""
        self.words.setText(self.tr("%n selected", "", number).replace(str(number), formats.count(number)))
        self.all.setText(self.tr("Select all {count}").format(count=formats.count(total)))
        self.all.setAccessibleName(self.all.text())
        self.all.setVisible(number < total)
        self.setVisible(number > 0)
