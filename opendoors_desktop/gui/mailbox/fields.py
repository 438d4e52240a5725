"""The fields that forms of mailboxes share: limits where none is a choice, a mail host, a password."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSpinBox

from opendoors_desktop.domain.mail_host import MailHost, Security
from opendoors_desktop.gui.mailbox.words import security_words
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label

MOST = 1_000_000
PORTS = {Security.TLS: (465, 993), Security.STARTTLS: (587, 143), Security.NONE: (25, 143)}


class NumberBox(QSpinBox):
    """A number in a field that looks like those for words: its steps are made by keys and the wheel."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__()
        self.setRange(least, most)
        self.setFixedHeight(theme().px(30))
        self.setAccessibleName(name)
        gap = theme().px(8)
        self.lineEdit().setTextMargins(gap, 0, gap, 0)


class LimitField(NumberBox):
    """A number of emails, or no limit below 0."""

    def __init__(self, name: str) -> None:
        super().__init__(name, -1, MOST)
        self.setSpecialValueText(self.tr("No limit"))

    @property
    def limit(self) -> int | None:
        """The number; None for no limit."""
        return None if self.value() < 0 else self.value()

    def show_limit(self, limit: int | None) -> None:
        """Show a limit."""
        self.setValue(-1 if limit is None else limit)


class NumberField(NumberBox):
    """A whole number from 0."""

    def __init__(self, name: str, most: int = MOST, suffix: str = "") -> None:
        super().__init__(name, 0, most)
        self.setSuffix(suffix)


class HostFields:
    """Host, port and security of one end of a mailbox's mail; the port follows the security until it is typed."""

    def __init__(self, what: str, on_change: Callable[[], object], *, is_imap: bool = False) -> None:
        """`what` names the end in front of each field, for screen readers."""
        self._side = 1 if is_imap else 0
        self.host = QLineEdit()
        self.host.setAccessibleName(_tr("{what} host").format(what=what))
        self.port = NumberBox(_tr("{what} port").format(what=what), 1, 65535)
        self.security = QComboBox()
        self.security.setAccessibleName(_tr("{what} encryption").format(what=what))
        for name, part in (("host", self.host), ("port", self.port), ("security", self.security)):
            part.setAccessibleIdentifier(f"{'imap' if is_imap else 'smtp'}.{name}")
        for each in (Security.TLS, Security.STARTTLS, Security.NONE):
            self.security.addItem(security_words(each), each)
        self.show_host(MailHost("", PORTS[Security.TLS][self._side], Security.TLS))
        self.host.textChanged.connect(lambda _: on_change())
        self.port.valueChanged.connect(lambda _: on_change())
        self.security.activated.connect(self._follow)
        self.security.currentIndexChanged.connect(lambda _: on_change())

    def add_to(self, form: QFormLayout) -> None:
        """Put the fields into a form."""
        for name, field in ((_tr("Host"), self.host), (_tr("Port"), self.port), (_tr("Encryption"), self.security)):
            label = Label(name, "body", "muted")
            label.setMinimumHeight(theme().px(28))
            label.setBuddy(field)
            form.addRow(label, field)

    def show_host(self, host: MailHost) -> None:
        """Show a host."""
        self.host.setText(host.host)
        self.security.setCurrentIndex(self.security.findData(host.security))
        self.port.setValue(host.port)

    def value(self, username: str = "") -> MailHost:
        """The host as it is entered."""
        return MailHost(self.host.text().strip(), self.port.value(), Security(self.security.currentData()), username)

    def _follow(self, _index: int) -> None:
        usual = {ports[self._side] for ports in PORTS.values()}
        if self.port.value() in usual:
            self.port.setValue(PORTS[Security(self.security.currentData())][self._side])


class PasswordField(QLineEdit):
    """A password, shown as dots; nobody but who asks for it gets it, and it is wiped after."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(self.tr("Password"))
        self.setMaxLength(20_000)

    def wipe(self) -> None:
        """Forget it, with what undoing in the field would bring back."""
        self.setText("")
        self.setModified(False)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MailboxFields", text)
