"""Adding a mailbox in four steps against real servers: by keys alone, refused, never answering, keyring locked."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from opendoors_desktop.domain.mail_host import AuthMethod, Security
from opendoors_desktop.domain.mail_host import MailHost as MailHostValue
from opendoors_desktop.domain.sign_in import read_grant
from opendoors_desktop.engine.commands.mailboxes import list_mailboxes
from opendoors_desktop.engine.context import Context
from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox
from opendoors_desktop.store.secret_files import FileSecrets
from opendoors_desktop.store.secrets import ChosenSecrets, KeyringSecrets
from tests.fakes.keyring import LockedKeyring
from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, browser, running_sign_in_host
from tests.fixtures_smtp import MailHost, authority, free_port, running_mail_host, talking_server

__all__ = ["authority"]

WORD = "right"


@contextmanager
def elsewhere(server) -> Iterator[Any]:
    """An asynchronous server that runs in a loop of its own, so that the window's thread is free."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)  # a mail host is another program
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(5)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@pytest.fixture
def window(open_window, qtbot):
    """A window that begins with the page."""
    found = open_window(first="mailboxes")
    qtbot.waitUntil(lambda: found.page is not None and found.page.body is not None, timeout=10_000)
    return found


@pytest.fixture
def host() -> Iterator[MailHost]:
    """A mail host that lets ann@example.com in with the right password."""
    with elsewhere(running_mail_host(login=True)) as found:
        yield found


@pytest.fixture
def dialog(window, qtbot) -> AddMailbox:
    window.go("mailboxes")
    qtbot.waitUntil(lambda: window.page.body.faces.face == "empty")
    qtbot.mouseClick(window.page.body.faces.currentWidget().findChildren(type(window.page.body.add_button))[0], LEFT)
    (found,) = window.page.body.findChildren(AddMailbox)
    qtbot.waitUntil(lambda: found.provider.isVisible())
    return found


LEFT = Qt.MouseButton.LeftButton


def fill(dialog, qtbot, port: int, *, password: str = WORD, security: Security = Security.NONE) -> None:
    """Go through the first two steps up to the test, as a person types."""
    qtbot.keyClicks(dialog.provider.address, "ann@example.com")
    smtp = dialog.provider.smtp
    qtbot.keyClicks(smtp.host, "127.0.0.1")
    smtp.security.setCurrentIndex(smtp.security.findData(security))
    smtp.port.selectAll()
    qtbot.keyClicks(smtp.port, str(port))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.sign_in.password, password)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)


def addresses(context: Context) -> list[str]:
    return [each.address for each in list_mailboxes(context)]


def test_a_known_host_is_filled_in_and_stays_editable(dialog, qtbot):
    assert not dialog.next_button.isEnabled()
    qtbot.keyClicks(dialog.provider.address, "rep@gmail.com")
    assert dialog.provider.provider.currentText() == "Gmail, Google Workspace"
    assert (dialog.provider.smtp.host.text(), dialog.provider.smtp.port.value()) == ("smtp.gmail.com", 587)
    assert dialog.provider.imap.host.text() == "imap.gmail.com"
    dialog.provider.smtp.host.setText("relay.example.com")
    assert dialog.next_button.isEnabled()
    dialog.next()
    assert dialog.sign_in.ways.in_browser.isChecked()
    dialog.sign_in.ways.by_password.setChecked(True)
    assert "app password" in dialog.sign_in.note.text()
    assert dialog.sign_in.help.isVisible()
    dialog.reject()


def test_by_keys_alone_to_a_mailbox_that_was_tested(window, dialog, room, host, qtbot):
    fill(dialog, qtbot, host.port)
    qtbot.waitUntil(lambda: dialog.next_button.isEnabled())
    lines = {name: line.how.text() for name, line in dialog.trial._lines.items()}
    assert lines == {"connect": "done", "ehlo": "done", "auth": "done", "mail": "done"}
    assert all(line.took.text().endswith("s") for line in dialog.trial._lines.values())
    assert addresses(room.context) == []

    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.limits.fields.daily.value() == 50
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: addresses(room.context) == ["ann@example.com"])
    (box,) = list_mailboxes(room.context)
    assert room.context.secrets.get(box.secret_name) == WORD
    assert (box.limits.daily_cap, box.limits.company_cap) == (50, 5)
    qtbot.waitUntil(lambda: window.page.body.header.title.text() == "ann@example.com")
    assert host.logins == [("ann@example.com", WORD)]
    assert host.taken == []


def test_fault_44_a_refused_password_is_told_with_one_fix_and_never_stands_in_the_record(dialog, room, host, qtbot):
    fill(dialog, qtbot, host.port, password="hunter2hunter2")
    qtbot.waitUntil(lambda: dialog.trial.fault.isVisible())
    assert dialog.trial.fault_words.text().startswith("Sign in: 535")
    assert "password made for programs" in dialog.trial.fix_words.text()
    assert not dialog.next_button.isEnabled()
    dialog.trial.copy_record()
    assert "hunter2" not in QApplication.clipboard().text()
    assert "Sign in: 535" in QApplication.clipboard().text()

    qtbot.mouseClick(dialog.back_button, LEFT)
    dialog.sign_in.password.setText(WORD)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.next_button.isEnabled())
    password = dialog.sign_in.password
    password.installEventFilter(dialog)
    dialog.reject()
    assert password.text() == ""
    assert addresses(room.context) == []


def test_a_certificate_nobody_vouches_for_is_told(dialog, authority, qtbot):
    server = running_mail_host(tls=authority.server("self_signed"), login=True)
    with elsewhere(server) as host:
        fill(dialog, qtbot, host.port, security=Security.STARTTLS)
        qtbot.waitUntil(lambda: dialog.trial.fault.isVisible())
        assert "Encrypt the line: The certificate" in dialog.trial.fault_words.text()
        assert host.logins == []
    dialog.reject()


def test_a_server_that_says_nothing_keeps_nobody_waiting_and_it_can_be_saved_untested(dialog, room, qtbot):
    async def silence(reader, writer):
        await reader.read()

    with elsewhere(talking_server(silence)) as port:
        fill(dialog, qtbot, port)
        qtbot.waitUntil(lambda: "connect" in dialog.trial._lines)
        assert "running" in dialog.trial._lines["connect"].how.text()
        assert dialog.stop_button.isVisible()
        qtbot.mouseClick(dialog.stop_button, LEFT)
        assert dialog.again_button.isVisible()
        assert "none are lost" in dialog.skip_note.text()
        qtbot.mouseClick(dialog.skip_button, LEFT)
        qtbot.mouseClick(dialog.next_button, LEFT)
        qtbot.waitUntil(lambda: addresses(room.context) == ["ann@example.com"])


def test_fault_44_a_locked_keyring_is_told_and_encrypted_files_are_offered(open_window, room, qtbot, tmp_path):
    files = FileSecrets(tmp_path / "secrets", tmp_path / "key")

    def build():
        from dataclasses import replace

        return replace(room.build(), secrets=ChosenSecrets(files, KeyringSecrets(LockedKeyring)))

    window = open_window(build, first="mailboxes")
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None, timeout=10_000)
    qtbot.waitUntil(lambda: window.page.body.faces.face == "empty")
    window.page.body.add()
    (dialog,) = window.page.body.findChildren(AddMailbox)
    qtbot.waitUntil(lambda: dialog.provider.isVisible())
    fill(dialog, qtbot, free_port(), password="hunter2hunter2")
    qtbot.waitUntil(lambda: dialog.trial.fault.isVisible())
    qtbot.mouseClick(dialog.skip_button, LEFT)
    qtbot.mouseClick(dialog.next_button, LEFT)

    qtbot.waitUntil(lambda: dialog.fault.isVisible())
    assert "keyring refused" in dialog.fault.title.text()
    assert "only your user account" in dialog.fault.files_note.text()
    assert addresses(room.context) == []

    qtbot.mouseClick(dialog.fault.files, LEFT)
    qtbot.waitUntil(lambda: addresses(room.context) == ["ann@example.com"])
    (box,) = list_mailboxes(room.context)
    assert files.get(box.secret_name) == "hunter2hunter2"
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"hunter2" not in kept


class Browser(QObject):
    """What Qt hands pages to in place of the desktop's browser."""

    def __init__(self, visit) -> None:
        super().__init__()
        self.urls: list[str] = []
        self._visit = visit

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        self._visit(self.urls[-1])


@pytest.fixture
def sign_in_page(monkeypatch) -> Iterator[tuple[FakeSignInHost, Browser]]:
    """A sign-in host in Google's place, and the browser a person signs in with there."""
    with running_sign_in_host() as fake, browser(fake.visit) as open_page:
        opened = Browser(open_page)
        monkeypatch.setattr("opendoors_desktop.gui.mailbox.browser_sign_in.sign_in_host", lambda *_: fake.host)
        QDesktopServices.setUrlHandler("http", opened, "open")  # type: ignore[arg-type]  # the hint is wrong
        yield fake, opened
        QDesktopServices.unsetUrlHandler("http")


@pytest.fixture
def token_host() -> Iterator[MailHost]:
    """A mail host that takes the first token of the sign-in host."""
    with elsewhere(running_mail_host(login=True)) as found:
        found.tokens["rep@gmail.com"] = "access-2"
        yield found


def to_sign_in(dialog, qtbot, port: int) -> None:
    """Up to the second step with Gmail's address and the hosts of this test, by keys."""
    qtbot.keyClicks(dialog.provider.address, "rep@gmail.com")
    dialog.provider.smtp.show_host(MailHostValue("127.0.0.1", port, Security.NONE))
    dialog.provider.imap.host.clear()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.sign_in.ways.browser.isVisible())


def test_by_signing_in_in_the_browser_to_a_mailbox_that_was_tested(dialog, room, token_host, sign_in_page, qtbot):
    fake, _ = sign_in_page
    to_sign_in(dialog, qtbot, token_host.port)
    ways = dialog.sign_in.ways
    assert not dialog.sign_in.password.isVisible()
    assert not dialog.next_button.isEnabled()
    assert dialog.focusWidget() is ways.browser.client_id

    qtbot.keyClicks(ways.browser.client_id, CLIENT_ID)
    ways.browser.begin_button.setFocus()
    qtbot.keyClick(ways.browser.begin_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.next_button.isEnabled())
    assert ways.browser.state.text() == "Signed in as rep@gmail.com."
    assert fake.asked[0]["login_hint"] == "rep@gmail.com"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.next_button.isEnabled())
    assert token_host.logins == [("rep@gmail.com", "access-2")]

    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: addresses(room.context) == ["rep@gmail.com"])
    (box,) = list_mailboxes(room.context)
    assert (box.auth, box.oauth_provider, box.smtp.username) == (AuthMethod.OAUTH, "own", "rep@gmail.com")
    assert read_grant(room.context.secrets.get(box.secret_name) or "", "").refresh_token == "refresh-2"
    qtbot.waitUntil(lambda: ways.browser.signed_in is None)


def test_who_says_no_in_the_browser_is_told_what_to_do_and_may_take_a_password(dialog, sign_in_page, token_host, qtbot):
    fake, _ = sign_in_page
    fake.denies = True
    to_sign_in(dialog, qtbot, token_host.port)
    ways = dialog.sign_in.ways
    qtbot.keyClicks(ways.browser.client_id, CLIENT_ID)
    qtbot.mouseClick(ways.browser.begin_button, LEFT)
    qtbot.waitUntil(lambda: "agree" in ways.browser.state.text())
    assert not dialog.next_button.isEnabled()

    ways.by_password.setChecked(True)
    assert dialog.sign_in.password.isVisible()
    qtbot.keyClicks(dialog.sign_in.password, WORD)
    assert dialog.next_button.isEnabled()
    dialog.reject()
    assert dialog.sign_in.password.text() == ""


def test_a_sign_in_that_nobody_finishes_is_called_off_and_ends_with_the_dialog(
    dialog, sign_in_page, token_host, qtbot, monkeypatch
):
    _, opened = sign_in_page
    monkeypatch.setattr(opened, "_visit", lambda _: None)
    to_sign_in(dialog, qtbot, token_host.port)
    browser_part = dialog.sign_in.ways.browser
    qtbot.keyClicks(browser_part.client_id, CLIENT_ID)
    browser_part.begin()
    qtbot.waitUntil(lambda: browser_part.copy_button.isVisible())
    browser_part.copy_page()
    assert QApplication.clipboard().text() == opened.urls[0]

    qtbot.mouseClick(browser_part.stop_button, LEFT)
    assert not browser_part.is_waiting
    assert browser_part.begin_button.isVisible()

    browser_part.begin()
    dialog.reject()
    assert not browser_part.is_waiting


def test_without_a_client_id_the_words_say_where_it_comes_from(dialog, sign_in_page, token_host, qtbot):
    to_sign_in(dialog, qtbot, token_host.port)
    browser_part = dialog.sign_in.ways.browser
    browser_part.begin()
    qtbot.waitUntil(lambda: "client ID is empty" in browser_part.state.text())
    assert sign_in_page[1].urls == []
