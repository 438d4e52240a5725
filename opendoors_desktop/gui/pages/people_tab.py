"""The Contacts tab of a sequence: everybody in it, by state, with what can be done to them."""

from collections.abc import Callable, Mapping
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.people_actions import PeopleActions
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.widgets.people_table import PeopleTable
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_states import PeopleState, count_people

TOPICS = frozenset({Topic.ENROLLMENTS, Topic.CONTACTS, Topic.OUTBOX, Topic.TASKS, Topic.ACTIVITIES, Topic.SEQUENCES})


class PeopleTab(QFrame):
    """`handlers_changed` says that other actions work."""

    handlers_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._bench = bench
        self._sequence_id: UUID | None = None
        self.people = PeopleTable(bench)
        self.view = self.people.view
        self.model = self.people.people
        self.actions_on_people = PeopleActions(bench, self.people, self)
        self.actions_on_people.handlers_changed.connect(self.handlers_changed)
        self.setLayout(column_of(self.people, stretch=self.people))
        self._counts = Query(bench.jobs, self)
        self._counts.answered.connect(self.people.show_counts)
        self._counts.failed.connect(lambda _error: None)  # the table tells of a store that is away
        Refresher(self, bench.news, TOPICS, self._refresh, is_stale=False)

    def show_sequence(self, sequence_id: UUID) -> None:
        """Show the people of a sequence."""
        if sequence_id != self._sequence_id:
            self._sequence_id = sequence_id
            self.people.show_sequence(sequence_id)
            self._ask_counts()

    def _refresh(self) -> None:
        if self._sequence_id is not None:
            self.people.refresh()
            self._ask_counts()

    def _ask_counts(self) -> None:
        sequence_id = self._sequence_id
        assert sequence_id is not None  # asked for only while a sequence is shown

        def read(reading: Reading) -> dict[PeopleState, int]:
            return count_people(reading.unit, reading.scope.workspace_id, sequence_id)

        self._counts.ask_again(read)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that the states of these people allow."""
        return self.actions_on_people.handlers()

    def panes(self) -> list[QWidget]:
        """What F6 goes round."""
        return self.people.panes()
