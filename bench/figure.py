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

    @property
    def holds(self) -> bool:
        """True when the ratio keeps its goal."""
        return self.ratio <= self.goal if self.less_is_better else self.ratio >= self.goal

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
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
