"""A contact in one sequence, as the detail pane shows it: where it stands, what is next, and why nothing leaves."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from opendoors_desktop.gui import formats
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.store.queries.enrollments import EnrollmentRow

STATUS_WORDS = {
    "active": QT_TRANSLATE_NOOP("Enrollment", "Active"),
    "paused": QT_TRANSLATE_NOOP("Enrollment", "Paused"),
    "completed": QT_TRANSLATE_NOOP("Enrollment", "Finished"),
    "stopped": QT_TRANSLATE_NOOP("Enrollment", "Stopped"),
    "bounced": QT_TRANSLATE_NOOP("Enrollment", "Bounced"),
    "unsubscribed": QT_TRANSLATE_NOOP("Enrollment", "Opted out"),
    "held": QT_TRANSLATE_NOOP("Enrollment", "Held"),
    "replied": QT_TRANSLATE_NOOP("Enrollment", "Replied"),
}


def enrollment_words(row: "EnrollmentRow", now: datetime) -> str:
    """Status, step and next time in one line."""
    key = "held" if row.status == "active" and row.hold_reason else row.status
    if row.status == "stopped" and row.completion_reason == "replied":
        key = "replied"
    status = QCoreApplication.translate("Enrollment", STATUS_WORDS[key])
    if row.step is not None and row.next_step_scheduled_at is not None and row.status == "active":
        text = QCoreApplication.translate("Enrollment", "{status}, step {step}, next {when}")
        return text.format(status=status, step=row.step, when=formats.when(row.next_step_scheduled_at, now))
    if row.step is not None and row.status in ("active", "paused"):
        return QCoreApplication.translate("Enrollment", "{status}, step {step}").format(status=status, step=row.step)
    return status


class EnrollmentCard(QFrame):
    """`why_wanted` asks for the rule that holds it, `opened` for its sequence."""

    why_wanted = Signal()
    opened = Signal()

    def __init__(self, row: "EnrollmentRow", now: datetime) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.row = row
        words = enrollment_words(row, now)
        self.setAccessibleName(f"{row.sequence}: {words}")
        self._reason = Label("", "small", wraps=True)
        self._reason.hide()
        title = ElidedLabel(row.sequence, "body-strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(10)] * 4)
        column.setSpacing(theme().px(4))
        column.addWidget(title)
        column.addWidget(Label(words, "small", "muted", wraps=True))
        buttons = FlowLayout(gap=theme().px(12))
        if row.status in ("active", "paused"):
            self.why = push_button(self.tr("Why isn’t it sending?"), self.why_wanted.emit, kind="link")
            buttons.addWidget(self.why)
        self.open = push_button(self.tr("Open sequence"), self.opened.emit, kind="link")
        buttons.addWidget(self.open)
        column.addLayout(buttons)
        column.addWidget(self._reason)
        identify(self, f"enrollment.{row.id}")

    def tell_why(self, text: str) -> None:
        """Show the rule that holds it."""
        self._reason.setText(text)
        self._reason.show()
