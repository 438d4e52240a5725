"""Saves, drops and compares what a person writes of steps; each as a command with its undo."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.flow_merge import StepConflict
from opendoors_desktop.domain.step import Step
from opendoors_desktop.domain.step_draft import StepDraft
from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.pages.steps_tab import SequenceSteps
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.gui.workshop.conflict_dialog import ConflictDialog
from opendoors_desktop.gui.workshop.drafts import Drafts
from opendoors_desktop.store.queries.sequence_steps import StepCard

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.step_edits import FlowEdit
    from opendoors_desktop.engine.context import Context


class StepWriting(QObject):
    """`settled` says that what is written of a step was saved, dropped or brought back: it is to be shown anew.

    `refused` is why the step that is shown can't be saved, "" where it can.
    """

    settled = Signal()

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench = bench
        self._window = parent
        self.drafts = Drafts(bench.jobs, self)
        self.refused = ""
        self._saved: dict[UUID, tuple[int, Step]] = {}

    def newest(self, step: Step) -> Step:
        """A step as it was saved last here, until it has been read again; else as it is given."""
        return self._saved[step.id][1] if step.id in self._saved else step

    def begin(self, shown: SequenceSteps) -> None:
        """A sequence is shown: take up what was left of it, and put all drafts on top of what is saved by now."""
        self.drafts.begin(shown.sequence_id, shown.around.drafts)
        known = shown.around.version
        self._saved = {key: saved for key, saved in self._saved.items() if saved[0] > known}
        for card in shown.cards:
            draft = self.drafts.of(card.step.id)
            if draft is not None and card.step.id not in self._saved:
                self.drafts.put(draft.rebased(card.step))

    def draft(self, step: Step) -> StepDraft:
        """What is written of a step; nothing else than what it says where nobody writes it."""
        now = self.newest(step)
        return self.drafts.of(step.id) or StepDraft(now, now)

    def write(self, draft: StepDraft, mine: Step) -> None:
        """Keep what a person made of a step."""
        self.drafts.put(StepDraft(draft.base, mine))

    # Commands

    def save(self, card: StepCard, sequence_id: UUID) -> None:
        """Save what is written of a step; what others saved meanwhile in other fields of it stays."""
        draft = self.draft(card.step)
        if not draft.is_changed:
            return

        def do(context: "Context") -> "FlowEdit":
            from opendoors_desktop.engine.commands.step_edits import change_step

            return change_step(context, sequence_id, draft.base, draft.mine)

        def done(edit: "FlowEdit") -> None:
            now = edit.saved.flow.by_id[card.step.id]
            self._saved[now.id] = (edit.saved.version, now)
            later = self.drafts.of(card.step.id)
            if later is not None:
                self.drafts.put(replace(later, base=draft.mine).rebased(now))
            self.settled.emit()

        words = self.tr("Change step {number}").format(number=card.number)
        told = self.tr("Step {number} is saved").format(number=card.number)
        self._bench.do(Command(words, do, _undo), told, done, partial(self._on_refused, card, sequence_id))

    def _on_refused(self, card: StepCard, sequence_id: UUID, error: Exception) -> None:
        if isinstance(error, StepConflict):
            self._compare(card, sequence_id, error.theirs)
        else:
            self._bench.notices.show_error(error)

    def discard(self, card: StepCard) -> None:
        """Drop what is written of a step; the toast brings it back."""
        draft = self.drafts.of(card.step.id)
        if draft is None:
            return
        self.drafts.drop(card.step.sequence_id, card.step.id)
        self.refused = ""
        self.settled.emit()
        told = self.tr("What was written of step {number} is dropped").format(number=card.number)
        self._bench.notices.toast(told, partial(self._bring_back, draft))

    def _bring_back(self, draft: StepDraft) -> None:
        self.drafts.put(draft)
        self.settled.emit()

    # Two at once

    def compare(self, card: StepCard, sequence_id: UUID) -> None:
        """Show what is written beside what was saved meanwhile."""
        self._compare(card, sequence_id, card.step)

    def _compare(self, card: StepCard, sequence_id: UUID, theirs: Step) -> None:
        draft = self.draft(card.step)
        names = draft.conflicts(theirs)
        if not names:
            return
        dialog = ConflictDialog(self._window.window(), draft.mine, theirs, names)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        settle: Callable[[StepDraft], None] = partial(self._settle, card, sequence_id)
        dialog.mine_chosen.connect(lambda: settle(draft.with_mine(theirs)))
        dialog.theirs_chosen.connect(lambda: settle(StepDraft(theirs, theirs)))
        dialog.both_chosen.connect(lambda: settle(StepDraft(theirs, both_of(draft, theirs))))
        dialog.open()

    def _settle(self, card: StepCard, sequence_id: UUID, draft: StepDraft) -> None:
        self.drafts.put(draft)
        self.settled.emit()
        self.save(replace(card, step=draft.base), sequence_id)


def both_of(draft: StepDraft, theirs: Step) -> Step:
    """Their step with an A/B test of both texts: theirs as variant A, mine as B."""
    mine = draft.with_mine(theirs).mine
    variants = (
        Variant("A", theirs.subject_template or "", theirs.body_template or "", 50),
        Variant("B", mine.subject_template or "", mine.body_template or "", 50),
    )
    return replace(theirs, ab_test_enabled=True, ab_test=AbTest(variants))


def _undo(context: "Context", edit: "FlowEdit") -> None:
    from opendoors_desktop.engine.commands.step_edits import undo_change

    undo_change(context, edit)
