"""Arguments that several commands take, and how what a person names is found."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.context import Context

SequenceArgument = Annotated[str, typer.Argument(metavar="SEQUENCE", help="Its name or id.")]
ContactArgument = Annotated[str, typer.Argument(metavar="CONTACT", help="An address, a name or an id.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


def find_sequence(context: Context, text: str) -> UUID:
    """The sequence of that name or id; raises NotFound, InputError."""
    from opendoors_desktop.engine.commands import sequences

    return sequences.find_sequence(context, text)


def find_contact_id(context: Context, text: str) -> UUID:
    """The contact of that address, name or id; raises NotFound, InputError."""
    from opendoors_desktop.engine.commands import contacts

    return contacts.find_contact(context, text).id


def read_key(text: str, what: str, command: str | None = None) -> UUID:
    """The id that a text is; raises NotFound for one that is none.

    `command` is what shows them, where that isn't the list of `what` itself.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(
            f"There is no {what} “{text}”.",
            f"Name it by its id; “opendoors {command or f'{what} list'}” shows them.",
            where=text,
        ) from None


def read_instant(text: str, option: str) -> datetime:
    """An RFC 3339 instant with its zone (UTC is given back); raises InputError."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InputError(
        f"“{text}” is no instant.",
        "Give one with its zone, such as 2026-03-02T08:00:00Z.",
        where=option,
        code="bad_option",
    )


def read_day(text: str, option: str) -> date:
    """A day like 2026-03-02; raises InputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"“{text}” is no day.", "Give one like 2026-03-02.", where=option, code="bad_option") from None


def read_pairs(pairs: Iterable[str], option: str) -> list[tuple[str, str]]:
    """Texts of the form NAME=VALUE, parted; raises InputError."""
    found = []
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise InputError(f"“{pair}” isn't NAME=VALUE.", "Put = between them.", where=option, code="bad_option")
        found.append((name.strip(), value))
    return found


def write_file(path: Path, text: str) -> None:
    """Write a text into a file; raises InputError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> InputError:
    """The fault of a file that can't be written."""
    sentence = f"The file can't be written: {error.strerror or error}."
    return InputError(sentence, "Choose another file.", where=str(path), code="out_file")
