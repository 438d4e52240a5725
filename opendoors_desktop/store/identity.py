"""Tells a store from a copy of it: which machine it lives on, and how many emails were begun in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Unit


class Doubt(StrEnum):
    """Why a store may not send before a person has looked at what fell due."""

    COPIED = "copied"
    """The file was made, or confirmed, on another machine."""
    PUT_BACK = "put_back"
    """This machine remembers more begun emails than the store knows of: it is an older copy."""
    MOVING = "moving"
    """Rows are still being copied into it from another store: it isn't whole, and nobody opens it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The store's one row about itself; `sending_counter` rises in every commit that begins an email."""

    id: UUID
    machine_id: str
    sending_counter: int
    created_at: datetime
    doubt: Doubt | None = None
    doubted_at: datetime | None = None


def doubt_of(identity: Identity, machine_id: str, remembered: int | None, *, is_shared: bool) -> Doubt | None:
    """Whether the store is a copy, as seen from a machine that remembers `remembered` begun emails of it (None: none).

    A shared store (Postgres) is opened from many machines, so only its counter tells; a doubt not cleared yet stays.
    """
    if not is_shared and identity.machine_id != machine_id:
        return Doubt.COPIED
    if remembered is not None and remembered > identity.sending_counter:
        return Doubt.PUT_BACK
    return identity.doubt


def find_identity(unit: Unit) -> Identity | None:
    """The store's row about itself; None in a store that was just made."""
    row = unit.row("SELECT id, machine_id, sending_counter, created_at, doubt, doubted_at FROM store_identity")
    if row is None:
        return None
    return Identity(
        id=as_uuid(row[0]),
        machine_id=row[1],
        sending_counter=row[2],
        created_at=as_instant(row[3]),
        doubt=None if row[4] is None else Doubt(row[4]),
        doubted_at=maybe_instant(row[5]),
    )


def add_identity(unit: Unit, key: UUID, machine_id: str, now: datetime) -> Identity:
    """Give a new store its row; one that has it already keeps it."""
    unit.run(
        "INSERT INTO store_identity (single_row, id, machine_id, sending_counter, created_at)"
        " VALUES (1, :id, :machine_id, 0, :now) ON CONFLICT DO NOTHING",
        {"id": key, "machine_id": machine_id, "now": now},
    )
    identity = find_identity(unit)
    assert identity is not None
    return identity


def note_doubt(unit: Unit, doubt: Doubt, now: datetime) -> None:
    """Remember the doubt and switch sending off on every machine the copy knows of."""
    unit.run(
        "UPDATE store_identity SET doubt = :doubt, doubted_at = :now WHERE doubt IS NULL",
        {"doubt": doubt, "now": now},
    )
    unit.run(
        "UPDATE machines SET sending_is_on = :off, sending_changed_at = :now, sending_changed_by = NULL"
        " WHERE sending_is_on = :on",
        {"off": False, "on": True, "now": now},
    )


def confirm(unit: Unit, machine_id: str, counter: int) -> None:
    """A person has looked: this is the store from now on, on this machine, counting on from the higher number."""
    unit.run(
        "UPDATE store_identity SET doubt = NULL, doubted_at = NULL, machine_id = :machine_id,"
        " sending_counter = CASE WHEN sending_counter < :counter THEN :counter ELSE sending_counter END",
        {"machine_id": machine_id, "counter": counter},
    )


def raise_sending_counter(unit: Unit, emails: int = 1) -> int:
    """Count emails that this commit begins; gives the new number, to be remembered outside the store as well."""
    row = unit.row(
        "UPDATE store_identity SET sending_counter = sending_counter + :emails RETURNING sending_counter",
        {"emails": emails},
    )
    assert row is not None
    return int(row[0])
