"""An A/B test in words: who is ahead and how likely that is, and when a winner may be named."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.variants import WinnerCriteria
from opendoors_desktop.domain.winner import LEAST_DELIVERED
from opendoors_desktop.gui.formats import count, percent
from opendoors_desktop.gui.widgets.help_tip import Help
from opendoors_desktop.gui.widgets.range_chart import RateRange, range_text
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.sequence_dashboard import AbTestFigures, VariantFigures

CRITERIA: Final = {
    WinnerCriteria.OPEN_RATE: QT_TRANSLATE_NOOP("AbTest", "opens ÷ delivered"),
    WinnerCriteria.CLICK_RATE: QT_TRANSLATE_NOOP("AbTest", "clicks ÷ delivered"),
    WinnerCriteria.REPLY_RATE: QT_TRANSLATE_NOOP("AbTest", "replies ÷ delivered"),
    WinnerCriteria.POSITIVE_REPLY_RATE: QT_TRANSLATE_NOOP("AbTest", "positive replies ÷ delivered"),
}


def criteria_words(criteria: WinnerCriteria) -> str:
    """What decides the test, as a fraction."""
    return _tr(CRITERIA[criteria])


def help_words(criteria: WinnerCriteria) -> Help:
    """What the figures of a test mean, and by which rule a winner is named."""
    return Help(
        _tr("A/B test"),
        _tr(
            "Each contact gets one variant. The rate is {fraction}; its bar holds the true rate with 95% probability,"
            " all rates being equally likely beforehand."
        ).format(fraction=criteria_words(criteria)),
        _tr(
            "A winner is named from {least} delivered emails each on, and only when it is ahead by so much that equal"
            " variants would seldom get there: in at most 5 of 100 tests, however often you look."
        ).format(least=count(LEAST_DELIVERED)),
    )


def ranges(test: AbTestFigures) -> list[RateRange]:
    """The bars of a test."""
    return [
        RateRange(each.tally.variant_id, each.count, each.tally.delivered, each.low, each.high, each.tally.is_paused)
        for each in test.variants
    ]


def leader(test: AbTestFigures) -> VariantFigures | None:
    """The variant with the highest rate; None where nothing was delivered, or several share it."""
    rates = sorted(
        (
            (each.count / each.tally.delivered, number)
            for number, each in enumerate(test.variants)
            if each.tally.delivered
        ),
        reverse=True,
    )
    if not rates or (len(rates) > 1 and rates[0][0] == rates[1][0]):
        return None
    return test.variants[rates[0][1]]


def verdict(test: AbTestFigures) -> str:
    """Who is ahead, in one sentence; a winner is named only where the rule names one."""
    ahead = leader(test)
    if test.winner is not None:
        won = next(each for each in test.variants if each.tally.variant_id == test.winner)
        return _tr("{name} has won: {chance} likely to be the best.").format(
            name=test.winner, chance=percent(won.chance, 0)
        )
    if test.to_go:
        return _tr("Too early, about {number} more emails.").format(number=count(test.to_go))
    if ahead is None:
        return _tr("No variant is ahead; too early to name a winner.")
    return _tr("{name} ahead, {chance} likely; too early to name.").format(
        name=ahead.tally.variant_id, chance=percent(ahead.chance, 0)
    )


def detail(test: AbTestFigures) -> str:
    """What the bars are, each range in words, and the chances while none is named."""
    spans = _tr(", ").join(
        _tr("{name}\u00a0{range}").format(name=each.name, range=range_text(each)) for each in ranges(test) if each.whole
    )
    if not spans:
        return _tr("Nothing was delivered yet.")
    lines = [_tr("Bars span the 95% credible range: {spans}.").format(spans=spans)]
    ahead = leader(test)
    if test.winner is None and test.to_go and ahead is not None:
        words = _tr("So far {name} is ahead, {chance} likely.")
        lines.append(words.format(name=ahead.tally.variant_id, chance=percent(ahead.chance, 0)))
    if test.criteria is WinnerCriteria.OPEN_RATE:
        lines.append(_tr("Opens are an estimate: mail programs load pictures, and hide them, by themselves."))
    return _tr(" ").join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("AbTest", text)
