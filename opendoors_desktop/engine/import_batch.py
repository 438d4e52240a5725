"""One batch of an import: which contacts are new, which change, which stay, decided on what the store holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from opendoors_desktop.domain.address import company_domain
from opendoors_desktop.domain.contact import Contact, ContactDraft, OnDuplicate, join_tags, merge
from opendoors_desktop.domain.import_rows import RowProblem
from opendoors_desktop.engine.contact_zones import ZoneOf
from opendoors_desktop.engine.import_report import ImportOptions


class DraftRow(NamedTuple):
    """A draft with the line it came from."""

    line: int
    draft: ContactDraft


class Known(Protocol):
    """What the store knows, asked once for a whole batch."""

    def find(self, keys: Sequence[str]) -> dict[str, Contact]:
        """The contacts that have these normalised addresses, archived ones too, by address."""

    def erased(self, keys: Sequence[str]) -> set[str]:
        """Those of the normalised addresses whose owner was erased."""

    def companies(self, names: Mapping[str, str]) -> Mapping[str, UUID]:
        """The companies of these domains, made where they are missing, by domain; `names` gives their names or ""."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What every new contact of an import has in common."""

    workspace_id: UUID
    owner_id: UUID | None
    batch_id: UUID | None
    now: datetime
    new_id: Callable[[], UUID]
    zone_of: ZoneOf


@dataclass(slots=True)
class Decided:
    """What a batch comes to: contacts to add and to change (before and after, by id), counts, and rows refused."""

    created: dict[UUID, Contact] = field(default_factory=dict)
    changed: dict[UUID, tuple[Contact, Contact]] = field(default_factory=dict)
    touched: dict[UUID, None] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("created", "updated", "unchanged", "skipped"), 0)
    )
    problems: list[RowProblem] = field(default_factory=list)


def decide(rows: Sequence[DraftRow], known: Known, options: ImportOptions, newcomer: Newcomer) -> Decided:
    """Go through the rows in order; an address that comes again meets what the row before it made."""
    keys = [row.draft.email.key for row in rows if row.draft.email]
    contacts = known.find(list(dict.fromkeys(keys)))
    erased = known.erased([key for key in keys if key not in contacts])
    companies = known.companies(_new_companies(rows, contacts, erased))
    decided = Decided()
    latest: dict[UUID, Contact] = {}  # a contact may be met by several of its addresses
    for row, key in zip(rows, keys, strict=True):
        contact = contacts.get(key)
        if contact is not None:
            contact = latest.get(contact.id, contact)
            latest[contact.id] = _meet(contact, row.draft, options, newcomer, decided)
        elif key in erased:
            decided.counts["skipped"] += 1
            decided.problems.append(_erased(row.line))
        else:
            contacts[key] = _make(row.draft, companies, options, newcomer)
            decided.created[contacts[key].id] = contacts[key]
            decided.counts["created"] += 1
            decided.touched[contacts[key].id] = None
    return decided


def _new_companies(rows: Sequence[DraftRow], contacts: Mapping[str, Contact], erased: set[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        address = row.draft.email
        if address is not None and not names.get(address.domain) and address.key not in contacts:
            names[address.domain] = "" if address.key in erased else row.draft.company
    return {domain: name for domain, name in names.items() if company_domain(domain)}


def _make(draft: ContactDraft, companies: Mapping[str, UUID], options: ImportOptions, newcomer: Newcomer) -> Contact:
    address = draft.email
    assert address is not None
    return Contact(
        newcomer.new_id(),
        newcomer.workspace_id,
        address.text,
        draft.first_name,
        draft.last_name,
        draft.company,
        draft.title,
        draft.phone,
        draft.linkedin_url,
        draft.city,
        draft.state,
        draft.country,
        draft.time_zone,
        newcomer.zone_of(draft.time_zone, draft.state, draft.country, draft.phone),
        join_tags(draft.tags, options.tags) if options.tags else draft.tags,
        draft.custom,
        companies.get(address.domain),
        newcomer.owner_id,
        options.source,
        newcomer.batch_id,
        None,
        newcomer.now,
        newcomer.now,
    )


def _meet(
    contact: Contact, draft: ContactDraft, options: ImportOptions, newcomer: Newcomer, decided: Decided
) -> Contact:
    """The contact after one more row about it, noted in `decided`; one that was deleted comes back."""
    if options.on_duplicate is OnDuplicate.SKIP and not contact.is_archived:
        decided.counts["skipped"] += 1
        return contact
    decided.touched[contact.id] = None
    if options.tags:
        draft = replace(draft, tags=join_tags(draft.tags, options.tags))
    merged = merge(contact, draft, options.on_duplicate)
    if merged is contact and not contact.is_archived:
        decided.counts["unchanged"] += 1
        return contact
    decided.counts["updated"] += 1
    zone = newcomer.zone_of(merged.time_zone, merged.state, merged.country, merged.phone)
    merged = replace(merged, zone=zone, is_archived=False, updated_at=newcomer.now)
    if merged.id in decided.created:
        decided.created[merged.id] = merged
    else:
        before = decided.changed[merged.id][0] if merged.id in decided.changed else contact
        decided.changed[merged.id] = (before, merged)
    return merged


def _erased(line: int) -> RowProblem:
    message = "This person was erased and must not come back. The row was left out."
    return RowProblem(line, None, "erased", message)
