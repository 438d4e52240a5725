"""The fields a condition may ask for: of what kind each is, which operators fit it, and to which steps it may refer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from opendoors_desktop.domain.condition import Operator
from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.step import Step, StepType

_EQUAL = frozenset({Operator.EQUALS, Operator.NOT_EQUALS})
_SET = frozenset({Operator.IS_SET, Operator.IS_NOT_SET})
_LISTED = frozenset({Operator.IN, Operator.NOT_IN})
_PART = frozenset({Operator.CONTAINS, Operator.NOT_CONTAINS})
_ORDER = frozenset({Operator.GREATER_THAN, Operator.LESS_THAN, Operator.AT_LEAST, Operator.AT_MOST})


class FactKind(StrEnum):
    """What a fact is; the value names it for people."""

    SURE_FLAG = "true or false, never unset"
    FLAG = "true or false"
    NUMBER = "a number"
    TEXT = "a text"
    DAY = "a day like 2026-10-31"
    LIST = "a list of texts"
    ANY = "a text, a number, true or false"


OPERATORS: Mapping[FactKind, frozenset[Operator]] = {
    FactKind.SURE_FLAG: _EQUAL,
    FactKind.FLAG: _EQUAL | _SET,
    FactKind.NUMBER: _EQUAL | _ORDER | _LISTED | _SET,
    FactKind.TEXT: _EQUAL | _PART | _LISTED | _SET,
    FactKind.DAY: _EQUAL | _ORDER | _LISTED | _SET,
    FactKind.LIST: _PART | _LISTED | _SET,
    FactKind.ANY: frozenset(Operator),
}
"""The operators that say something about each kind."""


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of the condition language; `steps` are the types of steps it may refer to, empty where to none."""

    name: str
    kind: FactKind
    steps: frozenset[StepType] = frozenset()

    def may_refer_to(self, step: Step) -> bool:
        """Whether the fact exists of that step; a task also comes of an email that a rep sends by hand."""
        by_hand = step.is_manual and self.name == "task_completed" and step.type is StepType.EMAIL
        return step.type in self.steps or by_hand


_EMAIL = frozenset({StepType.EMAIL})
_OWN = [
    *(
        FactField(f"email_{what}", FactKind.SURE_FLAG, _EMAIL)
        for what in ("sent", "opened", "clicked", "replied", "bounced")
    ),
    FactField("days_since_last_contact", FactKind.NUMBER),
    FactField("days_since_enrolled", FactKind.NUMBER),
    FactField("task_completed", FactKind.SURE_FLAG, frozenset({StepType.TASK, StepType.CALL, StepType.LINKEDIN})),
    FactField("call_outcome", FactKind.TEXT, frozenset({StepType.CALL})),
]
_CONTACT = [FactField(f"contact.{name}", FactKind.TEXT) for name in ("email", "name", *TEXT_FIELDS)]
FIELDS: Mapping[str, FactField] = {
    field.name: field for field in (*_OWN, *_CONTACT, FactField("contact.tags", FactKind.LIST))
}
"""All fields but a workspace's own, by name."""

_CUSTOM_KINDS = {
    FieldKind.TEXT: FactKind.TEXT,
    FieldKind.NUMBER: FactKind.NUMBER,
    FieldKind.DATE: FactKind.DAY,
    FieldKind.BOOLEAN: FactKind.FLAG,
}
_CUSTOM = f"contact.{CUSTOM}"


def find_field(name: str, custom: Mapping[str, FieldKind] | None) -> FactField | None:
    """The field of that name, None where there is none.

    `custom` are the workspace's own fields by name; None where they aren't known, as in a file for any workspace: then
    every name of an own field is taken for one that may hold anything.
    """
    own = name.removeprefix(_CUSTOM)
    if own == name:
        return FIELDS.get(name)
    if custom is None:
        return FactField(name, FactKind.ANY) if own.isidentifier() else None
    kind = custom.get(own)
    return None if kind is None else FactField(name, _CUSTOM_KINDS[kind])
