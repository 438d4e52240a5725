"""What a person sees of a file before it is imported: how it is written, and where each column would go."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from opendoors_desktop.domain.contact_field import ContactField
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_columns import ColumnPlan, plan_columns
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.imports import FileForm, examine
from opendoors_desktop.store import contacts


@dataclass(frozen=True, slots=True)
class Preview:
    """A file's form and the workspace's own fields; `plan` says where columns go, `fault` why that can't be told."""

    form: FileForm
    own_fields: tuple[ContactField, ...]
    plan: ColumnPlan | None
    fault: InputError | None


def preview_file(context: Context, path: Path, overrides: Iterable[tuple[str, str]] = ()) -> Preview:
    """Look at a file of contacts, writing nothing; raises InputError where it is no CSV file or can't be read."""
    try:
        form = examine(path)
    except OSError as error:
        raise InputError(
            f"The file {path.name} can’t be read: {error.strerror or error}.",
            "Look whether it is still there and whether you may read it.",
            where=str(path),
            code="no_file",
        ) from error
    with context.store.read() as unit:
        own = tuple(contacts.own_fields(unit, context.scope.workspace_id))
    try:
        plan = plan_columns(
            form.names, form.samples, overrides=overrides, own_fields=own, delimiter=form.dialect.delimiter
        )
    except InputError as fault:
        return Preview(form, own, None, fault)
    return Preview(form, own, plan, None)
