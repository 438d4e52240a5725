"""What a mail that came in did, each thing with what it replaced, and whether it can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.suppression import SuppressionReason


class EffectKind(StrEnum):
    """One kind of thing a mail does."""

    REPLIED = "replied"  # it counts as the contact's reply to one of our emails
    GOAL = "goal"  # the sequence's goal counts as reached
    ENDED = "ended"
    POSTPONED = "postponed"
    HELD = "held"
    BOUNCED = "bounced"  # one of our emails counts as come back
    SUPPRESSED = "suppressed"
    MAILBOX_PAUSED = "mailbox_paused"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a mail did at `at` (UTC).

    `about` is the key of what it was done to: our email (replied, bounced), the enrollment (goal, ended, postponed,
    held), the entry (suppressed), the mailbox. `reason` is the stable word for why or how: a completion, hold, bounce
    or suppression reason; the instant (RFC 3339) that was postponed to. `was` is what it replaced, in plain values.
    """

    kind: EffectKind
    about: UUID
    at: datetime
    reason: str = ""
    was: Mapping[str, Any] = field(default_factory=dict)
    undone_at: datetime | None = None
    undone_by: UUID | None = None


class Obstacle(StrEnum):
    """Why an effect can't be taken back by itself; `sentence` tells it to a person."""

    UNDONE = "undone"
    BY_MEANING = "by_meaning"
    OWN_WISH = "own_wish"
    FACT = "fact"
    MAILBOX = "mailbox"
    CHANGED = "changed"
    ELSEWHERE = "elsewhere"
    SUPPRESSED = "suppressed"

    @property
    def sentence(self) -> str:
        """Why not, and what to do instead."""
        return _SENTENCES[self]


_SENTENCES = {
    Obstacle.UNDONE: "It was undone already.",
    Obstacle.BY_MEANING: "It follows from what the message means: set another meaning.",
    Obstacle.OWN_WISH: "They asked for it themselves; only the list of suppressions can lift it.",
    Obstacle.FACT: "It is what happened; the figures keep it.",
    Obstacle.MAILBOX: "Resume the mailbox in Mailboxes.",
    Obstacle.CHANGED: "Something else has changed it since.",
    Obstacle.ELSEWHERE: "Another sequence has the contact by now.",
    Obstacle.SUPPRESSED: "The address is suppressed: undo that first.",
}


def obstacle_of(effect: Effect) -> Obstacle | None:
    """What keeps an effect from being taken back, as far as the effect itself tells it; the rest is the store's."""
    if effect.undone_at is not None:
        return Obstacle.UNDONE
    match effect.kind:
        case EffectKind.REPLIED | EffectKind.GOAL:
            return Obstacle.BY_MEANING
        case EffectKind.MAILBOX_PAUSED:
            return Obstacle.MAILBOX
        case EffectKind.BOUNCED:
            return None if effect.reason == "soft" else Obstacle.FACT
        case EffectKind.SUPPRESSED if effect.reason == SuppressionReason.COMPLAINT:
            return Obstacle.OWN_WISH
        case EffectKind.SUPPRESSED if effect.reason == SuppressionReason.UNSUBSCRIBED:
            return Obstacle.BY_MEANING
        case EffectKind.ENDED if effect.reason == CompletionReason.UNSUBSCRIBED:
            return Obstacle.BY_MEANING
    return None
