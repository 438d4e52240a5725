"""What can be done from a dashboard: a variant takes everyone, and tables are written to files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from opendoors_desktop.gui.csv_export import write_csv
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.jobs import Command, Progress, Reading
from opendoors_desktop.gui.models.people import PeopleListing, PersonRow
from opendoors_desktop.gui.models.step_figures import step_cells
from opendoors_desktop.gui.widgets.charts import ChartTable
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_list import PeopleFigure, PeopleList
from opendoors_desktop.store.queries.people_states import PeopleState
from opendoors_desktop.store.queries.places import START
from opendoors_desktop.store.queries.sequence_steps import StepCard

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


def promote(bench: Workbench, sequence_id: UUID, step_id: UUID, variant_id: str) -> None:
    """Let a variant take everyone who comes after (empty: let the test go on); undo puts back what was before."""

    def do(context: "Context") -> str | None:
        from opendoors_desktop.engine.commands.ab_tests import promote_variant

        return promote_variant(context, sequence_id, step_id, variant_id or None).before

    def undo(context: "Context", before: str | None) -> object:
        from opendoors_desktop.engine.commands.ab_tests import promote_variant

        return promote_variant(context, sequence_id, step_id, before)

    text = _tr("Send {name} to everyone").format(name=variant_id) if variant_id else _tr("Keep testing")
    done = _tr("Everyone gets {name} from now on.").format(name=variant_id) if variant_id else _tr("The test goes on.")
    bench.do(Command(text, do, undo), done)


def export_people(
    bench: Workbench, parent: QWidget, name: str, sequence_id: UUID, narrowed: PeopleState | PeopleFigure | None
) -> None:
    """Write all people of a sequence's list, narrowed as it is shown, to a file of the person's choice."""
    listing = PeopleListing(sequence_id, PeopleList(narrowed))

    def rows(context: "Context", progress: Progress) -> Iterator[Sequence[str]]:
        # One transaction: nobody is written twice or left out because the list moves on meanwhile.
        with context.store.read() as unit:
            reading = Reading(unit, context.scope, context.clock.now())
            yield from _every_person(listing, reading, progress)

    _choose_and_write(bench, parent, name, _people_columns(), rows)


def export_steps(bench: Workbench, parent: QWidget, name: str, cards: Sequence[StepCard]) -> None:
    """Write the table of steps."""
    columns, cells = step_cells(cards)
    _choose_and_write(bench, parent, name, columns, lambda _context, _progress: cells)


def export_chart(bench: Workbench, parent: QWidget, name: str, table: ChartTable) -> None:
    """Write the figures of a chart."""
    _choose_and_write(bench, parent, name, table.columns, lambda _context, _progress: table.rows)


def print_cards(bench: Workbench, parent: QWidget, name: str, cards: Sequence[QWidget]) -> None:
    """Write cards as they stand on the screen into a PDF."""
    from opendoors_desktop.gui.pages.dashboard_print import DashboardPrint, write_pdf

    def write(path: Path, pdf: bytes) -> None:
        done = _tr("{file} written.").format(file=path.name)
        told = bench.notices.toast
        bench.jobs.aside(lambda: write_pdf(path, pdf), lambda _: told(done), bench.notices.show_error)

    def print_to(file: str) -> None:
        sheet = DashboardPrint(name, cards, parent)
        sheet.done.connect(lambda pdf: write(Path(file), pdf))
        sheet.begin()

    _choose(parent, _tr("Print to PDF"), _tr("Documents (*.pdf)"), f"{_file_name(name)}.pdf", print_to)


def _every_person(listing: PeopleListing, reading: Reading, progress: Progress) -> Iterator[Sequence[str]]:
    place = START
    while not progress.is_cancelled:
        climb = listing.climb(reading, place)
        stops = [each.position for each in climb.places] + ([] if climb.total is None else [climb.total])
        for start, stop in zip((place, *climb.places), stops, strict=False):
            if stop > start.position:
                yield from map(_cells, listing.page(reading, start, 0, stop - start.position))
                progress.told(stop, climb.total or 0)
        if climb.total is not None:
            return
        place = climb.places[-1]


def _cells(row: PersonRow) -> Sequence[str]:
    person = row.person
    return (
        row.name,
        person.email or "",
        person.company,
        row.status,
        row.step_number,
        row.step_title,
        "" if person.next_at is None else person.next_at.isoformat(),
        person.zone,
        person.mailbox or "",
        row.last_activity,
        "" if person.last_at is None else person.last_at.isoformat(),
    )


def _people_columns() -> tuple[str, ...]:
    return tuple(
        map(
            _tr,
            ("Contact", "Email", "Company", "Status", "Step", "Step name", "Next send (UTC)", "Their time zone",
             "Mailbox", "Last activity", "Last activity (UTC)"),
        )
    )  # fmt: skip


def _choose_and_write(
    bench: Workbench,
    parent: QWidget,
    name: str,
    columns: Sequence[str],
    rows: "Callable[[Context, Progress], Iterable[Sequence[str]]]",
) -> None:
    file = f"{_file_name(name)}.csv"
    _choose(
        parent,
        _tr("Export CSV"),
        _tr("Tables (*.csv)"),
        file,
        lambda chosen: _write(bench, Path(chosen), columns, rows),
    )


def _choose(parent: QWidget, title: str, kind: str, name: str, then: Callable[[str], object]) -> None:
    """Ask where to write a file that is called `name` unless the person says otherwise."""
    dialog = QFileDialog(parent, title, "", kind)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix[1:])
    dialog.selectFile(name)
    dialog.fileSelected.connect(then)
    dialog.open()


def _write(
    bench: Workbench,
    path: Path,
    columns: Sequence[str],
    rows: "Callable[[Context, Progress], Iterable[Sequence[str]]]",
) -> None:
    def do(context: "Context", progress: Progress) -> int:
        return write_csv(path, columns, rows(context, progress))

    def done(number: int) -> None:
        bench.notices.toast(_tr("{file} written, rows: {number}.").format(file=path.name, number=count(number)))

    bench.jobs.start_long(do, done, bench.notices.show_error)


def _file_name(name: str) -> str:
    """The name with nothing in it that a file's name may not have on any system."""
    plain = "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in name[:80]).strip()
    return plain or "dashboard"


def _tr(text: str) -> str:
    return QCoreApplication.translate("DashboardCommands", text)
