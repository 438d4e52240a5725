"""Tells when by two clocks: this computer's, and that of the contact it is about."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.cli.output import PAGE
from opendoors_desktop.domain.local_time import place_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.contact_zones import find_zones


class AboutContact(Protocol):
    """A line of a list that may be about a contact."""

    @property
    def contact_id(self) -> UUID | None:
        """Whom it is about."""
        ...


T = TypeVar("T", bound=AboutContact)


class Clocks:
    """The clocks of the contacts in a list; their zones are read a page ahead of the lines that tell the time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._zones: dict[UUID, str] = {}

    def ahead(self, items: Iterable[T]) -> Iterator[T]:
        """The items themselves, a page of them in memory at a time."""
        stream = iter(items)
        while page := list(islice(stream, PAGE)):
            contact_ids = {item.contact_id for item in page if item.contact_id is not None} - self._zones.keys()
            with self._context.store.read() as unit:
                self._zones |= find_zones(unit, self._context.scope.workspace_id, contact_ids)
            yield from page

    def columns(self, heading: str, at: Callable[[T], datetime | None]) -> dict[str, Callable[[T], object]]:
        """Two columns of a table: an instant of each item by this computer's clock, and "there" by the contact's."""
        return {heading: lambda item: here(at(item)), "there": lambda item: self._there(at(item), item.contact_id)}

    def _there(self, at: datetime | None, contact_id: UUID | None) -> str:
        """With the place that the zone is named after; empty where the contact's zone isn't known."""
        zone = None if contact_id is None else self._zones.get(contact_id)
        return "" if at is None or zone is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {place_of(zone)}"


def here(at: datetime | None) -> str:
    """An instant on this computer's clock, with its distance from UTC."""
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local:%Y-%m-%d %H:%M} {local.isoformat()[-6:]}"
