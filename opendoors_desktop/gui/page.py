"""What every page of the main window is: built on first visit, it asks again when what it shows has changed."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.focus import step_out
from opendoors_desktop.gui.notices import NoticeBar
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import ElidedLabel, Line
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.gui.first_look import Sight


class Page(QWidget):
    """A screen of the rail. Subclasses name their `topics` and say in `refresh` what to ask.

    While it is hidden nothing is asked; what changed meanwhile is asked for when it is shown again. `filled` says that
    what is shown first has come, by pages that can tell.
    """

    topics: ClassVar[frozenset[Topic]] = frozenset()
    handlers_changed = Signal()
    filled = Signal()

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__()
        self.bench = bench
        self.title = title
        self.notice = NoticeBar()
        self._refresher = Refresher(self, bench.news, self.topics, self.refresh)
        self.setAccessibleName(title)

    @abstractmethod
    def refresh(self) -> None:
        """Ask the store for what is shown; called when shown first, and when a topic of the page changed."""

    def show_what(self, **what: object) -> None:
        """Show one thing of the page, as `Workbench.go` was told; pages that can take their own arguments."""

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work on this page now, by name; `handlers_changed` says that they have changed."""
        return {}

    def what_is_open(self) -> str:
        """The name of the one thing that is opened in the page, as one line; "" for none.

        It may change whenever `handlers_changed` is told.
        """
        return ""

    def panes(self) -> list[QWidget]:
        """What F6 goes round, in reading order."""
        return []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes out one level: to the pane before, where nothing in this one has its own use for it."""
        if event.key() != Qt.Key.Key_Escape or event.modifiers() or not step_out(self.panes()):
            super().keyPressEvent(event)

    def remembered(self) -> dict[str, int]:
        """Sizes a person gave to parts of the page, by name, kept until the next start."""
        return {}

    def remember(self, sizes: Mapping[str, int]) -> None:
        """Take up what `remembered` gave in an earlier run; names it doesn't know are left."""

    def sight(self) -> "Sight | None":
        """Where the rows stand that the next start may show before this page; None for one without."""
        return None

    def ask_again(self) -> None:
        """Something that is shown may have changed."""
        self._refresher.ask_again()


class PageHeader(QFrame):
    """The title left, buttons right, at most one of them primary; the notice bar belongs below it."""

    def __init__(self, title: str, height: int = 52) -> None:
        super().__init__()
        self.setFixedHeight(theme().px(height))
        self.setProperty("kind", "surface")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme().px(20), 0, theme().px(20), 0)
        self.row.setSpacing(theme().px(8))
        self.title = ElidedLabel(title, "title")
        self.row.addWidget(self.title, 1)

    def add(self, *widgets: QWidget) -> None:
        """Put buttons at the right end."""
        for widget in widgets:
            self.row.addWidget(widget)


def column_of(*widgets: QWidget, stretch: QWidget | None = None) -> QVBoxLayout:
    """A column without gaps or margins; `stretch` takes the room that is left."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is stretch else 0)
    return column


def page_column(page: Page, header: QWidget, content: QWidget) -> None:
    """Lay a page out: header, hairline, notice bar, content."""
    page.setLayout(column_of(header, Line(), page.notice, content, stretch=content))
