"""What a scheduler tells whoever runs it, beside what it writes into the store."""

from dataclasses import dataclass
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


Notice: TypeAlias = StoreStopped | StoreBack | HeldElsewhere | CameBack
