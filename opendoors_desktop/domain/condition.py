"""The language of conditions as values, and whether one holds for a contact at an instant.

A condition is a group of comparisons and further groups, joined by AND or OR. What it may say is checked once, when it
is read (`condition_json`); here it is only looked at, so nothing in it needs to be guessed at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.facts import EmailFacts, Facts, TaskFacts, is_unset

Scalar: TypeAlias = str | int | float | bool
Operand: TypeAlias = Scalar | tuple[Scalar, ...] | None


class Operator(StrEnum):
    """How a fact is compared with the value of the condition."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    IN = "in"
    NOT_IN = "not_in"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


class Junction(StrEnum):
    """Whether all members of a group must hold, or one is enough."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact against one value.

    `field` is a name like `email_opened`, `contact.city` or `contact.custom.plan`; `value` is None for `is_set` and
    `is_not_set` and a tuple for `in` and `not_in`; `step_id` is the step the fact is about, None for any step so far.
    """

    field: str
    operator: Operator
    value: Operand = None
    step_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Members that must hold together (AND) or of which one must hold (OR); never empty."""

    operator: Junction
    members: tuple["Comparison | Group", ...]


Condition: TypeAlias = Group
"""A whole condition: its outermost group."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a condition is looked at: the instant, the enrollment's zone, and when it was enrolled."""

    now: datetime
    zone: ZoneInfo
    enrolled_at: datetime

    @property
    def today(self) -> date:
        """The date on the wall where the contact is."""
        return self.now.astimezone(self.zone).date()

    def days_since(self, instant: datetime) -> int:
        """Whole days from the local date of `instant` to today's; 0 for an instant to come."""
        return max(0, (self.today - instant.astimezone(self.zone).date()).days)


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in a condition, in reading order."""
    for member in condition.members:
        if isinstance(member, Group):
            yield from comparisons(member)
        else:
            yield member


def referred_steps(condition: Condition | None) -> frozenset[UUID]:
    """The steps a condition refers to by name."""
    if condition is None:
        return frozenset()
    return frozenset(each.step_id for each in comparisons(condition) if each.step_id is not None)


def depends_on_days(condition: Condition) -> bool:
    """Whether the condition may change by nothing but the turn of a local day."""
    return any(each.field.startswith("days_since_") for each in comparisons(condition))


def evaluate(condition: Condition, facts: Facts, moment: Moment) -> bool:
    """Whether the condition holds on these facts at this moment.

    On an unset fact every comparison is false but `not_equals`, `not_contains`, `not_in` and `is_not_set`. Of a step
    the contact never executed the facts of emails and tasks are false and the outcome of a call is unset.
    """
    if condition.operator is Junction.AND:
        return all(_holds(member, facts, moment) for member in condition.members)
    return any(_holds(member, facts, moment) for member in condition.members)


def _holds(member: Comparison | Group, facts: Facts, moment: Moment) -> bool:
    if isinstance(member, Group):
        return evaluate(member, facts, moment)
    return holds(member.operator, _fact(member, facts, moment), member.value)


def _fact(comparison: Comparison, facts: Facts, moment: Moment) -> object:
    """What the comparison's field is for this contact; None where it is unset."""
    name = comparison.field
    if name.startswith("contact."):
        return facts.fields.get(name.removeprefix("contact."))
    if name.startswith("email_"):
        return _email_fact(name.removeprefix("email_"), comparison.step_id, facts)
    if name == "days_since_last_contact":
        return None if facts.last_contacted_at is None else moment.days_since(facts.last_contacted_at)
    if name == "days_since_enrolled":
        return moment.days_since(moment.enrolled_at)
    return _task_fact(name, comparison.step_id, facts)


def _email_fact(name: str, step_id: UUID | None, facts: Facts) -> bool:
    if step_id is None:
        return any(getattr(email, name) for email in facts.emails.values())
    return bool(getattr(facts.emails.get(step_id, _NO_EMAIL), name))


def _task_fact(name: str, step_id: UUID | None, facts: Facts) -> object:
    """`task_completed` as true or false; `call_outcome` of the step, or of the call that was finished last."""
    if name == "task_completed":
        if step_id is None:
            return any(task.is_completed for task in facts.tasks.values())
        return facts.tasks.get(step_id, _NO_TASK).is_completed
    if step_id is not None:
        return facts.tasks.get(step_id, _NO_TASK).outcome
    ended = [task for task in facts.tasks.values() if task.outcome is not None and task.completed_at is not None]
    return max(ended, key=_completion).outcome if ended else None


def _completion(task: TaskFacts) -> float:
    return task.completed_at.timestamp() if task.completed_at else 0.0


_NO_EMAIL = EmailFacts()
_NO_TASK = TaskFacts()

_NEGATED = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NOT_SET: Operator.IS_SET,
}


def holds(operator: Operator, fact: object, value: Operand) -> bool:
    """Whether `fact` stands to `value` as the operator says.

    Texts are compared without regard to case and outer blanks. A fact of another kind than the value (a text where the
    condition has a number, say) is no match: such a comparison is false, its negation true.
    """
    positive = _NEGATED.get(operator)
    if positive is not None:
        return not holds(positive, fact, value)
    if is_unset(fact):
        return False
    if operator is Operator.IS_SET:
        return True
    if isinstance(fact, (list, tuple, frozenset, set)):
        return any(_matches(operator, each, value, inside_list=True) for each in fact)
    return _matches(operator, fact, value, inside_list=False)


def _matches(operator: Operator, fact: object, value: Operand, *, inside_list: bool) -> bool:
    """One plain fact against the value; an element of a list `contains` a text by being it."""
    if operator is Operator.IN:
        return isinstance(value, tuple) and any(_key(fact) == _key(each) for each in value)
    left, right = _key(fact), _key(value)
    if operator is Operator.EQUALS or (inside_list and operator is Operator.CONTAINS):
        return left == right
    if operator is Operator.CONTAINS:
        return isinstance(left[1], str) and isinstance(right[1], str) and right[1] in left[1]
    return left[0] == right[0] and _ordered(operator, left[1], right[1])


def _key(value: object) -> tuple[str, object]:
    """A value with its kind in front, so that values of different kinds are never equal (1 and true, 7 and "7")."""
    if isinstance(value, str):
        return "text", value.strip().casefold()
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, (int, float)):
        return "number", value
    return "other", value


def _ordered(operator: Operator, left: object, right: object) -> bool:
    """Numbers by size, texts (days as YYYY-MM-DD) by their characters; nothing else has an order."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _NUMBERS[operator](left, right)
    if isinstance(left, str) and isinstance(right, str):
        return _TEXTS[operator](left, right)
    return False


_NUMBERS: dict[Operator, Callable[[float, float], bool]] = {
    Operator.LESS_THAN: lt,
    Operator.AT_MOST: le,
    Operator.GREATER_THAN: gt,
    Operator.AT_LEAST: ge,
}
_TEXTS: dict[Operator, Callable[[str, str], bool]] = {
    Operator.LESS_THAN: lt,
    Operator.AT_MOST: le,
    Operator.GREATER_THAN: gt,
    Operator.AT_LEAST: ge,
}
