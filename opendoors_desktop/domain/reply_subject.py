"""The subject of a later email in a thread, as mail readers write it."""

import re
from typing import Final

_ANSWERS: Final = re.compile(r"\s*re\s*(\[[^\]]*\])?\s*:", re.IGNORECASE)
"""What says that a subject is an answer's already (RFC 5322, section 3.6.5; RFC 5256, section 2.1)."""


def reply_subject(first: str) -> str:
    """The subject of an answer in the thread that begins with `first`: "Re: " stands before it once, however often."""
    return first if _ANSWERS.match(first) else f"Re: {first}"
