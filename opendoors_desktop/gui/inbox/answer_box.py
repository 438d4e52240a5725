"""The box an answer is written in: from the thread's own mailbox, with files, kept as a draft while it is written."""

from collections.abc import Callable
from pathlib import PurePath
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button, set_enabled
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, one_line
from opendoors_desktop.store.queries.answer_drafts import NO_DRAFT, AnswerDraft

KEPT_AFTER_MS = 800
"""So long after the last key the draft is kept."""
LOW, MIDDLE, HIGH = 38, 64, 116
"""Design heights of the text: while nobody writes, and else, in a low window and a high one."""
LOW_WINDOW = 760


class AnswerBox(QFrame):
    """`send_wanted` brings the mail, the answer and whether the mail is done with it; `kept` a mail and its draft.

    `left` says that the keys are to go elsewhere.
    """

    send_wanted = Signal(object, object, bool)
    kept = Signal(object, object)
    left = Signal()
    chips_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        look = theme()
        self.setProperty("kind", "composer")
        self.setAccessibleName(self.tr("Answer"))
        self._key: UUID | None = None
        self._kept = NO_DRAFT
        self._files: tuple[str, ...] = ()
        self._file_chips: list[QWidget] = []
        self._why_not = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEPT_AFTER_MS)
        self._timer.timeout.connect(self.keep)
        self.from_label = ElidedLabel("", "small", "muted")
        self.attach_button = icon_button("paperclip", self.tr("Attach files"), self.attach)
        self._make_text()
        self._make_buttons()
        head = QHBoxLayout()
        head.addWidget(self.from_label, 1)
        head.addWidget(self.attach_button)
        self._files_place = QWidget()
        self._chips = FlowLayout(self._files_place, gap=look.px(4))
        self._files_place.hide()
        self._foot = QWidget()
        foot = FlowLayout(self._foot, gap=look.px(8))
        told = Label(self.tr("Leaves with 10 s to undo"), "small", "muted")
        told.setMinimumHeight(look.px(28))
        for part in (self.send_button, self.done_button, told):
            foot.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(12), look.px(8), look.px(12), look.px(10))
        column.setSpacing(look.px(6))
        column.addLayout(head)
        column.addWidget(self.text)
        column.addWidget(self._files_place)
        column.addWidget(self._foot)
        self.setAcceptDrops(True)
        self._show_size()

    def _make_text(self) -> None:
        self.text = QPlainTextEdit()
        self.text.setProperty("kind", "letter")
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName(self.tr("Text of the answer"))
        self.text.setPlaceholderText(self.tr("Write an answer"))
        self.text.textChanged.connect(self._on_changed)
        self.text.installEventFilter(self)

    def _make_buttons(self) -> None:
        self.send_button = push_button(
            self.tr("Send"), lambda: self.send(is_done=False), kind="primary", icon_name="send"
        )
        self.done_button = push_button(self.tr("Send and mark done"), lambda: self.send(is_done=True))

    # What is written

    @property
    def draft(self) -> AnswerDraft:
        """What is written now."""
        return AnswerDraft(self.text.toPlainText(), self._files)

    @property
    def key(self) -> UUID | None:
        """The mail that is answered."""
        return self._key

    def stops(self) -> list[QWidget]:
        """What the Tab key goes through, in reading order."""
        return [self.attach_button, self.text, *self._file_chips, self.send_button, self.done_button]

    def show_mail(self, key: UUID | None, sender: str, why_not: str = "") -> None:
        """Answer another mail, or none; `why_not` says why it can't be answered."""
        if key != self._key:
            self.keep()
            self._key = key
            self._take(NO_DRAFT)
        self._why_not = why_not
        self.from_label.setText(self.tr("Reply from {mailbox}").format(mailbox=sender) if sender else "")
        self.text.setReadOnly(bool(why_not))
        self.text.setPlaceholderText(why_not or self.tr("Write an answer"))
        self.setVisible(key is not None)
        self._show_buttons()

    def show_draft(self, key: UUID, draft: AnswerDraft) -> None:
        """Show what was kept of an answer; not over what is being written."""
        if key == self._key and self.draft.is_empty and self._kept.is_empty:
            self._take(draft)

    def clear_of(self, key: UUID) -> None:
        """The answer to this mail is on its way: nothing is kept of it."""
        if key == self._key:
            self._take(NO_DRAFT)

    def put_back(self, key: UUID, draft: AnswerDraft) -> None:
        """An answer was called back: it is a draft again."""
        if key == self._key and self.draft.is_empty:
            self._take(draft)
        self.kept.emit(key, draft)

    def keep(self) -> None:
        """Have the draft kept now, where it changed."""
        self._timer.stop()
        if self._key is not None and self.draft != self._kept:
            self._kept = self.draft
            self.kept.emit(self._key, self._kept)

    def _take(self, draft: AnswerDraft) -> None:
        self._kept = draft
        self.text.setPlainText(draft.text)
        self._show_files(draft.files)
        self._timer.stop()

    def _on_changed(self) -> None:
        self._timer.start()
        self._show_buttons()
        self._show_size()

    def _show_buttons(self) -> None:
        is_empty = not self.text.toPlainText().strip()
        why_not = self._why_not or self.tr("There is nothing to send yet.")
        for button in (self.send_button, self.done_button):
            set_enabled(button, enabled=not (is_empty or self._why_not), why_not=why_not)
        self.attach_button.setEnabled(not self._why_not)

    def send(self, *, is_done: bool) -> None:
        """Send what is written."""
        if self.send_button.isEnabled() and self._key is not None:
            self._timer.stop()
            self.send_wanted.emit(self._key, self.draft, is_done)

    # Files

    def attach(self) -> None:
        """Ask for files to go with the answer."""
        dialog = QFileDialog(self, self.tr("Attach files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.add_files)
        dialog.open()

    def add_files(self, files: list[str]) -> None:
        """Have these go with the answer."""
        self._show_files((*self._files, *(file for file in files if file not in self._files)))
        self._timer.start()

    def _show_files(self, files: tuple[str, ...]) -> None:
        self._files = files
        self._file_chips.clear()
        while (item := self._chips.takeAt(0)) is not None:
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        for file in files:
            name = one_line(PurePath(file).name, 60)
            chip = push_button(
                self.tr("{file}  ×").format(file=name), self._remover(file), kind="filter", icon_name="paperclip"
            )
            chip.setAccessibleIdentifier(f"inbox.file.{self._chips.count() + 1}")
            chip.setAccessibleName(self.tr("Remove {file}").format(file=name))
            self._chips.addWidget(chip)
            self._file_chips.append(chip)
        self.chips_changed.emit()
        self._files_place.setVisible(bool(files))

    def _remover(self, file: str) -> Callable[[], None]:
        def remove() -> None:
            self._show_files(tuple(each for each in self._files if each != file))
            self._timer.start()
            self.text.setFocus()

        return remove

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self._why_not:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    # Room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            QTimer.singleShot(0, self, self._show_size)
        if event.type() is QEvent.Type.FocusOut:
            self.keep()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _show_size(self) -> None:
        """More room while somebody writes."""
        is_used = self.text.hasFocus() or not self.draft.is_empty
        high = MIDDLE if self.window().height() < theme().px(LOW_WINDOW) else HIGH
        self.text.setFixedHeight(theme().px(high if is_used else LOW))
        self._foot.setVisible(is_used)
        if self.property("used") != is_used:
            self.setProperty("used", is_used)
            self.style().polish(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep()
