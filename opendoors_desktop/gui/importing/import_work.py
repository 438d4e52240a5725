"""What the import page has done elsewhere: a look at the file, the rehearsal, the import and its files."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opendoors_desktop.gui.jobs import Progress

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.import_undo import Undone
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.import_preview import Preview
    from opendoors_desktop.engine.import_report import ImportReport


@dataclass(frozen=True, slots=True)
class Request:
    """A file, where its columns go (pairs of column and field), tags for all, and what becomes of known contacts."""

    path: Path
    overrides: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    on_duplicate: str


def look_at(path: Path) -> "Callable[[Context, Progress], Preview]":
    """A look at the file."""

    def look(context: "Context", _progress: Progress) -> "Preview":
        from opendoors_desktop.engine.import_preview import preview_file

        return preview_file(context, path)

    return look


def run_import(request: Request, *, is_rehearsal: bool) -> "Callable[[Context, Progress], ImportReport]":
    """The import, or its rehearsal, which writes nothing and gives the same report."""

    def run(context: "Context", progress: Progress) -> "ImportReport":
        from opendoors_desktop.domain.contact import OnDuplicate
        from opendoors_desktop.engine.commands import contact_imports
        from opendoors_desktop.engine.import_report import ImportOptions

        options = ImportOptions(
            overrides=request.overrides, tags=request.tags, on_duplicate=OnDuplicate(request.on_duplicate)
        )
        watch = contact_imports.Watch(progress=progress.told, is_cancelled=lambda: progress.is_cancelled)
        return contact_imports.import_contacts(
            context, request.path, options, dry_run=is_rehearsal, left_out=None, watch=watch
        )

    return run


def undo_import(context: "Context", report: "ImportReport") -> "Undone | None":
    """Take an import back, as far as its contacts were not changed since."""
    from opendoors_desktop.engine.commands import import_undo

    return None if report.batch_id is None else import_undo.undo_import(context, report.batch_id)


def save_problems(path: Path, report: "ImportReport") -> "Callable[[Context], Path]":
    """Write the problems of an import into a CSV file; raises InputError where it can't be written."""

    def save(_context: "Context") -> Path:
        from opendoors_desktop.domain.cells import guard_formula
        from opendoors_desktop.domain.errors import InputError

        try:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["line", "column", "problem"])
                for each in report.problems:
                    writer.writerow([each.line, guard_formula(each.column or ""), guard_formula(each.message)])
        except OSError as error:
            raise InputError(
                f"The file {path.name} can’t be written: {error.strerror or error}.",
                "Choose another place.",
                where=str(path),
                code="no_file",
            ) from error
        return path

    return save
