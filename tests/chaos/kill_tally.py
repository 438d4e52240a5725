"""What the random kills have come to so far, in figures for whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass

TELLS_EVERY = 10
"""Kills between two lines of progress."""


@dataclass
class KillTally:
    """Counts kills and what was wrong after them; each line of progress goes to `say`.

    `worst_uncertain` is the most emails that one kill made uncertain, `beyond` how often they were more than the
    connections.
    """

    say: Callable[[str], None] = print
    kills: int = 0
    emails: int = 0
    doubled: int = 0
    lost: int = 0
    worst_uncertain: int = 0
    beyond: int = 0

    def killed(self, uncertain: int, connections: int, doubled: int) -> None:
        """One more kill: the emails it made uncertain at that many connections, and those that left twice so far."""
        self.kills += 1
        self.doubled += doubled
        self.worst_uncertain = max(self.worst_uncertain, uncertain)
        self.beyond += uncertain > connections
        if self.kills % TELLS_EVERY == 0:
            self.say(str(self))

    def finished(self, emails: int, lost: int) -> None:
        """One store is sent to its end: how many emails it had, and how many are neither sent nor uncertain."""
        self.emails += emails
        self.lost += lost

    def __str__(self) -> str:
        """All figures in one line."""
        return (
            f"kills: {self.kills:,}; emails sent to the end: {self.emails:,}; doubled:"
            f" {self.doubled}; lost: {self.lost}; worst uncertain after one kill: {self.worst_uncertain}, more than"
            f" the connections: {self.beyond} times"
        )
