"""Makes a token for the REST API, and shows it this once."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.settings.commands import create_token
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.api_tokens import NewToken

LASTS = (30, 90, 365)


class TokenDialog(QDialog):
    """First what it is for and what it may; then the token, until the dialog is closed."""

    def __init__(self, parent: QWidget, bench: Workbench) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Create token"))
        self._bench = bench
        self.stack = QStackedWidget()
        self.stack.addWidget(self._ask())
        self.stack.addWidget(self._show())
        self.problem = Label("", "small", "danger", wraps=True)
        self.problem.hide()
        self.close_button = push_button(self.tr("Cancel"), self.reject)
        self.close_button.setAutoDefault(False)
        self.make_button = push_button(self.tr("Create token"), self.make, kind="primary")
        self.make_button.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.make_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        for widget in (self.stack, self.problem):
            column.addWidget(widget)
        column.addLayout(row)
        self._on_name()
        self.resize(theme().px(460), self.sizeHint().height())

    def _ask(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme().px(16))
        form.setVerticalSpacing(theme().px(8))
        self.name = QLineEdit()
        self.name.setMaxLength(255)
        self.name.setPlaceholderText(self.tr("Our CRM"))
        self.name.textChanged.connect(lambda _: self._on_name())
        self.lasts = Choice("")
        self.lasts.addItem(self.tr("Until it is revoked"), None)
        for days in LASTS:
            self.lasts.addItem(self.tr("%n days", "", days), days)
        self.read_only = QCheckBox(self.tr("May only look, and change nothing"))
        self.read_only.setAccessibleName(self.read_only.text())
        form_row(form, self.tr("What will use it"), self.name)
        form_row(form, self.tr("Lasts"), self.lasts)
        form.addRow("", self.read_only)
        return page

    def _show(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(8))
        self.token = QLineEdit()
        self.token.setReadOnly(True)
        self.token.setAccessibleName(self.tr("Token"))
        self.copy_button = push_button(self.tr("Copy token"), self._copy, icon_name="copy")
        warning = self.tr("Copy it now: it is shown this once, and nobody can read it again.")
        column.addWidget(Label(warning, wraps=True))
        column.addWidget(self.token)
        column.addWidget(self.copy_button, alignment=Qt.AlignmentFlag.AlignLeading)
        return page

    def make(self) -> None:
        """Make the token that is asked for."""
        name = self.name.text().strip()
        command = create_token(name, self.lasts.currentData(), is_read_only=self.read_only.isChecked())
        set_enabled(self.make_button, enabled=False)
        self._bench.do(command, then=self._on_made, otherwise=self._on_failed)

    def _on_made(self, made: "NewToken") -> None:
        self.token.setText(made.text)
        self.token.setCursorPosition(0)
        self.problem.hide()
        self.stack.setCurrentIndex(1)
        self.make_button.hide()
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.copy_button.setFocus()
        self._bench.notices.announce(self.tr("The token was made. Copy it now."))

    def _on_failed(self, error: Exception) -> None:
        self.problem.setText(" ".join(filter(None, words_of(error))))
        self.problem.show()
        self._on_name()

    def _on_name(self) -> None:
        set_enabled(self.make_button, enabled=bool(self.name.text().strip()), why_not=self.tr("Say what will use it."))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.token.text())
        self.copy_button.setText(self.tr("Copied"))

    def done(self, result: int) -> None:
        self.token.clear()
        super().done(result)
