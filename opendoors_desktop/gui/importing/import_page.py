"""The import of contacts as a page of its own: File, Columns, Review, then the run with its report and undo."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.importing import import_work
from opendoors_desktop.gui.importing.import_work import Request
from opendoors_desktop.gui.importing.steps import ColumnsStep, FileStep, ReviewStep, RunStep
from opendoors_desktop.gui.jobs import Command, Progress
from opendoors_desktop.gui.page import PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button
from opendoors_desktop.gui.widgets.text import Label, Line, one_line
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.import_preview import Preview
    from opendoors_desktop.engine.import_report import ImportReport

FILE, COLUMNS, REVIEW, RUN = range(4)


class ImportPage(QWidget):
    """Leads through one import; `closed` says that the page is done with."""

    closed = Signal()

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Import contacts"))
        self._bench = bench
        self._path: Path | None = None
        self._report: ImportReport | None = None
        self._progress: Progress | None = None
        self._take_back: Callable[[], object] = lambda: None
        self._number = 0
        self.steps = QStackedWidget()
        self._head = Label("", "body", "muted")
        self.back = push_button(self.tr("Back"), self._go_back)
        self.next = push_button(self.tr("Next"), self._go_on, kind="primary")
        self._lay_out()
        self.file, self.columns = FileStep(), ColumnsStep()
        self.steps.addWidget(self.file)
        self.steps.addWidget(self.columns)
        self.review: ReviewStep
        self.run: RunStep
        self.file.choose_wanted.connect(self._choose)

    def make_rest(self) -> None:
        """Make the steps behind the first two, in an event of its own; to be called once, before `begin`."""
        self.review, self.run = ReviewStep(), RunStep()
        self.steps.addWidget(self.review)
        self.steps.addWidget(self.run)
        self.review.changed.connect(self._rehearse)
        self.run.cancel_wanted.connect(self._cancel)
        self.run.undo_wanted.connect(self._on_undo_wanted)
        self.run.save_wanted.connect(self._ask_where)
        self._bench.history.undone.connect(self._on_undone)

    def begin(self, path: Path | None) -> None:
        """Begin with a file; None asks for one. One that is being imported goes on."""
        if self._progress is not None:
            return
        self._number += 1
        self._path = path
        self.file.tell_problem("")
        self._show(FILE)
        if path is not None:
            self._look(path)

    def is_running(self) -> bool:
        """Whether contacts are being imported now."""
        return self._progress is not None

    # File

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Import contacts"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Tables (*.csv *.tsv *.txt)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.begin(Path(name)))
        dialog.open()

    def _look(self, path: Path) -> None:
        number = self._number
        self.next.setEnabled(False)

        def seen(preview: "Preview") -> None:
            if number == self._number:
                self.columns.show_preview(preview)
                self.review.problems.show_notes(preview.form.notes)
                self._show(COLUMNS)

        def failed(error: Exception) -> None:
            if number == self._number:
                self.file.tell_problem(" ".join(words_of(error)))
                self._show(FILE)

        self._bench.jobs.start_long(import_work.look_at(path), seen, failed)

    # Review

    def _request(self) -> Request:
        assert self._path is not None
        tags = tuple(tag.strip() for tag in self.review.tags.text().split(",") if tag.strip())
        return Request(self._path, self.columns.overrides(), tags, str(self.review.duplicates.currentData()))

    def _rehearse(self) -> None:
        self._number += 1
        number = self._number
        self.next.setEnabled(False)
        self.review.show_report(None)

        def seen(report: "ImportReport") -> None:
            if number == self._number:
                self.review.show_report(report)
                self.next.setEnabled(True)

        def failed(error: Exception) -> None:
            if number == self._number:
                self.columns.tell_problem(" ".join(words_of(error)))
                self._show(COLUMNS)

        self._bench.jobs.start_long(import_work.run_import(self._request(), is_rehearsal=True), seen, failed)

    # Run

    def _start(self) -> None:
        request = self._request()
        self.run.begin()
        self._show(RUN)

        def done(report: "ImportReport") -> None:
            self._progress = None
            self._report = report
            command: Command[ImportReport] = Command(
                self.tr("Import {file}").format(file=one_line(request.path.name, 60)),
                lambda context: import_work.run_import(request, is_rehearsal=False)(
                    context, Progress(lambda _done, _of: None)
                ),
                import_work.undo_import,
            )
            self._bench.history.add(command, report)
            self._take_back = self._bench.history.undo_of_last()
            self.run.show_report(report)
            self._show(RUN)
            words, undo = self.run.words.text(), self._take_back
            QTimer.singleShot(0, self, lambda: self._bench.notices.toast(words, undo))  # once the report is laid out

        def failed(error: Exception) -> None:
            self._progress = None
            self._bench.notices.show_error(error)
            self._show(REVIEW)

        self._progress = self._bench.jobs.start_long(
            import_work.run_import(request, is_rehearsal=False),
            done,
            failed,
            self.run.show_progress,
            text=self.tr("Importing contacts"),
        )
        self._show(RUN)

    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.run.cancel.setEnabled(False)

    def _on_undo_wanted(self) -> None:
        self._take_back()

    def _on_undone(self, _text: str) -> None:
        if self._report is not None and self.steps.currentIndex() == RUN and not self.is_running():
            self.run.undo.hide()
            self.run.words.setText(self.tr("The import was undone."))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save problems"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.save_problems(Path(name)))
        dialog.open()

    def save_problems(self, path: Path) -> None:
        """Write the problems of the import that has ended into a file."""
        if self._report is not None:
            done = self.tr("Problems saved to {file}").format(file=path.name)
            self._bench.do(Command(self.tr("Save problems"), import_work.save_problems(path, self._report)), done)

    # Going on and back

    def _go_on(self) -> None:
        step = self.steps.currentIndex()
        if step == COLUMNS:
            self._show(REVIEW)
            self._rehearse()
        elif step == REVIEW:
            self._start()
        elif step == RUN:
            self._close()

    def _go_back(self) -> None:
        self._number += 1
        self._show(max(FILE, self.steps.currentIndex() - 1))

    def _close(self) -> None:
        self.closed.emit()

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.back.setVisible(step in (COLUMNS, REVIEW))
        self.next.setVisible(step != FILE)
        self.next.setEnabled(step != RUN or not self.is_running())
        self.next.setText({REVIEW: self.tr("Import"), RUN: self.tr("Done")}.get(step, self.tr("Next")))
        self.next.setAccessibleName(self.next.text())
        names = (self.tr("File"), self.tr("Columns"), self.tr("Review"), self.tr("Import"))
        where = self.tr("Step {number} of {all}: {name}").format(number=step + 1, all=len(names), name=names[step])
        self._head.setText(where if self._path is None else f"{one_line(self._path.name, 80)} · {where}")
        self._bench.notices.announce(where)
        if self.isVisible():
            enabled = self.next if self.next.isEnabled() else self.run.cancel
            first: dict[int, QWidget] = {FILE: self.file.button, REVIEW: self.review.duplicates}
            first.get(step, enabled).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves, Enter goes on from whatever field has the focus."""
        if event.key() == Qt.Key.Key_Escape and not self.is_running():
            self._close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.next.isVisible():
            self.next.click()  # which does nothing while it can't work
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        header, footer = PageHeader(self.tr("Import contacts")), QWidget()
        self.setLayout(column_of(header, Line(), self.steps, Line(), footer, stretch=self.steps))
        header.add(self._head, icon_button("x", self.tr("Close import"), self._close))
        row = QHBoxLayout(footer)
        row.setContentsMargins(theme().px(20), theme().px(10), theme().px(20), theme().px(10))
        row.setSpacing(theme().px(8))
        row.addWidget(Label(self.tr("An import can be undone as one step for 30 days."), "small", "muted"))
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
