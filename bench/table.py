"""The table of contacts over a million and ten million rows, beside Qt's own model in memory with as many columns.

A frame is one page down, from moving the scroll bar to the end of painting; a jump is done when the rows there are
painted. The anchor is a plain QTableView with its own delegate over a QStandardItemModel of 7,400 of these rows. Each
leg runs in a process of its own on the offscreen platform.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench._contact_store import make_contacts
from bench._screen import pss_of
from bench.figure import Figure, figure

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QTableView

    from opendoors_desktop.gui.models.contact_cells import ContactCells
    from opendoors_desktop.gui.models.paged_table import PagedTable
    from opendoors_desktop.gui.widgets.paged_view import PagedView

SIZES = {"1M": 1_000_000, "10M": 10_000_000}
HELD = 7_400
ROW = 30
PAGES, JUMPS = 100, 30
SOON_MS = 300.0
MAY_WEIGH = 40.0


def figures(rounds: int) -> Iterator[Figure]:
    """Milliseconds beside those of the model in memory, and MiB over an idle window beside those allowed."""
    for name, count in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            yield from _figures_of(name, make_contacts(Path(folder), count), rounds)


def _figures_of(name: str, store: Path, rounds: int) -> Iterator[Figure]:
    found = [{leg: _run(leg, store) for leg in ("memory", "idle", "paged")} for _ in range(rounds)]
    pages = [(each["paged"]["page"], each["memory"]["page"]) for each in found]
    jumps = [(each["paged"]["jump"], each["memory"]["page"]) for each in found]
    yield figure(f"table {name}: page frame", pages, unit="ms", goal=1.25, less_is_better=True)
    yield figure(f"table {name}: jump, slowest order", jumps, unit="ms", goal=1.5, less_is_better=True)
    soon = [(each["paged"]["soon"], SOON_MS) for each in found]
    yield figure(f"table {name}: first rows in another order, slowest", soon, unit="ms", goal=1.0, less_is_better=True)
    some = [(each["paged"]["found"], SOON_MS) for each in found]
    yield figure(f"table {name}: first rows of a filter, slowest", some, unit="ms", goal=1.0, less_is_better=True)
    weights = [(each["paged"]["weight"] - each["idle"]["weight"], MAY_WEIGH) for each in found]
    yield figure(f"table {name}: memory over idle", weights, unit="MiB", goal=1.0, less_is_better=True)


def _run(leg: str, store: Path) -> dict[str, float]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "OPENDOORS_DATA_DIR": str(store.parent),
        "OPENDOORS_KEYRING": "keyring.backends.null.Keyring",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.table", leg, str(store)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


# The legs, each in a process of its own -------------------------------------------------------------------------------


def leg(kind: str, store: Path) -> dict[str, float]:
    """What one leg measures: medians in ms, and the weight of its process in MiB at its end."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    if kind == "memory":
        return {"page": _page_frames(application, _held_table(store), HELD)}
    view, model, close = _paged_table(store)
    try:
        found = {} if kind == "idle" else _measure(application, view, model)
        return found | {"weight": pss_of(os.getpid())}
    finally:
        close()


def _held_table(store: Path) -> "QTableView":
    """Qt's own model and delegate, with the texts of real rows."""
    from datetime import UTC, datetime

    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QTableView

    from opendoors_desktop.gui.models.contact_cells import cells_of
    from opendoors_desktop.gui.models.contact_table import contact_columns
    from opendoors_desktop.store.database import Store
    from opendoors_desktop.store.queries.contact_list import ContactOrder, page_contacts
    from opendoors_desktop.store.types import as_uuid

    opened = Store.open(f"sqlite:///{store}")
    with opened.read() as unit:
        workspace_id = as_uuid(unit.rows("SELECT workspace_id FROM contacts LIMIT 1")[0][0])
        lines = page_contacts(unit, workspace_id, ContactOrder.ADDED, limit=HELD)
    opened.close()
    columns, now = contact_columns(), datetime.now(UTC)
    model = QStandardItemModel(HELD, len(columns))
    for row, line in enumerate(lines):
        for column, text in enumerate(cells_of(line, now).texts):
            model.setItem(row, column, QStandardItem(text))
    view = QTableView()
    view.setModel(model)
    model.setParent(view)
    view.verticalHeader().setDefaultSectionSize(ROW)
    for number, column_ in enumerate(columns):
        view.setColumnWidth(number, column_.width)
    return view


def _paged_table(store: Path) -> "tuple[PagedView, PagedTable[ContactCells], Callable[[], None]]":
    """The table of the Contacts page as it stands there; and what closes it."""
    from PySide6.QtWidgets import QApplication

    from opendoors_desktop.app import build
    from opendoors_desktop.config import read_options
    from opendoors_desktop.gui.jobs import Jobs
    from opendoors_desktop.gui.models.contact_table import contact_table
    from opendoors_desktop.gui.theme import Mode, start_theme
    from opendoors_desktop.gui.widgets.contact_painter import ContactPainter
    from opendoors_desktop.gui.widgets.paged_view import PagedView

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    keeper = start_theme(application, Mode.LIGHT)
    options = read_options(os.environ, store=str(store))
    jobs = Jobs(lambda: build(options))
    model = contact_table(jobs, application)
    view = PagedView(model, "contacts", lambda view: ContactPainter(view, model))
    keeper.dress(view)
    jobs.start()
    _wait(application, lambda: jobs.context is not None)
    view.resize(1280, 800)
    view.show()
    application.processEvents()
    return view, model, jobs.close


def _measure(application: "QApplication", view: "PagedView", model: "PagedTable[ContactCells]") -> dict[str, float]:
    from opendoors_desktop.gui.models.contact_table import AllContacts
    from opendoors_desktop.store.queries.contact_list import ContactOrder

    pages, jumps, soon = [], [], []
    for order in ContactOrder:
        soon.append(_show(application, view, model, AllContacts(order, is_descending=False)))
        _wait(application, lambda: model.is_measured)
        pages.append(_page_frames(application, view, model.rowCount()))
        jumps.append(_jumps(application, view, model))
        soon.append(_show(application, view, model, AllContacts(order, is_descending=True)))
    found = [_show(application, view, model, listing) for listing in _filters()]
    return {"page": statistics.median(pages), "jump": max(jumps), "soon": max(soon), "found": max(found)}


def _filters() -> list[Any]:
    """Words, tags and every state in each order, either way round in turns."""
    from opendoors_desktop.gui.models.found_contacts import FoundContacts
    from opendoors_desktop.store.queries.contact_list import ContactOrder
    from opendoors_desktop.store.queries.contact_search import ContactFilter
    from opendoors_desktop.store.queries.contact_states import ContactState

    wanted = [
        *(ContactFilter(words) for words in ("a", "asmith4", "asmith42 anna")),
        *(ContactFilter(tag=tag) for tag in ("lead", "north", "fair")),
        *(ContactFilter(state=state) for state in ContactState),
        ContactFilter("a", tag="lead"),
        ContactFilter(tag="fair", state=ContactState.NOT_ENROLLED),
    ]
    orders = list(enumerate(ContactOrder))
    return [
        FoundContacts(each, order, is_descending=(number + place) % 2 == 1)
        for number, each in enumerate(wanted)
        for place, order in orders
    ]


def _show(application: "QApplication", view: "PagedView", model: "PagedTable[ContactCells]", listing: Any) -> float:
    """Milliseconds from asking for a list, in another order or of a filter, until the first of its rows are painted."""
    began = time.perf_counter()
    model.show(listing)
    _wait(application, lambda: model.has_answer and model.rowCount() > 0 and model.row_at(0) is not None)
    view.viewport().repaint()
    return (time.perf_counter() - began) * 1000


def _page_frames(application: "QApplication", view: "QTableView", count: int) -> float:
    view.resize(1280, 800)
    view.show()
    application.processEvents()
    page = view.viewport().height() // ROW
    frames = [_frame(application, view, (number + 1) * page % (count - page)) for number in range(PAGES)]
    return statistics.median(frames)


def _frame(application: "QApplication", view: "QTableView", row: int) -> float:
    began = time.perf_counter()
    view.verticalScrollBar().setValue(row)
    application.processEvents()
    view.viewport().repaint()
    return (time.perf_counter() - began) * 1000


def _jumps(application: "QApplication", view: "PagedView", model: "PagedTable[ContactCells]") -> float:
    places = [(number * 7919 * 131071 + 17) % (model.rowCount() - 100) for number in range(JUMPS)]
    return statistics.median(_jump(application, view, model, place) for place in places)


def _jump(application: "QApplication", view: "PagedView", model: "PagedTable[ContactCells]", row: int) -> float:
    began = time.perf_counter()
    view.verticalScrollBar().setValue(row)
    last = row + view.viewport().height() // ROW
    _wait(application, lambda: model.row_at(row) is not None and model.row_at(last) is not None)
    view.viewport().repaint()
    return (time.perf_counter() - began) * 1000


def _wait(application: "QApplication", is_there: Callable[[], bool]) -> None:
    """Let events come, asleep between them, until it is there."""
    from PySide6.QtCore import QEventLoop

    deadline = time.monotonic() + 120
    while not is_there():
        if time.monotonic() > deadline:
            raise RuntimeError("the table's rows did not come")
        application.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )


def main(arguments: Sequence[str]) -> None:
    """Run a leg and print what it measured."""
    kind, store = arguments
    print(json.dumps(leg(kind, Path(store))), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
