"""The right pane of a sequence: the figures and variants of one step, and the form it is written in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.gui.card_words import CardWords, figure_text, figure_word
from opendoors_desktop.gui.formats import count, percent
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.pages.steps_tab import SequenceSteps
from opendoors_desktop.gui.step_words import step_look, type_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.gui.workshop.email_form import EmailForm
from opendoors_desktop.gui.workshop.flow_forms import ConditionForm, DelayForm
from opendoors_desktop.gui.workshop.preview_pane import PreviewPane
from opendoors_desktop.gui.workshop.save_bar import SaveBar
from opendoors_desktop.gui.workshop.step_form import FormSight, StepForm
from opendoors_desktop.gui.workshop.step_writing import StepWriting
from opendoors_desktop.gui.workshop.task_forms import CallForm, LinkedInForm, TaskForm
from opendoors_desktop.gui.workshop.variant_bar import VariantBar
from opendoors_desktop.store.queries.sequence_steps import Figure, StepCard

FORMS: Final[Mapping[StepType, Callable[[], StepForm]]] = {
    StepType.EMAIL: EmailForm,
    StepType.TASK: TaskForm,
    StepType.CALL: CallForm,
    StepType.LINKEDIN: LinkedInForm,
    StepType.CONDITIONAL: ConditionForm,
    StepType.DELAY: DelayForm,
}
TAKES_AFTER_MS: Final = 150
"""What is typed is looked at, kept and checked so long after the last key; typing itself waits for nothing."""


class StepInspector(QFrame):
    """Shows one step to be written; what is written stays until it is saved or dropped, whatever is shown meanwhile.

    `handlers_changed` says that other actions work than before.
    """

    handlers_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(self.tr("Step"))
        self._handled: set[str] = set()
        self._bench = bench
        self._card: StepCard | None = None
        self._shown: SequenceSteps | None = None
        self._variant = ""
        self._is_touched = False
        self._wants_focus = False
        self._filled: object = None
        self._forms: dict[StepType, StepForm] = {}
        self.writing = StepWriting(bench, self)
        self.tile = _Tile()
        self.title = ElidedLabel("", "heading")
        self.detail = ElidedLabel("", "small", "muted")
        self.figures = _Figures()
        self.variants = VariantBar()
        self.bar = SaveBar()
        self.preview = PreviewPane(bench)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TAKES_AFTER_MS)
        self._pause.timeout.connect(self.take)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self._show_writing)
        self._check = Query(bench.jobs, self)
        self._check.answered.connect(self._on_checked)
        self._check.failed.connect(lambda _error: None)  # told when it is saved
        self.variants.chosen.buttonClicked.connect(lambda button: self._choose_variant(button.property("variant")))
        self.variants.edited.connect(self._edit_variants)
        self.bar.save_wanted.connect(self.save)
        self.bar.drop_wanted.connect(self.discard)
        self.bar.compare_wanted.connect(self.compare)
        self.writing.settled.connect(self._on_settled)
        self.preview.offers_changed.connect(self._offer)
        self.preview.test.clicked.connect(lambda _checked: self.send_test())
        self.clear()

    def _lay_out(self) -> None:
        look = theme()
        head = QHBoxLayout()
        head.setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10))
        head.setSpacing(look.px(10))
        head.addWidget(self.tile)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.figures)
        self._below = Line()
        column.addWidget(self._below)
        self._texts = QFrame()
        self._texts.setProperty("kind", "surface")
        self._text = QVBoxLayout(self._texts)
        self._text.setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(16))
        self._text.setSpacing(look.px(6))
        self._text.addWidget(self.variants)
        self._forms_place = QVBoxLayout()
        self._text.addLayout(self._forms_place, 1)
        self._text.addWidget(self.preview)
        column.addWidget(_scrolled(self._texts), 1)
        column.addWidget(self.bar)

    # What is shown

    @property
    def form(self) -> Any:
        """The form of the step that is shown; None while there is none, or it isn't filled yet."""
        return None if self._card is None or self._due.isActive() else self._forms.get(self._card.step.type)

    def clear(self) -> None:
        """Show that no step is chosen."""
        self.take()
        self._due.stop()
        self._card = None
        self._shown = None
        self.tile.show_step(None)
        self.title.setText(self.tr("No step chosen"))
        self.detail.setText(self.tr("Choose a card to write its text."))
        self.figures.tell([])
        for part in (self._below, self.variants, self.bar, self.preview, *self._forms.values()):
            part.hide()

    def show_step(self, card: StepCard | None, shown: SequenceSteps | None) -> None:
        """Show a step of a sequence; what is being written stays, and goes on top of what others saved meanwhile."""
        if card is None or shown is None:
            self.clear()
            return
        self.take()
        self._card, self._shown = card, shown
        self.writing.begin(shown)
        self._show_head(card, shown)
        self._due.start()
        if self._handled != set(self.handlers()):
            self._handled = set(self.handlers())
            self.handlers_changed.emit()

    def _show_head(self, card: StepCard, shown: SequenceSteps) -> None:
        words = CardWords(list(shown.cards), in_working_days=shown.rules.in_working_days, outcomes=shown.outcomes)
        self.tile.show_step(card.step)
        self.title.setText(self.tr("Step {number} · {name}").format(number=card.number, name=words.title(card)))
        self.detail.setText(self.tr("{detail}, day {day}").format(detail=words.detail(card), day=count(card.day)))
        self.figures.tell(_figures_of(card))
        self._below.show()

    def _show_variants(self, step: Step) -> None:
        known = _variants(step)
        self._variant = self._variant if self._variant in known else next(iter(known), "")
        self.variants.tell(step, self._variant)

    def _show_form(self, step: Step) -> None:
        card, shown = self._card, self._shown
        assert card is not None  # a step is shown
        assert shown is not None
        form = self._forms[step.type]
        for other in self._forms.values():
            other.setVisible(other is form)
        form.show_step(step, FormSight(shown, card.number, self._variant))
        form.show_faults([])
        self._offer()
        self.preview.setVisible(step.type is StepType.EMAIL)
        if step.type is StepType.EMAIL:
            self.preview.show_sequence(shown.sequence_id)
            self.preview.show_text(step, self._variant)

    def _offer(self) -> None:
        """Say what is known of variables in the form that is shown."""
        form = None if self._card is None else self._forms.get(self._card.step.type)
        if form is not None and self._shown is not None:
            form.offer(self.preview.offers(self._shown.around.variables))

    def send_test(self) -> None:
        """Send the step, as it is saved, to oneself."""
        if self._card is None or self._shown is None or self._card.step.type is not StepType.EMAIL:
            return
        if self.bar.isVisible():
            self._bench.notices.toast(self.tr("Save the step first: what is saved is sent."))
            return
        self.preview.send_test(self._card.number)

    def _show_bar(self) -> None:
        card = self._card
        if card is None:
            return
        draft = self.writing.draft(card.step)
        if draft.is_changed or self._is_touched:
            self.bar.tell(
                card, refused=self.writing.refused, is_in_conflict=bool(draft.conflicts(self.writing.newest(card.step)))
            )
        else:
            self._hide_bar(self._forms[card.step.type])

    def _hide_bar(self, form: StepForm) -> None:
        """Hide the bar; the focus in it goes back to the form, for Qt would hand it on to a card: another step."""
        focused = QApplication.focusWidget()
        if focused is not None and self.bar.isAncestorOf(focused):
            form.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        self.bar.hide()

    def _choose_variant(self, variant_id: str) -> None:
        self.take()
        self._variant = variant_id
        self._due.start()

    def _edit_variants(self, change: Callable[[Step], Step]) -> None:
        """Do something to the test that is written: the variant that joins is written next."""
        self.take()
        if self._card is None:
            return
        draft = self.writing.draft(self._card.step)
        mine = change(draft.mine)
        known = _variants(draft.mine)
        self.writing.write(draft, mine)
        self._variant = next((key for key in _variants(mine) if known and key not in known), self._variant)
        self._due.start()

    def edit(self) -> None:
        """Put the focus where writing begins, as soon as the form is there."""
        self._wants_focus = self.form is None
        if self.form is not None:
            self.form.first_field().setFocus(Qt.FocusReason.TabFocusReason)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions for what is written of the step that is shown."""
        found: dict[str, Callable[[], object]] = {}
        if self._card is not None and self._card.step.type is StepType.EMAIL:
            found["step.test"] = self.send_test
        if self._card is not None and not self.bar.isHidden():
            found |= {"step.save": self.save, "step.discard": self.discard}
        return found

    # Writing

    def _on_changed(self) -> None:
        """A key was pressed: no more is done now than to show that there is something to save."""
        if not self._is_touched:
            self._is_touched = True
            self._show_bar()
        self._pause.start()

    def take(self) -> None:
        """Keep what is in the form by now, and have it looked over."""
        self._pause.stop()
        form = None if self._card is None else self._forms.get(self._card.step.type)
        if not self._is_touched or self._card is None or form is None:
            return
        self._is_touched = False
        draft = self.writing.draft(self._card.step)
        mine = form.value(draft.mine)
        self.writing.write(draft, mine)
        self._show_bar()
        if mine.type is StepType.EMAIL:
            self.preview.show_text(mine, self._variant)
        self._look_over()

    def _look_over(self) -> None:
        card, shown, jobs = self._card, self._shown, self._bench.jobs
        if card is None or shown is None:
            return
        mine, sequence_id = self.writing.draft(card.step).mine, shown.sequence_id

        def read(reading: Reading) -> object:
            from opendoors_desktop.engine.commands.step_editor import look_over_step

            assert jobs.context is not None  # readings are made of an open store
            return mine.id, look_over_step(jobs.context, reading.unit, sequence_id, mine)

        self._check.ask(read)

    def _on_checked(self, answer: Any) -> None:
        step_id, faults = answer
        if self._card is None or self._card.step.id != step_id or self.form is None:
            return
        blocking = [fault.sentence for fault in faults if fault.blocks]
        self.writing.refused = blocking[0] if blocking else ""
        self.form.show_faults(faults)
        self._show_bar()

    def save(self) -> None:
        """Save what is written of the step that is shown."""
        self.take()
        if self._card is not None and self._shown is not None and not self.writing.refused:
            self.writing.save(self._card, self._shown.sequence_id)

    def discard(self) -> None:
        """Drop what is written of the step that is shown; undo brings it back."""
        self.take()
        if self._card is not None:
            self.writing.discard(self._card)

    def compare(self) -> None:
        """Show what somebody else saved beside what is written, to choose."""
        if self._card is not None and self._shown is not None:
            self.writing.compare(self._card, self._shown.sequence_id)

    def _on_settled(self) -> None:
        """What is written was saved, dropped or brought back."""
        if not self._is_touched:
            self._due.start()

    def _show_writing(self) -> None:
        """Fill the form of the step; a form that is needed first is made before, with the window living between."""
        if self._card is None or self._is_touched:
            return
        if self._card.step.type not in self._forms:
            form = self._forms[self._card.step.type] = FORMS[self._card.step.type]()
            form.changed.connect(self._on_changed)
            form.hide()
            self._forms_place.addWidget(form, 1)
            identify(self, self.accessibleIdentifier())
            for part in form.findChildren(QWidget):
                part.ensurePolished()
            self._due.start()
            return
        draft = self.writing.draft(self._card.step)
        shown = self._shown
        assert shown is not None  # a step is shown
        places = tuple(card.step.id for card in shown.cards)
        sight = (draft, self._card.number, self._variant, places, shown.rules, shown.outcomes, shown.around)
        if sight != self._filled:
            self._filled = sight
            self.writing.refused = ""
            self._show_variants(draft.mine)
            self._show_form(draft.mine)
            if draft.is_changed:
                self._look_over()
        self._show_bar()
        if self._wants_focus:
            self.edit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.take()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self.take()


def _variants(step: Step) -> list[str]:
    """The variants of a running test."""
    return [each.id for each in step.ab_test.variants] if step.ab_test is not None and step.ab_test_enabled else []


def _scrolled(inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def _figures_of(card: StepCard) -> list[tuple[str, str, str]]:
    """Words, figure and what is under it: of an email its counts below the shares."""
    shown = [(figure_word(each.name), figure_text(each), _below(each)) for each in card.shown]
    if card.step.type is StepType.EMAIL:
        emails = card.figures.emails
        share = emails.opted_out / emails.delivered if emails.delivered else None
        bounced = (
            QCoreApplication.translate("StepInspector", "%n bounced", "", emails.bounced) if emails.bounced else ""
        )
        shown[0] = (shown[0][0], shown[0][1], bounced)
        shown.append((_tr("Opted out"), percent(share), count(emails.opted_out)))
    return shown


def _below(figure: Figure) -> str:
    return count(figure.count) if figure.base is not None and figure.is_measured else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepInspector", text)


class _Tile(QWidget):
    """The mark of a step's type."""

    def __init__(self) -> None:
        super().__init__()
        self._step: Step | None = None
        self.setFixedSize(QSize(theme().px(32), theme().px(32)))

    def show_step(self, step: Step | None) -> None:
        self._step = step
        self.setAccessibleName("" if step is None else type_word(step.type))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._step is None:
            return
        look, size = step_look(self._step.type), theme().px(16)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(look.tile))
        painter.drawRoundedRect(self.rect(), 7, 7)
        corner = self.rect().center()
        picture = icon_pixmap(look.icon, theme().colors[look.color], size, self.devicePixelRatioF())
        painter.drawPixmap(corner.x() - size // 2 + 1, corner.y() - size // 2 + 1, picture)
        painter.end()


class _Figures(QWidget):
    """Up to five figures beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(8))
        self._grid.setHorizontalSpacing(theme().px(12))
        self._grid.setVerticalSpacing(0)
        roles = (("small", "muted"), ("heading", ""), ("small", "muted"))
        self._labels = [[Label("", role, tone) for role, tone in roles] for _ in range(5)]
        for column, labels in enumerate(self._labels):
            self._grid.setColumnStretch(column, 1)
            for row, label in enumerate(labels):
                self._grid.addWidget(label, row, column)

    def tell(self, figures: list[tuple[str, str, str]]) -> None:
        for place, labels in enumerate(self._labels):
            words = figures[place] if place < len(figures) else ("", "", "")
            for label, text in zip(labels, words, strict=True):
                label.setText(text)
                label.setVisible(bool(figures))
