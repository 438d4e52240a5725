"""The Settings page: searched by words, each setting held at once, taken back, and told where it can't be."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.app import ApiBeside
from opendoors_desktop.engine.commands import api_tokens, serving
from opendoors_desktop.engine.commands.serving import ApiSwitch
from opendoors_desktop.engine.commands.workspace import show_workspace
from opendoors_desktop.gui.settings.token_dialog import TokenDialog
from opendoors_desktop.gui.theme import Mode, keeper


@pytest.fixture
def api():
    """The REST API beside the window; none answers after the test."""
    beside = ApiBeside()
    yield beside
    beside.end()


@pytest.fixture
def window(open_window, qtbot, api, room):
    serving.switch_api(room.context, ApiSwitch(is_on=False, port=0))
    found = open_window(first="settings", api=api)
    qtbot.waitUntil(lambda: found.page is not None and found.page.body is not None)
    qtbot.waitUntil(lambda: found.page.body.faces.face == "content")
    return found


@pytest.fixture
def page(window):
    return window.page.body


def show(page, name):
    """One section of the page."""
    page.show_what(section=name)
    return page.sections[name]


def write(qtbot, field, text, key=Qt.Key.Key_Return):
    """Type over what stands in a line, and go on."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text) if text else qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClick(field, key)


def stored(room):
    return show_workspace(room.context)


def test_settings_open_by_their_key_and_are_found_by_their_words(window, page, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    qtbot.keyClicks(page.search, "token")
    assert [item.text() for row in range(page.list.count()) if not (item := page.list.item(row)).isHidden()] == [
        "REST API"
    ]
    assert page.header.title.text() == "REST API"
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert page.sections["api"].isAncestorOf(QGuiApplication.focusObject())

    write(qtbot, page.search, "quantum")
    assert page.nothing.isVisible()
    qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert not page.nothing.isVisible()
    qtbot.keyClick(page.list, Qt.Key.Key_Home)
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.header.title.text() == "Sending"


def test_the_workspace_is_renamed_and_that_is_taken_back(window, page, qtbot, room):
    general = show(page, "general")
    write(qtbot, general.name, "Northfold sales")
    qtbot.waitUntil(lambda: stored(room).name == "Northfold sales")
    assert window.bench.notices.toast_text == "The workspace is renamed."
    qtbot.waitUntil(lambda: window.bench.history.to_undo is not None)
    window.bench.history.undo()
    qtbot.waitUntil(lambda: stored(room).name == "Example Workspace")
    qtbot.waitUntil(lambda: general.name.text() == "Example Workspace")


def test_what_cannot_be_is_told_in_its_card_and_stays_to_be_mended(page, qtbot, room):
    general = show(page, "general")
    write(qtbot, general.zone, "Europe/Atlantis")
    qtbot.waitUntil(general.workspace.problem.isVisible)
    assert "Atlantis" in general.workspace.problem.text()
    assert (general.zone.text(), stored(room).zone) == ("Europe/Atlantis", "Europe/Berlin")
    write(qtbot, general.zone, "Pacific/Auckland")
    qtbot.waitUntil(lambda: stored(room).zone == "Pacific/Auckland")
    qtbot.waitUntil(lambda: not general.workspace.problem.isVisible() and general.zone._value == "Pacific/Auckland")
    general.zone.setFocus()
    qtbot.keyClicks(general.zone, "x")
    qtbot.keyClick(general.zone, Qt.Key.Key_Escape)
    assert general.zone.text() == "Pacific/Auckland"


def test_the_look_is_chosen_and_the_menu_is_followed(page, qtbot, monkeypatch):
    general = show(page, "general")
    chosen: list[Mode] = []
    monkeypatch.setattr(keeper(), "choose", chosen.append)  # to dress a whole window anew takes its time
    general.theme.setFocus()
    qtbot.keyClick(general.theme, Qt.Key.Key_End)
    assert chosen == [Mode.DARK]
    keeper().changed.emit()
    assert general.theme.currentText() == "Light"
    general.scale.setFocus()
    qtbot.keyClick(general.scale, Qt.Key.Key_End)
    assert keeper().next_scale == 1.5
    keeper().choose_scale(1.0)
    assert general.scale.currentText() == "100%"


def test_what_stands_under_emails_is_set(page, qtbot, room):
    sending = show(page, "sending")
    was = stored(room).opt_out_line_is_on
    sending.is_on.setFocus()
    qtbot.keyClick(sending.is_on, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: stored(room).opt_out_line_is_on is not was)
    sending.address.setFocus()
    qtbot.keyClicks(sending.address, "1 Harbour Road, Oslo")
    qtbot.keyClick(sending.address, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(room).postal_address == "1 Harbour Road, Oslo")
    sending.line.setFocus()
    sending.line.selectAll()
    qtbot.keyClicks(sending.line, "Stop: {{ unsubscribe_url | nonsense }}")
    sending.address.setFocus()
    qtbot.waitUntil(sending.card.problem.isVisible)
    sending.line.setFocus()
    qtbot.keyClick(sending.line, Qt.Key.Key_Escape)
    assert "nonsense" not in sending.line.toPlainText()


def test_a_public_address_is_set_and_what_follows_is_said(page, qtbot, room):
    tracking = show(page, "tracking")
    assert "by mail alone" in tracking.state.text()
    write(qtbot, tracking.url, "http://mail.example.com")
    qtbot.waitUntil(tracking.card.problem.isVisible)
    write(qtbot, tracking.url, "https://mail.example.com/")
    qtbot.waitUntil(lambda: tracking.url.text() == "https://mail.example.com")
    qtbot.waitUntil(lambda: "names its page" in tracking.state.text())
    assert stored(room).public_url == "https://mail.example.com"
    write(qtbot, tracking.url, "")
    qtbot.waitUntil(lambda: stored(room).public_url is None)


def test_a_text_stands_in_for_an_empty_field(window, page, qtbot, room):
    fields = show(page, "fields")
    write(qtbot, fields.lines["first_name"], "there")
    qtbot.waitUntil(lambda: stored(room).fallbacks.get("first_name") == "there")
    qtbot.waitUntil(lambda: window.bench.history.to_undo is not None)
    window.bench.history.undo()
    qtbot.waitUntil(lambda: "first_name" not in stored(room).fallbacks)


def ask(address, path="/api/docs", token=""):
    """The status of an answer; 0 where nobody answers."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_the_api_answers_as_soon_as_it_is_switched_on_and_no_longer(window, page, qtbot, room, api):
    section = show(page, "api")
    assert section.state.text() == "It is off."
    section.switch.setFocus()
    qtbot.keyClick(section.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: section.state.text().startswith("It answers at http://127.0.0.1:"))
    address = api.address
    assert ask(address) == 200
    qtbot.mouseClick(section.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"{address}/api"

    qtbot.waitUntil(lambda: window.bench.history.to_undo is not None)
    window.bench.history.undo()
    qtbot.waitUntil(lambda: api.address == "")
    assert ask(address) == 0
    assert serving.read_api(room.context).is_on is False


def test_a_port_that_is_taken_is_told_and_nothing_is_switched(page, qtbot, room, api):
    section = show(page, "api")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        section.port.setFocus()
        section.port.setValue(port)
        section.switch.setFocus()
        qtbot.waitUntil(lambda: serving.read_api(room.context).port == port)
        qtbot.waitUntil(lambda: section._api.port == port)
        qtbot.keyClick(section.switch, Qt.Key.Key_Space)
        qtbot.waitUntil(section.card.problem.isVisible)
        assert f"127.0.0.1:{port}" in section.card.problem.text()
        assert "choose another port" in section.card.problem.text()
        qtbot.waitUntil(lambda: not section.switch.isChecked())
    assert serving.read_api(room.context).is_on is False


def test_a_token_is_shown_once_opens_the_api_and_is_revoked(window, page, qtbot, room, api):
    section = show(page, "api")
    section.switch.click()
    qtbot.waitUntil(lambda: api.address != "")
    qtbot.mouseClick(section.tokens.add_button, Qt.MouseButton.LeftButton)
    [dialog] = page.findChildren(TokenDialog)
    assert not dialog.make_button.isEnabled()
    qtbot.keyClicks(dialog.name, "<b>CRM</b>")
    dialog.read_only.click()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.token.text().startswith("od_"))
    text = dialog.token.text()
    assert ask(api.address, "/api/sequences", text) == 200
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    dialog.reject()
    qtbot.waitUntil(lambda: len(section.tokens.rows) == 1)
    row = section.tokens.rows[0]
    assert row.name.text() == "<b>CRM</b>"
    assert "may only look" in row.told.text()
    assert text not in row.told.text()

    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    [box] = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    qtbot.mouseClick(box.buttons()[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(section.tokens.none.isVisible)
    assert ask(api.address, "/api/sequences", text) == 401
    assert [each.revoked_at is not None for each in api_tokens.list_tokens(room.context)] == [True]


def test_the_store_is_backed_up_and_checked(window, page, qtbot, room):
    section = show(page, "store")
    assert "none yet" in section.kept.text()
    qtbot.mouseClick(section.make_one, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1 backups" in section.kept.text() or "1 backup" in section.kept.text())
    assert len(list((room.folder / "backups").glob("*by-hand.db"))) == 1
    qtbot.mouseClick(section.check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "All is sound" in section.found.text())


def test_a_window_without_an_api_says_so(open_window, qtbot):
    window = open_window(first="settings")
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None)
    qtbot.waitUntil(lambda: window.page.body.faces.face == "content")
    section = show(window.page.body, "api")
    assert not section.switch.isEnabled()
    assert "none beside it" in section.state.text()
