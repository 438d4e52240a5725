"""One measured figure, formed from rounds in which ours and the anchor took turns."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What one benchmark found.

    `ours` and `anchor` are medians in `unit`; `ratio` is the median of the rounds' ratios ours / anchor. The goal is a
    bound of the ratio: at least `goal` where more is better, at most `goal` where `less_is_better`.
    """

    name: str
    ours: float
    anchor: float
    unit: str
    ratio: float
    goal: float
    less_is_better: bool = False
    not_measured: str = ""
    """Why it couldn't be measured here; such a figure keeps no goal."""

    @property
    def holds(self) -> bool:
        """True when the ratio keeps its goal."""
        if self.not_measured:
            return False
        return self.ratio <= self.goal if self.less_is_better else self.ratio >= self.goal

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints; what couldn't be measured has no numbers, and says why."""
        if self.not_measured:
            return {"name": self.name, "not_measured": self.not_measured, "goal": self.goal, "holds": False}
        return {
            "name": self.name,
            "ours": round(self.ours, 4),
            "anchor": round(self.anchor, 4),
            "unit": self.unit,
            "ratio": round(self.ratio, 4),
            "goal": self.goal,
            "holds": self.holds,
        }


def figure(
    name: str, rounds: Sequence[tuple[float, float]], *, unit: str, goal: float, less_is_better: bool = False
) -> Figure:
    """The figure of some rounds, each (ours, anchor) in `unit`; at least one, no anchor at zero."""
    return Figure(
        name=name,
        ours=statistics.median(ours for ours, _ in rounds),
        anchor=statistics.median(anchor for _, anchor in rounds),
        unit=unit,
        ratio=statistics.median(ours / anchor for ours, anchor in rounds),
        goal=goal,
        less_is_better=less_is_better,
    )


def not_measured(name: str, why: str, *, unit: str, goal: float, less_is_better: bool = False) -> Figure:
    """The figure of what can't be measured on this machine."""
    nothing = float("nan")
    return Figure(name, nothing, nothing, unit, nothing, goal, less_is_better, why)
