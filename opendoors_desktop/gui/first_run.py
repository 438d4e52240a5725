"""The first steps in a window: shown in an empty store, kept where they were left, and a strip that leads back."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolBar, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.store.queries.first_use import is_unused

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.welcome import Welcome
    from opendoors_desktop.gui.window_state import WindowState

AT_STEP: Final = "first_step"
STEPS: Final = 5


class FirstRun(QObject):
    """Greets who opens a store in which nothing has been done yet; `window.json` remembers the step."""

    def __init__(self, window: "MainWindow", state: "WindowState", *, greets: bool = True) -> None:
        """`greets` False: only who asks for the steps is shown them, in a window that plays the tour."""
        super().__init__(window)
        self._window = window
        self._state = state
        self.welcome: Welcome | None = None
        self.strip: _Strip | None = None
        window.actions_table.bind({"help.first_steps": self.show})
        if greets:
            window.bench.ask(lambda reading: is_unused(reading.unit, reading.scope.workspace_id), self._begin)

    def show(self) -> None:
        """Show the first steps, where they were left."""
        context = self._window.bench.jobs.context
        if context is None:
            return
        if self.welcome is None:
            from opendoors_desktop.gui.welcome import Welcome

            place = context.store.location
            step = self._step if self._step < STEPS else 0
            is_here = place.dialect.value == "sqlite"
            self.welcome = Welcome(self._window.bench, place.name, is_here=is_here, step=step)
            self.welcome.came_to.connect(self._remember)
            self.welcome.ended.connect(self._end)
            self._window.stack.currentChanged.connect(lambda _: self._show_strip())
        self._remember(self.welcome.step)
        self._window.show_instead(self.welcome)
        self._show_strip()

    @property
    def _step(self) -> int:
        known = self._state.get(AT_STEP)
        return known if isinstance(known, int) and 0 <= known <= STEPS else 0

    def _begin(self, is_unused: bool) -> None:
        was_begun = self._state.get(AT_STEP) is not None
        if is_unused or (was_begun and self._step < STEPS):
            self._window.bench.jobs.aside(_load, lambda _: self.show())

    def _remember(self, step: int) -> None:
        self._state.put(AT_STEP, step)

    def _end(self) -> None:
        self._remember(STEPS)
        if self._window.page is None:
            self._window.go("sequences")
        self._show_strip()

    def _show_strip(self) -> None:
        """While the steps aren't over and something else is shown, a strip over it leads back."""
        is_away = self.welcome is not None and self._window.stack.currentWidget() is not self.welcome
        is_wanted = is_away and self._step < STEPS
        if is_wanted and self.strip is None:
            self.strip = _Strip(self._window, self)
        if self.strip is not None:
            self.strip.setVisible(is_wanted)
            if self.welcome is not None:
                from opendoors_desktop.gui.welcome_steps import titles

                self.strip.tell(self.welcome.step + 1, titles()[self.welcome.step])

    def leave(self) -> None:
        """The person is done with them."""
        self._end()


def _load() -> None:
    """Load the code of the first steps beside the window."""
    from opendoors_desktop.gui import welcome  # noqa: F401


class _Strip(QToolBar):
    """A strip over the pages: which of the first steps comes next, and the way back to it."""

    def __init__(self, window: "MainWindow", first_run: FirstRun) -> None:
        super().__init__(window)
        self.setObjectName("first_steps")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.words = Label("", "body")
        self.go_on = push_button(self.tr("Go on with the first steps"), first_run.show)
        self.leave = push_button(self.tr("Leave them"), first_run.leave, kind="ghost")
        row = QWidget()
        row.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(row)
        line.setContentsMargins(theme().px(16), theme().px(4), theme().px(16), theme().px(4))
        line.addWidget(self.words)
        line.addStretch(1)
        line.addWidget(self.leave)
        line.addWidget(self.go_on)
        self.addWidget(row)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self)

    def tell(self, number: int, title: str) -> None:
        """Show which step it is, from 1."""
        self.words.setText(self.tr("First steps, {number} of 5: {title}").format(number=number, title=title))
