"""What a PUT brings of the version it was made on: If-Match, needed, and told when it doesn't hold any more."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from pydantic import Field

from opendoors_desktop.api.problems import Problem, problem_of
from opendoors_desktop.api.sequence_json import tag_of
from opendoors_desktop.domain.errors import NotPossible

ANY: Final = "*"
IfMatch = Annotated[str, Field(max_length=200)] | None


def matcher(if_match: str | None, *, is_needed: bool) -> Callable[[Any], bool]:
    """Tells whether a sequence is the one that was read; raises Problem where that has to be said and isn't."""
    if if_match is None:
        if is_needed:
            advice = "Send the ETag that was read as If-Match, or * to replace whatever is there."
            raise Problem(428, "if_match_needed", "If-Match is needed.", advice)
        return lambda _: True
    wanted = {tag.strip() for tag in if_match.split(",")}
    return lambda record: ANY in wanted or tag_of(record) in wanted


def conflict(error: NotPossible, possible: Callable[[], Iterable[str]] = tuple) -> Problem:
    """The problem of a change that can't be made: it was made on an older version, or the state is another.

    `possible` gives the states that are possible instead.
    """
    if error.code == "changed_meanwhile":
        return Problem(412, error.code, error.title, error.advice)
    return problem_of(error, possible=list(possible()))
