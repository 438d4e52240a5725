"""What the rep of the tour does by hand: tasks and calls, and a few things that sending has to heed from then on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from itertools import accumulate
from typing import Final

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.task import TaskKind
from opendoors_desktop.engine.commands.contacts import update_contact
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, resume_enrollment
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.suppressions import suppress
from opendoors_desktop.engine.commands.tasks import complete_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.demo.evidence import Edit, Silence
from opendoors_desktop.engine.demo.stage import MONDAY, OUTREACH, REP_ZONE, WEEKS, Stage
from opendoors_desktop.store.queries.enrollments import EnrollmentRow, page_enrollments
from opendoors_desktop.store.tasks import Task, page_open_tasks

AT_THE_DESK: Final = (time(10), time(15, 30))
WORKING_DAYS: Final = 5
CALLS_END: Final = {
    "voicemail": 40,
    "no_answer": 15,
    "meeting_booked": 15,
    "not_interested": 15,
    "wrong_number": 15,
}
"""How calls end, each with its share of a hundred."""

NAMELESS: Final = 2
"""The place in the file of the contact whose first name isn't known at first."""

EDITED_STEP: Final = 7
ADDED: Final = "Any other day will do as well."

When = Callable[[datetime, Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the rep did beside tasks, told in a sentence."""

    at: datetime
    sentence: str


class Rep:
    """Keeps the rep's appointments; `deeds`, `silences` and `edits` are what came of them, `done` the tasks by day."""

    def __init__(self, context: Context, stage: Stage, name: str) -> None:
        """`name` is the first name that the nameless contact really has."""
        self._context = context
        self._stage = stage
        self._name = name
        self._paused: tuple[EnrollmentRow, datetime] | None = None
        self.deeds: list[Deed] = []
        self.silences: list[Silence] = []
        self.edits: list[Edit] = []
        self.done: Counter[datetime] = Counter()

    def make_appointments(self, at: When) -> None:
        """Enter everything the rep will do into the clock."""
        for week in range(WEEKS):
            for day in range(WORKING_DAYS):
                for hour in AT_THE_DESK:
                    at(moment(7 * week + day, hour), self._work)
        at(moment(1, time(11)), self._pause)
        at(moment(2, time(14)), self._silence)
        at(moment(3, time(12)), self._name_the_nameless)
        at(moment(7, time(9, 30)), self._edit)
        at(moment(7, time(11)), self._resume)

    def _work(self) -> None:
        """Finish every task and call that is due by now."""
        now = self._context.clock.now()
        with self._context.store.read() as unit:
            due = page_open_tasks(unit, self._context.scope.workspace_id, now + timedelta(microseconds=1))
        for task in due:
            is_call = task.kind == TaskKind.CALL
            complete_task(self._context, task.id, call_ends(task, now) if is_call else None, notes="Done on the tour.")
        self.done[now] += len(due)

    def _pause(self) -> None:
        row = self._somebody()
        pause_enrollment(self._context, row.id)
        self._paused = row, self._context.clock.now()
        self._tell(f"pauses {row.contact_email}")

    def _resume(self) -> None:
        assert self._paused is not None  # a week earlier
        row, since = self._paused
        resume_enrollment(self._context, row.id)
        address = str(row.contact_email).lower()
        self.silences.append(Silence(address, since, self._context.clock.now(), row.sequence))
        self._tell(f"lets {row.contact_email} go on")

    def _silence(self) -> None:
        address = str(self._somebody().contact_email).lower()
        suppress(self._context, address)
        self.silences.append(Silence(address, self._context.clock.now()))
        self._tell(f"puts {address} on do-not-contact")

    def _name_the_nameless(self) -> None:
        contact = self._stage.contacts[NAMELESS]
        update_contact(self._context, contact.id, {"first_name": self._name})
        self._tell(f"finds out the first name of {contact.email}")

    def _edit(self) -> None:
        sequence_id = self._stage.sequences[OUTREACH]
        record = show_sequence(self._context, sequence_id)
        steps = [
            replace(step, body_template=f"{step.body_template}\n{ADDED}\n") if step.order == EDITED_STEP else step
            for step in record.flow.ordered
        ]
        edit_steps(self._context, sequence_id, steps, expected=record.version, summary="A softer end")
        self.edits.append(Edit(record.settings.name, EDITED_STEP, self._context.clock.now(), ADDED))
        self._tell(f"adds a sentence to step {EDITED_STEP} of {record.settings.name}")

    def _somebody(self) -> EnrollmentRow:
        """An active contact who was written to, and whom nothing was done to yet."""
        scope = self._context.scope
        with self._context.store.read() as unit:
            rows = page_enrollments(
                unit,
                (scope.customer_id, scope.workspace_id),
                sequence_id=self._stage.sequences[OUTREACH],
                statuses=[EnrollmentStatus.ACTIVE],
            )
        return next(row for row in rows if row.emails_sent and row.hold_reason is None)

    def _tell(self, sentence: str) -> None:
        self.deeds.append(Deed(self._context.clock.now(), sentence))


def forget_name(context: Context, contact: Contact) -> None:
    """Take away the first name of a contact, as if nobody had known it."""
    update_contact(context, contact.id, {"first_name": ""})


def moment(day: int, at: time) -> datetime:
    """A time of the rep's day, counted from the first Monday, in UTC."""
    return datetime.combine(MONDAY + timedelta(days=day), at, REP_ZONE).astimezone(UTC)


def call_ends(task: Task, now: datetime) -> str:
    """How a call ends; another try of the same one may end otherwise."""
    digest = blake2b(f"{task.contact_id} {now.isoformat()}".encode(), digest_size=4).digest()
    drawn = int.from_bytes(digest, "big") % 100
    return next(name for name, edge in zip(CALLS_END, accumulate(CALLS_END.values()), strict=True) if drawn < edge)
