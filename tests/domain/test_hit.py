"""Who asked for an email's picture or link: persons, proxies and machines by what they say and by their neighbours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.hit import (
    Delivery,
    HitClass,
    HitKind,
    Neighbour,
    Verdict,
    Visit,
    class_alone,
    class_among,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
VISIT = Visit(UUID(int=1), NOW, None, "192.0.2.1", CHROME)
SENT = Delivery(NOW - timedelta(seconds=40), 12)

AGENTS = [
    (CHROME, None),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)", None),
    ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; ms-office; MSOffice 16)", None),
    ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)", None),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0", None),
    ("Mozilla/5.0 (Linux; Android 13; CUBOT X18) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", None),
    ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "proxy"),
    ("YahooMailProxy; https://help.example.com/kb/yahoo-mail-proxy.html", "proxy"),
    ("Mozilla/5.0", "proxy"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0", "machine"),
    ("curl/8.5.0", "machine"),
    ("python-requests/2.32", "machine"),
    ("Go-http-client/1.1", "machine"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1)", "machine"),
    ("Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/131.0 Safari/537.36", "machine"),
    ("Mozilla/5.0 (compatible) BingPreview/1.0b", "machine"),
    ("BarracudaCentral Link Checker", "machine"),
    ("", "machine"),
    ("  ", "machine"),
]  # fmt: skip


@pytest.mark.parametrize("agent, told", AGENTS)
def test_T64_a_program_is_told_by_its_name(agent, told):
    verdict = class_alone(replace(VISIT, user_agent=agent))
    assert (verdict and verdict.hit_class.value) == told


def test_who_only_asks_for_the_head_or_fetches_ahead_is_a_machine():
    assert class_alone(replace(VISIT, method="HEAD")) == Verdict(HitClass.MACHINE, "method")
    assert class_alone(replace(VISIT, is_prefetch=True)) == Verdict(HitClass.MACHINE, "prefetch")


def test_a_visit_is_an_open_or_a_click():
    assert (VISIT.kind, replace(VISIT, link_number=1).kind) == (HitKind.OPEN, HitKind.CLICK)


def at(seconds: float, link: int | None = 1, source: str = "192.0.2.1", *, is_scan: bool = False) -> Neighbour:
    return Neighbour(NOW + timedelta(seconds=seconds), link, source, is_scan)


def told(hit: Neighbour, *others: Neighbour, links: int = 12) -> tuple[str, str]:
    verdict = class_among(hit, others, replace(SENT, links=links))
    return verdict.hit_class.value, verdict.reason


HUMAN = ("human", "")


def test_T65_every_link_within_a_moment_is_a_scanner_though_its_name_is_a_browsers():
    burst = [at(number * 0.035, number + 1, f"192.0.2.{number}") for number in range(12)]
    for hit in burst:
        assert told(hit, *(each for each in burst if each is not hit)) == ("machine", "burst")


def test_T65_a_later_click_from_elsewhere_is_a_persons_and_from_the_scanner_it_is_not():
    scans = [replace(at(number * 0.03, number + 1), is_scan=True) for number in range(12)]
    assert told(at(600, 3, "198.51.100.7"), *scans) == HUMAN
    assert told(at(600, 3), *scans) == ("machine", "scanner")
    assert told(at(601, None), *scans) == ("machine", "scanner")


def test_the_picture_loaded_with_a_burst_is_the_scanners():
    burst = [at(number * 0.1, number) for number in (1, 2, 3)]
    assert told(at(0, None), *burst) == ("machine", "scanner")
    assert told(at(0, None, "198.51.100.7"), *burst) == HUMAN


def test_a_person_may_follow_one_link_twice_and_two_after_each_other():
    assert told(at(0), at(0.2), at(0.4)) == HUMAN
    assert told(at(0), at(1.5, 2)) == HUMAN
    assert told(at(0), at(0.5, 2)) == HUMAN
    assert told(at(0), at(3, 2), at(6, 3)) == HUMAN
    assert told(at(0, 1), links=1) == HUMAN
    assert told(at(0, None), at(1, None), at(2, None)) == HUMAN


def test_both_links_of_an_email_at_once_are_a_scanners():
    assert told(at(0), at(0.5, 2), links=2) == ("machine", "burst")
    assert told(at(0), at(1.5, 2), links=2) == HUMAN


def test_who_asks_before_the_host_took_the_email_is_the_host():
    early = at(-43)
    assert told(early) == ("machine", "before_sent")
    assert told(at(-41)) == HUMAN
    assert class_among(early, [], Delivery(None, 1)).hit_class is HitClass.HUMAN
