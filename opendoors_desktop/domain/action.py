"""What an enrollment may be told to do next: the answers of `decision.next_step`, each with its reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.enrollment import CompletionReason, HoldReason
from opendoors_desktop.domain.step import Branch, Step


@dataclass(frozen=True, slots=True)
class Send:
    """Send the step's email, now that it is due, as soon as pace lets it.

    `due_at` lies in the window. `is_first`: no email of this round went before it. `starts_thread`: it has a
    subject of its own.
    """

    step: Step
    due_at: datetime
    mailbox_id: UUID
    is_first: bool
    starts_thread: bool
    because: Because = Because.DUE


@dataclass(frozen=True, slots=True)
class MakeTask:
    """Make the step's task (or call, LinkedIn task, email by hand) for its assignee, due at `task_due_at`."""

    step: Step
    due_at: datetime
    task_due_at: datetime
    because: Because = Because.DUE


@dataclass(frozen=True, slots=True)
class TakeLane:
    """Go on in one lane of a conditional step, which counts as done at `at`."""

    step: Step
    branch: Branch
    at: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the step out; it counts as over at `at`."""

    step: Step
    at: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Elapse:
    """The time of a delay step is over, at `at`."""

    step: Step
    at: datetime
    because: Because = Because.DUE


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do yet.

    `until` is the due instant moved into the window (what `next_step_scheduled_at` shows), None while a person or a
    state is waited for; `look_at` is when to ask again, None: when something changes.
    """

    step: Step | None
    until: datetime | None
    look_at: datetime | None
    because: Because


@dataclass(frozen=True, slots=True)
class Hold:
    """The step is due, but a person must put something right first; `detail` names what, e.g. the missing variables."""

    step: Step
    due_at: datetime
    reason: HoldReason
    detail: str
    because: Because


@dataclass(frozen=True, slots=True)
class Finish:
    """The enrollment is over."""

    reason: CompletionReason
    because: Because


Decision: TypeAlias = Send | MakeTask | TakeLane | Skip | Elapse | Wait | Hold | Finish
