"""Names the parts of a window for tests, scripts and assistive programs: names that no language changes."""

import re
from collections.abc import Iterator

from PySide6.QtWidgets import QDialogButtonBox, QWidget
from shiboken6 import isValid


def identify(root: QWidget, name: str) -> None:
    """Name a widget and the parts it keeps, by the attributes it keeps them in.

    The field `words` among the `filters` of the page `contacts` is "contacts.filters.words". What has a name of its own
    keeps that. To be called again where parts came later.
    """
    _identify(root, name, {id(root)})


def identify_dialog(dialog: QWidget) -> None:
    """Name a dialog by its class ("AddMailbox": "add-mailbox"), and its parts with it."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(dialog).__name__.strip("_")).lower()
    for box in dialog.findChildren(QDialogButtonBox):
        for button in box.buttons():
            which = str(box.standardButton(button).name)
            button.setAccessibleIdentifier(f"{name}.{which.lower()}")
    identify(dialog, name)


def _identify(widget: QWidget, name: str, seen: set[int]) -> None:
    if not widget.accessibleIdentifier():
        widget.setAccessibleIdentifier(name)
    for attribute, kept in list(vars(widget).items()):
        for key, part in _parts_of(attribute.strip("_"), kept):
            if id(part) not in seen and isValid(part) and widget.isAncestorOf(part):
                seen.add(id(part))
                _identify(part, f"{widget.accessibleIdentifier()}.{key}", seen)


def _parts_of(name: str, kept: object) -> Iterator[tuple[str, QWidget]]:
    """What an attribute keeps: a widget, or several in a list or by keys."""
    if isinstance(kept, QWidget):
        yield name, kept
    elif isinstance(kept, (list, tuple)):
        yield from ((f"{name}.{number}", part) for number, part in enumerate(kept, 1) if isinstance(part, QWidget))
    elif isinstance(kept, dict):
        yield from ((f"{name}.{key or 'all'}", part) for key, part in kept.items() if isinstance(part, QWidget))
