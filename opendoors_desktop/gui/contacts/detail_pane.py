"""The pane beside the table: one contact's fields, edited where they stand, its sequences and what happened lately."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from opendoors_desktop.gui.contacts import contact_commands
from opendoors_desktop.gui.contacts.fields import InlineLine, field_label
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.models.contact_states import dot_of, state_words
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, one_line
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.gui.contacts.enrollment_card import EnrollmentCard
    from opendoors_desktop.store.queries.contact_detail import Activity, ContactDetail

Shown: TypeAlias = "tuple[ContactDetail | None, datetime]"


class DetailPane(QScrollArea):
    """Shows one contact. `wanted` brings what is to be done with it: enroll, tag or bar."""

    wanted = Signal(str)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._contact_id: UUID | None = None
        self._lines: dict[str, InlineLine] = {}
        self._cards: list[EnrollmentCard] = []
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_answer)
        self._query.failed.connect(bench.notices.show_error)
        self.setAccessibleName(self.tr("Contact"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(theme().px(260))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body: QWidget | None = None
        self._lay_out()

    @property
    def contact_id(self) -> UUID | None:
        """The contact that is shown."""
        return self._contact_id

    def show_contact(self, contact_id: UUID | None) -> None:
        """Show another contact, or none."""
        self._contact_id = contact_id
        if contact_id is not None and self._body is None:
            self._body = self._make_body()
        self._empty.setVisible(contact_id is None)
        if self._body is not None:
            self._body.setVisible(contact_id is not None)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew for what is shown."""
        contact_id = self._contact_id
        if contact_id is None:
            self._query.drop()
            return

        def read(reading: Reading) -> Shown:
            from opendoors_desktop.store.queries.contact_detail import find_contact_detail

            owners = (reading.scope.customer_id, reading.scope.workspace_id)
            return find_contact_detail(reading.unit, owners, contact_id), reading.now

        self._query.ask(read)

    def edit(self, name: str = "first_name") -> None:
        """Put the cursor into a field."""
        if name in self._lines:
            self._lines[name].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._lines[name].selectAll()

    # What is shown

    def _on_answer(self, shown: Shown) -> None:
        detail, now = shown
        if detail is None:
            self.show_contact(None)
            return
        line = detail.line
        self._name.setText(one_line(line.name))
        about = [part for part in (line.title, line.company) if part]
        self._about.setText(one_line(", ".join(about)))
        self._about.setVisible(bool(about))
        self._state.setText(state_words(line.state))
        self._state.set_tone("danger" if dot_of(line.state) == "danger-solid" else "muted")
        self._show_fields(detail)
        self._show_enrollments(detail, now)
        self._show_activities(detail.activities, now)

    def _show_fields(self, detail: "ContactDetail") -> None:
        texts = {field.name: (field_label(field.name, field.label), field.text) for field in detail.fields}
        texts["tags"] = (field_label("tags"), ", ".join(detail.line.tags))
        if set(texts) != set(self._lines):
            self._make_lines({name: label for name, (label, _) in texts.items()})
        for name, (_, text) in texts.items():
            self._lines[name].show_text(text)

    def _make_lines(self, labels: dict[str, str]) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._lines = {}
        for name, label in labels.items():
            line = InlineLine(label)
            line.setMaxLength(4000)
            line.saved.connect(lambda text, name=name: self._save(name, text))
            words = Label(one_line(label, 60), "body", "muted")
            words.setBuddy(line)
            self._form.addRow(words, line)
            self._lines[name] = line
            line.setAccessibleIdentifier(f"{self.accessibleIdentifier()}.{name}")

    def _save(self, name: str, text: str) -> None:
        contact_id, line = self._contact_id, self._lines[name]
        if contact_id is None:
            return

        def refused(error: Exception) -> None:
            line.mark_wrong()
            self._bench.notices.show_error(error)
            self.refresh()

        done = self.tr("{field} changed").format(field=line.accessibleName())
        self._bench.do(contact_commands.edit_contact(contact_id, {name: text}), done, otherwise=refused)

    def _show_enrollments(self, detail: "ContactDetail", now: datetime) -> None:
        from opendoors_desktop.gui.contacts.enrollment_card import EnrollmentCard

        self._enrolled_title.setVisible(bool(detail.enrollments))
        if [card.row for card in self._cards] == list(detail.enrollments):
            return
        for card in self._cards:
            self._enrolled.removeWidget(card)
            card.deleteLater()
        self._cards = [EnrollmentCard(row, now) for row in detail.enrollments]
        for card in self._cards:
            card.why_wanted.connect(lambda card=card: self._explain(card))
            card.opened.connect(lambda card=card: self._bench.go("sequences", sequence_id=card.row.sequence_id))
            self._enrolled.addWidget(card)

    def _explain(self, card: "EnrollmentCard") -> None:
        contact_id, sequence_id = card.row.contact_id, card.row.sequence_id

        def told(reasons: Sequence[object]) -> None:
            found = next((each for each in reasons if getattr(each, "sequence_id", None) == sequence_id), None)
            if found is not None and card in self._cards:
                text = f"{getattr(found, 'reason', '')} {getattr(found, 'advice', '')}".strip()
                card.tell_why(text)
                self._bench.notices.announce(text)

        self._bench.jobs.start_long(
            lambda context, _: contact_commands.explain(context, contact_id), told, self._bench.notices.show_error
        )

    def _show_activities(self, activities: "Sequence[Activity]", now: datetime) -> None:
        self._activity_title.setVisible(bool(activities))
        self._activities.show_activities(activities, now)

    # Layout

    def _lay_out(self) -> None:
        holder = QFrame()
        holder.setProperty("kind", "surface")
        self.setWidget(holder)
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(*[theme().px(16)] * 4)
        self._column.setSpacing(theme().px(8))
        self._empty = Label(self.tr("Choose a contact to see it here."), "body", "subtle", wraps=True)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)

    def _make_body(self) -> QWidget:
        """What a contact is shown in, made when the first one is."""
        from opendoors_desktop.gui.contacts.activity_list import ActivityList

        body = QWidget()
        self._column.insertWidget(1, body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(8))
        self._name = ElidedLabel("", "title")
        self._about = ElidedLabel("", "body", "muted")
        self._state = Label("", "small")
        for part in (self._name, self._about, self._state):
            column.addWidget(part)
        column.addLayout(self._make_buttons())
        column.addSpacing(theme().px(4))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(theme().px(12))
        self._form.setVerticalSpacing(theme().px(2))
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addLayout(self._form)
        self._enrolled_title = Label(self.tr("Sequences"), "heading")
        self._enrolled = QVBoxLayout()
        self._enrolled.setSpacing(theme().px(8))
        self._activity_title = Label(self.tr("Activity"), "heading")
        self._activities = ActivityList()
        column.addWidget(self._enrolled_title)
        column.addLayout(self._enrolled)
        column.addWidget(self._activity_title)
        column.addWidget(self._activities)
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, self._state.sizePolicy().verticalPolicy())
        identify(self, self.accessibleIdentifier())
        return body

    def _make_buttons(self) -> FlowLayout:
        row = FlowLayout(gap=theme().px(6))
        self.buttons: dict[str, QPushButton] = {}
        for name, text, icon_name in (
            ("enroll", self.tr("Enroll"), "workflow"),
            ("tag", self.tr("Tag"), "tag"),
            ("bar", self.tr("Do not contact"), "ban"),
        ):
            self.buttons[name] = push_button(text, lambda name=name: self.wanted.emit(name), icon_name=icon_name)  # type: ignore[misc]
            row.addWidget(self.buttons[name])
        return row
