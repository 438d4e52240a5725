"""Short ways to write sequences, people in them and what is known of them, for the tests of flow and decision."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from opendoors_desktop.domain.action import Decision, MakeTask, Send, Wait
from opendoors_desktop.domain.condition import Comparison, Condition, Group, Junction, Operator
from opendoors_desktop.domain.decision import advance, record_of
from opendoors_desktop.domain.enrollment import Enrollment, with_record
from opendoors_desktop.domain.facts import Facts
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import Sequence, SequenceStatus
from opendoors_desktop.domain.step import Branch, LinkedInAction, Step, StepRecord, StepResult, StepType

BERLIN = ZoneInfo("Europe/Berlin")
SEQUENCE = UUID(int=1)
MAILBOX = UUID(int=2)
OTHER_MAILBOX = UUID(int=3)
OWNER = UUID(int=4)
ENROLLMENT = UUID(int=5)
ALL_WEEK = SendWindow((True,) * 7)
OFFICE = SendWindow(start=time(9), end=time(17))
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def berlin(*parts: int) -> datetime:
    """An instant by the clocks of Berlin."""
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[arg-type,misc]


MONDAY = berlin(2026, 3, 2, 10)
"""Monday at ten."""


def step_id(name: str) -> UUID:
    """The id of the step that a test calls by this name."""
    return UUID(bytes=name.encode().rjust(16, b"\0"))


def name_of(step: Step | UUID | None) -> str:
    """The name a test calls a step by; "" for none."""
    if step is None:
        return ""
    key = step.id if isinstance(step, Step) else step
    return key.bytes.lstrip(b"\0").decode(errors="replace")


@dataclass
class Node:
    """A step being written, with what stands in its lanes."""

    step: Step
    lanes: dict[Branch, tuple["Node", ...]] = field(default_factory=dict)


def node(name: str, kind: StepType, **settings: Any) -> Node:
    return Node(Step(step_id(name), SEQUENCE, 0, kind, **settings))


def email(name: str, **settings: Any) -> Node:
    texts = {"subject_template": f"Subject {name}", "body_template": f"Text {name}"}
    return node(name, StepType.EMAIL, **texts | settings)


def task(name: str, **settings: Any) -> Node:
    return node(name, StepType.TASK, **{"task_title": f"Task {name}"} | settings)


def call(name: str, **settings: Any) -> Node:
    return node(name, StepType.CALL, **settings)


def linkedin(name: str, **settings: Any) -> Node:
    return node(name, StepType.LINKEDIN, **{"linkedin_action": LinkedInAction.CONNECT} | settings)


def wait(name: str, **settings: Any) -> Node:
    return node(name, StepType.DELAY, **{"delay": Delay(days=1)} | settings)


def fork(name: str, yes: tuple[Node, ...] = (), no: tuple[Node, ...] = (), **settings: Any) -> Node:
    made = node(name, StepType.CONDITIONAL, **{"conditions": all_of(is_true("email_replied"))} | settings)
    made.lanes = {Branch.YES: yes, Branch.NO: no}
    return made


def all_of(*members: Comparison | Group) -> Condition:
    return Group(Junction.AND, members)


def any_of(*members: Comparison | Group) -> Condition:
    return Group(Junction.OR, members)


def is_true(name: str, step: str | None = None) -> Comparison:
    return Comparison(name, Operator.EQUALS, True, None if step is None else step_id(step))


def is_false(name: str, step: str | None = None) -> Comparison:
    return Comparison(name, Operator.EQUALS, False, None if step is None else step_id(step))


NEVER = all_of(Comparison("contact.city", Operator.EQUALS, "Nowhere"))


def flow(*nodes: Node, retired: tuple[Step, ...] = ()) -> Flow:
    """The flow of these steps, numbered depth-first."""
    return Flow((*renumber(_steps(nodes, None, None)), *retired))


def _steps(nodes: tuple[Node, ...], parent: UUID | None, branch: Branch | None) -> Iterator[Step]:
    for order, each in enumerate(nodes):
        yield replace(each.step, order=order, parent_id=parent, branch=branch)
        for lane, inside in each.lanes.items():
            yield from _steps(inside, each.step.id, lane)


def sequence(*nodes: Node, steps: Flow | None = None, **settings: Any) -> Sequence:
    """An active sequence that sends from one mailbox, any day and hour, in Berlin."""
    basis: dict[str, Any] = {
        "status": SequenceStatus.ACTIVE,
        "zone": "Europe/Berlin",
        "window": ALL_WEEK,
        "default_mailbox_id": MAILBOX,
    }
    return Sequence(SEQUENCE, UUID(int=9), "Spring fair", OWNER, steps or flow(*nodes), **basis | settings)


def enrolled(*records: StepRecord, at: datetime = MONDAY, **settings: Any) -> Enrollment:
    """An enrollment that has been through these steps."""
    done = [record.at for record in records if record.result is not StepResult.MADE]
    basis: dict[str, Any] = {
        "zone": "Europe/Berlin",
        "mailbox_id": MAILBOX,
        "records": records,
        "last_step_completed_at": max(done, default=None),
    }
    return Enrollment(ENROLLMENT, SEQUENCE, UUID(int=8), at, **basis | settings)


def record(name: str, result: StepResult = StepResult.SENT, at: datetime = MONDAY) -> StepRecord:
    return StepRecord(step_id(name), result, at)


def facts(**known: Any) -> Facts:
    """What is known of a contact with an address and a first name."""
    return Facts(**{"fields": {"email": "ana@example.com", "first_name": "Ana"}} | known)


@dataclass
class Play:
    """What came of letting a sequence run on a clock that jumps to the next look."""

    enrollment: Enrollment
    last: Decision
    acts: list[tuple[str, datetime]] = field(default_factory=list)
    rounds: int = 0

    @property
    def names(self) -> str:
        """The steps carried out or passed, in order, by name."""
        return " ".join(name_of(record.step_id) for record in self.enrollment.records)


def play(
    plan: Sequence, enrollment: Enrollment, known: Facts | None = None, now: datetime = MONDAY, rounds: int = 500
) -> Play:
    """Send what is due, do every task at once, wait as long as asked, until it ends, is held or waits for a person."""
    known = facts() if known is None else known
    played = Play(enrollment, Wait(None, None, None, None))  # type: ignore[arg-type]  # replaced in the first round
    for _ in range(rounds):
        came = advance(plan, played.enrollment, known, now)
        played.enrollment, played.last = came.enrollment, came.decision
        played.rounds += 1
        if isinstance(came.decision, Send):
            played.acts.append((name_of(came.decision.step), now))
            done = StepRecord(came.decision.step.id, StepResult.SENT, now)
        elif isinstance(came.decision, MakeTask):
            played.acts.append((name_of(came.decision.step), now))
            done = record_of(came.decision)._replace(result=StepResult.DONE)
        elif isinstance(came.decision, Wait) and came.decision.look_at is not None:
            now = came.decision.look_at
            continue
        else:
            return played
        played.enrollment = with_record(played.enrollment, done)
    raise AssertionError(f"no end after {rounds} rounds")


def nodes(max_depth: int = 3) -> st.SearchStrategy[tuple[Node, ...]]:
    """Any list of steps with lanes, each step under a name of its own, conditions asking for anything known."""
    shapes = st.recursive(
        st.sampled_from(["email", "task", "call", "linkedin", "wait", "quick"]),
        lambda inner: st.tuples(st.lists(inner, max_size=3), st.lists(inner, max_size=3)),
        max_leaves=8,
    )
    return st.tuples(st.lists(shapes, min_size=1, max_size=5), st.randoms(use_true_random=False)).map(_named)


_MAKERS = {
    "email": email,
    "task": task,
    "call": call,
    "linkedin": linkedin,
    "wait": wait,
    "quick": lambda name, **settings: task(name, waits_for_task=False, **settings),
}


def _named(drawn: tuple[list[Any], Any]) -> tuple[Node, ...]:
    shapes, chance = drawn
    counter = iter(range(1, 1000))

    def condition() -> Condition:
        members = [is_true("email_opened"), is_false("email_opened"), is_true("task_completed"), is_false("email_sent")]
        return any_of(*chance.sample(members, 2))

    def made(shape: Any) -> Node:
        name = f"s{next(counter)}"
        settings: dict[str, Any] = {"delay": Delay(hours=chance.choice([0, 0, 1, 30]))}
        if isinstance(shape, str):
            if chance.random() < 0.2:
                settings["conditions"] = condition()
            settings["is_enabled"] = chance.random() > 0.1
            return _MAKERS[shape](name, **settings)
        settings |= {key: chance.random() < 0.2 for key in ("finish_yes", "finish_no", "wait_until_true")}
        return fork(name, tuple(map(made, shape[0])), tuple(map(made, shape[1])), conditions=condition(), **settings)

    return tuple(map(made, shapes))
