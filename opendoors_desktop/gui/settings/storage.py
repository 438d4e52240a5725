"""Where the store is, its backups, and whether all in it is as its records say."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout

from opendoors_desktop.gui.formats import count, when
from opendoors_desktop.gui.settings.commands import back_up, check_store
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight, StoreSight
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.card import Facts
from opendoors_desktop.gui.widgets.text import Label

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.store_care import Findings


class StoreSection(Section):
    """Facts, and what can be done for the store while it is in use."""

    def make(self) -> None:
        """The store, then its backups."""
        self.store = SettingsCard(self.tr("Database"))
        self.facts = Facts()
        self.check = push_button(self.tr("Check the store"), self._check, icon_name="shield-check")
        self.found = Label("", "small", "muted", wraps=True)
        self.found.hide()
        self.store.add(self.facts, self.found)
        self.store.column.addLayout(_row(self.check))
        self.backups = SettingsCard(self.tr("Backups"))
        self.kept = Facts()
        self.make_one = push_button(self.tr("Back up now"), self._back_up, icon_name="archive")
        self.folder = push_button(self.tr("Open folder"), self._open, icon_name="folder-open")
        self.backups.add(self.kept)
        self.backups.column.addLayout(_row(self.make_one, self.folder))
        self.add_cards(self.store, self.backups)
        self._store: StoreSight | None = None

    def show_sight(self, sight: SettingsSight) -> None:
        """The facts."""
        store = self._store = sight.store
        kind = self.tr("Postgres, shared by a team") if store.is_server else self.tr("a file on this computer")
        facts = [(self.tr("Kind"), kind), (self.tr("Place"), store.place)]
        if store.size is not None:
            facts.append((self.tr("Size"), QLocale().formattedDataSize(store.size)))
        self.facts.show_facts(facts)
        facts = [(self.tr("Last backup"), self.tr("none yet"))]
        if store.last is not None:
            facts = [
                (self.tr("Last backup"), when(store.last, sight.now)),
                (self.tr("Kept"), self.tr("%n backups", "", store.backups)),
            ]
        self.kept.show_facts([*facts, (self.tr("Folder"), str(store.folder))])
        set_enabled(self.folder, enabled=store.backups > 0, why_not=self.tr("There is no backup yet."))

    def _back_up(self) -> None:
        set_enabled(self.make_one, enabled=False, why_not=self.tr("A backup is being made."))
        self.backups.clear()
        command = back_up()
        self.bench.jobs.start_long(
            lambda context, _progress: command.do(context),
            lambda path: self._on_backed_up(path.name),
            self._on_not_backed_up,
            text=self.tr("Backing up"),
        )

    def _on_backed_up(self, name: str) -> None:
        set_enabled(self.make_one, enabled=True)
        self.bench.notices.toast(self.tr("The backup {name} was made.").format(name=name))
        self.changed.emit()

    def _on_not_backed_up(self, error: Exception) -> None:
        set_enabled(self.make_one, enabled=True)
        self.backups.tell(error)

    def _check(self) -> None:
        set_enabled(self.check, enabled=False, why_not=self.tr("The store is being checked."))
        self.store.clear()
        self._tell(self.tr("Everything is counted again…"))
        self.bench.jobs.start_long(
            lambda context, _progress: check_store(context),
            self._on_checked,
            self._on_not_checked,
            text=self.tr("Checking the store"),
        )

    def _on_checked(self, findings: "Findings") -> None:
        set_enabled(self.check, enabled=True)
        number = len(findings.damage) + len(findings.differences) + len(findings.misplaced)
        told = self.tr("All is sound: every total is what its records say.")
        if number:
            told = self.tr("{number} faults were found. “opendoors db check” lists them.").format(number=count(number))
        self._tell(told)
        self.bench.notices.announce(told)

    def _on_not_checked(self, error: Exception) -> None:
        set_enabled(self.check, enabled=True)
        self._tell("")
        self.store.tell(error)

    def _tell(self, text: str) -> None:
        self.found.setText(text)
        self.found.setVisible(bool(text))

    def _open(self) -> None:
        if self._store is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._store.folder)))


def _row(*widgets: object) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().px(8))
    for widget in widgets:
        row.addWidget(widget)  # type: ignore[arg-type]
    row.addStretch(1)
    return row
