"""A first look into a store that is fit as it is, before anything that opens stores is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from opendoors_desktop.store.inspection import is_fit_as_it_is
from opendoors_desktop.store.links import BEGINS, Begin, open_sqlite_link
from opendoors_desktop.store.location import Dialect, parse_location
from opendoors_desktop.store.revisions import REVISIONS
from opendoors_desktop.store.scope import find_scope
from opendoors_desktop.store.unit import UNITS, Unit


@contextmanager
def glance_into(url: str) -> Iterator[tuple[Unit, UUID] | None]:
    """A unit that reads one state of a store, and the key of the workspace; None for a store that must be opened first.

    That is one on a server, of another version, in use or not closed clean, and a new one. Raises StoreError and what
    the driver raises.
    """
    location = parse_location(url)
    if location.dialect is not Dialect.SQLITE or not is_fit_as_it_is(location, int(REVISIONS[-1])):
        yield None
        return
    link = open_sqlite_link(location, writes=False)
    try:
        link.cursor.execute(BEGINS[Dialect.SQLITE][Begin.READ])
        unit = UNITS[Dialect.SQLITE](link, _no_sessions)
        scope = find_scope(unit)
        yield None if scope is None else (unit, scope.workspace_id)
    finally:
        link.close()


def _no_sessions() -> Any:
    raise RuntimeError("A glance has no Session; it reads by plain SQL.")
