"""The middle of the inbox: the subject, how the mail was read, the thread, and the box for the answer."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from opendoors_desktop.gui.inbox.answer_box import AnswerBox
from opendoors_desktop.gui.inbox.doing import Doing
from opendoors_desktop.gui.inbox.facts import ThreadFacts
from opendoors_desktop.gui.inbox.link_asking import ask_to_open
from opendoors_desktop.gui.inbox.meaning_bar import MeaningBar
from opendoors_desktop.gui.inbox.thread_view import ThreadView
from opendoors_desktop.gui.notices import NoticeBar
from opendoors_desktop.gui.page import PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button
from opendoors_desktop.gui.widgets.text import Line
from opendoors_desktop.gui.workbench import Workbench


def order_tab(stops: Sequence[QWidget]) -> None:
    """Have the Tab key go from each of these to the next."""
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)


class ThreadPane(QWidget):
    """`left` says that the keys are to go back to the list."""

    left = Signal()

    def __init__(self, bench: Workbench, does: Doing, notice: NoticeBar) -> None:
        super().__init__()
        self._bench = bench
        self._does = does
        self.setAccessibleName(self.tr("Thread"))
        self.header = PageHeader("")
        self.done_button = push_button(self.tr("Done"), bench.actions["reply.done"].trigger, icon_name="check")
        self.snooze_button = icon_button("clock", self.tr("Put off"), bench.actions["reply.snooze"].trigger)
        self.more_button = icon_button("ellipsis", self.tr("More"), self._open_menu)
        self.header.add(self.done_button, self.snooze_button, self.more_button)
        self.bar = MeaningBar()
        self.bar.chosen.connect(does.set_meaning)
        self.bar.day_chosen.connect(self._set_day)
        self.bar.undo_wanted.connect(does.unset_meaning)
        self.view = ThreadView()
        self.view.link_wanted.connect(lambda target, words: ask_to_open(bench.notices, target, words))
        self.answer = AnswerBox()
        self.answer.send_wanted.connect(does.send)
        self.answer.kept.connect(does.keep_draft)
        self.answer.left.connect(self.left)
        does.put_back.connect(self.answer.put_back)
        does.sent.connect(self.answer.clear_of)
        self._foot = foot = QFrame()
        row = QVBoxLayout(foot)
        row.setContentsMargins(theme().px(20), 0, theme().px(20), theme().px(12))
        row.addWidget(self.answer)
        foot.setProperty("kind", "canvas")
        self.setLayout(column_of(self.header, Line(), notice, self.bar, Line(), self.view, foot, stretch=self.view))
        bench.actions.changed.connect(self._show_buttons)
        self.view.stops_changed.connect(self.order_stops)
        self.answer.chips_changed.connect(self.order_stops)

    def show_facts(self, facts: ThreadFacts) -> None:
        """Show a mail with its thread."""
        self.header.title.setText(facts.subject)
        is_done = facts.is_done
        self.done_button.setText(self.tr("Reopen") if is_done else self.tr("Done"))
        self.done_button.setAccessibleName(self.tr("Reopen") if is_done else self.tr("Mark done"))
        self.bar.show_meaning(
            facts.look, facts.reason, facts.meaning, can_set=facts.can_set_meaning, can_undo=facts.is_corrected
        )
        self.bar.show_offers([self._bench.actions[name] for name in facts.offers])
        self.bar.show_day(facts.day_name, facts.day)
        self.view.show_letters(facts.letters, facts.key, facts.told)
        self.answer.show_mail(facts.key, facts.mailbox, facts.why_no_answer)
        self._foot.setVisible(facts.may_be_answered)
        self.answer.show_draft(facts.key, facts.draft)

    def order_stops(self) -> None:
        """Have the Tab key go through what is here in reading order, whenever it was made."""
        cards = [stop for card in self.view.cards for stop in card.stops()]
        order_tab([self.more_button, *self.bar.stops(), *cards, *self.answer.stops()])

    def show_nothing(self) -> None:
        """No mail is chosen."""
        self.answer.show_mail(None, "")

    def _set_day(self, day: date) -> None:
        self._does.set_day(day)

    def _open_menu(self) -> None:
        self._does.open_menu(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _show_buttons(self) -> None:
        for name, button in (("reply.done", self.done_button), ("reply.snooze", self.snooze_button)):
            button.setEnabled(self._bench.actions[name].isEnabled())
