"""Every page in each of its faces, light and dark, small and large: nothing is cut, covered, faint, tiny or nameless.

`--screenshots FOLDER` keeps the pictures, those of a screen with two pixels to a unit among them.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from opendoors_desktop.app import ApiBeside
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.commands.api_tokens import create_token
from opendoors_desktop.engine.commands.serving import ApiSwitch, switch_api
from opendoors_desktop.gui.away_sheet import AwaySheet
from opendoors_desktop.gui.command_palette import CommandPalette
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox
from opendoors_desktop.gui.settings.section import SettingsCard
from opendoors_desktop.gui.settings.token_dialog import TokenDialog
from opendoors_desktop.gui.theme import Mode, keeper
from opendoors_desktop.gui.welcome import Welcome
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.store.mailboxes import set_state
from opendoors_desktop.store.queries.people_states import PeopleState
from tests.builders import TimedPost, add_mailbox, email, make_room, run_now, task
from tests.engine.sequence_rooms import FIRST, SECOND, add_sequence
from tests.fixtures_store import NOW
from tests.gui.inbox_room import Inbox, fill_inbox
from tests.gui.sequence_room import Pages, button, fill
from tests.gui.sight import faint, faults, picture_of

SIZES = ((960, 640), (1440, 900))
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und Söhne"
ARABIC = "نورا الشمري"
MARKUP = "<b>Eve</b><img src=x>"
NAMES = (("Maren", "Okafor"), (ARABIC, ""), (MARKUP, "Abt"), ("x" * 10_000, ""), (LONG, LONG), ("", ""))
AWAY = StoreError("The store can’t be reached.", "Start the database server, then try again.", code="store_away")


class Looker:
    """Looks at windows in both themes and sizes, keeps their pictures, and collects what is wrong with them."""

    def __init__(self, qtbot, folder: Path | None) -> None:
        self._bot = qtbot
        self._folder = folder
        self.found: list[str] = []

    def check_look(self, name: str, window: QWidget, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Look at a window as it is now, a dialog in its own size."""
        if isinstance(window, QDialog):
            sizes = ((window.width(), window.height()),)
        for mode in (Mode.DARK, Mode.LIGHT):
            keeper().choose(mode)
            for size in sizes:
                window.resize(*size)
                settle()
                if mode is Mode.LIGHT:
                    self._note(f"{name} {size[0]}", faults(window))
                picture = picture_of(window, 2 if size == sizes[-1] else 1)
                if size == sizes[-1]:
                    self._note(f"{name} {mode}", faint(window, picture))
                if self._folder is not None:
                    picture.save(str(self._folder / f"{name}-{size[0]}-{mode}.png"))

    def _note(self, where: str, what: list[str]) -> None:
        self.found += [f"{where}: {each}" for each in what]


def settle() -> None:
    """Let what was asked for be laid out."""
    for _ in range(4):
        QApplication.processEvents()
        QApplication.sendPostedEvents()


@pytest.fixture(autouse=True)
def _american() -> Iterator[None]:
    """Figures and times in a language whose times are long, whatever the machine speaks."""
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(QLocale.system())


@pytest.fixture
def check_look(qtbot, screenshots):
    """Looks at a window by name; what is wrong with any fails the test in the end."""
    looker = Looker(qtbot, screenshots)
    yield looker.check_look
    keeper().choose(Mode.LIGHT)
    if looker.found:
        pytest.fail("\n".join(looker.found), pytrace=False)


@pytest.fixture
def filled(room):
    """A workspace in use: figures to a million, names nobody expects, an uncertain, a failed and a held email."""
    context = room.context
    keys = fill(context, people=12)
    add_sequence(context, FIRST, SECOND, name=LONG)
    add_sequence(context, FIRST, name=ARABIC)
    add_mailbox(context, "bea@example.com", daily_cap=50)
    cleo = add_mailbox(context, "cleopatra.with.a.long.address@subsidiary.example.com", daily_cap=40)
    with context.store.write() as unit:
        for number, (first, last) in enumerate(NAMES, 1):
            unit.run(
                "UPDATE contacts SET first_name = :first, last_name = :last, company_name = :company, title = :title"
                " WHERE email = :email",
                {
                    "first": first, "last": last, "company": LONG if number % 2 else "Northfold",
                    "title": "Head of Operations", "email": f"ann{number}@example.org",
                },
            )  # fmt: skip
        set_state(unit, cleo.id, MailboxStatus.FAILED, NOW, reason="authentication", detail=f"535 {MARKUP}")

    def answer(transmission):
        return {"u1@example.net": "dot", "u2@example.net": ("rcpt", 550, "5.1.1", f"no such user {MARKUP}")}.get(
            transmission.recipient
        )

    make_room(context, [email(), task(1)], people=6, name="Fleet managers", daily_cap=3)
    asyncio.run(run_now(context, TimedPost(room.clock, answer)))
    with context.store.write() as unit:
        unit.run(
            "UPDATE sequences SET total_enrolled = 1042318, total_sent = 1000000, total_delivered = 987654,"
            " total_opened = 512345, total_clicked = 1234, total_replied = 98765, total_bounced = 12346,"
            " total_unsubscribed = 7 WHERE id = :id",
            {"id": keys["Cold chain"]},
        )
    return keys


@pytest.fixture
def shown(filled, open_window, qtbot, room) -> Pages:
    """The window on the filled workspace."""
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None and window.standing.facts is not None)
    return Pages(window, qtbot, room.context)


def accessible_name(widget: QWidget | None) -> str:
    """What a screen reader calls a widget."""
    return "" if widget is None else widget.accessibleName()


def other_faces(check_look, qtbot, window, name: str, faces: Faces) -> None:
    """Look at a page while it loads and where it can't be read."""

    def is_loading() -> bool:
        if faces.face != "loading":  # as it is, too, when an answer came to what was asked before
            faces.begin_loading()
        return accessible_name(faces.currentWidget()) == "Loading"

    qtbot.waitUntil(is_loading)
    check_look(f"{name}-loading", window)
    faces.show_error(AWAY, push_button("Retry", kind="primary"))
    check_look(f"{name}-error", window)


def test_the_page_of_sequences(shown, check_look, qtbot, filled):
    window = shown.window
    shown.wait(lambda: shown.table.model().rowCount() > 0)
    check_look("sequences", window)
    shown.choose("Logistics")
    check_look("sequences-folder", window)
    other_faces(check_look, qtbot, window, "sequences", shown.page.folder.faces)


def test_the_steps_of_a_sequence(shown, check_look, qtbot, filled):
    shown.open_sequence("Cold chain")
    check_look("steps", shown.window)
    steps = shown.page.sequence.steps
    steps.focus_step(steps.canvas.views[2].card.step.id)
    check_look("steps-chosen", shown.window)
    other_faces(check_look, qtbot, shown.window, "steps", shown.page.sequence.steps.faces)


def test_the_people_of_a_sequence(shown, check_look, qtbot, filled):
    shown.open_sequence("Cold chain")
    shown.page.sequence.tabs.setCurrentIndex(1)
    shown.wait(lambda: type(shown.page.sequence.stack.currentWidget()).__name__ == "PeopleTab")
    people = shown.page.sequence.stack.currentWidget().people
    shown.wait(lambda: people.faces.face == "content" and people.people.rowCount() == 12)
    check_look("people", shown.window)
    people.narrow(PeopleState.BOUNCED)
    shown.wait(lambda: people.faces.face == "empty")
    check_look("people-filtered", shown.window)
    other_faces(check_look, qtbot, shown.window, "people", people.faces)


def test_a_sequence_without_people(shown, check_look, qtbot, filled):
    shown.open_sequence("Ports")
    shown.page.sequence.tabs.setCurrentIndex(1)
    shown.wait(lambda: type(shown.page.sequence.stack.currentWidget()).__name__ == "PeopleTab")
    faces = shown.page.sequence.stack.currentWidget().people.faces
    shown.wait(lambda: faces.face == "empty")
    check_look("people-empty", shown.window)
    qtbot.mouseClick(button(faces, "Enroll contacts"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: "Enroll contacts in Ports" in {each.windowTitle() for each in QApplication.topLevelWidgets()}
    )


def test_the_dashboard_of_a_sequence(shown, check_look, qtbot, filled):
    shown.open_sequence("Cold chain")
    shown.page.sequence.tabs.setCurrentIndex(2)
    shown.wait(lambda: type(shown.page.sequence.stack.currentWidget()).__name__ == "SequenceDashboard")
    board = shown.page.sequence.stack.currentWidget()
    shown.wait(lambda: board.is_made and board.faces.face == "content" and board.people.faces.face == "content")
    check_look("dashboard", shown.window)
    board.area.verticalScrollBar().setValue(board.area.verticalScrollBar().maximum())
    check_look("dashboard-below", shown.window)
    other_faces(check_look, qtbot, shown.window, "dashboard", board.faces)


def test_the_page_of_contacts(shown, check_look, qtbot, filled):
    window = shown.window
    window.go("contacts")
    page = window.page
    qtbot.waitUntil(lambda: page.faces.face == "content" and page.model.rowCount() == 18)
    check_look("contacts", window)
    page.view.selectRow(0)
    page.view.setFocus()
    qtbot.waitUntil(lambda: page.detail.contact_id is not None)
    check_look("contacts-detail", window, SIZES[1:])
    window.resize(*SIZES[0])
    window.actions_table["view.right"].trigger()
    check_look("contacts-detail", window, SIZES[:1])
    page.filters.words.setText("nobody at all")
    qtbot.waitUntil(lambda: page.faces.face == "empty")
    check_look("contacts-filtered", window)
    other_faces(check_look, qtbot, window, "contacts", page.faces)


@pytest.mark.parametrize("name", ["outbox", "mailboxes"])
def test_the_pages_of_outbox_and_mailboxes(name, shown, check_look, qtbot, filled):
    window = shown.window
    window.go(name)
    qtbot.waitUntil(lambda: window.page.body is not None and window.page.body.faces.face == "content")
    settle()
    if name == "outbox":
        qtbot.waitUntil(lambda: window.page.body.plan.now is not None)
    else:
        qtbot.waitUntil(lambda: window.page.body.cards.cards.rowCount() == 4)
        window.page.body.cards.setCurrentIndex(window.page.body.cards.cards.index(2, 0))
    check_look(name, window)
    other_faces(check_look, qtbot, window, name, window.page.body.faces)


def test_the_page_of_the_inbox(open_window, check_look, qtbot, room):
    fill_inbox(room.context)
    window = open_window(first="inbox")
    qtbot.waitUntil(lambda: window.page is not None and window.standing.facts is not None)
    inbox = Inbox(window, qtbot)
    for who in ("Yuki Tanabe", "Aoife Tierney", "Mail delivery"):
        inbox.open(who)
        settle()
        check_look(f"inbox-{who.split()[0].lower()}", window)
    inbox.open("Yuki Tanabe")
    inbox.body.thread_pane.answer.text.setPlainText("Dear Yuki, Friday it is.")
    inbox.body.thread_pane.answer.add_files(["/home/ann/a plan.pdf"])
    settle()
    check_look("inbox-answer", window)
    for name in ("view.left", "view.right"):
        window.resize(*SIZES[0])
        window.actions_table[name].trigger()
        check_look(f"inbox-{name.replace('.', '-')}", window, SIZES[:1])
    inbox.body.words.setText("nothing of the kind")
    qtbot.waitUntil(lambda: inbox.body.list_faces.face == "empty")
    check_look("inbox-filtered", window)
    other_faces(check_look, qtbot, window, "inbox", inbox.body.faces)


@pytest.mark.parametrize("name", ["inbox", "sequences", "contacts", "outbox", "mailboxes"])
def test_what_an_empty_store_shows(name, open_window, check_look, qtbot):
    window = open_window(first=name)
    qtbot.waitUntil(lambda: window.page is not None and window.standing.facts is not None)
    qtbot.waitUntil(lambda: any(each.isVisible() and each.face == "empty" for each in window.page.findChildren(Faces)))
    check_look(f"{name}-empty", window)


def test_the_greeting_and_the_import(window, check_look, qtbot, tmp_path):
    window.show_instead(Welcome(window.bench, "opendoors.db"))
    check_look("welcome", window)

    file = tmp_path / "people.csv"
    file.write_text("E-Mail;Vorname;Nachname;Messetag\nana@example.com;Ana;Lind;1\nben(at)x;Ben;;\n", encoding="utf-8")
    window.go("contacts", import_file=None)
    qtbot.waitUntil(lambda: window.page._importing is not None and window.page._importing.isVisible())
    page = window.page._importing
    check_look("import-1-file", window)
    page.begin(file)
    for step, name in enumerate(("columns", "review", "run"), 1):
        qtbot.waitUntil(lambda step=step: page.steps.currentIndex() == step and not page.is_running())
        qtbot.waitUntil(lambda: page.next.isEnabled() or not page.next.isVisible())
        check_look(f"import-{step + 1}-{name}", window)
        page.next.click()


def opened_dialog(window, qtbot) -> QDialog:
    """The dialog that stands in front of a window."""
    dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert dialogs
    return dialogs[-1]


def test_dialogs_toasts_and_the_palette(shown, check_look, qtbot, filled):
    window = shown.window
    window.bench.notices.toast("3 contacts enrolled in Cold chain", lambda: None)
    check_look("toast", window)
    window.actions_table["view.palette"].trigger()
    palette = opened_dialog(window, qtbot)
    assert isinstance(palette, CommandPalette)
    palette.line.setText("se")
    qtbot.waitUntil(lambda: palette.model.rowCount() > 3)
    check_look("palette", palette)
    palette.reject()
    for name in ("help.keys", "help.about"):
        window.actions_table[name].trigger()
        dialog = opened_dialog(window, qtbot)
        check_look(name.replace(".", "-"), dialog)
        dialog.reject()
    window.bench.notices.ask("Archive 2 sequences?", "They stop, and can be restored.", "Archive", print)
    box = opened_dialog(window, qtbot)
    assert isinstance(box, QMessageBox)
    check_look("question", box)
    box.reject()


def look_at_dialog(check_look, qtbot, window, name: str) -> None:
    """Open an action's dialog, look at it once it stands, and close it."""
    qtbot.waitUntil(window.actions_table[name].isEnabled)
    window.actions_table[name].trigger()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(QDialog)))
    settle()
    dialog = opened_dialog(window, qtbot)
    check_look(f"dialog-{name}", dialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not any(each.isVisible() for each in window.findChildren(QDialog)))


def test_dialogs_of_contacts_and_sequences(shown, check_look, qtbot, filled):
    window = shown.window
    shown.open_sequence("Cold chain")
    for name in ("sequence.enroll", "tree.move"):
        look_at_dialog(check_look, qtbot, window, name)
    window.go("contacts")
    qtbot.waitUntil(lambda: window.page.faces.face == "content")
    window.page.view.selectRow(0)
    qtbot.waitUntil(lambda: window.actions_table["contact.tag"].isEnabled())
    for name in ("contact.new", "contact.tag", "contact.enroll"):
        look_at_dialog(check_look, qtbot, window, name)
    window.switching.overdue_asked.emit()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(AwaySheet)))
    sheet = opened_dialog(window, qtbot)
    assert isinstance(sheet, AwaySheet)
    qtbot.waitUntil(lambda: sheet.faces.face in {"content", "empty"})
    check_look("dialog-away", sheet)
    sheet.reject()


def test_the_dialogs_of_mailboxes(shown, check_look, qtbot, filled):
    window = shown.window
    window.go("mailboxes")
    qtbot.waitUntil(lambda: window.page.body is not None and window.page.body.faces.face == "content")
    for name in ("mailbox.sign_in", "mailbox.remove"):
        look_at_dialog(check_look, qtbot, window, name)
    window.actions_table["mailbox.new"].trigger()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(AddMailbox)))
    dialog = opened_dialog(window, qtbot)
    assert isinstance(dialog, AddMailbox)
    for step, widget in enumerate(("provider", "sign_in", "trial", "limits")):
        qtbot.waitUntil(lambda step=step: dialog.stack.currentIndex() == step or dialog._go(step))
        assert getattr(dialog, widget) is not None
        check_look(f"dialog-mailbox-{step + 1}", dialog)
    dialog.reject()


def test_the_page_of_settings(filled, open_window, check_look, qtbot, room):
    api = ApiBeside()
    create_token(room.context, MARKUP + LONG)
    create_token(room.context, ARABIC, lasts=timedelta(days=30), is_read_only=True)
    switch_api(room.context, ApiSwitch(is_on=True, port=0))
    api.follow(room.context)
    window = open_window(first="settings", api=api)
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None)
    page = window.page.body
    qtbot.waitUntil(lambda: page.faces.face == "content")
    for name, section in page.sections.items():
        page.show_what(section=name)
        check_look(f"settings-{name}", window)
        for card in section.findChildren(SettingsCard)[:1]:
            card.tell(AWAY)
        check_look(f"settings-{name}-problem", window, SIZES[:1])
    page.search.setText("quantum")
    check_look("settings-nothing", window)
    page.search.clear()
    page.sections["api"].tokens.create_token()
    dialog = opened_dialog(window, qtbot)
    assert isinstance(dialog, TokenDialog)
    check_look("dialog-token", dialog)
    dialog.name.setText("CRM")
    dialog.make()
    qtbot.waitUntil(lambda: dialog.token.text() != "")
    dialog.adjustSize()
    check_look("dialog-token-made", dialog)
    dialog.reject()
    other_faces(check_look, qtbot, window, "settings", page.faces)
    api.end()
