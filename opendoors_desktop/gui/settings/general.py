"""The look of the program, and the workspace's name and time zone."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter

from opendoors_desktop.gui.formats import percent
from opendoors_desktop.gui.settings.commands import change
from opendoors_desktop.gui.settings.fields import SavedLine
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.theme import Mode, keeper
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

LOOKS: Final = {
    Mode.SYSTEM: QT_TRANSLATE_NOOP("Look", "As the system"),
    Mode.LIGHT: QT_TRANSLATE_NOOP("Look", "Light"),
    Mode.DARK: QT_TRANSLATE_NOOP("Look", "Dark"),
}
SCALES: Final = tuple(number / 10 for number in range(9, 16))


class GeneralSection(Section):
    """What concerns every page."""

    def make(self) -> None:
        """The look, then the workspace."""
        self.look = SettingsCard(self.tr("Look"))
        self.theme, self.scale = Choice(""), Choice("")
        for mode, words in LOOKS.items():
            self.theme.addItem(QCoreApplication.translate("Look", words), mode)
        for scale in SCALES:
            self.scale.addItem(percent(scale, 0), scale)
        form = self.look.add_form()
        form_row(form, self.tr("Theme"), self.theme)
        form_row(form, self.tr("Text size"), self.scale)
        self.look.add(Label(self.tr("Another text size holds from the next start on."), "small", "muted", wraps=True))
        self.theme.activated.connect(lambda _: keeper().choose(Mode(self.theme.currentData())))
        self.scale.activated.connect(lambda _: keeper().choose_scale(self.scale.currentData()))
        keeper().changed.connect(self._show_look)
        keeper().scale_chosen.connect(self._show_scale)
        self._make_workspace()
        self.add_cards(self.look, self.workspace)
        self._show_look()

    def _make_workspace(self) -> None:
        self.workspace = SettingsCard(self.tr("Workspace"))
        self.name, self.zone = SavedLine(), SavedLine(self.tr("Europe/Berlin"))
        form = self.workspace.add_form()
        form_row(form, self.tr("Name"), self.name)
        form_row(form, self.tr("Time zone"), self.zone)
        self._zones = QStringListModel(self)
        known = QCompleter(self._zones, self.zone)
        known.setFilterMode(Qt.MatchFlag.MatchContains)
        known.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.zone.setCompleter(known)
        self.name.wanted.connect(
            lambda text: self._change(
                "name", text, self.tr("the workspace’s name"), self.tr("The workspace is renamed.")
            )
        )
        self.zone.wanted.connect(
            lambda text: self._change("zone", text, self.tr("the time zone"), self.tr("The time zone was changed."))
        )

    def show_sight(self, sight: SettingsSight) -> None:
        """The workspace as it is stored; the look is the window's own."""
        self.name.show_value(sight.of.workspace.name)
        self.zone.show_value(sight.of.workspace.zone)
        if len(sight.zones) != self._zones.rowCount():
            self._zones.setStringList(list(sight.zones))

    def _change(self, name: str, text: str, what: str, done: str) -> None:
        self.save(self.workspace, change(what, self.bench.api, **{name: text}), done)

    def _show_look(self) -> None:
        self.theme.setCurrentIndex(self.theme.findData(keeper().mode))
        self._show_scale(keeper().next_scale)

    def _show_scale(self, scale: float) -> None:
        self.scale.setCurrentIndex(self.scale.findData(scale))
