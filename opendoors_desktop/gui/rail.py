"""The rail: one button a page at the left edge, in the order of a working day, with what waits there."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.theme import theme


class RailButton(QToolButton):
    """A page's button with a badge: a number, painted amber where a person is needed."""

    def __init__(self, title: str, icon_name: str) -> None:
        super().__init__()
        self._title = title
        self._count = 0
        self._tone = "accent"
        self.setText(title)
        self.setIcon(icon(icon_name, "text-muted", "accent-text"))
        self.setIconSize(QSize(theme().px(20), theme().px(20)))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setCheckable(True)
        self.setFixedSize(theme().px(66), theme().px(52))
        self.setAccessibleName(title)

    def set_badge(self, count: int, *, needs_you: bool = False) -> None:
        """Show how much waits there; 0 shows nothing."""
        if (count, needs_you) != (self._count, self._tone == "warning"):
            self._count = count
            self._tone = "warning" if needs_you else "accent"
            self.setAccessibleName(f"{self._title}, {count}" if count else self._title)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        text = str(self._count) if self._count < 100 else "99+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme().font("caption")
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        height = theme().px(16)
        width = max(height, painter.fontMetrics().horizontalAdvance(text) + theme().px(8))
        left = self.width() / 2 + theme().px(3)
        badge = QRectF(min(left, self.width() - width - 1), theme().px(2), width, height)
        is_amber = self._tone == "warning"
        painter.setPen(theme().color("warning-solid" if is_amber else "accent"))
        painter.setBrush(theme().color("warning-bg" if is_amber else "accent"))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(theme().color("warning" if is_amber else "on-accent"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QToolBar):
    """The buttons of the pages; the last ones stand apart at the bottom."""

    def __init__(
        self, pages: Mapping[str, tuple[str, str]], at_bottom: frozenset[str], action_of: Callable[[str], QAction]
    ) -> None:
        """`pages`: by name title and icon, in order; `action_of` gives the action that shows a page."""
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleIdentifier("rail")
        self.setAccessibleName(self.tr("Pages"))
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFixedWidth(theme().px(72))
        top = QWidget()
        top.setFixedHeight(theme().px(4))
        self.addWidget(top)
        self._buttons: dict[str, RailButton] = {}
        has_spacer = False
        for name, (title, icon_name) in pages.items():
            if name in at_bottom and not has_spacer:
                has_spacer = True
                spacer = QWidget()
                spacer.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
                self.addWidget(spacer)
            button = RailButton(title, icon_name)
            button.setToolTip(action_of(name).shortcut().toString(action_of(name).shortcut().SequenceFormat.NativeText))
            button.clicked.connect(action_of(name).trigger)
            button.setAccessibleIdentifier(f"rail.{name}")
            self._buttons[name] = button
            self.addWidget(button)

    def __getitem__(self, name: str) -> RailButton:
        """The button of a page."""
        return self._buttons[name]

    def show_current(self, name: str) -> None:
        """Mark the page that is shown."""
        for each, button in self._buttons.items():
            button.setChecked(each == name)
