"""The door in the system's tray: whether emails leave, what leaves next, and the way back to the window."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.theme import keeper, theme

SIZES: Final = (16, 22, 24, 32, 48, 64)


class Mood(StrEnum):
    """What the dot on the door says."""

    SENDING = "sending"
    RESTING = "resting"  # amber: off, paused or stopped
    NEEDS_YOU = "needs_you"  # red: a message is held, or a mailbox fails


_DOTS: Final = {Mood.RESTING: "warning-solid", Mood.NEEDS_YOU: "danger-solid"}


class Tray(QObject):
    """The tray's icon and menu; nothing is shown where the desktop has no tray.

    `show_asked`, `quit_asked`, `next_asked` and the pauses say what the person chose; `clicked` that a notice was.
    """

    show_asked = Signal()
    quit_asked = Signal()
    next_asked = Signal()
    pause_hour_asked = Signal()
    pause_today_asked = Signal()
    resume_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(self)
        self._mood = Mood.RESTING
        self._on_click: Callable[[], object] | None = None
        self._menu = QMenu(parent)
        self._next = self._menu.addAction("", self.next_asked.emit)
        self._menu.addSeparator()
        self._pauses = [
            self._menu.addAction(self.tr("Pause sending for 1 hour"), self.pause_hour_asked.emit),
            self._menu.addAction(self.tr("Pause sending for today"), self.pause_today_asked.emit),
        ]
        self._resume = self._menu.addAction(self.tr("Switch sending on"), self.resume_asked.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Open OpenDoors"), self.show_asked.emit)
        self._menu.addAction(self.tr("Quit"), self.quit_asked.emit)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self._on_message_clicked)
        keeper().changed.connect(self._draw)
        self.tell(Mood.RESTING, "", "")

    @property
    def is_there(self) -> bool:
        """Whether this desktop shows trays, and the door is in it."""
        return self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def mood(self) -> Mood:
        """What the dot says now."""
        return self._mood

    @property
    def menu(self) -> QMenu:
        """The menu."""
        return self._menu

    def show(self) -> None:
        """Put the door into the tray."""
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._draw()
            self._icon.show()

    def close(self) -> None:
        """Take the door out of the tray."""
        self._icon.hide()

    def tell(self, mood: Mood, state: str, next_email: str, *, is_resting: bool = True) -> None:
        """Show how sending stands (a sentence) and what leaves next (words; empty: nothing is planned).

        `is_resting`: nothing leaves now, so that sending can be switched on rather than paused.
        """
        is_new = mood is not self._mood
        self._mood = mood
        self._icon.setToolTip(f"OpenDoors: {state}" if state else "OpenDoors")
        self._next.setText((next_email or self.tr("Nothing is planned")).replace("&", "&&"))
        for pause in self._pauses:
            pause.setVisible(not is_resting)
        self._resume.setVisible(is_resting)
        if is_new:
            self._draw()

    def notify(self, title: str, text: str, on_click: Callable[[], object]) -> None:
        """Tell something by the system's own notices; a click calls `on_click`."""
        if self.is_there:
            self._on_click = on_click
            self._icon.showMessage(title, text, self._icon.icon())

    def _draw(self) -> None:
        drawn = QIcon()
        for size in SIZES:
            drawn.addPixmap(door(size, _DOTS.get(self._mood)))
        self._icon.setIcon(drawn)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_asked.emit()

    def _on_message_clicked(self) -> None:
        self.show_asked.emit()
        if self._on_click is not None:
            self._on_click()


def door(size: int, dot: str | None = None) -> QPixmap:
    """The program's sign, a door on a tile, with a dot of a token's colour at its corner (None: without)."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent"))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
    inner = round(size * 0.7)
    painter.drawPixmap(
        (size - inner) // 2, (size - inner) // 2, icon_pixmap("door-open", theme().colors["on-accent"], inner)
    )
    if dot is not None:
        width = size * 0.44
        spot = QRectF(size - width, size - width, width, width)
        painter.setBrush(theme().color("window"))
        painter.drawEllipse(spot)
        painter.setBrush(theme().color(dot))
        painter.drawEllipse(spot.adjusted(size * 0.05, size * 0.05, -size * 0.05, -size * 0.05))
    painter.end()
    return picture
