"""The states of a sequence: start, pause, resume, stop, archive, restore, with what each does to the people in it."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import CompletionReason, resume_sequence
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus, archive_path, change_status, restore
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.commands.sequence_checks import Check, check_in_unit
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import change_everyone, decided
from opendoors_desktop.engine.sequence_saving import save_version
from opendoors_desktop.engine.stepping import Scene, each_standing, end
from opendoors_desktop.store import sequence_changes, stopped
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

STATE_CHANGES = frozenset(f"sequence_{status}" for status in SequenceStatus)
"""The words of the audit book for a change of state: the state it led to."""

BATCH = 500
"""How many enrollments end in one commit, so that no write holds the store for long."""


def activate_sequence(context: Context, sequence_id: UUID) -> str | None:
    """Start a draft or resume a paused sequence; due times move by the length of the pause.

    A draft without a mailbox is given the one that can send, where there is just one: its address is given back.
    Raises NotFound, or NotPossible: from this state, or with the list of everything that keeps it from starting.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        chosen = _activate(context, unit, record)
    return None if chosen is None else chosen.address


def pause_sequence(context: Context, sequence_id: UUID) -> None:
    """Let nothing more of a running sequence be done until it is resumed; raises NotFound, NotPossible."""
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        _set(context, unit, record, change_status(record.status, SequenceStatus.PAUSED))


def stop_sequence(context: Context, sequence_id: UUID) -> int:
    """End a sequence and everyone in it (manual_stop); gives their number. Raises NotFound, NotPossible.

    The state is committed first, so that nothing more leaves while thousands of enrollments end behind it; whoever is
    left when the program dies in between is ended by stopping once more.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        if not _is_unfinished(unit, record, SequenceStatus.STOPPED):
            _set(context, unit, record, change_status(record.status, SequenceStatus.STOPPED))
    return end_everyone(context, sequence_id)


def archive_sequence(context: Context, sequence_id: UUID) -> int:
    """Put a sequence away, stopping it first; gives how many were in it. Raises NotFound, NotPossible.

    As with stopping, what a dying program left is finished by archiving once more.
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        if not _is_unfinished(unit, record, SequenceStatus.ARCHIVED):
            for status in archive_path(record.status):
                _set(context, unit, record, status)
    return end_everyone(context, sequence_id)


def restore_sequence(context: Context, sequence_id: UUID) -> None:
    """Take an archived sequence back, as a stopped one; raises NotFound, NotPossible."""
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        _set(context, unit, record, restore(record.status))


def put_into(context: Context, unit: Unit, record: SequenceRecord, status: SequenceStatus) -> None:
    """Put a sequence into a state, whichever command that takes, inside a unit; raises NotPossible.

    Behind a stop `end_everyone` is called when the unit is over.
    """
    if status is SequenceStatus.ACTIVE:
        _activate(context, unit, record)
    elif status is SequenceStatus.ARCHIVED:
        for each in archive_path(record.status):
            _set(context, unit, record, each)
    elif record.status is SequenceStatus.ARCHIVED and status is SequenceStatus.STOPPED:
        _set(context, unit, record, restore(record.status))
    else:
        _set(context, unit, record, change_status(record.status, status))


def _activate(context: Context, unit: Unit, record: SequenceRecord) -> Mailbox | None:
    """Start or resume; gives the mailbox that was chosen for it."""
    change_status(record.status, SequenceStatus.ACTIVE)
    chosen = _require_fit(context, unit, record).chooses
    if chosen is not None:
        _choose(context, unit, record, chosen)
    sequence_changes.set_status(unit, record.id, SequenceStatus.ACTIVE, context.clock.now())
    plan_everyone(scene_of(unit, context, record.id), record.paused_at)
    _told(context, unit, record, SequenceStatus.ACTIVE)
    return chosen


def _choose(context: Context, unit: Unit, record: SequenceRecord, mailbox: Mailbox) -> None:
    settings = replace(record.settings, default_mailbox_id=mailbox.id)
    now = context.clock.now()
    sequence_changes.update_sequence_settings(
        unit, record.workspace_id, record.id, settings, by=context.scope.user_id, now=now
    )
    saved = save_version(context, unit, record.id, f"{mailbox.address} chosen", None)
    note(context, unit, "sequence_settings_changed", "sequence", record.id, version=saved.version)


def _require_fit(context: Context, unit: Unit, record: SequenceRecord) -> Check:
    """What the check found; raises NotPossible with everything that keeps the sequence from starting."""
    found = check_in_unit(context, unit, record.id)
    blocking = [problem for problem in found.problems if problem.blocks]
    if blocking:
        count = "1 thing keeps" if len(blocking) == 1 else f"{len(blocking)} things keep"
        raise NotPossible(
            f"{count} “{record.settings.name}” from starting.",
            "\n".join(f"{problem.sentence} {problem.advice}" for problem in blocking),
            where=record.settings.name,
            code="cannot_start",
        )
    return found


def _set(context: Context, unit: Unit, record: SequenceRecord, status: SequenceStatus) -> None:
    sequence_changes.set_status(unit, record.id, status, context.clock.now())
    _told(context, unit, record, status)


def _is_unfinished(unit: Unit, record: SequenceRecord, status: SequenceStatus) -> bool:
    """Whether the sequence was put into that state before, but people in it were left."""
    return record.status is status and sequence_changes.has_engaged(unit, record.id)


def _told(context: Context, unit: Unit, record: SequenceRecord, status: SequenceStatus) -> None:
    """Write down the change with what taking it back needs."""
    ends = status in {SequenceStatus.STOPPED, SequenceStatus.ARCHIVED}
    paused = stopped.paused_in(unit, record.id) if ends else {}
    told: dict[str, Any] = {"paused": {str(key): since.isoformat() for key, since in paused.items()}}
    if ends:
        told["cancelled"] = [str(key) for key in stopped.cancelled_in(unit, record.id)]
    note(context, unit, f"sequence_{status}", "sequence", record.id, before=record.status.value, **told)
    unit.changed(Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX)


def plan_everyone(scene: Scene, paused_at: datetime | None) -> None:
    """Decide everyone anew, later by a pause of the sequence that ends now."""

    def changed(standing: Standing) -> Standing:
        if paused_at is not None:
            later = resume_sequence(standing.enrollment, paused_at, scene.now)
            standing = replace(standing, enrollment=later)
        return decided(scene, standing)

    change_everyone(scene, changed)


def end_everyone(context: Context, sequence_id: UUID) -> int:
    """End all active and paused enrollments, batch by batch, all at the instant the sequence was stopped."""
    count = 0
    while True:
        with context.store.write() as unit:
            record = get_record(unit, context.scope.workspace_id, sequence_id)
            scene = scene_of(unit, context, sequence_id)
            ended = _end_batch(replace(scene, now=record.stopped_at or scene.now))
        count += ended
        if ended < BATCH:
            return count


def _end_batch(scene: Scene) -> int:
    """End the first of those who are left; gives their number."""

    def ended(standing: Standing) -> Standing:
        return end(scene, standing, CompletionReason.MANUAL_STOP)

    count = change_everyone(scene, ended, list(islice(each_standing(scene), BATCH)))
    if count:
        scene.unit.changed(Topic.SEQUENCES, Topic.TASKS)
    return count
