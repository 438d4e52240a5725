"""What a person's answer means, told by rules from what they wrote, with the words that say so marked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from opendoors_desktop.domain import meaning_words
from opendoors_desktop.domain.named_day import later_day
from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.domain.word_family import WordFamilies

LONGEST_READ: Final = 1500
_LONGEST_ALONE: Final = 120
_MOST_SPANS: Final = 5


class Meaning(StrEnum):
    """The meanings a reply may have, in the order of their keys 1 to 8; unsure is 0."""

    INTERESTED = "interested"
    QUESTION = "question"
    NOT_NOW = "not_now"
    NOT_INTERESTED = "not_interested"
    WRONG_PERSON = "wrong_person"
    LEFT_COMPANY = "left_company"
    OUT_OF_OFFICE = "out_of_office"
    UNSUBSCRIBE = "unsubscribe"
    UNSURE = "unsure"

    @property
    def key(self) -> str:
        """The key that chooses it."""
        return str((list(Meaning).index(self) + 1) % len(Meaning))


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the text that speak for a meaning: where they begin and end in it."""

    meaning: Meaning
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """The meaning of an answer with the words it rests on; `on` is the day it names, for not now and out of office."""

    meaning: Meaning
    spans: tuple[Span, ...]
    on: date | None = None


def meaning_of(text: str, written_on: date | None = None, own_lines: tuple[str, ...] = ()) -> Told:
    """The meaning of what somebody wrote: `text` without quotes and signature.

    `own_lines` are lines of ours (the opt-out line) that may stand in it still; they say nothing. Unsubscribe goes
    before everything; where rules contradict each other the meaning is unsure, with all of their words.
    """
    folded, places = _folded(text[:LONGEST_READ])
    silent = _silent(folded, own_lines)

    by_rule: dict[Meaning, list[Span]] = {meaning: [] for meaning in Meaning}
    for name, start, end in _FAMILIES.matches(folded):
        if not any(at < end and start < stop for at, stop in silent) and len(by_rule[Meaning(name)]) < _MOST_SPANS:
            by_rule[Meaning(name)].append(Span(Meaning(name), places(start), places(end)))
    alone = _word_alone(folded, silent, places)
    if alone is not None:
        return Told(Meaning.UNSUBSCRIBE, (alone,))
    meaning = _strongest(by_rule)
    if meaning is Meaning.UNSURE:
        return Told(meaning, tuple(span for each in by_rule.values() for span in each)[:_MOST_SPANS])
    day = later_day(text, written_on) if meaning is Meaning.NOT_NOW and written_on is not None else None
    return Told(meaning, tuple(by_rule[meaning]), day.on if day else None)


_FAMILIES: Final = WordFamilies(
    {
        Meaning.UNSUBSCRIBE.value: meaning_words.UNSUBSCRIBE,
        Meaning.LEFT_COMPANY.value: meaning_words.LEFT,
        Meaning.WRONG_PERSON.value: meaning_words.WRONG_PERSON,
        Meaning.NOT_NOW.value: meaning_words.NOT_NOW,
        Meaning.NOT_INTERESTED.value: meaning_words.NOT_INTERESTED,
        Meaning.INTERESTED.value: meaning_words.INTERESTED,
        Meaning.QUESTION.value: meaning_words.QUESTION,
    },
    reach=60,
)
_OPT_OUT_LINES: Final = WordFamilies({"": meaning_words.OPT_OUT_LINE}, reach=60)


def _strongest(found: dict[Meaning, list[Span]]) -> Meaning:
    """Which of the meanings that rules found stands; unsure where none does or two exclude each other."""
    no = _outside(found[Meaning.NOT_INTERESTED], found[Meaning.NOT_NOW])
    yes = _outside(found[Meaning.INTERESTED], found[Meaning.NOT_INTERESTED] + found[Meaning.NOT_NOW])
    if found[Meaning.UNSUBSCRIBE]:
        return Meaning.UNSUBSCRIBE
    if found[Meaning.LEFT_COMPANY]:
        return Meaning.LEFT_COMPANY
    if found[Meaning.WRONG_PERSON]:
        return Meaning.WRONG_PERSON
    if found[Meaning.NOT_NOW]:
        return Meaning.NOT_NOW
    if no:
        return Meaning.UNSURE if yes and len(yes) > len(no) else Meaning.NOT_INTERESTED
    if yes:
        return Meaning.INTERESTED
    return Meaning.QUESTION if found[Meaning.QUESTION] else Meaning.UNSURE


def _outside(spans: list[Span], others: list[Span]) -> list[Span]:
    """Those spans that don't lie in one of the others ("interested" in "not interested")."""
    return [span for span in spans if not any(one.start <= span.start and span.end <= one.end for one in others)]


def _word_alone(folded: str, silent: list[tuple[int, int]], places: Callable[[int], int]) -> Span | None:
    """The line that is nothing but a wish not to be written to again ("Stop", "Unsubscribe me please")."""
    start = 0
    for line in folded.split("\n")[:6]:
        bare = line.strip(" \t.,;:!*\"'-_>")
        is_silent = any(at < start + len(line) and start < end for at, end in silent)
        if bare and len(bare) <= _LONGEST_ALONE and not is_silent and _alone().fullmatch(bare):
            return Span(Meaning.UNSUBSCRIBE, places(start), places(start + len(line)))
        start += len(line) + 1
    return None


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(plain(meaning_words.UNSUBSCRIBE_ALONE).strip().replace("\n", "|"))


_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")


def _silent(folded: str, own_lines: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where lines of ours stand, and sentences that tell how to opt out rather than ask for it."""
    found: list[tuple[int, int]] = []
    for line in own_lines:
        words = plain(line).strip()
        at = folded.find(words) if words else -1
        if at >= 0:
            found.append((at, at + len(words)))
    found.extend(
        sentence.span()
        for sentence in _SENTENCE.finditer(folded)
        if _OF_LISTS.search(sentence[0]) and _OPT_OUT_LINES.find(sentence[0])
    )
    return found


_OF_LISTS = re.compile(
    r"unsubscri|opt[- ]?out|\bstop\b|abmeld|abbestell|desinscri|desabonn|\bbaja\b|suscri|disiscri|"
    r"cancell|descadastr|uitschrij|afmeld|wypis|avregistrer|отпис|退订|配信|remov\w+|(?:receive|e-?mails|"
    r"mailing)"
)


def _folded(text: str) -> tuple[str, Callable[[int], int]]:
    """The text without case and accents, and from a place in it to that in the text."""
    if text.isascii():
        return text.lower(), lambda place: place
    pieces: list[str] = []
    starts: list[int] = []
    for place, letter in enumerate(text):
        piece = _letter(letter)
        pieces.append(piece)
        starts.extend([place] * len(piece))
    starts.append(len(text))
    return "".join(pieces), lambda place: starts[place]


@cache
def _letter(letter: str) -> str:
    return {"’": "'", "‘": "'", "`": "'", "\xa0": " "}.get(letter) or plain(letter)
