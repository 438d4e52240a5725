"""Contacts: find, edit, tag, enroll and import people, one or a million of them."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.contacts.contact_actions import ContactActions
from opendoors_desktop.gui.contacts.contact_commands import Chosen, all_but, these
from opendoors_desktop.gui.contacts.detail_pane import DetailPane
from opendoors_desktop.gui.contacts.filter_bar import FilterBar
from opendoors_desktop.gui.contacts.selection_bar import SelectionBar
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.models.contact_table import AllContacts, contact_table
from opendoors_desktop.gui.models.found_contacts import FoundContacts
from opendoors_desktop.gui.page import Page, PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.contact_painter import ContactPainter
from opendoors_desktop.gui.widgets.paged_view import PagedView
from opendoors_desktop.gui.widgets.text import Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.tags import list_tags

if TYPE_CHECKING:
    from opendoors_desktop.gui.first_look import Sight
    from opendoors_desktop.gui.importing.import_page import ImportPage

WIDE: Final = 1208
"""Below this width of the page (in design pixels) the detail pane is a drawer that F9 opens."""

_MENU: Final = ("contact.edit", "contact.enroll", "contact.tag", "contact.bar")


class ContactsPage(Page):
    """The Contacts page: filters and table, the chosen contact beside them; an import takes the whole page."""

    topics: ClassVar[frozenset[Topic]] = frozenset(
        {Topic.CONTACTS, Topic.ENROLLMENTS, Topic.SUPPRESSIONS, Topic.IMPORTS}
    )

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__(bench, title)
        self._order = (ContactOrder.NAME, False)
        self._found: FoundContacts | None = None
        self._tags: list[str] = []
        self._is_wide: bool | None = None
        self.filters = FilterBar()
        self.model = contact_table(bench.jobs, self)
        self.view = PagedView(self.model, title, lambda view: ContactPainter(view, self.model))
        self.faces = Faces(self.view, 30)
        self.faces.begin_loading()
        self.selection = SelectionBar()
        self.detail = DetailPane(bench)
        self.does = ContactActions(self, bench, self._chosen)
        self._importing: ImportPage | None = None
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    # What is asked

    def refresh(self) -> None:
        """Ask for what is shown."""
        if self.model.has_answer:
            self.model.refresh()
            self.detail.refresh()
        else:
            self._show_list(has_same_rows=False)
        self.bench.ask(lambda reading: list_tags(reading.unit, reading.scope.workspace_id), self._show_tags)

    def _show_list(self, *, has_same_rows: bool) -> None:
        order, is_descending = self._order
        wanted = self.filters.wanted
        self._found = None if wanted.is_empty else FoundContacts(wanted, order, is_descending=is_descending)
        self.model.show(self._found or AllContacts(order, is_descending), has_same_rows=has_same_rows)
        self.view.show_order(order, is_descending=is_descending)
        self.faces.show_loading()

    def _on_filter(self) -> None:
        self.model.check_all(is_on=False)
        self._show_list(has_same_rows=False)

    def _on_order(self, order: str, is_descending: bool) -> None:  # what the signal brings
        self._order = (ContactOrder(order), is_descending)
        self._show_list(has_same_rows=True)

    def _show_tags(self, tags: list[str]) -> None:
        self._tags = tags
        self.filters.show_tags(tags)

    def _on_counted(self, number: int, is_counted: bool) -> None:  # what the signal brings
        is_all = self._found is None or self._found.is_all
        self.filters.show_count(number, is_all=is_all, is_counted=is_counted)
        self._show_checks()
        if number:
            self.faces.show_content()
        elif is_counted and self.model.has_answer:
            self._show_nothing()

    def _show_nothing(self) -> None:
        if not self.filters.wanted.is_empty:
            clear = push_button(self.tr("Clear filters"), self.filters.clear)
            self.faces.show_empty("search", self.tr("No contacts match"), buttons=[clear])
            return
        text = self.tr("People you write to stand here, with their sequences and what they answered.")
        buttons = [
            push_button(self.tr("Import contacts"), self.does.import_file, kind="primary", icon_name="import"),
            push_button(self.tr("New contact"), self.does.add, icon_name="plus"),
        ]
        self.faces.show_empty("users-round", self.tr("No contacts yet"), text, buttons)

    def _on_failed(self, error: Exception) -> None:
        retry = push_button(self.tr("Retry"), lambda: self._show_list(has_same_rows=False), kind="primary")
        self.faces.show_error(error, retry)

    # What is chosen

    def _on_current(self, index: QModelIndex) -> None:
        cells = self.model.row_at(index.row()) if index.isValid() else None
        if cells is not None:
            self.detail.show_contact(cells.line.id)
        self.handlers_changed.emit()

    def _on_rows(self, first: QModelIndex, last: QModelIndex) -> None:
        """A row that was current before it was loaded is there now."""
        chosen = self.view.chosen_index()
        if first.row() <= chosen.row() <= last.row() and self.detail.contact_id is None:
            self._on_current(chosen)

    def _chosen(self) -> tuple[Chosen, int]:
        """The contacts that actions are for: the checked, else the one that is shown; and how many they are."""
        checked = self.model.checked
        if checked.is_all:
            return all_but(frozenset(checked.exceptions), self._found), checked.count(self.model.rowCount())
        if checked.is_any:
            ids: list[UUID] = [key for key in checked.exceptions if isinstance(key, UUID)]
            return these(ids), len(ids)
        contact_id = self.detail.contact_id
        return these([] if contact_id is None else [contact_id]), int(contact_id is not None)

    def _show_checks(self) -> None:
        total = self.model.rowCount()
        self.selection.show_count(self.model.checked.count(total), total)
        self.handlers_changed.emit()

    def _on_selection(self, what: str) -> None:
        if what in ("all", "none"):
            self.model.check_all(is_on=what == "all")
        else:
            self._do(what)

    def _do(self, what: str) -> None:
        {"enroll": self.does.enroll, "tag": lambda: self.does.tag(self._tags), "bar": self.does.bar}[what]()

    # What the window asks

    def show_what(self, **what: object) -> None:
        """`contact_id` shows a contact, `import_file` begins the import of a file."""
        contact_id, file = what.get("contact_id"), what.get("import_file")
        if isinstance(contact_id, UUID):
            self._stack.setCurrentIndex(0)
            self._show_detail(is_shown=True)
            self.detail.show_contact(contact_id)
        if "import_file" in what:
            # In an event of its own: this one may have built the page already.
            QTimer.singleShot(0, self, lambda: self.show_import(file if isinstance(file, Path) else None))

    def show_import(self, file: Path | None) -> None:
        """Let the import of a file take the page; None asks which."""
        if self._importing is not None:
            self._begin_import(self._importing, file)
            return
        from opendoors_desktop.gui.importing.import_page import ImportPage

        importing = self._importing = ImportPage(self.bench, self._stack)
        importing.closed.connect(self._end_import)
        self._stack.addWidget(importing)

        def go_on() -> None:
            importing.make_rest()
            self._begin_import(importing, file)

        QTimer.singleShot(0, self, go_on)

    def _begin_import(self, importing: "ImportPage", file: Path | None) -> None:
        self._stack.setCurrentWidget(importing)
        importing.begin(file)
        self.handlers_changed.emit()

    def _end_import(self) -> None:
        self._stack.setCurrentIndex(0)
        self.refresh()
        self.handlers_changed.emit()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work on this page now."""
        if self._stack.currentIndex():
            return {}
        found: dict[str, Callable[[], object]] = {
            "contact.new": self.does.add,
            "edit.find": lambda: self.filters.words.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "view.right": lambda: self._show_detail(is_shown=self.detail.isHidden()),
        }
        if self._chosen()[1]:
            found |= {
                "contact.enroll": self.does.enroll,
                "contact.tag": lambda: self.does.tag(self._tags),
                "contact.bar": self.does.bar,
            }
        if self.detail.contact_id is not None:
            found["contact.edit"] = self._edit
        return found

    def panes(self) -> list[QWidget]:
        """What F6 goes round."""
        if self._stack.currentIndex() and self._importing is not None:
            return [self._importing]
        return [self.filters, self.view, *([self.selection] if self.selection.isVisible() else []), self.detail]

    def _edit(self) -> None:
        self._show_detail(is_shown=True)
        self.detail.edit()

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bench.actions.add_to(menu, list(_MENU))
        menu.popup(self.view.viewport().mapToGlobal(at))

    # Layout

    def _lay_out(self) -> None:
        # From the outside in: a widget that changes its parent is dressed anew with everything in it.
        self.setLayout(column_of(self._stack, stretch=self._stack))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        self._stack.addWidget(split)
        left = QWidget()
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([theme().px(1000), theme().px(356)])
        header = PageHeader(self.title)
        left.setLayout(
            column_of(header, Line(), self.notice, self.filters, Line(), self.faces, self.selection, stretch=self.faces)
        )
        self.buttons = (
            push_button(self.tr("Import"), self.does.import_file, icon_name="import"),
            push_button(self.tr("New contact"), self.does.add, kind="primary", icon_name="plus"),
        )
        header.add(*self.buttons)
        for one, other in pairwise((*self.buttons, *self.filters.fields, self.view, self.detail)):
            QWidget.setTabOrder(one, other)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand it on: the page does nothing with keys, and had it a focus proxy, Tab would find nothing else here."""
        self.view.setFocus()

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filter)
        self.filters.left.connect(self.view.setFocus)
        self.model.counted.connect(self._on_counted)
        self.model.failed.connect(self._on_failed)
        self.model.answered.connect(self.filled)
        self.model.failed.connect(lambda _: self.filled.emit())
        self.model.checks_changed.connect(self._show_checks)
        self.model.dataChanged.connect(self._on_rows)
        self.view.order_wanted.connect(self._on_order)
        self.view.opened.connect(lambda _row: self._edit())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._on_current(self.view.chosen_index()))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.selection.wanted.connect(self._on_selection)
        self.detail.wanted.connect(self._on_detail)

    def _on_detail(self, what: str) -> None:
        """A button of the pane is for the contact it shows, whatever is checked."""
        contact_id = self.detail.contact_id
        if contact_id is not None:
            self.does.with_chosen((these([contact_id]), 1), lambda: self._do(what))

    def _show_detail(self, *, is_shown: bool) -> None:
        self.detail.setVisible(is_shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= theme().px(WIDE)
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self._show_detail(is_shown=is_wide)

    def sight(self) -> "Sight | None":
        """Where the table stands, while it is to be seen."""
        from opendoors_desktop.gui.first_look import Sight

        view = self.view
        if not view.isVisibleTo(self.window()):
            return None
        corner = view.mapTo(self.window(), QPoint())
        place = (corner.x(), corner.y(), view.width(), view.height())
        row = view.verticalHeader().defaultSectionSize()
        return Sight("contacts", place, view.horizontalHeader().height(), row, tuple(view.widths().items()))

    def remembered(self) -> dict[str, int]:
        """The widths of the columns that a person gave."""
        return self.view.own_widths()

    def remember(self, sizes: Mapping[str, int]) -> None:
        """Take up widths of an earlier run."""
        self.view.take_widths(sizes)
