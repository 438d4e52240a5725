"""One turn at a mailbox's desk: everything its steps share inside one write unit."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.stepping import Scene, Surroundings
from opendoors_desktop.store import sequences
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Turn:
    """`now` is the instant everything in the turn is decided for and written with.

    `epoch` rises when somebody else has changed any enrollment: a job of this epoch has its enrollment as it still is.
    None where that can't be told.
    """

    unit: Unit
    context: Context
    room: Room
    desk: Desk
    ledger: Ledger
    now: datetime
    epoch: int | None = None

    _scenes: dict[UUID, Scene] = field(default_factory=dict)

    def scene(self, standing: Standing) -> Scene:
        """The work on one enrollment; of a sequence that doesn't run, what the store says of it is read."""
        key = standing.enrollment.sequence_id
        found = self._scenes.get(key)
        if found is None:
            found = self._scenes[key] = self._new_scene(key)
        return found

    def _new_scene(self, key: UUID) -> Scene:
        surroundings = Surroundings(self.room.fallbacks, self.room.mailboxes)
        sequence = self.room.sequences.get(key)
        if sequence is None:  # it was paused or stopped while an email of it was being sent
            holidays = holidays_of(self.context, self.unit)
            sequence = sequences.get_sequence(self.unit, self.context.scope.workspace_id, key, holidays)
        return Scene(self.unit, self.context, sequence, surroundings, self.ledger, self.now)
