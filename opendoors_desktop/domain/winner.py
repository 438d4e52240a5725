"""Which variant of an A/B test has won: a rule that may be looked at after every reply, and the chance to be the best.

**The rule.** Two variants are told apart by twice the logarithm of their likelihood ratio (two binomial rates against
one common rate), which behaves like the square of a normal deviate. Its bound is that of a normal mixture, so that over
the whole run, however often it is looked at, two equal variants cross it with at most the probability allowed:
H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970), pages
1397-1409; used for A/B tests by R. Johari, P. Koomen, L. Pekelis and D. Walsh, "Peeking at A/B tests", KDD 2017.

A winner must beat every other variant. So with equal variants laid out in pairs, whoever is named beats its partner:
the 5 in 100 are shared among as many pairs as there are, and never among fewer than two, since rates of few per cent
are only nearly normal.

**The chance** is that of Beta posteriors with a flat prior, worked out by integration on a grid: no dice, always equal.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, exp, inf, lgamma, log, log1p, prod, sqrt

from opendoors_desktop.domain.variants import WinnerCriteria

ALLOWED_ERROR = 0.05
LEAST_DELIVERED = 150
LEAST_TIME = timedelta(hours=24)
"""A test younger than this promotes no winner by itself: the first hours reach only those who are awake."""

_MIXING = 50.0  # in emails a variant halves: the bound is tightest from some hundred to a few thousand emails each
_GRID = 2_000
_REACH = 9.0  # standard deviations on either side of a posterior that are looked at


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one variant's emails; opens and clicks are those of people, replies those of people too."""

    variant_id: str
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    positive: int = 0
    is_paused: bool = False

    def successes(self, criteria: WinnerCriteria) -> int:
        """How many count under the rate that decides the test; never more than were delivered."""
        counted = {
            WinnerCriteria.OPEN_RATE: self.opened,
            WinnerCriteria.CLICK_RATE: self.clicked,
            WinnerCriteria.REPLY_RATE: self.replied,
            WinnerCriteria.POSITIVE_REPLY_RATE: self.positive,
        }
        return min(counted[criteria], self.delivered)


def find_winner(tallies: Sequence[Tally], criteria: WinnerCriteria) -> str | None:
    """The variant that has won, None where it is too early, a tie, or there is nothing to compare.

    Each variant needs at least 150 delivered; one that was paused before it had them is left out, and then every pair
    has to be reckoned with. Another look later may name one that isn't named now, and the other way round.
    """
    rivals = [tally for tally in tallies if not (tally.is_paused and tally.delivered < LEAST_DELIVERED)]
    if len(rivals) < 2 or any(tally.delivered < LEAST_DELIVERED for tally in rivals):
        return None
    counted = [(tally.delivered, tally.successes(criteria)) for tally in rivals]
    best = max(range(len(rivals)), key=lambda index: counted[index][1] / counted[index][0])
    total = len(tallies)
    pairs = ceil(total / 2) if len(rivals) == total else total * (total - 1) // 2
    wanted = log(max(2, pairs) / ALLOWED_ERROR)
    beaten = (_beats(counted[best], other, wanted) for index, other in enumerate(counted) if index != best)
    return rivals[best].variant_id if all(beaten) else None


def may_promote(age: timedelta, winner_id: str | None) -> bool:
    """Whether a named winner may take everyone by itself: the test has run for at least a day."""
    return winner_id is not None and age >= LEAST_TIME


def emails_to_go(tallies: Sequence[Tally]) -> int:
    """How many more must be delivered before a winner can be named at all, over all variants that still send."""
    return sum(max(0, LEAST_DELIVERED - tally.delivered) for tally in tallies if not tally.is_paused)


def _beats(one: tuple[int, int], other: tuple[int, int], wanted: float) -> bool:
    """Whether the first (delivered, successes) is ahead by more than the bound for an error of exp(-wanted)."""
    (n, s), (m, t) = one, other
    information = n * m / (n + m)
    bound = (information + _MIXING) / information * (2 * wanted + log1p(information / _MIXING))
    ratio = _entropy(s, n) + _entropy(t, m) - _entropy(s + t, n + m)
    return s * m > t * n and 2 * ratio >= bound


def _entropy(successes: int, trials: int) -> float:
    """The largest log-likelihood that binomial counts can have."""
    failures = trials - successes
    return (successes * log(successes / trials) if successes else 0.0) + (
        failures * log(failures / trials) if failures else 0.0
    )


def chances_to_be_best(counts: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    """For each variant's (delivered, successes) the probability that its rate is the highest; they add up to 1."""
    if not counts:
        return ()
    grid = sorted({point for trials, successes in counts for point in _grid(trials, successes, _GRID // len(counts))})
    densities = [_density(trials, successes, grid) for trials, successes in counts]
    below = [_running_sum(grid, density) for density in densities]
    raw = []
    for index, density in enumerate(densities):
        others = [each for other, each in enumerate(below) if other != index]
        weighed = [value * prod(each[at] for each in others) for at, value in enumerate(density)]
        raw.append(_running_sum(grid, weighed)[-1])
    total = sum(raw)
    return tuple(value / total for value in raw)


def credible_range(trials: int, successes: int, share: float = 0.95) -> tuple[float, float]:
    """The range that holds the rate with probability `share`, as much left out below as above."""
    grid = _grid(trials, successes, _GRID)
    below = _running_sum(grid, _density(trials, successes, grid))
    tail = (1 - share) / 2

    def quantile(wanted: float) -> float:
        at = bisect_left(below, wanted * below[-1])
        low, high = below[at - 1] if at else 0.0, below[at]
        part = (wanted * below[-1] - low) / (high - low) if high > low else 0.0
        start = grid[at - 1] if at else grid[0]
        return start + part * (grid[at] - start)

    return quantile(tail), quantile(1 - tail)


def _grid(trials: int, successes: int, points: int) -> list[float]:
    """Points across all that the posterior of a rate, Beta(1 + successes, 1 + failures), reaches."""
    a, b = successes + 1, trials - successes + 1
    mean = a / (a + b)
    reach = _REACH * sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    low, high = max(0.0, mean - reach), min(1.0, mean + reach)
    return [low + (high - low) * index / (points - 1) for index in range(points)]


def _density(trials: int, successes: int, grid: Sequence[float]) -> list[float]:
    failures = trials - successes
    scale = lgamma(trials + 2) - lgamma(successes + 1) - lgamma(failures + 1)
    return [exp(scale + _times_log(successes, x) + _times_log(failures, 1 - x)) for x in grid]


def _times_log(count: int, x: float) -> float:
    if count == 0:
        return 0.0
    return count * log(x) if x > 0 else -inf


def _running_sum(grid: Sequence[float], values: Sequence[float]) -> list[float]:
    """The integral up to each point of the grid, by trapezia."""
    total = 0.0
    sums = [0.0]
    for at in range(1, len(grid)):
        total += (grid[at] - grid[at - 1]) * (values[at] + values[at - 1]) / 2
        sums.append(total)
    return sums
