"""What stands under every email: the opt-out line and the sender's postal address."""

from PySide6.QtWidgets import QCheckBox

from opendoors_desktop.gui.settings.commands import change
from opendoors_desktop.gui.settings.fields import SavedText
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.widgets.card import form_row


class SendingSection(Section):
    """It holds for emails that are built from then on."""

    def make(self) -> None:
        """One card."""
        about = self.tr(
            "It stands in the text and in the layout of every email of a sequence. {{ unsubscribe_url }} in the line "
            "is the link to unsubscribe: the page at the public address, or without one a mail to you."
        )
        self.card = SettingsCard(self.tr("Under every email"), about)
        self.is_on = QCheckBox(self.tr("Put the opt-out line under every email"))
        self.is_on.setAccessibleName(self.is_on.text())
        self.line, self.address = SavedText(), SavedText()
        form = self.card.add_form()
        form.addRow("", self.is_on)
        form_row(form, self.tr("Opt-out line"), self.line)
        form_row(form, self.tr("Postal address"), self.address)
        self.is_on.clicked.connect(
            lambda is_on: self._change(
                self.tr("the opt-out line"),
                self.tr("The opt-out line stands under every email.")
                if is_on
                else self.tr("No opt-out line stands under emails."),
                opt_out_line_is_on=is_on,
            )
        )
        self.line.wanted.connect(
            lambda text: self._change(
                self.tr("the opt-out line"), self.tr("The opt-out line was changed."), opt_out_line=text
            )
        )
        self.address.wanted.connect(
            lambda text: self._change(
                self.tr("the postal address"), self.tr("The postal address was changed."), postal_address=text
            )
        )
        self.add_cards(self.card)

    def show_sight(self, sight: SettingsSight) -> None:
        """As it is stored."""
        known = sight.of.workspace
        self.is_on.setChecked(known.opt_out_line_is_on)
        self.line.show_value(known.opt_out_line)
        self.address.show_value(known.postal_address)

    def _change(self, what: str, done: str, **values: object) -> None:
        self.save(self.card, change(what, self.bench.api, **values), done)
