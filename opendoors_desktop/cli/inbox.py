"""`opendoors inbox`: what came in, what it means, what it did, and answers to it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from opendoors_desktop.cli.clocks import Clocks
from opendoors_desktop.cli.options import find_contact_id, read_day, read_key
from opendoors_desktop.cli.output import plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.effect import EffectKind
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.engine.commands import answers, effects, inbox_marks, mailboxes, meanings
from opendoors_desktop.engine.commands.answers import StoredFile
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries.inbox import MailFilter, MailLine, page_mails
from opendoors_desktop.store.queries.inbox_thread import EffectSight, SentLetter, ThreadSight, find_thread

app = typer.Typer(help="What came in, what it means, what it did, and answers to it.")

PAGE = 200
MessageArgument = Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id.")]


class Which(StrEnum):
    """Which messages are listed."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


_IS_OPEN = {Which.OPEN: True, Which.DONE: False, Which.ALL: None}


@app.command("list")
def list_(
    ctx: typer.Context,
    *,
    which: Annotated[Which, typer.Option("--which", help="Open ones, others, or all.")] = Which.OPEN,
    kind: Annotated[
        str | None, typer.Option(help="A meaning, or bounce, complaint, unmatched, receipt, challenge_response.")
    ] = None,
    mailbox: Annotated[str | None, typer.Option(help="That came to this mailbox.")] = None,
    search: Annotated[str, typer.Option(help="Words in it, or in whose it is.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> None:
    """List messages, the newest first."""
    session = session_of(ctx)
    with session.open() as context:
        mailbox_id = None if mailbox is None else mailboxes.show_mailbox(context, mailbox).id
        wanted = MailFilter(is_open=_IS_OPEN[which], kind=kind, mailbox_id=mailbox_id, words=search)
        clocks = Clocks(context)
        found = _pages(context, wanted, limit)
        session.stream(
            found if session.as_json else clocks.ahead(found),
            {
                "id": lambda each: each.id,
                **clocks.columns("received", lambda each: each.received_at),
                "kind": lambda each: each.meaning or each.subtype or each.bucket,
                "from": lambda each: each.name or each.address,
                "subject": lambda each: each.subject,
                "text": lambda each: " ".join(each.text.split())[:80],
            },
            plain,
            nothing="All caught up." if which is Which.OPEN else "There is nothing.",
        )


def _pages(context: Context, wanted: MailFilter, limit: int | None) -> Iterator[MailLine]:
    """Messages as they are asked for, a page in memory at a time."""
    after: MailLine | None = None
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        with context.store.read() as unit:
            scope, now = context.scope, context.clock.now()
            page = page_mails(unit, scope.workspace_id, wanted, now, after=after, limit=size)
        yield from page
        if len(page) < size:
            return
        after, left = page[-1], None if left is None else left - len(page)


@app.command()
def show(ctx: typer.Context, message: MessageArgument) -> None:
    """Show a message with its thread, what speaks for its meaning, and what it did."""
    session = session_of(ctx)
    with session.open() as context:
        sight = _sight(context, _key(message))
        session.show(_value(sight))


def _sight(context: Context, key: UUID) -> ThreadSight:
    scope = context.scope
    with context.store.read() as unit:
        found = find_thread(unit, (scope.customer_id, scope.workspace_id), key)
    if found is None:
        raise NotFound("There is no such message.", "“opendoors inbox list” shows them.", where=str(key))
    return found


def _value(sight: ThreadSight) -> dict[str, Any]:
    verdict = sight.verdict
    return {
        **plain(sight.mail),
        "meaning_on": plain(sight.meaning_on),
        "meaning_set_by": plain(verdict.set_by),
        "matched_by": verdict.ground,
        "contact": plain(sight.who),
        "sent": [_sent_value(each) for each in sight.sent],
        "received": plain(list(sight.received)),
        "effects": [_effect_value(each) for each in sight.effects],
        "others": plain(list(sight.others)),
    }


def _sent_value(letter: SentLetter) -> dict[str, Any]:
    """One of our emails without its bytes."""
    value: dict[str, Any] = plain(replace(letter, message=None))
    del value["message"]
    return value


def _effect_value(sight: EffectSight) -> dict[str, Any]:
    effect, obstacle = sight.effect, sight.obstacle
    return {
        "effect": effect.kind.value,
        "about": str(effect.about),
        "reason": effect.reason,
        "at": plain(effect.at),
        "undone_at": plain(effect.undone_at),
        "can_be_undone": obstacle is None,
        "why_not": None if obstacle is None else obstacle.sentence,
        "contact": sight.contact,
        "sequence": sight.sequence,
        "step": sight.step,
    }


@app.command()
def meaning(
    ctx: typer.Context,
    message: MessageArgument,
    meaning: Annotated[Meaning, typer.Argument(help="What it means.")],
    on: Annotated[str | None, typer.Option(metavar="DAY", help="The day that goes with it.")] = None,
) -> None:
    """Say what a message means; its effects change with it."""
    session = session_of(ctx)
    day: date | None = None if on is None else read_day(on, "--on")
    with session.open() as context:
        done = meanings.set_meaning(context, _key(message), meaning, day)
        session.done(_value(_sight(context, done.inbound_id)), f"It means {meaning.replace('_', ' ')}.")


@app.command()
def assign(
    ctx: typer.Context,
    message: MessageArgument,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="An address, a name or an id.")],
) -> None:
    """Say whose a message is; it does then what follows."""
    session = session_of(ctx)
    with session.open() as context:
        done = meanings.assign_mail(context, _key(message), find_contact_id(context, contact))
        session.done(_value(_sight(context, done.inbound_id)), "It belongs to them.")


@app.command()
def handled(
    ctx: typer.Context,
    messages: Annotated[list[str], typer.Argument(metavar="MESSAGE...")],
    undo: Annotated[bool, typer.Option("--undo", help="Open them again.")] = False,
) -> None:
    """File messages away as dealt with."""
    session = session_of(ctx)
    keys = [_key(each) for each in messages]
    with session.open() as context:
        marked = inbox_marks.mark_open(context, keys) if undo else inbox_marks.mark_done(context, keys)
    count = len(marked.before)
    session.done({"changed": count}, f"{'Opened' if undo else 'Filed away'} {count}.")


@app.command()
def undo(
    ctx: typer.Context,
    message: MessageArgument,
    effect: Annotated[EffectKind, typer.Argument(help="What it did, as “inbox show” names it.")],
    about: Annotated[str | None, typer.Option(metavar="ID", help="To what, where it did it to several.")] = None,
    again: Annotated[bool, typer.Option("--redo", help="Do again what was undone.")] = False,
) -> None:
    """Take back one thing a message did."""
    session = session_of(ctx)
    with session.open() as context:
        key = _key(message)
        target = _about(_sight(context, key), effect, about)
        change = effects.redo_effect if again else effects.undo_effect
        change(context, key, effect, target)
        session.done(_value(_sight(context, key)), "Done again." if again else "Undone.")


def _about(sight: ThreadSight, kind: EffectKind, about: str | None) -> UUID:
    """To what an effect was done: what is named, or the only one there is."""
    if about is not None:
        return read_key(about, "effect", f"inbox show {sight.mail.id}")
    found = [each.effect.about for each in sight.effects if each.effect.kind is kind]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError("It did that to several.", "Name one by --about.", where=kind.value, code="several_effects")
    raise NotFound("It did nothing of the kind.", "“opendoors inbox show” lists what it did.", where=kind.value)


@app.command()
def answer(
    ctx: typer.Context,
    *,
    message: MessageArgument,
    text: Annotated[str | None, typer.Option(help="The answer; default: read from standard input.")] = None,
    file: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A file to go with it.")] = None,
    no_quote: Annotated[bool, typer.Option("--no-quote", help="Without what it answers.")] = False,
    done: Annotated[bool, typer.Option("--done", help="File the message away with it.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Let it go though the address is suppressed; it is written down.")
    ] = False,
) -> None:
    """Answer a message from the mailbox it came to; it leaves with the scheduler's next pass."""
    session = session_of(ctx)
    written = sys.stdin.read() if text is None else text
    files = [_file(path) for path in file or ()]
    with session.open() as context:
        answered = answers.answer_mail(
            context,
            _key(message),
            written,
            files=files,
            with_quote=not no_quote,
            is_done=done,
            is_confirmed=confirm,
        )
    queued = answered.queued
    session.done(plain(queued), f"The answer to {queued.to_address} waits for the scheduler's next pass.")


def _file(path: Path) -> StoredFile:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise InputError(
            f"“{path}” can't be read: {fault.strerror}.", "Give a file.", where=str(path), code="file"
        ) from None
    return StoredFile(path.name, guess_type(path.name)[0] or "application/octet-stream", content)


def _key(text: str) -> UUID:
    return read_key(text, "message", "inbox list")
