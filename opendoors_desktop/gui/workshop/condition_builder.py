"""Builds conditions from sentences: comparisons and groups of them, all or any of which must hold."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.workshop.condition_row import FIRST_FIELD, ConditionRow, ConditionSight

DEEPEST: Final = 4
"""No group is put in deeper here; deeper ones of a file are shown and kept."""


class GroupBox(QFrame):
    """A group of conditions, with the groups in it. `changed` says that a person changed something in it."""

    changed = Signal()
    removed = Signal()

    def __init__(self, depth: int = 0) -> None:
        super().__init__()
        self._depth = depth
        self._sight = ConditionSight((), {}, {})
        self._parts: list[ConditionRow | GroupBox] = []
        self._made = 0
        if depth:
            self.setProperty("kind", "card")
        self.junction = Choice(self.tr("How many must hold"))
        self.junction.addItem(self.tr("All of these"), Junction.AND)
        self.junction.addItem(self.tr("Any of these"), Junction.OR)
        self.junction.activated.connect(lambda _: self.changed.emit())
        self.drop = icon_button("x", self.tr("Remove this group"), self.removed.emit)
        self.add_row = push_button(self.tr("Add condition"), self._add_comparison, kind="link")
        self.add_group = push_button(self.tr("Add group"), self._add_group, kind="link")
        self._lay_out()
        self.drop.setVisible(depth > 0)
        self.add_group.setVisible(depth < DEEPEST)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        edge = theme().px(8) if self._depth else 0
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme().px(8))
        head = QHBoxLayout()
        head.addWidget(self.junction, 1)
        head.addWidget(self.drop)
        column.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme().px(8))
        column.addLayout(self._rows)
        below = QHBoxLayout()
        below.setSpacing(theme().px(16))
        below.addWidget(self.add_row)
        below.addWidget(self.add_group)
        below.addStretch(1)
        column.addLayout(below)

    @property
    def rows(self) -> list["ConditionRow | GroupBox"]:
        """The comparisons and groups in it."""
        return list(self._parts)

    def show_group(self, group: Group | None, sight: ConditionSight) -> None:
        """Show a group in place of what was shown; None has no condition yet."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        self._sight = sight
        self.junction.setCurrentIndex(0 if group is None or group.operator is Junction.AND else 1)
        for member in () if group is None else group.members:
            self._put(member)
        self._follow()

    def value(self) -> Group | None:
        """The group; None where no condition is left in it."""
        members = [part.comparison if isinstance(part, ConditionRow) else part.value() for part in self._parts]
        left = tuple(member for member in members if member is not None)
        return Group(Junction(self.junction.currentData()), left) if left else None

    def _put(self, member: Comparison | Group) -> "ConditionRow | GroupBox":
        part: ConditionRow | GroupBox
        if isinstance(member, Group):
            part = GroupBox(self._depth + 1)
            part.show_group(member, self._sight)
        else:
            part = ConditionRow(self._sight, member)
        part.changed.connect(self.changed)
        part.removed.connect(lambda: self._remove(part))
        self._parts.append(part)
        self._rows.addWidget(part)
        self._made += 1
        identify(part, f"{self.accessibleIdentifier() or 'condition'}.{self._made}")
        return part

    def _add_comparison(self) -> None:
        part = self._put(Comparison(FIRST_FIELD, Operator.EQUALS, True))
        self._follow()
        first: QWidget = part.field if isinstance(part, ConditionRow) else part
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _add_group(self) -> None:
        part = self._put(Group(Junction.OR, (Comparison(FIRST_FIELD, Operator.EQUALS, True),)))
        self._follow()
        if isinstance(part, GroupBox):
            part.junction.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _remove(self, part: "ConditionRow | GroupBox") -> None:
        self._parts.remove(part)
        # Before it goes: Qt would hand the focus on to whatever is next, a card, which chooses another step.
        self.add_row.setFocus(Qt.FocusReason.OtherFocusReason)
        part.hide()
        part.deleteLater()
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """One condition needs no word on how many must hold."""
        self.junction.setVisible(len(self._parts) > 1 or self._depth > 0)
