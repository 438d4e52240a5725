"""Takes hits without making anybody wait, and writes them down together: many in one unit, a moment later."""

import logging
import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.hit import SETTLES_AFTER, UNTOLD, Verdict, Visit, class_alone
from opendoors_desktop.domain.public_link import OPEN, is_signed, read_click, read_email_id
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.hit_effects import tell_hits
from opendoors_desktop.store.hits import add_hits
from opendoors_desktop.store.tracked_emails import find_target, tracking_keys

MOST_WAITING: Final = 20_000
"""So many hits are kept in memory while the store is away; more aren't noted."""

WRITES: Final = 1_000
"""How many are written in one unit."""

MOST_OF_ONE: Final = 100
"""How many hits of one email are noted in a minute: a person needs fewer, and a flood fills no store."""

KEYS_LAST: Final = timedelta(minutes=1)
"""So long the keys of workspaces are taken as known, so that asking for what isn't there costs no look."""

log = logging.getLogger(__name__)


class HitRecorder:
    """The hits of the emails of one store; `note` may be called from any thread, `write` does the work."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[tuple[UUID, Visit, Verdict]] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._since = UUID(int=0)
        self._tell_at: datetime | None = context.clock.now()
        self._lately: Counter[UUID] = Counter()
        self._lately_since = context.clock.now()
        self._is_away = False

    def note(self, visit: Visit) -> None:
        """Keep a visit to be written down; returns at once."""
        verdict = class_alone(visit) or UNTOLD
        with self._lock:
            if self._is_flood(visit) or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting.append((self._context.new_id(), visit, verdict))
            if verdict is UNTOLD and self._tell_at is None:
                self._tell_at = visit.at + SETTLES_AFTER

    def _is_flood(self, visit: Visit) -> bool:
        if visit.at - self._lately_since >= timedelta(minutes=1):
            self._lately.clear()
            self._lately_since = visit.at
        self._lately[visit.email_id] += 1
        return self._lately[visit.email_id] > MOST_OF_ONE

    def write(self) -> None:
        """Write down what waits and tell what has settled, in one unit; while the store is away it is kept."""
        with self._writing:
            batch, is_due = self._take()
            if not batch and not is_due:
                return
            try:
                with self._context.store.write() as unit:
                    add_hits(unit, batch)
                    left = tell_hits(unit, self._context, self._since) if is_due else None
            except StoreError as error:
                self._put_back(batch, error)
                return
            self._is_away = False
            if left is not None:
                self._look_again(*left)

    def _take(self) -> tuple[list[tuple[UUID, Visit, Verdict]], bool]:
        with self._lock:
            batch, self._waiting = self._waiting[:WRITES], self._waiting[WRITES:]
            return batch, self._tell_at is not None and self._tell_at <= self._context.clock.now()

    def _put_back(self, batch: list[tuple[UUID, Visit, Verdict]], error: StoreError) -> None:
        with self._lock:
            self._waiting = batch + self._waiting
        if not self._is_away:
            log.warning("hits wait to be written down: %s", error.title)
        self._is_away = True

    def _look_again(self, since: UUID | None, at: datetime | None) -> None:
        """Go on from there; where nothing was left, from what was noted meanwhile."""
        with self._lock:
            untold = [(key, visit.at) for key, visit, verdict in self._waiting if verdict is UNTOLD]
            if since is not None:
                self._since, self._tell_at = since, at
            elif untold:
                self._since, self._tell_at = untold[0][0], untold[0][1] + SETTLES_AFTER
            else:
                self._since, self._tell_at = self._context.new_id(), None


class PublicLinks:
    """Tells the signed links of one store's emails from all others, and where they lead."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._keys: tuple[bytes, ...] = ()
        self._read_at: datetime | None = None

    def are_keys_old(self) -> bool:
        """Whether there may be keys that aren't known: look with `read_keys`, and ask again."""
        return self._read_at is None or self._context.clock.now() - self._read_at >= KEYS_LAST

    def read_keys(self) -> None:
        """Read the keys of all workspaces; raises StoreError."""
        with self._context.store.read() as unit:
            self._keys = tracking_keys(unit)
        self._read_at = self._context.clock.now()

    def opened(self, token: str) -> UUID | None:
        """The email whose picture this is; None where no key that is known made the token."""
        is_ours = False
        for key in self._keys:  # each is tried, so that all take as long
            is_ours |= is_signed(key, OPEN, token)
        return read_email_id(token) if is_ours else None

    def followed(self, token: str) -> tuple[UUID, int] | None:
        """The email and the number of the link this is; None as above."""
        found = [link for key in self._keys if (link := read_click(key, token)) is not None]
        return found[0] if found else None

    def target(self, email_id: UUID, number: int) -> str | None:
        """Where a link leads; None where that isn't kept any more. Raises StoreError."""
        with self._context.store.read() as unit:
            return find_target(unit, email_id, number)

    def visit(
        self, email_id: UUID, number: int | None, *, address: str, user_agent: str, method: str, is_prefetch: bool
    ) -> Visit:
        """A request of now."""
        at = self._context.clock.now()
        return Visit(email_id, at, number, address, user_agent, method, is_prefetch)
