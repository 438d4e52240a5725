"""Changes frozen values fast: `dataclasses.replace` for the places that do it at every step of every contact."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

T = TypeVar("T")


def changed(value: T, **changes: Any) -> T:
    """A frozen dataclass value with some fields changed; TypeError for a name it hasn't.

    All fields are taken as they are, so the class must be one whose fields are all given to `__init__`.
    """
    kind: Any = type(value)
    return cast(T, _changer(kind)(value, changes))


@cache
def _changer(kind: type) -> Callable[[Any, dict[str, Any]], Any]:
    names = tuple(each.name for each in fields(kind))
    places = {name: place for place, name in enumerate(names)}
    values_of = attrgetter(*names)

    def change(value: Any, changes: dict[str, Any]) -> Any:
        values = list(values_of(value))
        for name, new in changes.items():
            values[places[name]] = new
        return kind(*values)

    return change
