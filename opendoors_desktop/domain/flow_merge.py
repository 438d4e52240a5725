"""Brings together two edits of the same steps, and takes one back: field by field, so that none undoes another."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.step import Branch, Step

_PLACE: Final = frozenset({"order", "parent_id", "branch"})
_NOT_EDITED: Final = _PLACE | {"id", "sequence_id", "type", "retired_at", "variables"}
EDITED: Final = tuple(each.name for each in fields(Step) if each.name not in _NOT_EDITED)
"""What a person edits of a step: everything but its place, its type and what is told from its texts."""


class StepConflict(NotPossible):
    """A step was changed by two at once: `names` are the fields both changed, `theirs` is the step as it now is."""

    code = "changed_meanwhile"

    def __init__(self, theirs: Step, names: tuple[str, ...]) -> None:
        title = "The step was changed by someone else meanwhile."
        super().__init__(title, "Look at both, and choose what is to stay.", where=", ".join(names))
        self.theirs = theirs
        self.names = names


def changed_fields(base: Step, mine: Step) -> tuple[str, ...]:
    """The names of what an edit changed of a step."""
    return tuple(name for name in EDITED if getattr(base, name) != getattr(mine, name))


def conflicting_fields(base: Step, mine: Step, theirs: Step) -> tuple[str, ...]:
    """The names of what both changed of a step, and not alike."""
    return tuple(
        name
        for name in changed_fields(base, mine)
        if getattr(theirs, name) not in (getattr(base, name), getattr(mine, name))
    )


def merge_step(base: Step, mine: Step, theirs: Step) -> Step:
    """Their step with what my edit of `base` changed; raises StepConflict where both changed the same."""
    names = conflicting_fields(base, mine, theirs)
    if names:
        raise StepConflict(theirs, names)
    return replace(theirs, **{name: getattr(mine, name) for name in changed_fields(base, mine)})


def taken_back(before: Flow, after: Flow, now: Flow) -> Flow:
    """The live steps as they now are, without what led from `before` to `after`.

    What others have changed since in other fields stays. Raises StepConflict for a field that was changed again, and
    NotPossible where steps were put in, moved or taken out since the edit that did so itself.
    """
    known = {step.id: step for step in before.ordered}
    there = {step.id: step for step in now.ordered}
    if _structure(before.ordered) == _structure(after.ordered):
        kept = now.ordered
    elif _structure(now.ordered) == _structure(after.ordered):
        kept = before.ordered
    else:
        raise NotPossible(
            "The steps were put into another order since.",
            "Put them as you want them by hand.",
            code="changed_meanwhile",
        )
    return Flow(renumber(_content(step, known, after, there) for step in kept))


def _content(step: Step, known: dict[UUID, Step], after: Flow, there: dict[UUID, Step]) -> Step:
    """A step in its place in `step`, with what it says now less what the edit changed."""
    if step.id not in known or step.id not in there or step.id not in after.by_id:
        return step
    merged = merge_step(after.by_id[step.id], known[step.id], there[step.id])
    return replace(merged, order=step.order, parent_id=step.parent_id, branch=step.branch)


def _structure(steps: Iterable[Step]) -> list[tuple[UUID, UUID | None, Branch | None]]:
    return [(step.id, step.parent_id, step.branch) for step in steps]
