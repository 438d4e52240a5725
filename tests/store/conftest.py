"""The stores that these tests work on."""

from tests.fixtures_store import (
    fresh_file,
    new_id,
    postgres_server,
    postgres_store,
    postgres_url,
    scope,
    sqlite_store,
    store,
    store_file,
)

__all__ = [
    "fresh_file",
    "new_id",
    "postgres_server",
    "postgres_store",
    "postgres_url",
    "scope",
    "sqlite_store",
    "store",
    "store_file",
]
