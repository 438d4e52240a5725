"""Steps as requests bring them and answers show them, by the names of the table `sequence_steps`."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from opendoors_desktop.api.fields import Body, Flag, JsonObject, Key, Shown, text, whole
from opendoors_desktop.domain.condition import Junction
from opendoors_desktop.domain.step import Branch, LinkedInAction, StepType

MOST_DAYS: Final = 3_650
MOST_STEPS: Final = 500
LONGEST_SUBJECT: Final = 998
LONGEST_BODY: Final = 500_000
LONGEST_TEXT: Final = 10_000

_CONDITIONS: Final[dict[str, Any]] = {
    "conditions": [
        {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1},
        {"field": "days_since_last_contact", "operator": "greater_than", "value": 7},
    ],
    "operator": "AND",
}
_VARIANTS: Final[dict[str, Any]] = {
    "variants": [
        {"id": "variant_a", "subject": "Original Subject Line", "weight": 50},
        {"id": "variant_b", "subject": "Improved Subject Line", "weight": 50},
    ],
    "test_type": "subject_line",
    "winner_criteria": "open_rate",
}


class StepBody(Body):
    """What a step does; a member that is left out has its default."""

    step_type: StepType
    delay_days: Annotated[int, whole(0, MOST_DAYS)] = 0
    delay_hours: Annotated[int, whole(0, MOST_DAYS * 24)] = 0
    delay_minutes: Annotated[int, whole(0, MOST_DAYS * 1440)] = 0
    subject_template: Annotated[str, text(LONGEST_SUBJECT)] | None = Field(
        default=None, description="Empty on a later email: a reply in the same thread.", examples=["Hello"]
    )
    body_template: Annotated[str, text(LONGEST_BODY)] | None = Field(default=None, examples=["Hi {{ first_name }}"])
    body_is_html: Flag = False
    email_account_id: Key | None = Field(default=None, description="Another mailbox than the sequence's.")
    is_manual: Flag = Field(default=False, description="A person looks at the email and sends it.")
    ab_test_enabled: Flag = False
    ab_test_variants: JsonObject | None = Field(default=None, examples=[_VARIANTS])
    conditions: JsonObject | None = Field(
        default=None,
        description="Conditional steps choose their lane by it, any other is skipped where it doesn't hold."
        " `step_reference` is the step_order of an earlier step.",
        examples=[_CONDITIONS],
    )
    condition_operator: Junction = Field(default=Junction.AND, description="Where `conditions` names none.")
    wait_until_true: Flag = False
    finish_yes: Flag = Field(default=False, description="The *yes* lane ends the sequence for the contact.")
    finish_no: Flag = False
    task_title: Annotated[str, text(LONGEST_TEXT)] | None = None
    task_description: Annotated[str, text(LONGEST_BODY)] | None = None
    task_assignee_id: Key | None = Field(default=None, description="None: the sequence's owner.")
    task_due_days: Annotated[int, whole(0, MOST_DAYS)] | None = None
    waits_for_task: Flag = True
    call_script_id: Key | None = None
    linkedin_action: LinkedInAction | None = None
    linkedin_message: Annotated[str, text(LONGEST_BODY)] | None = None
    is_enabled: Flag = True
    parent_step_id: Key | None = Field(
        default=None, description="The conditional step in whose lane it stands, with `branch`."
    )
    branch: Branch | None = None
    step_order: Annotated[int, whole(1, MOST_STEPS)] | None = Field(
        default=None,
        description="Its number among all steps, counted depth-first from 1. Left out: the end of its lane when it is"
        " added, where it stands when it is replaced.",
    )


class ShownStep(Shown):
    """A step in its place with its figures."""

    id: UUID
    sequence_id: UUID
    step_order: int
    step_type: StepType
    parent_step_id: UUID | None
    branch: Branch | None
    delay_days: int
    delay_hours: int
    delay_minutes: int
    subject_template: str | None
    body_template: str | None
    body_is_html: bool
    email_account_id: UUID | None
    is_manual: bool
    ab_test_enabled: bool
    ab_test_variants: dict[str, Any] | None
    conditions: dict[str, Any] | None
    condition_operator: Junction
    wait_until_true: bool
    finish_yes: bool
    finish_no: bool
    task_title: str | None
    task_description: str | None
    task_assignee_id: UUID | None
    task_due_days: int | None
    waits_for_task: bool
    call_script_id: UUID | None
    linkedin_action: LinkedInAction | None
    linkedin_message: str | None
    is_enabled: bool
    times_executed: int
    success_rate: float | None = Field(description="In percent; null while nothing was executed.")
    created_at: datetime
    updated_at: datetime


class StepList(Shown):
    """All steps of a sequence, depth-first."""

    items: list[ShownStep]
