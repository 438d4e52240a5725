"""The public address: with one, emails name the page to unsubscribe, and sequences may track opens and clicks."""

from opendoors_desktop.gui.settings.commands import change
from opendoors_desktop.gui.settings.fields import SavedLine
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.text import Label


class TrackingSection(Section):
    """Off until an address is set."""

    def make(self) -> None:
        """One card."""
        about = self.tr(
            "Where people who get your emails reach this program over the internet: a server with TLS that hands on to "
            "“opendoors serve”, or to the REST API of this window. Empty means that no email carries a trace."
        )
        self.card = SettingsCard(self.tr("Public address"), about)
        self.url = SavedLine("https://mail.example.com")
        self.state = Label("", "small", "muted", wraps=True)
        form_row(self.card.add_form(), self.tr("Public address"), self.url)
        self.card.add(self.state)
        self.url.wanted.connect(self._change)
        self.add_cards(self.card)

    def show_sight(self, sight: SettingsSight) -> None:
        """The address, and what follows from it."""
        url = sight.of.workspace.public_url
        self.url.show_value(url or "")
        if url is None:
            self.state.setText(
                self.tr("Emails can be unsubscribed from by mail alone. Opens and clicks aren’t tracked.")
            )
            return
        page = self.tr("Every email names its page to unsubscribe there.")
        tracks = self.tr("%n sequences track opens or clicks.", "", sight.of.tracking)
        if not sight.of.tracking:
            tracks = self.tr("No sequence tracks opens or clicks.")
        self.state.setText(self.tr("{page} {tracks}").format(page=page, tracks=tracks))

    def _change(self, text: str) -> None:
        done = self.tr("The public address was changed.") if text else self.tr("There is no public address any more.")
        command = change(self.tr("the public address"), self.bench.api, public_url=text or None)
        self.save(self.card, command, done)
