"""What a screen reader is told of each page: names, roles, rows as sentences; and what keys alone reach there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QMenu, QWidget

from opendoors_desktop.gui.focus import first_focus
from tests.gui.inbox_room import fill_inbox
from tests.gui.sequence_room import Pages, fill
from tests.gui.sight import is_control, is_seen, told

Role = QAccessible.Role
NAMED = {
    Role.Button, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.EditableText, Role.SpinBox, Role.PageTabList,
    Role.Table, Role.Tree, Role.List, Role.Slider, Role.ButtonMenu, Role.ButtonDropDown, Role.ToolBar,
}  # fmt: skip
"""The roles of what a person works with; each of them has a name."""

PAGES = ["inbox", "sequences", "steps", "people", "dashboard", "contacts", "outbox", "mailboxes", "settings"]


@pytest.fixture
def shown(room, open_window, qtbot) -> Pages:
    """A window on a workspace with running and drafted sequences."""
    fill(room.context, people=4)
    fill_inbox(room.context)
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None and window.standing.facts is not None)
    return Pages(window, qtbot, room.context)


def open_page(shown, name):
    """Bring up a page, or a tab of an opened sequence, with all that stands in it."""
    window, wait = shown.window, shown.wait
    if name in {"steps", "people", "dashboard"}:
        shown.open_sequence("Cold chain")
        tab = {"steps": 0, "people": 1, "dashboard": 2}[name]
        shown.page.sequence.tabs.setCurrentIndex(tab)
        wait(lambda: tab == 0 or hasattr(shown.page.sequence.stack.currentWidget(), "people"))
        if tab:
            wait(lambda: shown.page.sequence.stack.currentWidget().people.faces.face == "content")
        return
    window.go(name)
    if name == "contacts":
        wait(lambda: window.page.faces.face == "content")
        window.page.view.selectRow(0)
        wait(lambda: window.page.detail.contact_id is not None and bool(window.page.detail._lines))
        return
    wait(lambda: window.page.body is not None)
    if name == "sequences":
        wait(lambda: shown.table.model().rowCount() > 0)
    elif name == "inbox":
        wait(lambda: window.page.body.facts is not None)
    else:
        wait(lambda: window.page.body.faces.face == "content")


@dataclass(frozen=True)
class Part:
    """A part as a screen reader finds it; the binding's own references must not outlive what they stand for."""

    role: QAccessible.Role
    name: str
    kind: str


def parts_of(window: QWidget) -> list[Part]:
    """What lies in the accessible tree of a window, on the screen and outside of tables and lists."""
    root = QAccessible.queryAccessibleInterface(window)
    return [Part(each.role(), each.text(QAccessible.Text.Name).strip(), _kind(each)) for each in _below(root)]


def _below(found: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for number in range(found.childCount()):
        child = found.child(number)
        if child is None or not child.isValid() or child.state().invisible:
            continue
        yield child
        if child.role() not in {Role.Table, Role.Tree, Role.List}:
            yield from _below(child)


def _kind(found: QAccessibleInterface) -> str:
    of, above = found.object(), found.parent()
    return f"{type(of).__name__} in {type(above.object()).__name__ if above is not None else ''}"


@pytest.mark.parametrize("name", PAGES)
def test_all_that_is_worked_with_has_a_name_and_rows_speak_sentences(name, shown):
    open_page(shown, name)
    parts = parts_of(shown.window)
    assert len(parts) > 20
    assert [each for each in parts if each.role in NAMED and not each.name] == []

    views = [each for each in shown.window.findChildren(QAbstractItemView) if is_seen(each, shown.window)]
    for view in views:
        model = view.model()
        if model is None or not model.rowCount():
            continue
        spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert isinstance(spoken, str), told(view)
        assert spoken.strip(), told(view)


def focus_order(window: QWidget) -> list[QWidget]:
    """What Tab goes through on the page and beside it, from the first on."""
    found = []
    each = window.nextInFocusChain()
    while each is not None and each is not window:
        if is_seen(each, window) and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isEnabled():
            found.append(each)
        each = each.nextInFocusChain()
    return found


@pytest.mark.parametrize("name", PAGES)
def test_tab_goes_through_each_pane_in_reading_order_and_out_of_it_again(name, shown):
    open_page(shown, name)
    window = shown.window
    assert window.page is not None
    panes = [pane for pane in window.page.panes() if pane.isVisible()]
    order = focus_order(window)
    for pane in panes:
        inside = [each for each in order if pane is each or pane.isAncestorOf(each)]
        numbers = [order.index(each) for each in inside]
        together = list(range(numbers[0], numbers[0] + len(numbers))) if numbers else []
        assert numbers == together, "\n".join(told(each) for each in order)
        for one, other in pairwise(inside):
            assert reads_before(one, other, window), f"{told(one)} before {told(other)}"


def reads_before(one: QWidget, other: QWidget, window: QWidget) -> bool:
    """Whether a part stands before another one where people read from left to right and down."""
    first, second = (each.rect().translated(each.mapTo(window, QPoint())) for each in (one, other))
    if first.bottom() < second.top() or first.right() < second.left():
        return True
    return first.left() <= second.left() and first.top() <= second.bottom()


@pytest.mark.parametrize("name", PAGES)
def test_escape_goes_out_pane_by_pane_and_ends_at_the_first(name, shown, qtbot):
    open_page(shown, name)
    window = shown.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panes = [pane for pane in window.page.panes() if first_focus(pane) is not None]
    last = first_focus(panes[-1])
    assert last is not None
    last.setFocus()
    seen = []
    for _ in panes:
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(next(n for n, pane in enumerate(panes) if pane is focus or pane.isAncestorOf(focus)))
        qtbot.keyClick(focus, Qt.Key.Key_Escape)

    assert seen == list(reversed(range(len(panes))))


@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_alone_comes_round_and_is_caught_nowhere(name, shown, qtbot):
    open_page(shown, name)
    window = shown.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail["outbox"].setFocus()
    seen: list[QWidget] = []
    for _ in range(200):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            break
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.rail["outbox"], told(QApplication.focusWidget())
    missed = {each for each in window.findChildren(QWidget) if is_seen(each, window) and is_control(each)} - set(seen)
    assert sorted(told(each) for each in missed) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("step", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
def test_F6_goes_round_all_panes_and_back_to_the_rail(name, step, shown, qtbot):
    open_page(shown, name)
    window = shown.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail["outbox"].setFocus()
    passed: list[QWidget] = []
    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, step)
        focus = QApplication.focusWidget()
        assert focus is not None
        if window.rail.isAncestorOf(focus):
            break
        passed.append(focus)
    assert window.rail.isAncestorOf(QApplication.focusWidget())
    panes = [*(pane for pane in window.page.panes() if takes_keys(pane)), window.status]
    missed = [told(pane) for pane in panes if not any(pane is each or pane.isAncestorOf(each) for each in passed)]
    assert missed == []
    assert len(passed) == len(panes)


def takes_keys(pane: QWidget) -> bool:
    """Whether there is anything in a pane for the focus."""
    window = pane.window()
    return any(
        each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isEnabled() and is_seen(each, window)
        for each in (pane, *pane.findChildren(QWidget))
    )


@pytest.mark.parametrize("name", ["inbox", "sequences", "people", "contacts", "outbox", "mailboxes"])
def test_the_menu_key_opens_what_can_be_done_with_the_current_row_and_escape_gives_the_keys_back(name, shown, qtbot):
    open_page(shown, name)
    window = shown.window
    view = {
        "sequences": lambda: shown.table,
        "people": lambda: shown.page.sequence.stack.currentWidget().view,
        "contacts": lambda: window.page.view,
        "inbox": lambda: window.page.body.list,
        "outbox": lambda: window.page.body.agenda,
        "mailboxes": lambda: window.page.body.cards,
    }[name]()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.setFocus()
    if name == "outbox":
        qtbot.waitUntil(lambda: view.current is not None)  # the agenda chooses its first email itself
    else:
        qtbot.waitUntil(lambda: view.model().rowCount() > 0)
        qtbot.keyClick(view, Qt.Key.Key_Down)
    at = view.visualRect(view.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMenu) and each.isVisible())
    assert any(action.isEnabled() and action.text() for action in menu.actions())
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not menu.isVisible())
    assert QApplication.focusWidget() is view


@pytest.mark.parametrize(
    "name, first", [("contact.new", "Email"), ("contact.tag", "Tags"), ("tree.move", "Filter folders")]
)
def test_a_dialog_begins_with_its_first_field_and_gives_the_keys_back_to_where_it_was_opened(name, first, shown, qtbot):
    open_page(shown, "contacts" if name.startswith("contact") else "steps")
    window = shown.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    opener = window.page.view if name.startswith("contact") else shown.tree
    opener.setFocus()
    qtbot.waitUntil(window.actions_table[name].isEnabled)
    window.actions_table[name].trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), QDialog))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == first
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    window.activateWindow()  # which a window manager does where there is one
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opener)
