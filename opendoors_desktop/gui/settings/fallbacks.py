"""What stands in for a contact's empty field, in every email and task."""

from opendoors_desktop.domain.contact import CUSTOM, TEXT_FIELDS
from opendoors_desktop.gui.contacts.fields import field_label
from opendoors_desktop.gui.settings.commands import set_fallback
from opendoors_desktop.gui.settings.fields import SavedLine
from opendoors_desktop.gui.settings.section import Section, SettingsCard
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.widgets.card import form_row


class FieldsSection(Section):
    """A line for every field; those of the workspace's own come below."""

    def make(self) -> None:
        """One card, its lines as fields come."""
        about = self.tr(
            "What stands in where a contact’s field is empty. Contacts who are held for that field go on at once."
        )
        self.card = SettingsCard(self.tr("In place of empty fields"), about)
        self._form = self.card.add_form()
        self.lines: dict[str, SavedLine] = {}
        self.add_cards(self.card)

    def show_sight(self, sight: SettingsSight) -> None:
        """A line for each field there is."""
        names = [*TEXT_FIELDS, *(f"{CUSTOM}{name}" for name in sight.of.own_fields)]
        for name in [known for known in self.lines if known not in names]:
            self._form.removeRow(self.lines.pop(name))
        for name in names:
            if name not in self.lines:
                self._add(name)
            self.lines[name].show_value(sight.of.workspace.fallbacks.get(name, ""))

    def _add(self, name: str) -> None:
        line = self.lines[name] = SavedLine()
        title = field_label(name, name.removeprefix(CUSTOM))
        form_row(self._form, title, line)
        line.wanted.connect(lambda text: self._save(name, title, text))

    def _save(self, name: str, title: str, text: str) -> None:
        done = self.tr("“{text}” stands in for {field}.").format(text=text, field=title)
        if not text:
            done = self.tr("Nothing stands in for {field} any more.").format(field=title)
        self.save(self.card, set_fallback(name, title, text), done)
