"""The email as a chosen contact would get it, made as what is sent is made, a moment behind the typing."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from opendoors_desktop.domain.step import Step
from opendoors_desktop.gui.jobs import Command, Progress, Reading
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button, set_enabled
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.gui.workshop.variable_list import Offer

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.by_hand import Queued
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.step_previews import PreviewContact, StepPreview

LONGEST: Final = 50_000
"""Of a longer message only so much is shown."""


class PreviewPane(QFrame):
    """Previews of one sequence's emails; `offers_changed` says that more is known of what variables say.

    One preview is made at a time, and after it the newest that was asked for.
    """

    offers_changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Preview"))
        self._bench = bench
        self._sequence_id: UUID | None = None
        self._people: Sequence[PreviewContact] = ()
        self._lacking: dict[str, int] = {}
        self._wanted: tuple[Step, str] | None = None
        self._shown: tuple[Step, str, UUID | None] | None = None
        self._is_making = False
        self._number = 0
        self.who = Choice(self.tr("Preview as"))
        self.who.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.who.setMinimumContentsLength(10)
        self.before = icon_button("chevron-left", self.tr("Contact before"), partial(self._go, -1))
        self.after = icon_button("chevron-right", self.tr("Next contact"), partial(self._go, 1))
        self.worst = push_button(self.tr("Worst case"), self._go_to_worst, kind="link")
        self.worst.setToolTip(self.tr("The contact with most empty variables of this text"))
        self.from_line = ElidedLabel("", "small", "muted")
        self.subject = Label("", "body-strong", wraps=True)
        self.problem = Label("", "small", "danger", wraps=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Text of the preview"))
        self.text.setMinimumHeight(theme().px(140))
        self.test = push_button(self.tr("Send test to me"), icon_name="send")
        self._lay_out()
        self.who.currentIndexChanged.connect(lambda _: self._on_who())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme().px(8), 0, 0)
        column.setSpacing(theme().px(6))
        row = QHBoxLayout()
        row.setSpacing(theme().px(6))
        row.addWidget(Label(self.tr("Preview"), "body-strong"))
        row.addWidget(self.who, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        column.addLayout(row)
        for part in (self.from_line, self.subject, self.problem):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        below = QHBoxLayout()
        below.addWidget(self.worst)
        below.addStretch(1)
        below.addWidget(self.test)
        column.addLayout(below)

    # Whom it is shown as

    def show_sequence(self, sequence_id: UUID) -> None:
        """Offer the contacts of a sequence, the first of them chosen."""
        if sequence_id == self._sequence_id:
            return
        self._sequence_id = sequence_id
        self._show_people(())
        jobs = self._bench.jobs

        def read(reading: Reading) -> Any:
            from opendoors_desktop.engine.step_previews import count_lacking, list_preview_contacts

            assert jobs.context is not None  # readings are made of an open store
            people = list_preview_contacts(jobs.context, reading.unit, sequence_id)
            return sequence_id, people, count_lacking(jobs.context, reading.unit, sequence_id) if people else {}

        self._bench.ask(read, self._on_people)

    def _on_people(self, answer: Any) -> None:
        sequence_id, people, lacking = answer
        if sequence_id == self._sequence_id:
            self._lacking = lacking
            self._show_people(people)

    def _show_people(self, people: Sequence["PreviewContact"]) -> None:
        self._people = people
        self.who.blockSignals(True)
        self.who.clear()
        if not people:
            self.who.addItem(self.tr("Nobody yet"), None)
        for each in people:
            name = f"{each.name}, {each.address}" if each.name else each.address
            self.who.addItem(one_line(name, 120), each.enrollment_id)
        self.who.blockSignals(False)
        self._on_who()

    @property
    def contact(self) -> "PreviewContact | None":
        """The contact it is shown as; None where nobody is in the sequence."""
        place = self.who.currentIndex()
        return self._people[place] if 0 <= place < len(self._people) else None

    def offers(self, names: Sequence[str]) -> list[Offer]:
        """The variables with what they say for the chosen contact, and how many contacts lack each."""
        values = {} if self.contact is None else self.contact.values
        return [Offer(name, values.get(name, ""), self._lacking.get(name, 0)) for name in names]

    def _on_who(self) -> None:
        place = self.who.currentIndex()
        set_enabled(self.before, enabled=place > 0, why_not=self.tr("This is the first contact."))
        is_more = 0 <= place < len(self._people) - 1
        set_enabled(self.after, enabled=is_more, why_not=self.tr("This is the last contact."))
        set_enabled(self.worst, enabled=len(self._people) > 1, why_not=self.tr("There is no other contact."))
        self.offers_changed.emit()
        self._make()

    def _go(self, way: int) -> None:
        place = self.who.currentIndex() + way
        if 0 <= place < len(self._people):
            self.who.setCurrentIndex(place)

    def _go_to_worst(self) -> None:
        if self._wanted is None or not self._people:
            return
        step, people = self._wanted[0], self._people

        def find(_reading: Reading) -> int:
            from opendoors_desktop.engine.step_texts import used_fields

            names = used_fields(step)
            empty = [sum(name not in each.values for name in names) for each in people]
            return empty.index(max(empty))

        self._bench.ask(find, self.who.setCurrentIndex)

    # What is shown

    def show_text(self, step: Step, variant: str) -> None:
        """Show a step as it is written, as soon as it is made."""
        self._wanted = (step, variant)
        self._make()

    def _make(self) -> None:
        if self._wanted is None or self._sequence_id is None or self._is_making or not self.isVisibleTo(self.window()):
            return
        who = None if self.contact is None else self.contact.enrollment_id
        wanted = (*self._wanted, who)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._is_making = True
        step, variant, sequence_id = wanted[0], wanted[1], self._sequence_id

        def make(context: "Context", _progress: Progress) -> "StepPreview":
            from opendoors_desktop.engine.step_previews import preview_step

            return preview_step(context, sequence_id, step, variant=variant or None, enrollment_id=who)

        self._bench.jobs.start_long(make, self._on_made, self._on_failed)

    def _on_made(self, preview: "StepPreview") -> None:
        self._is_making = False
        message = preview.message
        words = self.tr("From {sender} to {address}") if preview.to else self.tr("From {sender}")
        self.from_line.setText(words.format(sender=preview.sender, address=preview.to))
        self.problem.setText(message.problem)
        self.problem.setVisible(bool(message.problem))
        self.subject.setText(one_line(message.subject, 300))
        self.subject.setVisible(bool(message.subject))
        self.text.setPlainText(message.text[:LONGEST])
        self.text.setPlaceholderText(self.tr("It would be held.") if message.problem else "")
        self._make()

    def _on_failed(self, error: Exception) -> None:
        self._is_making = False
        self.problem.setText(str(error))
        self.problem.show()

    # The test

    def send_test(self, number: int) -> None:
        """Send the saved step to the mailbox's own address, as the chosen contact would get it."""
        sequence_id = self._sequence_id
        if sequence_id is None:
            return
        who = None if self.contact is None else self.contact.enrollment_id

        def do(context: "Context") -> "Queued":
            from opendoors_desktop.engine.commands.trial_emails import send_test

            return send_test(context, sequence_id, number, enrollment_id=who)

        told = self.tr("The test of step {number} waits to leave to you").format(number=number)
        self._bench.do(Command(self.tr("Send test"), do), told)
