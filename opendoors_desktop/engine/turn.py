"""One turn at a mailbox's desk: everything its steps share inside one write unit."""

from dataclasses import dataclass
from datetime import datetime

from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Room
from opendoors_desktop.engine.stepping import Scene, Surroundings
from opendoors_desktop.store.enrollments import Standing
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Turn:
    """`now` is the instant everything in the turn is decided for and written with.

    `is_unchanged`: nobody else has changed any enrollment since the desk's emails were claimed.
    """

    unit: Unit
    context: Context
    room: Room
    desk: Desk
    ledger: Ledger
    now: datetime
    is_unchanged: bool = False

    def scene(self, standing: Standing) -> Scene:
        """The work on one enrollment of a running sequence."""
        surroundings = Surroundings(self.room.fallbacks, self.room.mailboxes)
        sequence = self.room.sequences[standing.enrollment.sequence_id]
        return Scene(self.unit, self.context, sequence, surroundings, self.ledger, self.now)
