"""Whether anything leaves at all: the notice of the outbox, with the way to the switch and the emergency stop."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from datetime import datetime

    from opendoors_desktop.engine.commands.sending import Switches
    from opendoors_desktop.engine.context import Context


class SwitchNotice(QObject):
    """Asks how the switches stand, at first and when they move; `changed` says whether nothing leaves."""

    changed = Signal(bool)

    def __init__(self, bench: Workbench, notice: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._notice = notice
        bench.news.changed.connect(self._on_news)

    def ask(self) -> None:
        """Ask how the switches stand."""
        self._bench.jobs.write(_switches, self._show, self._bench.notices.show_error)

    def stop_all(self) -> None:
        """Pull the emergency stop, which asks first."""
        self._bench.actions["sending.stop"].trigger()

    def release(self) -> None:
        """Release the emergency stop, which asks first."""
        self._bench.actions["sending.release"].trigger()

    def _on_news(self, topics: frozenset[Topic]) -> None:
        if topics & {Topic.SETTINGS, Topic.WORKSPACE}:
            self.ask()

    def _show(self, answer: "tuple[Switches, datetime]") -> None:
        switches, now = answer
        may_send = switches.is_on and switches.stopped_at is None and switches.doubt is None
        on_button = push_button(self.tr("Switch on"), self._bench.actions["sending.switch"].trigger)
        if switches.stopped_at is not None:
            words = self.tr("Everything is stopped: nothing leaves from any computer.")
            self._notice.tell(Tone.DANGER, words, push_button(self.tr("Release"), self.release))
        elif not may_send:
            words = self.tr("Sending is off on this computer. The times below are what would be.")
            self._notice.tell(Tone.WARNING, words, on_button)
        elif switches.paused_until is not None:
            may_send = False
            words = self.tr("Sending rests until {time}. The times below are what would be.")
            self._notice.tell(Tone.WARNING, words.format(time=when(switches.paused_until, now)), on_button)
        else:
            self._notice.clear()
        self.changed.emit(not may_send)


def _switches(context: "Context") -> "tuple[Switches, datetime]":
    from opendoors_desktop.engine.commands.sending import switches

    return switches(context), context.clock.now()
