"""A forecast of 10,000 enrollments over 30 days, beside a bare heap loop that does the same zone conversions.

What a person waits for is the whole, the store read included; the playing alone begins as the bare loop does, with
what was read.
"""

import heapq
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench._workspace import add_due, make_store
from bench.figure import Figure, figure
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.forecast import play, set_stage

ENROLLMENTS = 10_000
DAYS = 30
EMAILS = 5
MAILBOX_ZONE = "Europe/Berlin"
SEQUENCE_ZONE = "America/New_York"
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney")


def figures(rounds: int) -> Iterator[Figure]:
    """Seconds of processor time for the whole and for the playing alone; the store is read anew in each round."""
    with tempfile.TemporaryDirectory() as folder:
        bench = make_store(Path(folder), port=2525, connections=8, emails=EMAILS, zones=(MAILBOX_ZONE, SEQUENCE_ZONE))
        add_due(bench, ENROLLMENTS, datetime.now(UTC) + timedelta(hours=1), zones=ZONES)
        found = [(*whole_and_playing(bench.context), bare_loop()) for _ in range(rounds)]
        bench.context.store.close()
    yield _beside("forecast", [(whole, anchor) for whole, _, anchor in found])
    yield _beside("forecast: playing alone", [(playing, anchor) for _, playing, anchor in found])


def _beside(name: str, pairs: Sequence[tuple[float, float]]) -> Figure:
    return figure(name, pairs, unit="s", goal=8.0, less_is_better=True)


def whole_and_playing(context: Context) -> tuple[float, float]:
    """Seconds of processor time for reading and playing, and for the playing of what was read."""
    began = time.process_time()
    stage = set_stage(context)
    read = time.process_time()
    emails = sum(1 for _ in play(stage, DAYS))
    ended = time.process_time()
    if emails != ENROLLMENTS * EMAILS:
        raise RuntimeError(f"the forecast has {emails} emails, not {ENROLLMENTS * EMAILS}")
    return ended - began, ended - read


def bare_loop() -> float:
    """Seconds of processor time for as many events through one heap, with the conversions the rules of time ask for.

    For each email those are: to the contact's wall clock and, 3 days on, back (the delay); the contact's day and its
    opening (window); the days of mailbox, sequence and contact that caps are counted by.
    """
    zones = [ZoneInfo(name) for name in ZONES]
    own, sequence_zone = ZoneInfo(MAILBOX_ZONE), ZoneInfo(SEQUENCE_ZONE)
    start = datetime.now(UTC) + timedelta(hours=1)
    began = time.process_time()
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
    return time.process_time() - began
