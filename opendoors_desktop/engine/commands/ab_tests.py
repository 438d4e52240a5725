"""A/B tests of email steps as a person steers them: a variant takes everyone, pauses, or gets another share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.flow_edit import get_step
from opendoors_desktop.domain.step import Step
from opendoors_desktop.domain.variants import AbTest
from opendoors_desktop.engine.commands.sequence_edits import SavedEdit, save_flow
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import sequence_changes
from opendoors_desktop.store.sequences import SequenceRecord, get_record
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Promotion:
    """What choosing a winner did: the save, and the variant that took everyone before (None: the test went on)."""

    saved: SavedEdit
    before: str | None


def promote_variant(context: Context, sequence_id: UUID, step_id: UUID, variant_id: str | None) -> Promotion:
    """Let a variant take everyone who comes after, or (None) let the test go on; figures and sent emails stay.

    Raises NotFound for the step or variant, InputError for a step without a test.
    """

    def changed(test: AbTest) -> AbTest:
        return replace(_with(test, variant_id), winner_id=variant_id)

    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        before = _tested(record, step_id)[1].winner_id
        saved = _change(context, unit, record, step_id, changed, summary="Winner chosen")
        sequence_changes.note_winner(unit, step_id, None if variant_id is None else context.clock.now())
    return Promotion(saved, before)


def pause_variant(context: Context, sequence_id: UUID, step_id: UUID, variant_id: str, *, is_paused: bool) -> SavedEdit:
    """Let nobody who isn't claimed yet get a variant, or let them again; raises NotFound, InputError."""

    def changed(test: AbTest) -> AbTest:
        variants = (
            replace(each, is_paused=is_paused) if each.id == variant_id else each
            for each in _with(test, variant_id).variants
        )
        return replace(test, variants=tuple(variants))

    return _save(context, sequence_id, step_id, changed, "Variant paused" if is_paused else "Variant resumed")


def weigh_variants(context: Context, sequence_id: UUID, step_id: UUID, weights: Mapping[str, int]) -> SavedEdit:
    """Give variants other shares, for those who aren't claimed yet; raises NotFound, InputError, BadJson."""

    def changed(test: AbTest) -> AbTest:
        for variant_id in weights:
            _with(test, variant_id)
        variants = (replace(each, weight=weights.get(each.id, each.weight)) for each in test.variants)
        return replace(test, variants=tuple(variants))

    return _save(context, sequence_id, step_id, changed, "Shares changed")


def _save(
    context: Context, sequence_id: UUID, step_id: UUID, change: Callable[[AbTest], AbTest], summary: str
) -> SavedEdit:
    with context.store.write() as unit:
        record = get_record(unit, context.scope.workspace_id, sequence_id)
        return _change(context, unit, record, step_id, change, summary=summary)


def _change(
    context: Context,
    unit: Unit,
    record: SequenceRecord,
    step_id: UUID,
    change: Callable[[AbTest], AbTest],
    *,
    summary: str,
) -> SavedEdit:
    step, test = _tested(record, step_id)
    changed = replace(step, ab_test=change(test))
    steps = [changed if each.id == step_id else each for each in record.flow.ordered]
    return save_flow(context, unit, record, steps, summary=summary)


def _tested(record: SequenceRecord, step_id: UUID) -> tuple[Step, AbTest]:
    """A step and its test; raises NotFound, or InputError where it has none."""
    step = get_step(record.flow, step_id)
    if step.ab_test is None:
        raise InputError(
            "The step has no A/B test.", "Add a variant first.", where=f"step {record.flow.number(step_id)}"
        )
    return step, step.ab_test


def _with(test: AbTest, variant_id: str | None) -> AbTest:
    """The test itself; raises NotFound where it has no such variant."""
    if variant_id is not None and test.find(variant_id) is None:
        known = ", ".join(each.id for each in test.variants)
        raise NotFound(f"The test has no variant “{variant_id}”.", f"It has {known}.", where=variant_id)
    return test
