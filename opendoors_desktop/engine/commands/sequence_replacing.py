"""A sequence put whole, as a program does that has read it before: settings and state in one commit."""

from collections.abc import Callable
from uuid import UUID

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.sequence_states import end_everyone, put_into
from opendoors_desktop.engine.commands.sequences import save_settings
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import SequenceRecord, get_record

Accepts = Callable[[SequenceRecord], bool]
"""Whether a sequence is still the one that was read."""

ENDING = frozenset({SequenceStatus.STOPPED, SequenceStatus.ARCHIVED})


def replace_sequence(
    context: Context,
    sequence_id: UUID,
    change: Callable[[SequenceSettings], SequenceSettings],
    status: SequenceStatus | None = None,
    accepts: Accepts = lambda _: True,
) -> SequenceRecord:
    """Save what `change` makes of the settings and go into a state (None: stay), both or neither; gives the record.

    Raises NotFound, InputError with all that is wrong, NotPossible (`changed_meanwhile` where `accepts` says no).
    """
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        require_unchanged(record, accepts)
        record = save_settings(context, unit, record, change(record.settings))
        if status is not None and status is not record.status:
            put_into(context, unit, record, status)
    if status in ENDING:
        end_everyone(context, sequence_id)
    with context.store.read() as unit:
        return get_record(unit, context.scope.workspace_id, sequence_id)


def require_unchanged(record: SequenceRecord, accepts: Accepts) -> None:
    """Raise NotPossible where the sequence isn't the one that was read any more."""
    if not accepts(record):
        raise NotPossible(
            "The sequence was changed by someone else meanwhile.",
            "Read it again, and change what is there now.",
            where=str(record.id),
            code="changed_meanwhile",
        )
