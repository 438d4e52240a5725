"""A forecast of 10,000 enrollments over 30 days, beside a bare heap loop that does the same zone conversions."""

import heapq
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench._workspace import add_due, make_store
from bench.figure import Figure, figure
from opendoors_desktop.engine.forecast import forecast

ENROLLMENTS = 10_000
DAYS = 30
EMAILS = 5
MAILBOX_ZONE = "Europe/Berlin"
SEQUENCE_ZONE = "America/New_York"
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney")


def figures(rounds: int) -> Iterator[Figure]:
    """Seconds for the whole forecast; both have the enrollments in memory first, the store read once a round."""
    with tempfile.TemporaryDirectory() as folder:
        bench = make_store(Path(folder), port=2525, connections=8, emails=EMAILS, zones=(MAILBOX_ZONE, SEQUENCE_ZONE))
        add_due(bench, ENROLLMENTS, datetime.now(UTC) + timedelta(hours=1), zones=ZONES)
        pairs = []
        for _ in range(rounds):
            began = time.perf_counter()
            lines = sum(1 for _ in forecast(bench.context, days=DAYS))
            ours = time.perf_counter() - began
            if lines != ENROLLMENTS * EMAILS:
                raise RuntimeError(f"the forecast has {lines} emails, not {ENROLLMENTS * EMAILS}")
            pairs.append((ours, bare_loop()))
        bench.context.store.close()
    yield figure("forecast", pairs, unit="s", goal=8.0, less_is_better=True)


def bare_loop() -> float:
    """Seconds for as many events through one heap, with the zone conversions that the rules of time ask of each email.

    Those are: to the contact's wall clock and, 3 days on, back (the delay); the contact's day and its opening (window);
    the days of mailbox, sequence and contact that caps are counted by.
    """
    zones = [ZoneInfo(name) for name in ZONES]
    own, sequence_zone = ZoneInfo(MAILBOX_ZONE), ZoneInfo(SEQUENCE_ZONE)
    start = datetime.now(UTC) + timedelta(hours=1)
    began = time.perf_counter()
    heap = [(start, number, 0) for number in range(ENROLLMENTS)]
    heapq.heapify(heap)
    left = 0
    while heap:
        at, number, step = heapq.heappop(heap)
        left += 1
        zone = zones[number % len(zones)]
        wall = at.astimezone(zone)
        days = (wall.date(), at.astimezone(own).date(), at.astimezone(sequence_zone).date())
        if step + 1 == EMAILS:
            continue
        later = (wall + timedelta(days=3)).astimezone(UTC)
        opens = later.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        heapq.heappush(heap, (max(later, opens), number, step + 1))
    if left != ENROLLMENTS * EMAILS or not days:
        raise RuntimeError("the bare loop lost an event")
    return time.perf_counter() - began
