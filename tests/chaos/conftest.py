"""The parts of the fault suites: a fresh store, and a process that schedulers are forked from."""

import os
from collections.abc import Iterator

import pytest

from tests.chaos.ground import Driver, running_driver
from tests.fixtures_store import fresh_file, sqlite_store, store_file

__all__ = ["fresh_file", "sqlite_store", "store_file"]


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Where schedulers come from."""
    if not hasattr(os, "fork"):
        pytest.skip("processes can't be forked here")
    with running_driver() as running:
        yield running
