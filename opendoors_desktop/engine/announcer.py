"""Tells whoever runs a scheduler what concerns all of it, each thing once: the store, other holders, hosts away."""

import logging
from collections.abc import Callable, Container, Sequence
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.absence import Absence
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.notices import CameBack, HeldElsewhere, Notice, Offline, StoreBack, StoreStopped
from opendoors_desktop.engine.reach import Reach
from opendoors_desktop.store.leases import HeldBy

log = logging.getLogger(__name__)


class Announcer:
    """Remembers what was told, and tells only what is another now.

    `store_fault` is what keeps the store from being written, None while all is well; `reach` says which hosts answer.
    """

    def __init__(self, tell: Callable[[Notice], object]) -> None:
        self._tell = tell
        self._others: list[tuple[UUID, str, int]] = []
        self._offline_since: datetime | None = None
        self.reach = Reach()
        self.store_fault: StoreError | None = None

    def store_stopped(self, error: StoreError) -> None:
        """The store can't be written."""
        if self.store_fault is None:
            log.warning("nothing is sent: %s %s", error.title, error.advice)
            self._tell(StoreStopped(error))
        self.store_fault = error

    def store_answers(self) -> None:
        """The store was written."""
        if self.store_fault is not None:
            log.warning("the store can be written again")
            self.store_fault = None
            self._tell(StoreBack())

    def came_back(self, absence: Absence) -> None:
        """The computer was away, or its clock was set."""
        log.info("away for %s, the clock set by %s", absence.lasted, absence.set_by)
        self._tell(CameBack(absence))

    def held_elsewhere(self, others: Sequence[HeldBy]) -> None:
        """These mailboxes are others' now; a lease that was only renewed is no news."""
        holders = [(each.mailbox_id, each.host, each.pid) for each in others]
        if holders != self._others:
            self._others = holders
            self._tell(HeldElsewhere(tuple(others)))

    def hosts_of(self, mailbox_ids: Container[UUID]) -> None:
        """Say since when no host of these mailboxes answers, or that one does again."""
        since = self.reach.offline_since(mailbox_ids)
        if since != self._offline_since:
            self._offline_since = since
            self._tell(Offline(since))
