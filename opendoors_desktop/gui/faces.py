"""The four faces of whatever shows data: its content, loading, empty and error."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import Label

SKELETON_AFTER_MS = 200
"""Nothing is shown of a loading that is over sooner."""


class Faces(QStackedWidget):
    """Shows one of four: `content`, flat placeholder rows while it loads, words where it is empty, or what failed."""

    def __init__(self, content: QWidget, row_height: int = 36) -> None:
        """`row_height`: the design height of the rows that will come."""
        super().__init__()
        self.content = content
        self._skeleton = _Skeleton(row_height)
        self._blank = QWidget()
        self._words: QWidget | None = None
        for face in (content, self._blank, self._skeleton):
            self.addWidget(face)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SKELETON_AFTER_MS)
        self._timer.timeout.connect(lambda: self.setCurrentWidget(self._skeleton))

    @property
    def face(self) -> str:
        """What is shown now: content, loading, empty or error."""
        current = self.currentWidget()
        if current is self.content:
            return "content"
        if current in (self._blank, self._skeleton):
            return "loading"
        return str(current.property("face")) if current is not None else "loading"

    def show_content(self) -> None:
        """There is something to see."""
        self._timer.stop()
        self.setCurrentWidget(self.content)

    def show_loading(self) -> None:
        """Something was asked for that isn't there yet; content that is shown already stays until it comes."""
        if self.face != "content":
            self.setCurrentWidget(self._blank)
            self._timer.start()

    def begin_loading(self) -> None:
        """As `show_loading`, where what is shown now belongs to something else."""
        self.setCurrentWidget(self._blank)
        self._timer.start()

    def show_empty(self, icon_name: str, title: str, text: str = "", buttons: Sequence[QPushButton] = ()) -> None:
        """There is nothing: one line on what would be here, and what to do."""
        self._show_words("empty", icon_name, title, text, buttons)

    def show_error(self, error: Exception, *buttons: QPushButton | None) -> None:
        """Something failed: in words, with what helps (to try again comes first), and the details for a report."""
        title, advice = words_of(error)
        copy = push_button(
            _tr("Copy details"), lambda: QGuiApplication.clipboard().setText(f"{title}\n{advice}\n{error!r}")
        )
        self._show_words("error", "circle-alert", title, advice, [*filter(None, buttons), copy])

    def _show_words(self, face: str, icon_name: str, title: str, text: str, buttons: Sequence[QPushButton]) -> None:
        self._timer.stop()
        words = _words(icon_name, title, text, buttons)
        words.setProperty("face", face)
        self.addWidget(words)
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self.setCurrentWidget(words)
        if had_focus and buttons:
            buttons[0].setFocus()
        if self._words is not None:
            self.removeWidget(self._words)
            self._words.deleteLater()
        self._words = words


def words_of(error: Exception) -> tuple[str, str]:
    """What to tell a person of an error: the sentence and the advice."""
    if isinstance(error, OpenDoorsError):
        return error.title, error.advice
    return (
        _tr("Something went wrong inside the program ({name}).").format(name=type(error).__name__),
        _tr("Nothing more was done. The log holds the details."),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Faces", text)


def _words(icon_name: str, title: str, text: str, buttons: Sequence[QPushButton]) -> QWidget:
    page = QFrame()
    page.setProperty("kind", "surface")
    column = QVBoxLayout(page)
    column.setSpacing(theme().px(8))
    column.addStretch(2)
    column.addWidget(Sign(icon_name, "accent-text", 24, tile=44), alignment=Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(theme().px(6))
    for words in (Label(title, "heading", wraps=True), Label(text, "body", "muted", wraps=True)):
        if not words.text():
            continue
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFixedWidth(min(theme().px(460), words.fontMetrics().horizontalAdvance(words.text()) + 2))
        words.setMinimumHeight(words.heightForWidth(words.width()))  # a centred line isn't given what it needs
        column.addWidget(words, alignment=Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(theme().px(8))
    row = QHBoxLayout()
    row.setSpacing(theme().px(8))
    row.addStretch(1)
    for number, button in enumerate(buttons, 1):
        button.setAccessibleIdentifier(f"face.button.{number}")
        row.addWidget(button)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(3)
    page.setAccessibleName(f"{title} {text}".strip())
    return page


class _Skeleton(QFrame):
    """Flat placeholder rows of the final height."""

    def __init__(self, row_height: int) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._row_height = row_height
        self.setAccessibleName(_tr("Loading"))
        keeper().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("surface-pressed"))
        height, bar = theme().px(self._row_height), theme().px(8)
        for number in range(min(12, self.height() // height)):
            middle = number * height + height // 2
            painter.drawRoundedRect(
                theme().px(16), middle - bar // 2, self.width() * (38 - number % 3 * 6) // 100, bar, 4, 4
            )
            painter.drawRoundedRect(
                self.width() - theme().px(16) - self.width() // 8, middle - bar // 2, self.width() // 8, bar, 4, 4
            )
