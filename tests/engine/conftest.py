"""The parts that engine tests work with: a store on each database, its scope, a clock that stands, and the context."""

from pathlib import Path

import pytest

from opendoors_desktop.domain.ids import IdSource
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.secrets import open_secrets
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import (
    NOW,
    database,
    found_workspace,
    fresh_file,
    new_id,
    postgres_server,
    postgres_store,
    postgres_url,
    scope,
    sqlite_store,
    store,
    store_file,
    usual_store,
)

__all__ = [
    "database",
    "fresh_file",
    "new_id",
    "postgres_server",
    "postgres_store",
    "postgres_url",
    "scope",
    "sqlite_store",
    "store",
    "store_file",
    "usual_store",
]


def context_of(store: Store, scope: Scope, ids: IdSource, folder: Path) -> Context:
    """A context on a store, its clock standing at NOW."""
    secrets = open_secrets("tests.fakes.keyring.MemoryKeyring", folder / "secrets", folder / "key")
    return Context(store=store, clock=VirtualClock(NOW), new_id=ids, scope=scope, secrets=secrets, data_dir=folder)


@pytest.fixture
def clock(context: Context) -> VirtualClock:
    """The clock of `context`."""
    assert isinstance(context.clock, VirtualClock)
    return context.clock


@pytest.fixture
def context(usual_store: Store, new_id: IdSource, tmp_path: Path) -> Context:
    """Everything a command needs, on a fresh store."""
    return context_of(usual_store, found_workspace(usual_store), new_id, tmp_path)


@pytest.fixture
def any_context(store: Store, scope: Scope, new_id: IdSource, tmp_path: Path) -> Context:
    """Everything a command needs, on each of the two databases in turn."""
    return context_of(store, scope, new_id, tmp_path)
