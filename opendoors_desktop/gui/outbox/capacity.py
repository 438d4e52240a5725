"""How full a day is, mailbox by mailbox: a bar, and the same in words."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.mailbox.words import fault_of
from opendoors_desktop.gui.outbox.days import SOFT, Day, Share, long_name
from opendoors_desktop.gui.outbox.facts import OutboxFacts
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line

MOST = 6
"""So many mailboxes are told one by one."""


class ShareBar(QWidget):
    """What of a mailbox's cap is sent and planned, in its colours; what goes beyond the cap fills the bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme().px(8))
        self._parts: tuple[tuple[float, str], ...] = ()

    def show_share(self, share: Share, *, is_stopped: bool) -> None:
        """Show a mailbox's share; of one that can't send nothing but the outline of trouble."""
        whole = max(1, share.cap or share.sent + share.planned)
        sent, planned = min(1.0, share.sent / whole), min(1.0, (share.sent + share.planned) / whole)
        soft = SOFT.get(share.color, share.color)
        track = (1.0, "danger-bg" if is_stopped else "chart-track")
        self._parts = (track,) if is_stopped else (track, (planned, soft), (sent, share.color))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for share, color in self._parts:
            width = self.width() * share
            painter.setBrush(theme().color(color))
            painter.drawRoundedRect(QRectF(self.width() - width if is_mirrored else 0, 0, width, self.height()), 2, 2)


class Capacity(QFrame):
    """Under the list of days."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.title = Label("", "small", "muted")
        self._lines: list[tuple[ElidedLabel, ShareBar, Label]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme().px(16), theme().px(8), theme().px(12), theme().px(12))
        self._column.setSpacing(theme().px(4))
        self._column.addWidget(Line())
        self._column.addWidget(self.title)

    def show_day(self, day: Day, facts: OutboxFacts) -> None:
        """Show a day's mailboxes."""
        self.title.setText(self.tr("Capacity on {day}").format(day=long_name(day.on)))
        stopped = {each.mailbox.id for each in facts.mailboxes if fault_of(each, facts.now) is not None}
        shares = day.shares[:MOST]
        while len(self._lines) < len(shares):
            line = (ElidedLabel("", "body-strong"), ShareBar(), Label("", "small", "muted", wraps=True))
            self._lines.append(line)
            line[0].setContentsMargins(0, theme().px(8), 0, 0)
            for part in line:
                self._column.addWidget(part)
        for place, (name, bar, words) in enumerate(self._lines):
            is_shown = place < len(shares)
            for part in (name, bar, words):
                part.setVisible(is_shown)
            if is_shown:
                share = shares[place]
                name.setText(share.address)
                bar.show_share(share, is_stopped=share.mailbox_id in stopped)
                words.setText(self._words(share, is_stopped=share.mailbox_id in stopped))
                words.set_tone("danger" if share.mailbox_id in stopped else "muted")

    def _words(self, share: Share, *, is_stopped: bool) -> str:
        if is_stopped:
            return self.tr("Nothing leaves until its trouble is mended")
        if share.cap is None:
            return self.tr("{sent} sent, {planned} to go, no cap").format(
                sent=count(share.sent), planned=count(share.planned)
            )
        free = max(0, share.cap - share.sent - share.planned)
        return self.tr("{sent} sent, {planned} to go, {free} free of {cap}").format(
            sent=count(share.sent), planned=count(share.planned), free=count(free), cap=count(share.cap)
        )
