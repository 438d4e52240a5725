"""What mails that came in are called: the word, tone and sign of each meaning and kind, and why a rule told it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.inbound import AutoReplyKind, BounceKind
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Look:
    """A word with its tone (a token that has a `-bg` beside it) and its sign."""

    word: str
    tone: str
    icon: str


MEANINGS: Final = {
    Meaning.INTERESTED: Look(QT_TRANSLATE_NOOP("Inbox", "Interested"), "success", "thumbs-up"),
    Meaning.QUESTION: Look(QT_TRANSLATE_NOOP("Inbox", "Question"), "info", "message-circle-question"),
    Meaning.NOT_NOW: Look(QT_TRANSLATE_NOOP("Inbox", "Not now"), "info", "calendar-clock"),
    Meaning.NOT_INTERESTED: Look(QT_TRANSLATE_NOOP("Inbox", "Not interested"), "neutral", "thumbs-down"),
    Meaning.WRONG_PERSON: Look(QT_TRANSLATE_NOOP("Inbox", "Wrong person"), "neutral", "user-round-search"),
    Meaning.LEFT_COMPANY: Look(QT_TRANSLATE_NOOP("Inbox", "Left company"), "neutral", "building-2"),
    Meaning.OUT_OF_OFFICE: Look(QT_TRANSLATE_NOOP("Inbox", "Out of office"), "step-linkedin", "palmtree"),
    Meaning.UNSUBSCRIBE: Look(QT_TRANSLATE_NOOP("Inbox", "Opt-out"), "neutral", "user-round-x"),
    Meaning.UNSURE: Look(QT_TRANSLATE_NOOP("Inbox", "Unsure"), "warning", "circle-help"),
}
"""The meanings in the order of their keys."""

_BOUNCES: Final = {
    BounceKind.HARD: Look(QT_TRANSLATE_NOOP("Inbox", "Bounce"), "danger", "mail-x"),
    BounceKind.SOFT: Look(QT_TRANSLATE_NOOP("Inbox", "Soft bounce"), "warning", "mail-x"),
    BounceKind.DELAY: Look(QT_TRANSLATE_NOOP("Inbox", "Delayed"), "neutral", "hourglass"),
}
_AUTOMATIC: Final = {
    AutoReplyKind.OUT_OF_OFFICE: MEANINGS[Meaning.OUT_OF_OFFICE],
    AutoReplyKind.LEFT_COMPANY: MEANINGS[Meaning.LEFT_COMPANY],
    AutoReplyKind.CHALLENGE_RESPONSE: Look(QT_TRANSLATE_NOOP("Inbox", "Asks for proof"), "warning", "shield-question"),
    AutoReplyKind.RECEIPT: Look(QT_TRANSLATE_NOOP("Inbox", "Automatic"), "neutral", "bot"),
}
_COMPLAINT: Final = Look(QT_TRANSLATE_NOOP("Inbox", "Spam report"), "danger", "flag")
_UNMATCHED: Final = Look(QT_TRANSLATE_NOOP("Inbox", "Not matched"), "warning", "unlink")

HAS_MEANING: Final = frozenset({Bucket.REPLY, Bucket.UNSUBSCRIBE, Bucket.AUTO_REPLY})
"""The buckets whose mails were written by people, or in their name: their meaning may be set."""


def look_of(bucket: str, meaning: str | None, bounce: str | None, subtype: str | None) -> Look:
    """The word, translated, for a mail; each is a stable word of the store."""
    found = _look(Bucket(bucket), meaning, bounce, subtype)
    return Look(_tr(found.word), found.tone, found.icon)


def _look(bucket: Bucket, meaning: str | None, bounce: str | None, subtype: str | None) -> Look:
    match bucket:
        case Bucket.BOUNCE:
            return _BOUNCES[BounceKind(bounce)] if bounce else _BOUNCES[BounceKind.SOFT]
        case Bucket.COMPLAINT:
            return _COMPLAINT
        case Bucket.UNMATCHED:
            return _UNMATCHED
        case _ if meaning is not None:
            return MEANINGS[Meaning(meaning)]
        case Bucket.AUTO_REPLY:
            return _AUTOMATIC[AutoReplyKind(subtype)] if subtype else _AUTOMATIC[AutoReplyKind.RECEIPT]
        case Bucket.UNSUBSCRIBE:
            return MEANINGS[Meaning.UNSUBSCRIBE]
        case _:
            return MEANINGS[Meaning.UNSURE]


def meaning_word(meaning: Meaning) -> str:
    """A meaning as it stands on its button."""
    return _tr(MEANINGS[meaning].word)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
