"""The first thing a person sees in an empty store: five short steps, each of which may be left out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.jobs import Command, Query, Reading
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.tray import door
from opendoors_desktop.gui.welcome_steps import (
    ContactsStep,
    MailboxStep,
    PlaceStep,
    SequenceStep,
    Step,
    YouStep,
    titles,
    zone_names,
)
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.store.queries.first_use import FirstSteps, read_first_steps

if TYPE_CHECKING:
    from uuid import UUID

    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.workbench import Workbench

PLACE, YOU, MAILBOX, CONTACTS, SEQUENCE = range(5)
_TOPICS: Final = frozenset({Topic.CONTACTS, Topic.SEQUENCES, Topic.MAILBOXES, Topic.WORKSPACE})


class Welcome(QWidget):
    """The five steps. `came_to` brings the number of the step that is shown, `ended` says that they are over."""

    came_to = Signal(int)
    ended = Signal()

    def __init__(self, bench: "Workbench", place: str, *, is_here: bool = True, step: int = PLACE) -> None:
        """`place` is where the data is kept, in words; `step` where an earlier start left off."""
        super().__init__()
        self._bench = bench
        self._facts: FirstSteps | None = None
        self._at = step
        self.setAccessibleName(self.tr("Welcome"))
        self._makers: tuple[Callable[[], Step], ...] = (
            lambda: PlaceStep(place, is_here=is_here, play=bench.actions["demo.play"].trigger),
            self._make_you,
            lambda: MailboxStep(self._add_mailbox),
            lambda: ContactsStep(bench.actions["contacts.import"].trigger, self._add_samples),
            lambda: SequenceStep(self._make_sequence, self._make_empty),
        )
        self._steps: dict[int, Step] = {}
        self.marks = [_Mark(number, title) for number, title in enumerate(titles(), 1)]
        self.stack = QStackedWidget()
        self.back = push_button(self.tr("Back"), lambda: self.show_step(self.step - 1))
        self.skip = push_button(self.tr("Skip"), self._next, kind="ghost")
        self.leave = push_button(self.tr("Leave the first steps"), self.ended.emit, kind="link")
        self.next = push_button(self.tr("Next"), self._do_and_next, kind="primary")
        self.setFocusProxy(self.next)
        self._lay_out()
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_facts)
        bench.news.changed.connect(self._on_changed)
        self.show_step(step)
        self._ask()

    @property
    def step(self) -> int:
        """The step that is shown, from 0."""
        return self._at

    def step_of(self, number: int) -> Step:
        """A step's page, made when it is come to: nobody waits for what may be skipped."""
        found = self._steps.get(number)
        if found is None:
            found = self._steps[number] = self._makers[number]()
            self.stack.addWidget(found)
            self._tell_facts(found, number)
        return found

    @property
    def you(self) -> YouStep:
        """The step about the person."""
        found = self.step_of(YOU)
        assert isinstance(found, YouStep)  # what is made for it
        return found

    def show_step(self, number: int) -> None:
        """Show a step."""
        number = max(PLACE, min(number, SEQUENCE))
        self._at = number
        self.stack.setCurrentWidget(self.step_of(number))
        self.back.setEnabled(number > PLACE)
        self.next.setVisible(number < SEQUENCE)
        self.skip.setVisible(YOU <= number < SEQUENCE)
        self._show_marks()
        self.came_to.emit(number)

    def _lay_out(self) -> None:
        tile, sharp = QLabel(), self.devicePixelRatioF()
        sign = door(round(theme().px(40) * sharp))
        sign.setDevicePixelRatio(sharp)
        tile.setPixmap(sign)
        head = QHBoxLayout()
        head.setSpacing(theme().px(12))
        head.addWidget(tile)
        head.addWidget(Label(self.tr("Welcome to OpenDoors"), "title"))
        head.addStretch(1)
        marks = QHBoxLayout()
        marks.setSpacing(theme().px(20))
        for mark in self.marks:
            marks.addWidget(mark)
        marks.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.leave)
        foot.addStretch(1)
        for button in (self.back, self.skip, self.next):
            foot.addWidget(button)
        card = QWidget()
        card.setMaximumWidth(theme().px(760))
        column = QVBoxLayout(card)
        column.setSpacing(theme().px(14))
        column.addLayout(head)
        words = self.tr(
            "Sequences of emails, calls and tasks, sent from your own mailboxes. Sending is off until you switch it on."
        )
        column.addWidget(Label(words, "body", "muted", wraps=True))
        column.addLayout(marks)
        column.addWidget(Line())
        column.addWidget(self.stack)
        column.addWidget(Line())
        column.addLayout(foot)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 8)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(row)
        whole.addStretch(3)

    def _make_you(self) -> YouStep:
        made = YouStep()
        self._bench.jobs.aside(zone_names, made.offer_zones)
        return made

    # What the steps do

    def _next(self) -> None:
        self.show_step(self.step + 1)

    def _do_and_next(self) -> None:
        """Go on; what was filled in about a person is saved first."""
        facts = self._facts
        if self.step == YOU and facts is not None:
            name, zone, address = self.you.values()
            if (name, zone, address) != (facts.name, facts.zone, facts.postal_address):
                self._bench.do(_say_who(self.tr("Say who you are"), name, zone, address), then=lambda _: self._next())
                return
        self._next()

    def _add_mailbox(self) -> None:
        from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox

        context = self._bench.jobs.context
        if context is not None:
            today = context.clock.now().astimezone().date()
            AddMailbox(self, self._bench, today, lambda _: self._next()).open()

    def _add_samples(self) -> None:
        command = Command(self.tr("Add invented people"), _add_samples, _undo_samples)
        self._bench.do(command, self.tr("20 invented people were added, tagged “sample”."), lambda _: self._next())

    def _make_sequence(self, template: str) -> None:
        command = Command(self.tr("Add a sequence"), lambda context: _make(context, template), _delete)
        words = self.tr("Your first sequence is a draft. Enroll contacts, look it through, then press Start.")
        self._bench.do(command, words, self._open)

    def _make_empty(self) -> None:
        self.ended.emit()
        self._bench.go("sequences")
        self._trigger("sequence.new")

    def _open(self, sequence_id: "UUID") -> None:
        self.ended.emit()
        self._bench.go("sequences", sequence_id=sequence_id)

    def _trigger(self, name: str) -> None:
        """Do it as soon as the page is there that can."""
        actions = self._bench.actions

        def look() -> None:
            if actions[name].isEnabled():
                actions.changed.disconnect(look)
                actions[name].trigger()

        actions.changed.connect(look)
        look()

    # What is there already

    def _ask(self) -> None:
        self._query.ask(_read)

    def _on_changed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS:
            self._ask()

    def _on_facts(self, facts: FirstSteps) -> None:
        self._facts = facts
        for number, step in self._steps.items():
            self._tell_facts(step, number)
        self._show_marks()

    def _tell_facts(self, step: Step, number: int) -> None:
        facts = self._facts
        if facts is None:
            return
        if isinstance(step, YouStep):
            step.show_facts(facts)
        elif number == MAILBOX:
            step.tell_done(self.tr("{mailbox} is here.").format(mailbox=facts.mailbox) if facts.mailbox else "")
        elif number == CONTACTS:
            step.tell_done(self.tr("You have contacts.") if facts.has_contacts else "")
        elif number == SEQUENCE:
            step.tell_done(self.tr("You have a sequence.") if facts.has_sequences else "")

    def _show_marks(self) -> None:
        facts = self._facts
        done = {MAILBOX: facts.mailbox, CONTACTS: facts.has_contacts, SEQUENCE: facts.has_sequences} if facts else {}
        for number, mark in enumerate(self.marks):
            is_over = number < self.step and number in (PLACE, YOU)
            mark.tell(is_current=number == self.step, is_done=is_over or bool(done.get(number)))


class _Mark(QWidget):
    """A step's name in the head: the one that is shown stands out, one that is done has a tick."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self._title = f"{number}  {title}"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(4))
        self._tick = QLabel()
        self._tick.setPixmap(icon("check", "success").pixmap(theme().px(14)))
        self.words = Label(self._title, "body")
        row.addWidget(self._tick)
        row.addWidget(self.words)

    def tell(self, *, is_current: bool, is_done: bool) -> None:
        """Show how far it is."""
        self._tick.setVisible(is_done)
        self.words.set_tone("" if is_current else "muted")
        font = theme().font("body-strong" if is_current else "body")
        self.words.setFont(font)
        self.words.setAccessibleName(self.tr("{step}, done").format(step=self._title) if is_done else self._title)


def _read(reading: Reading) -> FirstSteps:
    return read_first_steps(reading.unit, reading.scope.workspace_id)


def _say_who(text: str, name: str, zone: str, address: str) -> Command[object]:
    def do(context: "Context") -> object:
        from opendoors_desktop.engine.commands.first_steps import You, say_who

        return say_who(context, You(name, zone, address))

    def undo(context: "Context", before: object) -> object:
        from opendoors_desktop.engine.commands.first_steps import You, say_who

        assert isinstance(before, You)  # what `do` gave
        return say_who(context, before)

    return Command(text, do, undo)


def _add_samples(context: "Context") -> "UUID":
    from opendoors_desktop.engine.commands.first_steps import add_sample_people

    return add_sample_people(context)


def _undo_samples(context: "Context", batch_id: "UUID") -> None:
    from opendoors_desktop.engine.commands.import_undo import undo_import

    undo_import(context, batch_id)


def _make(context: "Context", template: str) -> "UUID":
    from opendoors_desktop.engine.commands.first_steps import add_first_sequence

    return add_first_sequence(context, template)


def _delete(context: "Context", sequence_id: "UUID") -> None:
    from opendoors_desktop.engine.commands.sequences import delete_sequence

    delete_sequence(context, sequence_id)
