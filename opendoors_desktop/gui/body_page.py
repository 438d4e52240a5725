"""A page that is light to open: its body is loaded in another thread and made in parts, an event each."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import ClassVar, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.loading import undisturbed
from opendoors_desktop.gui.page import Page, column_of
from opendoors_desktop.gui.workbench import Workbench

AT_ONCE_MS: Final = 0


class Body(QWidget):
    """What such a page shows. Subclasses make little in `__init__`, and the rest in `parts`."""

    handlers_changed = Signal()

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__()
        self.bench = bench
        self.page = page
        self.notice = page.notice

    @abstractmethod
    def parts(self) -> Iterator[Callable[[], object]]:
        """What makes the body, part by part; each is called once, in an event of its own."""

    @abstractmethod
    def refresh(self) -> None:
        """Ask the store for what is shown."""

    def show_what(self, **what: object) -> None:
        """Show one thing, as `Workbench.go` was told."""

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work now."""
        return {}

    def what_is_open(self) -> str:
        """The name of the one thing that is opened, as one line; "" for none."""
        return ""

    def panes(self) -> list[QWidget]:
        """What F6 goes round, in reading order."""
        return []


class BodyPage(Page):
    """Subclasses name the module and the class of their body; `body` is None until it is whole."""

    made_of: ClassVar[tuple[str, str]]
    row_height: ClassVar = 48
    """The design height of the placeholder rows that are shown while it is made."""

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__(bench, title)
        self.body: Body | None = None
        self._making: Body | None = None
        self._parts: Iterator[Callable[[], object]] = iter(())
        self._what: dict[str, object] = {}
        self._content = QWidget()
        self._faces = Faces(self._content, self.row_height)
        self.setLayout(column_of(self._faces))
        self._faces.begin_loading()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(AT_ONCE_MS)
        self._next.timeout.connect(self._make_next)
        module = self.made_of[0]
        bench.jobs.read(lambda _: _load(module), lambda _: self._begin(), self._faces.show_error)

    def refresh(self) -> None:
        """Have the body ask."""
        if self.body is not None:
            self.body.refresh()

    def show_what(self, **what: object) -> None:
        """Tell the body, or keep it until there is one."""
        if self.body is None:
            self._what = what
        else:
            self.body.show_what(**what)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works now."""
        return {} if self.body is None else self.body.handlers()

    def what_is_open(self) -> str:
        """The body's."""
        return "" if self.body is None else self.body.what_is_open()

    def panes(self) -> list[QWidget]:
        """The body's."""
        return [] if self.body is None else self.body.panes()

    def _begin(self) -> None:
        module, name = self.made_of
        body: Body = getattr(import_module(module), name)(self.bench, self)
        self._content.setLayout(column_of(body))
        self._making, self._parts = body, body.parts()
        self._next.start()

    def _make_next(self) -> None:
        make = next(self._parts, None)
        if make is not None:
            make()
            self._next.start()
            return
        body = self.body = self._making
        assert body is not None  # its parts were just made
        body.handlers_changed.connect(self.handlers_changed)
        identify(self, self.accessibleIdentifier())
        self._faces.show_content()
        if self._what:
            body.show_what(**self._what)
        body.refresh()
        self.handlers_changed.emit()


def _load(module: str) -> None:
    """Load the code of a body, in the thread of a question."""
    with undisturbed():
        import_module(module)
