"""How it stands with a contact over all sequences, in one word: what a list shows of each."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.types import NIL
from opendoors_desktop.store.unit import Unit


class ContactState(StrEnum):
    """The states, the one that says most about a contact first."""

    DO_NOT_CONTACT = "do_not_contact"
    OPTED_OUT = "opted_out"
    HELD = "held"
    ACTIVE = "active"
    PAUSED = "paused"
    REPLIED = "replied"
    BOUNCED = "bounced"
    FINISHED = "finished"
    STOPPED = "stopped"
    NOT_ENROLLED = "not_enrolled"


_WEIGHT: Final = {state: place for place, state in enumerate(ContactState)}
_OF_SUPPRESSION: Final = {
    "do_not_contact": ContactState.DO_NOT_CONTACT,
    "erased": ContactState.DO_NOT_CONTACT,
    "complaint": ContactState.OPTED_OUT,
    "unsubscribed": ContactState.OPTED_OUT,
    "hard_bounce": ContactState.BOUNCED,
}
_OF_STATUS: Final = {
    "active": ContactState.ACTIVE,
    "paused": ContactState.PAUSED,
    "completed": ContactState.FINISHED,
    "bounced": ContactState.BOUNCED,
    "unsubscribed": ContactState.OPTED_OUT,
}
REASONS: Final = {
    state: tuple(reason for reason, barred in _OF_SUPPRESSION.items() if barred is state) for state in ContactState
}
"""The reasons of suppressions that put a contact into each state."""
AT_ONCE: Final = 256
"""So many contacts are asked for in one query."""
_SIZES: Final = (32, 64, AT_ONCE, 2 * AT_ONCE)


def states_of(unit: Unit, workspace_id: UUID, contacts: Sequence[tuple[Any, str]]) -> list[ContactState]:
    """The state of each contact, given as raw id and normalised address; two queries for every 256 of them."""
    states: list[ContactState] = []
    for first in range(0, len(contacts), AT_ONCE):
        some = contacts[first : first + AT_ONCE]
        found = _enrolled(unit, [key for key, _ in some])
        barred = _suppressed(unit, workspace_id, [address for _, address in some])
        for key, address in some:
            told = [*found.get(key, ()), *barred.get(address, ()), *barred.get(address.rpartition("@")[2], ())]
            states.append(min(told, key=_WEIGHT.__getitem__, default=ContactState.NOT_ENROLLED))
    return states


def _enrolled(unit: Unit, ids: Sequence[Any]) -> dict[Any, list[ContactState]]:
    names, params = listed(ids, NIL)
    sql = f"""
        SELECT contact_id, CAST(status AS VARCHAR(20)), completion_reason, hold_reason FROM sequence_enrollments
        WHERE contact_id IN ({names}) AND is_hidden = :no
        """
    found: dict[Any, list[ContactState]] = {}
    for key, status, reason, hold in unit.rows(sql, params | {"no": False}):
        found.setdefault(key, []).append(_state(status, reason, hold))
    return found


def _state(status: str, reason: str | None, hold: str | None) -> ContactState:
    if status == "active" and hold is not None:
        return ContactState.HELD
    if status == "stopped":
        return ContactState.REPLIED if reason == "replied" else ContactState.STOPPED
    return _OF_STATUS[status]


def _suppressed(unit: Unit, workspace_id: UUID, addresses: Iterable[str]) -> dict[str, list[ContactState]]:
    known = [address for address in addresses if address]
    names, params = listed([*known, *{address.rpartition("@")[2] for address in known}], "")
    sql = f"""
        SELECT value, CAST(reason AS VARCHAR(20)) FROM suppressions
        WHERE workspace_id = :workspace_id AND scope IN ('address', 'domain') AND value IN ({names})
          AND lifted_at IS NULL
        """
    found: dict[str, list[ContactState]] = {}
    for value, reason in unit.rows(sql, params | {"workspace_id": workspace_id}):
        found.setdefault(value, []).append(_OF_SUPPRESSION[reason])
    return found


def listed(values: Sequence[Any], filler: object) -> tuple[str, dict[str, Any]]:
    """Parameters for a list of values, in one of a few lengths, so that the statements stay the same ones."""
    length = next(size for size in _SIZES if size >= len(values))
    padded = [*values, *[filler] * (length - len(values))]
    params = {f"v{number}": value for number, value in enumerate(padded)}
    return ", ".join(f":{name}" for name in params), params
