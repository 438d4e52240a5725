"""Answers that a user began and hasn't sent: one for each mail, theirs alone."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_json
from opendoors_desktop.store.unit import Unit

PREFIX: Final = "answer:"
"""Begins the name of the mail's setting that a draft is kept in; the user's key follows."""


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer as it was left: its text, and the files to go with it, by their paths."""

    text: str = ""
    files: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.text.strip() and not self.files


NO_DRAFT: Final = AnswerDraft()


def find_draft(unit: Unit, workspace_id: UUID, user_id: UUID, inbound_id: UUID) -> AnswerDraft:
    """The answer a user began to a mail; an empty one where there is none."""
    row = unit.row(
        "SELECT value FROM settings WHERE workspace_id = :workspace_id AND owner_id = :inbound_id AND name = :name",
        {"workspace_id": workspace_id, "inbound_id": inbound_id, "name": draft_name(user_id)},
    )
    value = None if row is None else as_json(row[0])
    return NO_DRAFT if not value else AnswerDraft(str(value["text"]), tuple(map(str, value["files"])))


def draft_name(user_id: UUID) -> str:
    """The name of the mail's setting that a user's answer is kept in."""
    return f"{PREFIX}{user_id.hex}"
