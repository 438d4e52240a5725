"""The contacts as a table: its columns, its model, and the list of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from PySide6.QtCore import QObject

from opendoors_desktop.gui.jobs import Jobs, Reading
from opendoors_desktop.gui.models.contact_cells import ContactCells, cells_of, column_specs, sentence
from opendoors_desktop.gui.models.listing import Column
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.store.queries import contact_list
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.places import Climb, Place

LEAST: Final = {
    "name": 130, "email": 150, "company": 96, "title": 90, "zone": 84, "tags": 88, "state": 118, "last": 130,
    "added": 66,
}  # fmt: skip
"""How narrow each column becomes where the page is, in design pixels."""

GOES: Final = {"added": 1, "zone": 2, "email": 3}
"""What is left out where they have no room even so; the pane beside the table has it."""


def contact_columns() -> list[Column[ContactCells]]:
    """The columns; headers of those with an order sort by it."""
    return [_column(number, *spec) for number, spec in enumerate(column_specs())]


def _column(number: int, name: str, title: str, width: int, order: str) -> Column[ContactCells]:
    return Column(name, title, width, lambda cells: cells.texts[number], order, LEAST.get(name, 0), GOES.get(name, 0))


def _key(cells: ContactCells) -> UUID:
    return cells.line.id


def contact_table(jobs: Jobs, parent: QObject) -> PagedTable[ContactCells]:
    """The model of a table of contacts."""
    return PagedTable(jobs, contact_columns(), _key, sentence, parent)


@dataclass(frozen=True, slots=True)
class AllContacts:
    """The Listing of every contact, in one order."""

    order: ContactOrder
    is_descending: bool
    is_gathered: ClassVar[bool] = False

    def count(self, reading: Reading) -> int:
        """How many there are."""
        return contact_list.count_contacts(reading.unit, reading.scope.workspace_id)

    def page(self, reading: Reading, place: Place, skip: int, limit: int) -> Sequence[ContactCells]:
        """Contacts from behind a place."""
        lines = contact_list.page_contacts(
            reading.unit,
            reading.scope.workspace_id,
            self.order,
            is_descending=self.is_descending,
            place=place,
            skip=skip,
            limit=limit,
        )
        return [cells_of(line, reading.now) for line in lines]

    def climb(self, reading: Reading, place: Place) -> Climb:
        """Further places."""
        return contact_list.climb_contacts(
            reading.unit, reading.scope.workspace_id, self.order, is_descending=self.is_descending, place=place
        )
