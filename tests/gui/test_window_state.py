"""What is remembered of the window: its place by the screens it was on, splitters and columns, and never a crash."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QMainWindow, QSplitter, QTableView, QVBoxLayout, QWidget

from opendoors_desktop.gui.window_state import (
    SCREENS_KEPT,
    WindowState,
    place_parts,
    place_window,
    remember_parts,
    remember_window,
    write_state,
)


class _Page(QWidget):
    """Two panes and a table."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(QWidget())
        self.table = QTableView()
        self.table.setModel(QStandardItemModel(1, 3, self.table))
        self.table.horizontalHeader().setObjectName("people columns")
        self.panes.addWidget(self.table)
        QVBoxLayout(self).addWidget(self.panes)
        self.resize(800, 300)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "window.json"


@pytest.mark.parametrize("left", ["", "[]", "{", '{"screens": 7}', '{"screens": {"x": []}}', "\x00"])
def test_what_cannot_be_read_is_nothing(file, left, qtbot):
    state = WindowState(file, left, [])
    window = QMainWindow()
    qtbot.addWidget(window)

    assert state.get("theme") is None
    assert not place_window(window, state)
    place_parts("page", window, state)


@pytest.mark.parametrize("junk", ["", "?", "AAAA", "ä", 7])
def test_a_place_that_is_none_is_left(file, junk, qtbot):
    state = WindowState(file, "", [])
    state.here["geometry"] = junk
    state.here["parts"] = {"page.splitter 0": junk, "page.people columns": junk}
    window, page = QMainWindow(), _Page()
    qtbot.addWidget(window)
    qtbot.addWidget(page)
    sizes = page.panes.sizes()

    assert not place_window(window, state)
    place_parts("page", page, state)
    assert page.panes.sizes() == sizes


def test_place_splitters_and_columns_come_back(file, qtbot):
    window, page = QMainWindow(), _Page()
    for each in (window, page):
        qtbot.addWidget(each)
        each.show()
    window.setGeometry(30, 40, 500, 400)
    page.panes.setSizes([100, 690])
    page.table.setColumnWidth(1, 77)
    state = WindowState(file, "", [])
    state.put("theme", "dark")
    remember_window(window, state)
    remember_parts("page", page, state)

    again, other, fresh = WindowState(file, state.text(), []), QMainWindow(), _Page()
    for widget in (other, fresh):
        qtbot.addWidget(widget)
    fresh.show()
    assert place_window(other, again)
    place_parts("page", fresh, again)

    assert other.geometry() == window.geometry()
    assert fresh.panes.sizes() == page.panes.sizes()
    assert fresh.table.columnWidth(1) == 77
    assert again.get("theme") == "dark"


def test_each_set_of_screens_has_its_own_and_the_latest_stay(file, qapp):
    state = WindowState(file, "", qapp.screens())
    state.here["page"] = "outbox"
    assert WindowState(file, state.text(), []).here == {}
    assert WindowState(file, state.text(), qapp.screens()).here == {"page": "outbox"}

    many = {"screens": {str(number): {"page": "x"} for number in range(30)}}
    state = WindowState(file, json.dumps(many), [])
    state.here["page"] = "contacts"
    kept = json.loads(state.text())["screens"]
    assert len(kept) == SCREENS_KEPT
    assert list(kept)[-2:] == ["29", ""]


def test_fault_44_it_is_written_whole_and_a_read_only_home_costs_only_that(tmp_path, window, qtbot):
    state = WindowState(tmp_path / "window.json", '{"theme": "dark"}', [])
    for file in (tmp_path / "missing" / "window.json", state.file):
        window.bench.jobs.aside(lambda file=file: write_state(file, state.text()))
    qtbot.waitUntil(state.file.exists)

    assert json.loads(state.file.read_text()) == {"theme": "dark"}
    assert not (tmp_path / "missing").exists()
