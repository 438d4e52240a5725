"""Puts contacts into sequences, pauses, resumes and takes them out again."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Many
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain import batch_size
from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrolling import (
    Refusal,
    enrollment_zone,
    fixed_mailbox,
    new_round,
    refuse,
    was_contacted,
)
from opendoors_desktop.domain.enrollment import (
    ENDED,
    CompletionReason,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
)
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.values import changer
from opendoors_desktop.engine.collector import collecting_seldom
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.stepping import Scene, Surroundings, end, pause, replan, resume, save, set_out, subject_of
from opendoors_desktop.store import enrollments, mailboxes, sequences, workspaces
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.newcomers import (
    Entry,
    Newcomer,
    add_newcomers,
    entry_version,
    find_newcomers,
    standing_of,
)
from opendoors_desktop.store.standings import Standing, Thread
from opendoors_desktop.store.unit import Unit

MANY = 2_000
"""From so many contacts on, the collector is told to look seldom."""

NIL = UUID(int=0)
_like = changer(Enrollment, "id", "contact_id", "zone", "mailbox_id")
NOBODY = Refusal("not_found", "There is no such contact.", "Look it up in the list of contacts.")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The answer for one contact: its enrollment, or why there is none."""

    contact_id: UUID
    enrollment_id: UUID | None
    refusal: Refusal | None = None
    next_step_scheduled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrollOptions:
    """Where a contact begins (a step number, None: the first) and from when its first delay runs (None: from now)."""

    at_step: int | None = None
    start: datetime | None = None
    source: EnrollmentSource = EnrollmentSource.MANUAL


def enroll(
    context: Context, sequence_id: UUID, contact_ids: Many[UUID], options: EnrollOptions | None = None
) -> list[Enrolled]:
    """Enroll contacts into a sequence, in batches; an answer for each, in their order.

    Raises NotFound, NotPossible; contacts that aren't there are answered as such.
    """
    answers: dict[UUID, Enrolled] = {}
    for batch in enroll_in_batches(context, sequence_id, contact_ids, options):
        answers |= {answer.contact_id: answer for answer in batch}
    return [answers[key] for key in contact_ids]


def enroll_in_batches(
    context: Context, sequence_id: UUID, contact_ids: Many[UUID], options: EnrollOptions | None = None
) -> Iterator[list[Enrolled]]:
    """As `enroll`, the answers of each batch as it is kept; who is named twice is answered once.

    A batch is one commit, as large as the store is fast. Who stops in between has enrolled those who were answered, and
    enrolling all of them again goes on with the others.
    """
    options = _with_start(context, sequence_id, options or EnrollOptions())
    unique = list(dict.fromkeys(contact_ids))
    with collecting_seldom() if len(unique) >= MANY else nullcontext():
        yield from _enroll_adaptively(context, sequence_id, unique, options)


def _enroll_adaptively(
    context: Context, sequence_id: UUID, unique: list[UUID], options: EnrollOptions
) -> Iterator[list[Enrolled]]:
    size, first, is_alone = batch_size.FIRST, 0, len(unique) > batch_size.FIRST
    while first < len(unique):
        contact_ids = unique[first : first + size]
        draft = _draft(context, sequence_id, contact_ids, options) if is_alone else None
        with context.store.write() as unit:
            began = context.clock.steady()
            is_alone = draft is not None and draft.version == entry_version(unit)
            scene = replace(draft.scene, unit=unit) if draft and is_alone else scene_of(unit, context, sequence_id)
            plan = draft.plan if draft and is_alone else _plan(scene, contact_ids, options)
            answers = _carry_out(scene, plan, options)
            scene.ledger.write(unit)
            unit.changed(Topic.ENROLLMENTS)
        first += size
        size = batch_size.next_size(size, context.clock.steady() - began)
        yield answers


@dataclass(frozen=True, slots=True)
class _Plan:
    """What enrolling a batch comes to: who is known of it, who is refused, and how the others will stand.

    They are not decided yet where a decision makes tasks, which refer to enrollments that are there.
    """

    contact_ids: Many[UUID]
    found: Mapping[UUID, Newcomer]
    refused: Mapping[UUID, Enrolled]
    standings: Many[Standing]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A plan made while others may write, so that it holds nobody up; right while the store is of that version."""

    version: int
    scene: Scene
    plan: _Plan


def _draft(context: Context, sequence_id: UUID, contact_ids: Many[UUID], options: EnrollOptions) -> _Draft:
    with context.store.read() as unit:
        scene = scene_of(unit, context, sequence_id)
        return _Draft(entry_version(unit), scene, _plan(scene, contact_ids, options))


def _plan(scene: Scene, contact_ids: Many[UUID], options: EnrollOptions) -> _Plan:
    """What comes of different contacts; those who are or were in some sequence are left for `_enroll_known`."""
    scope = scene.context.scope
    found = find_newcomers(scene.unit, (scope.customer_id, scope.workspace_id), contact_ids)
    fresh = {key: each for key, each in found.items() if not each.is_known}
    refused = {key: answer for key, each in fresh.items() if (answer := _refused(scene, each)) is not None}
    welcome = [each for key, each in fresh.items() if key not in refused]
    return _Plan(contact_ids, found, refused, _planned(scene, welcome, options))


def _carry_out(scene: Scene, plan: _Plan, options: EnrollOptions) -> list[Enrolled]:
    """Write what was planned: those who were never in a sequence together, the others one by one."""
    answers = {**plan.refused}
    answers |= {each.contact_id: _enrolled(each) for each in _place(scene, plan.standings, options)}
    return [answers.get(key) or _enroll_known(scene, key, plan.found.get(key), options) for key in plan.contact_ids]


def _enrolled(enrollment: Enrollment) -> Enrolled:
    return Enrolled(enrollment.contact_id, enrollment.id, None, enrollment.next_step_scheduled_at)


def _refused(scene: Scene, newcomer: Newcomer) -> Enrolled | None:
    refusal = refuse(scene.sequence, None, (), newcomer.suppression)
    return None if refusal is None else Enrolled(newcomer.contact_id, None, refusal)


def _planned(scene: Scene, newcomers: Many[Newcomer], options: EnrollOptions) -> list[Standing]:
    """How these contacts will stand, decided as far as that makes no tasks."""
    model = Enrollment(
        id=NIL,
        sequence_id=scene.sequence.id,
        contact_id=NIL,
        enrolled_at=scene.now,
        started_at=options.start,
        start_step_id=None if options.at_step is None else _step_id(scene.sequence, options.at_step),
    )
    begun = [_begin(scene, each, model) for each in newcomers]
    return begun if _makes_tasks(scene) else [set_out(scene, each) for each in begun]


def _makes_tasks(scene: Scene) -> bool:
    return any(step.is_task for step in scene.sequence.flow.running())


def _place(scene: Scene, standings: Many[Standing], options: EnrollOptions) -> list[Enrollment]:
    """Write the enrollments of these contacts, each decided as far as it goes by itself."""
    entry = Entry(options.source, scene.context.scope.user_id, not scene.sequence.allows_parallel)
    add_newcomers(scene.unit, standings, entry)
    if _makes_tasks(scene):
        before, standings = standings, [set_out(scene, each) for each in standings]
        enrollments.save(scene.unit, before, standings)
    scene.ledger.sequence(scene.sequence.id, enrolled=len(standings))
    return [standing.enrollment for standing in standings]


def _begin(scene: Scene, newcomer: Newcomer, model: Enrollment) -> Standing:
    """How a contact stands with an enrollment like the model."""
    key, sequence = scene.context.new_id(), scene.sequence
    zone, mailbox_id = enrollment_zone(sequence, newcomer.zone), fixed_mailbox(sequence, key)
    enrollment = _like(model, key, newcomer.contact_id, zone, mailbox_id)
    scope = scene.context.scope
    standing = standing_of(newcomer, enrollment, (scope.customer_id, scope.workspace_id))
    scene.ledger.happened(ActivityKind.ENROLLED, scene.now, subject_of(standing))
    return standing


def _with_start(context: Context, sequence_id: UUID, options: EnrollOptions) -> EnrollOptions:
    """The options with the sequence's own start, where nobody chose one and it is still to come."""
    with context.store.read() as unit:
        starts_at = sequences.get_record(unit, context.scope.workspace_id, sequence_id).settings.starts_at
    if options.start is not None or starts_at is None or starts_at <= context.clock.now():
        return options
    return replace(options, start=starts_at)


def pause_enrollment(context: Context, enrollment_id: UUID) -> None:
    """Pause an active enrollment, its remaining wait kept; raises NotFound, NotPossible."""
    _change(context, enrollment_id, EnrollmentStatus.ACTIVE, pause)


def resume_enrollment(context: Context, enrollment_id: UUID) -> None:
    """Let a paused enrollment go on where it was, later by the length of the pause; raises NotFound, NotPossible."""

    def go_on(scene: Scene, standing: Standing) -> Standing:
        record = sequences.get_record(scene.unit, context.scope.workspace_id, scene.sequence.id)
        return resume(scene, standing, record.paused_at)

    _change(context, enrollment_id, EnrollmentStatus.PAUSED, go_on)


def release_hold(context: Context, enrollment_id: UUID) -> None:
    """Let a held enrollment go on; where data is still missing it is held again at once. Raises NotFound."""

    def let_go(scene: Scene, standing: Standing) -> Standing:
        scene.ledger.happened(ActivityKind.RELEASED, scene.now, subject_of(standing))
        free = replace(standing.enrollment, hold=None, hold_detail=None)
        return replan(scene, replace(standing, enrollment=free))

    _change(context, enrollment_id, EnrollmentStatus.ACTIVE, let_go)


def remove_enrollment(context: Context, enrollment_id: UUID) -> bool:
    """Take a contact out of a sequence: True if it was never contacted and its row is gone, else it ends, hidden."""
    with context.store.write() as unit:
        standing = get_standing(unit, context, enrollment_id)
        scene = scene_of(unit, context, standing.enrollment.sequence_id)
        gone = not may_have_been_reached(unit, standing)
        if gone:
            take_out(scene, standing)
        else:
            if standing.enrollment.status not in ENDED:
                save(scene, standing, end(scene, standing, CompletionReason.MANUAL_STOP))
            enrollments.hide(unit, standing.customer_id, enrollment_id)
        scene.ledger.write(unit)
        unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX)
    return gone


def may_have_been_reached(unit: Unit, standing: Standing) -> bool:
    """Whether anything reached the contact or may have: an email that was begun once counts, whatever came of it."""
    return (
        was_contacted(standing.enrollment)
        or standing.emails_sent > 0
        or enrollments.has_attempts(unit, standing.enrollment.id)
    )


def take_out(scene: Scene, standing: Standing) -> None:
    """Take an enrollment that never reached its contact away, with its row and its counts."""
    save(scene, standing, replace(standing, ticket=None))
    tasks = enrollments.delete(scene.unit, standing.customer_id, standing.enrollment.id)
    scene.ledger.sequence(standing.enrollment.sequence_id, enrolled=-1)
    for step_id, count in tasks.items():
        scene.ledger.step(step_id, executed=-count)


def scene_of(unit: Unit, context: Context, sequence_id: UUID) -> Scene:
    """What is needed to work on the enrollments of one sequence in this unit; raises NotFound."""
    sequence = sequences.get_sequence(unit, context.scope.workspace_id, sequence_id, holidays_of(context, unit))
    workspace = workspaces.get_workspace(unit, context.scope.workspace_id)
    boxes = mailboxes.list_mailboxes(unit, context.scope.workspace_id)
    surroundings = Surroundings(workspace.fallbacks, {box.id: box for box in boxes})
    ledger = Ledger(context.new_id, context.scope.user_id)
    return Scene(unit, context, sequence, surroundings, ledger, context.clock.now())


def get_standing(unit: Unit, context: Context, enrollment_id: UUID) -> Standing:
    """The enrollment of that id; raises NotFound."""
    standing = enrollments.find_standing(unit, context.scope.customer_id, enrollment_id)
    if standing is None or standing.workspace_id != context.scope.workspace_id:
        raise NotFound(
            "There is no such enrollment.", "“opendoors enrollment list” shows them.", where=str(enrollment_id)
        )
    return standing


def _change(
    context: Context,
    enrollment_id: UUID,
    needs: EnrollmentStatus,
    change: Callable[[Scene, Standing], Standing],
) -> None:
    with context.store.write() as unit:
        standing = get_standing(unit, context, enrollment_id)
        status = standing.enrollment.status
        if status is not needs:
            raise NotPossible(
                f"The enrollment is {status}, not {needs}.",
                "Only an active one can be paused, and only a paused one resumed.",
                where=str(enrollment_id),
            )
        scene = scene_of(unit, context, standing.enrollment.sequence_id)
        save(scene, standing, change(scene, standing))
        scene.ledger.write(unit)


def _enroll_known(scene: Scene, contact_id: UUID, newcomer: Newcomer | None, options: EnrollOptions) -> Enrolled:
    """Enroll a contact that is or was in some sequence, which what it may depends on; None: it isn't there."""
    if newcomer is None:
        return Enrolled(contact_id, None, NOBODY)
    known = enrollments.standings_of_contact(scene.unit, scene.context.scope.customer_id, contact_id)
    existing = next((each for each in known if each.enrollment.sequence_id == scene.sequence.id), None)
    refusal = refuse(
        scene.sequence,
        None if existing is None else existing.enrollment,
        _names_of_others(scene, known),
        newcomer.suppression,
    )
    if refusal is not None:
        return Enrolled(contact_id, None if existing is None else existing.enrollment.id, refusal)
    if existing is None:
        return _enrolled(_place(scene, _planned(scene, [newcomer], options), options)[0])
    return _enrolled(_again(scene, newcomer.zone, existing).enrollment)


def _again(scene: Scene, contact_zone: str | None, existing: Standing) -> Standing:
    zone = enrollment_zone(scene.sequence, contact_zone)
    mailbox_id = fixed_mailbox(scene.sequence, existing.enrollment.id)
    another = new_round(existing.enrollment, scene.now, zone=zone, mailbox_id=mailbox_id)
    detail = {"round": another.round}
    scene.ledger.happened(ActivityKind.ENROLLED, scene.now, subject_of(existing), detail=detail)
    enrollments.begin_round(scene.unit, existing.customer_id, another.id)
    fresh = replace(existing, enrollment=another, thread=Thread(), has_replied=False, has_reached_goal=False)
    after = replan(scene, fresh)
    save(scene, existing, after)
    return after


def _names_of_others(scene: Scene, known: Many[Standing]) -> list[str]:
    """The names of other sequences in which the contact is active or paused and that don't share contacts."""
    others = {
        each.enrollment.sequence_id
        for each in known
        if each.enrollment.status not in ENDED and each.enrollment.sequence_id != scene.sequence.id
    }
    return [
        row[0] for key in others for row in scene.unit.rows("SELECT name FROM sequences WHERE id = :id", {"id": key})
    ]


def _step_id(sequence: Sequence, number: int) -> UUID:
    if not 1 <= number <= len(sequence.flow.ordered):
        raise NotFound(
            f"The sequence “{sequence.name}” has no step {number}.",
            f"Its steps are numbered from 1 to {len(sequence.flow.ordered)}.",
            where=f"step {number}",
        )
    return sequence.flow.ordered[number - 1].id
