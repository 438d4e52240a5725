"""The Steps tab of a sequence: its rules in a line, and its steps as cards on the day line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QLocale, Qt, QTime, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.local_time import place_of
from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.domain.step_check import Problem
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.step_canvas import StepCanvas
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.gui.workshop.palette import StepPalette
from opendoors_desktop.gui.workshop.step_editing import StepEditing
from opendoors_desktop.store.queries.sequence_steps import StepCard, list_step_cards
from opendoors_desktop.store.queries.tasks import list_outcomes

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.step_editor import StepSurroundings

FIGURES = frozenset({Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS, Topic.ACTIVITIES, Topic.INBOX})
CHECKS = frozenset({Topic.SEQUENCES, Topic.MAILBOXES, Topic.TEMPLATES, Topic.SETTINGS})


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everyone in a sequence: its window, whose clock it goes by, how delays count, what stops it."""

    window: SendWindow
    zone: str
    uses_contact_zone: bool
    in_working_days: bool
    stops_on_reply: bool
    stops_on_bounce: bool
    stops_on_opt_out: bool


@dataclass(frozen=True, slots=True)
class SequenceSteps:
    """A sequence's rules and its steps as cards; `outcomes` are the labels of how calls end, by their names.

    `around` is what steps may refer to.
    """

    sequence_id: UUID
    rules: Rules
    cards: tuple[StepCard, ...]
    outcomes: Mapping[str, str]
    around: "StepSurroundings"


class StepsTab(QFrame):
    """`step_chosen` brings the step whose text is to be shown and all there is, `told` the number of steps."""

    step_chosen = Signal(object, object)
    text_wanted = Signal()
    told = Signal(int)
    problems_told = Signal(object)
    handlers_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self._bench = bench
        self._sequence_id: UUID | None = None
        self._shown: SequenceSteps | None = None
        self._chosen: UUID | None = None
        self.rules = _RulesLine()
        self.canvas = StepCanvas()
        self.rule = Label(
            self.tr(
                "A step that is added reaches everyone who has not finished by then; who has finished stays finished."
            ),
            "small",
            "subtle",
            wraps=True,
        )
        self.area = _canvas_area(self.canvas, self.rule)
        self.palette_bar = StepPalette()
        self.editing = StepEditing(bench, self.canvas, self.palette_bar)
        self._wanted: UUID | None = None
        content = QFrame()
        content.setProperty("kind", "canvas")
        content.setLayout(column_of(self.rules, self.area, stretch=self.area))
        self.faces = Faces(content, 56)
        self.setLayout(column_of(self.faces, self.palette_bar, stretch=self.faces))
        self._query = Query(bench.jobs, self)
        self._check = Query(bench.jobs, self)
        Refresher(self, bench.news, FIGURES, self._refresh, is_stale=False)
        Refresher(self, bench.news, CHECKS, self._look_over, is_stale=False)
        self._query.answered.connect(self._on_answer)
        self._query.failed.connect(self._on_failed)
        self._check.answered.connect(self._on_checked)
        self._check.failed.connect(lambda _error: None)  # the steps are told to be away already
        self.canvas.chosen.connect(self._on_chosen)
        self.canvas.opened.connect(self._on_opened)
        self.canvas.built.connect(self._focus_wanted)
        self.canvas.built.connect(self._put_in_tab_order)
        self.editing.focus_wanted.connect(self._on_focus_wanted)

    def show_sequence(self, sequence_id: UUID) -> None:
        """Show the steps of a sequence."""
        if sequence_id == self._sequence_id and self._shown is not None:
            return
        self._sequence_id = sequence_id
        self._shown = self._wanted = None
        self._choose(None)
        self.canvas.show_problems({})
        self.faces.begin_loading()
        self._query.ask(self._reading(sequence_id))
        self._look_over()

    @property
    def chosen(self) -> StepCard | None:
        """The step whose text is to be shown."""
        cards = () if self._shown is None else self._shown.cards
        return next((card for card in cards if card.step.id == self._chosen), None)

    def focus_step(self, step_id: UUID) -> None:
        """Put the focus on a step's card."""
        view = self.canvas.view_of(step_id)
        if view is not None:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        if self._sequence_id is not None:
            self._query.ask_again(self._reading(self._sequence_id))

    def _reading(self, sequence_id: UUID) -> Any:
        jobs = self._bench.jobs

        def read(reading: Reading) -> SequenceSteps:
            from opendoors_desktop.engine.commands.sequences import show_sequence
            from opendoors_desktop.engine.commands.step_editor import read_surroundings

            assert jobs.context is not None  # readings are made of an open store
            cards = list_step_cards(reading.unit, reading.scope.workspace_id, sequence_id)
            settings = show_sequence(jobs.context, sequence_id).settings
            rules = Rules(
                window=settings.window,
                zone=settings.zone,
                uses_contact_zone=settings.uses_contact_zone,
                in_working_days=settings.delays_in_working_days,
                stops_on_reply=settings.stop_on_reply,
                stops_on_bounce=settings.stop_on_bounce,
                stops_on_opt_out=settings.stop_on_unsubscribe,
            )
            outcomes = {
                each.name: each.label for each in list_outcomes(reading.unit, reading.scope.workspace_id, "call")
            }
            around = read_surroundings(jobs.context, reading.unit, sequence_id)
            return SequenceSteps(sequence_id, rules, tuple(cards), outcomes, around)

        return read

    def _look_over(self) -> None:
        sequence_id, jobs = self._sequence_id, self._bench.jobs
        if sequence_id is None:
            return

        def read(reading: Reading) -> object:
            from opendoors_desktop.engine.commands.sequence_checks import check_in_unit

            assert jobs.context is not None  # readings are made of an open store
            return check_in_unit(jobs.context, reading.unit, sequence_id).problems

        self._check.ask(read)

    def _on_answer(self, answer: SequenceSteps) -> None:
        self._shown = answer
        self.editing.show_steps(answer.sequence_id, answer.cards)
        self.rules.tell(answer.rules, answer.cards)
        self.told.emit(len(answer.cards))
        if not answer.cards:
            words = self.tr("Add the first step here, or with one of the buttons below.")
            add = push_button(self.tr("Add an email"), lambda: self.editing.act("email"), kind="primary")
            self.faces.show_empty("list-ordered", self.tr("No steps yet"), words, [add])
            self.canvas.show_steps((), in_working_days=answer.rules.in_working_days)
            self._choose(None)
            self.step_chosen.emit(None, answer)
            return
        self.canvas.show_steps(answer.cards, in_working_days=answer.rules.in_working_days, outcomes=answer.outcomes)
        self.faces.show_content()
        if self.chosen is None:
            self._choose(answer.cards[0].step.id)
        self._focus_wanted()
        self.step_chosen.emit(self.chosen, answer)

    def _on_checked(self, problems: tuple[Problem, ...]) -> None:
        marks: dict[UUID, Problem] = {}
        for problem in problems:
            if problem.step_id is not None:
                marks.setdefault(problem.step_id, problem)
        self.canvas.show_problems(marks)
        self.problems_told.emit(problems)

    def _on_failed(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self._refresh, kind="primary"))

    def _choose(self, step_id: UUID | None) -> None:
        self._chosen = step_id
        self.canvas.choose(step_id)
        self.editing.choose(step_id)
        self.handlers_changed.emit()

    def _on_focus_wanted(self, step_id: UUID | None) -> None:
        """Give a step the focus, once it stands."""
        self._wanted = step_id
        self._focus_wanted()

    def _focus_wanted(self) -> None:
        view = None if self._wanted is None else self.canvas.view_of(self._wanted)
        if view is not None and view.card is not None:
            self._wanted = None
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_in_tab_order(self) -> None:
        """The bar below comes behind the cards."""
        stops = [*self.canvas.views[-1:], *self.palette_bar.buttons.values()]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chosen is not None:
            self.editing.menu(self, event.globalPos())

    def _on_chosen(self, step_id: UUID) -> None:
        self._choose(step_id)
        view = self.canvas.view_of(step_id)
        if view is not None:
            self.area.ensureWidgetVisible(view, 0, theme().px(40))
        self.step_chosen.emit(self.chosen, self._shown)

    def _on_opened(self, step_id: UUID) -> None:
        self._on_chosen(step_id)
        self.text_wanted.emit()


def _canvas_area(canvas: StepCanvas, rule: Label) -> QScrollArea:
    """The canvas and the rule below it, scrolled up and down only."""
    inner = QFrame()
    inner.setProperty("kind", "canvas")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, theme().px(24))
    column.addWidget(canvas)
    below = QHBoxLayout()
    below.setContentsMargins(theme().px(116), 0, theme().px(20), 0)
    below.addWidget(rule)
    column.addLayout(below)
    column.addStretch(1)
    area = QScrollArea()
    area.setProperty("kind", "canvas")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


class _RulesLine(QWidget):
    """How long the sequence lasts, when it sends and what stops it."""

    def __init__(self) -> None:
        super().__init__()
        look = theme()
        line = FlowLayout(self, look.px(20))
        line.setContentsMargins(look.px(20), look.px(12), look.px(20), 0)
        self.lasts, self.hours, self.stops = (ElidedLabel("", "small", "muted") for _ in range(3))
        for sign, words in (("calendar", self.lasts), ("clock", self.hours), ("circle-x", self.stops)):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            part = QWidget()
            row = QHBoxLayout(part)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(look.px(6))
            row.addWidget(Sign(sign, size=14))
            row.addWidget(words, 1)
            line.addWidget(part)

    def tell(self, rules: Rules, cards: tuple[StepCard, ...]) -> None:
        """Say the rules of a sequence."""
        days = max((card.day for card in cards), default=0)
        self.lasts.setText(
            self.tr("%n working days", "", days) if rules.in_working_days else self.tr("%n days", "", days)
        )
        self.hours.setText(self._window_words(rules))
        causes: Mapping[str, bool] = {
            self.tr("reply"): rules.stops_on_reply,
            self.tr("bounce"): rules.stops_on_bounce,
            self.tr("opt-out"): rules.stops_on_opt_out,
        }
        chosen = [word for word, is_on in causes.items() if is_on]
        told = QLocale().createSeparatedList(chosen)
        self.stops.setText(self.tr("Stops on {what}").format(what=told) if chosen else self.tr("Nothing stops it"))

    def _window_words(self, rules: Rules) -> str:
        window = rules.window
        names = [QLocale().dayName(n + 1, QLocale.FormatType.ShortFormat) for n in range(7) if window.days[n]]
        whole_week = self.tr("{first}–{last}").format(first=names[0], last=names[-1]) if names else self.tr("no day")
        in_a_row = "".join("x" if day else " " for day in window.days).strip().count(" ") == 0
        days = whole_week if in_a_row and len(names) > 2 else ", ".join(names)
        if window.start is None or window.end is None:
            hours = self.tr("at any hour")
        else:
            start, end = (
                QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
                for at in (window.start, window.end)
            )
            hours = self.tr("{start}–{end}").format(start=start, end=end)
        zone = self.tr("in the recipient’s time zone")
        if not rules.uses_contact_zone:
            zone = self.tr("in {place}").format(place=place_of(rules.zone))
        return self.tr("{days}, {hours} {zone}").format(days=days, hours=hours, zone=zone)
