"""What a person sees: the window, its pages and the threads that keep it from waiting; PySide6 lives here only."""

import builtins

# PySide puts an import of its own in place of Python's, for a way of writing that this program doesn't use
# (`from __feature__ import`). It reads the source of each module that is loaded, for a tenth of the time that takes.
_plain_import = builtins.__import__
import PySide6  # noqa: E402,F401

builtins.__import__ = _plain_import
