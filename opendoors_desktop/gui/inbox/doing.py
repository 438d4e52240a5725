"""What a person does with the mail that is chosen, each bound to its command."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QPushButton

from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.gui.formats import here, when
from opendoors_desktop.gui.inbox import answering, commands
from opendoors_desktop.gui.inbox.facts import MAY_BE_DATED, ThreadFacts
from opendoors_desktop.gui.inbox.side_pane import Colleague
from opendoors_desktop.gui.inbox.words import meaning_word
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.answer_drafts import AnswerDraft

if TYPE_CHECKING:
    from opendoors_desktop.gui.inbox.body import InboxBody

MORNING: Final = time(8)
"""Mails that are put off to a day come back at this time of it."""

MENU: Final = (
    "reply.answer", "reply.done", "reply.snooze", "reply.unread", "reply.match", "",
    "contact.open", "contact.enroll", "contact.bar",
)  # fmt: skip


class Doing(QObject):
    """Acts for one inbox. `sent` brings the mail whose answer is on its way, `put_back` one that was called back."""

    sent = Signal(object)
    put_back = Signal(object, object)

    def __init__(self, bench: Workbench, body: "InboxBody") -> None:
        super().__init__(body)
        self._bench = bench
        self._body = body
        self._undos: dict[UUID, Callable[[], object]] = {}

    @property
    def _facts(self) -> ThreadFacts | None:
        return self._body.facts

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What works on the mail that is shown."""
        facts = self._facts
        if facts is None:
            return {}
        handlers: dict[str, Callable[[], object]] = {
            "reply.done": self.toggle_done,
            "reply.snooze": self.ask_until,
            "reply.unread": self.mark_unread,
            "reply.match": self.ask_whose,
        }
        if facts.can_set_meaning:
            handlers |= {f"meaning.{each}": lambda each=each: self.set_meaning(each) for each in Meaning}  # type: ignore[misc]
        if not facts.why_no_answer:
            handlers["reply.answer"] = self._body.thread_pane.answer.text.setFocus
            handlers["reply.send"] = lambda: self._body.thread_pane.answer.send(is_done=False)
        if facts.contact_id is not None:
            contact_id = facts.contact_id
            handlers["contact.open"] = lambda: self._bench.go("contacts", contact_id=contact_id)
            handlers["contact.enroll"] = self.enroll
            handlers["contact.bar"] = self.bar
        return handlers

    def next_steps(self) -> list[QPushButton]:
        """Buttons for what may be done next; they work when their actions do."""
        made = []
        for name, icon_name in (("contact.open", "user-round"), ("contact.enroll", "workflow"), ("contact.bar", "ban")):
            action = self._bench.actions[name]
            button = push_button(action.text(), action.trigger, icon_name=icon_name)
            button.setEnabled(False)
            action.enabledChanged.connect(button.setEnabled)
            made.append(button)
        return made

    def open_menu(self, at: QPoint) -> None:
        """The menu of what can be done with the mail."""
        menu = self._menu()
        for name in MENU:
            if name:
                self._bench.actions.add_to(menu, [name])
            else:
                menu.addSeparator()
        menu.addSeparator()
        self._bench.actions.add_to(menu, [f"meaning.{each}" for each in Meaning])
        menu.popup(at)

    def _menu(self) -> QMenu:
        menu = QMenu(self._body)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # Meaning and effects

    def set_meaning(self, meaning: Meaning, on: date | None = None) -> None:
        """Say what the mail means."""
        facts = self._facts
        if facts is None or (facts.meaning is meaning and on == facts.day and facts.is_corrected):
            return
        key = facts.key

        def done(_: object) -> None:
            self._undos[key] = self._bench.history.undo_of_last()

        words = self.tr("Read as “{meaning}”.").format(meaning=meaning_word(meaning))
        day = on or (facts.day if meaning in MAY_BE_DATED else None)
        self._bench.do(commands.set_meaning(key, meaning, day), words, then=done)

    def set_day(self, day: date) -> None:
        """Change the day that goes with the meaning."""
        facts = self._facts
        if facts is not None and facts.meaning is not None and day != facts.day:
            self.set_meaning(facts.meaning, day)

    def can_unset(self, key: UUID) -> bool:
        """Whether the meaning of a mail was set here, and may be taken back."""
        return key in self._undos

    def unset_meaning(self) -> None:
        """Take the meaning that was set back."""
        if self._facts is not None and (undo := self._undos.pop(self._facts.key, None)) is not None:
            undo()

    def undo_effect(self, effect: Any) -> None:
        """Take one thing back that the mail did."""
        facts = self._facts
        if facts is None:
            return
        words = next(line.words for line in facts.effects if line.key == effect)
        kind, about = effect
        done = self.tr("Taken back: {what}").format(what=words)
        self._bench.do(commands.undo_effect(facts.key, kind, about, words), done)

    def colleagues(self, facts: ThreadFacts) -> list[Colleague]:
        """Who else of the company is being written to, each with how to pause them."""
        from opendoors_desktop.gui.enrollment_commands import pause
        from opendoors_desktop.gui.sequence_commands import Named

        def pauser(enrollment_id: UUID, name: str) -> Callable[[], object]:
            done = self.tr("{name} is paused.").format(name=name)
            return lambda: self._bench.do(pause([Named(enrollment_id, name)]), done)

        return [Colleague(each.name, each.where, pauser(each.enrollment_id, each.name)) for each in facts.others]

    # Marks

    def toggle_done(self) -> None:
        """Mark the mail done and go on to the next; or have it be open again."""
        facts = self._facts
        if facts is None:
            return
        if facts.is_done:
            self._bench.do(commands.mark_open(facts.key), self.tr("The mail is open again."))
            return
        self._body.thread_pane.answer.keep()
        self._body.list.step_off()
        self._bench.do(commands.mark_done(facts.key), self.tr("Done."))

    def mark_read(self, key: UUID) -> None:
        """Note that a mail was read."""
        self._bench.jobs.write(lambda context: commands.mark_read(context, key))

    def mark_unread(self) -> None:
        """Have the mail be as if nobody had read it."""
        if self._facts is not None:
            self._bench.do(commands.mark_unread(self._facts.key), self.tr("The mail counts as unread."))

    def ask_until(self) -> None:
        """Ask until when the mail is put off."""
        facts = self._facts
        if facts is None:
            return
        menu = self._menu()
        for title, until in self._later(facts.now):
            words = self.tr("{title}: {time}").format(title=title, time=when(until, facts.now))
            menu.addAction(words, lambda until=until: self._put_off(until))  # type: ignore[misc]
        button = self._body.thread_pane.snooze_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()) if button.isVisible() else QCursor.pos())

    def _later(self, now: datetime) -> list[tuple[str, datetime]]:
        today = here(now).date()
        days = (
            (self.tr("Tomorrow"), 1),
            (self.tr("In 3 days"), 3),
            (self.tr("Next Monday"), 7 - today.weekday()),
        )
        return [(title, datetime.combine(today + timedelta(days=on), MORNING).astimezone()) for title, on in days]

    def _put_off(self, until: datetime) -> None:
        facts = self._facts
        if facts is not None:
            done = self.tr("The mail comes back {time}.").format(time=when(until, facts.now))
            self._body.list.step_off()
            self._bench.do(commands.put_off(facts.key, until), done)

    # Contacts

    def ask_whose(self) -> None:
        """Ask which contact the mail is from."""
        from opendoors_desktop.gui.inbox.match_dialog import MatchDialog

        facts = self._facts
        if facts is None:
            return
        key = facts.key

        def match(contact_id: UUID, name: str) -> None:
            done = self.tr("The mail belongs to {contact}.").format(contact=name)
            self._bench.do(commands.assign(key, contact_id, name), done)

        MatchDialog(self._body, self._bench, match).open()

    def enroll(self) -> None:
        """Ask for a sequence the contact is put into."""
        from opendoors_desktop.gui.contacts.contact_commands import enroll_contacts, refused, these
        from opendoors_desktop.gui.contacts.dialogs import EnrollDialog

        facts = self._facts
        if facts is None or facts.contact_id is None:
            return
        chosen = these([facts.contact_id])

        def go(sequence: Any, at_step: int | None) -> None:
            def told(answers: Any) -> None:
                without = refused(answers)
                if without:
                    self._bench.notices.show_error(without[0].refusal)
                else:
                    done = self.tr("Enrolled in {sequence}.").format(sequence=sequence.name)
                    self._bench.notices.toast(done, self._bench.history.undo_of_last())

            self._bench.do(enroll_contacts(sequence.id, chosen, at_step), then=told)

        EnrollDialog(self._body, self._bench, 1, go).open()

    def bar(self) -> None:
        """Let nobody write to the contact."""
        from opendoors_desktop.gui.contacts.contact_commands import bar_contacts, these

        if self._facts is not None and self._facts.contact_id is not None:
            done = self.tr("Nobody writes to this contact any more.")
            self._bench.do(bar_contacts(these([self._facts.contact_id])), done)

    # Answers

    def send(self, key: UUID, draft: AnswerDraft, is_done: bool) -> None:  # what the signal brings
        """Send an answer; it may be called back for a few seconds."""
        answering.send(self._bench, self, key, draft, is_done=is_done)

    def keep_draft(self, key: UUID, draft: AnswerDraft) -> None:
        """Keep what was written so far."""
        self._bench.jobs.write(lambda context: answering.keep(context, key, draft))

    def read_mailboxes(self) -> None:
        """Look for new mails now."""
        answering.read_mailboxes(self._bench, self._body.mailbox_ids())
