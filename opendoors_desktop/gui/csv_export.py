"""Tables as CSV files: written off the main thread, whole or not at all, with no cell that a spreadsheet would run."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from opendoors_desktop.domain.cells import guard_formula
from opendoors_desktop.domain.errors import InputError


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table in place of what the file held; gives the number of rows. Raises InputError with its reason.

    UTF-8 with its mark, by which spreadsheets know it. Until the last row is written the old file stays.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([guard_formula(cell) for cell in columns])
            written = 0
            for row in rows:
                writer.writerow([guard_formula(cell) for cell in row])
                written += 1
        os.replace(part, path)  # noqa: PTH105  # replaces on Windows too
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            f"The file {path} can’t be written: {error.strerror}.",
            "Choose another place.",
            where=str(path),
            code="no_file",
        ) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return written
