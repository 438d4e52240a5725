"""The right pane of a sequence: the figures, variants and texts of one step, to be read."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextDocumentFragment
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.gui.card_words import CardWords, figure_text, figure_word
from opendoors_desktop.gui.formats import count, percent
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.step_words import step_look, type_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line, one_line
from opendoors_desktop.store.queries.sequence_steps import Figure, StepCard

if TYPE_CHECKING:
    from opendoors_desktop.gui.pages.steps_tab import SequenceSteps

LONGEST: Final = 50_000
"""Of a longer text only so much is shown."""


class StepInspector(QFrame):
    """Shows one step; nothing of it can be changed here."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(self.tr("Step"))
        self._card: StepCard | None = None
        self._variant = ""
        self.tile = _Tile()
        self.title = ElidedLabel("", "heading")
        self.detail = ElidedLabel("", "small", "muted")
        self.figures = _Figures()
        self.variants = _Variants()
        self.subject_label = Label(self.tr("Subject"), "caption", "muted")
        self.subject = QLineEdit()
        self.subject.setReadOnly(True)
        self.subject.setAccessibleName(self.tr("Subject"))
        self.body_label = Label("", "caption", "muted")
        self.body = QPlainTextEdit()
        self.body.setReadOnly(True)
        self.body.setTabChangesFocus(True)
        self._lay_out()
        self.variants.chosen.buttonClicked.connect(lambda button: self._show_variant(button.property("variant")))
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
        texts = QWidget()
        text = QVBoxLayout(texts)
        text.setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(16))
        text.setSpacing(look.px(6))
        for part in (self.variants, self.subject_label, self.subject, self.body_label):
            text.addWidget(part)
        text.addWidget(self.body, 1)
        text.addStretch(0)
        column.addWidget(texts, 1)

    def clear(self) -> None:
        """Show that no step is chosen."""
        self._card = None
        self.tile.show_step(None)
        self.title.setText(self.tr("No step chosen"))
        self.detail.setText(self.tr("Choose a card to read its text."))
        self.figures.tell([])
        for part in (self._below, self.variants, self.subject_label, self.subject, self.body_label, self.body):
            part.hide()

    def show_step(self, card: StepCard | None, shown: "SequenceSteps | None") -> None:
        """Show a step of a sequence; what is selected in its texts stays so as long as they are the same."""
        if card is None or shown is None:
            self.clear()
            return
        is_other = self._card is None or self._card.step != card.step
        self._card = card
        words = CardWords(list(shown.cards), in_working_days=shown.rules.in_working_days, outcomes=shown.outcomes)
        self.tile.show_step(card.step)
        self.title.setText(self.tr("Step {number} · {name}").format(number=card.number, name=words.title(card)))
        self.detail.setText(self.tr("{detail}, day {day}").format(detail=words.detail(card), day=count(card.day)))
        self.figures.tell(_figures_of(card))
        self._below.show()
        if is_other:
            self._show_texts(card.step)
            self.variants.tell(card.step)

    def _show_texts(self, step: Step) -> None:
        test = step.ab_test if step.ab_test_enabled else None
        first = "" if test is None or not test.variants else test.variants[0].id
        known = {each.id for each in test.variants} if test is not None else set()
        self._show_variant(self._variant if self._variant in known else first)

    def _show_variant(self, variant_id: str) -> None:
        if self._card is None:
            return
        self._variant = variant_id
        step = self._card.step
        variant = step.ab_test.find(variant_id) if step.ab_test is not None and variant_id else None
        subject = (variant.subject if variant is not None else None) or step.subject_template or ""
        body = (variant.body if variant is not None else None) or step.body_template or ""
        is_email = step.type is StepType.EMAIL
        self.subject_label.setVisible(is_email)
        self.subject.setVisible(is_email)
        self.subject.setText(one_line(subject))
        self.subject.setPlaceholderText(self.tr("The subject of the thread before"))
        self.subject.setCursorPosition(0)
        self.body_label.setText(_body_label(step))
        self.body.setAccessibleName(_body_label(step))
        text = body if is_email else _task_text(step)
        self.body.setPlainText(_plain(text, is_html=is_email and step.body_is_html))
        for part in (self.body_label, self.body):
            part.setVisible(bool(text) or is_email)


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


def _body_label(step: Step) -> str:
    words = {
        StepType.EMAIL: _tr("Text"),
        StepType.CALL: _tr("Script"),
        StepType.LINKEDIN: _tr("Message"),
    }
    return words.get(step.type, _tr("Description"))


def _task_text(step: Step) -> str:
    parts = (step.task_title, step.task_description, step.linkedin_message)
    return "\n\n".join(part for part in parts if part)


def _plain(text: str, *, is_html: bool) -> str:
    """A text as it is read; of one in HTML the words, and nothing of it is fetched or obeyed."""
    shown = text[:LONGEST]
    return QTextDocumentFragment.fromHtml(shown).toPlainText() if is_html else shown


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


class _Variants(QWidget):
    """The variants of an A/B test with their shares; clicking one shows its text."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, theme().px(6))
        self._row.setSpacing(theme().px(4))
        self._row.addStretch(1)
        self.chosen = QButtonGroup(self)

    def tell(self, step: Step) -> None:
        for button in self.chosen.buttons():
            self.chosen.removeButton(button)
            button.deleteLater()
        test = step.ab_test if step.ab_test_enabled else None
        self.setVisible(test is not None)
        if test is None:
            return
        weights = sum(each.weight for each in test.variants if not each.is_paused) or 1
        for place, each in enumerate(test.variants):
            if test.winner_id == each.id:
                words = self.tr("Variant {name} · for everyone").format(name=each.id)
            elif each.is_paused or test.winner_id is not None:
                words = self.tr("Variant {name} · off").format(name=each.id)
            else:
                share = percent(each.weight / weights, 0)
                words = self.tr("Variant {name} · {share}").format(name=each.id, share=share)
            button = push_button(one_line(words, 80), kind="filter")
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setProperty("variant", each.id)
            button.setAccessibleIdentifier(f"variant.{each.id}")
            self.chosen.addButton(button)
            self._row.insertWidget(place, button)
