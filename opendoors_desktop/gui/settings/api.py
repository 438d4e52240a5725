"""The REST API beside the window: switched on and off at once, its port, and the tokens that open it."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout

from opendoors_desktop.config import Listen
from opendoors_desktop.gui.mailbox.fields import NumberBox
from opendoors_desktop.gui.settings.commands import switch_api
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import ApiSight, SettingsSight
from opendoors_desktop.gui.settings.tokens import TokensCard
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.text import Label

ANY_FREE, HIGHEST_PORT = 0, 65_535


class ApiSection(Section):
    """For programs on this computer alone: it listens on loopback."""

    def make(self) -> None:
        """The switch, then the tokens."""
        about = self.tr(
            "Other programs on this computer may work with this store over HTTP, each with a token. Nobody else on the "
            "network can reach it."
        )
        self.card = SettingsCard(self.tr("REST API"), about)
        self.switch = QCheckBox(self.tr("Answer the REST API while this window is open"))
        self.switch.setAccessibleName(self.switch.text())
        self.port = NumberBox(self.tr("Port"), ANY_FREE, HIGHEST_PORT)
        self.port.setSpecialValueText(self.tr("any free"))
        self.port.setKeyboardTracking(False)
        self.port.setMaximumWidth(theme().px(120))
        self.state = Label("", "small", "muted", wraps=True)
        form = self.card.add_form()
        form.addRow("", self.switch)
        form_row(form, self.tr("Port"), self.port)
        self.card.add(self.state)
        self.card.column.addLayout(self._buttons())
        self.switch.clicked.connect(lambda is_on: self._switch(is_on=is_on, port=self.port.value()))
        self.port.editingFinished.connect(self._on_port)
        self.tokens = TokensCard(self.bench)
        self.add_cards(self.card, self.tokens)
        self._api = ApiSight(is_on=False, port=Listen().port)

    def _buttons(self) -> QHBoxLayout:
        self.open_page = push_button(self.tr("Open page to try it"), self._open, icon_name="external-link")
        self.copy = push_button(self.tr("Copy address"), self._copy, icon_name="copy")
        row = QHBoxLayout()
        row.setSpacing(theme().px(8))
        row.addWidget(self.open_page)
        row.addWidget(self.copy)
        row.addStretch(1)
        return row

    def show_sight(self, sight: SettingsSight) -> None:
        """How it is set, and where it answers."""
        api = self._api = sight.api
        self.switch.setChecked(api.is_on)
        self.switch.setEnabled(self.bench.api is not None)
        self.port.setEnabled(self.bench.api is not None)
        if not self.port.hasFocus():
            self.port.setValue(api.port)
        for button in (self.open_page, self.copy):
            button.setVisible(bool(api.address))
        self._tell(api)
        self.tokens.show_sight(sight)

    def _tell(self, api: ApiSight) -> None:
        if api.address:
            self.state.setText(self.tr("It answers at {address}.").format(address=f"{api.address}/api"))
        elif self.bench.api is None:
            self.state.setText(self.tr("This window has none beside it."))
        else:
            self.state.setText(self.tr("It doesn’t answer.") if api.is_on else self.tr("It is off."))
        if api.fault is not None:
            self.card.tell(api.fault)
        elif api.address:
            self.card.clear()

    def _on_port(self) -> None:
        if self.port.value() != self._api.port:
            self._switch(is_on=self._api.is_on, port=self.port.value())

    def _switch(self, *, is_on: bool, port: int) -> None:
        if self.bench.api is None:
            return
        done = self.tr("The REST API answers now.") if is_on else self.tr("The REST API doesn’t answer any more.")
        if is_on == self._api.is_on:
            done = self.tr("The port was changed.")
        command = switch_api(self.bench.api, is_on=is_on, port=None if port == Listen().port else port)
        self.save(self.card, command, done)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(f"{self._api.address}/api/docs"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._api.address}/api")
        self.bench.notices.toast(self.tr("The address was copied."))
