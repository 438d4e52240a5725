"""How full a day is, a mailbox a line, in words."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.mailbox.words import fault_of
from opendoors_desktop.gui.outbox.days import Day, Share, long_name
from opendoors_desktop.gui.outbox.facts import OutboxFacts
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line

MOST = 6
"""So many mailboxes are told one by one."""


class Capacity(QFrame):
    """Under the list of days."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.title = Label("", "small", "muted")
        self._lines: list[tuple[ElidedLabel, Label]] = []
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
            line = (ElidedLabel("", "body-strong"), Label("", "small", "muted", wraps=True))
            self._lines.append(line)
            for label in line:
                self._column.addWidget(label)
        for place, (name, words) in enumerate(self._lines):
            is_shown = place < len(shares)
            name.setVisible(is_shown)
            words.setVisible(is_shown)
            if is_shown:
                share = shares[place]
                name.setText(share.address)
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
