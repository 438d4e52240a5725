"""Tells from its text alone which step and variant of a sequence a mail is, by the sentences of the sequence's file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from opendoors_desktop.engine.demo.evidence import Which

_BREAKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|[\r\n]+")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """A text with single spaces, so that it reads the same however its lines were wrapped."""
    return _SPACE.sub(" ", text).strip()


def marks_of(document: Mapping[str, Any]) -> dict[Which, tuple[str, ...]]:
    """For each email of a sequence's file the longest stretches of its subject and body that no variable changes.

    Raises ValueError where two emails couldn't be told apart by them.
    """
    name = str(document["name"])
    marks = {
        Which(name, int(step["step_order"]), variant): tuple(filter(None, map(_stretch, texts)))
        for step in _steps(document["steps"])
        if step["step_type"] == "email"
        for variant, texts in _texts(step)
    }
    for which, own in marks.items():
        alike = [other for other, theirs in marks.items() if other != which and set(own) <= set(theirs)]
        if alike or not own:
            raise ValueError(f"{which} can't be told from {alike or 'anything'}")
    return marks


def which_of(text: str, marks: Mapping[Which, tuple[str, ...]]) -> Which | None:
    """The email whose marks are all in a text (as `plain` gives it); None where it isn't exactly one."""
    found = [which for which, sentences in marks.items() if all(sentence in text for sentence in sentences)]
    return found[0] if len(found) == 1 else None


def _steps(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from _steps(step.get("yes", []))
        yield from _steps(step.get("no", []))


def _texts(step: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Subject and body of each variant, those of the step where a variant has none."""
    own = (step.get("subject_template") or "", step.get("body_template") or "")
    if not step.get("ab_test_enabled"):
        yield "", own
        return
    for variant in step["ab_test_variants"]["variants"]:
        yield variant["id"], (variant.get("subject") or own[0], variant.get("body") or own[1])


def _stretch(template: str) -> str:
    return max((plain(part) for part in _BREAKS.split(template)), key=len, default="")
