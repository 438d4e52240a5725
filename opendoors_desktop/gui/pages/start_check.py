"""What was found in a sequence before it starts: everything that keeps it from starting, and what to look at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from opendoors_desktop.domain.pace_rules import Rule
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.sequence_commands import short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.domain.capacity import DayLimit
    from opendoors_desktop.engine.commands.sequence_checks import Check

_LIMITS = {
    Rule.DAILY_CAP: QT_TRANSLATE_NOOP("StartCheck", "At most {emails} emails a day: the daily limit of {address}."),
    Rule.RAMP: QT_TRANSLATE_NOOP("StartCheck", "At most {emails} emails a day: {address} is being warmed up."),
    Rule.HOURLY_CAP: QT_TRANSLATE_NOOP("StartCheck", "At most {emails} emails a day: the hourly limit of {address}."),
    Rule.GAP: QT_TRANSLATE_NOOP("StartCheck", "At most {emails} emails a day: the gap between emails of {address}."),
    Rule.THROTTLE: QT_TRANSLATE_NOOP(
        "StartCheck", "At most {emails} emails a day from {address}: the sequence’s own gap between emails."
    ),
    Rule.SEQUENCE_CAP: QT_TRANSLATE_NOOP("StartCheck", "At most {emails} emails a day: the limit of the sequence."),
    Rule.NEW_CONTACTS_CAP: QT_TRANSLATE_NOOP(
        "StartCheck", "At most {emails} contacts a day are begun with: the limit of the sequence."
    ),
}


class StartCheck(Dialog):
    """Lists all that was found at once; Start works where nothing keeps the sequence from starting."""

    def __init__(self, parent: QWidget, name: str, found: "Check", *, resumes: bool) -> None:
        super().__init__(parent)
        start = self.tr("Resume") if resumes else self.tr("Start")
        self.setWindowTitle(self.tr("{start} {name}").format(start=start, name=short(name)))
        self.lines: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme().px(20) for _ in range(4)))
        column.setSpacing(theme().px(12))
        column.addWidget(Label(self._heading(name, found), "heading", wraps=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme().px(10))
        self._fill(found)
        column.addWidget(_scrolled(self._list), 1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.start.setText(start)
        self.start.setProperty("kind", "primary")
        self.start.setEnabled(found.can_start)
        if not found.can_start:
            self.start.setToolTip(self.tr("It can start when nothing above keeps it from starting."))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self.resize(theme().px(560), theme().px(380))

    def _heading(self, name: str, found: "Check") -> str:
        blocking = sum(problem.blocks for problem in found.problems)
        if blocking:
            words = QCoreApplication.translate("StartCheck", "%n things keep {name} from starting", "", blocking)
            return words.format(name=short(name))
        return self.tr("{name} can start").format(name=short(name))

    def _fill(self, found: "Check") -> None:
        for problem in found.problems:
            sign = ("circle-x", "danger") if problem.blocks else ("triangle-alert", "warning")
            self._add(sign, problem.sentence, problem.advice)
        for limit in found.limits[:1]:
            self._add(("hourglass", "text-muted"), limit_words(limit), "")
        for lacking in found.lacking:
            words = QCoreApplication.translate("StartCheck", "%n contacts lack {field}", "", lacking.count)
            told = words.format(field=one_line(lacking.field, 100))
            addresses = ", ".join(one_line(address, 100) for _, address in lacking.contacts[:3])
            held = self.tr("They are held when they come to the step that needs it: {addresses}.")
            self._add(("triangle-alert", "warning"), told, held.format(addresses=addresses))
        self._list.addStretch(1)

    def _add(self, sign: tuple[str, str], sentence: str, advice: str) -> None:
        self.lines.append(sentence)
        row = QHBoxLayout()
        row.setSpacing(theme().px(10))
        row.addWidget(Sign(*sign), alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme().px(2))
        words.addWidget(Label(sentence, "body", wraps=True))
        if advice:
            words.addWidget(Label(advice, "small", "muted", wraps=True))
        row.addLayout(words, 1)
        self._list.addLayout(row)


def limit_words(limit: "DayLimit") -> str:
    """A limit a day as a sentence."""
    words = QCoreApplication.translate("StartCheck", _LIMITS[limit.rule])
    return words.format(emails=count(limit.emails), address=limit.address)


def _scrolled(column: QVBoxLayout) -> QScrollArea:
    inner = QFrame()
    inner.setLayout(column)
    column.setContentsMargins(0, 0, 0, 0)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
