"""A mailbox's test as it runs: a line a stage with its time, what failed in one sentence, and a record to copy."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.jobs import Progress
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

STAGES: Final = {
    "connect": QT_TRANSLATE_NOOP("Trial", "Reach the server"),
    "ehlo": QT_TRANSLATE_NOOP("Trial", "Greeting"),
    "starttls": QT_TRANSLATE_NOOP("Trial", "Encrypt the line"),
    "auth": QT_TRANSLATE_NOOP("Trial", "Sign in"),
    "mail": QT_TRANSLATE_NOOP("Trial", "Sender accepted"),
    "imap": QT_TRANSLATE_NOOP("Trial", "Read the inbox"),
}
Run = Callable[["Context", Callable[[Any], None], Callable[[], bool]], Any]
"""Runs a trial off the main thread; given what is to be told each stage and what asks whether to stop."""


class _Line:
    """One stage: its sign, its name, how it went and how long it took."""

    def __init__(self, grid: QGridLayout, row: int, name: str) -> None:
        self.sign = Sign()
        self.name = Label(_tr(STAGES.get(name, name)), "body-strong")
        self.how = Label("", "body", "muted", wraps=True)
        self.took = Label("", "small", "muted")
        self.how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for column, widget in enumerate((self.sign, self.name, self.how, self.took)):
            grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)

    def show_sign(self, icon_name: str, color: str) -> None:
        """A sign beside the words that say the same."""
        self.sign.show_icon(icon_name, color)


class TrialView(QWidget):
    """Runs one trial at a time; `ended` says whether all of it went well."""

    ended = Signal(bool)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._watch: Progress | None = None
        self._lines: dict[str, _Line] = {}
        self._record: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(12))
        self._grid_place = QWidget()
        column.addWidget(self._grid_place)
        self.fault = QFrame()
        self.fault.setProperty("notice", "danger")
        self.fault_words = Label("", "body-strong", "danger", wraps=True)
        self.fix_words = Label("", wraps=True)
        self.copy = push_button(self.tr("Copy the record"), self.copy_record, icon_name="copy")
        words = QVBoxLayout()
        words.addWidget(self.fault_words)
        words.addWidget(self.fix_words)
        row = QHBoxLayout(self.fault)
        row.addLayout(words, 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.fault.hide()
        column.addWidget(self.fault)
        column.addStretch(1)

    @property
    def is_running(self) -> bool:
        """Whether a trial is under way."""
        return self._watch is not None

    @property
    def record(self) -> str:
        """What happened, as text without secrets."""
        return "\n".join(self._record)

    def begin(self, head: str, run: Run) -> None:
        """Run a trial in place of what is shown; `head` opens its record."""
        self.stop()
        self._record = [head]
        self.fault.hide()
        self._watch = watch = self._bench.jobs.start_long(
            lambda context, progress: run(context, progress.say, lambda: progress.is_cancelled),
            lambda _: self._on_end(watch),
            lambda error: self._on_error(watch, error),
            hear=lambda told: self._on_told(watch, told),
        )

    def stop(self) -> None:
        """Want no more of it."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def copy_record(self) -> None:
        """Put the record on the clipboard."""
        QGuiApplication.clipboard().setText(self.record)
        self._bench.notices.toast(self.tr("The record was copied."))

    def _on_told(self, watch: Progress, told: Any) -> None:
        if not isValid(self) or watch is not self._watch:
            return
        if isinstance(told, tuple):
            self._lay_out(told)
        else:
            self._show_stage(told)

    def _lay_out(self, names: tuple[str, ...]) -> None:
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().px(12))
        grid.setVerticalSpacing(theme().px(8))
        grid.setColumnStretch(2, 1)
        self._lines = {name: _Line(grid, row, name) for row, name in enumerate(names)}
        for line in self._lines.values():
            line.show_sign("circle", "text-subtle")
        layout = self.layout()
        assert layout is not None  # made with the widget
        layout.replaceWidget(self._grid_place, place)
        self._grid_place.deleteLater()
        self._grid_place = place
        self._run_next()

    def _run_next(self) -> None:
        for line in self._lines.values():
            if not line.how.text():
                line.show_sign("hourglass", "info")
                line.how.setText(self.tr("running…"))
                return

    def _show_stage(self, stage: Any) -> None:
        line = self._lines[stage.name]
        line.took.setText(_took(stage.seconds))
        name = _tr(STAGES[stage.name])
        if stage.is_ok:
            line.show_sign("circle-check", "success")
            line.how.setText(self.tr("done"))
            self._record.append(f"{name}: {self.tr('done')} ({_took(stage.seconds)})")
            self._run_next()
            return
        line.show_sign("circle-x", "danger")
        line.how.setText(self.tr("failed"))
        self._record.append(f"{name}: {stage.text} ({_took(stage.seconds)})")
        self._show_fault(self.tr("{stage}: {said}").format(stage=name, said=stage.text), stage.advice)

    def _show_fault(self, words: str, fix: str) -> None:
        self.fault_words.setText(words)
        self.fix_words.setText(fix)
        self.fault.setAccessibleName(f"{words} {fix}")
        self.fault.show()
        self._bench.notices.announce(f"{words} {fix}", is_urgent=True)

    def _on_end(self, watch: Progress) -> None:
        if isValid(self) and watch is self._watch:
            self._watch = None
            self.ended.emit(not self.fault.isVisibleTo(self))

    def _on_error(self, watch: Progress, error: Exception) -> None:
        if isValid(self) and watch is self._watch:
            self._watch = None
            words, fix = words_of(error)
            self._record.append(f"{words} {fix}")
            self._show_fault(words, fix)
            self.ended.emit(False)


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 1:
        return _tr("{number} ms").format(number=round(seconds * 1000))
    return _tr("{number} s").format(number=f"{seconds:.1f}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Trial", text)


def trial_of(mailbox_id: Any) -> Run:
    """The trial of a mailbox in use, with the password this machine keeps."""

    def run(context: "Context", say: Callable[[Any], None], is_cancelled: Callable[[], bool]) -> Any:
        import asyncio

        from opendoors_desktop.engine.commands.mailbox_trials import try_mailbox
        from opendoors_desktop.engine.commands.mailboxes import show_mailbox
        from opendoors_desktop.engine.mailbox_trial import stages_of

        mailbox = show_mailbox(context, str(mailbox_id))
        say(
            tuple(
                name.value for name in stages_of(mailbox.smtp.security, mailbox.auth, is_read=mailbox.imap is not None)
            )
        )
        return asyncio.run(try_mailbox(context, mailbox_id, say, is_cancelled))

    return run


def trial_of_new(make: Callable[[], Any]) -> Run:
    """The trial of settings that aren't saved yet; `make` gives the engine's NewMailbox, off the main thread."""

    def run(context: "Context", say: Callable[[Any], None], is_cancelled: Callable[[], bool]) -> Any:
        import asyncio

        from opendoors_desktop.engine.commands.mailbox_trials import try_new_mailbox
        from opendoors_desktop.engine.mailbox_trial import stages_of

        new = make()
        say(tuple(name.value for name in stages_of(new.smtp.security, new.auth, is_read=new.imap is not None)))
        return asyncio.run(try_new_mailbox(context, new, say, is_cancelled))

    return run
