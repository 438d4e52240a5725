"""What is known of a contact at an instant: all that a decision or a condition may look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.domain.values import changed


@dataclass(frozen=True, slots=True)
class EmailFacts:
    """What became of one step's email since it left; opens and clicks are those of people, not of machines."""

    sent: bool = False
    opened: bool = False
    clicked: bool = False
    replied: bool = False
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What became of one step's task, call or LinkedIn task; `outcome` is the name of the outcome a person chose."""

    is_completed: bool = False
    outcome: str | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one contact in one round of one sequence.

    `fields` holds the contact's fields by the names templates use (`first_name`, `custom.plan`, `tags`, …); an absent
    name and an empty value are the same: unset. `fallbacks` are what the workspace says in place of an empty field in
    a text; conditions don't see them. `emails` and `tasks` are keyed by step. `unsettled` is the state of an email of
    the current step that is under way and has no end yet (claimed, sending, deferred, uncertain). `days_off` are the
    days on which the enrollment's mailbox doesn't send. `filled` are names of fields that have a value, for those who
    ask about the same contact again and again (see `with_filled`); without it each is looked at.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    fallbacks: Mapping[str, object] = field(default_factory=dict)
    emails: Mapping[UUID, EmailFacts] = field(default_factory=dict)
    tasks: Mapping[UUID, TaskFacts] = field(default_factory=dict)
    last_contacted_at: datetime | None = None
    suppression: SuppressionReason | None = None
    has_replied: bool = False
    has_reached_goal: bool = False
    unsettled: str | None = None
    days_off: frozenset[date] = frozenset()
    filled: frozenset[str] = frozenset()


def with_filled(facts: Facts, needed: Collection[str], known: dict[tuple[str, ...], frozenset[str]]) -> Facts:
    """The facts with `filled` worked out for the `needed` names; `known` keeps each set once, since most are equal."""
    fields = facts.fields
    filled = tuple([name for name in needed if not is_unset(fields.get(name))])
    return changed(facts, filled=known.get(filled) or known.setdefault(filled, frozenset(filled)))


def missing_variables(needed: Collection[str], facts: Facts) -> tuple[str, ...]:
    """The names that neither the contact nor a fallback has a value for, sorted."""
    if facts.filled.issuperset(needed):
        return ()
    fields, fallbacks = facts.fields, facts.fallbacks
    missing = [name for name in needed if is_unset(fields.get(name)) and is_unset(fallbacks.get(name))]
    return tuple(sorted(missing)) if missing else ()


def is_unset(value: object) -> bool:
    """Whether a field counts as not there: None, an empty or blank text, an empty list."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, (tuple, list)) and not value)
