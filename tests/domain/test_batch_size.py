"""The size of batches: down at once, up by doubling, within bounds, never stuck."""

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.batch_size import AIM_SECONDS, FIRST, LEAST, MOST, STEP, next_size


def test_a_batch_that_took_as_long_as_it_may_is_followed_by_one_of_its_size():
    assert next_size(400, AIM_SECONDS) == 400


def test_a_batch_that_took_too_long_is_followed_by_a_smaller_one():
    assert next_size(400, AIM_SECONDS * 2) == 200
    assert next_size(400, AIM_SECONDS * 1000) == LEAST


def test_a_fast_store_is_given_twice_as_much_until_there_is_enough():
    assert next_size(FIRST, 0.001) == 2 * FIRST
    assert next_size(MOST - STEP, 0.001) == MOST


def test_a_clock_that_stood_still_changes_nothing():
    assert next_size(250, 0.0) == 250


@given(speed=st.floats(1e-6, 1e-4))
def test_whatever_the_speed_was_it_comes_near_the_aim_from_below(speed: float):
    size = LEAST
    for _ in range(12):
        size = next_size(size, size * speed)
        assert LEAST <= size <= MOST
        assert size % STEP == 0
    assert size * speed <= AIM_SECONDS * 1.001 or size == LEAST
    assert size == MOST or (size + STEP) * speed > AIM_SECONDS * 0.999
