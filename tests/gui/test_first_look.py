"""The first rows before the page: where they stood, as plain words, before anything heavy is loaded; else no trace."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from opendoors_desktop.gui.first_look import FirstLook, Glimpse, Sight, sight_of
from opendoors_desktop.gui.launch import Launch
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.single_instance import SingleInstance
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.window_state import FILE, WindowState
from tests.builders import add_contacts

SIGHT = Sight("contacts", (66, 90, 700, 400), 30, 30, (("check", 30), ("name", 150), ("email", 170), ("state", 120)))
ROWS = [("", "Name", "Email", "Status"), ("", "Ann <b>Smith</b>" * 9, "ann@example.com", "Active")]


@pytest.fixture
def state(tmp_path) -> WindowState:
    return WindowState(tmp_path / FILE)


def ink(look: FirstLook, place: QRect, ground: str) -> bool:
    """Whether anything is written on a place."""
    image = look.grab().toImage()
    colors = {
        image.pixelColor(x, y).name()
        for x in range(place.left(), place.right())
        for y in range(place.top() + 2, place.bottom() - 2)
    }
    return bool(colors - {QColor(theme().color(ground)).name()})


def test_words_stand_where_the_rows_stood_cut_to_their_columns(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    look = FirstLook(window, SIGHT)

    with qtbot.waitSignal(look.painted):
        look.show_rows(ROWS)

    assert look.geometry() == QRect(66, 90, 700, 400)
    assert ink(look, QRect(30, 0, 150, 30), "panel")
    assert ink(look, QRect(30, 30, 150, 30), "surface")
    assert not ink(look, QRect(172, 30, 8, 30), "surface")
    assert not ink(look, QRect(0, 30, 30, 30), "surface")
    assert not ink(look, QRect(0, 62, 700, 28), "surface")


def test_what_is_remembered_is_taken_up_for_the_same_page_alone(state):
    state.here["rows"] = json.loads(json.dumps(asdict(SIGHT)))

    assert sight_of(state, "contacts") == SIGHT
    assert sight_of(state, "outbox") is None
    assert SIGHT.count == 13


@pytest.mark.parametrize("change", [{"place": [1, 2]}, {"row": 0}, {"widths": 7}, {"page": "outbox"}, {"head": None}])
def test_what_cannot_be_understood_shows_nothing(state, change):
    state.here["rows"] = asdict(SIGHT) | change

    assert sight_of(state, "contacts") is None


def test_without_a_memory_nothing_is_shown(state):
    assert sight_of(state, "contacts") is None


def test_a_store_that_cannot_be_read_is_told_by_who_opens_it(qtbot, qapp):
    def fail() -> None:
        raise OSError("away")

    glimpse = Glimpse(fail, qapp)
    with qtbot.waitSignal(glimpse.seen) as told:
        glimpse.start()
    assert told.args == [None]
    glimpse.wait()


@pytest.fixture
def warmed(window):
    """The page was made once before: the first of its kind takes longer."""
    window.go("contacts")


@pytest.fixture
def launch(room, state, warmed, qtbot, monkeypatch):
    """A window about to be brought to life on the Contacts page, without what surrounds it."""
    monkeypatch.setattr(Launch, "_put_up", lambda _: None)
    window = MainWindow()
    qtbot.addWidget(window)
    window.begin_with("contacts")
    window.resize(1440, 900)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    launch = Launch(application, window, state, SingleInstance("opendoors-first-look"), room.build)
    yield launch
    launch.close()


def test_the_page_takes_the_place_of_its_first_rows(launch, state, room, qtbot):
    add_contacts(room.context, 40)
    state.here["rows"] = asdict(SIGHT)
    launch.glance = lambda _read: ROWS
    window = launch.parent()
    over = []
    window.built.connect(lambda *_: over.append(bool(window.findChildren(FirstLook))))
    window.show()

    qtbot.waitUntil(lambda: bool(window.pages) and window.page.faces.face == "content")
    assert over == [True]
    qtbot.waitUntil(lambda: not window.findChildren(FirstLook))
    assert window.page.model.rowCount() == 40


@pytest.mark.parametrize("seen", [None, ROWS[:1]])
def test_where_there_is_nothing_to_look_at_the_window_goes_on_at_once(launch, state, qtbot, seen):
    state.here["rows"] = asdict(SIGHT)
    launch.glance = lambda _read: seen
    window = launch.parent()
    window.show()

    qtbot.waitUntil(lambda: bool(window.pages) and window.page.faces.face == "empty")
    qtbot.waitUntil(lambda: not window.findChildren(FirstLook))


def test_where_the_rows_stand_is_noted_with_the_page(open_window, room, qtbot):
    add_contacts(room.context, 40)
    window = open_window(first="contacts")
    qtbot.waitUntil(lambda: window.page is not None and window.page.faces.face == "content")

    sight = window.page.sight()

    view = window.page.view
    assert sight.place[2:] == (view.width(), view.height())
    assert dict(sight.widths) == view.widths()
    assert (sight.row, sight.head) == (view.rowHeight(0), view.horizontalHeader().height())


LEG = """
import sys
from opendoors_desktop.gui import application, first_look
from opendoors_desktop import __main__ as program

HEAVY = ("sqlalchemy", "alembic", "jinja2", "aiosmtplib", "imapclient", "asyncio", "email", "keyring", "typer")

def tell(word):
    print(word, *[name for name in HEAVY if name in sys.modules], flush=True)

class Told(application.MainWindow):
    was_painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not Told.was_painted:
            Told.was_painted = True
            tell("frame")

class Look(first_look.FirstLook):
    def show_rows(self, rows):
        super().show_rows(rows)
        self.painted.connect(self.tell)
    def tell(self):
        tell("rows")

application.MainWindow = Told
first_look.FirstLook = Look
sys.argv = ["opendoors"]
program.main()
"""


def test_rows_are_shown_before_the_window_is_furnished_and_anything_heavy_is_loaded(room, qapp):
    add_contacts(room.context, 40)
    room.context.store.close()
    state = WindowState(room.folder / FILE)
    state.here.update({"page": "contacts", "rows": asdict(SIGHT)})
    (room.folder / FILE).write_text(state.text(), encoding="utf-8")
    started = subprocess.Popen(
        [sys.executable, "-c", LEG],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "OPENDOORS_DATA_DIR": str(room.folder),
            "OPENDOORS_STORE": room.url,
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout is not None
        assert [started.stdout.readline().strip() for _ in range(2)] == ["frame", "rows"]
    finally:
        started.kill()
        started.communicate()


def test_closed_before_anything_surrounds_it_the_program_ends(room, state, qtbot):
    class Application:
        has_quit = False

        def quit(self) -> None:
            self.has_quit = True

    application, window = Application(), MainWindow()
    qtbot.addWidget(window)
    instance = SingleInstance("opendoors-first-look")
    launch = Launch(application, window, state, instance, room.build)  # type: ignore[arg-type]

    window.close()

    assert application.has_quit
    launch.close()


def test_the_window_imports_as_python_does(qapp):
    code = (
        "import builtins, sys; plain = builtins.__import__; import opendoors_desktop.gui.application;"
        " import linecache; print(builtins.__import__ is plain, any('opendoors' in name for name in linecache.cache))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["True", "False"]
