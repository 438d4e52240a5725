"""The dashboard of a sequence: headlines, funnel, days, steps, A/B tests and people, live while it sends."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui import dashboard_commands
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.formats import count, here, time_of_day
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.models.dashboard_sight import DashboardSight, Span, day_bars, read_sight
from opendoors_desktop.gui.models.dashboard_words import goal_words, stages, tiles
from opendoors_desktop.gui.models.step_figures import StepRole
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.people_actions import PeopleActions
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.ab_panel import AbPanel
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.chart_card import ChartCard
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.day_chart import DayChart
from opendoors_desktop.gui.widgets.funnel_chart import FunnelChart
from opendoors_desktop.gui.widgets.headlines import Headlines
from opendoors_desktop.gui.widgets.people_table import PeopleTable
from opendoors_desktop.gui.widgets.step_table import StepTable
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label
from opendoors_desktop.gui.widgets.wrap_row import WrapRow
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_list import PeopleFigure

TOPICS: Final = frozenset({Topic.ACTIVITIES, Topic.ENROLLMENTS, Topic.SEQUENCES, Topic.TASKS})
WIDEST: Final = 1480
SIDE: Final = 424  # the cards beside the wide ones
PEOPLE_SEEN: Final = 400


class SequenceDashboard(QWidget):
    """Shows the figures of one sequence; `show_sequence` says of which. `handlers_changed`: other actions work."""

    handlers_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._sequence_id: UUID | None = None
        self.sight: DashboardSight | None = None
        self.is_made = False
        self._query = Query(bench.jobs, self)
        self._refresher = Refresher(self, bench.news, TOPICS, self.refresh, is_stale=False)
        self.area = QScrollArea()
        self.faces = Faces(self.area, 72)
        self.setLayout(column_of(self.faces, stretch=self.faces))
        self.setAccessibleName(self.tr("Dashboard"))
        self.faces.begin_loading()
        self._cards = self._lay_out()
        self._parts = self._to_make()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._make_next)
        self._next.start()

    def show_sequence(self, sequence_id: UUID) -> None:
        """Show the figures of another sequence, or those of the same anew."""
        is_other = sequence_id != self._sequence_id
        self._sequence_id = sequence_id
        if self.is_made:
            if is_other:
                self._show_other()
            self._ask()

    def _show_other(self) -> None:
        assert self._sequence_id is not None  # another sequence is one
        self.sight = None
        self.faces.begin_loading()
        self.people.show_sequence(self._sequence_id)
        self.area.verticalScrollBar().setValue(0)

    # Making it, a card at a time, so that the window never stands still

    def _to_make(self) -> Iterator[Callable[[], None]]:
        yield self._add_head
        yield self._add_funnel
        yield self._add_days
        yield self._add_steps
        yield self._add_tests
        yield self._add_people
        yield self._connect

    def _make_next(self) -> None:
        make = next(self._parts, None)
        if make is not None:
            make()
            self._next.start()
            return
        self.is_made = True
        identify(self, self.accessibleIdentifier())
        self.handlers_changed.emit()
        if self._sequence_id is not None:
            self._show_other()
            self._ask()

    def _add_head(self) -> None:
        self.goal = ElidedLabel("", "small", "muted")
        self.updated = Label("", "small", "muted")
        self.export_button = push_button(self.tr("Export CSV…"), self.export, icon_name="download")
        line = QHBoxLayout()
        line.setSpacing(theme().px(12))
        self._cards.addLayout(line)
        line.addWidget(self.goal, 1)
        line.addWidget(self.updated)
        line.addWidget(self.export_button)
        self.headlines = Headlines(self.tr("Headline figures"))
        self._cards.addWidget(self.headlines)

    def _add_funnel(self) -> None:
        self.funnel = ChartCard(self.tr("Funnel"), FunnelChart(self.tr("Funnel")))
        self.funnel.setMinimumWidth(theme().px(320))
        self.funnel.note.setText(self.tr("contacts, share of delivered"))
        self._row = WrapRow(1080)
        self._cards.addWidget(self._row)
        self._row.add(self.funnel, SIDE)

    def _add_days(self) -> None:
        legend = ((self.tr("Emails sent"), "chart-2"), (self.tr("Human replies"), "chart-1"))
        self.days = ChartCard(self.tr("Per working day"), DayChart(self.tr("Per working day")), legend)
        self._add_span()
        self._row.add(self.days, 2 * SIDE)

    def _add_span(self) -> None:
        self.span = Choice(self.tr("Days that the chart shows"))
        words = {
            Span.WHOLE: self.tr("Whole sequence"),
            Span.LAST_7: self.tr("Last 7 days"),
            Span.LAST_30: self.tr("Last 30 days"),
            Span.LAST_90: self.tr("Last 90 days"),
        }
        for span, text in words.items():
            self.span.addItem(text, span.value)
        self.span.setCurrentIndex(self.span.findData(Span.LAST_30.value))
        self.span.setToolTip(self.tr("Chooses the days of this chart. All other figures are of the whole sequence."))
        self.days.add(self.span)

    def _add_steps(self) -> None:
        self.steps = StepTable()
        self._row = WrapRow(1180)
        self._cards.addWidget(self._row)
        self._row.add(_card(self.steps), 2 * SIDE)

    def _add_tests(self) -> None:
        self.tests = AbPanel()
        self.tests.setMinimumWidth(theme().px(320))
        self._row.add(self.tests, SIDE)

    def _add_people(self) -> None:
        self.people = PeopleTable(self._bench, self.tr("Enrollments"))
        self._people_actions = PeopleActions(self._bench, self.people, self)
        card = _card(self.people)
        card.setMinimumHeight(theme().px(PEOPLE_SEEN))
        self._cards.addWidget(card)

    def _connect(self) -> None:
        self._query.answered.connect(self._show)
        self._query.failed.connect(self._show_error)
        self._people_actions.handlers_changed.connect(self.handlers_changed)
        self.headlines.chosen.connect(self._narrow_by_headline)
        self.people.narrowed_changed.connect(self._mark_headline)
        self.tests.promoted.connect(self._promote)
        self.steps.selectionModel().currentRowChanged.connect(lambda *_: self._show_test_of_current_step())
        self.span.currentIndexChanged.connect(lambda _: self._ask())

    def _lay_out(self) -> QVBoxLayout:
        """The column that the cards are put into; it has its place before they come, since moving them costs."""
        ground = QFrame()
        ground.setProperty("kind", "canvas")
        self.area.setProperty("kind", "canvas")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(ground)
        margin = theme().px(20)
        row = QHBoxLayout(ground)
        row.setContentsMargins(margin, theme().px(12), margin, margin)
        content = QWidget()
        content.setMaximumWidth(theme().px(WIDEST))
        row.addStretch(1)
        row.addWidget(content, 10_000)
        row.addStretch(1)
        cards = QVBoxLayout(content)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(theme().px(12))
        return cards

    # What others ask of it

    def refresh(self) -> None:
        """Ask for what has changed; what is shown stays until it is there."""
        if self._sequence_id is not None and self.is_made:
            known = self.sight.days if self.sight is not None else ()
            sequence_id, span = self._sequence_id, self._chosen_span()
            self._query.ask_again(lambda reading: read_sight(reading, sequence_id, span, known))
            self.people.refresh()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work while the dashboard is shown."""
        if not self.is_made:
            return {}
        own: dict[str, Callable[[], object]] = {
            "data.export": self.export,
            "data.print": self.print_out,
            "edit.find": self._find,
            "view.refresh": self._ask_all,
        }
        return {**self._people_actions.handlers(), **own}

    def panes(self) -> list[QWidget]:
        """What F6 goes round."""
        if not self.is_made:
            return []
        cards = [self.headlines, self.funnel, self.days, self.steps, self.tests, *self.people.panes()]
        return [card for card in cards if card.isVisible()]

    def export(self) -> None:
        """Have the table that the focus is in, else that of the people, written to a file of the person's choice."""
        if self._sequence_id is None or self.sight is None:
            return
        focus = QApplication.focusWidget()
        name = self.sight.dashboard.sequence.name
        if self._is_in(self.steps, focus):
            dashboard_commands.export_steps(self._bench, self, name, self.sight.dashboard.steps)
        elif self._is_in(self.days, focus):
            dashboard_commands.export_chart(self._bench, self, name, self.days.chart.table())
        elif self._is_in(self.funnel, focus):
            dashboard_commands.export_chart(self._bench, self, name, self.funnel.chart.table())
        else:
            dashboard_commands.export_people(self._bench, self, name, self._sequence_id, self.people.narrowed)

    def print_out(self) -> None:
        """Have what is shown put into a PDF at a place of the person's choice."""
        if self.sight is not None:
            items = (self._cards.itemAt(number) for number in range(self._cards.count()))
            rows = (None if item is None else item.widget() for item in items)
            cards = [row for row in rows if row is not None and row.isVisible()]
            dashboard_commands.print_cards(self._bench, self, self.sight.dashboard.sequence.name, cards)

    @staticmethod
    def _is_in(part: QWidget, focus: QWidget | None) -> bool:
        return focus is not None and (focus is part or part.isAncestorOf(focus))

    # Asking and showing

    def _ask(self) -> None:
        if self._sequence_id is not None:
            self.faces.show_loading()
            sequence_id, span = self._sequence_id, self._chosen_span()
            self._query.ask(lambda reading: read_sight(reading, sequence_id, span))

    def _ask_all(self) -> None:
        self._ask()
        self.people.refresh()

    def _chosen_span(self) -> Span:
        return Span(self.span.currentData())

    def _show(self, sight: DashboardSight | None) -> None:
        self.sight = sight
        if sight is None:
            self.faces.show_empty("workflow", self.tr("This sequence isn’t there any more"))
            return
        board = sight.dashboard
        starts_at = sight.facts.next_due_at or sight.facts.starts_at
        self.headlines.show_headlines(
            tiles(board.headlines, this_week=sight.this_week, starts_at=starts_at, now=sight.now)
        )
        self._show_charts(sight)
        self.steps.figures.show_cards(board.steps)
        self.tests.show_tests(board.tests)
        self.people.show_counts(board.people)
        self.updated.setText(self.tr("Updated {time}").format(time=time_of_day(here(sight.now))))
        self.goal.setText(goal_words(sight.goal, board.sequence.goal_deadline))
        self.faces.show_content()

    def _show_charts(self, sight: DashboardSight) -> None:
        measured = {"opened": sight.facts.tracks_opens, "clicked": sight.facts.tracks_clicks}
        tracked = frozenset(name for name, is_tracked in measured.items() if is_tracked)
        funnel, days = self.funnel.chart, self.days.chart
        assert isinstance(funnel, FunnelChart)
        assert isinstance(days, DayChart)
        funnel.show_stages(stages(sight.dashboard.funnel, measured=tracked))
        bars, is_weekly = day_bars(sight)
        days.show_days(bars, is_weekly=is_weekly)
        self.days.title.setText(self.tr("Per week") if is_weekly else self.tr("Per working day"))
        sent, replied = sum(bar.sent for bar in bars), sum(bar.replied for bar in bars)
        self.days.note.setText(
            self.tr("{sent} sent, {replied} replies").format(sent=count(sent), replied=count(replied))
        )
        self.funnel.follow()
        self.days.follow()

    def _show_error(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self._ask, kind="primary"))

    # What a person does

    def _narrow_by_headline(self, key: str) -> None:
        self.people.narrow(PeopleFigure(key) if key in set(PeopleFigure) else None)
        self.area.ensureWidgetVisible(self.people.filters[None], 0, theme().px(160))

    def _mark_headline(self, narrowed: object) -> None:
        self.headlines.mark(narrowed.value if isinstance(narrowed, PeopleFigure) else None)

    def _promote(self, step_id: UUID, variant_id: str) -> None:
        if self._sequence_id is not None:
            dashboard_commands.promote(self._bench, self._sequence_id, step_id, variant_id)

    def _show_test_of_current_step(self) -> None:
        card = self.steps.currentIndex().data(StepRole.CARD)
        if card is not None:
            self.tests.show_step(card.step.id)

    def _find(self) -> None:
        narrowed = self.people.narrowed
        chip = self.people.figure if isinstance(narrowed, PeopleFigure) else self.people.filters[narrowed]
        chip.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.area.ensureWidgetVisible(chip, 0, theme().px(160))


def _card(widget: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.addWidget(widget)
    return card
