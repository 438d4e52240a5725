"""The filters and tests a template may use: each a function of plain values whose result is bounded in size."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any, Final, cast
from urllib.parse import quote

from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import StrictUndefined, Undefined
from jinja2.tests import TESTS
from jinja2.utils import missing
from markupsafe import Markup, escape

LONGEST_TEXT: Final = 1_000_000
LONGEST_LIST: Final = 10_000
_LONGEST_DATE_FORM: Final = 100
_WORD_START = re.compile(r"([-\s({\[<]+)")
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%]|)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE_PARTS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "a": lambda at: _DAYS[at.weekday()][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "d": lambda at: f"{at.day:02d}",
    "-d": lambda at: str(at.day),
    "e": lambda at: str(at.day),
    "m": lambda at: f"{at.month:02d}",
    "-m": lambda at: str(at.month),
    "y": lambda at: f"{at.year % 100:02d}",
    "Y": lambda at: f"{at.year:04d}",
    "H": lambda at: f"{at.hour:02d}",
    "-H": lambda at: str(at.hour),
    "I": lambda at: f"{(at.hour - 1) % 12 + 1:02d}",
    "-I": lambda at: str((at.hour - 1) % 12 + 1),
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "%": lambda _: "%",
}


class MissingVariableError(UndefinedError):
    """A template needs a variable that this contact has not; `name` is its dotted path."""

    def __init__(self, name: str, message: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class Missing(StrictUndefined):
    """What stands for a field that is absent or empty: false in a condition, a fault wherever it is really used."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: object = missing, name: str | None = None, exc: Any = None
    ) -> None:
        super().__init__(hint, obj, name)
        fault: Any = exc or partial(MissingVariableError, str(name))
        self._undefined_exception = fault

    @property
    def path(self) -> str:
        """The dotted name as the template wrote it."""
        return str(self._undefined_name)

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


def too_large(what: str) -> SecurityError:
    """The fault of a template that makes something beyond the bounds."""
    return SecurityError(f"{what} is larger than a message may be")


def bounded(size: int) -> None:
    """SecurityError when a text of `size` characters would be too large."""
    if size > LONGEST_TEXT:
        raise too_large("A text")


def text_of(value: object) -> str:
    """The value as text; lists and groups of fields have none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Undefined):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    raise SecurityError(f"A {type(value).__name__} can't be shown as text; name one of its items, or join them")


def default(value: object, fallback: object = "", boolean: bool = False) -> object:
    """The fallback for what is missing or empty (with `boolean`: for all that is false)."""
    if isinstance(value, Undefined) or value is None or value == "" or (boolean and not value):
        return fallback
    return value


def title(value: object) -> str:
    """Each word with a capital, the rest of it small."""
    text = text_of(value)
    if text.isalnum():
        return text[0].upper() + text[1:].lower()
    return "".join([word[0].upper() + word[1:].lower() for word in _WORD_START.split(text) if word])


def truncate(value: object, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5) -> str:
    """At most `length` characters, cut at a word unless `killwords`, ending in `end`; `leeway` more are let pass."""
    text = text_of(value)
    if len(text) <= length + leeway:
        return text
    kept = text[: max(0, length - len(end))]
    if not killwords:
        kept = kept.rsplit(" ", 1)[0]
    return kept + end


def replace(value: object, old: str, new: str, count: int = -1) -> str:
    """`old` replaced by `new`, all or the first `count` times."""
    text, old, new = text_of(value), text_of(old), text_of(new)
    found = text.count(old) if count < 0 else min(count, text.count(old))
    bounded(len(text) + found * max(0, len(new) - len(old)))
    return text.replace(old, new, count)


def items_of(value: object) -> list[Any]:
    """A list of what can be listed, at most ten thousand items."""
    if isinstance(value, Undefined):
        return list(value)
    if not isinstance(value, Iterable):
        raise SecurityError(f"A {type(value).__name__} is no list")
    found = list(islice(value, LONGEST_LIST + 1))
    if len(found) > LONGEST_LIST:
        raise too_large("A list")
    return found


def join(value: object, between: str = "") -> str:
    """The items as one text."""
    texts = [text_of(item) for item in items_of(value)]
    between = text_of(between)
    bounded(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def join_markup(value: object, between: str = "") -> Markup:
    """The items as one text, escaped for HTML."""
    texts = [escape(text_of(item)) for item in items_of(value)]
    joint = escape(text_of(between))
    bounded(sum(map(len, texts)) + len(joint) * len(texts))
    return joint.join(texts)


def first(value: object) -> object:
    """The first item; missing when there is none."""
    return next(iter(items_of(value)), Missing(name="first item"))


def last(value: object) -> object:
    """The last item; missing when there is none."""
    return next(reversed(items_of(value)), Missing(name="last item"))


def length(value: object) -> int:
    """How many characters or items there are."""
    if isinstance(value, Sized):
        return len(value)
    raise SecurityError(f"A {type(value).__name__} has no length")


def to_int(value: object, fallback: int = 0) -> int:
    """A whole number, or the fallback where the value is none."""
    try:
        return int(float(text_of(value))) if "." in text_of(value) else int(text_of(value))
    except (ValueError, OverflowError):
        return fallback


def to_float(value: object, fallback: float = 0.0) -> float:
    """A number, or the fallback where the value is none."""
    try:
        return float(text_of(value))
    except ValueError:
        return fallback


def round_to(value: float, places: int = 0) -> float:
    """Rounded to so many decimal places; a whole number when there are none."""
    if not -15 <= places <= 15:
        raise too_large("The number of decimal places")
    return round(value, places) if places > 0 else int(round(value, places))


def total(value: object, start: float = 0) -> float:
    """The sum of the numbers."""
    numbers: list[float] = [item for item in items_of(value) if isinstance(item, int | float)]
    return sum(numbers, start)


def ordered(value: object, backwards: bool = False) -> list[Any]:
    """The items in order of their texts, numbers by size."""
    found = items_of(value)
    if all(isinstance(item, int | float) for item in found):
        return sorted(found, reverse=backwards)
    return sorted(found, key=lambda item: text_of(item).casefold(), reverse=backwards)


def unique(value: object) -> list[Any]:
    """The items, each text once (case aside), in their order."""
    seen: dict[str, Any] = {}
    for item in items_of(value):
        seen.setdefault(text_of(item).casefold(), item)
    return list(seen.values())


def backwards(value: object) -> object:
    """A text or list from its end."""
    return value[::-1] if isinstance(value, str) else items_of(value)[::-1]


@lru_cache(maxsize=1024)
def _date_text(value: str, form: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise SecurityError("The value is no date") from None

    def part(found: re.Match[str]) -> str:
        shown = _DATE_PARTS.get(found[1])
        if shown is None:
            raise SecurityError(f"%{found[1]} is not known in a date")
        return shown(at)

    return _DIRECTIVE.sub(part, form)


def date_text(value: object, form: str = "%d %b %Y") -> str:
    """A date or instant in words: %d %-d %e %m %-m %b %B %y %Y %a %A %H %-H %I %-I %p %M %S and %%."""
    form = text_of(form)
    if len(form) > _LONGEST_DATE_FORM:
        raise too_large("The form of a date")
    return _date_text(text_of(value), form)


def escaped(value: object) -> Markup:
    """The text escaped for HTML."""
    text = text_of(value)
    bounded(len(text))
    return escape(text)


def line_breaks(value: object) -> Markup:
    """The text escaped for HTML, its line ends as `<br>`."""
    return Markup("<br>").join(escaped(value).splitlines())


def url_encoded(value: object) -> str:
    """The text as it may stand in a URL, in UTF-8."""
    text = text_of(value)
    bounded(len(text))
    return quote(text, safe="")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "default": default,
    "d": default,
    "title": title,
    "upper": lambda value: text_of(value).upper(),
    "lower": lambda value: text_of(value).lower(),
    "capitalize": lambda value: text_of(value).capitalize(),
    "trim": lambda value: text_of(value).strip(),
    "string": text_of,
    "truncate": truncate,
    "replace": replace,
    "join": join,
    "first": first,
    "last": last,
    "length": length,
    "count": length,
    "list": items_of,
    "sort": ordered,
    "unique": unique,
    "reverse": backwards,
    "sum": total,
    "min": lambda value: ordered(value)[0],
    "max": lambda value: ordered(value)[-1],
    "int": to_int,
    "float": to_float,
    "round": round_to,
    "abs": abs,
    "date": date_text,
    "escape": escaped,
    "e": escaped,
    "nl2br": line_breaks,
    "urlencode": url_encoded,
    "wordcount": lambda value: len(text_of(value).split()),
}

_TEST_NAMES: Final[Sequence[str]] = (
    *("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false"),
    *("odd", "even", "divisibleby", "lower", "upper", "mapping", "iterable", "sequence", "in"),
    *("eq", "equalto", "==", "ne", "!=", "lt", "lessthan", "<", "le", "<=", "gt", "greaterthan", ">", "ge", ">="),
)
ALLOWED_TESTS: Final[Mapping[str, Callable[..., Any]]] = {
    name: cast(Callable[..., Any], TESTS[name]) for name in _TEST_NAMES
}
