"""How values look inside either database, and back: keys, instants, days, times, JSON, tags and weekdays.

SQLite keeps a UUID as 16 bytes, an instant as microseconds since 1970 in UTC, a day as `YYYY-MM-DD`, a time as `HH:MM`
(with `:SS` only where there are seconds) and JSON, tags and weekdays as JSON text; Postgres has types of its own.
The `as_` functions take the raw value of either. They stay free of SQLAlchemy, so that the read side starts fast.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.ids import uuid_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_number = int.from_bytes

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

NIL = UUID(int=0)
"""Stands for "no mailbox" in keys of the claim queue, where NULL can't be a part of a key."""


def microseconds_of(instant: datetime) -> int:
    """Microseconds since 1970 in UTC of an aware instant; raises TypeError for a naive one."""
    return (instant - EPOCH) // _MICROSECOND


def as_instant(value: int | datetime) -> datetime:
    """The aware instant in UTC behind a raw value."""
    if value.__class__ is int:
        return EPOCH + timedelta(microseconds=value)
    return value.astimezone(UTC)  # type: ignore[union-attr]  # not an int, so Postgres gave a datetime


def maybe_instant(value: int | datetime | None) -> datetime | None:
    """As `as_instant`; NULL gives None."""
    return None if value is None else as_instant(value)


def as_uuid(value: bytes | UUID) -> UUID:
    """The key behind a raw value."""
    return value if isinstance(value, UUID) else uuid_of(_number(value, "big"))


def maybe_uuid(value: bytes | UUID | None) -> UUID | None:
    """As `as_uuid`; NULL gives None."""
    return None if value is None else as_uuid(value)


def shared_uuid(value: bytes | UUID) -> UUID:
    """As `as_uuid`, for keys that many rows have in common (a sequence, step or mailbox): each is made once."""
    return value if isinstance(value, UUID) else _shared(value)


def maybe_shared_uuid(value: bytes | UUID | None) -> UUID | None:
    """As `shared_uuid`; NULL gives None."""
    return None if value is None else shared_uuid(value)


@lru_cache(maxsize=4096)
def _shared(value: bytes) -> UUID:
    return as_uuid(value)


def as_day(value: str | date) -> date:
    """The day behind a raw value."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def maybe_day(value: str | date | None) -> date | None:
    """As `as_day`; NULL gives None."""
    return None if value is None else as_day(value)


def as_time(value: str | time) -> time:
    """The wall-clock time behind a raw value."""
    return time.fromisoformat(value) if isinstance(value, str) else value


def maybe_time(value: str | time | None) -> time | None:
    """As `as_time`; NULL gives None."""
    return None if value is None else as_time(value)


def time_text(value: time) -> str:
    """`HH:MM`, or `HH:MM:SS` where there are seconds."""
    return value.isoformat("seconds" if value.second else "minutes")


def as_json(value: Any) -> Any:
    """The object or list behind a raw JSON value; NULL gives None. Only objects and lists are stored at the top."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def json_text(value: object) -> str:
    """The JSON text of a value, as a parameter for a JSON column of either database."""
    return _encoder.encode(value)


def as_tags(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """The tags behind a raw value; NULL gives none."""
    if value is None or value == "[]":
        return ()
    return tuple(json.loads(value) if isinstance(value, str) else value)


def as_weekdays(value: str | Sequence[bool] | None) -> tuple[bool, ...] | None:
    """Seven booleans, Monday first, behind a raw value."""
    if value is None:
        return None
    return tuple(bool(day) for day in (json.loads(value) if isinstance(value, str) else value))


def list_text(values: Iterable[object]) -> str:
    """Tags or weekdays as a parameter for SQLite."""
    return json_text(list(values))


def register_sqlite_adapters() -> None:
    """Let sqlite3 take UUIDs, instants, days and times as parameters, in the form said above."""
    sqlite3.register_adapter(UUID, lambda key: key.int.to_bytes(16, "big"))
    sqlite3.register_adapter(datetime, microseconds_of)
    sqlite3.register_adapter(date, date.isoformat)
    sqlite3.register_adapter(time, time_text)
