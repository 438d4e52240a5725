"""Whether anything leaves at all: the notice of the outbox, with the way to the switch and the emergency stop."""

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.workbench import Workbench


class SwitchNotice(QObject):
    """Tells how the switches of sending stand; `changed` says whether nothing leaves."""

    changed = Signal(bool)

    def __init__(self, bench: Workbench, notice: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._notice = notice
        bench.sending.changed.connect(self.show)

    def stop_all(self) -> None:
        """Pull the emergency stop, which asks first."""
        self._bench.actions["sending.stop"].trigger()

    def release(self) -> None:
        """Release the emergency stop, which asks first."""
        self._bench.actions["sending.release"].trigger()

    def show(self) -> None:
        """Tell how the switches stand, once that is known."""
        switches, context = self._bench.sending.switches, self._bench.jobs.context
        if switches is None or context is None:
            return
        now = context.clock.now()
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
