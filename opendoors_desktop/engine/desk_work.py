"""The work of a turn at a desk: answers written down, built emails begun, due ones claimed, in a single commit."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.address import normalise_address
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.pacing import NEVER, mailbox_opens_at, pair_opens_at
from opendoors_desktop.domain.read_times import ReadState
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Job, Result, Room, wakes_first
from opendoors_desktop.engine.faults import fault
from opendoors_desktop.engine.gatekeeper import Begun, begin, give_back
from opendoors_desktop.engine.letters import render_job, template_of_job
from opendoors_desktop.engine.machine import remember_counter, remembered_counter
from opendoors_desktop.engine.mailbox_standing import Trouble
from opendoors_desktop.engine.planner import Planner, sequence_limits
from opendoors_desktop.engine.post import Post
from opendoors_desktop.engine.recorder import Recorder
from opendoors_desktop.engine.singles import is_single_due
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.mail.frames import RenderJob, Transmission
from opendoors_desktop.store import leases, queue, singles
from opendoors_desktop.store.enrollments import STANDING_TOPICS, standing_version
from opendoors_desktop.store.gate import Refusal
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import Lane
from opendoors_desktop.store.unit import Unit

log = logging.getLogger(__name__)

AHEAD = 5
"""How many emails are claimed for each connection, so that rendering never keeps one waiting."""

DOUBTED: Final = "store_doubted"
"""The code of the fault that the store may be a copy; only a person ends it."""


class DeskWork:
    """Does the work of desks through a store and a post; `writing` opens the unit each turn is committed in.

    `may_send` is asked inside that unit before anything is claimed or begun. `state_of` says whether all that came
    into a mailbox is known, has it read where it isn't, and wakes the scheduler then.
    """

    def __init__(
        self,
        context: Context,
        post: Post,
        writing: Callable[..., AbstractContextManager[Unit]],
        may_send: Callable[[], bool] = lambda: True,
        state_of: Callable[[Mailbox], ReadState] = lambda _: ReadState.READ,
    ) -> None:
        self._context = context
        self._post = post
        self._writing = writing
        self._may_send = may_send
        self._state_of = state_of
        self._version = -1
        self._is_forgetful = False
        self._epoch = 0

    def raised(self, topics: frozenset[Topic]) -> None:
        """Take notice of counters that a commit of the scheduler's own has raised."""
        self._version += len(topics.intersection(STANDING_TOPICS))

    def _find_epoch(self, unit: Unit) -> int | None:
        """The present epoch, a new one if anybody else has changed enrollments since the last turn that asked.

        On SQLite alone: there this unit holds the file, so that nobody can change them before its commit either.
        """
        if unit.dialect is not Dialect.SQLITE:
            return None
        version = standing_version(unit)
        if version != self._version:
            self._version = version
            self._epoch += 1
        return self._epoch

    def run(self, desk: Desk, room: Room, now: datetime, *, begins: bool) -> None:
        """Record what was answered, begin what is built, claim what is due; one commit, nothing where there is nothing.

        `begins` is False while the scheduler stops. Raises StoreError when the commit fails: nothing of the desk is
        changed then but `is_torn`, and no email leaves.
        """
        results = list(desk.results)
        desk.looks_for_singles(result.id for result in results)
        may_send = begins and room.sends and desk.mailbox.can_send and not _is_held(desk, now)
        starting = self._startable(desk) if may_send else []
        room_for = self._room_for(desk, now) if may_send else 0
        if (starting or room_for) and not self._is_read(desk, room):
            starting, room_for = [], 0
        if not (results or starting or room_for or desk.failure):
            return
        desk.is_torn = True
        # Claims follow from the mailbox's own rows alone; what is begun or recorded moves counters that all share.
        with self._writing(beside=not (results or starting or desk.failure)) as unit:
            epoch = self._find_epoch(unit) if results or room_for else None
            turn = Turn(unit, self._context, room, desk, Ledger(self._context.new_id), now, epoch)
            trouble = _record(turn, results)
            desk.is_lost = bool(starting or room_for) and not leases.holds(unit, desk.lease)
            is_kept = bool(starting or room_for) and not (self._may_send() and self._is_known(desk))
            if trouble.held_until is not None or trouble.paused or desk.is_lost or is_kept:
                starting, room_for = [], 0
            begun = begin(turn, starting) if starting else Begun((), {})
            self._require_no_copy(begun)
            jobs = Planner(turn).run(room_for) if room_for else []
            turn.ledger.write(unit)
            if jobs:
                fault("claim.before_commit")
            if results:
                fault("record.before_commit")
        was_answered = bool(results) or desk.failure is not None
        desk.is_torn, desk.failure = Refusal.CAP_REACHED in begun.refused.values(), None
        self._committed(desk, results=[result.id for result in results], begun=begun, jobs=jobs)
        self._remember(begun)
        self._transmit(desk, begun.jobs)
        self._render(desk, room, jobs, now)
        if trouble.held_until is not None or trouble.paused:
            self.release_all(desk, room)
            self._post.close_mailbox(desk.mailbox.id)
        if desk.is_lost or desk.look_at is None or (desk.built and desk.idle) or (was_answered and not desk.living):
            # No event would lead back here: the lease is renewed or let go in the next turn, a message kept from an
            # earlier attempt isn't rendered again, and connections are asked for when answers are written down.
            self._post.wake.set()

    def _require_no_copy(self, begun: Begun) -> None:
        """Raise StoreError where this machine has seen more emails begun in the store than it counts: it is a copy.

        Two copies that run side by side are told apart here, before either sends what the other has.
        """
        if begun.count is None:
            return
        seen = remembered_counter(self._context.data_dir, begun.count.store_id)
        if seen is not None and seen > begun.count.number - len(begun.jobs):
            raise StoreError(
                "Another copy of this store has sent from this computer.",
                "Look at “opendoors sending status”, and say “opendoors sending on” if this is the one to send from.",
                where=self._context.store.location.name,
                code=DOUBTED,
            )

    def _remember(self, begun: Begun) -> None:
        """Keep outside the store how many emails it has begun; a folder that can't be written to stops no email."""
        if begun.count is None:
            return
        try:
            remember_counter(self._context.data_dir, begun.count.store_id, begun.count.number)
        except StoreError as error:
            if not self._is_forgetful:
                log.warning("an older copy of the store wouldn't be noticed: %s", error.title)
            self._is_forgetful = True

    def wants_connections(self, desk: Desk, room: Room, now: datetime) -> int:
        """How many connections are to be opened now: none while any is there, or nothing may leave.

        Nor while an answer waits to be written down, which may say that another login would make things worse.
        """
        mailbox = desk.mailbox
        if not room.sends or not mailbox.can_send:
            desk.look_at = NEVER
            return 0
        if mailbox.held_until is not None and mailbox.held_until > now:
            desk.look_at = mailbox.held_until
            return 0
        if desk.living or desk.is_opening or desk.results or desk.failure is not None:
            return 0
        if not ((desk.built or self._is_due(desk, now)) and self._is_read(desk, room)):
            return 0
        return 1 if mailbox.limits.gap else mailbox.connections

    def _is_read(self, desk: Desk, room: Room) -> bool:
        """Whether all that came into the mailbox is known; what was claimed is given back where it can't be."""
        is_known = self._is_known(desk)
        if desk.reading is ReadState.AWAY:
            self.release_all(desk, room)
        return is_known

    def _is_known(self, desk: Desk) -> bool:
        desk.reading = self._state_of(desk.mailbox)
        return desk.reading is ReadState.READ

    def release_all(self, desk: Desk, room: Room) -> None:
        """Give back every claim that wasn't begun: the mailbox can't be reached, or the scheduler stops."""
        jobs = [job for key, job in desk.claimed.items() if key not in desk.sending]
        if not jobs:
            return
        now = self._context.clock.now()
        with self._writing() as unit:
            turn = Turn(unit, self._context, room, desk, Ledger(self._context.new_id), now)
            for job in jobs:
                give_back(turn, job, None)
        desk.looks_for_singles(job.outgoing_id for job in jobs)
        for job in jobs:
            desk.drop(job.outgoing_id)

    def _is_due(self, desk: Desk, now: datetime) -> bool:
        """Whether somebody waits who may go now, as far as mailbox and sequences are concerned; else when to look."""
        if desk.look_at is not None and desk.look_at > now:
            return False
        if desk.single_at is None or desk.single_at <= now:
            with self._context.store.read() as unit:
                first = singles.first_due_at(unit, desk.mailbox.id)
            if is_single_due(desk, first, now):
                return True
        mailbox_opens = mailbox_opens_at(desk.mailbox.limits, desk.book, now).at
        later: list[datetime | None] = [desk.single_at]
        with self._context.store.read() as unit:
            for line in desk.lines.values():
                if line.next_at is None:
                    pair = line.pair
                    line.next_at = queue.first_wake(unit, pair.mailbox_id, pair.sequence_id, pair.lane)
                opens = now
                if line.pair.lane is not Lane.RETRY:
                    limits = sequence_limits(line.sequence)
                    opens = pair_opens_at(limits, desk.book, line.pair.lane is Lane.FIRST, now).at
                    opens = max(opens, mailbox_opens)
                if line.next_at is not None and line.next_at <= now >= opens:
                    line.next_at = None
                    return True
                if line.next_at is not None:
                    later.append(max(line.next_at, opens))
        desk.look_at = wakes_first(later) or NEVER
        return False

    @staticmethod
    def _startable(desk: Desk) -> list[Job]:
        """The built emails for which a connection is idle, those that were built first."""
        return list(islice(desk.built.values(), len(desk.idle)))

    @staticmethod
    def _room_for(desk: Desk, now: datetime) -> int:
        """How many may be claimed now: with a connection there, and only when a good part of them is used up."""
        if not desk.living or (desk.look_at is not None and desk.look_at > now):
            return 0
        ahead = AHEAD * desk.living
        return ahead - desk.waiting if desk.waiting <= ahead // 2 else 0

    @staticmethod
    def _committed(desk: Desk, *, results: Sequence[UUID], begun: Begun, jobs: Sequence[Job]) -> None:
        """Let the desk follow what is durable now."""
        del desk.results[: len(results)]
        for key in (*results, *begun.refused):
            desk.drop(key)
        for job in jobs:
            desk.claimed[job.outgoing_id] = job
            if job.message is not None:
                desk.built[job.outgoing_id] = job
        if results:
            fault("record.after_commit")
        if jobs:
            fault("claim.after_commit")

    def _transmit(self, desk: Desk, jobs: Sequence[Job]) -> None:
        if jobs:
            fault("begin.after_commit")
        sender = normalise_address(desk.mailbox.address)
        for number, job in enumerate(jobs):
            connection = desk.idle.popleft()
            del desk.built[job.outgoing_id]
            desk.sending.add(job.outgoing_id)
            assert job.message is not None  # only built emails are begun
            letter = Transmission(job.outgoing_id, sender, normalise_address(job.to_address), job.message)
            self._post.transmit(desk.mailbox.id, connection, letter)
            if number == 0:
                fault("transmit.after_first")
        if jobs:
            fault("transmit.after_all")

    def _render(self, desk: Desk, room: Room, jobs: Sequence[Job], now: datetime) -> None:
        orders: list[RenderJob] = []
        known: dict[object, str] = {}
        for job in jobs:
            if job.message is not None:
                continue
            text = job.outgoing_id if job.single is not None else (job.step_id, job.variant_id)
            template_id = known.get(text)
            if template_id is None:
                template = template_of_job(job, desk, room)
                self._post.define_template(template)
                template_id = known[text] = template.id
            desk.order(job, self._context.new_id())
            orders.append(render_job(job, template_id, desk, room, now))
        if orders:
            fault("render.before_jobs")
            self._post.render(orders)
            fault("render.after_jobs")


def _record(turn: Turn, results: Sequence[Result]) -> Trouble:
    recorder = Recorder(turn)
    recorder.record(results)
    if turn.desk.failure is not None:
        recorder.mailbox.connect_failed(turn.desk.failure)
    return recorder.mailbox.trouble


def _is_held(desk: Desk, now: datetime) -> bool:
    return desk.mailbox.held_until is not None and desk.mailbox.held_until > now
