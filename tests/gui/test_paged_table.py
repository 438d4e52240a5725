"""The model of long lists: it keeps Qt's rules, holds only the pages in sight, and the newest request wins."""

from dataclasses import dataclass, field

import pytest

from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.models import held_pages
from opendoors_desktop.gui.models.held_pages import PAGE
from opendoors_desktop.gui.models.listing import Column, Ladder
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.gui.models.row_table import PagedRole
from opendoors_desktop.store.queries.places import START, Climb, Place


@dataclass
class Numbers:
    """A Listing of numbered rows; remembers which pages were read."""

    total: int = 5000
    first: int = 0
    is_gathered: bool = False
    read: list[tuple[int, int]] = field(default_factory=list)

    def count(self, _reading):
        return self.total

    def page(self, _reading, place, skip, limit):
        begin = place.position + skip
        self.read.append((begin, limit))
        return [f"row {self.first + number}" for number in range(begin, min(self.total, begin + limit))]

    def climb(self, _reading, place):
        behind = place.position + 1024
        return Climb((Place(behind),)) if behind < self.total else Climb((), self.total)


@pytest.fixture
def jobs(room):
    found = Jobs(room.build)
    found.start()
    yield found
    found.close()


@pytest.fixture
def table(jobs, qapp):
    columns = [Column("check", "", 30, lambda _: ""), Column("name", "Name", 100, str, "name")]
    return PagedTable(jobs, columns, str, lambda row: f"It is {row}")


def shown(table, qtbot, listing, rows):
    table.show(listing)
    qtbot.waitUntil(lambda: table.has_answer and table.is_counted and table.rowCount() == rows)


def test_the_model_keeps_qt_s_rules_while_pages_come_and_go(table, qtbot, qtmodeltester):
    listing = Numbers(300)
    shown(table, qtbot, listing, 300)
    qtmodeltester.check(table)
    table.look_at(270, 290)
    qtbot.waitUntil(lambda: table.row_at(280) is not None)
    listing.total = 290
    table.refresh()
    qtbot.waitUntil(lambda: table.rowCount() == 290)


def test_a_row_speaks_a_whole_sentence_and_one_that_is_not_loaded_says_so(table, qtbot):
    from PySide6.QtCore import Qt

    shown(table, qtbot, Numbers(), 5000)
    assert table.index(3, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "It is row 3"
    assert table.index(3, 1).data(PagedRole.ROW) == "row 3"
    far = table.index(4500, 1)
    assert far.data(Qt.ItemDataRole.AccessibleTextRole) == "Loading"
    assert far.data() == ""
    assert table.headerData(1, Qt.Orientation.Horizontal) == "Name"


def test_what_is_in_sight_is_read_first_and_then_its_page(table, qtbot):
    listing = Numbers()
    shown(table, qtbot, listing, 5000)
    listing.read.clear()

    table.look_at(3000, 3025)
    qtbot.waitUntil(lambda: len(table.loaded()) >= 2 * PAGE)

    assert listing.read[0] == (3000, 26)
    page = 3000 // PAGE * PAGE
    assert (page, PAGE) in listing.read
    assert table.row_at(3010) == "row 3010"


def test_only_so_many_pages_are_held(table, qtbot, monkeypatch):
    monkeypatch.setattr(held_pages, "KEPT_PAGES", 3)
    listing = Numbers()
    shown(table, qtbot, listing, 5000)
    for number in range(0, 5000, PAGE):
        table.look_at(number, number + 20)
        qtbot.waitUntil(lambda number=number: table.row_at(number) is not None)
    assert len(table.loaded()) <= 3 * PAGE
    assert table.row_at(0) is None


def test_the_newest_list_wins_and_an_older_answer_is_dropped(table, qtbot):
    shown(table, qtbot, Numbers(), 5000)
    for first in range(1000, 6000, 1000):
        table.show(Numbers(total=700, first=first))
    qtbot.waitUntil(lambda: table.has_answer and table.rowCount() == 700)
    assert table.row_at(0) == "row 5000"


def test_another_order_of_the_same_rows_keeps_their_number(table, qtbot):
    shown(table, qtbot, Numbers(), 5000)
    counts = []
    table.counted.connect(lambda number, _: counts.append(number))
    table.show(Numbers(first=1), has_same_rows=True)
    qtbot.waitUntil(lambda: table.has_answer and table.row_at(0) == "row 1")
    assert set(counts) <= {5000}


def test_rows_that_were_changed_are_read_anew_where_they_are_in_sight(table, qtbot):
    listing = Numbers()
    shown(table, qtbot, listing, 5000)
    table.look_at(0, 20)
    listing.first = 100
    table.refresh()
    assert table.row_at(5) == "row 5"  # what was there stays until the new comes
    qtbot.waitUntil(lambda: table.row_at(5) == "row 105")


def test_of_a_long_list_what_is_in_sight_is_read_anew_first_and_the_rest_when_nothing_changes(table, qtbot):
    listing = Numbers()
    shown(table, qtbot, listing, 5000)
    table.look_at(0, 20)
    qtbot.waitUntil(lambda: len(table.loaded()) >= PAGE)
    for first in (100, 200, 300):
        listing.first = first
        listing.read.clear()
        table.refresh()
        qtbot.waitUntil(lambda first=first: table.row_at(20) == f"row {first + 20}")
        assert listing.read == [(0, 21)]
        assert table.row_at(21) == "row 21"

    qtbot.waitUntil(lambda: table.row_at(21) == "row 321")


def test_a_list_without_rows_is_told(table, qtbot):
    counts = []
    table.counted.connect(lambda number, is_all: counts.append((number, is_all)))
    table.show(Numbers(total=0))
    qtbot.waitUntil(lambda: counts == [(0, True)])
    assert table.has_answer


def test_the_first_row_of_an_empty_list_is_seen(table, qtbot):
    listing = Numbers(total=0)
    table.show(listing)
    qtbot.waitUntil(lambda: table.has_answer)
    table.look_at(0, 20)
    listing.total = 1
    table.refresh()
    qtbot.waitUntil(lambda: table.rowCount() == 1 and table.row_at(0) == "row 0")


def test_what_goes_wrong_is_told(table, qtbot):
    class Broken(Numbers):
        """A list that can't be read."""

        def page(self, _reading, _place, _skip, _limit):
            raise ValueError("no")

    errors: list[Exception] = []
    table.failed.connect(errors.append)
    table.show(Broken())
    qtbot.waitUntil(lambda: bool(errors))
    assert not table.has_answer


def test_checks_hold_over_pages_and_all_means_all(table, qtbot):
    from PySide6.QtCore import Qt

    shown(table, qtbot, Numbers(), 5000)
    table.check(2, 4, is_on=True)
    assert table.checked.count(5000) == 3
    assert table.index(3, 0).data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
    assert table.setData(table.index(3, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert table.checked.count(5000) == 2

    table.check_all(is_on=True)
    table.check(7, 7, is_on=False)
    assert table.checked.count(5000) == 4999
    assert not table.is_checked("row 7")
    assert table.is_checked("row 4711")
    table.check_all(is_on=False)
    assert table.checked.count(5000) == 0


def test_the_nearest_place_below_is_found():
    ladder = Ladder()
    ladder.add([Place(10), Place(20), Place(20, 1)])
    assert ladder.below(9) == START
    assert ladder.below(10) == Place(10)
    assert ladder.below(25) == Place(20, 1)
    assert ladder.top == Place(20, 1)
