"""Buttons in the few kinds the design knows."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.theme import theme

_ON = {"primary": "on-accent", "danger": "danger", "link": "accent-text", "inverse": "inverse-text"}


def push_button(
    text: str, on_click: Callable[[], object] | None = None, *, kind: str = "secondary", icon_name: str = ""
) -> QPushButton:
    """A button with words: primary (at most one on a page), secondary, ghost, danger, link or inverse."""
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setAccessibleName(text)
    if icon_name:
        show_icon(button, icon_name)
    if on_click is not None:
        button.clicked.connect(lambda _checked: on_click())
    return button


def show_icon(button: QPushButton, icon_name: str) -> None:
    """Put an icon before the words of a button, in the colour of its kind."""
    size, gap = theme().px(16), theme().px(4)
    button.setIcon(icon(icon_name, _ON.get(button.property("kind"), "text-muted"), gap=gap))
    button.setIconSize(QSize(size + gap, size))


def icon_button(icon_name: str, name: str, on_click: Callable[[], object] | None = None) -> QToolButton:
    """A button with an icon alone; `name` is what it is called, in its tooltip and by screen readers."""
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(theme().px(16), theme().px(16)))
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFixedSize(theme().px(28), theme().px(28))
    if on_click is not None:
        button.clicked.connect(lambda _checked: on_click())
    return button


FINDS = "finds"
"""The property of a line that searches, and changes nothing."""


def add_search_sign(line: QLineEdit) -> None:
    """Show that a line searches; Qt makes a button of the sign, which is called as the line is."""
    line.setProperty(FINDS, True)
    sign = line.addAction(icon("search", "text-subtle"), QLineEdit.ActionPosition.LeadingPosition)
    sign.setText(line.accessibleName())


def set_enabled(button: QPushButton | QToolButton, *, enabled: bool, why_not: str = "") -> None:
    """Let a button work, or say in its tooltip why it can't."""
    button.setEnabled(enabled)
    button.setToolTip("" if enabled else why_not)
