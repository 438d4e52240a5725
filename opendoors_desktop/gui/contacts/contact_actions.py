"""What the actions of the Contacts page do: ask what is needed, run the command, tell what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject

from opendoors_desktop.gui.contacts import contact_commands
from opendoors_desktop.gui.contacts.contact_commands import Chosen, refused
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.gui.pages.contacts import ContactsPage
    from opendoors_desktop.store.queries.sequences import SequenceRow

T = TypeVar("T")

FEW: Final = 200
"""A command for more contacts than this runs beside the others, so that a pause or a stop needn't wait for it."""

LISTED: Final = 200
"""So many of those who weren't enrolled are told one by one."""


class ContactActions(QObject):
    """The actions of a page; `chosen` gives the contacts they are for, and how many those are."""

    def __init__(self, page: "ContactsPage", bench: Workbench, chosen: Callable[[], tuple[Chosen, int]]) -> None:
        super().__init__(page)
        self._page = page
        self._bench = bench
        self._ask_chosen = chosen
        self._instead: tuple[Chosen, int] | None = None

    def with_chosen(self, chosen: tuple[Chosen, int], do: Callable[[], object]) -> None:
        """Do something for these contacts, whichever are checked."""
        self._instead = chosen
        try:
            do()
        finally:
            self._instead = None

    def add(self) -> None:
        """Ask for a new contact."""
        from opendoors_desktop.gui.contacts.dialogs import AddContact

        AddContact(self._page, self._bench, lambda made: self._page.detail.show_contact(made.id)).open()

    def import_file(self, file: Path | None = None) -> None:
        """Import a file; None asks which."""
        self._page.show_import(file)

    def tag(self, tags: Sequence[str]) -> None:
        """Ask for tags, then give or take them."""
        from opendoors_desktop.gui.contacts.dialogs import TagDialog

        chosen, number = self._chosen()

        def go(names: list[str], adds: bool) -> None:  # what the dialog hands over
            def told(before: dict[UUID, tuple[str, ...]]) -> str:
                return self.tr("%n contacts changed", "", len(before))

            self._run(contact_commands.change_tags(chosen, names, adds=adds), number, told)

        if number:
            TagDialog(self._page, tags, go).open()

    def bar(self) -> None:
        """Let nobody write to the chosen contacts; many are asked about first."""
        chosen, number = self._chosen()

        def go() -> None:
            def told(barred: Sequence[object]) -> str:
                return self.tr("%n contacts will not be written to", "", len(barred))

            self._run(contact_commands.bar_contacts(chosen), number, told)

        if number == 1:
            go()
        elif number:
            title = self.tr("Never write to %n contacts?", "", number)
            text = self.tr("Their sequences end. You can undo this.")
            self._bench.notices.ask(title, text, self.tr("Do not contact"), go, is_danger=True)

    def enroll(self) -> None:
        """Ask for a sequence, then put the chosen contacts into it."""
        from opendoors_desktop.gui.contacts.dialogs import EnrollDialog

        chosen, number = self._chosen()

        def go(sequence: "SequenceRow", at_step: int | None) -> None:
            self._run(
                contact_commands.enroll_contacts(sequence.id, chosen, at_step),
                number,
                lambda answers: self._tell_enrolled(sequence.name, answers),
            )

        if number:
            EnrollDialog(self._page, self._bench, number, go).open()

    def _tell_enrolled(self, sequence: str, answers: Sequence[Any]) -> str:
        without = refused(answers)
        if without:
            self._list_refused(sequence, without)
        text = self.tr("%n contacts enrolled in {sequence}", "", len(answers) - len(without))
        return text.format(sequence=sequence)

    def _list_refused(self, sequence: str, answers: Sequence[Any]) -> None:
        from opendoors_desktop.gui.contacts.refusals import Refusals
        from opendoors_desktop.store.queries.contact_search import read_contacts

        listed = answers[:LISTED]
        reasons = {each.contact_id: f"{each.refusal.title} {each.refusal.advice}" for each in listed}

        def tell(lines: Sequence[Any]) -> None:
            rows = [(line.name, reasons[line.id]) for line in lines]
            Refusals(self._page, sequence, rows, len(answers)).open()

        ids = [each.contact_id for each in listed]
        self._bench.ask(lambda reading: read_contacts(reading.unit, reading.scope.workspace_id, ids), tell)

    def _chosen(self) -> tuple[Chosen, int]:
        return self._instead or self._ask_chosen()

    def _run(self, command: Command[T], number: int, told: Callable[[T], str]) -> None:
        """Run a command and tell with an undo what it came to; one for many contacts runs beside the others."""

        def tell(result: T) -> None:
            self._bench.notices.toast(told(result), self._bench.history.undo_of_last())

        if number <= FEW:
            self._bench.do(command, then=tell)
            return

        def done(result: T) -> None:
            self._bench.history.add(command, result)
            tell(result)

        self._bench.jobs.start_long(lambda context, _: command.do(context), done, self._bench.notices.show_error)
