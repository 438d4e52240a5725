"""Who asked for an email's picture or followed its link: a person, a mail program's proxy, or a machine that looks.

A hit is told by rules that can be looked up here; nothing is guessed from lists of addresses. What a request tells by
itself is told at once; what only its neighbours tell (a scanner takes every link of an email within a moment) is told
`SETTLES_AFTER` later. Only hits of persons count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID


class HitKind(StrEnum):
    """What was asked for: an email's picture, or one of its links."""

    OPEN = "open"
    CLICK = "click"


class HitClass(StrEnum):
    """Who asked."""

    HUMAN = "human"
    PROXY = "proxy"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a hit is taken for, and the rule that says so ("": none speaks against a person)."""

    hit_class: HitClass
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request as it came in: for which email, at which instant (UTC), from where and with what.

    `link_number` is the link's (None: the picture was asked for). `is_prefetch`: the program said that nobody looks.
    """

    email_id: UUID
    at: datetime
    link_number: int | None
    address: str
    user_agent: str
    method: str = "GET"
    is_prefetch: bool = False

    @property
    def kind(self) -> HitKind:
        """What was asked for."""
        return HitKind.OPEN if self.link_number is None else HitKind.CLICK


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A hit among the others of its email; `is_scan`: it was found to be part of a burst before.

    `source` is address and program together: a scanner and those it works for may share an address, or stand behind a
    server that shows its own.
    """

    at: datetime
    link_number: int | None
    source: str
    is_scan: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of an email whose links are followed: when it was accepted, and how many links it has."""

    sent_at: datetime | None
    links: int


UNTOLD: Final = Verdict(HitClass.MACHINE, "untold")
"""Stands beside a hit until its neighbours are known: so long it counts nowhere."""

SETTLES_AFTER: Final = timedelta(seconds=3)
"""After so long a hit's neighbours are known, those that were written down a little late among them."""

BURST: Final = timedelta(seconds=2)
"""Nobody follows that many links of an email so close together; scanners take all of them within a second."""

MANY: Final = 3
PAIR: Final = timedelta(seconds=1)
"""Of an email with two links both may be opened one after the other, but not faster than that."""

EARLY: Final = timedelta(seconds=2)
"""Who asks so long before the mail host accepted an email is the mail host."""

_APPLE: Final = "Mozilla/5.0"
"""Apple's Mail Privacy Protection names nothing more, and loads every picture, opened or not."""

_PROXIES = re.compile(r"googleimageproxy|yahoomailproxy|image-?proxy|mail-?proxy|img-?proxy", re.IGNORECASE)
_GMAIL_LOOKS_AHEAD = re.compile(r"Chrome/42\.0\.2311\.135 Safari/537\.36 Edge/12\.246")
"""With this old browser's name Gmail fetches pictures before anybody has seen the email."""

_ROBOTS = re.compile(
    # A maker of phones is called Cubot.
    r"(?<!cu)bot\b|crawl|spider|slurp|scanner|preview|headless|phantomjs|monitor|externalhit|whatsapp|read-?aloud|"
    r"\bcurl\b|wget|python|java/|okhttp|go-http|libwww|perl|ruby|\bphp|axios|node-?fetch|undici|http-?client|postman|"
    r"barracuda|mimecast|proofpoint|urldefense|symantec|messagelabs|trend ?micro|sophos|forcepoint|fireeye|ironport|"
    r"safelinks|zscaler|cloudmark|mailguard|safebrowsing|google-safety|virustotal",
    re.IGNORECASE,
)


def class_alone(visit: Visit) -> Verdict | None:
    """What a request tells by itself; None where it looks like a person's."""
    agent = visit.user_agent.strip()
    if visit.method != "GET":
        return Verdict(HitClass.MACHINE, "method")
    if visit.is_prefetch:
        return Verdict(HitClass.MACHINE, "prefetch")
    if not agent:
        return Verdict(HitClass.MACHINE, "no_user_agent")
    if agent == _APPLE:
        return Verdict(HitClass.PROXY, "apple_privacy")
    if _PROXIES.search(agent):
        return Verdict(HitClass.PROXY, "mail_proxy")
    if _GMAIL_LOOKS_AHEAD.search(agent):
        return Verdict(HitClass.MACHINE, "gmail_looks_ahead")
    if _ROBOTS.search(agent):
        return Verdict(HitClass.MACHINE, "robot")
    return None


def class_among(hit: Neighbour, others: Iterable[Neighbour], delivery: Delivery) -> Verdict:
    """What a hit that looks like a person's is, given all other hits of its email within `BURST` and every scan of it.

    A burst is part of a scan whoever took part; later hits from a source that scanned are its as well.
    """
    if delivery.sent_at is not None and hit.at < delivery.sent_at - EARLY:
        return Verdict(HitClass.MACHINE, "before_sent")
    near = [other for other in others if abs(other.at - hit.at) <= BURST or other.is_scan]
    if hit.link_number is not None and _is_burst(hit, near, delivery.links):
        return Verdict(HitClass.MACHINE, "burst")
    mine = [other for other in near if other.source == hit.source]
    if any(other.is_scan or _is_burst(other, near, delivery.links) for other in mine):
        return Verdict(HitClass.MACHINE, "scanner")
    return Verdict(HitClass.HUMAN)


def _is_burst(hit: Neighbour, others: Iterable[Neighbour], links: int) -> bool:
    """Whether so many different links were followed around this one that no person did it."""
    if hit.link_number is None:
        return False
    around = [other for other in others if other.link_number is not None]
    quick = {other.link_number for other in around if abs(other.at - hit.at) <= PAIR} | {hit.link_number}
    near = {other.link_number for other in around if abs(other.at - hit.at) <= BURST} | {hit.link_number}
    return len(near) >= MANY or (links == len(quick) == MANY - 1)
