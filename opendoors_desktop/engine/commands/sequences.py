"""Sequences as a person handles them: made, cloned, named, moved, given settings, and deleted."""

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Many
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.flow_edit import copy_steps
from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.domain.sequence import MailboxShare, SequenceStatus
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.commands.sequence_states import archive_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import replan_everyone
from opendoors_desktop.engine.sequence_saving import keep_version, require_settings, save_version, variables_teller
from opendoors_desktop.store import followed_templates, schedules, sequence_changes, workspaces
from opendoors_desktop.store.mailboxes import find_mailbox, no_such_mailbox
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import SequenceRecord, find_sequence_id, get_record, no_such_sequence
from opendoors_desktop.store.steps import save_steps
from opendoors_desktop.store.unit import Unit

NEW_THROTTLE = timedelta(minutes=5)
"""The least time between two emails of a sequence from one mailbox that a new sequence starts with."""

NAMED_COPY = "{name} (copy)"


def find_sequence(context: Context, name_or_id: str) -> UUID:
    """The sequence of that id or exact name; raises NotFound, or InputError where a name means several."""
    with context.store.read() as unit:
        found = find_sequence_id(unit, context.scope.workspace_id, name_or_id)
    if found is None:
        raise no_such_sequence(name_or_id)
    return found


def show_sequence(context: Context, sequence_id: UUID) -> SequenceRecord:
    """A sequence with its settings and all its steps; raises NotFound."""
    with context.store.read() as unit:
        return get_record(unit, context.scope.workspace_id, sequence_id)


def new_settings(context: Context, name: str) -> SequenceSettings:
    """What a new sequence starts with: the workspace's default window, zone and holidays."""
    with context.store.read() as unit:
        return start_settings(context, unit, name)


def start_settings(context: Context, unit: Unit, name: str) -> SequenceSettings:
    """As `new_settings`, inside a unit."""
    usual = next(iter(schedules.list_schedules(unit, context.scope.workspace_id)), None)
    if usual is None:
        zone = workspaces.get_workspace(unit, context.scope.workspace_id).zone
        return SequenceSettings(name, context.scope.user_id, zone=zone, window=SendWindow(), throttle=NEW_THROTTLE)
    return SequenceSettings(
        name,
        context.scope.user_id,
        zone=usual.zone,
        window=usual.window,
        holiday_country=usual.holiday_country,
        holiday_subdivision=usual.holiday_subdivision,
        throttle=NEW_THROTTLE,
    )


def create_sequence(context: Context, settings: SequenceSettings, *, is_sample: bool = False) -> UUID:
    """Make a draft without steps; raises InputError with everything that is wrong with its settings."""
    sequence_id = context.new_id()
    with context.store.write() as unit:
        add_draft(context, unit, sequence_id, settings, is_sample=is_sample)
        keep_version(context, unit, sequence_id, "Created")
        note(context, unit, "sequence_created", "sequence", sequence_id, name=settings.name)
        unit.changed(Topic.SEQUENCES)
    return sequence_id


def add_draft(
    context: Context, unit: Unit, sequence_id: UUID, settings: SequenceSettings, *, is_sample: bool = False
) -> None:
    """Put a checked draft into the store, inside a unit; raises InputError."""
    scope = context.scope
    require_settings(unit, scope.workspace_id, settings)
    sequence_changes.add_sequence(
        unit,
        sequence_id,
        (scope.customer_id, scope.workspace_id),
        settings,
        by=scope.user_id,
        now=context.clock.now(),
        is_sample=is_sample,
    )


def clone_sequence(context: Context, sequence_id: UUID, name: str | None = None) -> UUID:
    """Make a draft with the same steps and settings, without contacts, figures, dates and winners; raises NotFound."""
    clone_id, now = context.new_id(), context.clock.now()
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        wanted = name if name is not None else NAMED_COPY.format(name=record.settings.name)[:255]
        settings = replace(record.settings, name=wanted, starts_at=None, goal_deadline=None)
        add_draft(context, unit, clone_id, settings)
        flow = copy_steps(record.flow, clone_id, context.new_id)
        save_steps(unit, clone_id, flow.steps, variables_teller(unit, record.workspace_id), now)
        copies = {old.id: new.id for old, new in zip(record.flow.ordered, flow.steps, strict=True)}
        _follow_alike(unit, sequence_id, copies)
        keep_version(context, unit, clone_id, f"Cloned from “{record.settings.name}”")
        note(context, unit, "sequence_cloned", "sequence", clone_id, source=str(sequence_id))
        unit.changed(Topic.SEQUENCES)
    return clone_id


def change_settings(
    context: Context,
    sequence_id: UUID,
    change: Callable[[SequenceSettings], SequenceSettings],
    *,
    expected: int | None = None,
) -> SequenceRecord:
    """Save changed settings and plan everyone in the sequence anew by them.

    `expected` is the version the change was made on. Raises NotFound, InputError with everything that is wrong, or
    NotPossible (changed meanwhile; contacts that are in two sequences).
    """
    with context.store.write() as unit:
        before = get_record(unit, context.scope.workspace_id, sequence_id)
        return save_settings(context, unit, before, change(before.settings), expected=expected)


def save_settings(
    context: Context, unit: Unit, before: SequenceRecord, settings: SequenceSettings, *, expected: int | None = None
) -> SequenceRecord:
    """As `change_settings`, inside a unit that has read the record."""
    scope = context.scope
    if settings == before.settings:
        return before
    require_settings(unit, scope.workspace_id, settings)
    sequence_changes.update_sequence_settings(
        unit, scope.workspace_id, before.id, settings, by=scope.user_id, now=context.clock.now()
    )
    record = save_version(context, unit, before.id, "Settings changed", expected)
    if _moves_due_times(before.settings, settings):
        replan_everyone(scene_of(unit, context, before.id))
    note(context, unit, "sequence_settings_changed", "sequence", before.id, version=record.version)
    unit.changed(Topic.SEQUENCES)
    return record


def rename_sequence(context: Context, sequence_id: UUID, name: str) -> str:
    """Give a sequence another name; gives the one it had. Raises NotFound, InputError."""
    return _settings_before(context, sequence_id, lambda settings: replace(settings, name=name)).name


def move_sequence(context: Context, sequence_id: UUID, folder_id: UUID | None) -> UUID | None:
    """Put a sequence into a folder, or at the top; gives the folder it was in. Raises NotFound, InputError."""
    return _settings_before(context, sequence_id, lambda settings: replace(settings, folder_id=folder_id)).folder_id


def _settings_before(
    context: Context, sequence_id: UUID, change: Callable[[SequenceSettings], SequenceSettings]
) -> SequenceSettings:
    """Save changed settings; gives those before."""
    before: list[SequenceSettings] = []

    def kept(settings: SequenceSettings) -> SequenceSettings:
        before.append(settings)
        return change(settings)

    change_settings(context, sequence_id, kept)
    return before[0]


def send_from(context: Context, sequence_id: UUID, addresses: Many[str]) -> tuple[str, ...]:
    """Have a sequence's contacts be shared evenly among these mailboxes (at least one); who has one keeps it.

    Gives the mailboxes' addresses as they are kept.
    Raises NotFound for a sequence or mailbox that isn't there.
    """
    with context.store.read() as unit:
        found = [(address, find_mailbox(unit, context.scope.workspace_id, address)) for address in addresses]
    boxes = []
    for address, box in found:
        if box is None:
            raise no_such_mailbox(address)
        boxes.append(box)
    shares = tuple(MailboxShare(box.id) for box in boxes) if len(boxes) > 1 else ()
    change_settings(
        context,
        sequence_id,
        lambda settings: replace(settings, default_mailbox_id=boxes[0].id, shares=shares),
    )
    return tuple(box.address for box in boxes)


def delete_sequence(context: Context, sequence_id: UUID) -> bool:
    """Delete a draft that nobody was ever in (True); any other sequence is stopped and archived. Raises NotFound."""
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        if record.status is SequenceStatus.DRAFT and not sequence_changes.has_history(unit, sequence_id):
            sequence_changes.delete_sequence(unit, sequence_id)
            note(context, unit, "sequence_deleted", "sequence", sequence_id, name=record.settings.name)
            unit.changed(Topic.SEQUENCES)
            return True
    if record.status is not SequenceStatus.ARCHIVED:
        archive_sequence(context, sequence_id)
    return False


def _moves_due_times(before: SequenceSettings, after: SequenceSettings) -> bool:
    """Whether anything changed beside what only people look at."""
    return after != replace(
        before,
        name=after.name,
        description=after.description,
        folder_id=after.folder_id,
        tags=after.tags,
        owner_id=after.owner_id,
        goal_type=after.goal_type,
        goal_name=after.goal_name,
        goal_target=after.goal_target,
        goal_deadline=after.goal_deadline,
    )


def _follow_alike(unit: Unit, sequence_id: UUID, copies: Mapping[UUID, UUID]) -> None:
    """Let the copies of steps follow the templates that the steps follow."""
    for step_id, followed in followed_templates.followed_in(unit, sequence_id).items():
        if step_id in copies:
            followed_templates.follow(unit, copies[step_id], followed.template_id)
