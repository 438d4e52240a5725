"""What a mail did, as lines that say it to a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.effect import EffectKind
from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.inbox.side_pane import EffectLine
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP, one_line
from opendoors_desktop.store.queries.inbox_thread import EffectSight

_SIGNS: Final = {
    EffectKind.REPLIED: ("reply", "success"),
    EffectKind.GOAL: ("flag", "success"),
    EffectKind.ENDED: ("circle-x", "success"),
    EffectKind.POSTPONED: ("calendar-clock", "info"),
    EffectKind.HELD: ("circle-pause", "warning"),
    EffectKind.BOUNCED: ("mail-x", "danger"),
    EffectKind.SUPPRESSED: ("ban", "danger"),
    EffectKind.MAILBOX_PAUSED: ("pause", "danger"),
}
_SUPPRESSED: Final = {
    "hard_bounce": QT_TRANSLATE_NOOP("Inbox", "Nothing is sent to the address any more: it doesn’t exist"),
    "unsubscribed": QT_TRANSLATE_NOOP("Inbox", "Nothing is sent to the address any more: they opted out"),
    "complaint": QT_TRANSLATE_NOOP("Inbox", "Nothing is sent to the address any more: they reported spam"),
}
_PLAIN: Final = {
    EffectKind.REPLIED: QT_TRANSLATE_NOOP("Inbox", "Counts as a reply"),
    EffectKind.BOUNCED: QT_TRANSLATE_NOOP("Inbox", "Counts as a bounce"),
    EffectKind.MAILBOX_PAUSED: QT_TRANSLATE_NOOP("Inbox", "The mailbox is paused: too many of its emails came back"),
}


def effect_lines(sights: Sequence[EffectSight], now: datetime) -> tuple[EffectLine, ...]:
    """A line for each thing that was done; what was undone is told as such."""
    return tuple(_line(sight, now) for sight in sights)


def _line(sight: EffectSight, now: datetime) -> EffectLine:
    effect = sight.effect
    icon, tone = _SIGNS[effect.kind]
    words = _words(sight, now)
    if effect.undone_at is not None:
        icon, tone = "undo-2", "text-muted"
        words = _tr("Undone: {what}").format(what=words)
    why_not = "" if sight.obstacle is None else sight.obstacle.sentence
    return EffectLine((effect.kind, effect.about), icon, tone, words, why_not)


def _words(sight: EffectSight, now: datetime) -> str:
    effect, place = sight.effect, one_line(sight.sequence, 80) or _tr("The sequence")
    match effect.kind:
        case EffectKind.GOAL:
            return _tr("Goal of {sequence} reached").format(sequence=place)
        case EffectKind.ENDED if effect.reason == CompletionReason.COMPANY_REPLIED:
            return _tr("{sequence} stopped for {contact} of the same company").format(
                sequence=place, contact=one_line(sight.contact, 80)
            )
        case EffectKind.ENDED if sight.step is not None:
            return _tr("{sequence} stopped at step {step}").format(sequence=place, step=sight.step)
        case EffectKind.ENDED:
            return _tr("{sequence} stopped").format(sequence=place)
        case EffectKind.POSTPONED:
            until = when(datetime.fromisoformat(effect.reason), now)
            return _tr("{sequence} waits until {time}").format(sequence=place, time=until)
        case EffectKind.HELD:
            known = effect.reason in set(Because)
            reason = Because(effect.reason).sentence if known else ""
            return _tr("The next email waits for you. {reason}").format(reason=reason).strip()
        case EffectKind.SUPPRESSED:
            return _tr(_SUPPRESSED.get(effect.reason, "Nothing is sent to the address any more"))
        case EffectKind.BOUNCED if effect.reason == "soft":
            return _tr("Counts as a soft bounce")
        case _:
            return _tr(_PLAIN[effect.kind])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
