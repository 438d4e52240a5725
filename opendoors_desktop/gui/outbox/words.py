"""What the outbox says of an email: why it leaves then, what became of it, and what it waits for."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.because import Because
from opendoors_desktop.gui.formats import count, since, their_time
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.outbox import OutgoingRow
from opendoors_desktop.store.queries.outbox_today import HeldEmail

if TYPE_CHECKING:
    from opendoors_desktop.engine.agenda import PlannedEmail

STATES: Final = {
    "sent": (QT_TRANSLATE_NOOP("Outbox", "Sent"), "success", "circle-check"),
    "failed": (QT_TRANSLATE_NOOP("Outbox", "Failed"), "danger", "circle-x"),
    "deferred": (QT_TRANSLATE_NOOP("Outbox", "Put off"), "warning", "hourglass"),
    "sending": (QT_TRANSLATE_NOOP("Outbox", "Being sent"), "info", "send"),
}
"""The word, tone and icon of each state of an email that was tried today."""

RULES: Final = {
    "window": QT_TRANSLATE_NOOP("Outbox", "It waited for the contact’s sending window to open"),
    "gap": QT_TRANSLATE_NOOP("Outbox", "The mailbox keeps a least time after the email before"),
    "throttle": QT_TRANSLATE_NOOP("Outbox", "The sequence keeps a least time between two of its emails"),
    "hourly_cap": QT_TRANSLATE_NOOP("Outbox", "The mailbox had sent its emails of an hour"),
    "daily_cap": QT_TRANSLATE_NOOP("Outbox", "The mailbox had sent its emails of a day"),
    "ramp": QT_TRANSLATE_NOOP("Outbox", "The mailbox is ramping up and had sent its emails of a day"),
    "sequence_cap": QT_TRANSLATE_NOOP("Outbox", "The sequence had sent its emails of a day"),
    "new_contacts_cap": QT_TRANSLATE_NOOP("Outbox", "The sequence had begun with its new contacts of a day"),
    "company_cap": QT_TRANSLATE_NOOP("Outbox", "The contact’s company had its emails of a day"),
    "contact_day": QT_TRANSLATE_NOOP("Outbox", "The contact had an automatic email that day already"),
    "pinned": QT_TRANSLATE_NOOP("Outbox", "It was given this time by a person"),
}
TITLES: Final = {
    "missing_data": QT_TRANSLATE_NOOP("Outbox", "A field is empty: {contact}"),
    "address_changed": QT_TRANSLATE_NOOP("Outbox", "Address changed: {contact}"),
    "incomplete_step": QT_TRANSLATE_NOOP("Outbox", "Step is incomplete: {contact}"),
    "colleague_replied": QT_TRANSLATE_NOOP("Outbox", "Colleague answered: {contact}"),
    "unsure_reply": QT_TRANSLATE_NOOP("Outbox", "Reply is unsure: {contact}"),
    "no_mailbox": QT_TRANSLATE_NOOP("Outbox", "No mailbox: {contact}"),
    "no_address": QT_TRANSLATE_NOOP("Outbox", "No address: {contact}"),
    "held": QT_TRANSLATE_NOOP("Outbox", "Held by you: {contact}"),
}


def reasons(email: "PlannedEmail", nth: int, cap: int | None) -> list[str]:
    """Why an email leaves when it does, a sentence a rule; `nth` it is that day from its mailbox, `cap` of how many."""
    told = [
        _tr("Step {step} has been due since {time}").format(step=email.step, time=since(email.due_at, email.at)),
        _tr("Inside the window of {contact}: {time}").format(
            contact=email.contact, time=their_time(email.at, email.zone)
        ),
    ]
    if not email.starts_thread:
        told.append(_tr("{mailbox} sent the email before, so the thread stays there").format(mailbox=email.mailbox))
    if email.rule in RULES:
        told.append(_tr(RULES[email.rule]))
    if cap is None:
        told.append(_tr("Number {nth} that day from this mailbox").format(nth=count(nth)))
    else:
        told.append(_tr("Number {nth} of {cap} that day from this mailbox").format(nth=count(nth), cap=count(cap)))
    return told + [_tr("Rests on this: {what}").format(what=what) for what in email.assumes]


def held_title(held: HeldEmail) -> str:
    """What a held email waits for, in a few words."""
    title = _tr(TITLES.get(held.reason, TITLES["held"]))
    return title.format(contact=held.contact)


def held_words(held: HeldEmail) -> str:
    """What a held email waits for, in a sentence that names what is missing."""
    known = held.reason in set(Because)
    sentence = Because(held.reason).sentence if known else ""
    if held.reason == "missing_data":
        return _tr("Step {step} of {sequence} needs: {what}").format(
            step=held.step or "–", sequence=held.sequence, what=held.detail
        )
    place = _tr("{sequence}, step {step}").format(sequence=held.sequence, step=held.step or "–")
    return " ".join(part for part in (place + ".", sentence, f"({held.detail})" if held.detail else "") if part)


def uncertain_words(row: OutgoingRow, now: datetime) -> str:
    """What is known of an email of which nobody knows whether it went."""
    at = row.last_attempted_at
    time = since(at, now) if at is not None else "–"
    said = server_words(row)
    if said:
        return _tr("The line was lost at {time}, before the server confirmed. It said: {said}").format(
            time=time, said=said
        )
    return _tr("The line was lost at {time}, before the server confirmed.").format(time=time)


def server_words(row: OutgoingRow) -> str:
    """What the mail host answered last, with its codes."""
    parts = (str(row.smtp_code) if row.smtp_code else "", row.smtp_status or "", row.smtp_text or "")
    return " ".join(part for part in parts if part)


def state_of(row: OutgoingRow) -> tuple[str, str, str]:
    """The word, tone and icon of what became of an email."""
    word, tone, icon = STATES.get(row.state, STATES["sending"])
    return _tr(word), tone, icon


def step_words(sequence: str | None, step: int | None) -> str:
    """The place of an email: sequence and step."""
    if sequence is None:
        return _tr("Written by hand")
    return _tr("{sequence}, step {step}").format(sequence=sequence, step=step or "–")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Outbox", text)
