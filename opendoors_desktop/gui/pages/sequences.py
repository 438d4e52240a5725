"""The Sequences page: its panes are loaded beside the window and put in one after another."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.page import Page, column_of
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.gui.pages.sequences_body import SequencesBody


class SequencesPage(Page):
    """`body` is what the page shows, as soon as it is made."""

    topics: ClassVar = frozenset({Topic.SEQUENCES, Topic.ENROLLMENTS})

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__(bench, title)
        self.body: SequencesBody | None = None
        self._wanted: UUID | None = None
        self._parts: Iterator[Callable[[], None]] = iter(())
        self._content = QWidget()
        self.faces = Faces(self._content, 28)
        self.setLayout(column_of(self.faces, stretch=self.faces))
        self.faces.show_loading()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._make_next)
        bench.jobs.read(_load, lambda _: self._begin(), self.faces.show_error)

    def refresh(self) -> None:
        """Ask for the tree; each pane asks for its own."""
        if self.body is not None:
            self.body.refresh()

    def show_what(self, **what: object) -> None:
        """Open the sequence that is given as `sequence_id`."""
        key = what.get("sequence_id")
        if isinstance(key, UUID):
            self._wanted = key
            if self.body is not None:
                self.body.open_sequence(key)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works now."""
        return {} if self.body is None else self.body.handlers()

    def panes(self) -> list[QWidget]:
        """Tree, the middle, and the text of a step."""
        return [] if self.body is None else self.body.panes()

    def _begin(self) -> None:
        from opendoors_desktop.gui.pages.sequences_body import SequencesBody

        body = SequencesBody(self.bench)
        self._content.setLayout(column_of(body))
        self._parts = body.parts()
        body.handlers_changed.connect(self.handlers_changed)
        self._body = body
        self._next.start()

    def _make_next(self) -> None:
        make = next(self._parts, None)
        if make is not None:
            make()
            self._next.start()
            return
        self.body = self._body
        self.faces.show_content()
        if self._wanted is not None:
            self.body.open_sequence(self._wanted)
        self.body.refresh()


def _load(_reading: object) -> None:
    """Load the code of the panes, in the thread of a question."""
    import_module("opendoors_desktop.gui.pages.sequences_body")
