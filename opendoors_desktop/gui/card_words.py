"""What step cards say: the line under the name, waits, figures, conditions, and the sentence screen readers speak."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.condition import Comparison, Condition, Group, Junction, Operator
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.gui.formats import NOTHING, count, percent
from opendoors_desktop.gui.step_words import step_title, type_word
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workshop.template_text import Variable, parts_of
from opendoors_desktop.store.queries.sequence_steps import Figure, StepCard

_FIGURES: Final = {
    "sent": QT_TRANSLATE_NOOP("Figure", "Sent"),
    "opened": QT_TRANSLATE_NOOP("Figure", "Opened"),
    "clicked": QT_TRANSLATE_NOOP("Figure", "Clicked"),
    "replied": QT_TRANSLATE_NOOP("Figure", "Replied"),
    "due": QT_TRANSLATE_NOOP("Figure", "Due"),
    "done": QT_TRANSLATE_NOOP("Figure", "Done"),
    "skipped": QT_TRANSLATE_NOOP("Figure", "Skipped"),
    "reached": QT_TRANSLATE_NOOP("Figure", "Reached"),
    "checked": QT_TRANSLATE_NOOP("Figure", "Checked"),
    "yes": QT_TRANSLATE_NOOP("Figure", "Yes"),
    "no": QT_TRANSLATE_NOOP("Figure", "No"),
    "waiting": QT_TRANSLATE_NOOP("Figure", "Waiting"),
    "over": QT_TRANSLATE_NOOP("Figure", "Over"),
}
_SHARES: Final = frozenset({"opened", "clicked", "replied"})
"""Figures of emails that are shown as shares."""

_EVENTS: Final = {
    "email_sent": QT_TRANSLATE_NOOP("Condition", "Was sent an email"),
    "email_opened": QT_TRANSLATE_NOOP("Condition", "Opened an email"),
    "email_clicked": QT_TRANSLATE_NOOP("Condition", "Clicked a link"),
    "email_replied": QT_TRANSLATE_NOOP("Condition", "Replied"),
    "email_bounced": QT_TRANSLATE_NOOP("Condition", "An email bounced"),
    "task_completed": QT_TRANSLATE_NOOP("Condition", "A task is done"),
}
_FIELDS: Final = {
    **_EVENTS,
    "call_outcome": QT_TRANSLATE_NOOP("Condition", "call outcome"),
    "days_since_last_contact": QT_TRANSLATE_NOOP("Condition", "days since the last contact"),
    "days_since_enrolled": QT_TRANSLATE_NOOP("Condition", "days since enrolled"),
    "contact.email": QT_TRANSLATE_NOOP("Condition", "email"),
    "contact.name": QT_TRANSLATE_NOOP("Condition", "name"),
    "contact.first_name": QT_TRANSLATE_NOOP("Condition", "first name"),
    "contact.last_name": QT_TRANSLATE_NOOP("Condition", "last name"),
    "contact.company": QT_TRANSLATE_NOOP("Condition", "company"),
    "contact.title": QT_TRANSLATE_NOOP("Condition", "title"),
    "contact.phone": QT_TRANSLATE_NOOP("Condition", "phone"),
    "contact.linkedin_url": QT_TRANSLATE_NOOP("Condition", "LinkedIn"),
    "contact.city": QT_TRANSLATE_NOOP("Condition", "city"),
    "contact.state": QT_TRANSLATE_NOOP("Condition", "state"),
    "contact.country": QT_TRANSLATE_NOOP("Condition", "country"),
    "contact.time_zone": QT_TRANSLATE_NOOP("Condition", "time zone"),
    "contact.tags": QT_TRANSLATE_NOOP("Condition", "tags"),
}
"""The fields of the condition language, as they stand within a sentence."""

_SENDER: Final = {
    "sender_name": QT_TRANSLATE_NOOP("Condition", "sender’s name"),
    "sender_email": QT_TRANSLATE_NOOP("Condition", "sender’s email"),
}
_SIGNS: Final = {
    Operator.EQUALS: "=",
    Operator.NOT_EQUALS: "≠",
    Operator.GREATER_THAN: ">",
    Operator.LESS_THAN: "<",
    Operator.AT_LEAST: "≥",
    Operator.AT_MOST: "≤",
}
_OPERATORS: Final = {
    Operator.CONTAINS: QT_TRANSLATE_NOOP("Condition", "contains"),
    Operator.NOT_CONTAINS: QT_TRANSLATE_NOOP("Condition", "doesn’t contain"),
    Operator.IN: QT_TRANSLATE_NOOP("Condition", "is one of"),
    Operator.NOT_IN: QT_TRANSLATE_NOOP("Condition", "is none of"),
    Operator.IS_SET: QT_TRANSLATE_NOOP("Condition", "is filled in"),
    Operator.IS_NOT_SET: QT_TRANSLATE_NOOP("Condition", "is empty"),
}


class CardWords:
    """The words of one sequence's cards; steps are named by their numbers among `cards`.

    `outcomes` are the labels of how calls end, by their names in conditions.
    """

    def __init__(
        self, cards: list[StepCard], *, in_working_days: bool, outcomes: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._outcomes = outcomes
        self._numbers = {card.step.id: card.number for card in cards}
        self._count = len(cards)
        self._in_working_days = in_working_days

    def title(self, card: StepCard) -> str:
        """What the step is called."""
        if not card.name and card.step.type is StepType.CONDITIONAL and card.step.conditions is not None:
            return self.condition(card.step.conditions)
        if not card.name and card.step.type is StepType.DELAY:
            return self.wait(card.step.delay)
        return readable(step_title(card.step, card.name))

    def detail(self, card: StepCard) -> str:
        """The line under the name: the type, and what matters of it."""
        step = card.step
        match step.type:
            case StepType.EMAIL:
                return _dotted(type_word(step.type), _email_detail(step, has_name=bool(card.name)))
            case StepType.CONDITIONAL if step.wait_until_true:
                return _dotted(type_word(step.type), _tr("yes as soon as it holds"))
            case StepType.CONDITIONAL:
                return _dotted(type_word(step.type), _tr("decided on day {day}").format(day=count(card.day)))
            case StepType.LINKEDIN:
                return _dotted(type_word(step.type), _linkedin_detail(step))
            case StepType.DELAY:
                return type_word(step.type)
            case _:
                due = step.task_due_days
                return _dotted(type_word(step.type), _due(due) if due else "")

    def compact(self, card: StepCard) -> str:
        """The line under the name where there is no room for columns of figures."""
        words = [_tr("Day {day}").format(day=count(card.day)), type_word(card.step.type)]
        if not card.is_running:
            return _dotted(*words, _tr("off"))
        figures = [f"{figure_text(each)} {figure_word(each.name).lower()}" for each in card.shown[:2] if each.count]
        return _dotted(*words, ", ".join(figures))

    def wait(self, delay: Delay) -> str:
        """How long a step waits."""
        if self._in_working_days:
            days = QCoreApplication.translate("CardWords", "%n working days", "", delay.days)
        else:
            days = QCoreApplication.translate("CardWords", "%n days", "", delay.days)
        hours = QCoreApplication.translate("CardWords", "%n hours", "", delay.hours)
        minutes = QCoreApplication.translate("CardWords", "%n minutes", "", delay.minutes)
        amounts = ((delay.days, days), (delay.hours, hours), (delay.minutes, minutes))
        return " ".join(words for amount, words in amounts if amount) or _tr("no wait")

    def condition(self, condition: Condition) -> str:
        """A condition in words, in one line."""
        words = one_line(self._group(condition), 300)
        return f"{words[:1].upper()}{words[1:]}"

    def sentence(self, card: StepCard) -> str:
        """What a screen reader says of a card."""
        parts = [
            _tr("Step {number} of {count}").format(number=card.number, count=self._count),
            type_word(card.step.type),
            self.title(card),
            _tr("day {day}").format(day=card.day),
        ]
        if card.step.ab_test_enabled:
            parts.append(_tr("A/B test"))
        if not card.is_running:
            parts.append(_tr("switched off"))
        parts += [
            _tr("{count} {what}").format(count=each.count, what=figure_word(each.name).lower())
            for each in card.shown
            if each.is_measured
        ]
        return ", ".join(part for part in parts if part)

    def _group(self, group: Group) -> str:
        word = _tr(" and ") if group.operator is Junction.AND else _tr(" or ")
        parts = [
            f"({self._group(each)})" if isinstance(each, Group) else self._comparison(each) for each in group.members
        ]
        return word.join(parts)

    def _comparison(self, each: Comparison) -> str:
        number = self._numbers.get(each.step_id) if each.step_id is not None else None
        event = _EVENTS.get(each.field)
        if event is not None and each.operator in (Operator.EQUALS, Operator.NOT_EQUALS):
            words = QCoreApplication.translate("Condition", event)
            words = words if number is None else _tr("{event} in step {number}").format(event=words, number=number)
            is_asked = (each.value is True) is (each.operator is Operator.EQUALS)
            return words if is_asked else _tr("Not: {what}").format(what=words)
        name = _field_word(each.field)
        name = name if number is None else _tr("{field} of step {number}").format(field=name, number=number)
        sign = _SIGNS.get(each.operator) or QCoreApplication.translate("Condition", _OPERATORS[each.operator])
        values = each.value if isinstance(each.value, tuple) else () if each.value is None else (each.value,)
        return " ".join((name, sign, ", ".join(self._value(each.field, value) for value in values))).strip()

    def _value(self, field: str, value: object) -> str:
        """A value as a person knows it: an outcome by its label, a flag in a word."""
        if isinstance(value, bool):
            return _tr("true") if value else _tr("false")
        words = self._outcomes.get(str(value), str(value)) if field == "call_outcome" else str(value)
        return words[:100]


def _field_word(field: str) -> str:
    """A field of the condition language for people, as it stands within a sentence; a workspace's own by its name."""
    if field in _FIELDS:
        return QCoreApplication.translate("Condition", _FIELDS[field])
    return field.removeprefix("contact.").removeprefix("custom.").replace("_", " ")


def variable_word(name: str) -> str:
    """What a variable of a template stands for, as it stands by itself: "First name"."""
    words = (
        QCoreApplication.translate("Condition", _SENDER[name]) if name in _SENDER else _field_word(f"contact.{name}")
    )
    return f"{words[:1].upper()}{words[1:]}"


def readable(text: str) -> str:
    """Template text as it is read: each variable by its word, "Logs at Company"."""
    return "".join(variable_word(part.name) if isinstance(part, Variable) else part for part in parts_of(text))


def field_title(field: str) -> str:
    """A field of the condition language as it stands by itself: "Opened an email", "City"."""
    words = _field_word(field)
    return f"{words[:1].upper()}{words[1:]}"


def figure_word(name: str) -> str:
    """What a figure counts."""
    return QCoreApplication.translate("Figure", _FIGURES[name])


def figure_text(figure: Figure) -> str:
    """A figure as it stands on a card: a share of emails in percent, anything else as a number; a dash unmeasured."""
    if not figure.is_measured:
        return NOTHING
    if figure.name in _SHARES and figure.base is not None:
        return percent(figure.count / figure.base) if figure.base else NOTHING
    return count(figure.count)


def lane_words(number: int, decided: int, *, is_empty: bool = False, finishes: bool = False) -> str:
    """How many contacts took a lane, which share of those decided, and where it leads if it ends or has no steps."""
    people = QCoreApplication.translate("CardWords", "%n contacts", "", number)
    people = f"{people} · {percent(number / decided, 0)}" if decided else people
    if finishes:
        return _tr("{people}, then finished").format(people=people)
    return _tr("Goes straight on · {people}").format(people=people) if is_empty else people


def _email_detail(step: Step, *, has_name: bool) -> str:
    if step.is_manual:
        return _tr("written by hand")
    if not step.has_subject:
        return _tr("in the same thread") if has_name else ""
    return one_line(step.subject_template or "", 300) if has_name else _tr("new thread")


def _linkedin_detail(step: Step) -> str:
    words = {
        LinkedInAction.CONNECT: _tr("connect"),
        LinkedInAction.MESSAGE: _tr("message"),
        LinkedInAction.VIEW_PROFILE: _tr("view profile"),
    }
    return "" if step.linkedin_action is None else words[step.linkedin_action]


def _due(days: int) -> str:
    return QCoreApplication.translate("CardWords", "due in %n days", "", days)


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CardWords", text)
