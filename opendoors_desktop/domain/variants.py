"""A/B tests of an email step: their values, which variant a contact gets, and the text that variant sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from opendoors_desktop.domain.step import Step


class TestType(StrEnum):
    """What the variants of a test differ in; content is subject and body."""

    SUBJECT_LINE = "subject_line"
    BODY = "body"
    CONTENT = "content"


class WinnerCriteria(StrEnum):
    """The rate that decides a test."""

    OPEN_RATE = "open_rate"
    CLICK_RATE = "click_rate"
    REPLY_RATE = "reply_rate"
    POSITIVE_REPLY_RATE = "positive_reply_rate"


@dataclass(frozen=True, slots=True)
class Variant:
    """One version of an email; what it lacks (None) comes from the step. `weight` is its share among all weights."""

    id: str
    subject: str | None = None
    body: str | None = None
    weight: int = 1
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class AbTest:
    """A whole test; `winner_id` takes everyone who comes after, `promote_winner` lets the rule set it by itself."""

    variants: tuple[Variant, ...]
    test_type: TestType = TestType.CONTENT
    winner_criteria: WinnerCriteria = WinnerCriteria.REPLY_RATE
    winner_id: str | None = None
    promote_winner: bool = False

    def find(self, variant_id: str | None) -> Variant | None:
        """The variant of that id, None where there is none."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)


@dataclass(frozen=True, slots=True)
class Content:
    """The texts an email is made from."""

    subject: str | None
    body: str | None


def bucket(*parts: UUID | int) -> float:
    """A number in [0, 1) that hangs on nothing but the parts, evenly spread over them."""
    told = blake2b(digest_size=8)
    for part in parts:
        told.update(part.bytes if isinstance(part, UUID) else part.to_bytes(8, "big"))
    return (int.from_bytes(told.digest(), "big") >> 11) / (1 << 53)


def choose(weights: Sequence[int], share: float) -> int | None:
    """The index whose slice of all weights, laid end to end, holds `share` of [0, 1); None where they add up to 0."""
    point = share * sum(weights)
    for index, weight in enumerate(weights):
        if point < weight:
            return index
        point -= weight
    return None


def assign_variant(test: AbTest, enrollment_id: UUID, step_id: UUID, round_: int) -> str | None:
    """The variant this contact gets in this round; None: the step's own text, since every variant is paused or at 0.

    A winner takes everyone. Else a hash of the three is laid against the weights of those not paused, so that asking
    twice answers the same, and changed weights move only who wasn't claimed yet.
    """
    if test.find(test.winner_id) is not None:
        return test.winner_id
    running = [variant for variant in test.variants if not variant.is_paused]
    index = choose([variant.weight for variant in running], bucket(enrollment_id, step_id, round_))
    return None if index is None else running[index].id


def content_of(step: "Step", variant_id: str | None) -> Content:
    """The texts of a step as this variant sends them; an unknown variant or None gives the step's own.

    A subject test changes the subject alone, a body test the body alone.
    """
    variant = step.ab_test.find(variant_id) if step.ab_test is not None else None
    if variant is None or step.ab_test is None:
        return Content(step.subject_template, step.body_template)
    kind = step.ab_test.test_type
    subject = variant.subject if kind is not TestType.BODY else None
    body = variant.body if kind is not TestType.SUBJECT_LINE else None
    return Content(
        step.subject_template if subject is None else subject,
        step.body_template if body is None else body,
    )
