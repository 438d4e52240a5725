"""Takes back what a person did to contacts: adding one, changing fields, tags, and barring one from every email."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS, Contact, drop_tags, join_tags
from opendoors_desktop.domain.enrollment import ENDED
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.contacts import retag_contacts, update_contact
from opendoors_desktop.engine.commands.enrollment_undo import Removed, TakenBack, bring_back
from opendoors_desktop.engine.commands.import_undo import remove_untouched
from opendoors_desktop.engine.commands.suppressions import lift, suppress
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import contacts, enrollments, stopped


def undo_add(context: Context, contact: Contact) -> None:
    """Take a contact away that was just added; raises NotPossible where it was changed, written to or noted on."""
    with context.store.write() as unit:
        now = contacts.get_contact(unit, contact.workspace_id, contact.id)
        if not remove_untouched(unit, context, now):
            raise NotPossible(
                f"{contact.name} was changed or written to since.", "Delete the contact instead.", where=contact.email
            )


@dataclass(frozen=True, slots=True)
class Edited:
    """A contact that was changed: the texts its fields had, to be given back."""

    contact: Contact
    before: Mapping[str, str]


def edit_contact(context: Context, contact_id: UUID, values: Mapping[str, str]) -> Edited:
    """Change fields as `update_contact` does; what it gives is what `undo_edit` takes."""
    with context.store.read() as unit:
        old = contacts.get_contact(unit, context.scope.workspace_id, contact_id)
    before = {name: _text_of(old, name) for name in values}
    return Edited(update_contact(context, contact_id, values), before)


def undo_edit(context: Context, edited: Edited) -> None:
    """Give the fields back that an edit changed."""
    update_contact(context, edited.contact.id, edited.before)


def _text_of(contact: Contact, name: str) -> str:
    if name in TEXT_FIELDS or name == "email":
        return str(getattr(contact, name))
    if name == "tags":
        return ", ".join(contact.tags)
    value = contact.custom.get(name.removeprefix(CUSTOM))
    return "" if value is None else str(value)


def add_tags(context: Context, contact_ids: Sequence[UUID], tags: Sequence[str]) -> dict[UUID, tuple[str, ...]]:
    """Give contacts tags; gives, for those that changed, the tags they had."""
    return retag_contacts(context, contact_ids, tags, join_tags)


def remove_tags(context: Context, contact_ids: Sequence[UUID], tags: Sequence[str]) -> dict[UUID, tuple[str, ...]]:
    """Take tags from contacts; gives, for those that changed, the tags they had."""
    return retag_contacts(context, contact_ids, tags, drop_tags)


def undo_tags(context: Context, before: Mapping[UUID, tuple[str, ...]]) -> None:
    """Give contacts the tags back that they had."""
    by_tags: dict[tuple[str, ...], list[UUID]] = {}
    for key, tags in before.items():
        by_tags.setdefault(tags, []).append(key)
    for tags, keys in by_tags.items():
        retag_contacts(context, keys, tags, lambda _now, wanted: wanted)


@dataclass(frozen=True, slots=True)
class Barred:
    """A contact that must not be written to from now on, and the enrollments that ended by it."""

    address: str
    is_new: bool
    ended: tuple[Removed, ...]


def bar_contact(context: Context, contact_id: UUID) -> Barred:
    """Suppress a contact's address; its running enrollments end. Raises NotFound."""
    with context.store.read() as unit:
        contact = contacts.get_contact(unit, context.scope.workspace_id, contact_id)
        running = [
            (each.enrollment, frozenset(stopped.cancelled_in(unit, each.enrollment.sequence_id)))
            for each in enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id)
            if each.enrollment.status not in ENDED
        ]
    done = suppress(context, contact.email)
    with context.store.read() as unit:
        now = enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id)
    ended_at = {each.enrollment.id: each.enrollment.completed_at for each in now if each.enrollment.status in ENDED}
    ended = tuple(
        Removed(before, at, is_gone=False, start_step=None, cancelled=cancelled)
        for before, cancelled in running
        if (at := ended_at.get(before.id)) is not None
    )
    return Barred(contact.email, done.is_new, ended)


def undo_bar(context: Context, barred: Barred) -> TakenBack:
    """Let a contact be written to again, and let what ended by barring it go on; an entry of before stays."""
    if barred.is_new:
        lift(context, barred.address, SuppressionReason.DO_NOT_CONTACT)
    return bring_back(context, barred.ended)
