"""Adds a mailbox in four steps: provider, sign-in, a live test, limits."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from opendoors_desktop.gui.identifiers import identify_dialog
from opendoors_desktop.gui.mailbox.add_steps import LimitsStep, ProviderStep, SignInStep
from opendoors_desktop.gui.mailbox.secret_fault import FaultBox
from opendoors_desktop.gui.mailbox.trial import TrialView, trial_of_new
from opendoors_desktop.gui.mailbox.words import host_words
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

PROVIDER, SIGN_IN, TEST, LIMITS = range(4)


class AddMailbox(Dialog):
    """`then` is given the id of the mailbox that was added; closing adds nothing and forgets the password."""

    def __init__(self, parent: QWidget, bench: Workbench, today: date, then: Callable[[UUID], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a mailbox"))
        self._bench = bench
        self._then = then
        self._today = today
        self._went_well = False
        self._is_adding = False
        self.fault = FaultBox(bench, self.add)
        self._make_buttons()
        self._lay_out()
        QTimer.singleShot(0, self, lambda: self._go(PROVIDER))  # the frame is shown before it is filled

    # The steps, each made when it is come to: nobody waits for what may never be seen

    @cached_property
    def provider(self) -> ProviderStep:
        """Address and hosts."""
        return ProviderStep(self._show_buttons)

    @cached_property
    def sign_in(self) -> SignInStep:
        """In the browser, or user name and password."""
        return SignInStep(self._bench, self._show_buttons)

    @cached_property
    def trial(self) -> TrialView:
        """The live test."""
        made = TrialView(self._bench)
        made.ended.connect(self._on_trial_end)
        return made

    @cached_property
    def limits(self) -> LimitsStep:
        """The limits it begins with."""
        return LimitsStep(self._today)

    # What it shows

    def _make_buttons(self) -> None:
        self.back_button = push_button(self.tr("Back"), self.back)
        self.next_button = push_button(self.tr("Next"), self.next, kind="primary")
        self.again_button = push_button(self.tr("Test again"), self.test, icon_name="refresh-cw")
        self.stop_button = push_button(self.tr("Stop the test"), self.stop_test)
        self.skip_button = push_button(self.tr("Save without a test"), self.skip)
        for button in (self.back_button, self.again_button, self.stop_button, self.skip_button):
            button.setAutoDefault(False)
        self.next_button.setDefault(True)

    def _lay_out(self) -> None:
        names = (self.tr("1 Provider"), self.tr("2 Sign in"), self.tr("3 Test"), self.tr("4 Limits"))
        self.marks = [Label(name, "body-strong", "muted") for name in names]
        head = QHBoxLayout()
        for mark in self.marks:
            head.addWidget(mark)
            head.addStretch(1)
        self.stack = QStackedWidget()
        for _ in self.marks:
            self.stack.addWidget(QWidget())
        row = QHBoxLayout()
        row.addWidget(self.skip_button)
        row.addStretch(1)
        for button in (self.back_button, self.stop_button, self.again_button, self.next_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.stack, 1)
        column.addWidget(self.fault)
        column.addLayout(row)
        self.resize(theme().px(580), theme().px(620))

    def _test_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.test_head = Label("", "heading", wraps=True)
        self.test_host = Label("", "body", "muted", wraps=True)
        self.skip_note = Label(
            self.tr(
                "Saved without a test, the mailbox may not be able to send: its emails then wait, none are lost, and "
                "the Mailboxes page says why."
            ),
            "small", "muted", wraps=True,
        )  # fmt: skip
        for widget in (self.test_head, self.test_host, Line(), self.trial, self.skip_note):
            column.addWidget(widget)
        return page

    def _make_step(self, step: int) -> None:
        empty = self.stack.widget(step)
        if empty is None or isinstance(empty, QScrollArea):
            return
        make = (lambda: self.provider, lambda: self.sign_in, self._test_page, lambda: self.limits)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(make[step]())
        self.stack.insertWidget(step, area)
        self.stack.removeWidget(empty)
        empty.deleteLater()

    def _go(self, step: int) -> None:
        self._make_step(step)
        identify_dialog(self)
        self.stack.setCurrentIndex(step)
        self.fault.hide()
        for number, mark in enumerate(self.marks):
            mark.set_tone("accent" if number == step else "success" if number < step else "muted")
        self._show_buttons()
        first: dict[int, Callable[[], QWidget]] = {
            PROVIDER: lambda: self.provider.address,
            SIGN_IN: lambda: self.sign_in.ways.first_field,
            LIMITS: lambda: self.limits.fields.daily,
        }
        first.get(step, lambda: self.again_button)().setFocus(Qt.FocusReason.TabFocusReason)
        self.setAccessibleDescription(self.marks[step].text())

    def _show_buttons(self) -> None:
        step = self.stack.currentIndex()
        self.back_button.setVisible(step != PROVIDER)
        is_running = step == TEST and self.trial.is_running
        self.again_button.setVisible(step == TEST and not is_running)
        self.stop_button.setVisible(is_running)
        self.skip_button.setVisible(step == TEST and not self._went_well)
        if step == TEST:
            self.skip_note.setVisible(not self._went_well)
        self.next_button.setText(self.tr("Add mailbox") if step == LIMITS else self.tr("Next"))
        missing = self._missing(step)
        set_enabled(self.next_button, enabled=not missing, why_not=missing)

    def _missing(self, step: int) -> str:
        """What keeps a person from going on; empty where nothing does."""
        if step == PROVIDER:
            return "" if self.provider.is_complete else self.tr("Give an address and a host to send by.")
        if step == SIGN_IN:
            return "" if self.sign_in.is_complete else self.sign_in.ways.missing
        if step == TEST:
            return "" if self._went_well else self.tr("The test hasn’t gone well yet.")
        return self.tr("It is being added.") if self._is_adding else ""

    # What a person does

    def next(self) -> None:
        """Go to the next step; from the last one, add the mailbox."""
        step = self.stack.currentIndex()
        if step == PROVIDER:
            self.sign_in.show_preset(self.provider.preset, self.provider.address.text().strip())
        if step == LIMITS:
            self.add()
            return
        self._go(step + 1)
        if step + 1 == TEST:
            self.test()

    def back(self) -> None:
        """Go to the step before."""
        self.stop_test()
        self._go(self.stack.currentIndex() - 1)

    def skip(self) -> None:
        """Go on without a test that went well."""
        self.stop_test()
        self._go(LIMITS)

    def test(self) -> None:
        """Run the test with what is entered."""
        wanted = self._wanted()
        self._went_well = False
        self.test_head.setText(wanted["address"])
        self.test_host.setText(host_words(wanted["smtp"]))
        head = self.tr("Test of {address}: {host}, user {user}").format(
            address=wanted["address"], host=host_words(wanted["smtp"]), user=wanted["smtp"].username or "–"
        )
        self.trial.begin(head, trial_of_new(lambda: _made(wanted)))
        self._show_buttons()

    def stop_test(self) -> None:
        """Want no more of a test that runs."""
        if "trial" in vars(self):
            self.trial.stop()
        self._show_buttons()

    def add(self) -> None:
        """Keep the password, then the mailbox."""
        self._is_adding = True
        self.fault.hide()
        self._show_buttons()
        wanted = self._wanted()

        def do(context: "Context") -> UUID:
            from opendoors_desktop.engine.commands.mailboxes import add_mailbox

            return add_mailbox(context, _made(wanted))

        self._bench.jobs.write(do, self._on_added, self._on_fault)

    # What comes of it

    def _on_trial_end(self, went_well: bool) -> None:
        self._went_well = went_well
        self._show_buttons()
        if went_well and self.stack.currentIndex() == TEST:
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_added(self, mailbox_id: UUID) -> None:
        self._bench.notices.toast(self.tr("{address} was added.").format(address=self.provider.address.text().strip()))
        self._then(mailbox_id)
        self.accept()

    def _on_fault(self, error: Exception) -> None:
        self._is_adding = False
        self._show_buttons()
        self.fault.show_fault(error)

    def done(self, result: int) -> None:
        if "trial" in vars(self):
            self.trial.stop()
        if "sign_in" in vars(self):
            self.sign_in.ways.wipe()
        super().done(result)

    def _wanted(self) -> dict[str, Any]:
        """What is entered, as the fields of a NewMailbox; made on the main thread, used on another."""
        address = self.provider.address.text().strip()
        preset = self.provider.preset
        user = self.sign_in.username(address)
        imap = self.provider.imap.value(user)
        return {
            "address": address,
            "smtp": self.provider.smtp.value(user),
            "imap": imap if imap.host else None,
            **self.sign_in.value(),
            "from_name": self.sign_in.from_name.text(),
            "provider": None if preset is None else preset.name,
            "keeps_sent_copies": preset.keeps_sent_copies if preset is not None else None,
            **(self.limits.value() if "limits" in vars(self) else {}),
        }


def _made(wanted: dict[str, Any]) -> Any:
    from opendoors_desktop.engine.commands.mailboxes import NewMailbox

    return NewMailbox(**wanted)
