"""Adds, changes, tags and erases contacts, and finds them for the command line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.address import Address, AddressFault, address_key, company_domain, parse_address
from opendoors_desktop.domain.cells import clean_line
from opendoors_desktop.domain.contact import (
    CUSTOM,
    MAX_LENGTHS,
    Contact,
    ContactDraft,
    clean_tag,
    drop_tags,
    join_tags,
)
from opendoors_desktop.domain.contact_field import ContactField, CustomValue, ValueFault, read_value
from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.domain.zones import find_zone
from opendoors_desktop.engine.contact_effects import end_all, hold_for_new_address, release_held
from opendoors_desktop.engine.contact_zones import zone_tables, zone_teller
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import audit, companies, contacts, erasure, suppressions
from opendoors_desktop.store.audit import AuditEntry
from opendoors_desktop.store.unit import Unit

BATCH = 500
"""Contacts of one commit, where many are changed."""


@dataclass(frozen=True, slots=True)
class ContactSight:
    """A contact with what keeps it from being written to."""

    contact: Contact
    suppressions: tuple[Suppression, ...]


def add_contact(context: Context, values: Mapping[str, str], *, source: str = "manual") -> Contact:
    """Make a contact from texts by field name (`email`, `first_name`, …, `tags` parted by commas, `custom.NAME`).

    Raises InputError for a value that can't be used, an address that is taken, and a person who was erased.
    """
    with context.store.write() as unit:
        draft = _draft(unit, context, values)
        if draft.email is None:
            raise _bad_value("email", AddressFault.EMPTY.sentence, AddressFault.EMPTY)
        _refuse_taken(unit, context, draft.email.key)
        now = context.clock.now()
        contact = Contact(
            context.new_id(),
            context.scope.workspace_id,
            draft.email.text,
            owner_id=context.scope.user_id,
            source=source,
            company_id=_company_id(unit, context, draft.email, draft.company),
            created_at=now,
        )
        contact = _with_texts(contact, {name: getattr(draft, name) for name in MAX_LENGTHS}, now.year)
        contact = replace(contact, tags=draft.tags, custom=draft.custom, updated_at=now)
        contacts.add_contacts(unit, [contact], by=context.scope.user_id)
    return contact


def update_contact(context: Context, contact_id: UUID, values: Mapping[str, str]) -> Contact:
    """Change a contact's fields, named as in `add_contact`; an empty text empties a field.

    A new address holds the next email of the contact's enrollments for a look and opens those again that bounced; a
    field that was missing lets go of the enrollments held for it. Raises NotFound, InputError as `add_contact` does.
    """
    with context.store.write() as unit:
        now = context.clock.now()
        old = contacts.get_contact(unit, context.scope.workspace_id, contact_id)
        draft = _draft(unit, context, values)
        new = _with_texts(old, {name: getattr(draft, name) for name in MAX_LENGTHS if name in values}, now.year)
        if "tags" in values:
            new = replace(new, tags=draft.tags)
        own = {name.removeprefix(CUSTOM) for name in values if name.startswith(CUSTOM)}
        if own:
            kept = {name: value for name, value in old.custom.items() if name not in own}
            new = replace(new, custom={**kept, **draft.custom})
        if "email" in values:
            new = _with_address(unit, context, new, draft.email)
        if new == old:
            return old
        new = replace(new, updated_at=now)
        contacts.update_contacts(unit, [new], by=context.scope.user_id)
        if address_key(new.email) != address_key(old.email):
            contacts.keep_former_address(unit, new, address_key(old.email), now)
            hold_for_new_address(unit, context, contact_id, old.email)
        release_held(unit, context, [contact_id])
    return new


def tag_contacts(context: Context, contact_ids: Sequence[UUID], tags: Sequence[str]) -> int:
    """Give contacts tags; gives the number of those that had not all of them. Raises NotFound."""
    return len(retag_contacts(context, contact_ids, tags, join_tags))


def untag_contacts(context: Context, contact_ids: Sequence[UUID], tags: Sequence[str]) -> int:
    """Take tags from contacts, whatever their case; gives the number of those that had one. Raises NotFound."""
    return len(retag_contacts(context, contact_ids, tags, drop_tags))


def retag_contacts(
    context: Context,
    contact_ids: Sequence[UUID],
    tags: Sequence[str],
    change: Callable[[tuple[str, ...], tuple[str, ...]], tuple[str, ...]],
) -> dict[UUID, tuple[str, ...]]:
    """Let `change` make new tags of each contact's and the wanted; gives what those had whose tags changed."""
    wanted = tuple(filter(None, map(clean_tag, tags)))
    before: dict[UUID, tuple[str, ...]] = {}
    for first in range(0, len(contact_ids), BATCH):
        with context.store.write() as unit:
            now = context.clock.now()
            changed = []
            for key in dict.fromkeys(contact_ids[first : first + BATCH]):
                contact = contacts.get_contact(unit, context.scope.workspace_id, key)
                new = change(contact.tags, wanted)
                if new != contact.tags:
                    before[key] = contact.tags
                    changed.append(replace(contact, tags=new, updated_at=now))
            contacts.update_contacts(unit, changed, by=context.scope.user_id)
            release_held(unit, context, [contact.id for contact in changed])
    return before


def erase_contact(context: Context, contact_id: UUID) -> None:
    """Erase a person: what is kept of them is a keyed hash of each address, so that no import brings them back.

    Their enrollments end, names, addresses and texts go from every table, and past figures stay. Raises NotFound.
    """
    workspace_id, now = context.scope.workspace_id, context.clock.now()
    with context.store.write() as unit:
        contacts.get_contact(unit, workspace_id, contact_id)
        keys = suppressions.addresses_of(unit, workspace_id, [contact_id])
        end_all(unit, context, [contact_id], CompletionReason.MANUAL_STOP)
        secret = suppressions.erasure_key(unit, workspace_id)
        for key in keys:
            entry = Suppression(
                context.new_id(),
                SuppressionScope.HASH,
                erased_hash(secret, key),
                SuppressionReason.ERASED,
                "erased",
                now,
            )
            suppressions.add_suppression(unit, workspace_id, entry, by=context.scope.user_id)
        erasure.erase_person(unit, workspace_id, contact_id, keys, now)
        audit.add_entry(
            unit,
            AuditEntry(
                context.new_id(), workspace_id, now, context.scope.user_id, "program", "erase", "contact", contact_id
            ),
        )


def find_contact(context: Context, text: str) -> Contact:
    """The contact of that address, id or exact name; raises NotFound, and InputError where a name is several's."""
    with context.store.read() as unit:
        contact = contacts.find_contact(unit, context.scope.workspace_id, text)
    if contact is None:
        raise contacts.no_such_contact(text)
    return contact


def show_contact(context: Context, text: str) -> ContactSight:
    """A contact, found as by `find_contact`, with what keeps it from being written to."""
    contact = find_contact(context, text)
    workspace_id = context.scope.workspace_id
    with context.store.read() as unit:
        key = address_key(contact.email)
        found = suppressions.suppressions_of(
            unit, workspace_id, key, erased_hash(suppressions.erasure_key(unit, workspace_id), key)
        )
    return ContactSight(contact, tuple(found))


def list_contacts(context: Context, *, tag: str | None = None) -> Iterator[Contact]:
    """All contacts, or those with a tag, in the order they were made, a page in memory at a time."""
    after: UUID | None = None
    while True:
        page = page_contacts(context, after, BATCH, tag)
        yield from page
        if len(page) < BATCH:
            return
        after = page[-1].id


def page_contacts(context: Context, after: UUID | None, limit: int, tag: str | None = None) -> list[Contact]:
    """The contacts (those with a tag, whatever its case) behind one, in the order they were made, `limit` at most."""
    with context.store.read() as unit:
        return contacts.page_contacts(unit, context.scope.workspace_id, after=after, limit=limit, tag=tag)


def _draft(unit: Unit, context: Context, values: Mapping[str, str]) -> ContactDraft:
    """The values as a draft; unlike a row of a file, a value that can't be used refuses the whole."""
    own = {f"{CUSTOM}{field.name}": field for field in contacts.own_fields(unit, context.scope.workspace_id)}
    unknown = [name for name in values if name not in {"email", "tags", *MAX_LENGTHS, *own}]
    if unknown:
        raise InputError(
            f"Contacts have no field “{unknown[0]}”.",
            f"Fields are email, tags, {', '.join((*MAX_LENGTHS, *own))}.",
            where=unknown[0],
            code="unknown_field",
        )
    address = parse_address(values["email"]) if values.get("email", "").strip() else None
    if isinstance(address, AddressFault):
        raise _bad_value("email", address.sentence, address)
    texts = {name: _text(name, values.get(name, "")) for name in MAX_LENGTHS}
    texts["time_zone"] = _zone(texts["time_zone"], context.clock.now().year)
    custom = {name.removeprefix(CUSTOM): _own(field, values[name]) for name, field in own.items() if name in values}
    return ContactDraft(
        address,
        **texts,
        tags=join_tags((), map(clean_tag, values.get("tags", "").split(","))),
        custom={name: value for name, value in custom.items() if value is not None},
    )


def _text(name: str, value: str) -> str:
    text = clean_line(value)
    if len(text) > MAX_LENGTHS[name]:
        raise _bad_value(name, f"The text has {len(text):,} characters; {MAX_LENGTHS[name]:,} fit.", "too_long")
    return text


def _zone(text: str, year: int) -> str:
    found = find_zone(zone_tables(year), text) if text else ""
    if found is None:
        raise _bad_value("time_zone", f"There is no time zone “{text}”; write it like Europe/Paris.", "unknown_zone")
    return found


def _own(field: ContactField, value: str) -> CustomValue | None:
    if not value.strip():
        return None
    read = read_value(field.kind, value)
    if isinstance(read, ValueFault):
        raise _bad_value(f"{CUSTOM}{field.name}", read.sentence, read)
    return read


def _bad_value(name: str, sentence: str, code: str) -> InputError:
    return InputError(sentence, "Put it right and try again; nothing was changed.", where=name, code=str(code))


def _with_texts(contact: Contact, texts: Mapping[str, str], year: int) -> Contact:
    new = replace(contact, **texts)  # type: ignore[arg-type]  # names of text fields
    return replace(new, zone=zone_teller(year)(new.time_zone, new.state, new.country, new.phone))


def _with_address(unit: Unit, context: Context, contact: Contact, address: Address | None) -> Contact:
    if address is None:
        raise _bad_value("email", AddressFault.EMPTY.sentence, AddressFault.EMPTY)
    if address.key == address_key(contact.email):
        return replace(contact, email=address.text)
    _refuse_taken(unit, context, address.key, by_other_than=contact.id)
    return replace(contact, email=address.text, company_id=_company_id(unit, context, address, contact.company))


def _refuse_taken(unit: Unit, context: Context, key: str, by_other_than: UUID | None = None) -> None:
    workspace_id = context.scope.workspace_id
    found = contacts.find_by_keys(unit, workspace_id, [key], with_archived=True)
    if any(contact.id != by_other_than for contact in found.values()):
        raise InputError(
            f"There is a contact with the address {key} already.",
            "Change that one, or put it back if it was deleted.",
            where=key,
            code="contact_exists",
        )
    hashed = erased_hash(suppressions.erasure_key(unit, workspace_id), key)
    if suppressions.erased_among(unit, workspace_id, [hashed]):
        raise InputError(
            "This person was erased and must not come back.", "Leave them out.", where="email", code="erased"
        )


def _company_id(unit: Unit, context: Context, address: Address, name: str) -> UUID | None:
    domain = company_domain(address.domain)
    if domain is None:
        return None
    made = companies.ensure_companies(
        unit, context.scope.workspace_id, {domain: name}, new_id=context.new_id, now=context.clock.now()
    )
    return made[domain]
