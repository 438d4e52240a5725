"""`opendoors contacts`: people who are written to."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TextIO
from uuid import UUID

import typer

from opendoors_desktop.cli.options import ContactArgument, YesOption, find_sequence, read_key, read_pairs, unwritable
from opendoors_desktop.cli.output import Status, details, fault, plain, table, tell
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.domain.cells import guard_formula
from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS, Contact, OnDuplicate
from opendoors_desktop.domain.enrollment import EnrollmentSource
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands import contact_imports, contacts, enrollments, import_undo
from opendoors_desktop.engine.contact_filter import filter_contacts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.import_report import ImportOptions, ImportReport
from opendoors_desktop.store.queries.enrollments import page_enrollments
from opendoors_desktop.store.queries.fields import list_own_fields

app = typer.Typer(help="Import, list, show, export, tag and erase contacts.")

Filter = Annotated[
    str | None, typer.Option("--filter", metavar="EXPR", help="Like: country = France and tags contains vip.")
]
Tag = Annotated[str | None, typer.Option(help="Those with this tag.")]
SHOWN_PROBLEMS = 20


@app.command("import")
def import_(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Give this tag to everybody in the file.")] = None,
    on_duplicate: Annotated[OnDuplicate, typer.Option(help="For those who are there.")] = OnDuplicate.FILL,
    enroll: Annotated[str | None, typer.Option(metavar="SEQUENCE", help="Enroll them in this sequence.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; write nothing.")] = False,
    left_out: Annotated[Path | None, typer.Option(help="Write rows that are left out to this file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="The file's encoding, if it isn't told rightly.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="What stands between its values.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with this import of the file.")] = None,
) -> int:
    """Import contacts; rows that can't be used are reported, and the rest goes on."""
    session = session_of(ctx)
    options = ImportOptions(
        overrides=tuple(read_pairs(mapping or [], "--map")),
        tags=tuple(tag or ()),
        on_duplicate=on_duplicate,
        encoding=encoding,
        delimiter=delimiter,
    )
    with session.open() as context:
        entry = None if enroll is None else _Entry(context, find_sequence(context, enroll))
        watch = contact_imports.UNWATCHED
        if not session.as_json and sys.stderr.isatty():
            watch = replace(watch, progress=_show_progress)
        if entry is not None and not dry_run:
            watch = replace(watch, after_batch=entry.take)
        report = contact_imports.import_contacts(
            context,
            file,
            options,
            dry_run=dry_run,
            resume=None if resume is None else read_key(resume, "import", "contacts imports"),
            left_out=left_out,
            watch=watch,
        )
    value = report.as_json() | ({} if entry is None else entry.as_json())
    for line in report.notes:
        tell(line)
    session.show(value, lambda: _told(report, entry))
    is_whole = not (report.problems and report.counts.skipped) and not report.is_cancelled
    return Status.DONE if is_whole and (entry is None or not entry.refused) else Status.IN_PART


class _Entry:
    """Puts the contacts of each batch into a sequence, and remembers who couldn't be."""

    def __init__(self, context: Context, sequence_id: UUID) -> None:
        self._context = context
        self._sequence_id = sequence_id
        self.enrolled = 0
        self.refused: list[dict[str, Any]] = []

    def take(self, contact_ids: Sequence[UUID]) -> None:
        """Enroll the contacts of the commit just made."""
        options = enrollments.EnrollOptions(source=EnrollmentSource.BULK_IMPORT)
        for answer in enrollments.enroll(self._context, self._sequence_id, contact_ids, options):
            if answer.refusal is None:
                self.enrolled += 1
            else:
                refusal = answer.refusal
                error = fault(refusal.code, refusal.title, refusal.advice)
                self.refused.append({"contact": str(answer.contact_id), "error": error})

    def as_json(self) -> dict[str, Any]:
        """What is added to the report."""
        return {"enrolled": self.enrolled, "not_enrolled": self.refused}


def _show_progress(done: int, size: int) -> None:
    print(f"\r{100 * done // size if size else 100} %", end="" if done < size else "\n", file=sys.stderr, flush=True)


def _told(report: ImportReport, entry: _Entry | None) -> Iterable[str]:
    counts = report.counts
    yield (
        f"{counts.rows} rows: {counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged,"
        f" {counts.skipped} skipped"
    )
    if entry is not None:
        yield f"{entry.enrolled} enrolled, {len(entry.refused)} not"
    if report.batch_id is not None:
        yield f"import {report.batch_id}"
    yield from table(
        report.problems[:SHOWN_PROBLEMS],
        {"line": lambda each: each.line, "column": lambda each: each.column, "problem": lambda each: each.message},
    )
    if len(report.problems) > SHOWN_PROBLEMS:
        yield f"and {len(report.problems) - SHOWN_PROBLEMS} more problems; --json lists them all"


@app.command("list")
def list_(ctx: typer.Context, tag: Tag = None, filter_: Filter = None) -> None:
    """List contacts in the order they were made."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            _chosen(context, tag, filter_),
            {
                "email": lambda each: each.email,
                "name": lambda each: each.name if each.name != each.email else "",
                "company": lambda each: each.company,
                "tags": lambda each: each.tags,
            },
            nothing="There are no such contacts.",
        )


@app.command()
def show(ctx: typer.Context, contact: ContactArgument) -> None:
    """Show a contact, what keeps it from being written to, and its sequences."""
    session = session_of(ctx)
    with session.open() as context:
        sight = contacts.show_contact(context, contact)
        owners = (context.scope.customer_id, context.scope.workspace_id)
        with context.store.read() as unit:
            entries = page_enrollments(unit, owners, contact_id=sight.contact.id, with_hidden=True)
    value = plain(sight.contact) | {"suppressions": plain(sight.suppressions), "enrollments": plain(entries)}
    told = plain(sight.contact)
    told |= {f"{CUSTOM}{name}": each for name, each in told.pop("custom").items()}
    told |= {
        "suppressed": [f"{each.reason} ({each.value}, {each.source})" for each in sight.suppressions],
        "sequences": "\n".join(f"{each.sequence}: {each.status}" for each in entries),
    }
    session.show(value, lambda: details(told))


@app.command()
def export(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of showing it.")] = None,
    tag: Tag = None,
    filter_: Filter = None,
) -> None:
    """Give contacts out as CSV, with --json as one JSON object a line."""
    session = session_of(ctx)
    with session.open() as context:
        found = _chosen(context, tag, filter_)
        if out is None:
            _write(session, context, found, sys.stdout)
            return
        try:
            with out.open("w", encoding="utf-8" if session.as_json else "utf-8-sig", newline="") as file:
                count = _write(session, context, found, file)
        except OSError as error:
            raise unwritable(out, error) from error
    tell(f"{count} contacts are in {out}.")


def _write(session: Session, context: Context, found: Iterable[Contact], file: TextIO) -> int:
    if session.as_json:
        lines = (json.dumps(plain(contact), ensure_ascii=False) for contact in found)
        return sum(1 for line in lines if file.write(f"{line}\n"))
    with context.store.read() as unit:
        own = list_own_fields(unit, context.scope.workspace_id)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["email", *TEXT_FIELDS, "tags", *(f"{CUSTOM}{name}" for name in own)])
    return sum(1 for contact in found if writer.writerow(_cells(contact, own)))


def _cells(contact: Contact, own: Sequence[str]) -> list[str]:
    texts = [contact.email, *(getattr(contact, name) for name in TEXT_FIELDS), ", ".join(contact.tags)]
    values = [plain(contact.custom.get(name, "")) for name in own]
    return [guard_formula(str(each)) for each in (*texts, *values)]


def _chosen(context: Context, tag: str | None, text: str | None) -> Iterable[Contact]:
    if text is None:
        return contacts.list_contacts(context, tag=tag)
    found = filter_contacts(context, text)
    if tag is None:
        return found
    return (each for each in found if tag.casefold() in {name.casefold() for name in each.tags})


@app.command()
def add(
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(help="The address.")],
    values: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE")] = None,
) -> None:
    """Add a contact; fields are those of `show`, own ones as custom.NAME, tags parted by commas."""
    session = session_of(ctx)
    with session.open() as context:
        made = contacts.add_contact(context, dict(read_pairs(values or [], "--set")) | {"email": email})
    session.done(plain(made), f"Added {made.email}.")


@app.command()
def change(
    ctx: typer.Context,
    contact: ContactArgument,
    values: Annotated[list[str], typer.Option("--set", metavar="FIELD=VALUE", help="An empty value empties it.")],
) -> None:
    """Change fields of a contact."""
    session = session_of(ctx)
    with session.open() as context:
        found = contacts.find_contact(context, contact)
        new = contacts.update_contact(context, found.id, dict(read_pairs(values, "--set")))
    session.done(plain(new), f"Changed {new.email}.")


@app.command()
def erase(
    ctx: typer.Context,
    contact: Annotated[list[str], typer.Argument(metavar="CONTACT...")],
    yes: YesOption = False,
) -> None:
    """Erase people for good: what is kept is a keyed hash, so that no import brings them back."""
    session = session_of(ctx)
    with session.open() as context:
        found = [contacts.find_contact(context, each) for each in contact]
        if not yes and not session.as_json:
            typer.confirm(
                f"Erase {', '.join(each.email for each in found)}? This can't be undone.", abort=True, err=True
            )
        for each in found:
            contacts.erase_contact(context, each.id)
    session.done({"erased": [str(each.id) for each in found]}, f"Erased {len(found)}.")


@app.command()
def tag(
    ctx: typer.Context,
    contact: Annotated[list[str] | None, typer.Argument(metavar="[CONTACT...]")] = None,
    add: Annotated[list[str] | None, typer.Option(help="Give this tag.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="Take this tag away.")] = None,
    filter_: Filter = None,
) -> None:
    """Give contacts tags, or take tags from them."""
    session = session_of(ctx)
    if not add and not remove:
        raise InputError("No tag is named.", "Use --add TAG or --remove TAG.", code="bad_option")
    if not contact and filter_ is None:
        raise InputError("No contact is named.", "Name contacts, or use --filter.", code="bad_option")
    with session.open() as context:
        ids = _ids(context, contact or [], filter_)
        changed = contacts.tag_contacts(context, ids, add) if add else 0
        changed = max(changed, contacts.untag_contacts(context, ids, remove)) if remove else changed
    session.done({"contacts": len(ids), "changed": changed}, f"{changed} of {len(ids)} contacts changed.")


def _ids(context: Context, names: Sequence[str], text: str | None) -> list[UUID]:
    ids = [contacts.find_contact(context, name).id for name in names]
    return ids if text is None else ids + [each.id for each in filter_contacts(context, text)]


@app.command()
def imports(ctx: typer.Context) -> None:
    """List imports, the latest first."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            import_undo.list_imports(context),
            {
                "id": lambda each: each.id,
                "file": lambda each: each.file_name,
                "state": lambda each: each.state,
                "rows": lambda each: each.counts.rows,
                "made": lambda each: each.created_at,
            },
            lambda each: {
                "id": each.id,
                "file": each.file_name,
                "state": each.state,
                "counts": each.counts,
                "created_at": each.created_at,
                "finished_at": each.finished_at,
            },
            nothing="Nothing was imported yet.",
        )


@app.command("undo-import")
def undo_import(ctx: typer.Context, import_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take an import back, but for people who were written to since."""
    session = session_of(ctx)
    with session.open() as context:
        undone = import_undo.undo_import(context, read_key(import_id, "import", "contacts imports"))
    session.done(plain(undone), f"Undone: {', '.join(f'{name} {count}' for name, count in plain(undone).items())}.")
