"""Suppresses addresses and domains, lifts that again, and says what may not be written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.address import Address, address_key, normalise_domain, parse_address
from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.engine.contact_effects import look_again
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import contacts, suppressions

BATCH = 200
"""Contacts whose enrollments are looked at again in one commit."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What suppressing came to: the entry, whether it is new, and how many running enrollments were looked at again."""

    suppression: Suppression
    is_new: bool
    enrollments: int


def suppress(
    context: Context,
    text: str,
    reason: SuppressionReason = SuppressionReason.DO_NOT_CONTACT,
    *,
    source: str = "manual",
    detail: str | None = None,
) -> Suppressed:
    """Suppress an address, or a whole domain (`example.com` or `@example.com`), from this commit on.

    The running enrollments of those it concerns are decided anew: do-not-contact ends them, with their tasks and calls.
    Raises InputError for what is neither an address nor a domain, and for the reason "erased", which erasing sets.
    """
    if reason is SuppressionReason.ERASED:
        raise InputError(
            "“Erased” is what erasing a person leaves.", "Erase the contact, or give another reason.", code="bad_reason"
        )
    scope, value = _target(text)
    entry = Suppression(context.new_id(), scope, value, reason, source, context.clock.now())
    workspace_id = context.scope.workspace_id
    with context.store.write() as unit:
        is_new = suppressions.add_suppression(unit, workspace_id, entry, by=context.scope.user_id, detail=detail)
        concerned = contacts.ids_at(unit, workspace_id, value, is_domain=scope is SuppressionScope.DOMAIN)
    return Suppressed(entry, is_new, _look_again(context, concerned))


def lift(context: Context, text: str, reason: SuppressionReason | None = None) -> int:
    """Lift what suppresses an address or domain, for one reason or for all; gives the number of entries.

    An erased person's can't be lifted. Enrollments that ended stay ended.
    """
    scope, value = _target(text)
    workspace_id = context.scope.workspace_id
    with context.store.write() as unit:
        lifted = suppressions.lift_suppressions(
            unit,
            workspace_id,
            scope,
            value,
            by=context.scope.user_id,
            now=context.clock.now(),
            reason=reason,
        )
        concerned = contacts.ids_at(unit, workspace_id, value, is_domain=scope is SuppressionScope.DOMAIN)
    if lifted:
        _look_again(context, concerned)
    return lifted


def check_suppression(context: Context, address: str) -> list[Suppression]:
    """What keeps an address, in any spelling, from being written to: its own entries, its domain's, its hash."""
    key, workspace_id = address_key(address), context.scope.workspace_id
    with context.store.read() as unit:
        hashed = erased_hash(suppressions.erasure_key(unit, workspace_id), key)
        return suppressions.suppressions_of(unit, workspace_id, key, hashed)


def list_suppressions(context: Context) -> Iterator[Suppression]:
    """All active suppressions in the order they were made, a page in memory at a time."""
    after: UUID | None = None
    while True:
        with context.store.read() as unit:
            page = suppressions.page_suppressions(unit, context.scope.workspace_id, after=after, limit=BATCH)
        yield from page
        if len(page) < BATCH:
            return
        after = page[-1].id


def _target(text: str) -> tuple[SuppressionScope, str]:
    if isinstance(parse_address(text), Address) or "@" in text.strip().removeprefix("@"):
        return SuppressionScope.ADDRESS, address_key(text)
    domain = normalise_domain(text)
    if domain is None:
        raise InputError(
            f"“{text}” is neither an address nor a domain.",
            "Give one like ana@example.com or example.com.",
            where=text,
            code="bad_address",
        )
    return SuppressionScope.DOMAIN, domain


def _look_again(context: Context, contact_ids: list[UUID]) -> int:
    count = 0
    for first in range(0, len(contact_ids), BATCH):
        with context.store.write() as unit:
            count += look_again(unit, context, contact_ids[first : first + BATCH])
    return count
