"""Moves the whole store into a database, or from one into a file."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.location import parse_location
from opendoors_desktop.store.move import Moved, move


def move_store(
    source: str, target: str, now: datetime, new_id: Callable[[], UUID], tell: Callable[[str, int, int], object]
) -> Moved:
    """Copy the store at one URL to another, resumed where it ended before; `tell` hears how far each table is.

    Raises StoreError and NotPossible; the source is left as it is in any case.
    """
    return move(parse_location(source), parse_location(target), now, new_id(), tell)
