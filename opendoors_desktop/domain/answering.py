"""What an answer to a mail is made of: its subject, the ids of its thread, and the words it quotes."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.reply_subject import reply_subject
from opendoors_desktop.domain.subjects import base_subject

LONGEST_QUOTE: Final = 20_000
"""Characters of the other's words that an answer quotes."""


def answer_subject(theirs: str, ours: str) -> str:
    """The subject of an answer: ours, where theirs is that of our thread, whatever mark their program put before it."""
    if ours and base_subject(theirs) in {"", base_subject(ours)}:
        return reply_subject(ours)
    return reply_subject(theirs)


def thread_ids(message_id: str, references: tuple[str, ...], in_reply_to: tuple[str, ...]) -> tuple[str, ...]:
    """The References of an answer (RFC 5322, section 3.6.4): theirs, else what they answered, and their own id last."""
    before = references or in_reply_to[:1]
    own = (message_id,) if message_id else ()
    return tuple(dict.fromkeys((*(one for one in before if one != message_id), *own)))


def quoted(text: str, name: str, written_at: datetime, zone: ZoneInfo) -> str:
    """What somebody wrote as a quotation with the line that says so; `written_at` is told in `zone`; "" of nothing."""
    words = text.strip()[:LONGEST_QUOTE]
    if not words:
        return ""
    local = written_at.astimezone(zone)
    lines = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
    return f"On {local:%Y-%m-%d} at {local:%H:%M}, {name} wrote:\n{lines}"
