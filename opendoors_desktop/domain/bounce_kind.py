"""Hard, soft or delay: what a status, a server's words and what was done say of an address."""

import re

from opendoors_desktop.domain.failure import FailureKind, SmtpPhase, classify
from opendoors_desktop.domain.inbound import BounceKind
from opendoors_desktop.domain.server_wordings import Wording, wordings_of

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(
    r"(?<![\d.#/:-])([45]\d\d)(?=[ -]|$)(?!\s*(?:bytes|kb|mb|days?|hours?|minutes?|messages?)\b)", re.IGNORECASE
)
_VAGUE = re.compile(r"[245]\.(?:0\.0|7\.0|7\.1|3\.0|5\.0|6\.0|1\.0|2\.0|4\.0)")
# A wording of these beside "unknown" says that the refusal is about something else than the address.
_NOT_OF_THE_ADDRESS = frozenset({
    Wording.POLICY_CHECK, Wording.RATE, Wording.FULL, Wording.BLOCKED, Wording.AUTHENTICATION, Wording.RELAY,
    Wording.SENDER, Wording.CONTENT, Wording.TOO_LARGE, Wording.GREYLISTED,
})  # fmt: skip


def status_in(text: str) -> str:
    """The enhanced status a text names ("5.1.1"), a definite one before a vague one; "" for none."""
    found = _STATUS.findall(text)
    return next((status for status in found if not _VAGUE.fullmatch(status)), found[0] if found else "")


def bounce_kind(status: str, diagnostic: str, *, is_delayed: bool = False) -> BounceKind:
    """What became of the address, from the report's status ("" for none) and the server's words.

    Only what speaks of the address itself is hard. A report says "failed" of a 4.x.x as well, when the server gave up.
    """
    if is_delayed:
        return BounceKind.DELAY
    said = status_in(diagnostic)
    if not status or (_VAGUE.fullmatch(status) and said):
        status = said or status
    reply = _REPLY.search(diagnostic)
    code = int(reply[1]) if reply else (400 if status.startswith("4") else 550)
    if code < 500 and status.startswith("5") and not _VAGUE.fullmatch(status):
        code = 550
    kind = classify(SmtpPhase.RCPT, code, status, diagnostic)
    if kind is FailureKind.RECIPIENT_UNKNOWN:
        return BounceKind.HARD
    return BounceKind.HARD if code >= 500 and _is_told_unknown(kind, diagnostic) else BounceKind.SOFT


def _is_told_unknown(kind: FailureKind, diagnostic: str) -> bool:
    """Whether the words say "no such user" and nothing else, under a status that would mean a policy.

    Large hosts answer 5.7.1 to addresses they don't have; a message that reached nobody says more than its number.
    """
    if kind not in (FailureKind.RECIPIENT_REFUSED, FailureKind.POLICY, FailureKind.TEMPORARY):
        return False
    wordings = wordings_of(diagnostic)
    return Wording.UNKNOWN in wordings and wordings.isdisjoint(_NOT_OF_THE_ADDRESS)
