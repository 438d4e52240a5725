"""Finds what came too soon, too often or outside the window, by the mails alone.

Zones are simple here: an instant is looked at on the wall clock of its zone. A mail counts on the day of the first try
that the server saw of it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from opendoors_desktop.engine.demo.evidence import Refusal, Rules, SequenceRules
from opendoors_desktop.engine.demo.findings import Fault, Seen, Wrong, clock, told

HOUR = timedelta(hours=1)


def local(instant: datetime, zone: str) -> datetime:
    """An instant as the wall clock of a zone shows it."""
    return instant.astimezone(ZoneInfo(zone))


def is_inside(instant: datetime, zone: str, rules: SequenceRules) -> bool:
    """Whether a sequence may write at that instant to somebody who lives in a zone."""
    here = local(instant, zone)
    return rules.days[here.weekday()] and rules.start <= here.time() < rules.end


def windows(seen: Sequence[Seen], rules: Rules) -> Iterator[Fault]:
    """Every mail that came when the sequence may not write to somebody in that zone."""
    for each in seen:
        zone = _zone(each, rules)
        if not is_inside(each.letter.received_at, zone, rules.sequences[each.which.sequence]):
            yield Fault(Wrong.WINDOW, f"{told(each)}: {local(each.letter.received_at, zone):%a %H:%M} in {zone}")


def caps(seen: Sequence[Seen], rules: Rules) -> Iterator[Fault]:
    """Every mail beyond a cap: of its mailbox, company or sequence a day, and of new contacts a day."""

    def box_day(each: Seen) -> date:
        return local(each.first_tried_at, rules.boxes[each.letter.sender].zone).date()

    def sequence_day(each: Seen) -> date:
        return local(each.first_tried_at, rules.sequences[each.which.sequence].zone).date()

    def box_cap(each: Seen) -> int | None:
        box = rules.boxes[each.letter.sender]
        if box.ramp is None:
            return box.daily_cap
        ramped = box.ramp[1] + box.ramp[2] * max((box_day(each) - box.ramp[0]).days, 0)
        return ramped if box.daily_cap is None else min(ramped, box.daily_cap)

    yield from _over(Wrong.MAILBOX_DAY, seen, lambda each: (each.letter.sender, box_day(each)), box_cap)
    yield from _over(
        Wrong.COMPANY_DAY,
        seen,
        lambda each: (each.letter.sender, _domain(each), box_day(each)),
        lambda each: rules.boxes[each.letter.sender].company_cap,
    )
    yield from _over(
        Wrong.SEQUENCE_DAY,
        seen,
        lambda each: (each.which.sequence, sequence_day(each)),
        lambda each: rules.sequences[each.which.sequence].max_a_day,
    )
    yield from _over(
        Wrong.NEW_DAY,
        _firsts(seen),
        lambda each: (each.which.sequence, sequence_day(each)),
        lambda each: rules.sequences[each.which.sequence].max_new_a_day,
    )


def _over(
    wrong: Wrong, seen: Iterable[Seen], key: Callable[[Seen], Hashable], cap: Callable[[Seen], int | None]
) -> Iterator[Fault]:
    """Each mail beyond the cap of those that count together."""
    used: Counter[Hashable] = Counter()
    for each in seen:
        used[key(each)] += 1
        limit = cap(each)
        if limit is not None and used[key(each)] > limit:
            yield Fault(wrong, f"{told(each)}: number {used[key(each)]} of {limit}")


def _firsts(seen: Sequence[Seen]) -> list[Seen]:
    """The first mail to each contact of each sequence."""
    first: dict[tuple[str, str], Seen] = {}
    for each in seen:
        first.setdefault((each.which.sequence, each.letter.recipient), each)
    return list(first.values())


def spacing(seen: Sequence[Seen], refusals: Sequence[Refusal], rules: Rules) -> Iterator[Fault]:
    """The rolling hour and the least times between two mails, counted on what came from a mailbox, in that order."""
    for box in rules.boxes.values():
        own = [each for each in seen if each.letter.sender == box.address]
        times = [each.letter.received_at for each in own]
        for number, each in enumerate(own):
            before = [at for at in times[:number] if each.letter.received_at - at < HOUR]
            if box.hourly_cap is not None and len(before) >= box.hourly_cap:
                yield Fault(Wrong.MAILBOX_HOUR, told(each))
        tried = sorted([*times, *(refusal.at for refusal in refusals if refusal.sender == box.address)])
        for earlier, later in pairwise(tried):
            if later - earlier < box.gap:
                yield Fault(Wrong.GAP, f"{box.address} at {clock(later)}, {later - earlier} after the one before")
        for sequence in rules.sequences.values():
            mine = [each for each in own if each.which.sequence == sequence.name and _is_first_try(each)]
            for one, other in pairwise(mine):
                if other.letter.received_at - one.letter.received_at < sequence.throttle:
                    yield Fault(Wrong.THROTTLE, told(other))


def _is_first_try(each: Seen) -> bool:
    return each.first_tried_at == each.letter.received_at


def contact_days(seen: Sequence[Seen], rules: Rules) -> Iterator[Fault]:
    """No step of the tour comes within a day of the one before, so every second mail on a contact's day is one."""
    known: set[tuple[str, date]] = set()
    for each in seen:
        day = (each.letter.recipient, local(each.letter.received_at, _zone(each, rules)).date())
        if day in known:
            yield Fault(Wrong.CONTACT_DAY, told(each))
        known.add(day)


def _zone(each: Seen, rules: Rules) -> str:
    return rules.zones.get(each.letter.recipient) or rules.sequences[each.which.sequence].zone


def _domain(each: Seen) -> str:
    return each.letter.recipient.rpartition("@")[2]
