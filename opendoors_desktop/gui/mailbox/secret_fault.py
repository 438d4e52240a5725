"""What is told where a password can't be kept, and the way out: encrypted files in place of the keyring."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QVBoxLayout

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.mailbox.commands import keep_in_files
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench

KEYRING_FAULTS = frozenset({"keyring_missing", "keyring_refused"})


class FaultBox(QFrame):
    """Words of what went wrong in a dialog; where it is the keyring, files are offered, and it is tried again."""

    def __init__(self, bench: Workbench, again: Callable[[], object]) -> None:
        """`again` is called once passwords are kept in files."""
        super().__init__()
        self._bench = bench
        self._again = again
        self.setProperty("notice", "danger")
        self.title = Label("", "body-strong", "danger", wraps=True)
        self.advice = Label("", wraps=True)
        self.files_note = Label(
            self.tr(
                "Instead, this computer can keep passwords in encrypted files in the data folder. Their key is a file "
                "that only your user account can read: whoever works under your account can read the passwords."
            ),
            wraps=True,
        )
        self.files = push_button(self.tr("Keep passwords in encrypted files"), self._keep_in_files)
        column = QVBoxLayout(self)
        column.setSpacing(theme().px(6))
        for widget in (self.title, self.advice, self.files_note, self.files):
            column.addWidget(widget)
        self.hide()

    def show_fault(self, error: Exception) -> None:
        """Tell it."""
        title, advice = words_of(error)
        is_keyring = isinstance(error, SecretError) and error.code in KEYRING_FAULTS
        self.title.setText(title)
        self.advice.setText(self.tr("Unlock or start the keyring, then try again.") if is_keyring else advice)
        self.files_note.setVisible(is_keyring)
        self.files.setVisible(is_keyring)
        self.setAccessibleName(f"{title} {self.advice.text()}")
        self.show()
        self._bench.notices.announce(f"{title} {self.advice.text()}", is_urgent=True)

    def _keep_in_files(self) -> None:
        self.hide()
        self._bench.jobs.run(keep_in_files(), lambda _: self._again(), self.show_fault)
