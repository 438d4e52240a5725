"""A scheduler's leave to send: what this computer's switch gives it, beside all work that needs no mailbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether emails may leave, asked whenever the settings change.

    `again_at` is when it is to be asked again though nothing changes (a pause is over then). `still_holds` looks at
    the switch alone, in the very unit that begins or claims emails: none is begun behind a switch that was put off.
    """

    is_given: bool
    again_at: datetime | None = None
    still_holds: Callable[[], bool] = _always


LeaveOf: TypeAlias = Callable[[], Leave]
"""Asks for leave; raises StoreError."""


def always() -> Leave:
    """The leave of who was started for nothing but sending."""
    return Leave(is_given=True)
