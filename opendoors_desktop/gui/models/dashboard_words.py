"""The headline numbers and the funnel in words: what each is called, what it means, and how it was reckoned."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.goal import GoalProgress, GoalState
from opendoors_desktop.domain.metrics import share
from opendoors_desktop.gui.formats import NOTHING, count, day, due_since, percent, when
from opendoors_desktop.gui.widgets.funnel_chart import Stage
from opendoors_desktop.gui.widgets.headlines import Headline
from opendoors_desktop.gui.widgets.help_tip import Help
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries import sequence_dashboard as figures

NAMES: Final = {
    "enrolled": QT_TRANSLATE_NOOP("Dashboard", "Enrolled"),
    "contacted": QT_TRANSLATE_NOOP("Dashboard", "Contacted"),
    "delivered": QT_TRANSLATE_NOOP("Dashboard", "Delivered"),
    "opened": QT_TRANSLATE_NOOP("Dashboard", "Opened"),
    "clicked": QT_TRANSLATE_NOOP("Dashboard", "Clicked"),
    "replied": QT_TRANSLATE_NOOP("Dashboard", "Replied"),
    "interested": QT_TRANSLATE_NOOP("Dashboard", "Interested"),
    "meetings": QT_TRANSLATE_NOOP("Dashboard", "Meetings"),
    "opted_out": QT_TRANSLATE_NOOP("Dashboard", "Opted out"),
    "bounced": QT_TRANSLATE_NOOP("Dashboard", "Bounced"),
}
"""What each figure is called; those behind `TILES` are headlines."""

TILES: Final = ("enrolled", "contacted", "delivered", "replied", "interested", "meetings", "opted_out", "bounced")
_COUNTED: Final = frozenset({"enrolled", "contacted", "meetings"})
_ANSWERS: Final = frozenset({"replied", "interested", "meetings"})
_TRACKED: Final = frozenset({"opened", "clicked"})

_MEANINGS: Final = {
    "enrolled": (
        QT_TRANSLATE_NOOP("Dashboard", "Contacts enrolled in the sequence, less those removed before a first contact."),
        QT_TRANSLATE_NOOP("Dashboard", "Each has exactly one status, so the filters below add up to this number."),
    ),
    "contacted": (
        QT_TRANSLATE_NOOP("Dashboard", "Enrolled contacts with at least one email that the outgoing server accepted."),
        QT_TRANSLATE_NOOP("Dashboard", "The others start later."),
    ),
    "delivered": (
        QT_TRANSLATE_NOOP(
            "Dashboard",
            "Contacts with at least one email for which no hard bounce came back ÷ contacts with at least one email"
            " sent.",
        ),
        QT_TRANSLATE_NOOP("Dashboard", "It falls when a bounce leaves a contact none."),
    ),
    "replied": (
        QT_TRANSLATE_NOOP(
            "Dashboard", "Contacts with at least one human reply ÷ contacts with at least one delivered email."
        ),
        QT_TRANSLATE_NOOP(
            "Dashboard",
            "Out-of-office answers, bounces and opt-out clicks do not count; replies you log from LinkedIn or a call"
            " do.",
        ),
    ),
    "interested": (
        QT_TRANSLATE_NOOP(
            "Dashboard",
            "Contacts who replied and were last marked Interested ÷ contacts with at least one delivered email.",
        ),
        "",
    ),
    "meetings": (
        QT_TRANSLATE_NOOP("Dashboard", "Contacts with a logged meeting ÷ contacts with at least one delivered email."),
        QT_TRANSLATE_NOOP("Dashboard", "Meetings are logged by a person or by the outcome of a task."),
    ),
    "opted_out": (
        QT_TRANSLATE_NOOP(
            "Dashboard",
            "Contacts who opted out by link, by reply or by hand ÷ contacts with at least one delivered email.",
        ),
        "",
    ),
    "bounced": (
        QT_TRANSLATE_NOOP(
            "Dashboard",
            "Contacts with a hard bounce, or soft bounces until given up ÷ contacts with at least one email sent.",
        ),
        "",
    ),
}


def tiles(
    headlines: Sequence[figures.Headline], *, this_week: int, starts_at: datetime | None, now: datetime
) -> list[Headline]:
    """The eight tiles. Nothing sent yet: dashes, and when it starts (None: not yet said).

    `this_week` counts who was enrolled in the last seven days.
    """
    by_name = {each.name: each for each in headlines}
    has_sent = by_name["contacted"].count > 0
    made = []
    for name in TILES:
        figure = by_name[name]
        if name != "enrolled" and not has_sent:
            first = _starts(starts_at, now) if starts_at else ""
            value, fraction = NOTHING, first if name == "contacted" else ""
        else:
            value, fraction = _value(figure), _fraction(figure, this_week)
        made.append(Headline(name, _tr(NAMES[name]), value, fraction, _help(figure, has_sent=has_sent)))
    return made


def _starts(starts_at: datetime, now: datetime) -> str:
    if starts_at < now:
        return due_since(starts_at, now)
    return _tr("Starts {when}").format(when=_in_sentence(when(starts_at, now)))


def stages(funnel: Sequence[figures.Headline], *, measured: frozenset[str]) -> list[Stage]:
    """The bars of the funnel; opens and clicks only where they are `measured`, or were once."""
    return [_stage(each, is_measured=each.name not in _TRACKED - measured or each.count > 0) for each in funnel]


def _stage(figure: figures.Headline, *, is_measured: bool) -> Stage:
    return Stage(
        name=_tr(NAMES[figure.name]),
        number=figure.count if is_measured else None,
        share=share(figure.count, figure.base) if figure.base is not None and is_measured else None,
        is_answer=figure.name in _ANSWERS,
    )


def goal_words(goal: GoalProgress, deadline: date | None) -> str:
    """How a sequence stands with its goal, in one line; empty where it has none."""
    if goal.state is GoalState.NONE or goal.target is None:
        return ""
    said = {
        GoalState.OPEN: _tr("Goal: {reached} of {target}"),
        GoalState.ON_COURSE: _tr("Goal: {reached} of {target} by {deadline}, on course"),
        GoalState.BEHIND: _tr("Goal: {reached} of {target} by {deadline}, behind: {expected} expected by now"),
        GoalState.REACHED: _tr("Goal reached: {reached} of {target}"),
        GoalState.MISSED: _tr("Goal missed: {reached} of {target} by {deadline}"),
    }
    return said[goal.state].format(
        reached=count(goal.reached),
        target=count(goal.target),
        deadline="" if deadline is None else day(deadline),
        expected=count(round(goal.expected or 0)),
    )


def _value(figure: figures.Headline) -> str:
    if figure.name in _COUNTED or figure.base is None:
        return count(figure.count)
    return percent(share(figure.count, figure.base))


def _fraction(figure: figures.Headline, this_week: int) -> str:
    base = figure.base or 0
    if figure.name == "enrolled":
        return _tr("{number} this week").format(number=count(this_week))
    if figure.name == "contacted":
        return _tr("{number} start later").format(number=count(base - figure.count))
    if figure.name == "meetings":
        return _tr("{share} of delivered").format(share=percent(share(figure.count, base)))
    return _tr("{part} of {whole}").format(part=count(figure.count), whole=count(base))


def _help(figure: figures.Headline, *, has_sent: bool) -> Help:
    meaning, note = _MEANINGS[figure.name]
    text = _tr(meaning)
    if figure.base and has_sent:
        reckoned = _tr("{part} ÷ {whole} = {share}").format(
            part=count(figure.count), whole=count(figure.base), share=percent(share(figure.count, figure.base))
        )
        text = _tr("{meaning} {arithmetic}.").format(meaning=text, arithmetic=reckoned)
    return Help(_tr(NAMES[figure.name]), text, _tr(note) if note else "")


def _in_sentence(text: str) -> str:
    """The words of a time where they don't begin a sentence."""
    return text[:1].lower() + text[1:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dashboard", text)
