"""Whether anything leaves at all: the notice of the outbox, with the way to the switch and the emergency stop."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.outbox import commands
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


class SwitchNotice(QObject):
    """Asks whether this computer sends, at first and when that changes; `changed` says whether nothing leaves."""

    changed = Signal(bool)

    def __init__(self, bench: Workbench, notice: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._notice = notice
        bench.news.changed.connect(self._on_news)

    def ask(self) -> None:
        """Ask how the switches stand."""
        self._bench.jobs.write(_status, self._show, self._bench.notices.show_error)

    def stop_all(self) -> None:
        """Pull the emergency stop, after asking."""
        self._bench.notices.ask(
            self.tr("Stop all sending?"),
            self.tr(
                "Nothing leaves any more, from any computer of this workspace, until somebody releases the stop. "
                "Due times stay; what is late leaves by pace afterwards."
            ),
            self.tr("Stop all"),
            lambda: self._bench.do(commands.stop_everything(), self.tr("All sending is stopped.")),
            is_danger=True,
        )

    def release(self) -> None:
        """Release the emergency stop, after asking."""
        self._bench.notices.ask(
            self.tr("Release the emergency stop?"),
            self.tr("Computers that are switched on send again; what is late leaves by pace, never in a burst."),
            self.tr("Release"),
            lambda: self._bench.do(commands.release(), self.tr("The emergency stop is released.")),
        )

    def _switch_on(self, overdue: int) -> None:
        late = self.tr("%n emails are late: they leave by pace, never in a burst.", "", overdue)
        self._bench.notices.ask(
            self.tr("Switch sending on for this computer?"),
            late if overdue else self.tr("Emails leave when they are due."),
            self.tr("Switch on"),
            lambda: self._bench.do(commands.switch_on(), self.tr("Sending is on.")),
        )

    def _on_news(self, topics: frozenset[Topic]) -> None:
        if topics & {Topic.SETTINGS, Topic.WORKSPACE}:
            self.ask()

    def _show(self, status: Any) -> None:
        if status.stopped_at is not None:
            button = push_button(self.tr("Release"), self.release)
            self._notice.tell(Tone.DANGER, self.tr("Everything is stopped: nothing leaves from any computer."), button)
        elif not status.is_on:
            overdue = status.overdue_count
            button = push_button(self.tr("Switch on"), lambda: self._switch_on(overdue))
            self._notice.tell(
                Tone.WARNING,
                self.tr("Sending is off on this computer. The times below are what would be."),
                button,
            )
        else:
            self._notice.clear()
        self.changed.emit(not status.may_send)


def _status(context: "Context") -> Any:
    from opendoors_desktop.engine.commands.sending import sending_status

    return sending_status(context)
