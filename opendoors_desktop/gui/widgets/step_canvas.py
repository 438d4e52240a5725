"""The day line of a sequence: paints line, days, waits and lanes, and places a card for each step on it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from opendoors_desktop.domain.flow import Lane
from opendoors_desktop.domain.step import Branch
from opendoors_desktop.domain.step_check import Problem
from opendoors_desktop.gui.canvas_plan import Box, Gap, Plan, gaps_of, lanes_of, plan_of
from opendoors_desktop.gui.card_words import CardWords
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.canvas_painter import CanvasPainter
from opendoors_desktop.gui.widgets.step_card import StepCardView
from opendoors_desktop.gui.widgets.step_carry import StepCarry
from opendoors_desktop.gui.widgets.step_slot import StepSlot
from opendoors_desktop.store.queries.sequence_steps import StepCard

PORTION: Final = 8
"""So many cards are made at a time; the window lives between two portions."""


class StepCanvas(QWidget):
    """`chosen` brings the step a person looks at, `opened` the one whose text is wanted, `built` that all stand.

    `wanted` brings a step and what is to be done to it (a verb of `step_card.VERBS`). A canvas that isn't
    `is_editable` carries no steps.
    """

    chosen = Signal(object)
    opened = Signal(object)
    built = Signal()
    wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[UUID, StepCard] = {}
        self._views: dict[UUID, StepCardView] = {}
        self.is_editable = True
        self._order: list[StepCard] = []
        self._lanes: Mapping[Lane, list[StepCard]] = {}
        self._problems: Mapping[UUID, Problem] = {}
        self._words = CardWords([], in_working_days=False)
        self._plan = Plan()
        self._current: UUID | None = None
        self._unsaved: frozenset[UUID] = frozenset()
        self.setAccessibleName(self.tr("Steps"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._trial: Sequence[StepCard] | None = None
        self.slot = StepSlot(self)
        self.carrying = StepCarry(self.slot, self._show_trial, self._gaps)
        self._portions = QTimer(self)
        self._portions.setInterval(0)
        self._portions.timeout.connect(self._build_some)
        keeper().changed.connect(self._lay_out)

    # What is shown

    @property
    def views(self) -> list[StepCardView]:
        """The cards that stand, in the order of the steps."""
        return [self._views[card.step.id] for card in self._order if card.step.id in self._views]

    @property
    def words(self) -> CardWords:
        """The words of the cards."""
        return self._words

    def show_steps(
        self, cards: Sequence[StepCard], *, in_working_days: bool, outcomes: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Show the steps of a sequence; cards that stand already only take their new figures.

        `outcomes` are the labels of how calls end, by their names.
        """
        is_other = [card.step.id for card in cards] != [card.step.id for card in self._order]
        if is_other:
            self.carrying.cancel()
        self._cards = {card.step.id: card for card in cards}
        self._order = list(cards)
        self._words = CardWords(self._order, in_working_days=in_working_days, outcomes=outcomes)
        if is_other:
            self._drop_gone()
            self._lanes = lanes_of(cards)
        for key, view in self._views.items():
            view.show_card(self._cards[key], self._words, self._problems.get(key))
        self._lay_out()
        if len(self._views) < len(self._order):
            self._build_some()
            self._portions.start()

    def show_problems(self, problems: Mapping[UUID, Problem]) -> None:
        """Mark the steps that have to be looked at."""
        self._problems = problems
        for key, view in self._views.items():
            view.show_card(self._cards[key], self._words, problems.get(key))

    def show_unsaved(self, steps: frozenset[UUID]) -> None:
        """Mark the steps of which something is written that isn't saved."""
        self._unsaved = steps
        for key, view in self._views.items():
            view.set_unsaved(is_unsaved=key in steps)

    def choose(self, step_id: UUID | None) -> None:
        """Mark the step whose text is shown."""
        self._current = step_id
        for key, view in self._views.items():
            view.set_current(is_current=key == step_id)

    def view_of(self, step_id: UUID) -> StepCardView | None:
        """The card of a step, once it stands."""
        return self._views.get(step_id)

    def _drop_gone(self) -> None:
        for key in [key for key in self._views if key not in self._cards]:
            view = self._views.pop(key)
            view.hide()
            view.deleteLater()

    def _build_some(self) -> None:
        missing = [card for card in self._order if card.step.id not in self._views]
        for card in missing[:PORTION]:
            view = StepCardView(self)
            view.chosen.connect(self._on_chosen)
            view.opened.connect(self._on_opened)
            view.moved.connect(self._on_moved)
            view.wanted.connect(self._on_wanted)
            view.dragged.connect(self._on_dragged)
            view.released.connect(lambda _view: self.carrying.drop())
            view.show_card(card, self._words, self._problems.get(card.step.id))
            view.set_current(is_current=card.step.id == self._current)
            view.set_unsaved(is_unsaved=card.step.id in self._unsaved)
            self._views[card.step.id] = view
            self._place(card.step.id, view)
            view.show()
        if len(missing) <= PORTION:
            self._portions.stop()
            self._put_in_tab_order()
            self.built.emit()

    def _put_in_tab_order(self) -> None:
        views = self.views
        for before, after in pairwise(views):
            QWidget.setTabOrder(before, after)

    # A step that is carried

    def _show_trial(self, cards: Sequence[StepCard] | None, slot_id: UUID | None) -> None:
        """Lay the steps out as they would stand, with the slot where the carried one would; None: as they stand."""
        self._trial = cards
        self._lay_out()
        box = None if slot_id is None else self._plan.cards.get(slot_id)
        if box is not None:
            self.slot.setGeometry(self._placed(box))
            self.slot.show()
            self.slot.raise_()

    def _gaps(self) -> list[Gap]:
        return gaps_of(self._order, plan_of(self._order, self.width(), theme().px), self.width())

    def carry(self, at: QPoint) -> None:
        """The mouse carries a step over a point of the canvas."""
        self.carrying.follow(self._mirrored(QRect(at, QSize(1, 1))).topLeft())

    # Places

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Take the keys of cards before a shortcut of the page does; here, since Python in a card costs every paint."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            view = next((each for each in self._views.values() if each.hasFocus()), None)
            if view is not None and view.verb(event):
                event.accept()
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(560), self._plan.height)

    def _lay_out(self) -> None:
        self._plan = plan_of(self._order if self._trial is None else self._trial, self.width(), theme().px)
        self.setFixedHeight(max(self._plan.height, 1))
        for key, view in self._views.items():
            self._place(key, view)
        self.update()

    def _place(self, key: UUID, view: StepCardView) -> None:
        view.setGeometry(self._placed(self._plan.cards[key]))

    def _placed(self, box: Box) -> QRect:
        return self._mirrored(QRect(box.left, box.top, box.width, box.height))

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    # Keys

    def _on_chosen(self, view: StepCardView) -> None:
        if view.card is not None:
            self.chosen.emit(view.card.step.id)

    def _on_opened(self, view: StepCardView) -> None:
        if view.card is not None:
            self.opened.emit(view.card.step.id)

    def _on_wanted(self, view: StepCardView, verb: str) -> None:
        if view.card is not None:
            self.wanted.emit(view.card.step.id, verb)

    def _on_dragged(self, view: StepCardView, at: QPoint) -> None:
        if view.card is None or not self.is_editable:
            return
        if not self.carrying.is_on:
            self.carrying.begin(view.card.step, view.title, self._order)
            self.slot.setFocus(Qt.FocusReason.OtherFocusReason)
        self.carry(at)

    def _on_moved(self, view: StepCardView, way: str) -> None:
        target = None if view.card is None else self._target(view.card, way)
        found = None if target is None else self._views.get(target.step.id)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)

    def _target(self, card: StepCard, way: str) -> StepCard | None:
        """The card that a key goes to from another one; None where there is none that way."""
        if way in {"first", "last"}:
            return self._order[0 if way == "first" else -1]
        step = card.step
        if way == "in":
            inside = self._lanes.get((step.id, Branch.YES)) or self._lanes.get((step.id, Branch.NO))
            beside = self._lanes.get((step.parent_id, Branch.NO)) if step.branch is Branch.YES else None
            return (inside or beside or [None])[0]  # type: ignore[list-item]
        if way == "out":
            beside = self._lanes.get((step.parent_id, Branch.YES)) if step.branch is Branch.NO else None
            return beside[0] if beside else self._cards.get(step.parent_id) if step.parent_id else None
        return self._beside(card, 1 if way == "down" else -1)

    def _beside(self, card: StepCard, way: int) -> StepCard | None:
        """The card below or above in the same lane; beyond its ends what follows or goes before the lane."""
        lane = self._lanes[card.step.parent_id, card.step.branch]
        place = lane.index(card) + way
        if 0 <= place < len(lane):
            return lane[place]
        above = self._cards.get(card.step.parent_id) if card.step.parent_id is not None else None
        if above is None or way < 0:
            return above
        return self._beside(above, way)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._order:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cards = self._cards if self._trial is None else {card.step.id: card for card in self._trial}
        CanvasPainter(self, painter, self._plan, cards, self._words).paint(event.rect())
        painter.end()
