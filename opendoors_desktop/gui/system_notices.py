"""What the tray says, and what the system's own notices tell: a mailbox that fails, and emails held for a person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from opendoors_desktop.gui.status_words import State, next_words
from opendoors_desktop.gui.tray import Mood, Tray
from opendoors_desktop.gui.widgets.text import one_line

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.store.queries.status_bar import StatusFacts

HELD_EVERY: Final = timedelta(minutes=15)
"""Held emails are told together, and not again before this is over."""


class SystemNotices(QObject):
    """Follows how sending stands; what stood so when the window opened is news to nobody."""

    def __init__(self, window: "MainWindow", tray: Tray) -> None:
        super().__init__(window)
        self._window = window
        self._tray = tray
        self._failing: frozenset[object] | None = None
        self._held: int | None = None
        self._told_held_at: datetime | None = None
        window.standing.changed.connect(self._on_facts)
        window.sending.changed.connect(self._tell_tray)

    def _on_facts(self, facts: "StatusFacts", now: datetime) -> None:
        self._tell_tray()
        self._tell_failing(facts)
        self._tell_held(facts.held + facts.uncertain, now)

    def _tell_tray(self) -> None:
        facts, state = self._window.standing.facts, self._window.status.state
        context = self._window.bench.jobs.context
        if facts is None or context is None:
            return
        mood = Mood.SENDING if state in {State.ON, State.ELSEWHERE} else Mood.RESTING
        if facts.failing or facts.held + facts.uncertain:
            mood = Mood.NEEDS_YOU
        words = next_words(facts.next_email, context.clock.now(), state) if facts.next_email is not None else ""
        self._tray.tell(
            mood, self._window.status.switch.whole, words, is_resting=state not in {State.ON, State.OFFLINE}
        )

    def _tell_failing(self, facts: "StatusFacts") -> None:
        before, self._failing = self._failing, frozenset(box.id for box in facts.failing)
        for box in facts.failing:
            if before is not None and box.id not in before:
                text = one_line(box.detail or "") or self.tr("Its emails wait; none is lost.")
                title = self.tr("{mailbox} doesn’t send").format(mailbox=one_line(box.address))
                self._tray.notify(title, text, lambda: self._window.go("mailboxes"))

    def _tell_held(self, number: int, now: datetime) -> None:
        before, self._held = self._held, number
        is_soon = self._told_held_at is not None and now - self._told_held_at < HELD_EVERY
        if before is None or number <= before:
            return
        if is_soon:
            self._held = before  # told with those that come until then
            return
        self._told_held_at = now
        title = self.tr("%n emails need you", "", number)
        self._tray.notify(title, self.tr("They wait until you decide."), lambda: self._window.go("outbox"))
