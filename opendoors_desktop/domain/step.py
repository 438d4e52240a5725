"""One step of a sequence, and what became of it for a contact."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.domain.condition import Condition
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.variants import AbTest


class StepType(StrEnum):
    """What a step does."""

    EMAIL = "email"
    TASK = "task"
    LINKEDIN = "linkedin"
    CALL = "call"
    CONDITIONAL = "conditional"
    DELAY = "delay"


class Branch(StrEnum):
    """One of the two lanes of a conditional step."""

    YES = "yes"
    NO = "no"


class LinkedInAction(StrEnum):
    """The one thing a LinkedIn step asks a person to do."""

    CONNECT = "connect"
    MESSAGE = "message"
    VIEW_PROFILE = "view_profile"


class StepResult(StrEnum):
    """What became of a step for one contact in one round."""

    SENT = "sent"
    FAILED = "failed"
    DONE = "done"
    SKIPPED = "skipped"
    YES = "yes"
    NO = "no"
    ELAPSED = "elapsed"
    MADE = "made"  # a task is open, and the contact waits for it
    PASSED = "passed"  # a task was made, and the contact has gone on without waiting for it


class StepRecord(NamedTuple):
    """A line of an enrollment's progress: the step, its result, the instant it counts from, and words for people."""

    step_id: UUID
    result: StepResult
    at: datetime
    detail: str | None = None


NO_DELAY = Delay(0, 0, 0)
TASK_TYPES = frozenset({StepType.TASK, StepType.CALL, StepType.LINKEDIN})


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `order` numbers all live steps depth-first from 1.

    `parent_id` and `branch` name the lane it stands in (None: the main list). `variables` are the names its texts need
    a value for. `retired_at` is set on a step that was taken out but has history: it only keeps
    its figures.
    `is_enabled` is False for a step that is switched off: it and all in its lanes are passed over.
    """

    id: UUID
    sequence_id: UUID
    order: int
    type: StepType
    parent_id: UUID | None = None
    branch: Branch | None = None
    delay: Delay = NO_DELAY
    subject_template: str | None = None
    body_template: str | None = None
    body_is_html: bool = False
    mailbox_id: UUID | None = None
    is_manual: bool = False
    ab_test_enabled: bool = False
    ab_test: AbTest | None = None
    conditions: Condition | None = None
    wait_until_true: bool = False
    finish_yes: bool = False
    finish_no: bool = False
    task_title: str | None = None
    task_description: str | None = None
    task_assignee_id: UUID | None = None
    task_due_days: int | None = None
    waits_for_task: bool = True
    call_script_id: UUID | None = None
    linkedin_action: LinkedInAction | None = None
    linkedin_message: str | None = None
    is_enabled: bool = True
    retired_at: datetime | None = None
    variables: frozenset[str] = frozenset()

    @property
    def is_task(self) -> bool:
        """Whether a person does it: tasks, calls, LinkedIn steps and emails that a rep sends by hand."""
        return self.type in TASK_TYPES or (self.type is StepType.EMAIL and self.is_manual)

    @property
    def waits_for_person(self) -> bool:
        """Whether the contact goes on only when the person is done; an email by hand is always waited for."""
        return (self.type is StepType.EMAIL and self.is_manual) or (self.type in TASK_TYPES and self.waits_for_task)

    @property
    def has_subject(self) -> bool:
        """Whether the email has a subject of its own, so that it starts a new thread."""
        if self.subject_template is not None and self.subject_template.strip():
            return True
        return self.ab_test_enabled and self.ab_test is not None and any(v.subject for v in self.ab_test.variants)

    def finishes(self, branch: Branch) -> bool:
        """Whether that lane of a conditional step ends with "finish" instead of going on behind the step."""
        return self.finish_yes if branch is Branch.YES else self.finish_no
