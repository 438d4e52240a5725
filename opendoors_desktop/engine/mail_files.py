"""Mails in files: what each of them is."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.inbound import Reading
from opendoors_desktop.engine.mail_reader import LONGEST_MAIL, MailReader


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file and what the mail in it is, or the fault for which there is none."""

    file: str
    reading: Reading | None
    fault: InputError | None


def read_files(files: Sequence[Path]) -> Iterator[FileRead]:
    """What the mail in each file is, in order, as it is found; a file that can't be read doesn't stop the others."""
    with asyncio.Runner() as runner:
        reader = runner.run(_started())
        try:
            for file in files:
                yield runner.run(_read(reader, file))
        finally:
            runner.run(reader.close())


async def _started() -> MailReader:
    reader = MailReader()
    await reader.start()
    return reader


async def _read(reader: MailReader, file: Path) -> FileRead:
    try:
        with file.open("rb") as opened:
            data = opened.read(LONGEST_MAIL)
        return FileRead(str(file), await reader.read(data), None)
    except OSError as fault:
        sentence = f"The file can't be read: {fault.strerror or fault}."
        return FileRead(
            str(file), None, InputError(sentence, "Give a file with one message.", where=str(file), code="file")
        )
    except InputError as fault:
        fault.where = str(file)
        return FileRead(str(file), None, fault)
