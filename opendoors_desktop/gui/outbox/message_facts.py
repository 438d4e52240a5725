"""The chosen email beside the agenda: as it would leave or as it left, and why then."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from shiboken6 import isValid

from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.outbox.agenda_model import AgendaRow
from opendoors_desktop.gui.outbox.days import Day
from opendoors_desktop.gui.outbox.facts import OutboxFacts
from opendoors_desktop.gui.outbox.message import MessagePane
from opendoors_desktop.gui.outbox.plan import Plan
from opendoors_desktop.gui.outbox.words import reasons, server_words, state_of
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


class MessageFacts(MessagePane):
    """Fills the pane for a row; the text of an email that left is read from the journal."""

    def __init__(self, bench: Workbench, plan: Plan) -> None:
        self._bench = bench
        self._plan = plan
        self._row: AgendaRow | None = None
        names = {"email.hold": "Hold", "email.skip": "Skip", "email.contact": "Contact", "email.sequence": "Sequence"}
        self.buttons = {
            name: push_button(text, lambda name=name: bench.actions[name].trigger())  # type: ignore[misc]
            for name, text in names.items()
        }
        super().__init__(list(self.buttons.values()))
        self.buttons["email.hold"].setText(self.tr("Hold"))
        self.buttons["email.skip"].setText(self.tr("Skip"))
        self.buttons["email.contact"].setText(self.tr("Contact"))
        self.buttons["email.sequence"].setText(self.tr("Sequence"))
        for name, button in self.buttons.items():
            button.setAccessibleName(bench.actions[name].text())
            button.setToolTip(bench.actions[name].text())
        bench.actions.changed.connect(self._show_buttons)

    def show_email(self, row: AgendaRow | None, facts: OutboxFacts, day: Day | None) -> None:
        """Show a row's email; the same one again keeps its text."""
        is_same = row is not None and self._row is not None and row.key == self._row.key
        self._row = row
        if row is None:
            self.show_row(None, [])
        elif row.planned is not None:
            self._show_planned(row, facts, day)
        elif row.left is not None and not is_same:
            self._show_left(row, facts)

    def show_preview(self) -> None:
        """Show the planned email's text, if it is made by now."""
        if self._row is None or self._row.planned is None:
            return
        email = self._row.planned
        found = self._plan.previews.get((email.enrollment_id, email.step_id))
        if found is None:
            self.show_text(self.tr("The message is being made…"), "")
        else:
            self.show_text(found.subject, found.problem or found.text)

    def _show_planned(self, row: AgendaRow, facts: OutboxFacts, day: Day | None) -> None:
        email = row.planned
        assert email is not None  # the caller looked
        told = [
            (self.tr("From"), email.mailbox),
            (self.tr("To"), email.address),
            (self.tr("Step"), row.below),
            (self.tr("Their time"), row.place),
        ]
        self.show_row(row, told)
        share = next((each for each in day.shares if each.mailbox_id == email.mailbox_id), None) if day else None
        before = [] if self._plan.now is None else self._plan.now.emails
        own_day = email.at.astimezone().date()
        nth = 1 + sum(
            1
            for each in before
            if each.mailbox_id == email.mailbox_id and each.at < email.at and each.at.astimezone().date() == own_day
        )
        nth += 0 if share is None else share.sent
        title = self.tr("Why {time}").format(time=row.at)
        self.show_why(title, reasons(email, nth, None if share is None else share.cap))
        self._plan.want_previews([email])
        self.show_preview()

    def _show_left(self, row: AgendaRow, facts: OutboxFacts) -> None:
        left = row.left
        assert left is not None  # the caller looked
        told = [
            (self.tr("From"), left.mailbox or "–"),
            (self.tr("To"), left.to_address),
            (self.tr("Step"), row.below),
            (self.tr("State"), state_of(left)[0]),
        ]
        self.show_row(row, told)
        self.show_text(left.subject or "", "")
        said = [server_words(left)] if server_words(left) else []
        if left.retry_at is not None and left.state == "deferred":
            said.append(self.tr("It is tried again {time}").format(time=when(left.retry_at, facts.now)))
        self.show_why(self.tr("The server said") if said else "", said, "")
        self._bench.jobs.write(_stored(left.id), lambda found: self._on_stored(left.id, found), lambda _: None)

    def _on_stored(self, outgoing_id: UUID, found: Any) -> None:
        if isValid(self) and self._row is not None and self._row.left is not None and self._row.left.id == outgoing_id:
            self.show_text(found.subject, found.text)

    def _show_buttons(self) -> None:
        for name, button in self.buttons.items():
            button.setEnabled(self._bench.actions[name].isEnabled())


def _stored(outgoing_id: UUID) -> Any:
    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.previews import stored_message

        return stored_message(context, outgoing_id)

    return do
