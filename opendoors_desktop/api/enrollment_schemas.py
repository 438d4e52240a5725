"""Enrollments as requests bring them and answers show them."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from opendoors_desktop.api.fields import Body, Instant, Key, Shown, text, whole
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.sequence import GoalType

FEW: Final = 100
MANY: Final = 100_000
MOST_STEPS: Final = 500


class EnrollBody(Body):
    """Who is enrolled, and where they begin."""

    contact_ids: Annotated[list[Key], Field(min_length=1, max_length=FEW)]
    at_step: Annotated[int, whole(1, MOST_STEPS)] | None = Field(default=None, description="None: the first step.")
    start: Instant | None = Field(default=None, description="From when the first delay runs; none: from now.")


class BulkEnrollBody(Body):
    """Who is enrolled, up to a hundred thousand, and where they begin."""

    contact_ids: Annotated[list[Key], Field(min_length=1, max_length=MANY)]
    at_step: Annotated[int, whole(1, MOST_STEPS)] | None = None
    start: Instant | None = None


class Refused(Shown):
    """Why a contact wasn't enrolled, and what to do."""

    code: str
    title: str
    advice: str


class EnrolledItem(Shown):
    """The answer for one contact: its enrollment, or why it wasn't enrolled."""

    contact_id: UUID
    status: Literal["enrolled", "refused"]
    enrollment_id: UUID | None = Field(description="Also of a contact that was in the sequence before.")
    next_step_scheduled_at: datetime | None
    error: Refused | None


class EnrollAnswer(Shown):
    """How many were enrolled and refused, and the answer for each contact in the order they were named."""

    enrolled: int
    refused: int
    items: list[EnrolledItem]


class EnrollmentQuery(Body):
    """Which enrollments are asked for, from where on; by when they were made."""

    sequence_id: Key | None = None
    contact_id: Key | None = None
    status: Annotated[list[EnrollmentStatus], Field(max_length=6)] = Field(default_factory=list)
    held: bool = Field(default=False, description="Only those that are held, for what a person has to do.")
    hidden: bool = Field(default=False, description="Those that were removed as well.")
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, text(4_000)] | None = None


class ShownEnrollment(Shown):
    """A contact in a sequence."""

    id: UUID
    sequence_id: UUID
    sequence: str
    contact_id: UUID
    contact_email: str | None
    contact_name: str
    status: EnrollmentStatus
    completion_reason: CompletionReason | None
    round: int
    current_step: int | None = Field(description="The step_order of the step executed next; ended: the last reached.")
    next_step_scheduled_at: datetime | None
    hold_reason: str | None
    hold_detail: str | None
    waiting_until: datetime | None
    enrolled_at: datetime | None
    completed_at: datetime | None
    total_emails_sent: int


class EnrollmentPage(Shown):
    """A page of enrollments; `next_cursor` leads to the one behind it, null at the end."""

    items: list[ShownEnrollment]
    next_cursor: str | None


class GoalBody(Body):
    """What was reached."""

    event: Literal[GoalType.MEETINGS, GoalType.SALES, GoalType.CUSTOM] | None = Field(
        default=None, description="None: whatever the sequence is for."
    )
