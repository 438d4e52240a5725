"""Imports contacts from a file, in short commits, so that it may be cancelled, killed, gone on with and undone."""

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM, clean_tag
from opendoors_desktop.domain.contact_field import ContactField
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.import_columns import ColumnPlan, plan_columns
from opendoors_desktop.domain.import_rows import ReadRow, RowProblem, RowReader
from opendoors_desktop.domain.zones import find_zone
from opendoors_desktop.engine.contact_zones import zone_tables, zone_teller
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.csv_rows import SourceRow
from opendoors_desktop.engine.import_batch import DraftRow
from opendoors_desktop.engine.import_report import ImportOptions, ImportReport, LeftOut, Problems, left_out_file
from opendoors_desktop.engine.import_target import DryTarget, StoreTarget, Target
from opendoors_desktop.engine.imports import OpenRows, examine, open_rows
from opendoors_desktop.engine.text_encoding import chunks
from opendoors_desktop.store import contacts, imports
from opendoors_desktop.store.imports import ImportBatch, ImportCounts, ImportState
from opendoors_desktop.store.rehearsal import Rehearsal

BATCH = 500
"""Rows of one commit: so many take some hundredths of a second, in which nobody else can write."""


def _nothing(*_: object) -> None:
    """What nobody asked to be told."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """How an import is followed and stopped.

    `progress` is told the bytes read so far and in all, `after_batch` the ids of the contacts whose rows were taken in
    the commit just made (for enrolling them); `is_cancelled` is asked between commits.
    """

    progress: Callable[[int, int], None] = _nothing
    after_batch: Callable[[Sequence[UUID]], None] = _nothing
    is_cancelled: Callable[[], bool] = _never


DEFAULTS = ImportOptions()
UNWATCHED = Watch()


def import_contacts(
    context: Context,
    path: Path,
    options: ImportOptions = DEFAULTS,
    *,
    dry_run: bool = False,
    resume: UUID | None = None,
    left_out: Path | None = None,
    watch: Watch = UNWATCHED,
) -> ImportReport:
    """Import the contacts of a CSV file; rows that can't be used are reported, and the rest goes on.

    A dry run writes nothing and gives the same report. `resume` goes on with a cancelled or killed import of the same
    file, behind its last commit. Rows that are left out are written to the file `left_out`. Raises InputError, before
    anything is written, when the file or the mapping can't be used.
    """
    options = replace(options, tags=tuple(filter(None, map(clean_tag, options.tags))))
    form = examine(path, encoding=options.encoding, delimiter=options.delimiter, has_header=options.has_header)
    with context.store.read() as unit:
        fields = contacts.own_fields(unit, context.scope.workspace_id)
    plan = plan_columns(
        form.names, form.samples, overrides=options.overrides, own_fields=fields, delimiter=form.dialect.delimiter
    )
    tables = zone_tables(context.clock.now().year)
    reader = RowReader(plan, lru_cache(maxsize=4096)(lambda text: find_zone(tables, text)))
    batch = _batch(context, path, options, resume)
    new_fields = _new_fields(plan, fields)
    # The collector needn't go through the whole program again and again: an eighth of the time. For good, as a window
    # would be kept while all of it is gone through at the end; what nobody refers to any more goes all the same.
    gc.freeze()
    with _target(context, options, batch, new_fields, dry_run=dry_run) as target:
        with open_rows(path, form) as rows, left_out_file(left_out, form.names) as out:
            job = _Job(target, reader, batch.counts, out, watch)
            is_cancelled = job.run(rows)
        target.finish(job.counts, job.problems, is_cancelled=is_cancelled)
    notes = (*form.notes, *_notes(plan, new_fields))
    return ImportReport(job.counts, job.problems.listed(), notes, target.batch_id, is_cancelled)


class _Job:
    """Reads the rows of a file and hands their drafts over, a batch at a time."""

    def __init__(
        self, target: Target, reader: RowReader, begin: ImportCounts, out: LeftOut | None, watch: Watch
    ) -> None:
        self.counts = begin
        self.problems = Problems()
        self._begin = begin
        self._target = target
        self._reader = reader
        self._out = out
        self._watch = watch

    def run(self, rows: OpenRows) -> bool:
        """Take all rows; True when it was cancelled before the last."""
        stream = iter(rows)
        while batch := list(islice(stream, BATCH)):
            self._take(batch)
            self._watch.progress(rows.position, rows.size)
            if self._watch.is_cancelled():
                return True
        return False

    def _take(self, batch: Sequence[SourceRow | RowProblem]) -> None:
        drafts, skipped = self._read(batch)
        behind = [row for row in batch if row.line >= self._begin.next_line]
        if not behind:
            return
        counts = replace(
            self.counts,
            rows=self.counts.rows + len(behind),
            skipped=self.counts.skipped + skipped,
            next_line=behind[-1].line + 1,
        )
        decided, self.counts = self._target.take(drafts, counts, self.problems.count)
        self.problems.add(decided.problems)
        if self._out and decided.problems:
            self._write_out(batch, decided.problems)
        self._watch.after_batch(tuple(decided.touched))

    def _read(self, batch: Sequence[SourceRow | RowProblem]) -> tuple[list[DraftRow], int]:
        """The drafts of a batch and the number of its rows that give none; those done before are read for problems."""
        drafts: list[DraftRow] = []
        skipped = 0
        for row in batch:
            is_behind = row.line >= self._begin.next_line
            if isinstance(row, RowProblem):
                cells, (draft, problems) = [], ReadRow(None, [row])
            else:
                cells, (draft, problems) = row.cells, self._reader.read(row.line, row.cells)
            if problems:
                self.problems.add(problems)
            if draft is None:
                skipped += is_behind
                if self._out:
                    self._out.add(cells, problems[-1])
            elif is_behind:
                drafts.append(DraftRow(row.line, draft))
        return drafts, skipped

    def _write_out(self, batch: Sequence[SourceRow | RowProblem], problems: Iterable[RowProblem]) -> None:
        assert self._out
        cells = {row.line: row.cells for row in batch if isinstance(row, SourceRow)}
        for problem in problems:
            self._out.add(cells[problem.line], problem)


@contextmanager
def _target(
    context: Context,
    options: ImportOptions,
    batch: ImportBatch,
    fields: Sequence[ContactField],
    *,
    dry_run: bool,
) -> Iterator[Target]:
    if dry_run:
        with Rehearsal() as rehearsal:
            yield DryTarget(context, options, rehearsal)
    else:
        yield StoreTarget(context, batch, options, zone_teller(context.clock.now().year), fields)


def _batch(context: Context, path: Path, options: ImportOptions, resume: UUID | None) -> ImportBatch:
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    if resume is not None:
        return _unfinished(context, resume, digest.digest())
    return ImportBatch(
        id=context.new_id(),
        file_name=path.name,
        file_sha256=digest.digest(),
        state=ImportState.RUNNING,
        options=options.as_json(),
        counts=ImportCounts(),
        problem_count=0,
        problems=(),
        created_at=context.clock.now(),
        finished_at=None,
    )


def _unfinished(context: Context, batch_id: UUID, sha256: bytes) -> ImportBatch:
    with context.store.read() as unit:
        batch = imports.find_batch(unit, context.scope.workspace_id, batch_id)
    if batch is None:
        raise NotFound("There is no such import.", "Import the file anew.", where=str(batch_id))
    if batch.file_sha256 != sha256:
        raise InputError(
            f"The import to go on with was of another file ({batch.file_name}).",
            "Give that file, as it was, or import this one anew.",
            code="another_file",
        )
    if batch.state not in {ImportState.RUNNING, ImportState.CANCELLED}:
        raise NotPossible(f"The import is {batch.state} already.", "Import the file anew.", where=str(batch_id))
    return batch


def _new_fields(plan: ColumnPlan, known: Sequence[ContactField]) -> list[ContactField]:
    """The own fields that the file brings along, called as its columns are."""
    names = {field.name for field in known}
    columns = {name: plan.column_of(f"{CUSTOM}{name}") for name in plan.kinds if name not in names}
    return [
        ContactField(name, _label(name, column.name), plan.kinds[name]) for name, column in columns.items() if column
    ]


def _label(name: str, column: str) -> str:
    """What people call a field: as the column does, or in words where that only says the field's name."""
    return name.replace("_", " ").capitalize() if column.casefold().startswith(CUSTOM) else column


def _notes(plan: ColumnPlan, new_fields: Sequence[ContactField]) -> Iterator[str]:
    if plan.left_out:
        yield (
            f"Left out: {', '.join(plan.left_out)}. Say where a column goes with COLUMN=FIELD, or with "
            "COLUMN=custom.NAME for a field of your own."
        )
    if new_fields:
        yield f"New fields: {', '.join(field.label for field in new_fields)}."
