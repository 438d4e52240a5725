"""The forms of steps that a person does: tasks, calls and LinkedIn steps."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.step import LinkedInAction, Step
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workshop.step_form import (
    FormSight,
    QuietNumber,
    StepForm,
    choose,
    fill_choice,
    kept,
    wait_words,
)
from opendoors_desktop.gui.workshop.template_edit import TemplateEdit

LONGEST_SAID = 5_000
"""Of a longer script only so much is shown beside the step."""

NOTE_HOLDS = 300
"""Characters of a note that goes with a LinkedIn invitation."""


class _PersonForm(StepForm):
    """What tasks, calls and LinkedIn steps have in common: who does it, by when, and whether it is waited for."""

    def add_person_fields(self) -> None:
        """Put these fields below the others."""
        self.assignee = self.add_choice(self.tr("For"), "task_assignee")
        self.due = QuietNumber(self.tr("Working days to do it in"), 3_650)
        self.due.setFixedWidth(theme().px(96))
        self.due.valueChanged.connect(self.tell)
        self.add_named(self.tr("Working days to do it in"), self.due, "task_due_days")
        self.waits = self.add_check(self.tr("Wait until it is done"))
        self.wait = self.add_wait()
        self.add_fault("")
        self.column.addStretch(1)

    def show_person_fields(self, step: Step, sight: FormSight) -> None:
        """Put a step into them."""
        around = sight.shown.around
        fill_choice(self.assignee, self.tr("The sequence’s owner"), around.people, step.task_assignee_id)
        self.due.setValue(step.task_due_days or 0)
        self.waits.setChecked(step.waits_for_task)
        self.wait.show_wait(step.delay, wait_words(), in_working_days=sight.shown.rules.in_working_days)

    def with_person_fields(self, step: Step) -> Step:
        """The step with what they say."""
        due = self.due.value()
        return replace(
            step,
            task_assignee_id=self.assignee.currentData(),
            task_due_days=step.task_due_days if due == (step.task_due_days or 0) else due,
            waits_for_task=self.waits.isChecked(),
            delay=self.wait.value(),
        )


class TaskForm(_PersonForm):
    """What is to be done, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.add_text(self.tr("Title"), "task_title", is_line=True)
        self.text = self.add_text(self.tr("Description"), "task_description", stretch=1)
        self.add_person_fields()

    def first_field(self) -> QWidget:
        return self.title

    def texts(self) -> Sequence[TemplateEdit]:
        return self.title, self.text

    def show_fields(self, step: Step, sight: FormSight) -> None:
        self.title.show_source(step.task_title or "")
        self.text.show_source(step.task_description or "")
        self.show_person_fields(step, sight)

    def read_fields(self, step: Step) -> Step:
        title, text = kept(step.task_title, self.title.source()), kept(step.task_description, self.text.source())
        return self.with_person_fields(replace(step, task_title=title, task_description=text))


class CallForm(_PersonForm):
    """What the call is for, what to say, and how it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.add_text(self.tr("Title"), "task_title", is_line=True)
        self.script = self.add_choice(self.tr("Script"))
        self.text = self.add_text(self.tr("What to say"), "task_description", stretch=1)
        self.said = Label("", "body", wraps=True)
        self.column.addWidget(self.said)
        self.outcomes = Label("", "small", "muted", wraps=True)
        self.add_named(self.tr("How it may end"), self.outcomes)
        self.add_person_fields()
        self._scripts: dict[object, str] = {}
        self.script.currentIndexChanged.connect(lambda _: self._follow_script())

    def first_field(self) -> QWidget:
        return self.title if self.text.isHidden() else self.text

    def texts(self) -> Sequence[TemplateEdit]:
        return self.title, self.text

    def show_fields(self, step: Step, sight: FormSight) -> None:
        around = sight.shown.around
        self.title.show_source(step.task_title or "")
        self.text.show_source(step.task_description or "")
        self._scripts = {each.id: each.text for each in around.scripts}
        fill_choice(self.script, self.tr("Written here"), around.scripts, step.call_script_id)
        self._follow_script()
        self.outcomes.setText(" · ".join(one_line(label, 80) for label in sight.shown.outcomes.values()))
        self.show_person_fields(step, sight)

    def read_fields(self, step: Step) -> Step:
        title, text = kept(step.task_title, self.title.source()), kept(step.task_description, self.text.source())
        script_id = self.script.currentData()
        return self.with_person_fields(replace(step, task_title=title, task_description=text, call_script_id=script_id))

    def _follow_script(self) -> None:
        """Show the script of the library, to be read, or the step's own, to be written."""
        script_id = self.script.currentData()
        self.text.setVisible(script_id is None)
        self.said.setVisible(script_id is not None)
        self.said.setText(self._scripts.get(script_id, "")[:LONGEST_SAID])


class LinkedInForm(_PersonForm):
    """The one thing that is done on LinkedIn, and the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self.action = self.add_choice(self.tr("What to do"), "linkedin_action")
        for each, words in (
            (None, self.tr("Choose…")),
            (LinkedInAction.CONNECT, self.tr("Connect")),
            (LinkedInAction.MESSAGE, self.tr("Send a message")),
            (LinkedInAction.VIEW_PROFILE, self.tr("View the profile")),
        ):
            self.action.addItem(words, each)
        self.title = self.add_text(self.tr("Title"), "task_title", is_line=True)
        self.text = self.add_text(self.tr("Message"), "linkedin_message", stretch=1)
        self.room = Label("", "small", "muted", wraps=True)
        self.column.addWidget(self.room)
        self.add_person_fields()
        self.action.currentIndexChanged.connect(lambda _: self._follow_action())
        self.text.edited.connect(self._follow_action)

    def first_field(self) -> QWidget:
        return self.text if self.text.isEnabled() else self.action

    def texts(self) -> Sequence[TemplateEdit]:
        return self.title, self.text

    def show_fields(self, step: Step, sight: FormSight) -> None:
        choose(self.action, step.linkedin_action)
        self.title.show_source(step.task_title or "")
        self.text.show_source(step.linkedin_message or "")
        self._follow_action()
        self.show_person_fields(step, sight)

    def read_fields(self, step: Step) -> Step:
        title, text = kept(step.task_title, self.title.source()), kept(step.linkedin_message, self.text.source())
        action = self.action.currentData()
        done = replace(step, task_title=title, linkedin_message=text)
        return self.with_person_fields(
            replace(done, linkedin_action=None if action is None else LinkedInAction(action))
        )

    def _follow_action(self) -> None:
        action = self.action.currentData()
        self.text.setEnabled(action != LinkedInAction.VIEW_PROFILE)
        length = self.text.document().characterCount() - 1
        words = self.tr("%n characters", "", length)
        if action == LinkedInAction.CONNECT:
            words = self.tr("{count} of at most {most} characters; each variable counts as one").format(
                count=count(length), most=count(NOTE_HOLDS)
            )
        self.room.setText(words if action != LinkedInAction.VIEW_PROFILE else "")
        self.room.set_tone("warning" if action == LinkedInAction.CONNECT and length > NOTE_HOLDS else "muted")
