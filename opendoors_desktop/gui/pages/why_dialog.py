"""Why isn't it sending: what a contact does next, when, which rule keeps it, and what can be done."""

from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from opendoors_desktop.gui import formats
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.sequence_commands import short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.why import Why


class WhyDialog(Dialog):
    """Asks first, and is opened with the answer."""

    def __init__(self, parent: QWidget, bench: Workbench, enrollment_id: UUID, name: str, zone: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Why isn’t it sending?"))
        self._bench = bench
        self._enrollment_id = enrollment_id
        self._zone = zone
        self.lines: dict[str, str] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme().px(20) for _ in range(4)))
        column.setSpacing(theme().px(14))
        column.addWidget(Label(short(name), "heading", wraps=True))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(theme().px(20))
        self._form.setVerticalSpacing(theme().px(8))
        self._form.setFormAlignment(Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._form, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setMinimumWidth(theme().px(460))

    def ask(self) -> None:
        """Ask the rules, and show what they say."""
        jobs, enrollment_id, zone = self._bench.jobs, self._enrollment_id, self._zone

        def read(reading: Reading) -> object:
            from opendoors_desktop.engine.why import why_in_unit

            assert jobs.context is not None  # readings are made of an open store
            found = why_in_unit(jobs.context, reading.unit, enrollment_id)
            return found, _when(found, reading, zone)

        self._bench.ask(read, lambda answer: self._show(*answer))  # type: ignore[misc]

    def _show(self, found: "Why | None", when: str) -> None:
        if found is None:
            self._add(self.tr("Next"), self.tr("The contact isn’t in the sequence any more."))
        else:
            self._add(self.tr("Next"), found.next_action)
            self._add(self.tr("When"), when or self.tr("Not known: it waits for what is said below."))
            self._add(self.tr("Rule"), found.reason)
            if found.advice:
                self._add(self.tr("What helps"), found.advice)
        self.setAccessibleDescription(" ".join(self.lines.values()))
        self.open()

    def _add(self, name: str, words: str) -> None:
        self.lines[name] = words
        shown = Label(words, "body", wraps=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setMinimumWidth(theme().px(300))
        self._form.addRow(Label(name, "body", "muted"), shown)


def _when(found: "Why | None", reading: Reading, zone: str) -> str:
    """The instant on this person's clock and on the contact's; written where it is read, since zones are files."""
    if found is None or found.at is None:
        return ""
    own = formats.when(max(found.at, reading.now), reading.now)
    try:
        return f"{own} ({formats.their_time(found.at, ZoneInfo(zone))})"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return own
