"""One mailbox in cards: today, its health, its limits, and what stands in its emails."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from opendoors_desktop.gui.formats import count, when
from opendoors_desktop.gui.mailbox.identity_form import IdentityCard
from opendoors_desktop.gui.mailbox.limits_form import LimitsCard
from opendoors_desktop.gui.mailbox.trial import STAGES
from opendoors_desktop.gui.mailbox.words import host_words, sent_of_cap, state_of, waits
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.card import Card, Facts
from opendoors_desktop.gui.words import one_line
from opendoors_desktop.store.queries.mailbox_list import MailboxSight

WIDE = 860
"""From this width on the cards stand in two columns."""

Save = Callable[[Callable[[Any], Any], tuple[str, ...]], object]


class MailboxSheet(QScrollArea):
    """Shows a mailbox; `save` is given what a person changes, with the names of the fields that it changes."""

    def __init__(self, save: Save) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Mailbox"))
        self._save = save
        self._sides: list[QVBoxLayout] = []
        self._lay_out()

    def parts(self) -> Iterator[Callable[[], object]]:
        """The cards, each in an event of its own."""
        yield self._make_facts
        yield self._make_identity
        yield self._make_limits

    def _make_facts(self) -> None:
        self.today, self.health = Card(self.tr("Today")), Card(self.tr("Health"))
        self.today_facts, self.health_facts = Facts(), Facts()
        self.today.add(self.today_facts)
        self.health.add(self.health_facts)
        for place, card in enumerate((self.today, self.health)):
            self._sides[0].insertWidget(place, card)

    def _make_identity(self) -> None:
        names = ("from_name", "reply_to", "signature_text", "signature_html")
        self.identity = IdentityCard(self.tr("Sender and signature"), lambda change: self._save(change, names))
        self._sides[0].insertWidget(2, self.identity)

    def _make_limits(self) -> None:
        self.limits = LimitsCard(lambda change: self._save(change, ("limits", "days_off")))
        self._sides[1].insertWidget(0, self.limits)

    def _lay_out(self) -> None:
        place = QFrame()
        place.setProperty("kind", "canvas")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, place)
        self._columns.setContentsMargins(theme().px(20), theme().px(16), theme().px(20), theme().px(20))
        self._columns.setSpacing(theme().px(12))
        for _ in range(2):
            side = QWidget()
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme().px(12))
            column.addStretch(1)
            self._sides.append(column)
            self._columns.addWidget(side, 1)
        self.setWidget(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.viewport().width() >= theme().px(WIDE)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(360), theme().px(200))

    def show_sight(self, sight: MailboxSight, now: datetime) -> None:
        """Show a mailbox as it stands at `now`."""
        box = sight.mailbox
        self.today.aside.setText(state_of(sight, now).word)
        self.today_facts.show_facts(self._today(sight))
        self.health_facts.show_facts(self._health(sight, now))
        self.limits.show_mailbox(box, now.astimezone(box.limits.zone).date())
        self.identity.show_mailbox(box)

    def _today(self, sight: MailboxSight) -> list[tuple[str, str]]:
        hourly = sight.mailbox.limits.hourly_cap
        hour = count(sight.sent_hour)
        if hourly is not None:
            hour = self.tr("{sent} of {cap}").format(sent=hour, cap=count(hourly))
        facts = [
            (self.tr("Sent"), sent_of_cap(sight)),
            (self.tr("Last 60 minutes"), hour),
            (self.tr("Waits"), waits(sight)),
        ]
        if sight.put_off:
            facts.append((self.tr("Put off by servers"), count(sight.put_off)))
        return facts

    def _health(self, sight: MailboxSight, now: datetime) -> list[tuple[str, str]]:
        box = sight.mailbox
        facts = [(self.tr("Sending"), host_words(box.smtp))]
        if box.imap is not None:
            facts.append((self.tr("Receiving"), host_words(box.imap)))
            facts.append((self.tr("Last read"), self._last_read(sight, now)))
        facts.append((self.tr("Last test"), self._last_test(sight, now)))
        bounces = self.tr("no email sent yet")
        if sight.tried:
            bounces = self.tr("{bounced} of the last {tried}").format(
                bounced=count(sight.bounced), tried=count(sight.tried)
            )
        facts.append((self.tr("Bounces"), bounces))
        return facts

    def _last_read(self, sight: MailboxSight, now: datetime) -> str:
        box = sight.mailbox
        if box.reading_error is not None:
            return one_line(box.reading_error)
        return self.tr("not read yet") if box.last_read_at is None else when(box.last_read_at, now)

    def _last_test(self, sight: MailboxSight, now: datetime) -> str:
        if sight.checked_at is None:
            return self.tr("not tested yet")
        at = when(sight.checked_at, now)
        stages = sight.checks.get("smtp", {})
        for name in STAGES:
            if stages.get(name, {}).get("ok") is False:
                return self.tr("{time}: {said}").format(time=at, said=stages[name].get("text", ""))
        return self.tr("{time}: all well").format(time=at)
