"""The tokens that open the REST API: listed, made and shown once, revoked."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.settings.commands import revoke_token
from opendoors_desktop.gui.settings.section import SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.settings import TokenSight


class TokenRow(QFrame):
    """One token: its name, how it begins, what it may, when it was used, and the way to end it."""

    def __init__(self, token: TokenSight, now: datetime, revoke: Callable[[], object]) -> None:
        super().__init__()
        self.name = ElidedLabel(one_line(token.name), "body-strong")
        self.told = Label(self._words(token, now), "small", "muted", wraps=True)
        self.button = push_button(self.tr("Revoke"), revoke, kind="danger")
        self.button.setAccessibleName(self.tr("Revoke token {name}").format(name=one_line(token.name)))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.told)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme().px(4), 0, theme().px(4))
        row.setSpacing(theme().px(12))
        row.addLayout(words, 1)
        row.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{one_line(token.name)}, {self.told.text()}")

    def _words(self, token: TokenSight, now: datetime) -> str:
        may = self.tr("may change things") if "write" in token.scopes else self.tr("may only look")
        used = self.tr("never used")
        if token.last_used_at is not None:
            used = self.tr("last used {time}").format(time=when(token.last_used_at, now))
        words = self.tr("{beginning}…, of {person}, {may}, {used}")
        told = words.format(beginning=token.prefix, person=one_line(token.user), may=may, used=used)
        if token.expires_at is None:
            return told
        ends = self.tr("{token}, ends {time}") if token.expires_at > now else self.tr("{token}, ended {time}")
        return ends.format(token=told, time=when(token.expires_at, now))


class TokensCard(SettingsCard):
    """All tokens that weren't revoked."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__("")
        title = self.tr("Tokens")
        self.title.setText(title)
        self.setAccessibleName(title)
        self._bench = bench
        self._shown: tuple[TokenSight, ...] | None = None
        self.rows: list[TokenRow] = []
        self.add_button = push_button(self.tr("Create token…"), self.create_token, icon_name="plus")
        self.head.addWidget(self.add_button)
        about = self.tr("A token acts as its person. The store keeps nothing but its hash: it is shown once.")
        self.add(Label(about, "small", "muted", wraps=True))
        self.none = Label(self.tr("There is no token yet."), tone="muted")
        self.add(self.none)

    def show_sight(self, sight: SettingsSight) -> None:
        """A row for each."""
        tokens = sight.of.tokens
        if tokens == self._shown:
            return
        self._shown = tokens
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [TokenRow(each, sight.now, lambda each=each: self.revoke(each)) for each in tokens]  # type: ignore[misc]
        self.add(*self.rows)
        self.none.setVisible(not tokens)

    def create_token(self) -> None:
        """Open the dialog that makes one."""
        from opendoors_desktop.gui.settings.token_dialog import TokenDialog

        TokenDialog(self, self._bench).open()

    def revoke(self, token: TokenSight) -> None:
        """Ask, then let it open nothing any more."""
        name = one_line(token.name)
        self._bench.notices.ask(
            self.tr("Revoke token {name}?").format(name=name),
            self.tr("Programs that use it are turned away at once. This can’t be undone."),
            self.tr("Revoke token"),
            lambda: self._bench.do(revoke_token(token.id, name), self.tr("{name} was revoked.").format(name=name)),
            is_danger=True,
        )
