"""A step as somebody is writing it, beside the one it began as: kept apart until it is saved or dropped."""

from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.flow_merge import changed_fields, conflicting_fields, merge_step
from opendoors_desktop.domain.step import Step


@dataclass(frozen=True, slots=True)
class StepDraft:
    """What a person has made of a step: `base` is what they were shown, `mine` what they want."""

    base: Step
    mine: Step

    @property
    def step_id(self) -> UUID:
        """The step that is written."""
        return self.base.id

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(changed_fields(self.base, self.mine))

    def conflicts(self, now: Step) -> tuple[str, ...]:
        """What somebody else changed as well, in the step as it now is."""
        return conflicting_fields(self.base, self.mine, now)

    def rebased(self, now: Step) -> "StepDraft":
        """The draft on top of the step as it now is; what both changed stays in conflict until a person decides."""
        open_ones = {name: getattr(self.base, name) for name in self.conflicts(now)}
        wanted = {name: getattr(self.mine, name) for name in open_ones}
        settled = merge_step(self.base, replace(self.mine, **open_ones), now)
        return StepDraft(replace(now, **open_ones), replace(settled, **wanted))

    def with_mine(self, now: Step) -> "StepDraft":
        """The draft as the person wants it, whatever others changed in the same fields."""
        wanted = {name: getattr(self.mine, name) for name in changed_fields(self.base, self.mine)}
        return StepDraft(now, replace(now, **wanted))
