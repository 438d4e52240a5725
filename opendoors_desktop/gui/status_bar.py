"""The status bar: what leaves next, how much of today's cap is used, who needs a person, where all of it is kept."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.sending import Sending
from opendoors_desktop.gui.standing import Standing
from opendoors_desktop.gui.status_words import (
    Fact,
    State,
    held_words,
    mailbox_words,
    next_words,
    state_of,
    switch_fact,
    today_words,
)
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label, plain_tip

if TYPE_CHECKING:
    from opendoors_desktop.gui.jobs import LongJob
    from opendoors_desktop.gui.switching import Switching
    from opendoors_desktop.gui.workbench import Workbench
    from opendoors_desktop.store.queries.status_bar import StatusFacts


GAP: Final = 3
"""Design pixels between a fact's icon and its words, beyond what the style leaves."""


class FactButton(QToolButton):
    """A fact as a flat button; cut at its end where there is no room, its name has all of it."""

    def __init__(self, identifier: str, on_click: Callable[[], object], *, may_shrink: bool = False) -> None:
        super().__init__()
        self.setObjectName(identifier)
        self.setAccessibleIdentifier(identifier)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(theme().px(14 + GAP), theme().px(14)))
        self.setMinimumHeight(theme().px(24))
        self.clicked.connect(lambda _checked: on_click())
        self._whole = ""
        self._may_shrink = may_shrink
        if may_shrink:
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def whole(self) -> str:
        """The whole text, however much of it is seen."""
        return self._whole

    def tell(self, text: str, sentence: str = "", tone: str = "text", icon_name: str = "") -> None:
        """Show a fact; `sentence` says more of it to who points at it or has it read aloud."""
        self._whole = text
        self.setVisible(bool(text))
        if icon_name:
            self.setIcon(icon(icon_name, tone, gap=theme().px(GAP)))
        self.setAccessibleName(text)
        self.setAccessibleDescription("" if sentence == text else sentence)
        self.setToolTip(plain_tip(sentence or text))
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().polish(self)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not self._may_shrink:
            return hint
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + theme().px(20), hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(theme().px(48), hint.height()) if self._may_shrink else hint

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if self._may_shrink:
            self._cut()

    def _cut(self) -> None:
        room = self.width() - theme().px(16)
        text = self._whole
        if self._may_shrink:
            text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.setText(text.replace("&", "&&"))


class TodayBar(QWidget):
    """Today's emails as a little bar: sent, planned, free of the cap."""

    def __init__(self) -> None:
        super().__init__()
        self._shares = (0.0, 0.0)
        self.setFixedSize(theme().px(92), theme().px(6))

    def tell(self, sent: int, planned: int, cap: int | None) -> None:
        """Show the numbers; without a cap the bar is as long as what is sent and planned."""
        whole = max(1, sent + planned if cap is None else max(cap, sent))
        self._shares = (sent / whole, min(1.0, (sent + planned) / whole))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        sent, planned = self._shares
        for share, color in ((1.0, "chart-track"), (planned, "chart-1-soft"), (sent, "chart-1")):
            if share > 0:
                width = self.width() * share
                left = self.width() - width if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
                outline = theme().outline(color)
                painter.setPen(theme().color(outline) if outline else Qt.PenStyle.NoPen)
                painter.setBrush(theme().color(color))
                painter.drawRoundedRect(QRectF(left, 0, width, self.height()), self.height() / 2, self.height() / 2)


class JobRow(QWidget):
    """The long job that runs: what it does, how far it is, and the way to end it."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(8), 0, 0, 0)
        self._words = Label("", "caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme().px(92))
        self._cancel = QToolButton()
        self._cancel.setIcon(icon("x"))
        self._cancel.setFixedSize(theme().px(24), theme().px(24))
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Cancel"))
        self._cancel.clicked.connect(self._on_cancel)
        for widget in (self._words, self._bar, self._cancel):
            row.addWidget(widget)
        self._job: LongJob | None = None
        self.hide()

    @property
    def words(self) -> str:
        """What the job that runs does; "" while none runs."""
        return self._words.text() if self._job is not None else ""

    def begin(self, job: "LongJob") -> None:
        """A job began."""
        self._job = job
        self._words.setText(job.text)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(job.text)
        self.show()

    def go_on(self, job: "LongJob", done: int, of: int) -> None:
        """The job is so far; `of` 0: nobody knows how much it is."""
        if job is self._job:
            self._bar.setRange(0, of)
            self._bar.setValue(done)

    def end(self, job: "LongJob") -> None:
        """The job is over."""
        if job is self._job:
            self._job = None
            self.hide()

    def _on_cancel(self) -> None:
        if self._job is not None:
            self._job.watch.cancel()


class StatusBar(QStatusBar):
    """A row of buttons, each a fact in words; a click shows where the fact comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setFixedHeight(theme().px(28))
        self.setAccessibleName(self.tr("Status"))
        self._bench: Workbench | None = None
        self._is_held_up = False

    def start(self, bench: "Workbench", standing: Standing, sending: Sending, switching: "Switching") -> None:
        """The store is open: show facts from now on."""
        if self._bench is not None:
            return
        self._bench, self._standing, self._sending = bench, standing, sending
        self.switch = FactButton("status.sending", switching.toggle)
        self.next = FactButton("status.next", lambda: bench.go("outbox"), may_shrink=True)
        self.today = FactButton("status.today", lambda: bench.go("outbox"))
        self.bar = TodayBar()
        self.held = FactButton("status.held", lambda: bench.go("outbox"))
        self.mailboxes = FactButton("status.mailboxes", lambda: bench.go("mailboxes"))
        self.failing = FactButton("status.failing", lambda: bench.go("mailboxes"))
        self.store = FactButton("status.store", lambda: bench.notices.toast(self.store.toolTip()))
        self.job = JobRow()
        middle = QWidget()
        middle.setMinimumHeight(theme().px(24))
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.next, 1)
        row.addStretch(0)
        self.addWidget(self.switch)
        self.addWidget(middle, 1)
        rest: tuple[QWidget, ...] = (
            self.job,
            self.today,
            self.bar,
            self.held,
            self.mailboxes,
            self.failing,
            self.store,
        )
        for each in rest:
            self.addPermanentWidget(each)
        self._listen(bench)
        self._tell_switch()
        self._tell_store(None)

    def _listen(self, bench: "Workbench") -> None:
        self._standing.changed.connect(self._on_facts)
        self._standing.failed.connect(self._tell_store)
        self._sending.changed.connect(self._tell_switch)
        bench.news.away.connect(self._tell_store)
        bench.news.back.connect(lambda: self._tell_store(None))
        bench.jobs.held_up.changed.connect(self._on_held_up)
        bench.jobs.long_began.connect(self.job.begin)
        bench.jobs.long_told.connect(self.job.go_on)
        bench.jobs.long_ended.connect(self.job.end)

    @property
    def state(self) -> State:
        """How sending stands."""
        sending = self._sending
        return state_of(
            sending.switches, sending.runs, sending.held_elsewhere, sending.store_fault, sending.offline_since
        )

    def _tell_switch(self) -> None:
        context = self._sending.jobs.context
        if context is None:
            return
        fact: Fact = switch_fact(self.state, self._sending, context.clock.now())
        self.switch.tell(fact.text, fact.sentence, fact.tone, fact.icon)

    def _on_facts(self, facts: "StatusFacts", now: datetime) -> None:
        self._tell_switch()
        self.next.tell(next_words(facts.next_email, now, self.state), tone="text-muted")
        self.today.tell(*today_words(facts))
        self.bar.tell(facts.sent_today, facts.planned_today, facts.cap_today)
        held = held_words(facts)
        self.held.tell(held, tone="warning", icon_name="circle-pause")
        sends, fails = mailbox_words(facts)
        self.mailboxes.tell(sends, tone="text", icon_name="circle-check")
        self.failing.tell(fails, "; ".join(each.address for each in facts.failing), "danger", "circle-x")
        self._tell_store(None)

    def _on_held_up(self, is_held_up: bool) -> None:  # a signal's
        self._is_held_up = is_held_up
        self._tell_store(None)

    def _tell_store(self, fault: Exception | None) -> None:
        """Where everything is kept; what keeps it from being reached, in blue, until it is back."""
        context = None if self._bench is None else self._bench.jobs.context
        place = None if context is None else context.store.location
        is_here = place is None or place.dialect.value == "sqlite"
        if fault is not None:
            title, advice = getattr(fault, "title", str(fault)), getattr(fault, "advice", "")
            words = self.tr("Store away") if is_here else self.tr("Database away")
            self.store.tell(words, f"{title} {advice}", "info", "database")
            return
        if self._is_held_up:
            words = self.tr("Waiting: another program is using the store")
            self.store.tell(
                words, self.tr("Your change is made as soon as the other program is done."), "info", "clock"
            )
        elif place is not None:
            self.store.tell(
                self.tr("This computer") if is_here else self.tr("Team database"), place.name, "text-muted", "database"
            )
