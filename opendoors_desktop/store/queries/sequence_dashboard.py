"""What a sequence came to: its headlines with their fractions, the funnel, days, steps, A/B tests and people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.local_time import instant_of
from opendoors_desktop.domain.metrics import Totals
from opendoors_desktop.domain.variants import WinnerCriteria
from opendoors_desktop.domain.winner import Tally, chances_to_be_best, credible_range, emails_to_go, find_winner
from opendoors_desktop.store.queries.contact_figures import count_interested, count_meetings
from opendoors_desktop.store.queries.people_states import PeopleState, count_people
from opendoors_desktop.store.queries.sequence_steps import StepCard, list_step_cards
from opendoors_desktop.store.queries.sequences import SequenceRow, find_sequence
from opendoors_desktop.store.queries.step_figures import EmailCounts
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Headline:
    """One number of the dashboard: a stable word, contacts counted, and of how many (None: it stands for itself)."""

    name: str
    count: int
    base: int | None = None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What happened on one day of the sequence's zone: emails sent, human replies, contacts enrolled."""

    day: date
    sent: int = 0
    replied: int = 0
    enrolled: int = 0


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """A variant of an A/B test: `count` of those delivered, the range of its rate, and its chance to be the best."""

    tally: Tally
    count: int
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class AbTestFigures:
    """The A/B test of a step: what decides it, its variants, and the one that has won (None: too early, or a tie).

    `chosen` is the variant that takes everyone already. `to_go` emails are missing until a winner can be named at all.
    """

    step_id: UUID
    step: int
    criteria: WinnerCriteria
    variants: tuple[VariantFigures, ...]
    winner: str | None
    chosen: str | None
    to_go: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of a sequence's figures but those by day, as of one moment."""

    sequence: SequenceRow
    totals: Totals
    headlines: tuple[Headline, ...]
    funnel: tuple[Headline, ...]
    steps: tuple[StepCard, ...]
    tests: tuple[AbTestFigures, ...]
    people: dict[PeopleState, int]


_OF_DELIVERED: Final = ("opened", "clicked", "replied", "interested", "meetings", "opted_out")
_FUNNEL: Final = ("contacted", "delivered", "opened", "clicked", "replied", "interested", "meetings")
_DAY: Final = """
SELECT a.kind, count(*) FROM email_activities a WHERE a.sequence_id = :sequence_id
  AND a.occurred_at >= :since AND a.occurred_at < :until AND a.kind IN ('sent', 'replied', 'enrolled') GROUP BY a.kind
"""


def read_dashboard(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> Dashboard | None:
    """The dashboard of a sequence; None where the workspace has none of that id.

    Totals are read and change with every email; steps and people are counted, at the cost that `list_step_cards` and
    `count_people` name. While a large sequence sends, ask for `read_totals` often and for all of it now and then.
    """
    sequence = find_sequence(unit, workspace_id, sequence_id)
    totals = read_totals(unit, workspace_id, sequence_id)
    if sequence is None or totals is None:
        return None
    cards = list_step_cards(unit, workspace_id, sequence_id)
    return Dashboard(
        sequence,
        totals,
        headlines(totals),
        funnel(totals),
        tuple(cards),
        tuple(ab_tests(cards)),
        count_people(unit, workspace_id, sequence_id),
    )


def read_totals(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> Totals | None:
    """The contacts of a sequence counted by what became of them; None where the workspace has none of that id.

    Read from the totals that the store keeps (`opendoors db check` recounts them); only interest and meetings are
    counted, among those who replied or reached the goal, and among the tasks of the sequence.
    """
    row = unit.row(
        "SELECT total_enrolled, total_sent, total_delivered, total_opened, total_clicked, total_replied, total_bounced,"
        " total_unsubscribed FROM sequences WHERE id = :id AND workspace_id = :workspace_id",
        {"id": sequence_id, "workspace_id": workspace_id},
    )
    if row is None:
        return None
    enrolled, contacted, delivered, opened, clicked, replied, bounced, opted_out = (int(each or 0) for each in row)
    return Totals(
        enrolled=enrolled,
        contacted=contacted,
        delivered=delivered,
        opened=opened,
        clicked=clicked,
        replied=replied,
        interested=count_interested(unit, workspace_id, sequence_id).get(sequence_id, 0),
        meetings=count_meetings(unit, workspace_id, sequence_id).get(sequence_id, 0),
        opted_out=opted_out,
        bounced=bounced,
    )


def headlines(totals: Totals) -> tuple[Headline, ...]:
    """The numbers over the dashboard in their order, each with what it is a share of."""
    return (
        Headline("enrolled", totals.enrolled),
        Headline("contacted", totals.contacted, totals.enrolled),
        Headline("delivered", totals.delivered, totals.contacted),
        *(Headline(name, getattr(totals, name), totals.delivered) for name in _OF_DELIVERED),
        Headline("bounced", totals.bounced, totals.contacted),
    )


def funnel(totals: Totals) -> tuple[Headline, ...]:
    """The bars of the funnel, all as shares of those delivered; contacted stands for itself."""
    return tuple(
        Headline(name, getattr(totals, name), None if name == "contacted" else totals.delivered) for name in _FUNNEL
    )


def list_days(unit: Unit, workspace_id: UUID, sequence_id: UUID, first: date, last: date) -> list[DayFigures]:
    """Every day from `first` to `last` (included) in the sequence's zone; none where there is no such sequence.

    One range of an index a day: some 50 ms for every hundred thousand things that happened. Days that are over don't
    change but by replies put right, so while a sequence sends it is enough to ask for today.
    """
    row = unit.row(
        "SELECT sending_timezone FROM sequences WHERE id = :id AND workspace_id = :workspace_id",
        {"id": sequence_id, "workspace_id": workspace_id},
    )
    if row is None:
        return []
    zone = ZoneInfo(row[0] or "UTC")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [_day(unit, sequence_id, zone, day) for day in days]


def _day(unit: Unit, sequence_id: UUID, zone: ZoneInfo, day: date) -> DayFigures:
    since, until = (instant_of(zone, datetime.combine(each, time())) for each in (day, day + timedelta(days=1)))
    rows = unit.rows(_DAY, {"sequence_id": sequence_id, "since": since, "until": until})
    return DayFigures(day, **{kind: int(number) for kind, number in rows})


def ab_tests(cards: Iterable[StepCard]) -> list[AbTestFigures]:
    """The A/B tests of the steps that have one, variants in their order; some milliseconds of arithmetic each."""
    return [_ab_test(card) for card in cards if card.step.ab_test is not None and card.step.ab_test_enabled]


def _ab_test(card: StepCard) -> AbTestFigures:
    test = card.step.ab_test
    assert test is not None
    tallies = [
        _tally(variant.id, card.figures.variants.get(variant.id, EmailCounts()), is_paused=variant.is_paused)
        for variant in test.variants
    ]
    counts = [(tally.delivered, tally.successes(test.winner_criteria)) for tally in tallies]
    variants = [
        VariantFigures(tally, count, low, high, chance)
        for tally, (_, count), (low, high, chance) in zip(tallies, counts, _likelihoods(tuple(counts)), strict=True)
    ]
    return AbTestFigures(
        step_id=card.step.id,
        step=card.number,
        criteria=test.winner_criteria,
        variants=tuple(variants),
        winner=find_winner(tallies, test.winner_criteria),
        chosen=test.winner_id,
        to_go=emails_to_go(tallies),
    )


@lru_cache(maxsize=64)
def _likelihoods(counts: tuple[tuple[int, int], ...]) -> tuple[tuple[float, float, float], ...]:
    """For each (delivered, successes) the ends of its rate's range and its chance to be the best.

    Kept, since a dashboard that is refreshed asks for the same again and again.
    """
    chances = chances_to_be_best(counts)
    return tuple((*credible_range(*each), chance) for each, chance in zip(counts, chances, strict=True))


def _tally(variant_id: str, counts: EmailCounts, *, is_paused: bool) -> Tally:
    return Tally(
        variant_id=variant_id,
        delivered=counts.delivered,
        opened=counts.opened,
        clicked=counts.clicked,
        replied=counts.replied,
        positive=counts.positive,
        is_paused=is_paused,
    )
