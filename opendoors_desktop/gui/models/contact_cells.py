"""The contacts as rows of texts: what stands in each cell, and the sentence a screen reader says; light to load."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.local_time import place_of
from opendoors_desktop.gui import formats
from opendoors_desktop.gui.models.contact_states import state_words
from opendoors_desktop.gui.words import one_line
from opendoors_desktop.store.queries.contact_list import ContactLine, ContactOrder

LONGEST: Final = 200
"""So many characters of a foreign text are looked at for one cell."""


@dataclass(frozen=True, slots=True)
class ContactCells:
    """A contact with the texts of its cells, in the order of the columns, written where it was read."""

    line: ContactLine
    texts: tuple[str, ...]


def cells_of(line: ContactLine, now: datetime) -> ContactCells:
    """A contact's cells as seen from an instant."""
    texts = (
        "",
        _short(line.name),
        _short(line.email),
        _short(line.company),
        _short(line.title),
        place_of(line.zone),
        _short(", ".join(line.tags)),
        state_words(line.state),
        _last(line, now),
        _moment(line.added_at, now),
    )
    return ContactCells(line, texts)


def _short(text: str) -> str:
    return one_line(text, LONGEST)


def _last(line: ContactLine, now: datetime) -> str:
    if line.last_replied_at is not None and line.last_replied_at >= (line.last_contacted_at or line.last_replied_at):
        return _tr("Replied {when}").format(when=_moment(line.last_replied_at, now))
    if line.last_contacted_at is not None:
        return _tr("Written to {when}").format(when=_moment(line.last_contacted_at, now))
    return ""


def _moment(at: datetime, now: datetime) -> str:
    """The time of today, else the day."""
    local, today = formats.here(at), formats.here(now)
    return formats.time_of_day(local) if local.date() == today.date() else _day(local.date())


@lru_cache(maxsize=2000)
def _day(on: date) -> str:
    return formats.day(on)


def sentence(cells: ContactCells) -> str:
    """What a screen reader says of a contact."""
    _, name, email, company, title, place, tags, state, last, _ = cells.texts
    parts = (name, email if email != name else "", company, title, place, tags, state, last)
    return ", ".join(part for part in parts if part)


TAGS_COLUMN: Final = 6
STATE_COLUMN: Final = 7


def column_specs() -> tuple[tuple[str, str, int, str], ...]:
    """The columns in their order: name in the code, title, design width, and what its header sorts by ("": nothing)."""
    return (
        ("check", "", 32, ""),
        ("name", _tr("Name"), 150, ContactOrder.NAME),
        ("email", _tr("Email"), 168, ContactOrder.EMAIL),
        ("company", _tr("Company"), 120, ContactOrder.COMPANY),
        ("title", _tr("Title"), 110, ""),
        ("zone", _tr("Time zone"), 92, ""),
        ("tags", _tr("Tags"), 116, ""),
        ("state", _tr("Status"), 132, ""),
        ("last", _tr("Last activity"), 130, ContactOrder.LAST_CONTACTED),
        ("added", _tr("Added"), 90, ContactOrder.ADDED),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("ContactTable", text)
