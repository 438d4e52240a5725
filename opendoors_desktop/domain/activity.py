"""What happens to contacts, as lines that are only ever added: the kinds, and how each is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ActivityKind(StrEnum):
    """One kind of thing that happens; `sentence` tells it to a person."""

    ENROLLED = "enrolled"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    MEANING_CHANGED = "meaning_changed"
    BOUNCED = "bounced"
    AUTO_REPLIED = "auto_replied"
    OUT_OF_OFFICE = "out_of_office"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    STEP_SKIPPED = "step_skipped"
    LANE_TAKEN = "lane_taken"
    DELAY_OVER = "delay_over"
    TASK_MADE = "task_made"
    TASK_DONE = "task_done"
    TASK_SKIPPED = "task_skipped"
    CALL_LOGGED = "call_logged"
    HELD = "held"
    RELEASED = "released"
    PAUSED = "paused"
    RESUMED = "resumed"
    MOVED = "moved"
    GOAL_ACHIEVED = "goal_achieved"
    COMPLETED = "completed"
    STOPPED = "stopped"
    REOPENED = "reopened"
    WINNER_NAMED = "winner_named"

    @property
    def sentence(self) -> str:
        """The activity in a few words."""
        return _TOLD[self]


_TOLD = {
    ActivityKind.ENROLLED: "Added to the sequence",
    ActivityKind.SENT: "Email sent",
    ActivityKind.FAILED: "Email failed",
    ActivityKind.UNCERTAIN: "Email may have been sent",
    ActivityKind.OPENED: "Email opened",
    ActivityKind.CLICKED: "Link clicked",
    ActivityKind.REPLIED: "Replied",
    ActivityKind.MEANING_CHANGED: "Meaning of a reply set",
    ActivityKind.BOUNCED: "Email bounced",
    ActivityKind.AUTO_REPLIED: "Automatic reply",
    ActivityKind.OUT_OF_OFFICE: "Out of office",
    ActivityKind.COMPLAINED: "Reported as spam",
    ActivityKind.UNSUBSCRIBED: "Unsubscribed",
    ActivityKind.SUPPRESSED: "Put on the suppression list",
    ActivityKind.STEP_SKIPPED: "Step skipped",
    ActivityKind.LANE_TAKEN: "Condition decided",
    ActivityKind.DELAY_OVER: "Delay over",
    ActivityKind.TASK_MADE: "Task made",
    ActivityKind.TASK_DONE: "Task done",
    ActivityKind.TASK_SKIPPED: "Task skipped",
    ActivityKind.CALL_LOGGED: "Call logged",
    ActivityKind.HELD: "Held for a person",
    ActivityKind.RELEASED: "Let go",
    ActivityKind.PAUSED: "Paused",
    ActivityKind.RESUMED: "Resumed",
    ActivityKind.MOVED: "Moved to another step",
    ActivityKind.GOAL_ACHIEVED: "Goal reached",
    ActivityKind.COMPLETED: "Completed the sequence",
    ActivityKind.STOPPED: "Stopped",
    ActivityKind.REOPENED: "Made active again",
    ActivityKind.WINNER_NAMED: "Winner of an A/B test named",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened at an instant (UTC); what it isn't about is None, `user_id` too if nobody did it."""

    id: UUID
    occurred_at: datetime
    kind: ActivityKind
    contact_id: UUID | None = None
    enrollment_id: UUID | None = None
    sequence_id: UUID | None = None
    step_id: UUID | None = None
    mailbox_id: UUID | None = None
    outgoing_email_id: UUID | None = None
    variant_id: str | None = None
    user_id: UUID | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
