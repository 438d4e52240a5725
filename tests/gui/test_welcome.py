"""First run: an empty store greets with five short steps, kept where they were left; a store in use doesn't."""

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.contacts import list_contacts
from opendoors_desktop.engine.commands.workspace import show_workspace
from opendoors_desktop.gui import tour
from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox
from opendoors_desktop.gui.remembered import Remembered
from opendoors_desktop.gui.shell import Shell
from opendoors_desktop.gui.single_instance import SingleInstance, name_of
from opendoors_desktop.gui.welcome import CONTACTS, MAILBOX, PLACE, SEQUENCE, YOU, Welcome
from opendoors_desktop.gui.window_state import FILE, WindowState
from opendoors_desktop.store.queries.sequences import SequenceRow, list_sequences
from tests.builders import add_contacts, add_mailbox


class Application(QObject):
    """What a shell wants of the application; the real one would take its end for the end of all tests."""

    commitDataRequest = Signal()  # noqa: N815  (Qt calls it so)

    def exit(self, status: int = 0) -> None:
        """End nothing."""


@pytest.fixture
def shelled(open_window, tmp_path, qtbot):
    """Opens a window with all that surrounds it; what `remembered` holds is known of an earlier start."""
    opened = []

    def open_one(remembered="", **more):
        window = open_window()
        instance = SingleInstance(name_of(str(tmp_path / "x.db")))
        state = Remembered(window, WindowState(tmp_path / FILE, remembered))
        shell = Shell(Application(window), window, state, instance, **more)  # type: ignore[arg-type]
        opened.append((shell, instance))
        qtbot.waitUntil(lambda: window.standing.facts is not None)
        return window, shell.first_run

    yield open_one
    for shell, instance in opened:
        shell.close()
        instance.close()


@pytest.fixture
def greeted(shelled, qtbot):
    """A window on an empty store, and the first steps it shows."""
    window, first_run = shelled()
    qtbot.waitUntil(lambda: first_run.welcome is not None and first_run.welcome._facts is not None)
    return window, first_run


def people_in(room) -> list[Contact]:
    return list(list_contacts(room.context))


def sequences_in(room) -> list[SequenceRow]:
    with room.context.store.read() as unit:
        return list(list_sequences(unit, room.context.scope.workspace_id))


def press(widget, words: str, qtbot) -> None:
    button = next(each for each in widget.findChildren(QPushButton) if each.text() == words and each.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_store_greets_and_the_tour_is_the_first_choice(greeted, qtbot, monkeypatch):
    played = []
    monkeypatch.setattr(tour, "play_in_another_window", lambda: played.append(True))
    window, first_run = greeted
    welcome = first_run.welcome

    assert window.stack.currentWidget() is welcome
    assert [mark.words.text()[3:] for mark in welcome.marks] == [
        "Where your data lives", "You", "Your mailbox", "Your contacts", "Your first sequence",
    ]  # fmt: skip
    assert window.status.switch.text() == "Sending off"
    assert first_run.strip is None
    press(welcome, "Try it with sample data", qtbot)
    qtbot.waitUntil(lambda: bool(played))
    assert "tour" in window.bench.notices.toast_text


def test_step_by_step_to_a_draft_with_people_and_nothing_is_sent(greeted, room, qtbot):
    window, first_run = greeted
    welcome = first_run.welcome
    press(welcome, "Next", qtbot)
    qtbot.waitUntil(lambda: welcome.you.zone.completer() is not None)
    welcome.you.name.setText("R&D <i>Ltd</i>")
    welcome.you.zone.setText("Pacific/Auckland")
    press(welcome, "Next", qtbot)
    qtbot.waitUntil(lambda: welcome.step == MAILBOX)
    found = show_workspace(room.context)
    assert (found.name, found.zone) == ("R&D <i>Ltd</i>", "Pacific/Auckland")

    press(welcome, "Add my mailbox", qtbot)
    qtbot.waitUntil(lambda: bool(window.findChildren(AddMailbox)))
    window.findChildren(AddMailbox)[0].reject()
    add_mailbox(room.context)
    window.bench.news.changed.emit(frozenset({"mailboxes"}))
    qtbot.waitUntil(lambda: welcome.step_of(MAILBOX).done.text() == "ann@example.com is here.")
    press(welcome, "Skip", qtbot)
    press(welcome, "Add 20 invented people", qtbot)
    qtbot.waitUntil(lambda: welcome.step == SEQUENCE)
    people = people_in(room)
    assert len(people) == 20
    assert all(each.tags == ("sample",) and ".example." in each.email for each in people)

    press(welcome, "Spring introduction", qtbot)
    qtbot.waitUntil(lambda: window.page_name == "sequences")
    qtbot.waitUntil(lambda: first_run.strip is None or not first_run.strip.isVisible())
    (made,) = sequences_in(room)
    assert (made.name, made.status) == ("Spring introduction", SequenceStatus.DRAFT)
    assert "press Start" in window.bench.notices.toast_text
    assert not window.sending.is_sending


def test_what_a_step_wrote_is_undone(greeted, room, qtbot):
    window, first_run = greeted
    first_run.welcome.show_step(CONTACTS)
    press(first_run.welcome, "Add 20 invented people", qtbot)
    qtbot.waitUntil(lambda: len(people_in(room)) == 20)
    qtbot.waitUntil(lambda: first_run.welcome.step == SEQUENCE)
    press(first_run.welcome, "Open house", qtbot)
    qtbot.waitUntil(lambda: window.page_name == "sequences")
    for _ in range(2):
        window.bench.history.undo()
    qtbot.waitUntil(lambda: not people_in(room) and not sequences_in(room))


def test_a_zone_that_is_none_is_told_and_the_step_stays(greeted, qtbot):
    window, first_run = greeted
    first_run.welcome.show_step(YOU)
    first_run.welcome.you.zone.setText("Middle/Earth")
    press(first_run.welcome, "Next", qtbot)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))

    assert "Middle/Earth" in window.findChildren(QMessageBox)[0].text()
    assert first_run.welcome.step == YOU


def test_an_import_leaves_the_steps_and_a_strip_leads_back(greeted, qtbot):
    window, first_run = greeted
    window.go("contacts")
    first_run.show()
    first_run.welcome.show_step(CONTACTS)
    press(first_run.welcome, "Import contacts", qtbot)
    qtbot.waitUntil(lambda: window.page_name == "contacts")
    assert first_run.strip.words.text() == "First steps, 4 of 5: Your contacts"

    first_run.strip.go_on.setFocus()
    qtbot.keyClick(first_run.strip.go_on, Qt.Key.Key_Space)
    assert window.stack.currentWidget() is first_run.welcome
    assert first_run.strip.isHidden()


def test_left_steps_stay_left_and_the_menu_shows_them_again(greeted, qtbot):
    window, first_run = greeted
    press(first_run.welcome, "Leave the first steps", qtbot)
    qtbot.waitUntil(lambda: window.page is not None)
    assert first_run.strip is None or first_run.strip.isHidden()

    window.actions_table["help.first_steps"].trigger()
    assert window.stack.currentWidget() is first_run.welcome


def test_a_later_start_goes_on_where_it_was_left(shelled, room, qtbot):
    add_contacts(room.context, 1)
    window, first_run = shelled('{"first_step": 3}')
    qtbot.waitUntil(lambda: first_run.welcome is not None)

    assert first_run.welcome.step == CONTACTS
    qtbot.waitUntil(lambda: first_run.welcome.step_of(CONTACTS).done.text() == "You have contacts.")
    assert window.stack.currentWidget() is first_run.welcome


def test_a_window_that_plays_the_tour_greets_nobody(shelled, qtbot):
    window, first_run = shelled(greets=False)
    qtbot.waitUntil(lambda: window.page is not None)

    assert first_run.welcome is None


@pytest.mark.parametrize("remembered", ["", '{"first_step": 5}'])
def test_a_store_in_use_opens_on_its_page(shelled, room, qtbot, remembered):
    add_contacts(room.context, 1)
    window, first_run = shelled(remembered)

    qtbot.waitUntil(lambda: window.page is not None)
    assert first_run.welcome is None


def test_every_step_is_reached_by_keys_alone(greeted, qtbot):
    _, first_run = greeted
    welcome = first_run.welcome
    for number in (YOU, MAILBOX, CONTACTS, SEQUENCE):
        button = welcome.skip if welcome.step else welcome.next
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        assert welcome.step == number
    welcome.back.setFocus()
    qtbot.keyClick(welcome.back, Qt.Key.Key_Space)
    assert welcome.step == CONTACTS
    assert welcome.marks[PLACE].words.accessibleName() == "1  Where your data lives, done"


def test_a_shared_store_says_who_sees_it(greeted):
    window, _ = greeted
    shared = Welcome(window.bench, "team at db.example.com", is_here=False)
    sentences = [each.text() for each in shared.step_of(PLACE).findChildren(QLabel)]

    assert any("Who shares it sees contacts" in each for each in sentences)
