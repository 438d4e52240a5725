"""What a person is told after the computer was away, its clock was set, or the store turns out to be a copy."""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from opendoors_desktop.domain.absence import Absence
    from opendoors_desktop.gui.away_sheet import AwaySheet, Respread
    from opendoors_desktop.gui.sending import Sending
    from opendoors_desktop.gui.switching import Switching
    from opendoors_desktop.gui.workbench import Workbench


class Homecoming(QObject):
    """Tells of absences by a toast that opens a sheet, and asks before a doubted store sends anything."""

    def __init__(self, window: QWidget, bench: "Workbench", sending: "Sending", switching: "Switching") -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self._sending = sending
        self._switching = switching
        self._has_asked = False
        sending.came_back.connect(self._on_back)
        sending.changed.connect(self._on_changed)
        switching.doubted.connect(self.ask_about_copy)
        switching.overdue_asked.connect(self.show_overdue)

    def show_overdue(self) -> None:
        """List all that fell due and hasn't left."""
        self._open(None, self.tr("These emails fell due and haven’t left yet. They leave by pace at these times."))

    def ask_about_copy(self) -> None:
        """List what would leave, and ask whether this is the store to send from."""
        switches = self._sending.switches
        if switches is None or switches.doubt is None:
            return
        if switches.doubt.value == "copied":
            why = self.tr(
                "This store was copied from another computer. If that one still sends, keep sending off here."
            )
        else:
            why = self.tr(
                "This is an older copy of the store. What left since then isn’t known here and would go again."
            )
        late = self.tr("These emails fell due meanwhile. Nothing leaves until you decide.")
        sheet = self._open(None, f"{why} {late}", self.tr("Send from this computer"))
        sheet.confirmed.connect(self._switching.switch_on)

    def _on_changed(self) -> None:
        switches = self._sending.switches
        if switches is not None and switches.doubt is not None and not self._has_asked:
            self._has_asked = True
            self.ask_about_copy()

    def _on_back(self, absence: "Absence") -> None:
        from opendoors_desktop.gui.away_sheet import read_respread

        self._bench.jobs.start_long(
            read_respread(absence),
            lambda found: self._tell(absence, found),
            self._bench.notices.show_error,
        )

    def _tell(self, absence: "Absence", found: "Respread") -> None:
        from opendoors_desktop.gui.away_sheet import length_words

        number = len(found.emails)
        text = ""
        if absence.set_by > timedelta():
            text = self.tr("The clock was set forward by {length}: %n emails respread", "", number)
        elif absence.set_by < timedelta():
            text = self.tr("The clock was set back by {length}: nothing is sent twice")
        elif number:
            text = self.tr("Caught up after {length} away: %n emails respread", "", number)
        if not text:
            return
        length = length_words(abs(absence.set_by) or absence.lasted)
        show = (lambda: self._show(absence, found)) if number else None
        self._bench.notices.toast(text.format(length=length), show, self.tr("Show"))

    def _show(self, absence: "Absence", found: "Respread") -> None:
        from opendoors_desktop.gui.away_sheet import spell_absence

        why = self.tr("{span}: these emails would have left meanwhile. They leave by pace at these times.")
        sheet = self._open(absence, why.format(span=spell_absence(absence.since, absence.until)), found=found)
        sheet.table.setFocus()

    def _open(
        self, absence: "Absence | None", why: str, confirm: str = "", found: "Respread | None" = None
    ) -> "AwaySheet":
        from opendoors_desktop.gui.away_sheet import AwaySheet, read_respread

        sheet = AwaySheet(self._window, self._bench, read_respread(absence), why, confirm)
        if found is None:
            sheet.ask()
        else:
            sheet.show_emails(found)
        sheet.open()
        return sheet
