"""Where an import goes: into the store, a commit a batch, or into a rehearsal that leaves no trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol
from uuid import UUID

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.contact_field import ContactField
from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.ids import IdSource
from opendoors_desktop.engine.contact_effects import release_held
from opendoors_desktop.engine.contact_zones import ZoneOf
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.import_batch import Decided, DraftRow, Newcomer, decide
from opendoors_desktop.engine.import_report import ImportOptions, Problems, problem_json
from opendoors_desktop.store import companies, contacts, imports, suppressions
from opendoors_desktop.store.imports import ImportBatch, ImportCounts, ImportState
from opendoors_desktop.store.rehearsal import Rehearsal
from opendoors_desktop.store.unit import Unit

_KEPT_PROBLEMS = 1_000
_REMEMBERED_COMPANIES = 50_000


class Target(Protocol):
    """Takes an import in, batch by batch."""

    batch_id: UUID | None

    def take(self, rows: Sequence[DraftRow], counts: ImportCounts, problems: int) -> tuple[Decided, ImportCounts]:
        """Take the drafts of one batch; `counts` and `problems` stand as they do before them, and are given back."""

    def finish(self, counts: ImportCounts, problems: Problems, *, is_cancelled: bool) -> None:
        """Note that the import has come to its end."""


class StoreTarget:
    """Writes each batch in one commit, together with how far the import is."""

    def __init__(
        self,
        context: Context,
        batch: ImportBatch,
        options: ImportOptions,
        zone_of: ZoneOf,
        fields: Sequence[ContactField],
    ) -> None:
        """`fields` are own fields that the file brings along; `batch` is kept from the first commit on."""
        self.batch_id: UUID | None = batch.id
        self._context = context
        self._batch = batch
        self._is_kept = batch.counts.rows > 0
        self._options = options
        self._fields = fields
        self._newcomer = _newcomer(context, options, batch, zone_of)
        self._companies: dict[str, UUID] = {}

    def take(self, rows: Sequence[DraftRow], counts: ImportCounts, problems: int) -> tuple[Decided, ImportCounts]:
        """Write one batch; raises StoreError, and then nothing of it was written."""
        context, by = self._context, self._context.scope.user_id
        with context.store.write() as unit:
            self._keep(unit)
            decided = decide(
                rows, _Known(unit, context, self._companies, self._newcomer), self._options, self._newcomer
            )
            contacts.add_contacts(unit, list(decided.created.values()), by=by)
            foreign = [pair for pair in decided.changed.values() if pair[0].import_batch_id != self.batch_id]
            imports.keep_before(unit, self._batch.id, foreign, self._newcomer.now)
            contacts.update_contacts(unit, [after for _, after in decided.changed.values()], by=by)
            release_held(unit, context, decided.changed)
            counts = add_counts(counts, decided)
            imports.save_progress(
                unit, self._batch.id, counts, problems + len(decided.problems), options=self._batch.options
            )
        self._is_kept = True
        return decided, counts

    def finish(self, counts: ImportCounts, problems: Problems, *, is_cancelled: bool) -> None:
        """Keep the report."""
        with self._context.store.write() as unit:
            self._keep(unit)
            imports.save_progress(
                unit,
                self._batch.id,
                counts,
                problems.count,
                state=ImportState.CANCELLED if is_cancelled else ImportState.DONE,
                options=self._batch.options,
                problems=[problem_json(problem) for problem in problems.listed(_KEPT_PROBLEMS)],
                finished_at=self._context.clock.now(),
            )

    def _keep(self, unit: Unit) -> None:
        if self._is_kept:
            return
        context = self._context
        workspace_id = context.scope.workspace_id
        imports.add_batch(unit, workspace_id, self._batch, by=context.scope.user_id)
        if self._fields:
            made = [(context.new_id(), field) for field in self._fields]
            contacts.add_own_fields(unit, workspace_id, made, self._batch.created_at)


class DryTarget:
    """Decides like the real one, on what the store holds and what the rows before would have made of it."""

    batch_id: UUID | None = None

    def __init__(self, context: Context, options: ImportOptions, rehearsal: Rehearsal) -> None:
        """`rehearsal` remembers the contacts as they would be; it is closed by who opened it."""
        self._context = context
        self._options = options
        self._rehearsal = rehearsal
        self._newcomer = _newcomer(context, options, None, lambda *_: None)

    def take(self, rows: Sequence[DraftRow], counts: ImportCounts, problems: int) -> tuple[Decided, ImportCounts]:
        """Decide one batch and remember the outcome."""
        with self._context.store.read() as unit:
            known = _Rehearsed(_Known(unit, self._context, {}, self._newcomer), self._rehearsal)
            decided = decide(rows, known, self._options, self._newcomer)
        self._rehearsal.keep([*decided.created.values(), *(after for _, after in decided.changed.values())])
        return decided, add_counts(counts, decided)

    def finish(self, counts: ImportCounts, problems: Problems, *, is_cancelled: bool) -> None:
        """Nothing is kept of a rehearsal."""


def add_counts(counts: ImportCounts, decided: Decided) -> ImportCounts:
    """The counts with those of one batch; its rows are in `counts.rows` already."""
    return replace(counts, **{name: getattr(counts, name) + more for name, more in decided.counts.items()})


def _newcomer(context: Context, options: ImportOptions, batch: ImportBatch | None, zone_of: ZoneOf) -> Newcomer:
    now = batch.created_at if batch else context.clock.now()
    # Keys by the million: chance is asked for once, and spread.
    chance = Random(context.new_id().int)  # noqa: S311
    milliseconds = int(context.clock.now().timestamp() * 1000)
    return Newcomer(
        workspace_id=context.scope.workspace_id,
        owner_id=options.owner_id or context.scope.user_id,
        batch_id=batch.id if batch else None,
        now=now,
        new_id=IdSource(lambda: milliseconds, chance.getrandbits),
        zone_of=zone_of,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows, read in the unit of the batch."""

    unit: Unit
    context: Context
    remembered: dict[str, UUID]
    newcomer: Newcomer

    def find(self, keys: Sequence[str]) -> dict[str, Contact]:
        return contacts.find_by_keys(self.unit, self.newcomer.workspace_id, keys, with_archived=True)

    def erased(self, keys: Sequence[str]) -> set[str]:
        workspace_id = self.newcomer.workspace_id
        if not keys or not suppressions.has_erased(self.unit, workspace_id):
            return set()
        secret = suppressions.erasure_key(self.unit, workspace_id)
        by_hash = {erased_hash(secret, key): key for key in keys}
        return {by_hash[found] for found in suppressions.erased_among(self.unit, workspace_id, by_hash)}

    def companies(self, names: Mapping[str, str]) -> Mapping[str, UUID]:
        if len(self.remembered) > _REMEMBERED_COMPANIES:
            self.remembered.clear()
        missing = {domain: name for domain, name in names.items() if domain not in self.remembered}
        if missing:
            newcomer = self.newcomer
            self.remembered.update(
                companies.ensure_companies(
                    self.unit, newcomer.workspace_id, missing, new_id=newcomer.new_id, now=newcomer.now
                )
            )
        return self.remembered


@dataclass(frozen=True, slots=True)
class _Rehearsed:
    """What the store knows, and over it what the rehearsal made of it."""

    known: _Known
    rehearsal: Rehearsal

    def find(self, keys: Sequence[str]) -> dict[str, Contact]:
        found = self.known.find(keys)
        own = {key: address_key(contact.email) for key, contact in found.items()}
        latest = self.rehearsal.find([*keys, *own.values()])
        found.update({key: latest[key] for key in keys if key in latest})
        found.update({key: latest[mine] for key, mine in own.items() if mine in latest})
        return found

    def erased(self, keys: Sequence[str]) -> set[str]:
        return self.known.erased(keys)

    def companies(self, names: Mapping[str, str]) -> Mapping[str, UUID]:
        return {}
