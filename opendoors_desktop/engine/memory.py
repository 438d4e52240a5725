"""Keeps collections of garbage short: what was loaded is left out of them, in whichever thread that was."""

import gc
import sys
from collections.abc import Callable


def spare_what_is_loaded() -> Callable[[], None]:
    """From now on leave out of collections what there was when a module was loaded; the call given back ends that.

    A module stays until the end, and going through SQLAlchemy's takes longer than a person should wait for the window.
    """
    known = 0

    def on_collection(phase: str, _facts: object) -> None:
        nonlocal known
        if phase == "start" and len(sys.modules) != known:
            known = len(sys.modules)
            gc.freeze()

    gc.callbacks.append(on_collection)
    return lambda: gc.callbacks.remove(on_collection)
