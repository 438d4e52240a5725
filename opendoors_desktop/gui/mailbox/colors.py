"""The colour of each mailbox, the same on every page: the one it was given, else by its place among the others."""

from collections.abc import Iterable
from uuid import UUID

from opendoors_desktop.gui.theme import tokens


def colors_of(mailboxes: Iterable[tuple[UUID, str]]) -> dict[UUID, str]:
    """The token of each mailbox's colour, from ids and addresses; they take turns in the order of addresses."""
    series: list[str] = tokens()["mailboxSeries"]
    ordered = sorted(mailboxes, key=lambda each: (each[1], each[0].hex))
    return {key: series[place % len(series)] for place, (key, _) in enumerate(ordered)}
