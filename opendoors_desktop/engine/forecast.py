"""What leaves when: the scheduler's rules played ahead of time, writing nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.facts import with_filled
from opendoors_desktop.domain.pacing import PaceBook, Rule
from opendoors_desktop.engine.collector import collecting_seldom
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.room import load_book, load_room, load_shared_counts
from opendoors_desktop.engine.simulation import Planned, Player, Simulation
from opendoors_desktop.engine.stepping import Scene, Surroundings, facts_of
from opendoors_desktop.store import enrollments, outbox, tasks
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """One email that will leave: `at` in UTC; `why` holds the rule that sets its time and what it rests on."""

    at: datetime
    contact: str
    contact_id: UUID
    sequence: str
    sequence_id: UUID
    step: int
    variant: str | None
    mailbox: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A workspace as it stands at `now`, in memory, ready to be played once: playing writes in players and books."""

    room: Room
    books: Mapping[UUID, PaceBook]
    players: Sequence[Player]
    now: datetime


def forecast(context: Context, sequence_ids: Collection[UUID] = (), days: int = 30) -> Iterator[ForecastLine]:
    """The emails of the next days in the order of leaving, exact to the minute on the facts known now.

    Mailboxes are shared, so all running sequences are played; `sequence_ids` (empty: all) only chooses what is told.
    """
    stage = set_stage(context)
    room, wanted = stage.room, frozenset(sequence_ids)
    for planned in play(stage, days):
        sequence, player = planned.player.sequence, planned.player
        if wanted and sequence.id not in wanted:
            continue
        yield ForecastLine(
            at=planned.at,
            contact=player.address,
            contact_id=player.enrollment.contact_id,
            sequence=sequence.name,
            sequence_id=sequence.id,
            step=sequence.flow.number(planned.decision.step.id) or 0,
            variant=planned.variant_id,
            mailbox=room.mailboxes[planned.decision.mailbox_id].address,
            why=(planned.decision.because.value, *_rule(planned.departure.rule), *planned.assumes),
        )


def _rule(rule: Rule) -> tuple[str, ...]:
    """The rule of pace that set a time, if one did."""
    return () if rule is Rule.NONE else (rule.value,)


def set_stage(context: Context) -> Stage:
    """Read everything that a forecast needs, in one state of the store."""
    now = context.clock.now()
    with collecting_seldom(), context.store.read() as unit:
        room = load_room(unit, context, holidays_of(context, unit))
        shared = load_shared_counts(unit, room, now)
        books = {key: load_book(unit, box, shared, now) for key, box in room.mailboxes.items() if box.can_send}
        return Stage(room, books, list(_players(unit, context, room, now)), now)


def play(stage: Stage, days: int) -> Iterator[Planned]:
    """What leaves in the next days, if nothing comes in between."""
    with collecting_seldom():
        yield from Simulation(stage.room, stage.books, stage.now).run(stage.players, stage.now + timedelta(days=days))


def _players(unit: Unit, context: Context, room: Room, now: datetime) -> Iterator[Player]:
    due = tasks.due_by_enrollment(unit, context.scope.workspace_id)
    under_way = outbox.enrollments_under_way(unit, context.scope.workspace_id)
    surroundings = Surroundings(room.fallbacks, room.mailboxes)
    filled: dict[tuple[str, ...], frozenset[str]] = {}
    for sequence in room.sequences.values():
        scene = Scene(unit, context, sequence, surroundings, Ledger(context.new_id), now)
        needed = {"email"}.union(*(step.variables for step in sequence.flow.running()))
        for standing in enrollments.stream_standings(unit, context.scope.customer_id, sequence.id):
            if standing.enrollment.id in under_way:
                continue
            player = _player(scene, standing, due.get(standing.enrollment.id))
            if player is not None:
                player.facts = with_filled(player.facts, needed, filled)
                yield player


def _player(scene: Scene, standing: Standing, task_due_at: datetime | None) -> Player | None:
    """An active enrollment that waits for an instant or for an open task; nobody else will be sent anything."""
    if standing.enrollment.status is not EnrollmentStatus.ACTIVE:
        return None
    if standing.ticket is None and task_due_at is None:
        return None
    return Player(
        enrollment=standing.enrollment,
        sequence=scene.sequence,
        facts=facts_of(scene, standing, with_email_under_way=False),
        ticket=standing.ticket,
        address=standing.address,
        company_id=standing.company_id,
        last_automatic=standing.last_automatic,
        open_task_due_at=None if standing.ticket is not None or task_due_at is None else max(task_due_at, scene.now),
    )
