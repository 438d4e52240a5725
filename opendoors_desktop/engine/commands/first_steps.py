"""What a person's first steps write: who they are, invented people to try with, a first sequence from a template."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final
from uuid import UUID

from opendoors_desktop.engine.commands.contact_imports import import_contacts
from opendoors_desktop.engine.commands.sequence_files import import_sequence
from opendoors_desktop.engine.commands.workspace import change_workspace, show_workspace
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.import_report import ImportOptions
from opendoors_desktop.shipped import find_shipped

PEOPLE: Final = 20
SAMPLE_TAG: Final = "sample"
TEMPLATES: Final[Mapping[str, str]] = MappingProxyType(
    {"spring": "spring-introduction.json", "open_house": "open-house.json"}
)
"""The sequences that ship with the program, by the word a caller names them with."""


@dataclass(frozen=True, slots=True)
class You:
    """What is asked about a person: the name of their workspace, its time zone, the address under their emails."""

    name: str
    zone: str
    postal_address: str


def say_who(context: Context, you: You) -> You:
    """Save who somebody is; gives what was there before. Raises InputError with everything wrong."""
    found = show_workspace(context)
    change_workspace(
        context,
        lambda before: replace(before, name=you.name, zone=you.zone, postal_address=you.postal_address),
    )
    return You(found.name, found.zone, found.postal_address)


def add_sample_people(context: Context) -> UUID:
    """Import invented people, tagged as such, at addresses that belong to nobody; gives the import, to be undone."""
    with TemporaryDirectory(prefix="opendoors-") as folder:
        file = Path(folder) / "people.csv"
        _write_people(file)
        report = import_contacts(context, file, ImportOptions(tags=(SAMPLE_TAG,), source=SAMPLE_TAG))
    assert report.batch_id is not None  # no dry run
    return report.batch_id


def add_first_sequence(context: Context, template: str) -> UUID:
    """Make a draft of a sequence that ships, one of TEMPLATES; it sends from the only mailbox, if there is one."""
    document = json.loads((_samples() / TEMPLATES[template]).read_text(encoding="utf-8"))
    return import_sequence(context, document).sequence_id


def _write_people(file: Path) -> None:
    """The first people of the sample, without tags and fields of its own that a workspace may not want."""
    with (
        (_samples() / "contacts.csv").open(encoding="utf-8", newline="") as source,
        file.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.DictReader(source)
        names = [name for name in rows.fieldnames or () if name != "Tags" and not name.startswith("custom.")]
        writer = csv.DictWriter(target, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(islice(rows, PEOPLE))


def _samples() -> Path:
    return find_shipped("resources") / "sample"
