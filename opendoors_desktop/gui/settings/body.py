"""The body of the Settings page: what there is to set, searched by its words, and the forms of the chosen part."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.body_page import Body
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.page import Page, PageHeader, column_of
from opendoors_desktop.gui.settings.api import ApiSection
from opendoors_desktop.gui.settings.fallbacks import FieldsSection
from opendoors_desktop.gui.settings.general import GeneralSection
from opendoors_desktop.gui.settings.section import Section
from opendoors_desktop.gui.settings.sight import SettingsSight, reader
from opendoors_desktop.gui.settings.storage import StoreSection
from opendoors_desktop.gui.settings.tracking import TrackingSection
from opendoors_desktop.gui.settings.under_emails import SendingSection
from opendoors_desktop.gui.settings.version import AboutSection
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign, push_button
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workbench import Workbench

SECTIONS: Final[Mapping[str, tuple[type[Section], str, str]]] = {
    "general": (
        GeneralSection,
        QT_TRANSLATE_NOOP("Settings", "General"),
        QT_TRANSLATE_NOOP("Settings", "look theme light dark text size workspace name time zone"),
    ),
    "sending": (
        SendingSection,
        QT_TRANSLATE_NOOP("Settings", "Sending"),
        QT_TRANSLATE_NOOP("Settings", "opt-out line unsubscribe postal address under every email"),
    ),
    "tracking": (
        TrackingSection,
        QT_TRANSLATE_NOOP("Settings", "Tracking and privacy"),
        QT_TRANSLATE_NOOP("Settings", "public address opens clicks picture links page to unsubscribe"),
    ),
    "fields": (
        FieldsSection,
        QT_TRANSLATE_NOOP("Settings", "Fields"),
        QT_TRANSLATE_NOOP("Settings", "fallback empty missing variable own"),
    ),
    "api": (
        ApiSection,
        QT_TRANSLATE_NOOP("Settings", "REST API"),
        QT_TRANSLATE_NOOP("Settings", "tokens port programs HTTP automation key"),
    ),
    "store": (
        StoreSection,
        QT_TRANSLATE_NOOP("Settings", "Database and backup"),
        QT_TRANSLATE_NOOP("Settings", "store file size place folder check"),
    ),
    "about": (
        AboutSection,
        QT_TRANSLATE_NOOP("Settings", "About"),
        QT_TRANSLATE_NOOP("Settings", "version licence"),
    ),
}
"""What there is to set, in order: who shows it, its title, and what else it is found by."""


class SettingsBody(Body):
    """The list and the forms; what is changed holds at once."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__(bench, page)
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show)
        self._query.failed.connect(self._show_error)
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.faces = Faces(self.splitter)
        self.faces.begin_loading()
        self.sections: dict[str, Section] = {}
        self.stack = QStackedWidget()

    def parts(self) -> Iterator[Callable[[], object]]:
        """The list, how it stands beside the sections, then these one by one."""
        yield self._make_list
        yield self._lay_out
        for name in SECTIONS:
            yield lambda name=name: self._make_section(name)  # type: ignore[misc]
        yield lambda: self.list.setCurrentRow(0)

    # Layout

    def _make_list(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        add_search_sign(self.search)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._enter)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Settings"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("kind", "panel")
        for name, (_, title, _words) in SECTIONS.items():
            item = QListWidgetItem(_tr(title), self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self.tr("Settings: {part}").format(part=_tr(title)))
        self.list.currentItemChanged.connect(lambda item, _: self._choose(item))
        self.list.itemActivated.connect(lambda _: self._enter())
        self.nothing = Label(self.tr("No setting matches"), tone="muted")
        self.clear = push_button(self.tr("Clear search"), self.search.clear, kind="link")
        pane = QFrame()
        pane.setProperty("kind", "panel")
        column = QVBoxLayout(pane)
        column.setContentsMargins(theme().px(10), theme().px(10), theme().px(10), theme().px(10))
        column.addWidget(self.search)
        for widget in (self.nothing, self.clear):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.list, 1)
        side = QWidget()
        side.setLayout(column_of(PageHeader(self.page.title), Line(), pane, stretch=pane))
        side.setMinimumWidth(theme().px(220))
        self.splitter.addWidget(side)
        self._filter("")

    def _make_section(self, name: str) -> None:
        kind, title, _ = SECTIONS[name]
        section = self.sections[name] = kind(self.bench, _tr(title))
        section.make()
        section.changed.connect(self.refresh)
        self.stack.addWidget(section)

    def _lay_out(self) -> None:
        self.header = PageHeader("")
        main = QWidget()
        main.setLayout(column_of(self.header, Line(), self.notice, self.stack, stretch=self.stack))
        self.splitter.addWidget(main)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme().px(260), theme().px(1100)])
        self.setLayout(column_of(self.faces, stretch=self.faces))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(620), theme().px(400))

    # What is asked and shown

    def refresh(self) -> None:
        """Ask for everything that is set."""
        self.faces.show_loading()
        self._query.ask_again(reader(self.bench))

    def show_what(self, **what: object) -> None:
        """Show one section by its name: `section`."""
        names = list(SECTIONS)
        if what.get("section") in names:
            self.search.clear()
            self.list.setCurrentRow(names.index(str(what["section"])))

    def _show(self, sight: SettingsSight) -> None:
        for section in self.sections.values():
            section.show_sight(sight)
        self.faces.show_content()

    def _show_error(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self.refresh, kind="primary"))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole)
        self.stack.setCurrentWidget(self.sections[name])
        self.header.title.setText(item.text())

    def _filter(self, text: str) -> None:
        """Leave in the list what has all the words in its title or among its own."""
        wanted = text.casefold().split()
        shown = []
        for row, (_, title, words) in enumerate(SECTIONS.values()):
            known = f"{_tr(title)} {_tr(words)}".casefold()
            self.list.item(row).setHidden(not all(word in known for word in wanted))
            if not self.list.item(row).isHidden():
                shown.append(row)
        for widget in (self.nothing, self.clear):
            widget.setVisible(not shown)
        if shown and self.list.currentRow() not in shown and self.sections:
            self.list.setCurrentRow(shown[0])

    def _enter(self) -> None:
        """Go on to the form that is shown."""
        section = self.stack.currentWidget()
        parts = [] if section is None else section.findChildren(QWidget)
        first = next(
            (each for each in parts if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus), None
        )
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    # What a person does

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Searching."""
        return {"edit.find": self._find}

    def panes(self) -> list[QWidget]:
        """The search, the list, then the form."""
        return [self.search, self.list, self.stack]

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
