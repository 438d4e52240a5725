"""What a person does with the switches of sending: on, off, a pause, the emergency stop; each with its way back."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QObject, Signal

from opendoors_desktop.gui.formats import here, time_of_day
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.notices import Choice

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.sending import Sending
    from opendoors_desktop.gui.workbench import Workbench

AN_HOUR: Final = timedelta(hours=1)


class Switching(QObject):
    """Moves the switches for a person.

    `doubted` says that the store may be a copy, which is to be looked at before it sends, `overdue_asked` that the
    person wants to see what fell due, `asking` that a question follows, for which the window has to be seen.
    """

    asking = Signal()
    doubted = Signal()
    overdue_asked = Signal()

    def __init__(self, bench: "Workbench", sending: "Sending", parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._sending = sending
        self._is_counting = False
        sending.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        """Have the menus say how the switches stand, and offer to pull the emergency stop or to release it."""
        switches, actions = self._sending.switches, self._bench.actions
        is_stopped = switches is not None and switches.stopped_at is not None
        actions["sending.switch"].setChecked(switches is not None and switches.may_send)
        actions.allow("sending.stop", is_allowed=not is_stopped)
        actions.allow("sending.release", is_allowed=is_stopped)

    def toggle(self) -> None:
        """Switch sending on or off on this computer."""
        self._show()  # a triggered action turns its own tick; the switch itself may yet stay
        switches = self._sending.switches
        if switches is None:
            return
        if switches.is_on and switches.paused_until is None and switches.doubt is None:
            self.switch_off()
        else:
            self.ask_on()

    def ask_on(self) -> None:
        """Switch on at once where nothing fell due meanwhile; else tell how much would leave, and ask."""
        switches = self._sending.switches
        if switches is None or self._is_counting:
            return
        if switches.doubt is not None:
            self.asking.emit()
            self.doubted.emit()
            return
        self._is_counting = True
        self._bench.jobs.write(_count_overdue, self._on_counted, self._on_not_counted)

    def _on_counted(self, overdue: int) -> None:
        self._is_counting = False
        if not overdue:
            self.switch_on()
            return
        self.asking.emit()
        words = QCoreApplication.translate(
            "Switching", "%n emails fell due while sending was off; they leave by pace.", "", overdue
        )
        choices = (
            Choice(_tr("Switch on"), self.switch_on),
            Choice(_tr("Look first"), self.overdue_asked.emit),
        )
        self._bench.notices.choose(_tr("Switch sending on?"), words, choices)

    def _on_not_counted(self, error: Exception) -> None:
        self._is_counting = False
        self._bench.notices.show_error(error)

    def switch_on(self) -> None:
        """Let this computer send; what fell due meanwhile is told with its number."""
        command = Command(_tr("Switch sending on"), _switch_on, lambda context, _: _switch_off(context))
        self._bench.do(command, then=self._told_on)

    def switch_off(self) -> None:
        """Let nothing leave from this computer."""
        command = Command(_tr("Switch sending off"), _switch_off, lambda context, _: _switch_on(context), urgent=True)
        self._bench.do(command, _tr("Sending is off. What is planned keeps its times."))

    def pause(self, until: datetime) -> None:
        """Let sending rest until then."""
        command = Command(
            _tr("Pause sending"), lambda context: _pause(context, until), lambda context, _: _switch_on(context)
        )
        self._bench.do(command, _tr("Sending rests until {time}.").format(time=time_of_day(here(until))))

    def pause_an_hour(self) -> None:
        """Let sending rest for an hour."""
        context = self._bench.jobs.context
        if context is not None:
            self.pause(context.clock.now() + AN_HOUR)

    def pause_today(self) -> None:
        """Let sending rest until this person's next midnight."""
        context = self._bench.jobs.context
        if context is not None:
            self.pause(next_midnight(context.clock.now()))

    def stop_everything(self) -> None:
        """Pull the emergency stop, after asking: it binds everybody."""

        def pull() -> None:
            command = Command(_tr("Pull the emergency stop"), _stop, lambda context, _: _release(context), urgent=True)
            self._bench.do(command, _tr("Everything is stopped. Nothing leaves until the stop is released."))

        self._bench.notices.ask(
            _tr("Stop all sending now?"),
            _tr("Nothing leaves any more, from any computer of this workspace, until somebody releases the stop."),
            _tr("Stop everything"),
            pull,
            is_danger=True,
        )

    def release(self) -> None:
        """Release the emergency stop, after asking."""

        def let_go() -> None:
            command = Command(_tr("Release the emergency stop"), _release, lambda context, _: _stop(context))
            self._bench.do(command, _tr("The emergency stop is released. What is late leaves by pace."))

        self._bench.notices.ask(
            _tr("Release the emergency stop?"),
            _tr("Computers that are switched on send again; what is late leaves by pace, never in a burst."),
            _tr("Release"),
            let_go,
        )

    def _told_on(self, overdue: int) -> None:
        if not overdue:
            self._bench.notices.toast(_tr("Sending is on."), self._bench.history.undo_of_last())
            return
        words = QCoreApplication.translate(
            "Switching", "Sending is on. %n emails fell due meanwhile and leave by pace.", "", overdue
        )
        self._bench.notices.toast(words, self.overdue_asked.emit, _tr("Show"))


def next_midnight(now: datetime, zone: ZoneInfo | None = None) -> datetime:
    """When the next day of the person's clock begins (of `zone`, None: the computer's own)."""
    local = here(now, zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time())
    return tomorrow.replace(tzinfo=zone).astimezone(zone) if zone is not None else tomorrow.astimezone()


def _switch_on(context: "Context") -> int:
    """Switch on; gives how many emails fell due meanwhile."""
    from opendoors_desktop.engine.commands import sending

    sending.switch_sending_on(context)
    return _count_overdue(context)


def _count_overdue(context: "Context") -> int:
    """How many emails fell due and haven't left."""
    from opendoors_desktop.engine.commands import sending

    return sending.sending_status(context).overdue_count


def _switch_off(context: "Context") -> None:
    from opendoors_desktop.engine.commands import sending

    sending.switch_sending_off(context)


def _pause(context: "Context", until: datetime) -> None:
    from opendoors_desktop.engine.commands import sending

    sending.pause_sending(context, until)


def _stop(context: "Context") -> None:
    from opendoors_desktop.engine.commands import sending

    sending.stop_everything(context)


def _release(context: "Context") -> None:
    from opendoors_desktop.engine.commands import sending

    sending.release(context)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Switching", text)
