"""What every page is given: jobs, notices, undo history, news of changes, how sending stands, the way to others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from opendoors_desktop.gui.jobs import Command, Jobs

if TYPE_CHECKING:
    from opendoors_desktop.gui.actions import Actions
    from opendoors_desktop.gui.api_beside import ApiBeside
    from opendoors_desktop.gui.history import History
    from opendoors_desktop.gui.news import News
    from opendoors_desktop.gui.notices import Notices
    from opendoors_desktop.gui.sending import Sending

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workbench:
    """The shared parts of one window; `go(page, **what)` shows another page, which may be told what to show.

    `api` is the REST API beside it; None where it has none.
    """

    jobs: Jobs
    notices: "Notices"
    history: "History"
    news: "News"
    actions: "Actions"
    sending: "Sending"
    go: Callable[..., None]
    api: "ApiBeside | None" = None

    def do(
        self,
        command: Command[T],
        done: str = "",
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do what a person asked for: told by a toast (`done`) with its undo, or with what went wrong."""
        turn = self.history.expect() if command.undo is not None else None

        def told(result: T) -> None:
            if turn is not None:
                self.history.settle(turn, command, result)
            if done:
                self.notices.toast(done, self.history.undo_of_last() if turn is not None else None)
            if then is not None:
                then(result)

        def failed(error: Exception) -> None:
            if turn is not None:
                self.history.give_up(turn)
            (otherwise or self.notices.show_error)(error)

        self.jobs.run(command, told, failed)

    def ask(self, read: Callable[[Any], T], then: Callable[[T], object]) -> None:
        """Ask the store once; what goes wrong is shown."""
        self.jobs.read(read, then, self.notices.show_error)
