"""The first steps' pages: where data lives, who you are, a mailbox, contacts, a first sequence."""

from collections.abc import Callable
from typing import Final
from zoneinfo import available_timezones

from PySide6.QtCore import QCoreApplication, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QFormLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.first_use import FirstSteps

_TITLES: Final = (
    QT_TRANSLATE_NOOP("Welcome", "Where your data lives"),
    QT_TRANSLATE_NOOP("Welcome", "You"),
    QT_TRANSLATE_NOOP("Welcome", "Your mailbox"),
    QT_TRANSLATE_NOOP("Welcome", "Your contacts"),
    QT_TRANSLATE_NOOP("Welcome", "Your first sequence"),
)


class Step(QWidget):
    """One of the first steps: a heading, a few sentences, and buttons that do it."""

    def __init__(self, title: str, *sentences: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme().px(12))
        self.column.addWidget(Label(title, "heading"))
        for sentence in sentences:
            self.column.addWidget(Label(sentence, "body", "muted", wraps=True))
        self.done = Label("", "body-strong", "success", wraps=True)
        self.done.hide()

    def add_buttons(self, *rows: tuple[str, str, Callable[[], object]]) -> None:
        """Put buttons below: words, icon, and what each does."""
        line = QHBoxLayout()
        line.setSpacing(theme().px(8))
        self.buttons = [push_button(words, act, icon_name=sign) for words, sign, act in rows]
        for button in self.buttons:
            line.addWidget(button)
        line.addStretch(1)
        self.column.addLayout(line)
        self.end()

    def end(self) -> None:
        """Nothing comes below any more."""
        self.column.addWidget(self.done)
        self.column.addStretch(1)

    def tell_done(self, words: str) -> None:
        """Say what is there already; "": nothing yet."""
        self.done.setText(words)
        self.done.setVisible(bool(words))


class PlaceStep(Step):
    """Where the data lives, and the way to look around first."""

    def __init__(self, place: str, *, is_here: bool, play: Callable[[], object]) -> None:
        here = self.tr("Everything is kept on this computer, in {place}. It works offline, and nobody else sees it.")
        shared = self.tr("Everything is kept in {place}. Who shares it sees contacts, sequences and replies.")
        super().__init__(
            titles()[0],
            (here if is_here else shared).format(place=place),
            self.tr("A team shares a Postgres database: start OpenDoors with --store and its address."),
            self.tr("Or look around first: two weeks of a campaign on sample data, in a window of its own."),
        )
        self.add_buttons((self.tr("Try it with sample data"), "play", play))


class YouStep(Step):
    """The workspace's name, its time zone, and the address that stands under its emails."""

    def __init__(self) -> None:
        super().__init__(
            titles()[1],
            self.tr("Days and sending windows are told by your time zone unless a contact’s own is known."),
        )
        self.name = QLineEdit()
        self.zone = QLineEdit()
        self.address = QPlainTextEdit()
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(theme().px(64))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows = (
            (self.tr("Name of your team or company"), self.name),
            (self.tr("Time zone"), self.zone),
            (self.tr("Postal address under every email"), self.address),
        )
        for words, field in rows:
            field.setAccessibleName(words)
            form.addRow(Label(words, "body", "muted"), field)
        self.column.addLayout(form)
        self.end()
        self._was_shown = False

    def offer_zones(self, zones: list[str]) -> None:
        """Complete what is typed by these names."""
        completer = QCompleter(QStringListModel(zones, self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.zone.setCompleter(completer)

    def show_facts(self, facts: FirstSteps) -> None:
        """Fill in what is known, once: what a person types stays."""
        if not self._was_shown:
            self._was_shown = True
            self.name.setText(facts.name)
            self.zone.setText(facts.zone)
            self.address.setPlainText(facts.postal_address)

    def values(self) -> tuple[str, str, str]:
        """Name, zone and address as they stand in the fields."""
        return self.name.text().strip(), self.zone.text().strip(), self.address.toPlainText().strip()


class MailboxStep(Step):
    """The first mailbox."""

    def __init__(self, add: Callable[[], object]) -> None:
        super().__init__(
            titles()[2],
            self.tr(
                "Emails leave from your own address, by your mail host. Its password goes into this computer’s keyring."
            ),
            self.tr("A live test shows that it works before anything is sent."),
        )
        self.add_buttons((self.tr("Add my mailbox"), "mailbox", add))


class ContactsStep(Step):
    """The first contacts: a file, or people to try with."""

    def __init__(self, import_file: Callable[[], object], add_samples: Callable[[], object]) -> None:
        super().__init__(
            titles()[3],
            self.tr(
                "Take them from a CSV file of any program: columns are found, and you see all before it is written."
            ),
            self.tr("The 20 invented people are tagged “sample”; their addresses belong to nobody."),
        )
        self.add_buttons(
            (self.tr("Import contacts"), "import", import_file),
            (self.tr("Add 20 invented people"), "users-round", add_samples),
        )


class SequenceStep(Step):
    """The first sequence, from a template or empty."""

    def __init__(self, make: Callable[[str], object], make_empty: Callable[[], object]) -> None:
        super().__init__(
            titles()[4],
            self.tr("It is a draft: nothing leaves before you start it, and sending is off until you switch it on."),
        )
        self.add_buttons(
            (self.tr("Spring introduction"), "layout-template", lambda: make("spring")),
            (self.tr("Open house"), "layout-template", lambda: make("open_house")),
            (self.tr("Empty sequence"), "plus", make_empty),
        )


def titles() -> tuple[str, ...]:
    """What the steps are called, in order."""
    return tuple(QCoreApplication.translate("Welcome", title) for title in _TITLES)


def zone_names() -> list[str]:
    """The time zones there are, in order; read from files, so not for the main thread."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")
