"""Looks after the store: what it is, whether its file is sound, and whether its totals are what its records say."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.check import Difference, find_damage, find_misplaced, recount
from opendoors_desktop.store.queries.size import StoreSize, find_size


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Where a store is and what it is made of."""

    place: str
    database: str
    size: StoreSize


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a store: its file by the database's own words, totals, and places in the claim queue."""

    damage: tuple[str, ...]
    differences: tuple[Difference, ...]
    misplaced: tuple[UUID, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.damage or self.differences or self.misplaced)


def describe_store(context: Context) -> StoreInfo:
    """The store as it was opened; it was brought up to date by that."""
    with context.store.read() as unit:
        return StoreInfo(context.store.location.name, context.store.dialect.value, find_size(unit))


def check_store(context: Context) -> Findings:
    """Count everything again and look at the file; changes nothing."""
    workspace_id = context.scope.workspace_id
    with context.store.read() as unit:
        damage = tuple(find_damage(unit))
        return Findings(damage, tuple(recount(unit, workspace_id)), tuple(find_misplaced(unit, workspace_id)))
