"""The steps of a sequence as cards on its day line: each with its place, its four figures and who waits at it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.day_line import days_of_steps
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.store.followed_templates import followed_in, with_texts
from opendoors_desktop.store.queries.step_figures import StepFigures, count_at_steps, read_step_figures
from opendoors_desktop.store.step_rows import COLUMNS, as_step
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a card: a stable word, the count, and what it is a share of (None: it stands for itself).

    `is_measured` is False for opens or clicks that the sequence doesn't track, and never did.
    """

    name: str
    count: int
    base: int | None = None
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class StepCard:
    """A live step in its place: its number depth-first from 1, its day from 1, and how many lanes it stands in.

    `name` is the one a person gave it, else empty. `shown` are the four figures of its type in their order; `waiting`
    counts the active contacts whose next step it is. `is_running` is False where it, or a step around it, is off.
    """

    step: Step
    name: str
    number: int
    day: int
    depth: int
    is_running: bool
    figures: StepFigures
    shown: tuple[Figure, ...]
    waiting: int


_STEPS: Final = f"""
SELECT {", ".join(COLUMNS)}, name FROM sequence_steps
WHERE sequence_id = :sequence_id AND workspace_id = :workspace_id ORDER BY step_order, id
"""
_TRACKED: Final = """
SELECT tracks_opens, tracks_clicks FROM sequences WHERE id = :sequence_id AND workspace_id = :workspace_id
"""


def list_step_cards(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> list[StepCard]:
    """The live steps of a sequence depth-first, the *yes* lane before *no*; none for a sequence that isn't there.

    A step that follows a template has its texts.

    Costs what `read_step_figures` and `count_at_steps` cost.
    """
    rows = unit.rows(_STEPS, {"workspace_id": workspace_id, "sequence_id": sequence_id})
    flow = with_texts(Flow(tuple(as_step(row) for row in rows)), followed_in(unit, sequence_id))
    tracked = unit.row(_TRACKED, {"workspace_id": workspace_id, "sequence_id": sequence_id})
    opens, clicks = (True, True) if tracked is None else (bool(tracked[0]), bool(tracked[1]))
    names = {as_uuid(row[0]): row[len(COLUMNS)] or "" for row in rows}
    days = days_of_steps(flow)
    figures = read_step_figures(unit, workspace_id, sequence_id)
    waiting = count_at_steps(unit, workspace_id, sequence_id)
    return [
        StepCard(
            step=step,
            name=names[step.id],
            number=number,
            day=days[step.id],
            depth=len(flow.ancestors(step.id)),
            is_running=flow.is_running(step.id),
            figures=figures[step.id],
            shown=shown_figures(step, figures[step.id], waiting.get(step.id, 0), opens=opens, clicks=clicks),
            waiting=waiting.get(step.id, 0),
        )
        for number, step in enumerate(flow.ordered, 1)
    ]


def shown_figures(step: Step, figures: StepFigures, waiting: int, *, opens: bool, clicks: bool) -> tuple[Figure, ...]:
    """The figures on the card of a step: of emails as a share of those delivered, of tasks as one of those due.

    `opens` and `clicks` say whether the sequence tracks them.
    """
    emails = figures.emails
    if step.type is StepType.CONDITIONAL:
        taken = figures.executed
        return (
            Figure("checked", taken),
            Figure("yes", figures.succeeded, taken),
            Figure("no", taken - figures.succeeded, taken),
            Figure("waiting", waiting),
        )
    if step.type is StepType.DELAY:
        return (Figure("over", figures.executed), Figure("waiting", waiting))
    replied = Figure("replied", emails.replied, emails.delivered or figures.due)
    if step.type is StepType.EMAIL:
        return (
            Figure("sent", emails.sent),
            Figure("opened", emails.opened, emails.delivered, is_measured=opens or emails.opened > 0),
            Figure("clicked", emails.clicked, emails.delivered, is_measured=clicks or emails.clicked > 0),
            replied,
        )
    done = Figure("done", figures.done, figures.due)
    third = Figure("skipped", figures.skipped, figures.due)
    if step.type is StepType.CALL:
        third = Figure("reached", figures.reached, figures.done)
    return (Figure("due", figures.due), done, third, replied)
