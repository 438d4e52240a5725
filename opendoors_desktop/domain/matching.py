"""To which email of ours a mail belongs, and how surely: by ids, else by who wrote it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.domain.address import address_key, company_domain
from opendoors_desktop.domain.inbound import InboundKind, Reading
from opendoors_desktop.domain.message_ids import id_key
from opendoors_desktop.domain.subjects import base_subject


class MatchGround(StrEnum):
    """What a match rests on, the surest first."""

    BY_HAND = "by_hand"  # a person says so
    OPT_OUT = "opt_out"  # the subject of our mailto for opting out
    ANSWERED = "answered"  # In-Reply-To names our message
    RETURNED = "returned"  # a report brings our message back, or names it
    THREAD = "thread"  # References name it, under the same subject
    ADDRESS = "address"  # the contact's own address
    ALIAS = "alias"  # an address known as the contact's
    COLLEAGUE = "colleague"  # somebody of the contact's company, under the thread's subject

    @property
    def is_probable(self) -> bool:
        """Whether a person should see that it was guessed."""
        return self in (MatchGround.ADDRESS, MatchGround.ALIAS, MatchGround.COLLEAGUE)


@dataclass(frozen=True, slots=True)
class SentEmail:
    """One of our emails a mail may belong to.

    `message_id` is ours, `server_id` the one in the server's 250 answer ("" for none), which some hosts put in place
    of ours. `address` is the contact's, `sent_at` in UTC.
    """

    outgoing_id: UUID
    message_id: str
    server_id: str
    address: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """The email a mail belongs to, and why."""

    email: SentEmail
    ground: MatchGround


@dataclass(frozen=True, slots=True)
class WantedKeys:
    """What the store is asked for: emails with one of these ids, or to one of these addresses or company domains.

    `ids` are as `id_key` makes them, with what stands before the @ beside them (a server's id has no domain).
    `outgoing_id` is the email itself, where the mail names it.
    """

    ids: tuple[str, ...]
    addresses: tuple[str, ...]
    domain: str | None
    outgoing_id: UUID | None = None


def wanted_keys(reading: Reading) -> WantedKeys:
    """By what the emails are found that a mail may belong to; a report is looked for by ids alone."""
    keys = [id_key(one) for one in (*reading.in_reply_to, *reading.original_ids, *reversed(reading.references))]
    ids = dict.fromkeys(form for key in keys for form in (key, key.rpartition("@")[0]) if form)
    if _is_report(reading) or not reading.sender:
        return WantedKeys(tuple(ids), (), None, _token(reading))
    sender = address_key(reading.sender)
    return WantedKeys(tuple(ids), (sender,), company_domain(sender.rpartition("@")[2]), _token(reading))


def match(reading: Reading, sent: Sequence[SentEmail], aliases: Mapping[str, str] | None = None) -> Match | None:
    """The email a mail belongs to, of those the store found; None for a mail of nobody's.

    `aliases` gives the key of a contact's address by that of another of theirs. A bounce or complaint without an id of
    ours matches nothing, whoever it names: anybody can write one.
    """
    token = _token(reading)
    by_token = next((email for email in sent if email.outgoing_id == token), None)
    if by_token is not None:
        return Match(by_token, MatchGround.OPT_OUT)
    by_id = {key: email for email in sorted(sent, key=_age) for key in _keys(email)}
    for ground, ids in _grounds(reading):
        email = next((found for one in ids if (found := _find(by_id, one)) is not None), None)
        if email is not None and (ground is not MatchGround.THREAD or _has_same_subject(reading, email)):
            return Match(email, ground)
    return None if _is_report(reading) else _by_sender(reading, sent, aliases or {})


def _is_report(reading: Reading) -> bool:
    return reading.kind in (InboundKind.BOUNCE, InboundKind.COMPLAINT)


_TOKEN = re.compile(r"unsubscribe\s+([0-9a-f]{32})\W*", re.IGNORECASE)


def _token(reading: Reading) -> UUID | None:
    """The email of ours whose mailto for opting out was used, or None."""
    found = _TOKEN.fullmatch(reading.subject.strip()) if reading.kind is InboundKind.UNSUBSCRIBE else None
    return UUID(found[1]) if found else None


def _grounds(reading: Reading) -> Iterator[tuple[MatchGround, Sequence[str]]]:
    """The ids a mail names, the surest first; of a report its own thread says nothing that the copy doesn't."""
    if _is_report(reading):
        yield MatchGround.RETURNED, reading.original_ids
        return
    yield MatchGround.ANSWERED, reading.in_reply_to
    yield MatchGround.RETURNED, reading.original_ids
    yield MatchGround.THREAD, tuple(reversed(reading.references))


def _keys(email: SentEmail) -> Iterator[str]:
    yield id_key(email.message_id)
    if email.server_id:
        yield id_key(email.server_id)


def _find(by_id: Mapping[str, SentEmail], message_id: str) -> SentEmail | None:
    key = id_key(message_id)
    return by_id.get(key) or by_id.get(key.rpartition("@")[0])


def _age(email: SentEmail) -> datetime:
    return email.sent_at


def _has_same_subject(reading: Reading, email: SentEmail) -> bool:
    return base_subject(reading.subject) == base_subject(email.subject)


def _by_sender(reading: Reading, sent: Sequence[SentEmail], aliases: Mapping[str, str]) -> Match | None:
    """By who wrote: the last email to them before they did."""
    if not reading.sender:
        return None
    sender = address_key(reading.sender)
    before = [email for email in sent if reading.date is None or email.sent_at <= reading.date]
    for ground, address in ((MatchGround.ADDRESS, sender), (MatchGround.ALIAS, aliases.get(sender))):
        to_them = [email for email in before if address_key(email.address) == address]
        if to_them:
            return Match(max(to_them, key=_age), ground)
    domain = company_domain(sender.rpartition("@")[2])
    of_colleagues = [
        email
        for email in before
        if domain is not None
        and address_key(email.address).endswith(f"@{domain}")
        and base_subject(email.subject) != ""
        and _has_same_subject(reading, email)
    ]
    return Match(max(of_colleagues, key=_age), MatchGround.COLLEAGUE) if of_colleagues else None
