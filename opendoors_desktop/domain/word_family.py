"""Families of wordings, looked for together in one pass over a text.

A family is a text with a regular expression a line, in which ~ stands for some characters of the same sentence, and a
dot that begins a wording's word for an apostrophe. Tried
one after the other at each place, hundreds of them would take milliseconds; here each is tried only where a word of
the text begins as it does.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from opendoors_desktop.domain.server_wordings import plain

_HEAD: Final = 9
"""How many of its first characters a wording is found by, at most."""

_PLAIN: Final = " ',-"
"""What may stand in a head beside letters and digits."""

_WIDE: Final = "\u2e80"
"""From here on scripts write without blanks, and a wording may begin anywhere."""

_WIDE_LETTER = re.compile(f"[{_WIDE}-\U0010ffff]")
_GAP: Final = r"[^.;!?\n]{0,%d}?"
_WORD_END: Final = r"(?:e?s|e?d|en?|er|ing)?\b"
"""A word before a gap or a blank may be inflected, but isn't the beginning of another."""
_ENDED = re.compile(_WORD_END)
_END: Final = "~"
_WORD_ENDS: Final = ("~", r"\W", r"\b")
_OPTIONAL: Final = ("?", "*", "{0")
_REPEATED: Final = ("*", "+", "{")
_BEGINS_WORD: Final = " ~^|("
"""Behind one of these a word begins; behind anything else a group goes on with one."""

_LATIN = re.compile(r"\(*(?:\?:)?[a-z]")


class WordFamilies:
    """Named families; texts are given as `server_wordings.plain` makes them."""

    def __init__(self, families: Mapping[str, str], reach: int = 80) -> None:
        """`reach` is how many characters ~ spans at most."""
        self._families = families
        self._reach = reach

    def matches(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Name, begin and end of each wording in the text, those at words first; nothing empty."""
        gate, by_head, by_word, everywhere, wide = self._index
        for found in gate.finditer(text):
            at = found.start()
            for length in range(1, _HEAD + 1):
                head = text[at : at + length]
                entries = by_head.get(head, ())
                if head in by_word and _ENDED.match(text, at + length):
                    entries = (*entries, *by_word[head])
                for name, source in entries:
                    match = _compiled(source, self._reach).match(text, at)
                    if match is not None and match.end() > at:
                        yield name, at, match.end()
        for name, source in (*everywhere, *(wide if _WIDE_LETTER.search(text) else ())):
            for match in _compiled(source, self._reach).finditer(text):
                if match.end() > match.start():
                    yield name, match.start(), match.end()

    def find(self, text: str) -> str:
        """The words of the first wording that is found, or ""."""
        return next((text[start:end].strip() for _, start, end in self.matches(text)), "")

    @cached_property
    def _index(self) -> "_Index":
        by_head: dict[str, list[tuple[str, str]]] = {}
        by_word: dict[str, list[tuple[str, str]]] = {}
        everywhere: list[tuple[str, str]] = []
        wide: list[tuple[str, str]] = []
        for name, family in self._families.items():
            for wording in (one for line in _folded(family).strip().splitlines() for one in _alternatives(line)):
                heads = _heads(wording.removeprefix("^").removeprefix(r"\b"))
                if not all(head.rstrip(_END) for head in heads):
                    everywhere.append((name, wording))
                elif any(head[0] >= _WIDE for head in heads):
                    wide.append((name, wording))
                else:
                    for head in heads:
                        table = by_word if head.endswith(_END) else by_head
                        table.setdefault(head.rstrip(_END), []).append((name, wording))
        heads = frozenset((*by_head, *(f"{word}{_END}" for word in by_word)))
        gate = re.compile(rf"\b(?=\w)(?={_tree(sorted(heads))})" if heads else r"(?!)")
        return _Index(gate, by_head, by_word, everywhere, wide)


class _Index(NamedTuple):
    """What finds the places of heads, the wordings by heads and by whole words, those without, and the wide ones."""

    gate: re.Pattern[str]
    by_head: dict[str, list[tuple[str, str]]]
    by_word: dict[str, list[tuple[str, str]]]
    everywhere: list[tuple[str, str]]
    wide: list[tuple[str, str]]


def _tree(heads: list[str]) -> str:
    """A pattern of all heads that tells them apart letter by letter; the shortest of those with one beginning wins."""
    branches = []
    for letter, group in groupby(heads, key=lambda head: head[0]):
        rests = [head[1:] for head in group]
        rest = "" if "" in rests else f"(?:{_tree(rests)})"
        branches.append(_WORD_END if letter == _END else re.escape(letter) + rest)
    return "|".join(branches)


def _folded(family: str) -> str:
    """A family without case and accents, its escapes as they are."""
    return "".join(piece if piece.startswith("\\") else plain(piece) for piece in re.split(r"(\\.)", family))


@lru_cache(maxsize=4096)
def _compiled(wording: str, reach: int) -> re.Pattern[str]:
    gap = _GAP % reach if _WIDE_LETTER.search(wording) else _WORD_END + _GAP % reach
    return re.compile(_bounded(wording).replace("~", gap), re.MULTILINE)


def _bounded(wording: str) -> str:
    """A wording in which every word must begin where a word of the text does, those between bars too."""
    pieces: list[str] = []
    inside: list[bool] = []
    for place, sign in enumerate(wording):
        before = wording[place - 1] if place else "^"
        if sign == "(" and before != "\\":
            inside.append(before not in _BEGINS_WORD or (before in "(|" and any(inside[-1:])))
        elif sign == ")" and before != "\\":
            inside.pop()
        pieces.append(sign)
        begins = sign == "~" or (sign == "|" and before != "\\" and not any(inside[-1:]))
        if begins and _LATIN.match(wording, place + 1):
            pieces.append(r"\b")
    return "".join(pieces)


def _alternatives(pattern: str) -> list[str]:
    """A pattern cut at its outer bars."""
    found, depth, start = [], 0, 0
    places = iter(enumerate(pattern))
    for place, sign in places:
        if sign == "\\":
            next(places)
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "|" and depth == 0:
            found.append(pattern[start:place])
            start = place + 1
    return [*found, pattern[start:]]


@lru_cache(maxsize=8192)
def _heads(pattern: str, length: int = _HEAD) -> frozenset[str]:
    """The first letters, up to `length`, of all that a pattern may match; "" among them where they can't be told."""
    if not pattern or length == 0:
        return frozenset({""})
    if pattern.startswith(_WORD_ENDS):
        return frozenset({_END})
    if pattern.startswith("("):
        end = _closing(pattern)
        inner, rest = pattern[1:end].removeprefix("?:"), pattern[end + 1 :]
        heads: set[str] = set()
        if rest.startswith(_OPTIONAL):
            heads |= _heads(_behind_quantifier(rest), length)
        behind = "" if rest.startswith(_REPEATED) else _behind_quantifier(rest)
        for branch in _alternatives(inner):
            heads |= _heads(branch + behind, length)
        return frozenset(heads)
    rest = pattern[1:]
    if pattern[0] == "." and _QUANTIFIER.match(rest) is None:
        return frozenset("'" + head for head in _heads(rest, length - 1))
    if not pattern[0].isalnum() and pattern[0] not in _PLAIN:
        return frozenset({""})
    behind = "" if rest.startswith(_REPEATED) else _behind_quantifier(rest)
    heads = {pattern[0] + head for head in _heads(behind, length - 1)}
    if rest.startswith(_OPTIONAL):
        heads |= _heads(_behind_quantifier(rest), length)
    return frozenset(heads)


def _closing(pattern: str) -> int:
    """Where the group that a pattern begins with is closed."""
    depth = 0
    places = iter(enumerate(pattern))
    for place, sign in places:
        if sign == "\\":
            next(places)
        else:
            depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    raise ValueError(f"a group isn't closed: {pattern}")


_QUANTIFIER = re.compile(r"[?*+]\??|\{\d+(?:,\d*)?\}")


def _behind_quantifier(pattern: str) -> str:
    found = _QUANTIFIER.match(pattern)
    return pattern[found.end() :] if found else pattern
