"""The two switches: this machine's and the workspace's emergency stop; and whether the store is a copy."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import NotPossible, StoreError
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.leave import Leave, always
from opendoors_desktop.store import identity, machines, mailbox_use, overdue, workspaces
from opendoors_desktop.store.identity import Doubt, Identity
from opendoors_desktop.store.leases import HeldBy
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.machines import KnownMachine
from opendoors_desktop.store.overdue import Overdue
from opendoors_desktop.store.unit import Unit

ASKS_AGAIN_AFTER = timedelta(minutes=1)
"""How long a data folder that couldn't be written to is left alone."""

SHOWN = 100
"""How many overdue emails are listed one by one."""


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """Whether anything leaves, and what keeps it: this machine's switch, the emergency stop, a doubt about the store.

    `overdue` is what fell due and hasn't left; `schedulers` are the programs that hold a mailbox now, `machines` the
    computers whose switch was ever moved. `paused_until` is when sending that rests here goes on by itself.
    """

    is_on: bool
    stopped_at: datetime | None
    stopped_by: UUID | None
    doubt: Doubt | None
    doubted_at: datetime | None
    overdue_count: int
    overdue: Sequence[Overdue]
    schedulers: Sequence[HeldBy]
    machines: Sequence[KnownMachine]
    paused_until: datetime | None = None

    @property
    def may_send(self) -> bool:
        """Whether this machine sends now."""
        return self.is_on and self.paused_until is None and self.stopped_at is None and self.doubt is None


@dataclass(frozen=True, slots=True)
class Switches:
    """How the switches stand, without what waits: cheap enough to be asked at every change of settings."""

    is_on: bool
    paused_until: datetime | None
    stopped_at: datetime | None
    doubt: Doubt | None

    @property
    def may_send(self) -> bool:
        """Whether emails may leave from this machine, as far as its own switch goes; the emergency stop binds all."""
        return self.is_on and self.paused_until is None and self.doubt is None


def recognise_store(context: Context) -> Identity:
    """Tell whether the store is the one this machine knows, and note a doubt; to be asked when it is opened.

    A new store is made this machine's. A copy, and an older copy put back, send nothing until a person switches sending
    on. Raises StoreError.
    """
    here = machine.ensure_machine(context.data_dir)
    with context.store.read() as unit:
        known = identity.find_identity(unit)
    if known is None:
        with context.store.write() as unit:
            first = identity.find_identity(unit)  # a window and its scheduler open a store side by side
            if first is not None:
                return first
            return identity.add_identity(unit, context.new_id(), machine.machine_id(here), context.clock.now())
    doubt = _doubt_of(context, known, here)
    if doubt is None:
        _remember(context, known)
        return known
    if here.sending.get(known.id, False):
        machine.switch_sending(context.data_dir, known.id, False)
    if known.doubt is not None:
        return known
    with context.store.write() as unit:
        if _found(unit).doubt is not None:
            return _found(unit)
        identity.note_doubt(unit, doubt, context.clock.now())
        note(context, unit, "store_doubted", "store", known.id, doubt=doubt.value)
        unit.changed(Topic.SETTINGS)
        return _found(unit)


def leave_to_send(context: Context, *, is_scheduler: bool = False) -> Leave:
    """A scheduler's leave to send from this store: while the machine's switch is on, or (`is_scheduler`) always.

    Never from a copied or put-back store that nobody has looked at. The emergency stop is another matter: it binds all.
    A machine that can't remember what it does (its data folder can't be written to) gives none, and is asked again.
    Raises StoreError.
    """
    try:
        known = recognise_store(context)
    except StoreError as error:
        if error.code != machine.UNWRITABLE:
            raise
        return Leave(is_given=False, again_at=context.clock.now() + ASKS_AGAIN_AFTER)
    if known.doubt is not None:
        return Leave(is_given=False)
    if is_scheduler:
        return always()
    until = _paused_until(context, known)
    is_on = machine.is_sending_on(context.data_dir, known.id)

    def still_holds() -> bool:
        return machine.may_send_at(context.data_dir, known.id, context.clock.now())

    return Leave(is_on and until is None, until, still_holds)


def switches(context: Context) -> Switches:
    """How the switches stand now."""
    known = recognise_store(context)
    with context.store.read() as unit:
        workspace = workspaces.get_workspace(unit, context.scope.workspace_id)
    is_on = machine.is_sending_on(context.data_dir, known.id)
    return Switches(is_on, _paused_until(context, known), workspace.stopped_at, known.doubt)


def sending_status(context: Context) -> SendingStatus:
    """What leaves and what keeps it."""
    known = recognise_store(context)
    with context.store.read() as unit:
        workspace = workspaces.get_workspace(unit, context.scope.workspace_id)
        now = context.clock.now()
        return SendingStatus(
            is_on=machine.is_sending_on(context.data_dir, known.id),
            stopped_at=workspace.stopped_at,
            stopped_by=workspace.stopped_by,
            doubt=known.doubt,
            doubted_at=known.doubted_at,
            overdue_count=overdue.count_overdue(unit, context.scope.workspace_id, now),
            overdue=overdue.list_overdue(unit, context.scope.workspace_id, now, SHOWN),
            schedulers=mailbox_use.living_leases(unit, context.scope.workspace_id),
            machines=machines.list_machines(unit, context.scope.workspace_id),
            paused_until=_paused_until(context, known),
        )


def switch_sending_on(context: Context) -> None:
    """Let this machine send from this store; a person who does so says that it is the right one. Raises StoreError.

    Its count of begun emails then goes beyond that of every copy this machine knows: those are in doubt from now on.
    """
    known = recognise_store(context)
    counter = 1 + max(machine.remembered_counter(context.data_dir, known.id) or 0, known.sending_counter)
    with context.store.write() as unit:
        if known.doubt is not None:
            identity.confirm(unit, machine.machine_id(machine.ensure_machine(context.data_dir)), counter)
        _switch(context, unit, known, is_on=True)
    if known.doubt is not None:
        machine.remember_counter(context.data_dir, known.id, counter)


def switch_sending_off(context: Context) -> None:
    """Let nothing leave from this machine; due times stay, and what is late leaves by pace later. Raises StoreError."""
    known = recognise_store(context)
    with context.store.write() as unit:
        _switch(context, unit, known, is_on=False)


def pause_sending(context: Context, until: datetime) -> None:
    """Let nothing leave from this machine until an instant; then it goes on by itself.

    Raises NotPossible where sending is off or the instant is over, StoreError.
    """
    known = recognise_store(context)
    if not machine.is_sending_on(context.data_dir, known.id):
        raise NotPossible("Sending is off.", "Switch it on when it is to begin.", code="sending_off")
    if until <= context.clock.now():
        raise NotPossible("A pause ends in the future.", "Choose a later time.", code="past_time")
    with context.store.write() as unit:
        note(context, unit, "sending_paused", "store", known.id, until=until.isoformat())
        unit.changed(Topic.SETTINGS, Topic.OUTBOX)
        machine.pause_sending(context.data_dir, known.id, until)


def stop_everything(context: Context) -> None:
    """Pull the workspace's emergency stop: nothing leaves, whoever sends. Raises NotPossible where it is pulled."""
    with context.store.write() as unit:
        if not workspaces.set_stop(unit, context.scope.workspace_id, context.clock.now(), context.scope.user_id):
            raise NotPossible("Everything is stopped already.", "Release it with “opendoors sending release”.")
        note(context, unit, "emergency_stop", "workspace", context.scope.workspace_id)
        unit.changed(Topic.WORKSPACE, Topic.SETTINGS, Topic.OUTBOX)


def release(context: Context) -> None:
    """Release the emergency stop; what is late leaves by pace. Raises NotPossible where it isn't pulled."""
    with context.store.write() as unit:
        if not workspaces.set_stop(unit, context.scope.workspace_id, None, None):
            raise NotPossible("The emergency stop isn't pulled.", "Nothing needs to be done.")
        note(context, unit, "emergency_stop_released", "workspace", context.scope.workspace_id)
        unit.changed(Topic.WORKSPACE, Topic.SETTINGS, Topic.OUTBOX)


def _switch(context: Context, unit: Unit, known: Identity, *, is_on: bool) -> None:
    """Put the switch, and tell the others; a switch that can't be kept leaves the store as it was."""
    here = machine.machine_id(machine.ensure_machine(context.data_dir))
    told = KnownMachine(here, socket.gethostname(), is_on, context.clock.now())
    machines.note_switch(unit, context.scope.workspace_id, told, by=context.scope.user_id)
    note(context, unit, "sending_on" if is_on else "sending_off", "store", known.id, doubt=known.doubt)
    unit.changed(Topic.SETTINGS, Topic.OUTBOX)
    machine.switch_sending(context.data_dir, known.id, is_on)


def _paused_until(context: Context, known: Identity) -> datetime | None:
    """When a pause that still lasts is over."""
    until = machine.paused_until(context.data_dir, known.id)
    return until if until is not None and until > context.clock.now() else None


def _remember(context: Context, known: Identity) -> None:
    """Keep what others have sent from a shared store too, as far as the data folder lets us: it may be put back."""
    if (machine.remembered_counter(context.data_dir, known.id) or 0) < known.sending_counter:
        with suppress(StoreError):
            machine.remember_counter(context.data_dir, known.id, known.sending_counter)


def _doubt_of(context: Context, known: Identity, here: machine.Machine) -> Doubt | None:
    return identity.doubt_of(
        known,
        machine.machine_id(here),
        machine.remembered_counter(context.data_dir, known.id),
        is_shared=context.store.dialect is Dialect.POSTGRES,
    )


def _found(unit: Unit) -> Identity:
    found = identity.find_identity(unit)
    assert found is not None
    return found
