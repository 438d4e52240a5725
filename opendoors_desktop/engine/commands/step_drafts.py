"""Unsaved steps on this machine's disk, so that closing the window or a crash loses nothing of what was typed."""

import json
import logging
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.step import Step
from opendoors_desktop.domain.step_draft import StepDraft
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.step_rows import COLUMNS, as_step, values_of

FOLDER: Final = "drafts"
log = logging.getLogger(__name__)


def keep_draft(context: Context, draft: StepDraft) -> None:
    """Put what is being written of a step on the disk, at once or not at all; raises OSError."""
    file = _file(context, draft.base.sequence_id, draft.step_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".new")
    half.write_text(json.dumps({"base": _written(draft.base), "mine": _written(draft.mine)}), encoding="utf-8")
    half.replace(file)


def drop_draft(context: Context, sequence_id: UUID, step_id: UUID) -> None:
    """Forget what was being written of a step."""
    _file(context, sequence_id, step_id).unlink(missing_ok=True)


def read_drafts(context: Context, sequence_id: UUID) -> dict[UUID, StepDraft]:
    """What is being written of the steps of a sequence, by step; a file that can't be read is left out."""
    found = {}
    for file in sorted((context.data_dir / FOLDER / sequence_id.hex).glob("*.json")):
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            draft = StepDraft(_read(kept["base"]), _read(kept["mine"]))
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("a draft can't be read: %s: %s", file.name, error)
            continue
        found[draft.step_id] = draft
    return found


def _file(context: Context, sequence_id: UUID, step_id: UUID) -> Path:
    return context.data_dir / FOLDER / sequence_id.hex / f"{step_id.hex}.json"


def _written(step: Step) -> dict[str, Any]:
    values = {name: str(value) if isinstance(value, UUID) else value for name, value in values_of(step).items()}
    return values | {"retired_at": None}


def _read(written: dict[str, Any]) -> Step:
    keys = {"id", "sequence_id", "parent_step_id", "email_account_id", "task_assignee_id", "call_script_id"}
    return as_step(
        tuple(UUID(written[name]) if name in keys and written[name] is not None else written[name] for name in COLUMNS)
    )
