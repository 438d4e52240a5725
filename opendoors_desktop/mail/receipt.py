"""What an SMTP answer says beside its code: the enhanced status, the text for a person, the id the server gave."""

import re
from typing import Final

LONGEST_TEXT: Final = 1000
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)[ \t]*")
_IDS: Final = (
    re.compile(r"<[^<>\s@]+@[^<>\s]+>"),
    re.compile(r"queued as ([\w.+-]+)", re.IGNORECASE),
    re.compile(r"\bid=([\w.+-]+)", re.IGNORECASE),
    re.compile(r"\bOK\s+\d{9,} ([\w.-]+) - \w*smtp\b", re.IGNORECASE),
    re.compile(r"^(?:\d\.\d\.\d )?OK ([\w-]{16,})$", re.IGNORECASE),
    re.compile(r"^(?:\d\.\d\.\d )?(\w{10,}) message accepted", re.IGNORECASE),
)


def answer(lines: list[str]) -> tuple[str, str]:
    """The enhanced status ("" for none) and the text of an answer's lines, each line's own repeated status dropped."""
    first = _STATUS.match(lines[0]) if lines else None
    status = first[1] if first is not None else ""
    texts = [_STATUS.sub("", line, count=1).strip() if _STATUS.match(line) else line.strip() for line in lines]
    return status, " ".join(text for text in texts if text)[:LONGEST_TEXT]


def server_id(text: str) -> str:
    """The id by which the server will speak of an accepted message (its own, or a Message-ID it has put), or ""."""
    for pattern in _IDS:
        found = pattern.search(text)
        if found is not None:
            return found[found.lastindex or 0]
    return ""
