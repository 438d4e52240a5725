"""News of the store for the faces: which topics have changed, whoever changed them."""

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.watch import ChangeWatch


def watch_store(context: Context) -> ChangeWatch:
    """A watch over the topics of the open store, for one thread; its owner closes it. Raises StoreError."""
    return ChangeWatch(context.store)
