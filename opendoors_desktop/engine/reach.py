"""Whether the mail hosts can be reached from here, told from what came of the last tries."""

from collections.abc import Container
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.mail.frames import SmtpFailure

_AWAY: Final = frozenset({"dns", "refused", "network"})
"""Causes for which nobody was there to answer; a host that answers badly is there."""


class Reach:
    """Remembers for each mailbox since when its host is away, and when any host last answered."""

    def __init__(self) -> None:
        self._away: dict[UUID, datetime] = {}
        self._answered_at: datetime | None = None

    def answered(self, mailbox_id: UUID, at: datetime) -> None:
        """A mailbox's host was there."""
        self._away.pop(mailbox_id, None)
        self._answered_at = at

    def failed(self, mailbox_id: UUID, failure: SmtpFailure, at: datetime) -> None:
        """No connection could be had."""
        if failure.cause in _AWAY:
            self._away.setdefault(mailbox_id, at)
        else:
            self.answered(mailbox_id, at)

    def offline_since(self, wanted: Container[UUID]) -> datetime | None:
        """Since when every host that was tried for `wanted` mailboxes is away; None: one answers, or none was tried."""
        since = min((at for key, at in self._away.items() if key in wanted), default=None)
        if since is None or (self._answered_at is not None and self._answered_at >= since):
            return None
        return since
