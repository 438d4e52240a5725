"""The answers to what waits for a person, each bound to its command."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from opendoors_desktop.gui.outbox import commands
from opendoors_desktop.gui.outbox.facts import OutboxFacts
from opendoors_desktop.gui.outbox.needs import FallbackDialog, Need
from opendoors_desktop.gui.outbox.words import held_title, held_words, uncertain_words
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.outbox import OutgoingRow
from opendoors_desktop.store.queries.outbox_today import HeldEmail

SIGNS: Final = {
    "missing_data": ("pencil", "danger"),
    "incomplete_step": ("pencil", "danger"),
    "colleague_replied": ("users-round", "info"),
    "held": ("circle-pause", "warning"),
}
Answer = tuple[str, Callable[[], object]]


class Deciding(QObject):
    """Makes the needs of an outbox; what a person answers is done, told, and taken back where that is possible."""

    def __init__(self, bench: Workbench, page: QWidget) -> None:
        super().__init__(page)
        self._bench = bench
        self._page = page

    def needs_of(self, facts: OutboxFacts) -> list[Need]:
        """What waits, uncertain emails first."""
        return [self._uncertain(row, facts) for row in facts.uncertain] + [self._held(held) for held in facts.held]

    def _uncertain(self, row: OutgoingRow, facts: OutboxFacts) -> Need:
        contact = row.contact_name or row.to_address
        words = uncertain_words(row, facts.now)

        def went() -> None:
            done = self.tr("The email to {contact} counts as sent.").format(contact=contact)
            self._bench.do(commands.count_as_sent(row.id, contact), done)

        def again() -> None:
            told = self.tr(
                "{known} Nobody knows whether it arrived: no copy in Sent was looked for. If it did, {contact} gets it "
                "twice, under the same Message-ID."
            ).format(known=words, contact=contact)
            self._bench.notices.ask(
                self.tr("Send the email to {contact} again?").format(contact=contact),
                told,
                self.tr("Send again"),
                lambda: self._bench.do(
                    commands.send_again(row.id, contact),
                    self.tr("The email to {contact} is sent again.").format(contact=contact),
                ),
                is_danger=True,
            )

        title = self.tr("May have been sent: {contact}").format(contact=contact)
        answers = ((self.tr("Count as sent"), went), (self.tr("Send again"), again))
        return Need(f"uncertain {row.id}", "circle-help", "warning", title, words, answers)

    def _held(self, held: HeldEmail) -> Need:
        icon_name, tone = SIGNS.get(held.reason, ("circle-alert", "warning"))
        answers = self._answers(held)
        return Need(f"held {held.enrollment_id}", icon_name, tone, held_title(held), held_words(held), answers)

    def _answers(self, held: HeldEmail) -> tuple[Answer, ...]:
        contact = (self.tr("Open contact"), lambda: self._bench.go("contacts", contact_id=held.contact_id))
        sequence = (self.tr("Open sequence"), lambda: self._bench.go("sequences", sequence_id=held.sequence_id))
        let_go = (self.tr("Let it go"), lambda: self._let_go(held))
        match held.reason:
            case "missing_data":
                fill = (self.tr("Fill in"), contact[1])
                return fill, (self.tr("Set fallback"), lambda: self._set_fallback(held)), sequence
            case "address_changed":
                return contact, let_go
            case "incomplete_step" | "no_mailbox":
                return (sequence,)
            case "no_address":
                return (contact,)
            case "colleague_replied":
                stop = (self.tr("Stop"), lambda: self._stop(held))
                return stop, (self.tr("Send anyway"), let_go[1])
            case _:
                return contact, let_go

    def _let_go(self, held: HeldEmail) -> None:
        done = self.tr("The email to {contact} may leave.").format(contact=held.contact)
        self._bench.do(commands.let_go(held.enrollment_id, held.contact), done)

    def _stop(self, held: HeldEmail) -> None:
        done = self.tr("{contact} gets no more of {sequence}.").format(contact=held.contact, sequence=held.sequence)
        self._bench.do(commands.take_out(held.enrollment_id, held.contact), done)

    def _set_fallback(self, held: HeldEmail) -> None:
        field = held.detail.split(",")[0].strip()

        def keep(words: str) -> None:
            done = self.tr("“{field}” has a fallback now.").format(field=field)
            self._bench.do(commands.set_fallback(field, words), done)

        FallbackDialog(self._page, field, keep).open()
