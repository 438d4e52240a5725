"""Sends answers, with the seconds in which one may be called back, and looks for new mails when asked."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.theme import tokens
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.answer_drafts import NO_DRAFT, AnswerDraft

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.inbox.doing import Doing
    from opendoors_desktop.gui.jobs import Progress

STAYS_MS: Final[int] = tokens()["motion"]["sendUndo"]
LEAVES_IN: Final = timedelta(milliseconds=STAYS_MS)


def keep(context: "Context", key: UUID, draft: AnswerDraft) -> None:
    """Keep what was written so far."""
    from opendoors_desktop.engine.commands.answer_drafts import keep_draft

    keep_draft(context, key, draft)


def send(
    bench: Workbench,
    doing: "Doing",
    key: UUID,
    draft: AnswerDraft,
    *,
    is_done: bool,
    is_confirmed: bool = False,
) -> None:
    """Queue an answer, to be called back for as long as its toast stays; a suppressed address is asked about."""
    command = _answer(key, draft, is_done=is_done, is_confirmed=is_confirmed)
    turn = bench.history.expect()

    def told(answered: Any) -> None:
        bench.history.settle(turn, command, answered)
        words = _tr("The answer to {address} leaves in 10 seconds.").format(address=answered.queued.to_address)
        undo = bench.history.undo_of_last()

        def call_back() -> None:
            undo()
            doing.put_back.emit(key, draft)

        bench.notices.toast(words, call_back, stays_ms=STAYS_MS)
        doing.sent.emit(key)

    def failed(error: Exception) -> None:
        bench.history.give_up(turn)
        if isinstance(error, NotPossible) and error.code == "suppressed":
            bench.notices.ask(
                error.title,
                _tr("An answer to what they wrote may go all the same, once. It is written down that you decided so."),
                _tr("Send this answer"),
                lambda: send(bench, doing, key, draft, is_done=is_done, is_confirmed=True),
                is_danger=True,
            )
        else:
            bench.notices.show_error(error)

    bench.jobs.run(command, told, failed)


def _answer(key: UUID, draft: AnswerDraft, *, is_done: bool, is_confirmed: bool) -> Command[Any]:
    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands import answers

        answered = answers.answer_mail(
            context,
            key,
            draft.text,
            files=[_file(path) for path in draft.files],
            leaves_in=LEAVES_IN,
            is_done=is_done,
            is_confirmed=is_confirmed,
        )
        keep(context, key, NO_DRAFT)
        return answered

    def undo(context: "Context", answered: Any) -> object:
        from opendoors_desktop.engine.commands import answers

        answers.take_back_answer(context, answered)
        keep(context, key, draft)
        return answered

    return Command(_tr("Send an answer"), do, undo)


def _file(path: str) -> Any:
    """A file as it goes with an answer; raises InputError for one that can't be read."""
    from opendoors_desktop.engine.commands.answers import StoredFile

    place = Path(path)
    try:
        content = place.read_bytes()
    except OSError as error:
        title = _tr("{file} can’t be read.").format(file=place.name)
        raise InputError(title, error.strerror or str(error), where=path, code="file") from error
    return StoredFile(place.name, guess_type(place.name)[0] or "application/octet-stream", content)


def read_mailboxes(bench: Workbench, mailbox_ids: Sequence[UUID]) -> None:
    """Look for new mails in these mailboxes, one after the other, beside everything else."""

    def do(context: "Context", watch: "Progress") -> int:
        from opendoors_desktop.engine.commands.readings import read_once

        for number, key in enumerate(mailbox_ids):
            if watch.is_cancelled:
                break
            watch.told(number, len(mailbox_ids))
            asyncio.run(read_once(context, key))
        return len(mailbox_ids)

    def told(_: int) -> None:
        bench.notices.toast(_tr("The mailboxes were read."))

    bench.jobs.start_long(do, told, bench.notices.show_error, text=_tr("Reading mailboxes"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
