"""A card: a title, a word beside it, and what belongs together."""

from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label


def form_row(form: QFormLayout, name: str, field: QWidget) -> None:
    """Put a field into a form, with its name as label and for screen readers."""
    field.setAccessibleName(name)
    label = Label(name, "body", "muted")
    label.setMinimumHeight(theme().px(28))
    label.setBuddy(field)
    form.addRow(label, field)


class Card(QFrame):
    """A framed part of a page; `aside` stands at the end of its title."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12))
        self.column.setSpacing(theme().px(8))
        self.title = Label(title, "heading")
        self.aside = Label("", "small", "muted")
        self.head = QHBoxLayout()
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.head.addWidget(self.aside)
        self.column.addLayout(self.head)

    def add(self, *widgets: QWidget) -> None:
        """Put more below."""
        for widget in widgets:
            self.column.addWidget(widget)

    def add_form(self) -> QFormLayout:
        """A form below, whose labels stand beside their fields."""
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme().px(16))
        form.setVerticalSpacing(theme().px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(form)
        return form


class Facts(QWidget):
    """Lines of a name and what it is; foreign words stay plain, and long ones are cut."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[Label, ElidedLabel]] = []
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(theme().px(16))
        self._form.setVerticalSpacing(theme().px(6))
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these in place of the ones before."""
        while len(self._lines) > len(facts):
            self._lines.pop()
            self._form.removeRow(len(self._lines))
        while len(self._lines) < len(facts):
            line = (Label("", "small", "muted"), ElidedLabel("", "body"))
            self._lines.append(line)
            self._form.addRow(*line)
        for line, words in zip(self._lines, facts, strict=True):
            for label, text in zip(line, words, strict=True):
                if label.text() != text:
                    label.setText(text)

    def text(self) -> str:
        """All of it as lines of text."""
        return "\n".join(f"{name.text()}\t{words.text()}" for name, words in self._lines)
