"""Makes the letters of a thread from what the store holds; not for the main thread: messages are taken apart here."""

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.inbox.letter_card import Letter
from opendoors_desktop.gui.inbox.letter_text import SHOWN, Span
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.words import one_line
from opendoors_desktop.store.queries.inbox_thread import ReceivedLetter, SentLetter, ThreadSight

FIRST_WORDS: Final = 200
TAKEN_APART: Final = 6
"""Of so many mails of a thread, the latest, all of the text is there to be shown, and its HTML."""
LONGEST_HTML: Final = 20_000
MOST_TABLES_DEEP: Final = 5
"""Tables within tables take twice as long to lay out with each depth: a window would stand still."""

_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)


def letters_of(reading: Reading, sight: ThreadSight) -> tuple[Letter, ...]:
    """All messages of a thread, the oldest first."""
    now = reading.now
    made = [(each.at, _sent(each, now)) for each in sight.sent]
    shown = {each.id for each in sight.received[-TAKEN_APART:]} | {sight.mail.id}
    for each in sight.received:
        whole = _shown(reading, each.id) if each.id in shown else None
        made.append((each.at, _received(each, sight.mail.mailbox, now, whole)))
    return tuple(letter for _, letter in sorted(made, key=lambda each: each[0]))


def _sent(letter: SentLetter, now: datetime) -> Letter:
    text = _own_text(letter.message)
    what = letter.subject
    if letter.step is not None:
        what = _tr("Step {step}").format(step=letter.step)
        if letter.variant:
            what = _tr("{step}, variant {variant}").format(step=what, variant=letter.variant)
    words = one_line(text, FIRST_WORDS)
    line = _tr("{what}: “{words}”").format(what=what, words=words) if words and what else words or what
    return Letter(
        key=letter.id,
        is_ours=True,
        who=_tr("You"),
        to=one_line(letter.to_address, 200),
        at=_at(letter, now),
        line=line,
        text=text,
    )


def _at(letter: SentLetter, now: datetime) -> str:
    at = when(letter.at, now)
    if letter.state == "planned":
        return _tr("Leaves {time}").format(time=at)
    return at if letter.state == "sent" else _tr("Not sent yet, {time}").format(time=at)


def is_light(html: str) -> bool:
    """Whether HTML is laid out so fast that nobody waits."""
    depth = deepest = 0
    for found in _TABLE.finditer(html):
        depth += -1 if found[1] else 1
        deepest = max(deepest, depth)
    return len(html) <= LONGEST_HTML and deepest <= MOST_TABLES_DEEP


def _own_text(message: bytes | None) -> str:
    """The text part of a message of ours."""
    if message is None:
        return ""
    parsed = message_from_bytes(message, policy=default)
    assert isinstance(parsed, EmailMessage)  # what this policy gives
    body = parsed.get_body(("plain",))
    return "" if body is None else str(body.get_content()).strip()


def _shown(reading: Reading, key: UUID) -> Any:
    """The whole of a mail, its HTML made harmless (a ShownMail); None where it isn't kept."""
    from opendoors_desktop.engine.reading_pane import show_received

    return show_received(reading.unit, reading.scope.workspace_id, key)


def _received(letter: ReceivedLetter, mailbox: str, now: datetime, whole: Any) -> Letter:
    text = letter.visible_text.replace("\r\n", "\n")
    who = one_line(letter.from_name or letter.from_address, 200) or _tr("Nobody named")
    said = letter.said if letter.bucket in {Bucket.BOUNCE, Bucket.UNMATCHED} else ""
    return Letter(
        key=letter.id,
        is_ours=False,
        who=who,
        to=mailbox,
        at=when(letter.at, now),
        line=one_line(said or text, FIRST_WORDS),
        text=text,
        spans=_spans(letter, text),
        said=one_line(said, 2000),
        whole="" if whole is None or whole.text.strip() == text.strip() else whole.text[: SHOWN + 1],
        html="" if whole is None or not is_light(whole.html) else whole.html,
        files=() if whole is None else tuple(one_line(file.name or file.media_type, 80) for file in whole.files[:20]),
    )


def _spans(letter: ReceivedLetter, text: str) -> tuple[Span, ...]:
    """Where the evidence stands in the text."""
    found = []
    for _, words, at in letter.evidence:
        if at is not None and 0 <= at < min(len(text), SHOWN) and words.strip():
            found.append((at, min(at + len(words), len(text))))
    return tuple(found)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
