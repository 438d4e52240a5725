"""Message-IDs as others write them, and when two of them are the same message's."""

import re
from typing import Final

LONGEST: Final = 998  # a line of RFC 5322
MOST: Final = 200

_ID = re.compile(r"<\s*([^<>\s]{1,996})\s*>")
_BARE = re.compile(r"[^\s<>()\",;]+@[^\s<>()\",;]+")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a Message-ID, In-Reply-To or References field, each once, in angle brackets; comments are left out.

    An id that somebody wrote without its brackets is taken as well, if no other is there.
    """
    found = _ID.findall(value[: LONGEST * MOST]) or _BARE.findall(value[:LONGEST])
    return tuple(dict.fromkeys(f"<{one}>" for one in found[:MOST]))


def id_key(message_id: str) -> str:
    """What all spellings of one id share: without brackets and blanks, the domain's case folded away."""
    local, at, domain = message_id.strip().strip("<>").strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"
