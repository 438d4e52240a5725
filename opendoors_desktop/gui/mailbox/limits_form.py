"""The sending limits of a mailbox, as a form that saves with one button and can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QFormLayout, QLineEdit

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp
from opendoors_desktop.domain.mailbox_presets import SAFE_COMPANY_CAP, SAFE_DAILY_CAP, SAFE_GAP, SAFE_HOURLY_CAP
from opendoors_desktop.gui.mailbox.fields import LimitField, NumberField
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.card import Card, form_row

LONGEST_GAP = 86_400


class LimitFields:
    """The fields of a mailbox's pace; `value` gives them as a change to its limits."""

    def __init__(self, on_change: Callable[[], object]) -> None:
        self.daily, self.hourly = LimitField(_tr("Emails a day")), LimitField(_tr("Emails an hour"))
        self.company = LimitField(_tr("Emails a day to one company"))
        self.gap = NumberField(_tr("Least time between two emails"), LONGEST_GAP, _tr(" s"))
        self.ramp = QCheckBox(_tr("Ramp up slowly"))
        self.first, self.step = NumberField(_tr("On the first day")), NumberField(_tr("More each day"))
        self.starts_on = QDateEdit()
        self.starts_on.setFixedHeight(theme().px(30))
        self.starts_on.setCalendarPopup(True)
        self.starts_on.setDisplayFormat("d MMM yyyy")
        self.starts_on.setAccessibleName(_tr("Ramp-up starts on"))
        for field in (self.daily, self.hourly, self.company, self.gap, self.first, self.step):
            field.valueChanged.connect(lambda _: on_change())
        self.starts_on.dateChanged.connect(lambda _: on_change())
        self.ramp.toggled.connect(lambda _: self._show_ramp())
        self.ramp.toggled.connect(lambda _: on_change())
        self._show_ramp()

    def add_to(self, form: QFormLayout) -> None:
        """Put the fields into a form."""
        for name, part in vars(self).items():
            part.setAccessibleIdentifier(f"limits.{name}")
        for field in (self.daily, self.hourly, self.gap, self.company):
            form_row(form, field.accessibleName(), field)
        form.addRow("", self.ramp)
        for name, ramp_field in (
            (self.starts_on.accessibleName(), self.starts_on),
            (self.first.accessibleName(), self.first),
            (self.step.accessibleName(), self.step),
        ):
            form_row(form, name, ramp_field)

    def show_limits(self, limits: MailboxLimits | None, today: date) -> None:
        """Show limits, or (None) those that are safe to begin with."""
        self.daily.show_limit(SAFE_DAILY_CAP if limits is None else limits.daily_cap)
        self.hourly.show_limit(SAFE_HOURLY_CAP if limits is None else limits.hourly_cap)
        self.company.show_limit(SAFE_COMPANY_CAP if limits is None else limits.company_cap)
        self.gap.setValue((SAFE_GAP if limits is None else limits.gap) // timedelta(seconds=1))
        ramp = None if limits is None else limits.ramp
        shown = ramp or Ramp(today, 10, 5)
        self.starts_on.setDate(QDate(shown.starts_on.year, shown.starts_on.month, shown.starts_on.day))
        self.first.setValue(shown.first_cap)
        self.step.setValue(shown.step_per_day)
        self.ramp.setChecked(ramp is not None)

    def value(self) -> dict[str, Any]:
        """The limits by their names."""
        day = self.starts_on.date()
        ramp = Ramp(date(day.year(), day.month(), day.day()), self.first.value(), self.step.value())
        return {
            "daily_cap": self.daily.limit,
            "hourly_cap": self.hourly.limit,
            "company_cap": self.company.limit,
            "gap": timedelta(seconds=self.gap.value()),
            "ramp": ramp if self.ramp.isChecked() else None,
        }

    def _show_ramp(self) -> None:
        for field in (self.starts_on, self.first, self.step):
            field.setEnabled(self.ramp.isChecked())


class LimitsCard(Card):
    """The limits of the mailbox that is shown; what is typed stays until it is saved or the mailbox is left."""

    def __init__(self, save: Callable[[Callable[[Any], Any]], object]) -> None:
        """`save` is given the change that a person wants."""
        super().__init__(QCoreApplication.translate("MailboxLimits", "Sending limits"))
        self._save = save
        self._shown: tuple[Any, ...] = ()
        self._is_showing = False
        self.fields = LimitFields(self._on_change)
        self.zone, self.days_off = QLineEdit(), QLineEdit()
        self.zone.setAccessibleName(self.tr("Time zone of its day"))
        self.days_off.setAccessibleName(self.tr("Days off"))
        self.days_off.setPlaceholderText(self.tr("2026-12-24, 2026-12-31"))
        self.button = push_button(self.tr("Save limits"), self.save)
        form = self.add_form()
        self.fields.add_to(form)
        form_row(form, self.zone.accessibleName(), self.zone)
        form_row(form, self.days_off.accessibleName(), self.days_off)
        self.column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignTrailing)
        for field in (self.zone, self.days_off):
            field.textChanged.connect(lambda _: self._on_change())

    def show_mailbox(self, mailbox: Any, today: date) -> None:
        """Show a mailbox's limits; the same ones again leave what is being typed."""
        shown = (mailbox.id, mailbox.limits, mailbox.days_off)
        if shown == self._shown:
            return
        self._shown, self._is_showing = shown, True
        self.fields.show_limits(mailbox.limits, today)
        self.zone.setText(mailbox.limits.zone.key)
        self.days_off.setText(", ".join(day.isoformat() for day in sorted(mailbox.days_off)))
        self._is_showing = False
        self._on_change(is_changed=False)

    def save(self) -> None:
        """Save what is typed."""
        limits, zone, days = self.fields.value(), self.zone.text().strip(), self.days_off.text()

        def changed(mailbox: Any) -> Any:
            own = replace(mailbox.limits, zone=_zone(zone), **limits)
            return replace(mailbox, limits=own, days_off=_days(days))

        self._save(changed)

    def _on_change(self, *, is_changed: bool = True) -> None:
        if not self._is_showing:
            set_enabled(self.button, enabled=is_changed, why_not=self.tr("Nothing was changed."))


def _zone(name: str) -> ZoneInfo:
    """A zone by its name; raises InputError. Reads a file, so not on the main thread."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as fault:
        raise InputError(
            _tr("“{name}” is no time zone.").format(name=name[:80]),
            _tr("Give one such as Europe/Oslo or America/New_York."),
            where=_tr("time zone"),
        ) from fault


def _days(text: str) -> frozenset[date]:
    days = set()
    for word in text.replace(";", ",").split(","):
        if word.strip():
            try:
                days.add(date.fromisoformat(word.strip()))
            except ValueError as fault:
                raise InputError(
                    _tr("“{day}” is no day.").format(day=word.strip()[:80]),
                    _tr("Write days as year-month-day, parted by commas: 2026-12-24."),
                    where=_tr("days off"),
                ) from fault
    return frozenset(days)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MailboxLimits", text)
