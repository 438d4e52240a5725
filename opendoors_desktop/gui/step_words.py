"""How steps are called and marked wherever they are shown: title, type in a word, icon and colours."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.gui.theme import tokens
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

_TYPES: Final = {
    StepType.EMAIL: QT_TRANSLATE_NOOP("Step", "Email"),
    StepType.TASK: QT_TRANSLATE_NOOP("Step", "Task"),
    StepType.LINKEDIN: QT_TRANSLATE_NOOP("Step", "LinkedIn"),
    StepType.CALL: QT_TRANSLATE_NOOP("Step", "Call"),
    StepType.CONDITIONAL: QT_TRANSLATE_NOOP("Step", "Condition"),
    StepType.DELAY: QT_TRANSLATE_NOOP("Step", "Delay"),
}
_LINKEDIN: Final = {
    LinkedInAction.CONNECT: QT_TRANSLATE_NOOP("Step", "Connect on LinkedIn"),
    LinkedInAction.MESSAGE: QT_TRANSLATE_NOOP("Step", "Message on LinkedIn"),
    LinkedInAction.VIEW_PROFILE: QT_TRANSLATE_NOOP("Step", "View profile on LinkedIn"),
}
_REPLY: Final = QT_TRANSLATE_NOOP("Step", "Reply in the same thread")


@dataclass(frozen=True, slots=True)
class StepLook:
    """The mark of a step's type: an icon in a colour on a tinted tile; colours are tokens."""

    icon: str
    color: str
    tile: str


def step_look(kind: StepType) -> StepLook:
    """The mark of a type of step."""
    key = "condition" if kind is StepType.CONDITIONAL else kind.value
    look = tokens()["stepTypes"][key]
    return StepLook(look["icon"], look["fg"], look["bg"])


def type_word(kind: StepType) -> str:
    """The type in a word."""
    return QCoreApplication.translate("Step", _TYPES[kind])


def step_title(step: Step, name: str) -> str:
    """What a step is called, in one line: the name it was given, else its subject or title, else its type."""
    if step.type is StepType.EMAIL:
        own = step.subject_template or QCoreApplication.translate("Step", _REPLY)
    elif step.type is StepType.LINKEDIN and step.linkedin_action is not None:
        own = step.task_title or QCoreApplication.translate("Step", _LINKEDIN[step.linkedin_action])
    else:
        own = step.task_title or ""
    return one_line(name or own or type_word(step.type), 300)
