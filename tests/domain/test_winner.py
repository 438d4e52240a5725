"""The rule that names a winner, watched in simulated tests of equal variants, and the chance to be the best."""

from datetime import timedelta
from math import comb, exp, lgamma, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.variants import WinnerCriteria
from opendoors_desktop.domain.winner import (
    LEAST_DELIVERED,
    Tally,
    chances_to_be_best,
    credible_range,
    emails_to_go,
    find_winner,
    may_promote,
)

REPLIES = WinnerCriteria.REPLY_RATE


def tallies(*counts):
    return [Tally(f"v{index}", delivered, replied=replied) for index, (delivered, replied) in enumerate(counts)]


def winner(*counts):
    return find_winner(tallies(*counts), REPLIES)


def test_a_clear_difference_names_the_better_one_wherever_it_stands():
    assert winner((1000, 60), (1000, 120)) == "v1"
    assert winner((1000, 120), (1000, 60)) == "v0"
    assert winner((1000, 60), (1000, 120), (1000, 50), (1000, 55)) == "v1"


def test_T69_a_tie_a_small_difference_and_a_draw_at_the_top_name_nobody():
    assert winner((1000, 100), (1000, 100)) is None
    assert winner((1000, 100), (1000, 120)) is None
    assert winner((1000, 200), (1000, 200), (1000, 20)) is None
    assert winner((1000, 0), (1000, 0)) is None
    assert winner((1000, 1000), (1000, 1000)) is None


def test_each_variant_needs_150_delivered():
    assert winner((LEAST_DELIVERED - 1, 0), (5000, 2000)) is None
    assert winner((LEAST_DELIVERED, 0), (5000, 2000)) == "v1"
    assert winner() is None
    assert winner((5000, 100)) is None
    assert emails_to_go(tallies((100, 0), (170, 0), (0, 0))) == 200
    assert emails_to_go([Tally("a", 10, is_paused=True), Tally("b", 100)]) == 50


def test_a_variant_paused_early_is_left_out_and_one_paused_late_has_to_be_beaten():
    early = [Tally("a", 40, replied=30, is_paused=True), *tallies((1000, 60), (1000, 120))]
    assert find_winner(early, REPLIES) == "v1"
    late = [Tally("a", 1000, replied=125, is_paused=True), *tallies((1000, 60), (1000, 120))]
    assert find_winner(late, REPLIES) is None
    alone = [Tally("a", 40, is_paused=True), Tally("b", 4000, replied=900)]
    assert find_winner(alone, REPLIES) is None


@pytest.mark.parametrize("criteria", list(WinnerCriteria))
def test_each_criterion_counts_its_own_figure(criteria):
    def counted(name, number):
        return {
            WinnerCriteria.OPEN_RATE: Tally(name, 1000, opened=number),
            WinnerCriteria.CLICK_RATE: Tally(name, 1000, clicked=number),
            WinnerCriteria.REPLY_RATE: Tally(name, 1000, replied=number),
            WinnerCriteria.POSITIVE_REPLY_RATE: Tally(name, 1000, positive=number),
        }[criteria]

    good, bad = counted("good", 200), counted("bad", 50)
    assert find_winner([bad, good], criteria) == "good"
    assert [each for each in WinnerCriteria if find_winner([bad, good], each)] == [criteria]


def test_more_successes_than_delivered_count_as_all():
    assert Tally("a", 10, replied=12).successes(REPLIES) == 10


def test_T69_a_winner_takes_all_by_itself_only_after_a_day():
    assert not may_promote(timedelta(hours=23), "v0")
    assert may_promote(timedelta(hours=24), "v0")
    assert not may_promote(timedelta(days=9), None)


def watch(arms, rate, chance, every=1):
    """Send emails to equal variants in turn and look after each reply (or each few); True where one is ever named."""
    sent, looks = 0, 0
    replied = [0] * arms
    while sent < 5000 * arms:
        sent += 1 + int(log(1 - chance.random()) / log(1 - rate))
        replied[sent % arms] += 1
        looks += 1
        if sent < LEAST_DELIVERED * arms or looks % every:
            continue
        if winner(*((sent // arms + (arm < sent % arms), count) for arm, count in enumerate(replied))):
            return True
    return False


@pytest.mark.parametrize("arms", [2, 4])
@pytest.mark.parametrize("rate,every", [(0.02, 1), (0.1, 4), (0.4, 16)])
def test_of_equal_variants_watched_from_150_to_5000_at_most_5_in_100_name_a_winner(arms, rate, every):
    """A short run: where replies are many, not each of them is looked at."""
    chance = Random(f"{arms} {rate}")
    assert sum(watch(arms, rate, chance, every) for _ in range(100)) <= 5


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("arms", [2, 4])
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.4])
def test_the_same_a_thousand_times_with_a_look_after_every_reply(arms, rate):
    chance = Random(f"long {arms} {rate}")
    assert sum(watch(arms, rate, chance) for _ in range(1000)) <= 35


def test_a_real_difference_is_found_in_time():
    chance = Random("power")
    found = []
    for _ in range(20):
        delivered, replied = [0, 0], [0, 0]
        while delivered[0] < 3000 and not winner(*zip(delivered, replied, strict=True)):
            for arm, rate in enumerate((0.05, 0.10)):
                delivered[arm] += 1
                replied[arm] += chance.random() < rate
        found.append(delivered[0])
    assert sorted(found)[10] < 900
    assert max(found) < 3000


def exact_chance(one, other):
    """P(rate of the second > rate of the first) for flat priors and whole counts, by the closed sum."""
    (n, s), (m, t) = one, other
    a, b, c, d = s + 1, n - s + 1, t + 1, m - t + 1

    def log_beta(x, y):
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return sum(exp(log_beta(a + k, b + d) - log_beta(1 + k, d) - log_beta(a, b)) / (d + k) for k in range(c))


@pytest.mark.parametrize(
    "one,other",
    [
        ((10, 3), (12, 5)),
        ((200, 10), (200, 18)),
        ((150, 0), (150, 1)),
        ((5000, 400), (5000, 470)),
        ((40, 40), (40, 38)),
    ],
)
def test_the_chance_to_be_best_agrees_with_the_closed_form(one, other):
    first, second = chances_to_be_best([one, other])
    assert second == pytest.approx(exact_chance(one, other), abs=2e-4)
    assert first + second == pytest.approx(1)


def test_equal_counts_have_equal_chances_and_nothing_sent_is_open():
    assert chances_to_be_best([(100, 10)] * 4) == pytest.approx((0.25,) * 4)
    assert chances_to_be_best([(0, 0), (0, 0)]) == pytest.approx((0.5, 0.5))
    assert chances_to_be_best([]) == ()
    assert chances_to_be_best([(7, 3)]) == pytest.approx((1,))


def test_far_apart_variants_leave_no_doubt():
    low, high = chances_to_be_best([(5000, 5), (5000, 2500)])
    assert high == pytest.approx(1)
    assert low == pytest.approx(0, abs=1e-9)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_chances_are_chances_and_more_replies_never_lower_ones_own(trials, first, second):
    first, second = min(first, trials), min(second, trials)
    chances = chances_to_be_best([(trials, first), (trials, second)])
    assert sum(chances) == pytest.approx(1)
    if first < trials:
        assert chances_to_be_best([(trials, first + 1), (trials, second)])[0] >= chances[0] - 1e-9


def test_the_range_holds_the_rate_with_the_probability_asked():
    # Beta(11, 91): quantiles by the binomial sum of the regularised incomplete beta function.
    low, high = credible_range(100, 10)

    def below(x):
        n = 101
        return sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(11, n + 1))

    assert below(low) == pytest.approx(0.025, abs=1e-4)
    assert below(high) == pytest.approx(0.975, abs=1e-4)
    assert credible_range(0, 0) == pytest.approx((0.025, 0.975), abs=1e-3)
    assert credible_range(50, 0)[0] < 0.001
    assert credible_range(50, 50)[1] > 0.999
