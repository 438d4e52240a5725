"""The text of a template in parts: plain words, and variables that are shown as chips."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TEXT: Final = r'"(?:[^"\\\n]|\\["\\])*"' + r"|'(?:[^'\\\n]|\\['\\])*'"
_VARIABLE: Final = re.compile(
    r"\{\{\s*(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\s*(?:\|\s*default\(\s*(?P<fallback>" + _TEXT + r")\s*\)\s*)?\}\}"
)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it stands in a template: `source` is exactly how it is written there."""

    source: str
    name: str
    fallback: str | None = None


def parts_of(text: str) -> Iterator[str | Variable]:
    """Words and variables of a template in their order; what else it does stays among the words."""
    at = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield _variable(found)
        at = found.end()
    if at < len(text):
        yield text[at:]


@lru_cache(maxsize=512)
def known_variable(source: str) -> Variable | None:
    """The variable that is written so; None where it isn't one."""
    found = _VARIABLE.fullmatch(source)
    return None if found is None else _variable(found)


def variable_at_end(text: str) -> Variable | None:
    """The variable that a text ends in, as it has just been typed."""
    begun = text.rfind("{{")
    found = _VARIABLE.fullmatch(text, begun) if begun >= 0 else None
    return None if found is None else _variable(found)


def variable_of(name: str, fallback: str | None = None) -> Variable:
    """A variable as it is written by default; with a `fallback` it says that where the field is empty."""
    if not fallback:
        return Variable(f"{{{{ {name} }}}}", name)
    quoted = re.sub(r'(["\\])', r"\\\1", fallback)
    return Variable(f'{{{{ {name} | default("{quoted}") }}}}', name, fallback)


def _variable(found: re.Match[str]) -> Variable:
    quoted = found["fallback"]
    fallback = None if quoted is None else re.sub(r"\\(.)", r"\1", quoted[1:-1])
    return Variable(found[0], found["name"], fallback)
