"""What the states of contacts are called and how their dots look, in one sequence and over all of them."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

STATES: Final = {
    "do_not_contact": (QT_TRANSLATE_NOOP("ContactState", "Do not contact"), "danger-solid"),
    "opted_out": (QT_TRANSLATE_NOOP("ContactState", "Opted out"), "danger-solid"),
    "held": (QT_TRANSLATE_NOOP("ContactState", "Held"), "warning-solid"),
    "active": (QT_TRANSLATE_NOOP("ContactState", "Active"), "success-solid"),
    "waiting_on_task": (QT_TRANSLATE_NOOP("ContactState", "Waiting on task"), "info-solid"),
    "paused": (QT_TRANSLATE_NOOP("ContactState", "Paused"), "warning-solid"),
    "replied": (QT_TRANSLATE_NOOP("ContactState", "Replied"), "chart-1"),
    "bounced": (QT_TRANSLATE_NOOP("ContactState", "Bounced"), "danger-solid"),
    "finished": (QT_TRANSLATE_NOOP("ContactState", "Finished"), "neutral-solid"),
    "stopped": (QT_TRANSLATE_NOOP("ContactState", "Stopped"), "neutral-solid"),
    "not_enrolled": (QT_TRANSLATE_NOOP("ContactState", "Not enrolled"), "neutral-solid"),
}
"""The word of each state and the token of its dot; of who isn't enrolled the dot is hollow."""


def state_words(state: str) -> str:
    """A state for people."""
    return QCoreApplication.translate("ContactState", STATES[state][0])


def dot_of(state: str) -> str:
    """The token of a state's dot."""
    return STATES[state][1]
