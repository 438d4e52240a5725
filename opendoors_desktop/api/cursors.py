"""Where a page ends, as a text that a client hands back unread."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from opendoors_desktop.api.problems import Problem

LONGEST: Final = 4_000


def write_cursor(order: str, place: Sequence[object]) -> str:
    """The cursor behind a place (texts, instants, keys) in an order."""
    return urlsafe_b64encode(msgspec.json.encode([order, *place])).decode().rstrip("=")


def read_cursor(cursor: str | None, order: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The place a cursor leads to, each part of its kind; empty without a cursor. Raises Problem."""
    if cursor is None:
        return ()
    try:
        parts = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[str])
        if parts[:1] != [order] or len(parts) != len(kinds) + 1 or "\0" in "".join(parts):
            raise ValueError("of another list")
        return tuple(_read(part, kind) for part, kind in zip(parts[1:], kinds, strict=True))
    except (ValueError, TypeError, OverflowError, msgspec.MsgspecError) as error:
        fault = {"in": "query", "path": "cursor", "reason": "give back what next_cursor said, with the same sort"}
        title = "The cursor isn't one of this list."
        raise Problem(422, "bad_cursor", title, fault["reason"], errors=[fault]) from error


def page(items: Sequence[Any], limit: int, order: str, places: Sequence[Sequence[object]]) -> dict[str, Any]:
    """A page as answers show it: one item more than the limit was read to tell whether others follow."""
    cursor = write_cursor(order, places[limit - 1]) if len(items) > limit else None
    return {"items": items[:limit], "next_cursor": cursor}


def _read(part: str, kind: type) -> Any:
    return msgspec.convert(part, kind) if kind in (UUID, datetime) else part
