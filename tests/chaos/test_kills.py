"""Schedulers that die at every point and at any moment: restarted they send the rest, nothing twice, nothing lost."""

from random import Random

import pytest

from opendoors_desktop.engine.faults import SEND_POINTS
from opendoors_desktop.mail.worker import FAULT_POINTS as CHILD_POINTS
from opendoors_desktop.store.database import Store
from tests.builders import expire_leases, states, statuses
from tests.chaos.ground import Driver, Ground, ground
from tests.chaos.kill_tally import KillTally

CONNECTIONS = 2
PEOPLE = 14


@pytest.mark.parametrize("point", SEND_POINTS)
def test_fault_01_a_death_at_a_named_point_loses_nothing_and_sends_nothing_twice(
    sqlite_store: Store, driver: Driver, point: str
) -> None:
    with ground(sqlite_store, driver, PEOPLE, connections=CONNECTIONS) as there:
        status = there.die_at(f"{point}:2")
        assert status == (0 if point in CHILD_POINTS else 137)  # a dead child is replaced by its parent
        assert there.problems_meanwhile() == []
        there.finish()
        assert there.problems() == []
        assert there.uncertain() <= CONNECTIONS
        assert states(there.context).get("sent", 0) + there.uncertain() == PEOPLE


def test_fault_01_T10_kills_at_any_moment(sqlite_store: Store, driver: Driver) -> None:
    with ground(sqlite_store, driver, 900, connections=CONNECTIONS) as there:
        _check_kills(there, Random(1), KillTally(), kills=15, connections=CONNECTIONS)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(20))
def test_fault_01_T10_a_thousand_kills_under_load(
    sqlite_store: Store, driver: Driver, tally: KillTally, seed: int
) -> None:
    connections = 1 + seed % 4
    with ground(sqlite_store, driver, 4000, connections=connections) as there:
        _check_kills(there, Random(seed), tally, kills=50, connections=connections)


def _check_kills(there: Ground, chance: Random, tally: KillTally, *, kills: int, connections: int) -> None:
    """Kill that many schedulers one after the other, look each time, and let the last one finish.

    One that was done before its kill doesn't count; there are new people to write to for the next.
    """
    killed = 0
    while killed < kills:
        uncertain = there.uncertain()
        if there.die_after(chance.uniform(0.25, 0.9)) == 0:
            there.enroll_more(900)
            continue
        killed += 1
        expire_leases(there.store)
        more, twice = there.uncertain() - uncertain, there.twice()
        tally.killed(more, connections, len(twice))
        assert twice + there.falsely_sent() == []
        assert more <= connections
    there.finish()
    counted = states(there.context)
    lost = there.people - counted.get("sent", 0) - there.uncertain()
    tally.finished(there.people, lost)
    assert there.problems() == []
    assert lost == 0
    assert there.uncertain() <= kills * connections
    assert statuses(there.context) == {"completed": counted["sent"]} | (
        {"active": there.uncertain()} if there.uncertain() else {}
    )
