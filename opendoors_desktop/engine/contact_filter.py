"""Filters of contacts as a person types them: `country = France and (tags contains vip or custom.score >= 7)`.

A comparison is FIELD OPERATOR VALUE with a field's name as templates use it. Operators: = != > < >= <=, contains,
not contains, in (…, …), not in (…, …), is set, is not set. `and` binds closer than `or`; parentheses group. A value
with blanks or signs stands in quotes. A filter that begins with a brace is read as the JSON of a condition.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.condition import Condition, Moment, evaluate
from opendoors_desktop.domain.condition_json import Scope, parse
from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS, Contact
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.fact_field import FactKind, find_field
from opendoors_desktop.domain.facts import Facts
from opendoors_desktop.engine.commands.contacts import list_contacts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.json_file import parse_json
from opendoors_desktop.store.contacts import own_fields

PREFIX: Final = "contact."
_TOKENS: Final = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<sign>!=|>=|<=|[=<>(),])|(?P<word>[^\s=<>!(),"']+))"""
)
_SIGNS: Final = {
    "=": "equals",
    "!=": "not_equals",
    ">": "greater_than",
    "<": "less_than",
    ">=": "at_least",
    "<=": "at_most",
}
_MOMENT: Final = Moment(datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), datetime(2000, 1, 1, tzinfo=UTC))
"""When is of no matter: a filter may ask for nothing that passes with time."""


def filter_contacts(context: Context, text: str) -> Iterator[Contact]:
    """The contacts for whom a filter holds, in the order they were made; raises InputError before the first."""
    matches = read_filter(context, text)
    return (contact for contact in list_contacts(context) if matches(contact))


def read_filter(context: Context, text: str) -> Callable[[Contact], bool]:
    """What tells whether a contact meets the filter; raises InputError with the place of a fault."""
    with context.store.read() as unit:
        kinds = {field.name: field.kind for field in own_fields(unit, context.scope.workspace_id)}
    condition = parse_filter(text, kinds)
    return lambda contact: evaluate(condition, Facts(fields=_fields(contact)), _MOMENT)


def parse_filter(text: str, custom: Mapping[str, FieldKind]) -> Condition:
    """The condition a filter says; `custom` are the workspace's own fields by name. Raises InputError."""
    if text.lstrip().startswith("{"):
        document = parse_json(text.encode("utf-8", "surrogatepass"), "the filter")
    else:
        reader = _Reader(text, custom)
        document = _as_group(reader.any_of())
        reader.end()
    _refuse_steps(document)
    return parse(document, Scope((), 1, custom))


class _Reader:
    """Reads a filter word by word, into the JSON of a condition."""

    def __init__(self, text: str, custom: Mapping[str, FieldKind]) -> None:
        self._text = text
        self._custom = custom
        self._tokens = list(_tokens(text))
        self._place = 0

    def any_of(self) -> dict[str, Any]:
        """Members joined by `or`."""
        return self._joined("or", self._all_of)

    def end(self) -> None:
        """Raise InputError where there is more than was understood."""
        if self._place < len(self._tokens):
            raise self._fault("“and”, “or” or the end")

    def _all_of(self) -> dict[str, Any]:
        return self._joined("and", self._member)

    def _joined(self, word: str, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        members = [read()]
        while self._take(word):
            members.append(read())
        return members[0] if len(members) == 1 else {"conditions": members, "operator": word.upper()}

    def _member(self) -> dict[str, Any]:
        if self._take("("):
            inside = self.any_of()
            self._require(")")
            return inside
        name = self._word("a field")
        name = name if name.startswith(PREFIX) else f"{PREFIX}{name}"
        field = find_field(name, self._custom)
        kind = FactKind.TEXT if field is None else field.kind
        operator = self._operator()
        found: dict[str, Any] = {"field": name, "operator": operator}
        if operator in {"in", "not_in"}:
            found["value"] = self._values(kind)
        elif operator not in {"is_set", "is_not_set"}:
            found["value"] = self._value(kind)
        return found

    def _operator(self) -> str:
        for sign, name in _SIGNS.items():
            if self._take(sign):
                return name
        if self._take("is"):
            negated = self._take("not")
            self._require("set")
            return "is_not_set" if negated else "is_set"
        negated = self._take("not")
        for word in ("contains", "in"):
            if self._take(word):
                return f"not_{word}" if negated else word
        raise self._fault("an operator (=, !=, >, <, >=, <=, contains, in, is set, not …)")

    def _values(self, kind: FactKind) -> list[Any]:
        self._require("(")
        values = [self._value(kind)]
        while self._take(","):
            values.append(self._value(kind))
        self._require(")")
        return values

    def _value(self, kind: FactKind) -> Any:
        text = self._word("a value")
        if kind is FactKind.FLAG and text.casefold() in {"true", "yes", "false", "no"}:
            return text.casefold() in {"true", "yes"}
        if kind is FactKind.NUMBER:
            try:
                return float(text) if "." in text else int(text)
            except ValueError:
                return text  # the condition's own check says what is wrong with it
        return text

    def _word(self, what: str) -> str:
        if self._place < len(self._tokens):
            kind, text, _ = self._tokens[self._place]
            if kind != "sign":
                self._place += 1
                return text
        raise self._fault(what)

    def _take(self, wanted: str) -> bool:
        if self._place < len(self._tokens):
            kind, text, _ = self._tokens[self._place]
            if kind != "quoted" and text.casefold() == wanted:
                self._place += 1
                return True
        return False

    def _require(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._fault(f"“{wanted}”")

    def _fault(self, wanted: str) -> InputError:
        at = self._tokens[self._place][2] if self._place < len(self._tokens) else len(self._text)
        return _bad_filter(self._text, at, f"{wanted} was expected")


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and place of each token; raises InputError for a quote that isn't closed."""
    place = 0
    while text[place:].strip():
        found = _TOKENS.match(text, place)
        if found is None:
            raise _bad_filter(text, place, "a quote isn't closed, or a sign stands where none may")
        kind = str(found.lastgroup)
        value = found.group(kind)
        yield kind, value[1:-1] if kind == "quoted" else value, found.start(kind)
        place = found.end()


def _bad_filter(text: str, place: int, reason: str) -> InputError:
    return InputError(
        f"The filter can't be read: {reason} at character {place + 1}.",
        "Write it like: country = France and tags contains vip.",
        where=text,
        code="bad_filter",
    )


def _as_group(member: dict[str, Any]) -> dict[str, Any]:
    return member if "conditions" in member else {"conditions": [member], "operator": "AND"}


def _refuse_steps(document: object) -> None:
    """Raise InputError for a condition that asks for what only a contact in a sequence has."""
    members = document.get("conditions") if isinstance(document, dict) else None
    for member in members if isinstance(members, list) else []:
        _refuse_steps(member)
        field = member.get("field") if isinstance(member, dict) else None
        if isinstance(field, str) and not field.startswith(PREFIX):
            raise InputError(
                f"A filter of contacts can't ask for {field}.",
                "Ask for the contact's own fields, as in contact.country.",
                where=field,
                code="bad_filter",
            )


def _fields(contact: Contact) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(contact, name) for name in TEXT_FIELDS}
    fields |= {"email": contact.email, "name": contact.name, "tags": contact.tags}
    return fields | {f"{CUSTOM}{name}": value for name, value in contact.custom.items()}
