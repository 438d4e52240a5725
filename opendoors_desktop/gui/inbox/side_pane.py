"""Beside a thread: who wrote, what was done because of their mail, what may be done next, and who else is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from opendoors_desktop.gui.inbox.letter_card import draw_avatar, initials
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.card import Facts
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line, breakable


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One thing a mail did: `why_not` says why it can't be taken back ("" where it can)."""

    key: object
    icon: str
    tone: str
    words: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote; `facts` are names and what they are."""

    name: str
    about: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else of the company who is being written to; `pause` pauses them."""

    name: str
    where: str
    pause: Callable[[], object]


class Avatar(QWidget):
    """A person's initials on a disc; screen readers pass over it."""

    def __init__(self, size: int) -> None:
        """`size` is the design size."""
        super().__init__()
        self._letters = ""
        self.setFixedSize(*[theme().px(size)] * 2)
        keeper().changed.connect(self.update)

    def show_name(self, name: str) -> None:
        """Show another person."""
        self._letters = initials(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_avatar(painter, self.rect(), self._letters, ("success-bg", "success"))
        painter.end()


class SidePane(QScrollArea):
    """`undo_wanted` brings the key of an effect that is to be taken back."""

    undo_wanted = Signal(object)

    def __init__(self, steps: Sequence[QPushButton]) -> None:
        """`steps` are the buttons for what may be done next."""
        super().__init__()
        self.setAccessibleName(self.tr("Because of this mail"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._steps = tuple(steps)
        self._shown: object = None
        self.undo_buttons: dict[object, QPushButton] = {}
        self.pause_buttons: list[QPushButton] = []
        body = QFrame()
        body.setProperty("kind", "surface")
        self.setWidget(body)
        self._parts = QWidget()
        self._lay_out(QVBoxLayout(self._parts))
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._parts)
        column.addStretch(1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No mail is chosen."""
        self._parts.hide()

    def show_person(self, person: Person | None) -> None:
        """Show who wrote; None where nobody is known."""
        self._who.setVisible(person is not None)
        self.facts.setVisible(person is not None)
        if person is not None:
            self._avatar.show_name(person.name)
            self.name.setText(person.name)
            self.about.setText(person.about)
            self.about.setVisible(bool(person.about))
            self.facts.show_facts(list(person.facts))

    def show_effects(self, title: str, lines: Sequence[EffectLine], others: Sequence[Colleague]) -> None:
        """Show what was done, and who else of the company is being written to; the same again stays as it is."""
        self._parts.show()
        shown = (title, tuple(lines), tuple((each.name, each.where) for each in others))
        if shown == self._shown:
            return
        self._shown = shown
        self.title.setText(title)
        _empty(self._effects)
        self.undo_buttons = {}
        for line in lines:
            self._effects.addWidget(self._effect(line))
        _empty(self._others)
        self.pause_buttons = []
        self._others_part.setVisible(bool(others))
        for colleague in others:
            self._others.addWidget(self._colleague(colleague))

    def stops(self) -> list[QWidget]:
        """What the Tab key goes through, in reading order."""
        return [*self.undo_buttons.values(), *self._steps, *self.pause_buttons]

    def words(self) -> list[str]:
        """What is said to have been done, line by line."""
        return [] if self._shown is None else [line.words for line in self._shown[1]]  # type: ignore[index]

    # Parts

    def _effect(self, line: EffectLine) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(8))
        words = Label(breakable(line.words), wraps=True)
        words.setContentsMargins(0, theme().px(3), 0, theme().px(3))
        words.setToolTip(line.why_not)
        sign = QVBoxLayout()
        sign.setContentsMargins(0, theme().px(4), 0, 0)
        sign.addWidget(Sign(line.icon, line.tone))
        sign.addStretch(1)
        row.addLayout(sign)
        row.addWidget(words, 1, Qt.AlignmentFlag.AlignTop)
        if not line.why_not:
            button = push_button(self.tr("Undo"), lambda: self.undo_wanted.emit(line.key), kind="link")
            button.setAccessibleName(self.tr("Undo: {what}").format(what=line.words))
            button.setAccessibleIdentifier(f"inbox.undo.{len(self.undo_buttons) + 1}")
            self.undo_buttons[line.key] = button
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        else:
            place.setAccessibleName(f"{line.words} {line.why_not}")
        return place

    def _colleague(self, colleague: Colleague) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(8))
        avatar = Avatar(26)
        avatar.show_name(colleague.name)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(colleague.name, "body-strong"))
        words.addWidget(ElidedLabel(colleague.where, "small", "muted"))
        button = push_button(self.tr("Pause"), colleague.pause)
        button.setAccessibleName(self.tr("Pause {name}").format(name=colleague.name))
        self.pause_buttons.append(button)
        button.setAccessibleIdentifier(f"inbox.pause.{len(self.pause_buttons)}")
        row.addWidget(avatar)
        row.addLayout(words, 1)
        row.addWidget(button)
        return place

    def _lay_out(self, column: QVBoxLayout) -> None:
        look = theme()
        column.setContentsMargins(look.px(16), look.px(14), look.px(16), look.px(14))
        column.setSpacing(look.px(10))
        self._who = QWidget()
        head = QHBoxLayout(self._who)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(look.px(10))
        self._avatar = Avatar(40)
        self.name, self.about = ElidedLabel("", "heading"), ElidedLabel("", "small", "muted")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self.about)
        head.addWidget(self._avatar)
        head.addLayout(names, 1)
        self.facts = Facts()
        self.title = Label("", "small", "muted", wraps=True)
        self._effects = _column(look.px(8))
        self._others_part = QWidget()
        self._others = _column(look.px(8))
        others = QVBoxLayout(self._others_part)
        others.setContentsMargins(0, 0, 0, 0)
        others.setSpacing(look.px(10))
        others.addWidget(Line())
        others.addWidget(Label(self.tr("Same company"), "small", "muted"))
        others.addLayout(self._others)
        column.addWidget(self._who)
        column.addWidget(self.facts)
        column.addWidget(Line())
        column.addWidget(self.title)
        column.addLayout(self._effects)
        column.addWidget(Line())
        column.addWidget(Label(self.tr("Next"), "small", "muted"))
        for button in self._steps:
            button.setProperty("place", "step")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            column.addWidget(button)
        column.addWidget(self._others_part)
        column.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(200), theme().px(200))


def _column(gap: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(gap)
    return column


def _empty(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
