"""What the status bar says, in words: each fact as a short text, a tone, and a sentence for who can't see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.formats import count, due_since, here, since, time_of_day
from opendoors_desktop.gui.sending import Runs
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.sending import Switches
    from opendoors_desktop.gui.sending import Sending
    from opendoors_desktop.store.queries.next_email import NextEmail
    from opendoors_desktop.store.queries.status_bar import StatusFacts


class State(StrEnum):
    """How sending stands."""

    ON = "on"
    OFF = "off"
    PAUSED = "paused"
    STOPPED = "stopped"
    DOUBTED = "doubted"
    ELSEWHERE = "elsewhere"
    OFFLINE = "offline"
    BROKEN = "broken"
    HINDERED = "hindered"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its text, the token of its colour, its icon, and the whole of it in a sentence."""

    text: str
    tone: str
    icon: str
    sentence: str


def state_of(
    switches: "Switches | None",
    runs: Runs,
    held_elsewhere: tuple[Any, ...],
    fault: Exception | None,
    offline_since: datetime | None = None,
) -> State:
    """What of all that keeps sending is to be told; the worst wins."""
    if switches is None:
        return State.OFF
    if switches.stopped_at is not None:
        return State.STOPPED
    if switches.doubt is not None:
        return State.DOUBTED
    if switches.paused_until is not None:
        return State.PAUSED
    if not switches.is_on:
        return State.OFF
    if runs is Runs.BROKEN:
        return State.BROKEN
    if fault is not None:
        return State.HINDERED
    if offline_since is not None:
        return State.OFFLINE
    return State.ELSEWHERE if held_elsewhere else State.ON


def switch_fact(state: State, sending: "Sending", now: datetime) -> Fact:
    """The sending switch."""
    if state is State.PAUSED and sending.paused_until is not None:
        text = _tr("Sending rests until {time}").format(time=time_of_day(here(sending.paused_until)))
        return Fact(text, "warning", "circle-pause", text)
    if state is State.ELSEWHERE:
        text = _tr("Sending on {computer}").format(computer=one_line(str(sending.held_elsewhere[0].host)))
        return Fact(text, "info", "monitor", text)
    if state is State.HINDERED:
        return Fact(_tr("Sending waits"), "warning", "circle-alert", str(getattr(sending.store_fault, "title", "")))
    if state is State.OFFLINE and sending.offline_since is not None:
        text = _tr("Offline since {time}").format(time=since(sending.offline_since, now))
        why = _tr("{offline}. No mail host answers; emails wait, and leave by pace when one does.")
        return Fact(text, "warning", "wifi-off", why.format(offline=text))
    text, tone, icon, sentence = _SWITCH[state]
    return Fact(_tr(text), tone, icon, _tr(sentence))


_SWITCH = {
    State.ON: ("Sending on", "success", "power", "Emails leave from this computer."),
    State.OFF: (
        "Sending off",
        "text-muted",
        "power",
        "Nothing leaves from this computer until sending is switched on.",
    ),
    State.STOPPED: ("All sending stopped", "danger", "octagon-pause", "The emergency stop is pulled: nothing leaves."),
    State.DOUBTED: (
        "Sending waits for you",
        "warning",
        "circle-help",
        "This store may be a copy: look before it sends.",
    ),
    State.BROKEN: ("Sending restarts", "warning", "refresh-cw", "Sending stopped unexpectedly and is started again."),
}


def next_words(email: "NextEmail | None", now: datetime, state: State) -> str:
    """What leaves next: "Next due 10:42 · Maren Okafor · Cold-chain leaders, step 5 · from elin@example.com"."""
    if email is None:
        return _tr("Nothing is planned")
    place = one_line(email.sequence or "")
    if email.sequence and email.step:
        place = _tr("{sequence}, step {number}").format(sequence=place, number=email.step)
    parts = [one_line(email.contact), place, _tr("from {mailbox}").format(mailbox=email.mailbox)]
    return " · ".join([_due_words(email, now, state), *(part for part in parts if part)])


def _due_words(email: "NextEmail", now: datetime, state: State) -> str:
    """When an email is due and what it waits for: pace decides when it leaves, so no instant is promised."""
    is_late = email.due_at <= now
    at = since(email.due_at, now)
    when_due = due_since(email.due_at, now) if is_late else _tr("Due {time}").format(time=at)
    if email.waits_for is not None:
        return _tr("{due}, {reason}").format(due=when_due, reason=_tr(_WAITS[email.waits_for]))
    if not is_late:
        return _tr("Next due {time}").format(time=at)
    if state in {State.ON, State.ELSEWHERE}:
        return _tr("{due}, {reason}").format(due=when_due, reason=_tr("leaves by pace"))
    return _tr("Next when a mail host answers") if state is State.OFFLINE else _tr("Next when sending is on")


_WAITS = {
    "cap": QT_TRANSLATE_NOOP("StatusBar", "today’s cap is used up"),
    "window": QT_TRANSLATE_NOOP("StatusBar", "waits for its window"),
}


def today_words(facts: "StatusFacts") -> tuple[str, str]:
    """Today's emails beside the cap, short and as a sentence."""
    sent, planned = count(facts.sent_today), count(facts.planned_today)
    if facts.cap_today is None or not (facts.cap_today or facts.sending_mailboxes):
        return (
            _tr("Today {sent}").format(sent=sent),
            _tr("{sent} emails sent today, {planned} more planned, no cap").format(sent=sent, planned=planned),
        )
    cap = count(facts.cap_today)
    return (
        _tr("Today {sent} of {cap}").format(sent=sent, cap=cap),
        _tr("{sent} of {cap} emails sent today, {planned} more planned").format(sent=sent, cap=cap, planned=planned),
    )


def held_words(facts: "StatusFacts") -> str:
    """How many wait for a person; "" where none does."""
    number = facts.held + facts.uncertain
    return _trn("%n held", number) if number else ""


def mailbox_words(facts: "StatusFacts") -> tuple[str, str]:
    """The mailboxes that send, and those that need a person; "" for none."""
    failing = len(facts.failing)
    return (
        _trn("%n mailboxes send", facts.sending_mailboxes) if facts.sending_mailboxes else "",
        _trn("%n mailboxes need you", failing) if failing else "",
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("StatusBar", text)


def _trn(text: str, number: int) -> str:
    return QCoreApplication.translate("StatusBar", text, "", number)
