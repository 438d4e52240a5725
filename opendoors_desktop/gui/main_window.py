"""The frame: rail, page stack, status bar and menus; nothing else."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from opendoors_desktop.gui.frame import Frame
from opendoors_desktop.gui.page_list import AT_BOTTOM, FIRST_PAGE, PAGES, load_pages
from opendoors_desktop.gui.theme import keeper, theme

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent
    from PySide6.QtWidgets import QPushButton, QWidget

    from opendoors_desktop.gui.api_beside import ApiBeside
    from opendoors_desktop.gui.jobs import Jobs
    from opendoors_desktop.gui.page import Page
    from opendoors_desktop.gui.sending import ThreadOf
    from opendoors_desktop.store.queries.status_bar import StatusFacts

SENDS_AFTER_MS: Final = 400
"""So long after the store is open the scheduler and all it needs is loaded: what is seen first comes first."""


class MainWindow(QMainWindow):
    """The main window.

    It is shown with its frame alone: what is in it is loaded when that first picture is on the screen, which `painted`
    tells, and put in by `furnish`. `closing` is told before it closes, and may be answered by `keep_open`;
    `wants_to_quit` says that the person wants to end the program, `built` that a page is there, with its name, `went`
    that another one is shown.
    """

    closing = Signal()
    painted = Signal()
    wants_to_quit = Signal()
    built = Signal(str, object)
    went = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(QCoreApplication.applicationName())
        self.setMinimumSize(theme().px(960), theme().px(640))
        self._titles = {
            name: (QCoreApplication.translate("Page", title), sign) for name, (title, sign, _) in PAGES.items()
        }
        self._pages: dict[str, Page] = {}
        self._first = FIRST_PAGE
        self.api: ApiBeside | None = None
        """The REST API beside the window, if it has one; to be set before `furnish`."""
        self._may_close = True
        self._was_painted = False
        self._is_furnished = False
        above = [title for name, (title, _) in self._titles.items() if name not in AT_BOTTOM]
        self.setCentralWidget(Frame(above, [self._titles[name][0] for name in AT_BOTTOM], self))

    def furnish(self, jobs: "Jobs", thread_of: "ThreadOf | None" = None) -> None:
        """Put in what the window is made of; `thread_of` makes the thread that sends (None: the usual one)."""
        for _ in self.furnishing(jobs, thread_of):
            pass

    def furnishing(self, jobs: "Jobs", thread_of: "ThreadOf | None" = None) -> Iterator[None]:
        """As `furnish`, in parts: between two of them the window may do something else. The store is opened after."""
        self._make_actions()
        yield
        self._make_frame()
        yield
        self._make_work(jobs, thread_of)
        self._is_furnished = True
        self.rail.show_current(self._first)
        self.frame.begin_loading()

    def _make_actions(self) -> None:
        from opendoors_desktop.gui.actions import Actions
        from opendoors_desktop.gui.english import speak_english
        from opendoors_desktop.gui.recent import Recent

        keeper().follow_system()
        speak_english()
        self.actions_table = Actions(self, self._titles)
        self.recent = Recent(self)

    def _make_frame(self) -> None:
        from PySide6.QtWidgets import QStackedWidget

        from opendoors_desktop.gui.faces import Faces
        from opendoors_desktop.gui.rail import Rail
        from opendoors_desktop.gui.status_bar import StatusBar

        keeper().dress(self)
        self.rail = Rail(self._titles, AT_BOTTOM, lambda name: self.actions_table[f"go.{name}"])
        self.stack = QStackedWidget()
        self.frame = Faces(self.stack)
        self.status = StatusBar()
        self._lay_out()

    def _make_work(self, jobs: "Jobs", thread_of: "ThreadOf | None") -> None:
        from opendoors_desktop.gui.away_guard import AwayGuard
        from opendoors_desktop.gui.file_drop import FileDrop
        from opendoors_desktop.gui.history import History
        from opendoors_desktop.gui.homecoming import Homecoming
        from opendoors_desktop.gui.news import News
        from opendoors_desktop.gui.notices import Notices
        from opendoors_desktop.gui.sending import Sending
        from opendoors_desktop.gui.standing import Standing
        from opendoors_desktop.gui.switching import Switching
        from opendoors_desktop.gui.window_actions import WindowActions
        from opendoors_desktop.gui.workbench import Workbench

        news = News(self, lambda: jobs.spent_reading)
        self.sending = Sending(jobs, news, self, thread_of)
        history = History(jobs, self)
        self.bench = Workbench(jobs, Notices(self), history, news, self.actions_table, self.sending, self.go, self.api)
        self.switching = Switching(self.bench, self.sending, self)
        Homecoming(self, self.bench, self.sending, self.switching)
        self.standing = Standing(self.bench, self)
        self.standing.changed.connect(self._show_badges)
        WindowActions(self)
        self._listen(jobs)
        AwayGuard(self, self.bench.news, self.away)
        FileDrop(self, lambda file: self.go("contacts", import_file=file))

    def close_up(self) -> None:
        """Let the scheduler drain, finish jobs and close the store; to be called last."""
        self.sending.close()
        self.bench.news.close()
        self.bench.jobs.close()

    def _listen(self, jobs: "Jobs") -> None:
        notices, history = self.bench.notices, self.bench.history
        jobs.failed.connect(notices.show_error)
        self.sending.broke_first.connect(
            lambda: notices.toast(self.tr("Sending stopped unexpectedly and is started again. Nothing is lost."))
        )
        jobs.opened.connect(self._on_opened)
        jobs.not_opened.connect(self.show_not_opened)
        history.failed.connect(notices.show_error)
        history.undone.connect(lambda text: notices.toast(self.tr("Undone: {what}").format(what=text)))

    # Pages

    @property
    def page(self) -> "Page | None":
        """The page that is shown; None until the store is open."""
        current = self.stack.currentWidget() if self._is_furnished else None
        return next((page for page in self._pages.values() if page is current), None)

    @property
    def page_name(self) -> str:
        """The name of the page that is shown; "" until the store is open."""
        return next((name for name, page in self._pages.items() if page is self.page), "")

    @property
    def pages(self) -> "Mapping[str, Page]":
        """The pages that were visited, by name."""
        return self._pages

    @property
    def first_page(self) -> str:
        """The name of the page that is shown first."""
        return self._first

    def begin_with(self, name: str) -> None:
        """Show this page first; a name that is none is left. To be called before `furnish`."""
        if name in PAGES:
            self._first = name

    def go(self, name: str, **what: object) -> None:
        """Show a page, built now if it is visited for the first time; `what` tells it what to show."""
        if name not in self._pages:
            self._pages[name] = self._build(name)
        page = self._pages[name]
        self.stack.setCurrentWidget(page)
        self.rail.show_current(name)
        self._follow(page)
        if what:
            page.show_what(**what)
        page.setFocus()
        self.went.emit()

    def show_instead(self, widget: "QWidget") -> None:
        """Show something in place of a page, until one is asked for."""
        if self.stack.indexOf(widget) < 0:
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)
        self.rail.show_current("")
        self.setWindowTitle(QCoreApplication.applicationName())
        widget.setFocus()

    def _build(self, name: str) -> "Page":
        from opendoors_desktop.gui.identifiers import identify

        module = import_module(f"opendoors_desktop.gui.pages.{name}")
        page: Page = getattr(module, PAGES[name][2])(self.bench, self._titles[name][0])
        page.handlers_changed.connect(lambda: self._follow(page) if page is self.page else None)
        identify(page, name)
        self.stack.addWidget(page)
        self.built.emit(name, page)
        return page

    def _follow(self, page: "Page") -> None:
        self.actions_table.follow(page.handlers())
        self._tell_title(page.what_is_open() or page.title)

    def _tell_title(self, what: str) -> None:
        title = self.tr("{what} – {program}").format(what=what, program=QCoreApplication.applicationName())
        self.setWindowTitle(title.replace("[*]", "[*][*]"))  # else Qt takes it for the place of its own mark

    # The store

    def _on_opened(self, context: object) -> None:
        self.bench.news.start(context)  # type: ignore[arg-type]  # the signal carries the Context
        self.status.start(self.bench, self.standing, self.sending, self.switching)
        self.standing.start()
        QTimer.singleShot(SENDS_AFTER_MS, self.sending, self.sending.look)
        QTimer.singleShot(0, self, self._show_first)

    def _show_first(self) -> None:
        """Show the page to begin with, in an event of its own, and load the others beside it."""
        self.frame.show_content()
        if self.page is None:
            self.go(self._first)
        self.bench.jobs.start_long(lambda _context, _progress: load_pages())

    def show_not_opened(self, error: Exception, *more: "QPushButton") -> None:
        """Tell why the store can't be opened, with a button to try again and `more` that may help."""
        from opendoors_desktop.gui.widgets.buttons import push_button

        retry = push_button(self.tr("Retry"), self._open_again, kind="primary")
        self.frame.show_error(error, retry, *more)

    def _open_again(self) -> None:
        self.frame.begin_loading()
        self.bench.jobs.open_again()

    def _show_badges(self, facts: "StatusFacts") -> None:
        self.rail["inbox"].set_badge(facts.to_look_at)
        self.rail["outbox"].set_badge(facts.held + facts.uncertain, needs_you=True)
        self.rail["mailboxes"].set_badge(len(facts.failing), needs_you=True)

    # Layout

    def _lay_out(self) -> None:
        from PySide6.QtWidgets import QHBoxLayout, QWidget

        from opendoors_desktop.gui.menu_reveal import MenuReveal
        from opendoors_desktop.gui.notices import NoticeBar
        from opendoors_desktop.gui.page import column_of

        self.away = NoticeBar()
        self.away.setAccessibleIdentifier("away")
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column_of(self.away, self.frame, stretch=self.frame), 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self.actions_table.fill(self.menuBar())
        self.menuBar().setVisible(self.menuBar().isNativeMenuBar())
        if not self.menuBar().isNativeMenuBar():
            MenuReveal(self)

    def paintEvent(self, event: "QPaintEvent") -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: "QCloseEvent") -> None:
        self._may_close = True
        self.closing.emit()
        if not self._may_close:
            event.ignore()
            return
        super().closeEvent(event)

    def keep_open(self) -> None:
        """To be called by who hears `closing`: the window isn't to close (it went into the tray, or asks first)."""
        self._may_close = False
