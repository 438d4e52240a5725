"""What a person does to contacts, as commands with their undo; the engine is loaded when one is done first."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.models.found_contacts import FoundContacts

if TYPE_CHECKING:
    from opendoors_desktop.domain.contact import Contact
    from opendoors_desktop.engine.commands.contact_undo import Barred, Edited
    from opendoors_desktop.engine.commands.enrollments import Enrolled
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.why import Why

Chosen = Callable[["Context"], Sequence[UUID]]
"""Gives the ids of the contacts a person chose; asked where the command runs."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ContactCommands", text)


def these(ids: Sequence[UUID]) -> Chosen:
    """These contacts."""
    return lambda _: ids


def all_but(exceptions: frozenset[object], found: FoundContacts | None) -> Chosen:
    """Everybody of a filter's list (None: all contacts) but some."""

    def ids(context: "Context") -> Sequence[UUID]:
        from opendoors_desktop.engine.commands.contacts import list_contacts

        keys = (each.id for each in list_contacts(context)) if found is None else found.ids
        return [key for key in keys if key not in exceptions]

    return ids


def add_contact(values: Mapping[str, str]) -> "Command[Contact]":
    """Add a contact."""

    def do(context: "Context") -> "Contact":
        from opendoors_desktop.engine.commands import contacts

        return contacts.add_contact(context, values)

    def undo(context: "Context", made: "Contact") -> None:
        from opendoors_desktop.engine.commands import contact_undo

        contact_undo.undo_add(context, made)

    return Command(_tr("Add contact"), do, undo)


def edit_contact(contact_id: UUID, values: Mapping[str, str]) -> "Command[Edited]":
    """Change fields of a contact."""

    def do(context: "Context") -> "Edited":
        from opendoors_desktop.engine.commands import contact_undo

        return contact_undo.edit_contact(context, contact_id, values)

    def undo(context: "Context", edited: "Edited") -> None:
        from opendoors_desktop.engine.commands import contact_undo

        contact_undo.undo_edit(context, edited)

    return Command(_tr("Edit contact"), do, undo)


def change_tags(chosen: Chosen, tags: Sequence[str], *, adds: bool) -> Command[dict[UUID, tuple[str, ...]]]:
    """Give contacts tags, or take tags from them."""

    def do(context: "Context") -> dict[UUID, tuple[str, ...]]:
        from opendoors_desktop.engine.commands import contact_undo

        change = contact_undo.add_tags if adds else contact_undo.remove_tags
        return change(context, chosen(context), tags)

    def undo(context: "Context", before: dict[UUID, tuple[str, ...]]) -> None:
        from opendoors_desktop.engine.commands import contact_undo

        contact_undo.undo_tags(context, before)

    return Command(_tr("Add tag") if adds else _tr("Remove tag"), do, undo)


def bar_contacts(chosen: Chosen) -> "Command[list[Barred]]":
    """Let nobody write to these contacts any more; it goes before all that waits."""

    def do(context: "Context") -> "list[Barred]":
        from opendoors_desktop.engine.commands import contact_undo

        return [contact_undo.bar_contact(context, key) for key in chosen(context)]

    def undo(context: "Context", barred: "list[Barred]") -> None:
        from opendoors_desktop.engine.commands import contact_undo

        for each in barred:
            contact_undo.undo_bar(context, each)

    return Command(_tr("Do not contact"), do, undo, urgent=True)


def enroll_contacts(sequence_id: UUID, chosen: Chosen, at_step: int | None) -> "Command[list[Enrolled]]":
    """Enroll contacts in a sequence, from a step on (None: the first)."""

    def do(context: "Context") -> "list[Enrolled]":
        from opendoors_desktop.engine.commands import enrollments

        return enrollments.enroll(context, sequence_id, chosen(context), enrollments.EnrollOptions(at_step))

    def undo(context: "Context", answers: "list[Enrolled]") -> None:
        from opendoors_desktop.engine.commands import enrollment_undo

        done = [each.enrollment_id for each in answers if each.refusal is None and each.enrollment_id is not None]
        enrollment_undo.undo_enroll(context, done)

    return Command(_tr("Enroll in a sequence"), do, undo)


def explain(context: "Context", contact_id: UUID) -> "list[Why]":
    """Why nothing is sent to a contact just now, for each of its sequences."""
    from opendoors_desktop.engine.why import why

    return why(context, contact_id)


def refused(answers: "Sequence[Enrolled]") -> list[Any]:
    """The answers that are refusals."""
    return [each for each in answers if each.refusal is not None]
