"""Every action of the program in one table, which feeds menus, command palette and shortcuts alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.page_list import KEYS
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: its name in the code, the menu it stands in, its words, keys and icon.

    `keys` are Qt's portable key names, several parted by a blank; one of a `page` works while that page is shown.
    """

    name: str
    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    is_checkable: bool = False


MENUS: Final = {
    "file": QT_TRANSLATE_NOOP("Menu", "&File"),
    "edit": QT_TRANSLATE_NOOP("Menu", "&Edit"),
    "view": QT_TRANSLATE_NOOP("Menu", "&View"),
    "go": QT_TRANSLATE_NOOP("Menu", "&Go"),
    "sequence": QT_TRANSLATE_NOOP("Menu", "&Sequence"),
    "contact": QT_TRANSLATE_NOOP("Menu", "&Contact"),
    "help": QT_TRANSLATE_NOOP("Menu", "&Help"),
}

SUBMENUS: Final = {"meaning": ("contact", QT_TRANSLATE_NOOP("Menu", "What the &mail means"))}
"""Menus at the end of others: by name the menu they stand in, and their title."""

TABLE: Final = (
    ActionSpec("sequence.new", "file", QT_TRANSLATE_NOOP("Action", "New sequence"), "Ctrl+N", "plus"),
    ActionSpec("folder.new", "file", QT_TRANSLATE_NOOP("Action", "New folder"), "Ctrl+Shift+N", "folder-plus"),
    ActionSpec("contacts.import", "file", QT_TRANSLATE_NOOP("Action", "Import contacts…"), "Ctrl+I", "import"),
    ActionSpec("data.export", "file", QT_TRANSLATE_NOOP("Action", "Export CSV…"), "Ctrl+E", "download"),
    ActionSpec("data.print", "file", QT_TRANSLATE_NOOP("Action", "Print to PDF…"), "P", "printer"),
    ActionSpec("mailbox.new", "file", QT_TRANSLATE_NOOP("Action", "Add mailbox…"), "", "mailbox"),
    ActionSpec("mailbox.test", "file", QT_TRANSLATE_NOOP("Action", "Test mailbox"), "Ctrl+T", "zap"),
    ActionSpec("mailbox.pause", "file", QT_TRANSLATE_NOOP("Action", "Pause or resume mailbox"), "P", "pause"),
    ActionSpec("mailbox.sign_in", "file", QT_TRANSLATE_NOOP("Action", "Sign in to mailbox again…"), "", "key-round"),
    ActionSpec("mailbox.remove", "file", QT_TRANSLATE_NOOP("Action", "Remove mailbox…"), "", "trash-2"),
    ActionSpec("app.close", "file", QT_TRANSLATE_NOOP("Action", "Close window"), "Ctrl+W"),
    ActionSpec("app.quit", "file", QT_TRANSLATE_NOOP("Action", "Quit"), "Ctrl+Q", "log-out"),
    ActionSpec("edit.undo", "edit", QT_TRANSLATE_NOOP("Action", "Undo"), "Ctrl+Z", "undo-2"),
    ActionSpec("edit.redo", "edit", QT_TRANSLATE_NOOP("Action", "Redo"), "Ctrl+Shift+Z", "redo-2"),
    ActionSpec("edit.cut", "edit", QT_TRANSLATE_NOOP("Action", "Cut"), "Ctrl+X"),
    ActionSpec("edit.paste", "edit", QT_TRANSLATE_NOOP("Action", "Paste"), "Ctrl+V"),
    ActionSpec("edit.find", "edit", QT_TRANSLATE_NOOP("Action", "Find here"), "Ctrl+F /", "search"),
    ActionSpec("view.palette", "view", QT_TRANSLATE_NOOP("Action", "Command palette"), "Ctrl+K", "command"),
    ActionSpec("view.left", "view", QT_TRANSLATE_NOOP("Action", "Show or hide the left pane"), "Ctrl+\\", "panel-left"),
    ActionSpec("view.right", "view", QT_TRANSLATE_NOOP("Action", "Show or hide the right pane"), "F9", "panel-right"),
    ActionSpec("view.refresh", "view", QT_TRANSLATE_NOOP("Action", "Ask again"), "F5", "refresh-cw"),
    ActionSpec(
        "theme.system", "view", QT_TRANSLATE_NOOP("Action", "Look: as the system"), "", "monitor", is_checkable=True
    ),
    ActionSpec("theme.light", "view", QT_TRANSLATE_NOOP("Action", "Look: light"), "", "sun", is_checkable=True),
    ActionSpec("theme.dark", "view", QT_TRANSLATE_NOOP("Action", "Look: dark"), "", "moon", is_checkable=True),
    ActionSpec("text.larger", "view", QT_TRANSLATE_NOOP("Action", "Larger text"), "Ctrl++"),
    ActionSpec("text.smaller", "view", QT_TRANSLATE_NOOP("Action", "Smaller text"), "Ctrl+-"),
    ActionSpec("text.usual", "view", QT_TRANSLATE_NOOP("Action", "Usual text size"), "Ctrl+0"),
    ActionSpec("go.next_pane", "go", QT_TRANSLATE_NOOP("Action", "Next pane"), "F6"),
    ActionSpec("go.previous_pane", "go", QT_TRANSLATE_NOOP("Action", "Previous pane"), "Shift+F6"),
    ActionSpec("go.next_tab", "go", QT_TRANSLATE_NOOP("Action", "Next tab"), "Ctrl+Tab"),
    ActionSpec("go.previous_tab", "go", QT_TRANSLATE_NOOP("Action", "Previous tab"), "Ctrl+Shift+Tab"),
    ActionSpec("sequence.activate", "sequence", QT_TRANSLATE_NOOP("Action", "Start"), "", "play"),
    ActionSpec("sequence.pause", "sequence", QT_TRANSLATE_NOOP("Action", "Pause"), "", "pause"),
    ActionSpec("sequence.resume", "sequence", QT_TRANSLATE_NOOP("Action", "Resume"), "", "play"),
    ActionSpec("sequence.stop", "sequence", QT_TRANSLATE_NOOP("Action", "Stop"), "", "circle-stop"),
    ActionSpec("sequence.archive", "sequence", QT_TRANSLATE_NOOP("Action", "Archive"), "Del", "archive"),
    ActionSpec("sequence.restore", "sequence", QT_TRANSLATE_NOOP("Action", "Restore"), "", "archive-restore"),
    ActionSpec("sequence.clone", "sequence", QT_TRANSLATE_NOOP("Action", "Duplicate"), "Ctrl+D", "copy"),
    ActionSpec("sequence.rename", "sequence", QT_TRANSLATE_NOOP("Action", "Rename"), "F2", "pencil"),
    ActionSpec("tree.move", "sequence", QT_TRANSLATE_NOOP("Action", "Move to…"), "Ctrl+M", "folder"),
    ActionSpec("tree.up", "sequence", QT_TRANSLATE_NOOP("Action", "Move up"), "Alt+Up", "arrow-up"),
    ActionSpec("tree.down", "sequence", QT_TRANSLATE_NOOP("Action", "Move down"), "Alt+Down", "arrow-down"),
    ActionSpec("step.add_email", "sequence", QT_TRANSLATE_NOOP("Action", "Add email step"), "", "mail"),
    ActionSpec("step.add_task", "sequence", QT_TRANSLATE_NOOP("Action", "Add task step"), "", "square-check-big"),
    ActionSpec(
        "step.add_linkedin", "sequence", QT_TRANSLATE_NOOP("Action", "Add LinkedIn step"), "", "user-round-plus"
    ),
    ActionSpec("step.add_call", "sequence", QT_TRANSLATE_NOOP("Action", "Add call step"), "", "phone"),
    ActionSpec("step.add_conditional", "sequence", QT_TRANSLATE_NOOP("Action", "Add condition"), "", "git-fork"),
    ActionSpec("step.add_delay", "sequence", QT_TRANSLATE_NOOP("Action", "Add delay"), "", "clock"),
    ActionSpec("step.carry", "sequence", QT_TRANSLATE_NOOP("Action", "Pick step up to move it"), "", "grip-vertical"),
    ActionSpec("step.up", "sequence", QT_TRANSLATE_NOOP("Action", "Move step up"), "", "arrow-up"),
    ActionSpec("step.down", "sequence", QT_TRANSLATE_NOOP("Action", "Move step down"), "", "arrow-down"),
    ActionSpec("step.duplicate", "sequence", QT_TRANSLATE_NOOP("Action", "Duplicate step"), "", "copy"),
    ActionSpec("step.switch", "sequence", QT_TRANSLATE_NOOP("Action", "Switch step off or on"), "", "power"),
    ActionSpec("step.remove", "sequence", QT_TRANSLATE_NOOP("Action", "Remove step"), "", "trash-2"),
    ActionSpec("step.test", "sequence", QT_TRANSLATE_NOOP("Action", "Send test to me"), "Ctrl+T", "send"),
    ActionSpec("step.save", "sequence", QT_TRANSLATE_NOOP("Action", "Save step"), "Ctrl+S", "save"),
    ActionSpec(
        "step.discard", "sequence", QT_TRANSLATE_NOOP("Action", "Discard what is written of the step"), "", "undo-2"
    ),
    ActionSpec("sequence.enroll", "sequence", QT_TRANSLATE_NOOP("Action", "Enroll contacts…"), "", "user-round-plus"),
    ActionSpec(
        "sending.switch",
        "sequence",
        QT_TRANSLATE_NOOP("Action", "Sending on this computer"),
        "",
        "power",
        is_checkable=True,
    ),
    ActionSpec(
        "sending.stop",
        "sequence",
        QT_TRANSLATE_NOOP("Action", "Emergency stop: send nothing anywhere"),
        "",
        "octagon-pause",
    ),
    ActionSpec(
        "sending.release", "sequence", QT_TRANSLATE_NOOP("Action", "Release the emergency stop"), "", "rotate-ccw"
    ),
    ActionSpec("contact.new", "contact", QT_TRANSLATE_NOOP("Action", "New contact"), "Ctrl+Alt+N", "user-round-plus"),
    ActionSpec("contact.edit", "contact", QT_TRANSLATE_NOOP("Action", "Edit contact"), "F2", "pencil"),
    ActionSpec("contact.enroll", "contact", QT_TRANSLATE_NOOP("Action", "Enroll in a sequence…"), "S", "workflow"),
    ActionSpec("contact.tag", "contact", QT_TRANSLATE_NOOP("Action", "Tag…"), "T", "tag"),
    ActionSpec("contact.bar", "contact", QT_TRANSLATE_NOOP("Action", "Do not contact"), "", "ban"),
    ActionSpec("contact.open", "contact", QT_TRANSLATE_NOOP("Action", "Open contact"), "", "user-round"),
    ActionSpec("enrollment.pause", "contact", QT_TRANSLATE_NOOP("Action", "Pause in this sequence"), "", "pause"),
    ActionSpec("enrollment.resume", "contact", QT_TRANSLATE_NOOP("Action", "Resume in this sequence"), "", "play"),
    ActionSpec("enrollment.move", "contact", QT_TRANSLATE_NOOP("Action", "Move to step…"), "", "arrow-right"),
    ActionSpec(
        "enrollment.remove", "contact", QT_TRANSLATE_NOOP("Action", "Remove from this sequence"), "", "user-round-x"
    ),
    ActionSpec("enrollment.why", "contact", QT_TRANSLATE_NOOP("Action", "Why isn’t it sending?"), "", "circle-help"),
    ActionSpec("email.hold", "contact", QT_TRANSLATE_NOOP("Action", "Hold email"), "H", "circle-pause"),
    ActionSpec("email.skip", "contact", QT_TRANSLATE_NOOP("Action", "Skip email"), "X", "skip-forward"),
    ActionSpec("email.why", "contact", QT_TRANSLATE_NOOP("Action", "Why this time?"), "W", "circle-help"),
    ActionSpec("email.contact", "contact", QT_TRANSLATE_NOOP("Action", "Open this email’s contact"), "C", "user-round"),
    ActionSpec("email.sequence", "contact", QT_TRANSLATE_NOOP("Action", "Open this email’s sequence"), "S", "workflow"),
    ActionSpec("email.pause", "contact", QT_TRANSLATE_NOOP("Action", "Pause this email’s sequence"), "P", "pause"),
    ActionSpec("reply.answer", "contact", QT_TRANSLATE_NOOP("Action", "Answer"), "R", "reply"),
    ActionSpec("reply.send", "contact", QT_TRANSLATE_NOOP("Action", "Send answer"), "Ctrl+Return", "send"),
    ActionSpec("reply.done", "contact", QT_TRANSLATE_NOOP("Action", "Mark mail done or open"), "E", "check"),
    ActionSpec("reply.snooze", "contact", QT_TRANSLATE_NOOP("Action", "Put mail off…"), "Z", "clock"),
    ActionSpec("reply.unread", "contact", QT_TRANSLATE_NOOP("Action", "Mark mail unread"), "U", "mail"),
    ActionSpec(
        "reply.match", "contact", QT_TRANSLATE_NOOP("Action", "Match mail to a contact…"), "M", "user-round-search"
    ),
    ActionSpec("meaning.interested", "meaning", QT_TRANSLATE_NOOP("Action", "It means: interested"), "1"),
    ActionSpec("meaning.question", "meaning", QT_TRANSLATE_NOOP("Action", "It means: a question"), "2"),
    ActionSpec("meaning.not_now", "meaning", QT_TRANSLATE_NOOP("Action", "It means: not now"), "3"),
    ActionSpec("meaning.not_interested", "meaning", QT_TRANSLATE_NOOP("Action", "It means: not interested"), "4"),
    ActionSpec("meaning.wrong_person", "meaning", QT_TRANSLATE_NOOP("Action", "It means: wrong person"), "5"),
    ActionSpec("meaning.left_company", "meaning", QT_TRANSLATE_NOOP("Action", "It means: left the company"), "6"),
    ActionSpec("meaning.out_of_office", "meaning", QT_TRANSLATE_NOOP("Action", "It means: out of office"), "7"),
    ActionSpec("meaning.unsubscribe", "meaning", QT_TRANSLATE_NOOP("Action", "It means: opt-out"), "8"),
    ActionSpec("meaning.unsure", "meaning", QT_TRANSLATE_NOOP("Action", "It means: unsure"), "0"),
    ActionSpec("demo.play", "help", QT_TRANSLATE_NOOP("Action", "Play the tour with sample data"), "", "play"),
    ActionSpec("help.first_steps", "help", QT_TRANSLATE_NOOP("Action", "First steps"), "", "list-checks"),
    ActionSpec("help.keys", "help", QT_TRANSLATE_NOOP("Action", "Keys of this screen"), "F1 ?", "circle-help"),
    ActionSpec("help.about", "help", QT_TRANSLATE_NOOP("Action", "About OpenDoors"), "", "info"),
)

BEGIN_GROUPS: Final = frozenset(
    {
        "contacts.import",
        "mailbox.new",
        "app.close",
        "edit.cut",
        "edit.find",
        "view.left",
        "view.refresh",
        "theme.system",
        "text.larger",
        "sequence.clone",
        "tree.move",
        "step.add_email",
        "step.carry",
        "step.save",
        "sequence.enroll",
        "sending.switch",
        "contact.enroll",
        "enrollment.pause",
        "email.hold",
        "reply.answer",
        "reply.match",
        "help.keys",
    }
)
"""The actions that have a line above them in the menu bar, as the first of the pages has."""


class Actions(QObject):
    """The actions of a window. A handler bound to a name makes it work; where none is bound it is shown disabled."""

    changed = Signal()

    def __init__(self, window: QWidget, pages: Mapping[str, tuple[str, str]]) -> None:
        """`pages`: the rail's pages in order, by name their (translated) titles and icons; each gets its Go action."""
        super().__init__(window)
        self._specs = {spec.name: spec for spec in (*TABLE, *_go_to(pages))}
        self._begin_groups = BEGIN_GROUPS | {f"go.{name}" for name in list(pages)[:1]}
        self._actions = {name: self._make(window, spec) for name, spec in self._specs.items()}
        self._of_all: dict[str, Callable[[], object]] = {}
        self._of_page: Mapping[str, Callable[[], object]] = {}
        self._not_now: set[str] = set()

    def __getitem__(self, name: str) -> QAction:
        """The action of a name; KeyError for one that isn't in the table."""
        return self._actions[name]

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Have these actions work wherever a person is."""
        self._of_all.update(handlers)
        self._update()

    def follow(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Have these, and none of another page, work while this page is shown."""
        self._of_page = dict(handlers)
        self._update()

    def allow(self, name: str, *, is_allowed: bool) -> None:
        """Say whether an action makes sense as things stand; one that doesn't is shown disabled wherever it works."""
        if is_allowed is (name in self._not_now):
            self._not_now ^= {name}
            self._update()

    def word(self, name: str, of_what: str) -> None:
        """Have an action say what it would do it to ("Undo: Rename Ports"); its usual words where that is empty."""
        usual = QCoreApplication.translate("Action", self._specs[name].text)
        text = QCoreApplication.translate("Action", "{action}: {what}").format(action=usual, what=of_what)
        self._actions[name].setText(text.replace("&", "&&") if of_what else usual)

    def usable(self) -> Iterator[tuple[str, ActionSpec, QAction]]:
        """The actions that work now, in the order of the table."""
        for name, spec in self._specs.items():
            if self._actions[name].isEnabled():
                yield name, spec, self._actions[name]

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for key, title in MENUS.items():
            menu = bar.addMenu(QCoreApplication.translate("Menu", title))
            for name in [name for name, spec in self._specs.items() if spec.menu == key]:
                if name in self._begin_groups:
                    menu.addSeparator()
                self.add_to(menu, [name])
            for name, (above, words) in SUBMENUS.items():
                if above == key:
                    below = menu.addMenu(QCoreApplication.translate("Menu", words))
                    self.add_to(below, [each for each, spec in self._specs.items() if spec.menu == name])

    def add_to(self, menu: QMenu, names: list[str]) -> None:
        """Put actions into a menu, in this order."""
        for name in names:
            menu.addAction(self._actions[name])

    def _make(self, window: QWidget, spec: ActionSpec) -> QAction:
        text = QCoreApplication.translate("Action", spec.text)
        action = QAction(icon(spec.icon), text, window) if spec.icon else QAction(text, window)
        action.setObjectName(spec.name)
        action.setCheckable(spec.is_checkable)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys.split(" ") if keys])
        action.setEnabled(False)
        action.triggered.connect(lambda: self._on_triggered(spec.name))
        window.addAction(action)
        return action

    def _on_triggered(self, name: str) -> None:
        handler = self._of_page.get(name) or self._of_all.get(name)
        if handler is not None:
            handler()

    def _update(self) -> None:
        for name, action in self._actions.items():
            is_bound = name in self._of_page or name in self._of_all
            action.setEnabled(is_bound and name not in self._not_now)
        self.changed.emit()


def _go_to(pages: Mapping[str, tuple[str, str]]) -> Iterator[ActionSpec]:
    for name, (title, icon_name) in pages.items():
        yield ActionSpec(f"go.{name}", "go", title, KEYS[name], icon_name)
