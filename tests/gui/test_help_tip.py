"""What a number means: told when the mouse rests on it, when it is asked for by keys, and gone with Esc."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from opendoors_desktop.gui.widgets.headlines import Headline, Headlines
from opendoors_desktop.gui.widgets.help_tip import Help, HelpTip

REPLIED = Headline("replied", "Replied", "10.6 %", "41 of 387", Help("Replied", "41 ÷ 387 = 10.6 %", "No bounces."))
NAMES = ("enrolled", "contacted", "delivered", "replied", "interested", "meetings", "opted_out", "bounced")


@pytest.fixture
def card(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    headlines = Headlines("Headlines")
    column.addWidget(headlines)
    column.addWidget(QPushButton("Below"))
    others = [Headline(name, name.title(), "1", "1 of 2", Help(name, name)) for name in NAMES]
    headlines.show_headlines([REPLIED if each.key == "replied" else each for each in others])
    qtbot.addWidget(window)
    window.resize(1400, 200)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield headlines
    window.close()


def tip_of(card):
    return card.findChild(HelpTip)


def enter(widget):
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QEnterEvent(middle, middle, QPointF(widget.mapToGlobal(middle.toPoint()))))


def test_the_tip_comes_when_the_mouse_rests_and_goes_when_it_leaves(card, qtbot):
    tile, tip = card.tiles["replied"], tip_of(card)

    enter(tile)
    assert not tip.isVisible()
    qtbot.waitUntil(tip.isVisible)
    assert (tip.title.text(), tip.text.text(), tip.note.text()) == ("Replied", "41 ÷ 387 = 10.6 %", "No bounces.")
    assert not tip.geometry().intersects(tile.rect().translated(tile.mapToGlobal(QPoint(0, 0))))

    QApplication.sendEvent(tile, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not tip.isVisible())
    assert tip.isHidden()


def test_shift_f1_opens_it_with_text_to_select_and_esc_gives_the_focus_back(card, qtbot):
    tile, tip = card.tiles["replied"], tip_of(card)
    tile.setFocus()

    qtbot.keyClick(tile, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: tip.isVisible() and tip.text.hasFocus())
    assert tip.text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard

    qtbot.keyClick(tip, Qt.Key.Key_Escape)
    qtbot.waitUntil(tile.hasFocus)
    assert not tip.isVisible()


def test_a_tile_is_named_told_and_pressed_by_keys(card, qtbot):
    tile = card.tiles["replied"]
    assert tile.accessibleName() == "Replied, 10.6 %, 41 of 387"
    assert tile.accessibleDescription() == "Replied. 41 ÷ 387 = 10.6 % No bounces."
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(card.chosen) as told:
            qtbot.keyClick(tile, key)
        assert told.args == ["replied"]


def test_tiles_stand_in_two_rows_where_there_is_no_room(card, qtbot):
    def rows():
        return len({tile.y() for tile in card.tiles.values()})

    assert rows() == 1
    card.window().resize(700, 300)
    qtbot.waitUntil(lambda: rows() == 2)
    assert len({tile.x() for tile in card.tiles.values()}) == 4
