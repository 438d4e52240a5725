"""How sequences fare: gathers for each what the rules of health are told from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.health import OVERDUE_AFTER, Health, HealthFacts, health_of
from opendoors_desktop.domain.pacing import Rule
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.commands.sequence_checks import check_in_unit
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.why import why_in_unit
from opendoors_desktop.store import identity, mailbox_use, workspaces
from opendoors_desktop.store.mailboxes import Mailbox, list_mailboxes
from opendoors_desktop.store.queries.queue_heads import QueueHead, list_queue_heads
from opendoors_desktop.store.queries.sequence_list import ListedSequence
from opendoors_desktop.store.queries.sequence_trouble import count_uncertain, read_trouble
from opendoors_desktop.store.sequences import get_record
from opendoors_desktop.store.unit import Unit

FAILS = "mailbox_fails"
"""The problem of a mailbox that can't send; it is told as the mailbox's, not as the sequence's."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is the same for all sequences."""

    boxes: Mapping[UUID, Mailbox]
    uncertain: Mapping[UUID, int]
    heads: Mapping[UUID, QueueHead]
    is_stopped: bool
    sends_here: bool
    sends_elsewhere: bool
    now: datetime


def read_health(context: Context, unit: Unit, sequences: Iterable[ListedSequence]) -> dict[UUID, Health]:
    """The health of each sequence by its key.

    Those that run are looked over whole, some milliseconds each; the others cost nothing.
    """
    around: _Surroundings | None = None
    found: dict[UUID, Health] = {}
    for each in sequences:
        status = SequenceStatus(each.sequence.status)
        if status is not SequenceStatus.ACTIVE:
            found[each.sequence.id] = health_of(HealthFacts(status))
            continue
        around = around or _surroundings(context, unit)
        found[each.sequence.id] = health_of(_facts(context, unit, each, around))
    return found


def _surroundings(context: Context, unit: Unit) -> _Surroundings:
    workspace_id = context.scope.workspace_id
    known = identity.find_identity(unit)
    heads: dict[UUID, QueueHead] = {}
    for head in list_queue_heads(unit, workspace_id):
        heads.setdefault(head.sequence_id, head)
    return _Surroundings(
        boxes={box.id: box for box in list_mailboxes(unit, workspace_id)},
        uncertain=count_uncertain(unit, workspace_id),
        heads=heads,
        is_stopped=workspaces.is_stopped(unit, workspace_id),
        sends_here=known is not None and machine.is_sending_on(context.data_dir, known.id),
        sends_elsewhere=bool(mailbox_use.living_leases(unit, workspace_id)),
        now=context.clock.now(),
    )


def _facts(context: Context, unit: Unit, each: ListedSequence, around: _Surroundings) -> HealthFacts:
    key, workspace_id = each.sequence.id, context.scope.workspace_id
    record = get_record(unit, workspace_id, key)
    problems = [problem for problem in check_in_unit(context, unit, key).problems if problem.blocks]
    trouble = read_trouble(unit, workspace_id, key, around.uncertain.get(key, 0))
    given = [share.mailbox_id for share in record.settings.shares if share.weight]
    if not given and record.settings.default_mailbox_id is not None:
        given = [record.settings.default_mailbox_id]
    boxes = [around.boxes[box_id] for box_id in given if box_id in around.boxes]
    return HealthFacts(
        status=record.status,
        enrolled=each.sequence.totals["enrolled"],
        unfinished=each.sequence.active + each.sequence.paused,
        problems=sum(problem.code != FAILS for problem in problems),
        mailboxes=len(boxes),
        failing_mailboxes=tuple((box.address, _reason(box)) for box in boxes if not box.can_send),
        has_emails=any(step.type is StepType.EMAIL for step in record.flow.running()),
        is_stopped_for_all=around.is_stopped,
        is_sending_here=around.sends_here,
        is_sending_elsewhere=around.sends_elsewhere,
        uncertain=trouble.uncertain,
        failed=trouble.failed,
        held=each.held,
        oldest_due=_overdue(context, unit, around.heads.get(key), around.now),
        bounce_rate=trouble.bounce_rate,
    )


def _reason(box: Mailbox) -> str:
    """Why a mailbox can't send, as a sentence."""
    said = box.status_detail or box.status_reason
    return f"it is {box.status}{f' ({said})' if said else ''}."


def _overdue(context: Context, unit: Unit, head: QueueHead | None, now: datetime) -> timedelta:
    """How long the first waiting email has been due, where nothing keeps it."""
    if head is None or now - head.due_at < OVERDUE_AFTER:
        return timedelta()
    held_by = why_in_unit(context, unit, head.enrollment_id)
    return now - head.due_at if held_by is not None and held_by.held_by == Rule.NONE.value else timedelta()
