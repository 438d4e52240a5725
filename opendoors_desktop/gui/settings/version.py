"""What this program is, and where it keeps what belongs to it."""

from PySide6.QtCore import QCoreApplication

from opendoors_desktop import __version__
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.widgets.card import Facts
from opendoors_desktop.gui.widgets.text import Label


class AboutSection(Section):
    """Name, version and licence."""

    def make(self) -> None:
        """One card."""
        self.card = SettingsCard(QCoreApplication.applicationName())
        self.facts = Facts()
        about = self.tr("Free software under the Apache License, Version 2.0; its libraries keep their own licences.")
        self.card.add(self.facts, Label(about, "small", "muted", wraps=True))
        self.facts.show_facts([(self.tr("Version"), __version__)])
        self.add_cards(self.card)

    def show_sight(self, sight: SettingsSight) -> None:
        """Nothing of it changes."""
