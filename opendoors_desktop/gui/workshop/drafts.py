"""The steps that are being written and not saved yet: in memory as they are typed, on the disk soon after."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.domain.step_draft import StepDraft
from opendoors_desktop.gui.jobs import Jobs


class Drafts(QObject):
    """`changed` says that a step has something unsaved now, or nothing any more."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._drafts: dict[UUID, StepDraft] = {}
        self._known: set[UUID] = set()

    def begin(self, sequence_id: UUID, on_disk: Mapping[UUID, StepDraft]) -> None:
        """Take up what was left on the disk of a sequence, when it is shown first."""
        if sequence_id not in self._known:
            self._known.add(sequence_id)
            self._drafts = {**on_disk, **self._drafts}
            self.changed.emit()

    def of(self, step_id: UUID) -> StepDraft | None:
        """What is being written of a step."""
        return self._drafts.get(step_id)

    @property
    def steps(self) -> frozenset[UUID]:
        """The steps that have something unsaved."""
        return frozenset(self._drafts)

    def put(self, draft: StepDraft) -> None:
        """Keep a draft; one that changes nothing is dropped."""
        if not draft.is_changed:
            self.drop(draft.base.sequence_id, draft.step_id)
        elif self._drafts.get(draft.step_id) != draft:
            is_new = draft.step_id not in self._drafts
            self._drafts[draft.step_id] = draft
            self._jobs.write(partial(_keep, draft), otherwise=self._jobs.failed.emit)
            if is_new:
                self.changed.emit()

    def drop(self, sequence_id: UUID, step_id: UUID) -> None:
        """Forget what was written of a step."""
        if self._drafts.pop(step_id, None) is not None:
            self._jobs.write(partial(_drop, sequence_id, step_id), otherwise=self._jobs.failed.emit)
            self.changed.emit()


def _keep(draft: StepDraft, context: object) -> None:
    from opendoors_desktop.engine.commands.step_drafts import keep_draft

    keep_draft(context, draft)  # type: ignore[arg-type]


def _drop(sequence_id: UUID, step_id: UUID, context: object) -> None:
    from opendoors_desktop.engine.commands.step_drafts import drop_draft

    drop_draft(context, sequence_id, step_id)  # type: ignore[arg-type]
