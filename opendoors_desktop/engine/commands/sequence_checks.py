"""Looks a sequence over before it starts: what keeps it from starting, which limit binds, who lacks what."""

from collections.abc import Iterator
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.capacity import DayLimit, Demand, Outlet, limits_a_day
from opendoors_desktop.domain.check import MailboxState, Surroundings, check_sequence
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.sequence import Sequence, SequenceStatus
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.domain.step_check import Problem
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.step_texts import text_faults, unknown_fields
from opendoors_desktop.store import mailboxes, workspaces
from opendoors_desktop.store.contacts import own_fields
from opendoors_desktop.store.followed_templates import followed_in
from opendoors_desktop.store.lacking import Lacking, contacts_lacking
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import SequenceRecord, get_record, sequence_of
from opendoors_desktop.store.unit import Unit
from opendoors_desktop.store.workspaces import Workspace

NO_MAILBOX = "no_mailbox"


@dataclass(frozen=True, slots=True)
class Check:
    """All that was found: problems (those that keep it from starting first), limits a day (the one that binds first),
    and the fields that contacts in the sequence lack, who are held at the step that needs them.

    `chooses` is the mailbox that starting it will choose, where none is chosen and there is but one that can send.
    """

    problems: tuple[Problem, ...]
    limits: tuple[DayLimit, ...]
    lacking: tuple[Lacking, ...]
    chooses: Mailbox | None = None

    @property
    def can_start(self) -> bool:
        """Whether nothing keeps it from starting."""
        return not any(problem.blocks for problem in self.problems)


def check(context: Context, sequence_id: UUID) -> Check:
    """Look a sequence over; raises NotFound."""
    with context.store.read() as unit:
        return check_in_unit(context, unit, sequence_id)


def check_in_unit(context: Context, unit: Unit, sequence_id: UUID) -> Check:
    """As `check`, inside a unit."""
    record = get_record(unit, context.scope.workspace_id, sequence_id)
    sequence = sequence_of(record, holidays_of(context, unit), followed_in(unit, sequence_id))
    workspace = workspaces.get_workspace(unit, record.workspace_id)
    boxes = {box.id: box for box in mailboxes.list_mailboxes(unit, record.workspace_id)}
    around = Surroundings(
        mailboxes={key: _state(box) for key, box in boxes.items()},
        template_faults={step.id: text_faults(step) for step in sequence.flow.running()},
        tracks=workspace.public_url is not None and (record.settings.tracks_opens or record.settings.tracks_clicks),
        has_footer=bool(workspace.opt_out_line_is_on and workspace.opt_out_line and workspace.postal_address),
    )
    custom = {each.name for each in own_fields(unit, record.workspace_id)}
    usable = [box for box in boxes.values() if box.can_send]
    in_order = check_sequence(sequence, around)
    chooses = None
    if record.status is SequenceStatus.DRAFT and len(usable) == 1 and any(each.code == NO_MAILBOX for each in in_order):
        chooses = usable[0]
    told = (_unchosen(each, record, usable, chooses) if each.code == NO_MAILBOX else each for each in in_order)
    found = [*told, *_unknown(sequence, custom), *_unseen(workspace, record.settings)]
    return Check(
        tuple(sorted(found, key=lambda problem: (not problem.blocks, problem.number or 0))),
        _limits(context, sequence, boxes),
        _lacking(unit, sequence, workspace),
        chooses,
    )


def _unchosen(problem: Problem, record: SequenceRecord, usable: Many[Mailbox], chooses: Mailbox | None) -> Problem:
    """That no mailbox is chosen, with how one is."""
    command = f'“opendoors sequence send-from "{record.settings.name}" ADDRESS”'
    if chooses is not None:
        sentence = f"{problem.sentence} Starting it chooses {chooses.address}."
        return replace(problem, sentence=sentence, advice=f"{command} chooses another.", blocks=False)
    if usable:
        addresses = ", ".join(box.address for box in usable)
        return replace(problem, advice=f"Choose one with {command}: {addresses}.")
    return replace(problem, advice="Add one with “opendoors mailbox add”; none can send now.")


def _state(box: Mailbox) -> MailboxState:
    reason = "" if box.can_send else f"it is {box.status}" + (f", {box.status_reason}" if box.status_reason else "")
    if box.status_detail and not box.can_send:
        reason += f" ({box.status_detail})"
    return MailboxState(box.address, box.can_send, f"{reason}." if reason else "", box.imap is not None)


def _unknown(sequence: Sequence, custom: set[str]) -> Iterator[Problem]:
    for step in sequence.flow.running():
        for name in sorted(unknown_fields(step, custom)):
            yield Problem(
                "unknown_field",
                f"Step {sequence.flow.number(step.id)} asks for “{name}”, which is no field of contacts.",
                "Correct the name, or add the field; contacts without it are held, or get the default.",
                step.id,
                sequence.flow.number(step.id),
                blocks=False,
            )


def _unseen(workspace: Workspace, settings: SequenceSettings) -> Iterator[Problem]:
    if workspace.public_url is None and (settings.tracks_opens or settings.tracks_clicks):
        yield Problem(
            "no_public_url",
            "Opens and clicks are to be tracked, but no public address is set.",
            "Set one under Settings, Tracking and privacy, or switch tracking off.",
            blocks=False,
        )


def _limits(context: Context, sequence: Sequence, boxes: dict[UUID, Mailbox]) -> tuple[DayLimit, ...]:
    """Today's limits of the mailboxes that contacts of this sequence are given."""
    emails = [step for step in sequence.flow.running() if step.type is StepType.EMAIL]
    if not emails:
        return ()
    given = [share.mailbox_id for share in sequence.shares if share.weight]
    if emails[0].mailbox_id is not None:
        given = [emails[0].mailbox_id]
    elif not given and sequence.default_mailbox_id is not None:
        given = [sequence.default_mailbox_id]
    used = [boxes[key] for key in given if key in boxes]
    demand = Demand(sequence.window, sequence.max_emails_per_day, sequence.max_new_per_day, sequence.throttle)
    day = local_day(sequence.calendar(sequence.zone).zone, context.clock.now())
    return limits_a_day([Outlet(box.address, box.limits) for box in used], demand, day)


def _lacking(unit: Unit, sequence: Sequence, workspace: Workspace) -> tuple[Lacking, ...]:
    """The fields that texts need, nothing stands in for, and contacts lack."""
    needed = frozenset().union(*(step.variables for step in sequence.flow.running())) - workspace.fallbacks.keys()
    found = [contacts_lacking(unit, sequence.id, name) for name in sorted(needed)]
    return tuple(each for each in found if each.count)
