"""The form of an email: subject, text with variables, and how it leaves."""

import html
import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from opendoors_desktop.domain.step import Step
from opendoors_desktop.domain.variants import TestType, content_of
from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workshop.step_form import FormSight, StepForm, fill_choice, kept, wait_words
from opendoors_desktop.gui.workshop.template_edit import TemplateEdit

_OF_TEMPLATES = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)


class EmailForm(StepForm):
    """Writes the step's own texts, or those of one variant of its A/B test."""

    def __init__(self) -> None:
        super().__init__()
        self._variant = ""
        self.follows = Label("", "small", "muted", wraps=True)
        self.column.addWidget(self.follows)
        self.in_thread = self.add_check(self.tr("Reply in the thread of the email before"))
        self.subject = TemplateEdit(self.tr("Subject"), is_line=True)
        self.subject.edited.connect(self.tell)
        self._caption = self.add_named(self.tr("Subject"), self.subject, "subject_template")
        self._add_tools()
        self.body = TemplateEdit(self.tr("Text"))
        self.body.setMinimumHeight(theme().px(200))
        self.body.edited.connect(self.tell)
        self.add(self.body, "body_template", stretch=1)
        self.mailbox = self.add_choice(self.tr("From"), "email_account")
        self.wait = self.add_wait()
        self.by_hand = self.add_check(self.tr("Make it a task: I look at it and send it myself"))
        self.add_fault("")
        self.in_thread.toggled.connect(self._follow_thread)
        self.format.activated.connect(lambda _: self._turn())

    def _add_tools(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme().px(4))
        self.variables = push_button(self.tr("Variables"), self._choose_variable, icon_name="braces")
        self.variables.setToolTip(self.tr("Put a variable in (Ctrl+Space, or type two braces)"))
        self.format = Choice(self.tr("Format of the text"))
        self.format.addItem(self.tr("Plain text"), False)
        self.format.addItem(self.tr("HTML"), True)
        row.addWidget(self.variables)
        self.marks: list[QToolButton] = []
        for name, words, before, behind in (
            ("bold", self.tr("Bold"), "<b>", "</b>"),
            ("italic", self.tr("Italic"), "<i>", "</i>"),
            ("link", self.tr("Link"), '<a href="https://">', "</a>"),
        ):
            button = QToolButton()
            button.setIcon(icon(name))
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setFixedSize(theme().px(28), theme().px(28))
            button.clicked.connect(lambda _=False, marks=(before, behind): self._mark(*marks))
            self.marks.append(button)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.format)
        self.column.addLayout(row)

    def first_field(self) -> QWidget:
        return self.body if self.subject.isHidden() or self.subject.source() else self.subject

    def texts(self) -> Sequence[TemplateEdit]:
        return self.subject, self.body

    def show_fields(self, step: Step, sight: FormSight) -> None:
        self._variant = sight.variant
        shown = sight.shown
        content = content_of(step, sight.variant or None)
        name = shown.around.followed.get(step.id)
        self.follows.setVisible(name is not None)
        if name is not None:
            words = self.tr("It has the texts of the template “{name}”, and its own once you change them.")
            self.follows.setText(words.format(name=name[:120]))
        self.subject.show_source(content.subject or "")
        self.in_thread.setChecked(not (content.subject or "").strip() and sight.number > 1)
        self.in_thread.setEnabled(sight.number > 1)
        self._follow_thread()
        self.body.show_source(content.body or "")
        self._show_format(step.body_is_html)
        boxes = shown.around.mailboxes
        fill_choice(self.mailbox, self.tr("The contact’s mailbox"), boxes, step.mailbox_id)
        self.wait.show_wait(step.delay, wait_words(), in_working_days=shown.rules.in_working_days)
        self.by_hand.setChecked(step.is_manual)

    def read_fields(self, step: Step) -> Step:
        subject = "" if self.in_thread.isChecked() else self.subject.source()
        return replace(
            with_texts(step, self._variant, subject, self.body.source()),
            body_is_html=self.format.currentData(),
            mailbox_id=self.mailbox.currentData(),
            delay=self.wait.value(),
            is_manual=self.by_hand.isChecked(),
        )

    # Parts

    def _follow_thread(self) -> None:
        has_own = not self.in_thread.isChecked()
        self.subject.setVisible(has_own)
        self._caption.setVisible(has_own)

    def _show_format(self, is_html: bool) -> None:
        self.format.setCurrentIndex(int(is_html))
        for button in self.marks:
            button.setVisible(is_html)

    def _turn(self) -> None:
        """Write the text in the other format."""
        is_html = self.format.currentData()
        text = self.body.source()
        self._show_format(is_html)
        turned = html_of(text) if is_html else text_of(text)
        with QSignalBlocker(self.body):
            self.body.selectAll()
            self.body.replace_selection(turned)
        self.tell()

    def _choose_variable(self) -> None:
        field = self.subject if self.subject.hasFocus() else self.body
        field.choose_variable()

    def _mark(self, before: str, behind: str) -> None:
        self.body.surround_selection(before, behind)
        self.body.setFocus()


def with_texts(step: Step, variant_id: str, subject: str, body: str) -> Step:
    """The step with these texts: the variant's, as far as the test is of them, else the step's own."""
    test = step.ab_test
    variant = None if test is None or not variant_id else test.find(variant_id)
    if test is None or variant is None:
        own_subject, own_body = kept(step.subject_template, subject), kept(step.body_template, body)
        return replace(step, subject_template=own_subject, body_template=own_body)
    shown = content_of(step, variant_id)
    if subject != (shown.subject or ""):
        if test.test_type is TestType.BODY:
            step = replace(step, subject_template=subject or None)
        else:
            variant = replace(variant, subject=subject)
    if body != (shown.body or ""):
        if test.test_type is TestType.SUBJECT_LINE:
            step = replace(step, body_template=body or None)
        else:
            variant = replace(variant, body=body)
    variants = tuple(variant if each.id == variant_id else each for each in test.variants)
    return replace(step, ab_test=replace(test, variants=variants))


def html_of(text: str) -> str:
    """Plain text as HTML: its paragraphs and lines, with what templates do in it left as it is."""
    safe = "".join(
        part if number % 2 else html.escape(part, quote=False) for number, part in enumerate(_OF_TEMPLATES.split(text))
    )
    paragraphs = [part.strip("\n").replace("\n", "<br>\n") for part in re.split(r"\n\s*\n", safe)]
    return "\n".join(f"<p>{part}</p>" for part in paragraphs if part)


def text_of(markup: str) -> str:
    """HTML as plain text: its words, with what templates do in it left as it is."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"\ue000{len(held) - 1}\ue001"

    words = QTextDocumentFragment.fromHtml(_OF_TEMPLATES.sub(hold, markup)).toPlainText()
    return re.sub("\ue000(\\d+)\ue001", lambda found: held[int(found[1])], words)
