"""News of the store for the faces: which topics have changed, whoever changed them."""

import asyncio
from collections.abc import Callable
from typing import Final

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.watch import ChangeWatch

LOOKS_EVERY: Final = 0.25
"""Seconds between two looks at what other programs have changed."""


def watch_store(context: Context) -> ChangeWatch:
    """A watch over the topics of the open store, for one thread; its owner closes it. Raises StoreError."""
    return ChangeWatch(context.store)


async def hear_others(context: Context, told: Callable[[], object]) -> None:
    """Call `told` whenever another program has changed the store, until cancelled; a store away is tried again."""
    watch: ChangeWatch | None = None
    try:
        while True:
            await asyncio.sleep(LOOKS_EVERY)
            try:
                is_first = watch is None  # what has changed before it is unknown
                watch = watch or watch_store(context)
                has_changed = bool(watch.look()) or is_first
            except StoreError:
                continue  # the scheduler tells of it as soon as it needs the store
            if has_changed:
                told()
    finally:
        if watch is not None:
            watch.close()
