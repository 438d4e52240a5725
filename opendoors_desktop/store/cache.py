"""Remembers answers that are asked for again and again, until what they tell of changes: in memory, or in Redis."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from datetime import time as time_of_day
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from opendoors_desktop.domain.errors import StoreError

if TYPE_CHECKING:
    from dogpile.cache import CacheRegion

    from opendoors_desktop.store.unit import Unit

Rows = list[tuple[Any, ...]]

KEEPS: Final = 2000
"""How many answers are remembered in memory; the one that was asked for longest ago goes first."""

KEEPS_SECONDS: Final = 600
"""How long Redis remembers an answer that nobody asks for any more."""

TRIES_AGAIN_AFTER: Final = 5.0
"""Seconds for which a Redis that is away isn't asked."""

ANSWERS_WITHIN: Final = 0.25
"""Seconds after which a Redis that doesn't answer counts as away."""

log = logging.getLogger(__name__)


class Cache:
    """Answers by their questions, which hold the numbers of the topics they tell of (see `Unit.known_rows`).

    Once a number has risen, an older answer is never found: nothing has to be cleared, whichever program changed what.
    What is no longer found is forgotten in time. A Redis that is away, slow or filled with something else costs time,
    and never a wrong answer.
    """

    def __init__(self, region: "CacheRegion", name: str) -> None:
        """Made by `in_memory` or `in_redis`; `name` is fit to be logged."""
        self._region = region
        self._name = name
        self._away_until = 0.0

    @classmethod
    def in_memory(cls) -> "Cache":
        """A cache of this process alone."""
        from dogpile.cache import make_region
        from dogpile.cache.backends import memory  # noqa: F401  # found by its name: a packager must see it

        region = make_region().configure("dogpile.cache.memory", arguments={"cache_dict": _Latest()})
        return cls(region, "memory")

    @classmethod
    def in_redis(cls, url: str) -> "Cache":
        """A cache that all who work on a store share, at `redis://` or `rediss://`; raises StoreError for another URL.

        Redis is first asked when something is looked for.
        """
        from dogpile.cache import make_region, register_backend

        if url.partition("://")[0] not in {"redis", "rediss", "unix"}:
            raise StoreError(
                "The address of the cache can't be read.",
                "Write it like redis://host:6379/0, or leave OPENDOORS_CACHE out.",
                where="OPENDOORS_CACHE",
                code="cache_url",
            )
        from opendoors_desktop.store.redis_backend import ExpiringBackend

        register_backend("opendoors.redis", ExpiringBackend.__module__, ExpiringBackend.__name__)  # type: ignore[no-untyped-call]
        try:
            region = make_region(serializer=_encode, deserializer=_decode).configure(
                "opendoors.redis",
                arguments={
                    "url": url,
                    "redis_expiration_time": KEEPS_SECONDS,
                    "distributed_lock": False,
                    "socket_timeout": ANSWERS_WITHIN,
                    "connection_kwargs": {"socket_connect_timeout": ANSWERS_WITHIN},
                },
            )
        except ValueError as error:
            raise StoreError(
                "The address of the cache can't be read.",
                f"Write it like redis://host:6379/0 ({error}).",
                where="OPENDOORS_CACHE",
                code="cache_url",
            ) from error
        return cls(region, "Redis")

    def rows(self, question: object, ask: Callable[[], Rows]) -> Rows:
        """The answer to a question, which is all that the answer hangs on, told from others by its `repr`."""
        key = f"opendoors:{sha256(repr(question).encode()).hexdigest()}"
        found = self._find(key)
        if isinstance(found, list):
            return found
        rows = ask()
        self._keep(key, rows)
        return rows

    def _find(self, key: str) -> object:
        if time.monotonic() < self._away_until:
            return None
        try:
            return self._region.get(key)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with Redis, the store itself answers
            self._is_away(error)
            return None

    def _keep(self, key: str, rows: Rows) -> None:
        if time.monotonic() < self._away_until:
            return
        try:
            self._region.set(key, rows)
        except Exception as error:  # noqa: BLE001
            self._is_away(error)

    def _is_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + TRIES_AGAIN_AFTER
        log.info("the cache in %s is away, the store answers instead: %s", self._name, error)


_PLACE: Final = """
SELECT d.oid, i.id FROM pg_database d LEFT JOIN store_identity i ON TRUE WHERE d.datname = current_database()
"""


class StoreMemory:
    """Remembers the answers of one database."""

    def __init__(self, cache: Cache, name: str) -> None:
        """`name` is the database's address without its password."""
        self.cache = cache
        self._name = name
        self._place: str | None = None

    def place(self, unit: "Unit") -> str:
        """What tells this database from every other, a copy of it among them."""
        if self._place is None:
            self._place = f"{self._name} {unit.rows(_PLACE)}"
        return self._place


class _Latest(OrderedDict[str, Any]):
    """A dictionary that holds what was asked for last."""

    def get(self, key: str, default: Any = None) -> Any:
        try:
            self.move_to_end(key)
        except KeyError:
            return default
        return super().get(key, default)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if len(self) > KEEPS:
            try:
                self.popitem(last=False)
            except KeyError:  # another thread was faster
                return


_UUID, _DATE, _TIME, _DECIMAL = range(1, 5)


def _encode(rows: Rows) -> bytes:
    """Rows as bytes that hold nothing but values: what comes from Redis is never run."""
    import msgspec

    return msgspec.msgpack.encode([[_as_plain(value) for value in row] for row in rows])


def _as_plain(value: Any) -> Any:
    import msgspec

    match value:
        case UUID():
            return msgspec.msgpack.Ext(_UUID, value.bytes)
        case Decimal():
            return msgspec.msgpack.Ext(_DECIMAL, str(value).encode())
        case time_of_day():
            return msgspec.msgpack.Ext(_TIME, value.isoformat().encode())
        case date() if type(value) is date:
            return msgspec.msgpack.Ext(_DATE, value.isoformat().encode())
        case _:
            return value


def _decode(raw: bytes) -> object:
    import msgspec

    return [tuple(row) for row in msgspec.msgpack.decode(raw, ext_hook=_from_extension)]


def _from_extension(code: int, raw: memoryview) -> Any:
    if code == _UUID:
        return UUID(bytes=bytes(raw))
    text = bytes(raw).decode()
    return {_DATE: date.fromisoformat, _TIME: time_of_day.fromisoformat, _DECIMAL: Decimal}[code](text)
