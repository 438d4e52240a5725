"""What the inbox reads of the store: its places, the mails of one, and one mail with its thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.domain.verdict import OF_PERSONS
from opendoors_desktop.gui.formats import day, here, time_of_day
from opendoors_desktop.gui.inbox.effect_words import effect_lines
from opendoors_desktop.gui.inbox.letter_card import Letter
from opendoors_desktop.gui.inbox.letters import letters_of
from opendoors_desktop.gui.inbox.mail_list_model import MailRow, Section
from opendoors_desktop.gui.inbox.place_rows import PlaceFacts, read_places
from opendoors_desktop.gui.inbox.places import Place, PlaceKind
from opendoors_desktop.gui.inbox.side_pane import EffectLine, Person
from opendoors_desktop.gui.inbox.words import Look, look_of
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.words import one_line
from opendoors_desktop.store.queries.answer_drafts import AnswerDraft, find_draft
from opendoors_desktop.store.queries.inbox import MailFilter, MailLine, page_mails
from opendoors_desktop.store.queries.inbox_thread import ThreadSight, WrittenTo, find_thread

__all__ = ["MAY_BE_DATED", "PlaceFacts", "ThreadFacts", "read_places", "read_thread", "sections_of"]

DONE_LATELY: Final = timedelta(days=3)
"""What was done in so many days stands below what needs a look."""

MAY_BE_DATED: Final = frozenset({Meaning.NOT_NOW, Meaning.OUT_OF_OFFICE})


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else of the company who is written to."""

    enrollment_id: UUID
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """A mail as it is shown, in words."""

    key: UUID
    now: datetime
    subject: str
    mailbox: str
    contact_id: UUID | None
    is_done: bool
    is_corrected: bool
    look: Look
    reason: str
    meaning: Meaning | None
    can_set_meaning: bool
    day_name: str
    day: date | None
    letters: tuple[Letter, ...]
    told: str
    person: Person | None
    because: str
    effects: tuple[EffectLine, ...]
    others: tuple[Other, ...]
    offers: tuple[str, ...]
    may_be_answered: bool
    why_no_answer: str
    draft: AnswerDraft


def sections_of(place: Place, words: str, facts: PlaceFacts) -> list[Section[MailLine]]:
    """The sections of a place: what is open above what is done."""
    of_place = _filter(place)
    if place.kind is PlaceKind.DONE:
        return [_section(_tr("Done"), MailFilter(is_open=False, words=words), None)]
    opened = MailFilter(is_open=True, kind=of_place.kind, mailbox_id=of_place.mailbox_id, words=words)
    if place.kind is PlaceKind.NEEDS_A_LOOK:
        number = None if words.strip() else facts.to_look_at
        lately = MailFilter(is_open=False, done_since=facts.now - DONE_LATELY, words=words)
        return [_section(_tr("Open"), opened, number), _section(_tr("Done, last 3 days"), lately, None)]
    closed = MailFilter(is_open=False, kind=of_place.kind, mailbox_id=of_place.mailbox_id, words=words)
    return [_section(_tr("Open"), opened, None), _section(_tr("Done"), closed, None)]


def _filter(place: Place) -> MailFilter:
    if place.kind is PlaceKind.MAILBOX:
        return MailFilter(mailbox_id=place.mailbox_id)
    return MailFilter(kind=place.word) if place.kind is PlaceKind.MEANING else MailFilter()


def _section(title: str, wanted: MailFilter, number: int | None) -> Section[MailLine]:
    def page(reading: Reading, after: MailLine | None, limit: int) -> Sequence[MailRow[MailLine]]:
        workspace_id = reading.scope.workspace_id
        mails = page_mails(reading.unit, workspace_id, wanted, reading.now, after=after, limit=limit)
        return [mail_row(mail, reading.now) for mail in mails]

    return Section(title, page, number)


def mail_row(mail: MailLine, now: datetime) -> MailRow[MailLine]:
    """A mail as a row of the list."""
    look = look_of(mail.bucket, mail.meaning, mail.bounce, mail.subtype)
    who = one_line(mail.name, 200) or _tr("Nobody named")
    if mail.bucket == "bounce":
        who, company = _tr("Mail delivery"), _tr("to {address}").format(address=one_line(mail.bounced_address, 200))
    else:
        company = one_line(mail.company or ("" if mail.contact_id else mail.address), 200)
    subject, line = one_line(mail.subject, 300) or _tr("No subject"), one_line(mail.text, 300)
    at, is_unread = _at(mail.received_at, now), mail.read_at is None
    spoken = (_tr("unread") if is_unread else "", who, company, subject, look.word, line, at)
    return MailRow(
        mail.id, who, company, at, subject, line, look, is_unread, ", ".join(part for part in spoken if part), mail
    )


def _at(at: datetime, now: datetime) -> str:
    """When a mail came: the time of today, "Yesterday", else the day."""
    local, today = here(at), here(now).date()
    if local.date() == today:
        return time_of_day(local)
    return _tr("Yesterday") if (today - local.date()).days == 1 else day(local.date())


def read_thread(reading: Reading, key: UUID) -> ThreadFacts | None:
    """A mail with its thread; None where it isn't there any more."""
    scope = reading.scope
    sight = find_thread(reading.unit, (scope.customer_id, scope.workspace_id), key)
    if sight is None:
        return None
    draft = find_draft(reading.unit, scope.workspace_id, scope.user_id, key)
    mail, verdict, now = sight.mail, sight.verdict, reading.now
    can_set = verdict.bucket in OF_PERSONS and verdict.ground != "opt_out"
    effects = effect_lines(sight.effects, now)
    return ThreadFacts(
        key=key,
        now=now,
        subject=one_line(mail.subject, 300) or _tr("No subject"),
        mailbox=mail.mailbox,
        contact_id=mail.contact_id,
        is_done=mail.done_at is not None,
        is_corrected=verdict.set_by is not None,
        look=look_of(mail.bucket, mail.meaning, mail.bounce, mail.subtype),
        reason=_reason(sight),
        meaning=_meaning(mail),
        can_set_meaning=can_set,
        day_name=_day_name(_meaning(mail)) if can_set else "",
        day=sight.meaning_on,
        letters=letters_of(reading, sight),
        told=_told(effects, mail, now),
        person=_person(sight, now),
        because=_because(mail, effects),
        effects=effects,
        others=tuple(_other(each) for each in sight.others),
        offers=_OFFERS.get(mail.bucket, ()),
        may_be_answered=verdict.bucket in OF_PERSONS,
        why_no_answer=_why_no_answer(sight),
        draft=draft,
    )


def _reason(sight: ThreadSight) -> str:
    """Why the mail is taken for what it is, in a sentence."""
    mail, verdict = sight.mail, sight.verdict
    if verdict.bucket is Bucket.UNMATCHED:
        return _tr("Nobody knows to which of your emails it belongs. Match it to a contact, or mark it done.")
    if verdict.set_by is not None:
        return _tr("Set by a person; it stays so.")
    told = next((each for each in sight.received if each.id == mail.id), None)
    words = [] if told is None else [text for _, text, at in told.evidence if at is not None and text.strip()]
    if verdict.bucket in OF_PERSONS and mail.meaning != Meaning.UNSURE and words:
        reason = _tr("Told by the words “{words}”.").format(words=one_line(max(words, key=len), 80))
    elif mail.meaning == Meaning.UNSURE:
        reason = _tr("No rule is sure what it means.")
    else:
        reason = _of_machine(mail)
    return f"{reason} {_tr('Whose it is was guessed from who wrote it.')}" if mail.is_probable else reason


def _of_machine(mail: MailLine) -> str:
    if mail.bucket == "bounce":
        return _BOUNCED[mail.bounce or "soft"]()
    if mail.bucket == "complaint":
        return _tr("They marked your email as spam.")
    if mail.bucket == "unsubscribe":
        return _tr("They asked not to be written to.")
    return _tr("It was written by a machine; it stops nothing.") if mail.bucket == "auto_reply" else ""


_BOUNCED: Final[dict[str, Callable[[], str]]] = {
    "hard": lambda: _tr("There is no such address. Correct it, or write to them no more."),
    "soft": lambda: _tr("It wasn’t delivered, for a reason that says nothing of the address."),
    "delay": lambda: _tr("Not delivered yet: their server goes on trying."),
}


def _meaning(mail: MailLine) -> Meaning | None:
    if mail.meaning is not None:
        return Meaning(mail.meaning)
    known = set(Meaning)
    return Meaning(mail.subtype) if mail.bucket == "auto_reply" and mail.subtype in known else None


def _day_name(meaning: Meaning | None) -> str:
    if meaning is Meaning.OUT_OF_OFFICE:
        return _tr("Back on")
    return _tr("Write again on") if meaning is Meaning.NOT_NOW else ""


def _because(mail: MailLine, effects: Sequence[EffectLine]) -> str:
    if not effects:
        return _tr("It changed nothing")
    if mail.bucket == "bounce":
        return _tr("Because of this bounce")
    return _tr("Because of this reply") if mail.bucket == "reply" else _tr("Because of this mail")


def _told(effects: Sequence[EffectLine], mail: MailLine, now: datetime) -> str:
    """The line below the thread: when it was read as what, and the first thing that followed."""
    look = look_of(mail.bucket, mail.meaning, mail.bounce, mail.subtype)
    words = _tr("{time} Read as {meaning}").format(time=_at(mail.received_at, now), meaning=look.word)
    first = next((line.words for line in effects if line.key[0] not in {"replied", "bounced"}), "")  # type: ignore[index]
    return f"{words}. {first}" if first else words


def _person(sight: ThreadSight, now: datetime) -> Person | None:
    who = sight.who
    if who is None:
        return None
    about = ", ".join(part for part in (one_line(who.title, 100), one_line(who.company, 100)) if part)
    facts = [(_tr("Address"), who.address or "–")]
    if who.time_zone:
        facts.append((_tr("Local time"), _local_time(who.time_zone, now)))
    if who.phone:
        facts.append((_tr("Phone"), one_line(who.phone, 60)))
    if who.suppressed is not None:
        facts.append((_tr("State"), _tr("Not written to any more")))
    return Person(one_line(who.name, 120), about, tuple(facts))


def _local_time(zone: str, now: datetime) -> str:
    from zoneinfo import ZoneInfo

    from opendoors_desktop.gui.formats import their_time

    return their_time(now, ZoneInfo(zone))


_OFFERS: Final[dict[str, tuple[str, ...]]] = {
    "bounce": ("contact.open", "contact.bar"),
    "complaint": ("contact.open",),
    "unmatched": ("reply.match",),
}
"""The actions that help with what has no meaning to set, by bucket."""


def _other(each: WrittenTo) -> Other:
    where = one_line(each.sequence, 80)
    if each.step is not None:
        where = _tr("{sequence}, step {step}").format(sequence=where, step=each.step)
    return Other(each.enrollment_id, one_line(each.name, 80), where)


def _why_no_answer(sight: ThreadSight) -> str:
    if sight.verdict.bucket not in OF_PERSONS:
        return _tr("A machine wrote this: nobody would read an answer.")
    return "" if sight.mail.address else _tr("It doesn’t say who wrote it.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
