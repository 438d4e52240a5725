"""Keeps the answers a user begins, until they are sent or emptied."""

from uuid import UUID

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.answer_drafts import AnswerDraft, draft_name
from opendoors_desktop.store.workspaces import drop_setting, put_setting


def keep_draft(context: Context, inbound_id: UUID, draft: AnswerDraft) -> None:
    """Keep a user's answer to a mail as it is now, in place of the one before; an empty one is kept no more.

    Raises NotFound for a mail that isn't in this workspace.
    """
    scope = context.scope
    key = {"id": inbound_id, "workspace_id": scope.workspace_id}
    with context.store.write() as unit:
        if unit.row("SELECT 1 FROM inbound_emails WHERE id = :id AND workspace_id = :workspace_id", key) is None:
            raise NotFound("The mail isn't in this workspace any more.", "Look at the inbox again.", where="mail")
        name = draft_name(scope.user_id)
        if draft.is_empty:
            drop_setting(unit, scope.workspace_id, inbound_id, name)
        else:
            value = {"text": draft.text, "files": list(draft.files)}
            now = context.clock.now()
            put_setting(unit, scope.workspace_id, inbound_id, name, value, by=scope.user_id, now=now)
