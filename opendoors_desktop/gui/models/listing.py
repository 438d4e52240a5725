"""How a long list is read, and what its columns are: what a PagedTable is given."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.store.queries.places import START, Climb, Place

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Listing(Protocol[R_co]):
    """How one list is read, all in threads of their own. A place is one that `climb` gave, or START.

    Of one that `is_gathered` the rows are found while it is climbed: a short page isn't its end.
    """

    @property
    def is_gathered(self) -> bool:
        """Whether it is."""

    def count(self, reading: Reading) -> int | None:
        """How many rows there are; None where only climbing tells."""

    def page(self, reading: Reading, place: Place, skip: int, limit: int) -> Sequence[R_co]:
        """Rows from behind a place, the first `skip` left out."""

    def climb(self, reading: Reading, place: Place) -> Climb:
        """Some further places, and the number of rows where the end is reached; briefly, for it is called again."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: its name in the code, its title for people, its width in design pixels and the text of a row.

    `order` names what its header sorts by; "" where that isn't possible. `least` is down to what width it gives way
    where room is scarce, and takes more where there is plenty; 0: it keeps its width. Where even that isn't enough the
    columns with a `goes` are left out, the lowest first.
    """

    name: str
    title: str
    width: int
    text: Callable[[R], str]
    order: str = ""
    least: int = 0
    goes: int = 0


class Ladder:
    """Places of a list in their order: of each position the nearest one below is found at once."""

    def __init__(self) -> None:
        self._places = [START]
        self._positions = [0]

    @property
    def top(self) -> Place:
        """The last place."""
        return self._places[-1]

    def add(self, places: Sequence[Place]) -> None:
        """Places behind the last."""
        self._places += places
        self._positions += [place.position for place in places]

    def below(self, position: int) -> Place:
        """The last place that isn't behind a position."""
        return self._places[bisect_right(self._positions, position) - 1]
