"""Subjects: whether one answers another, and what is left of it without the marks of answering and forwarding."""

import re

from opendoors_desktop.domain.server_wordings import plain

_MARK = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|odp|res|rif|r|ref|ynt|bls|fwd?|wg|tr|rv|enc|i|pd|vb|doorst|回复|答复|转发|回覆|轉寄|返信|転送)\s*"
    r"(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]"
)
_LABELS = re.compile(r"^(?:\s*(?:\[[^\]]{1,30}\]|\*{2,}[^*]{1,30}\*{2,}|\{[^}]{1,30}\})\s*:?)+\s*")
LONGEST_READ = 300


def without_labels(subject: str) -> str:
    """A subject without what filters and lists put before it ("[EXTERNAL]", "***SPAM***"), as wordings are compared."""
    return plain(_LABELS.sub("", subject[:LONGEST_READ]))


def answers_another(subject: str) -> bool:
    """Whether a subject begins as that of an answer or of something passed on ("Re:", "AW:", "Fwd:")."""
    return bool(_MARK.match(without_labels(subject)))


def base_subject(subject: str) -> str:
    """What a thread's subjects have in common: without marks and labels, case, accents and needless blanks."""
    bare = without_labels(subject)
    while found := _MARK.match(bare):
        bare = without_labels(bare[found.end() :])
    return " ".join(bare.split())
