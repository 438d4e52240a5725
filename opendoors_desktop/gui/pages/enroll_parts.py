"""The ways to say whom to enroll in a sequence: found by a few letters, by a filter, or by pasted addresses."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.sequence_commands import Named
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.palette import Found, find

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

Finder = Callable[["Context"], tuple[list[Named], list[tuple[str, str]]]]
"""Who is meant, and who of those named can't be found, each with the reason."""


class Part(QWidget):
    """One way to say whom is meant; `entry` is where that is typed."""

    entry: QWidget

    @abstractmethod
    def finder(self) -> Finder | None:
        """What finds them; None where nobody is named yet."""


class SearchPart(Part):
    """Contacts found by a few letters, checked one by one."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.entry: QLineEdit = QLineEdit()
        self.entry.setPlaceholderText(self.tr("Name, company or address"))
        self.entry.setAccessibleName(self.tr("Name, company or address"))
        self.hits = QListWidget()
        self.hits.setAccessibleName(self.tr("Contacts"))
        self.setLayout(column_of(self.entry, self.hits, stretch=self.hits))
        self._chosen: dict[UUID, str] = {}
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show)
        self._query.failed.connect(bench.notices.show_error)
        self.entry.textChanged.connect(self._ask)
        self.hits.itemChanged.connect(self._on_changed)

    def finder(self) -> Finder | None:
        chosen = [Named(key, name) for key, name in self._chosen.items()]
        return (lambda _context: (chosen, [])) if chosen else None

    def _ask(self, words: str) -> None:
        def read(reading: Reading) -> list[Found]:
            return find(reading.unit, reading.scope.workspace_id, words, wants="contacts", limit=30)

        self._query.ask(read)

    def _show(self, found: list[Found]) -> None:
        self.hits.blockSignals(True)
        self.hits.clear()
        shown = {each.id: f"{one_line(each.name, 200)} · {one_line(each.detail, 200)}" for each in found}
        for key, words in {**{key: name for key, name in self._chosen.items() if key not in shown}, **shown}.items():
            item = QListWidgetItem(words, self.hits)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in self._chosen else Qt.CheckState.Unchecked)
        self.hits.setCurrentRow(0)
        self.hits.blockSignals(False)

    def _on_changed(self, item: QListWidgetItem) -> None:
        key = item.data(Qt.ItemDataRole.UserRole)
        if item.checkState() is Qt.CheckState.Checked:
            self._chosen[key] = item.text()
        else:
            self._chosen.pop(key, None)


class FilterPart(Part):
    """Everybody whom a filter lets through."""

    def __init__(self) -> None:
        super().__init__()
        self.entry: QLineEdit = QLineEdit()
        self.entry.setPlaceholderText("tags contains vip and country = Norway")
        self.entry.setAccessibleName(self.tr("Filter"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.entry)
        words = self.tr(
            "A field, a comparison and a value, joined by “and” and “or”: city = Bergen, tags contains vip."
        )
        column.addWidget(Label(words, "small", "muted", wraps=True))
        column.addStretch(1)

    def finder(self) -> Finder | None:
        words = self.entry.text().strip()

        def find_people(context: "Context") -> tuple[list[Named], list[tuple[str, str]]]:
            from opendoors_desktop.engine.contact_filter import filter_contacts

            return [Named(each.id, each.email) for each in filter_contacts(context, words)], []

        return find_people if words else None


class PastePart(Part):
    """Everybody whose address stands in a pasted text."""

    def __init__(self) -> None:
        super().__init__()
        self.entry: QPlainTextEdit = QPlainTextEdit()
        self.entry.setPlaceholderText(self.tr("One address a line, or parted by commas"))
        self.entry.setAccessibleName(self.tr("Addresses"))
        self.entry.setTabChangesFocus(True)
        self.setLayout(column_of(self.entry, stretch=self.entry))

    def finder(self) -> Finder | None:
        addresses = list(dict.fromkeys(addresses_in(self.entry.toPlainText())))

        def find_people(context: "Context") -> tuple[list[Named], list[tuple[str, str]]]:
            from opendoors_desktop.engine.commands.contacts import find_contact

            people, unknown = list[Named](), list[tuple[str, str]]()
            for address in addresses:
                try:
                    found = find_contact(context, address)
                except InputError as error:
                    unknown.append((address, error.title))
                else:
                    people.append(Named(found.id, address))
            return people, unknown

        return find_people if addresses else None


def addresses_in(text: str) -> Iterator[str]:
    """What stands between blanks, commas, semicolons and angle brackets and has an at sign, or else each such line."""
    for line in text.splitlines():
        parts = [part for part in re.split(r"[\s,;<>]+", line) if "@" in part]
        if parts:
            yield from parts
        elif line.strip():
            yield line.strip()
