"""Keys of version 7: what they are made of, and that they come in order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.ids import CHANCE_BITS, IdSource, milliseconds_of, uuid7, uuid7_after

MILLISECONDS = st.integers(0, (1 << 48) - 2)
CHANCE = st.integers(0, (1 << CHANCE_BITS) - 1)


def test_the_example_of_rfc_9562():
    # Appendix A.6: 2022-02-22 19:22:22 UTC, rand_a CC3, rand_b 18C4DC0C0C07398F
    key = uuid7(0x017F22E279B0, 0xCC3 << 62 | 0x18C4DC0C0C07398F)
    assert str(key) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MILLISECONDS, CHANCE)
def test_a_key_has_its_version_its_variant_and_its_time(milliseconds, chance):
    key = uuid7(milliseconds, chance)
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert milliseconds_of(key) == milliseconds


@given(MILLISECONDS, CHANCE, CHANCE)
def test_another_chance_is_another_key(milliseconds, one, other):
    assert (uuid7(milliseconds, one) == uuid7(milliseconds, other)) == (one == other)


def test_the_first_key_is_that_of_its_instant():
    assert uuid7_after(None, 5, 6) == uuid7(5, 6)


def test_a_later_instant_starts_with_its_own_chance():
    assert uuid7_after(uuid7(5, 1 << 70), 6, 3) == uuid7(6, 3)


@given(MILLISECONDS, CHANCE, MILLISECONDS, CHANCE)
def test_a_key_after_another_is_greater_whatever_the_clock_says(first_ms, first_chance, milliseconds, chance):
    first = uuid7(first_ms, first_chance)
    second = uuid7_after(first, milliseconds, chance)
    assert second > first
    assert second.version == 7


def test_when_the_chance_of_a_millisecond_is_used_up_the_next_one_begins():
    last = uuid7(7, (1 << CHANCE_BITS) - 1)
    assert uuid7_after(last, 7, 0) == uuid7(8, 0)


@given(st.lists(st.tuples(MILLISECONDS, CHANCE), min_size=2, max_size=30))
def test_a_source_gives_ascending_keys_over_a_clock_that_jumps(instants):
    answers = iter(instants)
    current = [0, 0]

    def clock() -> int:
        current[:] = next(answers)
        return current[0]

    source = IdSource(clock, lambda bits: current[1] % (1 << bits))
    keys = [source() for _ in instants]
    assert all(one < other for one, other in pairwise(keys))
    assert len(set(keys)) == len(keys)
