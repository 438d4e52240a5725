"""The kinds of values in requests: strict, without NUL, and described as they are checked."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema

from opendoors_desktop.domain.json_reader import read_date

NO_NUL: Final = r"^[^\x00]*$"
_TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOST: Final = 1_000_000


class Body(BaseModel):
    """What a request brings: nothing but the members it knows."""

    model_config = ConfigDict(extra="forbid", validate_default=False)


class Shown(BaseModel):
    """What an answer holds."""

    model_config = ConfigDict(extra="forbid")


def _text_only(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("this must be a text")  # noqa: TRY004  # pydantic wants it so
    return value


def _day(value: Any) -> date:
    found = read_date(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("this must be a day like 2026-10-31")
    return found


def _wall_time(value: Any) -> time:
    try:
        if isinstance(value, str) and len(value) == 5:  # HH:MM and nothing behind
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("this must be a time like 09:30")


def read_instant(value: Any) -> datetime:
    """An RFC 3339 instant with its zone, in UTC; raises ValueError."""
    try:
        if isinstance(value, str) and "T" in value.upper():
            instant = datetime.fromisoformat(value.upper())
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("this must be an instant with its zone, like 2026-03-02T08:00:00Z")


def _refuse_nul(value: Any) -> Any:
    """JSON of any form, without NUL and half characters in its texts."""
    if isinstance(value, str):
        if "\0" in value or value != value.encode("utf-8", "ignore").decode():
            raise ValueError("a text can't hold NUL or half a character")
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_nul(name)
            _refuse_nul(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_nul(member)
    return value


def _flat_enough(value: Any) -> Any:
    try:
        return _refuse_nul(value)
    except RecursionError:
        raise ValueError("this nests too deep") from None


def text(longest: int, shortest: int = 0) -> Any:
    """A text of so many characters, without NUL."""
    return Field(min_length=shortest, max_length=longest, pattern=NO_NUL, strict=True)


def whole(least: int, most: int = MOST) -> Any:
    """A whole number in these bounds."""
    return Field(ge=least, le=most, strict=True)


Flag = StrictBool
Key = Annotated[UUID, BeforeValidator(_text_only)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
WallTime = Annotated[time, BeforeValidator(_wall_time), WithJsonSchema({"type": "string", "pattern": _TIME})]
Instant = Annotated[datetime, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
JsonObject = Annotated[dict[str, Any], BeforeValidator(_flat_enough)]
