"""What a PUT brings of the version it was made on: If-Match, needed, and told when it doesn't hold any more."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import Field

from opendoors_desktop.api.problems import Problem
from opendoors_desktop.api.sequence_json import tag_of

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
