"""Chance plays weeks of a sender's life: mornings, pauses, edits, deaths, refusals; nothing leaves twice or is lost."""

import asyncio
import contextlib
import logging
import shutil
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.commands.by_hand import send_task_email
from opendoors_desktop.engine.commands.contacts import update_contact
from opendoors_desktop.engine.commands.enrollments import (
    enroll,
    pause_enrollment,
    release_hold,
    remove_enrollment,
    resume_enrollment,
)
from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequence_states import activate_sequence, pause_sequence
from opendoors_desktop.engine.commands.suppressions import lift, suppress
from opendoors_desktop.engine.commands.tasks import complete_task, skip_task
from opendoors_desktop.engine.faults import SEND_POINTS
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.mail.frames import Transmission
from opendoors_desktop.store import mailboxes, sequences, workspaces
from opendoors_desktop.store.migrate import open_store
from opendoors_desktop.store.types import as_instant, as_uuid
from tests.builders import (
    UTC_ZONE,
    Killed,
    LatePost,
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    die,
    email,
    expire_leases,
    journal,
    open_context,
    run_now,
    scheduler_of,
    task,
    until,
)
from tests.oracle import Capture, limits_held, nothing_false, nothing_twice, problems_of

ANSWERS: dict[str, Any] = {
    "accepted": None,
    "greylisted": ("rcpt", 450, "4.2.0", "Greylisted, try again later"),
    "unknown": ("rcpt", 550, "5.1.1", "No such user here"),
    "full": ("rcpt", 452, "4.2.2", "Mailbox full"),
    "session": ("mail", 451, "", "Mails per session limit exceeded"),
    "spam": ("dot", 554, "5.7.1", "This looks like spam"),
    "closing": ("mail", 421, "4.3.2", "Service not available, closing channel"),
    "refused": ("rcpt", 550, "5.7.12", "Recipient refuses your mail"),
    "lost early": "mail",
    "lost late": "dot",
}
OWN_POINTS = [point for point in SEND_POINTS if not point.startswith(("smtp.", "render.before_job"))] + [
    "render.before_jobs"
]
BETWEEN = [point for point in OWN_POINTS if "before_commit" not in point]
"""Points at which no write is open, so that a person may act there."""

answers = st.lists(st.sampled_from([*ANSWERS, *["accepted"] * 8]), max_size=6)
people = st.integers(0, 7)
hours = st.floats(0.1, 30)
either = st.integers(0, 1)
acts = st.one_of(
    *(st.tuples(st.just(name), people) for name in ("pause", "resume", "pause_and_resume", "remove", "release_hold")),
    *(st.tuples(st.just(name), people) for name in ("suppress", "lift", "give_new_address")),
    *(st.tuples(st.just(name), either) for name in ("pause_sequence", "resume_sequence", "stop_all", "repair_mailbox")),
    *(st.tuples(st.just(name), either) for name in ("settle", "end_task", "send_by_hand")),
    st.tuples(st.just("enroll"), people, either),
    st.tuples(st.just("switch_step"), st.integers(0, 4)),
)
"""What a person may do: the name of a method of Life and its arguments."""


class Life(RuleBasedStateMachine):
    """A workspace with one mailbox, two sequences and eight contacts."""

    template: ClassVar[Path]
    """The file of a fresh store."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="life-"))
        shutil.copyfile(Life.template, self.folder / "store.db")
        self.store = open_store(str(self.folder / "store.db"))
        self.context = open_context(self.store, self.folder)
        self.runner = asyncio.Runner()
        self.captures: list[Capture] = []
        self.chosen: frozenset[str] = frozenset()
        self.answers: deque[str] = deque()
        self.at_point: dict[str, tuple[int, Callable[[], None]]] = {}
        self.is_clean = True
        self._patch = pytest.MonkeyPatch()
        for module in ("desk_work", "gatekeeper"):
            self._patch.setattr(f"opendoors_desktop.engine.{module}.fault", self._fault)

    def teardown(self) -> None:
        self._patch.undo()
        self.runner.close()
        self.store.close()
        shutil.rmtree(self.folder)

    @property
    def clock(self) -> VirtualClock:
        assert isinstance(self.context.clock, VirtualClock)
        return self.context.clock

    @initialize(gap=st.sampled_from([0, 60]))
    def begin(self, gap: int) -> None:
        self.mailbox = add_mailbox(self.context, daily_cap=5, hourly_cap=4, gap=timedelta(seconds=gap), connections=2)
        parts = [email(), email(2, None), task(1, waits_for_task=False), email(1, None), task(), email(3, "Again")]
        other = [email(), email(1, None, is_manual=True), email(2, None)]
        more = {"allows_parallel": True, "allows_new_round": True}
        self.sequences = [
            add_sequence(self.context, self.mailbox, parts, name="One", max_emails_per_day=4, **more),
            add_sequence(self.context, self.mailbox, other, name="Two", max_new_per_day=2, **more),
        ]
        self.contacts = add_contacts(self.context, 8)
        enroll(self.context, self.sequences[0], self.contacts[:6])
        enroll(self.context, self.sequences[1], self.contacts[4:])

    # What the scheduler lives through

    @rule(length=hours, answers=answers)
    def morning(self, length: float, answers: list[str]) -> None:
        self._run(length, answers)

    @rule(length=hours, answers=answers, point=st.sampled_from(OWN_POINTS), hit=st.integers(0, 3))
    def morning_with_a_death(self, length: float, answers: list[str], point: str, hit: int) -> None:
        self.at_point[point] = (hit, die)
        self._run(length, answers)

    @rule(length=hours, answers=answers, point=st.sampled_from(BETWEEN), hit=st.integers(0, 3), act=acts)
    def morning_with_a_person(
        self, length: float, answers: list[str], point: str, hit: int, act: tuple[Any, ...]
    ) -> None:
        self.at_point[point] = (hit, lambda: self._act(act))
        self._run(length, answers)

    @rule(answers=answers, act=st.none() | acts)
    def morning_beside_one_that_slept(self, answers: list[str], act: tuple[Any, ...] | None) -> None:
        """A scheduler sleeps with emails on the wire until another has taken over; then their answers come."""
        self.answers.extend(answers)
        self.is_clean = True
        try:
            self.runner.run(asyncio.wait_for(self._take_over_from_sleeper(act), 100))
        finally:
            self.answers.clear()
            self.clock._appointments.clear()

    @rule(days=st.integers(1, 5))
    def nobody_is_there(self, days: int) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(days=days))

    # What a person does

    @rule(act=acts)
    def a_person_acts(self, act: tuple[Any, ...]) -> None:
        self._act(act)

    def _act(self, act: tuple[Any, ...]) -> None:
        getattr(self, act[0])(*act[1:])

    def pause(self, one: int) -> None:
        self._try(pause_enrollment, self._enrollment(one))

    def resume(self, one: int) -> None:
        self._try(resume_enrollment, self._enrollment(one))

    def pause_and_resume(self, one: int) -> None:
        self._try(pause_enrollment, self._enrollment(one))
        self._try(resume_enrollment, self._enrollment(one))

    def remove(self, one: int) -> None:
        self._try(remove_enrollment, self._enrollment(one))

    def release_hold(self, one: int) -> None:
        self._try(release_hold, self._enrollment(one))

    def settle(self, one: int) -> None:
        uncertain = next((row for row in journal(self.context) if row.state == "uncertain"), None)
        if uncertain is not None:
            with contextlib.suppress(NotPossible):
                resolve(self.context, uncertain.id, [ResolveAs.SENT, ResolveAs.RESEND][one])
                self.chosen |= {uncertain.message_id}

    def end_task(self, one: int) -> None:
        self._try([complete_task, skip_task][one], self._open_task("task"))

    def send_by_hand(self, _: int) -> None:
        self._try(send_task_email, self._open_task("email"))

    def _open_task(self, kind: str) -> UUID | None:
        with self.store.read() as unit:
            row = unit.row(
                "SELECT id FROM tasks WHERE state = 'open' AND kind = :kind ORDER BY id LIMIT 1", {"kind": kind}
            )
        return None if row is None else as_uuid(row[0])

    def enroll(self, one: int, sequence: int) -> None:
        enroll(self.context, self.sequences[sequence], [self.contacts[one]])

    def suppress(self, one: int) -> None:
        suppress(self.context, self._address(one), SuppressionReason.UNSUBSCRIBED)

    def lift(self, one: int) -> None:
        lift(self.context, self._address(one))

    def give_new_address(self, one: int) -> None:
        address = f"new{len(self.captures)}-{one}-{int(self.clock.now().timestamp())}@example.net"
        self._try(update_contact, self.contacts[one], {"email": address})

    def pause_sequence(self, one: int) -> None:
        self._try(pause_sequence, self.sequences[one])

    def resume_sequence(self, one: int) -> None:
        self._try(activate_sequence, self.sequences[one])

    def switch_step(self, number: int) -> None:
        with self.store.read() as unit:
            sequence = sequences.get_sequence(
                unit, self.context.scope.workspace_id, self.sequences[0], lambda *_: frozenset()
            )
        steps = list(sequence.flow.ordered)
        if number < len(steps):
            steps[number] = replace(steps[number], is_enabled=not steps[number].is_enabled)
        self._try(edit_steps, self.sequences[0], steps)

    def repair_mailbox(self, _: int) -> None:
        with self.store.write() as unit:
            mailboxes.set_state(unit, self.mailbox.id, MailboxStatus.ACTIVE, self.clock.now(), reason=None)
            unit.changed(Topic.MAILBOXES)

    def stop_all(self, stops: int) -> None:
        at = self.clock.now() if stops else None
        with self.store.write() as unit:
            workspaces.set_stop(unit, self.context.scope.workspace_id, at, self.context.scope.user_id)
            unit.changed(Topic.WORKSPACE)

    # What must hold

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "mailbox"):
            return
        if self.is_clean:
            problems = problems_of(self.store, self.captures, self.context.scope.workspace_id, self.chosen)
        else:
            with self.store.read() as unit:
                problems = nothing_twice(unit, self.captures, self.chosen)
                problems += [each for each in nothing_false(unit, self.captures, self.chosen) if "marked" in each]
        last_tries = {capture.message_id: capture for capture in self.captures}.values()
        problems += limits_held(
            self._automatic(last_tries), replace(self.mailbox.limits, daily_cap=None, hourly_cap=None)
        )
        problems += limits_held(last_tries, replace(self.mailbox.limits, daily_cap=None, gap=timedelta()))
        assert not problems, problems
        self._caps_hold()
        self._one_a_day()

    def _automatic(self, captures: Iterable[Capture]) -> list[Capture]:
        """Without those that a rep sent by hand, which wait for no gap."""
        with self.store.read() as unit:
            by_hand = {row[0] for row in unit.rows("SELECT message_id FROM outgoing_emails WHERE draft IS NOT NULL")}
        return [capture for capture in captures if capture.message_id not in by_hand]

    def _caps_hold(self) -> None:
        with self.store.read() as unit:
            rows = unit.rows(
                "SELECT sequence_id, is_first, first_attempted_at FROM outgoing_emails"
                " WHERE first_attempted_at IS NOT NULL AND state IN ('sending', 'sent', 'uncertain', 'deferred')"
            )
        found = [(as_uuid(row[0]), bool(row[1]), local_day(UTC_ZONE, as_instant(row[2]))) for row in rows]
        one, two = self.sequences
        assert max(Counter(day for _, _, day in found).values(), default=0) <= 5
        assert max(Counter(day for key, _, day in found if key == one).values(), default=0) <= 4
        assert max(Counter(day for key, first, day in found if key == two and first).values(), default=0) <= 2

    def _one_a_day(self) -> None:
        with self.store.read() as unit:
            rows = unit.rows(
                "SELECT message_id, contact_id, draft IS NOT NULL FROM outgoing_emails WHERE contact_id IS NOT NULL"
            )
        contacts = {row[0]: as_uuid(row[1]) for row in rows}
        by_hand = {row[0] for row in rows if row[2]}
        days: dict[tuple[UUID, Any], int] = defaultdict(int)
        for capture in self.captures:
            if capture.message_id in contacts and capture.message_id not in self.chosen | by_hand:
                days[contacts[capture.message_id], local_day(UTC_ZONE, capture.at)] += 1
        assert [key for key, count in days.items() if count > 1] == []

    # How it is done

    def _run(self, length: float, answers: list[str]) -> None:
        self.answers.extend(answers)
        post = TimedPost(self.clock, self._answer)
        post.captures = self.captures
        scheduler = scheduler_of(self.context, post, RunMode.FOREVER)
        self.clock.at(self.clock.now() + timedelta(hours=length), scheduler.stop)
        self.is_clean = True
        try:
            self.runner.run(asyncio.wait_for(self._until_killed(scheduler), 100))
        finally:
            self.at_point.clear()
            self.answers.clear()
            self.clock._appointments.clear()

    async def _take_over_from_sleeper(self, act: tuple[Any, ...] | None) -> None:
        late, quick = LatePost(self.clock, self._answer), TimedPost(self.clock, self._answer)
        late.captures = quick.captures = self.captures
        sleeper = scheduler_of(self.context, late, RunMode.ONCE)
        sleeping = asyncio.ensure_future(sleeper.run())
        await until(lambda: late.late or sleeping.done())
        expire_leases(self.store)
        await run_now(self.context, quick)
        if act is not None:
            self._act(act)
        late.release()
        sleeper.stop()
        await sleeping

    async def _until_killed(self, scheduler: Any) -> None:
        end = scheduler._end

        async def last_words() -> None:
            if self.is_clean:
                await end()

        scheduler._end = last_words
        with contextlib.suppress(Killed):
            await scheduler.run()
        if not self.is_clean:
            expire_leases(self.store)

    def _fault(self, point: str) -> None:
        hits, act = self.at_point.get(point, (0, None))
        if act is None:
            return
        if hits:
            self.at_point[point] = (hits - 1, act)
            return
        del self.at_point[point]
        try:
            act()
        except Killed:
            self.is_clean = False
            raise

    def _answer(self, _: Transmission) -> Any:
        return ANSWERS[self.answers.popleft() if self.answers else "accepted"]

    def _try(self, command: Callable[..., object], key: UUID | None, *more: object) -> None:
        if key is not None:
            with contextlib.suppress(NotPossible, NotFound):
                command(self.context, key, *more)

    def _enrollment(self, one: int) -> UUID | None:
        with self.store.read() as unit:
            rows = unit.rows("SELECT id FROM sequence_enrollments ORDER BY id")
        return as_uuid(rows[one % len(rows)][0]) if rows else None

    def _address(self, one: int) -> str:
        with self.store.read() as unit:
            row = unit.row("SELECT email FROM contacts WHERE id = :id", {"id": self.contacts[one]})
        assert row is not None
        return str(row[0])


@pytest.mark.parametrize("weeks", [25, pytest.param(400, marks=[pytest.mark.chaos, pytest.mark.timeout(3600)])])
def test_a_life_of_chances_sends_nothing_twice_and_loses_nothing(
    weeks: int, fresh_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "opendoors_desktop")
    Life.template = fresh_file
    run_state_machine_as_test(Life, settings=settings(max_examples=weeks, stateful_step_count=25))
