"""What a scheduler tells whoever runs it, beside what it writes into the store."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from opendoors_desktop.domain.absence import Absence
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.leases import HeldBy


@dataclass(frozen=True, slots=True)
class StoreStopped:
    """The store can't be written: nothing is sent until it can."""

    error: StoreError


@dataclass(frozen=True, slots=True)
class StoreBack:
    """The store can be written again."""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """The mailboxes that other schedulers own now; none: all that can be ours are."""

    holders: tuple[HeldBy, ...]


@dataclass(frozen=True, slots=True)
class CameBack:
    """The computer was away or its clock was set; what is overdue goes by pace."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class Offline:
    """No mail host that was tried answers, `since` then; None: one answers again, or none is needed any more."""

    since: datetime | None


Notice: TypeAlias = StoreStopped | StoreBack | HeldElsewhere | CameBack | Offline
