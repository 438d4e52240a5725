"""The parts of the fault suites: a fresh store, a process that schedulers are forked from, the tally of kills."""

import os
from collections.abc import Iterator

import pytest

from tests.chaos.ground import Driver, running_driver
from tests.chaos.kill_tally import KillTally
from tests.fixtures_store import fresh_file, sqlite_store, store_file

__all__ = ["fresh_file", "sqlite_store", "store_file"]

_TALLY = pytest.StashKey[KillTally]()


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Where schedulers come from."""
    if not hasattr(os, "fork"):
        pytest.skip("processes can't be forked here")
    with running_driver() as running:
        yield running


@pytest.fixture
def tally(pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]) -> KillTally:
    """The kills of the whole run, told while it runs."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", flush=True)

    tally = pytestconfig.stash.setdefault(_TALLY, KillTally())
    tally.say = say
    return tally


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The last word on the kills of this run."""
    tally = config.stash.get(_TALLY, None)
    if tally is not None:
        terminalreporter.section("random kills")
        terminalreporter.write_line(str(tally))
