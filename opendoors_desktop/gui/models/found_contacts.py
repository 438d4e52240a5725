"""The Listing of contacts that meet a filter: ids are gathered off the main thread, then pages are read by them."""

import threading
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.models.contact_cells import ContactCells, cells_of
from opendoors_desktop.store.queries import contact_search
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.contact_search import ContactFilter
from opendoors_desktop.store.queries.places import START, Climb, Place

MOST: Final = 50_000
"""So many contacts are gathered; a filter that more meet shows the first of them in the chosen order."""

FIRST_SECONDS: Final = 0.1
"""After this long what was found so far is shown, and the rest as it is found."""


class FoundContacts:
    """Contacts that fit, in an order. `is_all` tells, once they are counted, whether there are no others."""

    is_gathered = True

    def __init__(self, wanted: ContactFilter, order: ContactOrder, *, is_descending: bool) -> None:
        self.is_all = True
        self._wanted = wanted
        self._order = order
        self._is_descending = is_descending
        self._guard = threading.Lock()
        self._ids: list[UUID] = []
        self._gathering = _Gathering()
        self._is_new = True

    @property
    def ids(self) -> list[UUID]:
        """The contacts gathered so far, in order."""
        with self._guard:
            return list(self._ids)

    def count(self, reading: Reading) -> None:
        """Begin to gather anew, when what was gathered is complete; only climbing tells how many there are."""
        with self._guard:
            if self._gathering.place is None and not self._is_new:
                self._gathering = _Gathering()
            self._is_new = False

    def page(self, reading: Reading, place: Place, skip: int, limit: int) -> Sequence[ContactCells]:
        """Contacts by their number; the first question gathers for a page, but not for long."""
        begin = place.position + skip
        until = time.monotonic() + FIRST_SECONDS
        with self._guard:
            while self._is_new and len(self._ids) < begin + limit and self._gathering.place is not None:
                self._step(reading)
                if time.monotonic() > until:
                    break
            ids = self._ids[begin : begin + limit]
        lines = contact_search.read_contacts(reading.unit, reading.scope.workspace_id, ids)
        return [cells_of(line, reading.now) for line in lines]

    def climb(self, reading: Reading, place: Place) -> Climb:
        """One step of gathering."""
        with self._guard:
            if self._gathering.place is not None:
                self._step(reading)
            if self._gathering.place is None:
                self._ids = self._gathering.ids
                return Climb((), len(self._ids))
            return Climb((Place(len(self._gathering.ids)),) if len(self._gathering.ids) > place.position else ())

    def _step(self, reading: Reading) -> None:
        gathering, workspace_id = self._gathering, reading.scope.workspace_id
        if gathering.place is None:
            return
        if gathering.place == START:
            found = contact_search.find_contacts(
                reading.unit, workspace_id, self._wanted, self._order, is_descending=self._is_descending
            )
            if found is not None:
                gathering.ids, gathering.place, self.is_all = list(found.ids), None, found.is_all
        if gathering.place is not None:
            stride = contact_search.walk_contacts(
                reading.unit,
                workspace_id,
                self._wanted,
                self._order,
                gathering.place,
                is_descending=self._is_descending,
                stride=gathering.stride,
            )
            gathering.stride = stride.next
            gathering.ids += stride.ids
            gathering.place = stride.place
            self.is_all = stride.place is None or len(gathering.ids) < MOST
            if not self.is_all:
                gathering.place = None
        if not self._ids:
            self._ids = gathering.ids


class _Gathering:
    """The ids found so far, and where the walk goes on (None at its end) by how long a step."""

    def __init__(self) -> None:
        self.stride = contact_search.STRIDE
        self.ids: list[UUID] = []
        self.place: Place | None = START
