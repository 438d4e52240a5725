"""English words for one of a thing: the texts in the code say them for several."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QTranslator

ONE: Final = {
    "%n working days": "%n working day",
    "%n days": "%n day",
    "%n hours": "%n hour",
    "%n minutes": "%n minute",
    "%n contacts": "%n contact",
    "%n sequences": "%n sequence",
    "%n sequences track opens or clicks.": "%n sequence tracks opens or clicks.",
    "%n backups": "%n backup",
    "%n selected": "%n selected",
    "%n checked": "%n checked",
    "%n active": "%n active",
    "%n paused": "%n paused",
    "%n drafts": "%n draft",
    "%n bounced": "%n bounced",
    "and %n more": "and %n more",
    "%n characters": "%n character",
    "%n people are in this sequence.": "%n person is in this sequence.",
    "%n keep their place.": "%n keeps their place.",
    "%n take another step next.": "%n takes another step next.",
    "%n have no step left and are finished.": "%n has no step left and is finished.",
    "%n empty, fallback needed": "%n empty, fallback needed",
    "%n have passed it.": "%n has passed it.",
    "%n have passed it and keep what they got.": "%n has passed it and keeps what they got.",
    "%n wait at it and get the change.": "%n waits at it and gets the change.",
    "due in %n days": "due in %n day",
    "Pause %n contacts": "Pause %n contact",
    "Resume %n contacts": "Resume %n contact",
    "Move %n contacts to another step": "Move %n contact to another step",
    "Remove %n contacts": "Remove %n contact",
    "Enroll %n contacts": "Enroll %n contact",
    "Enroll %n contacts in a sequence": "Enroll %n contact in a sequence",
    "%n contacts are enrolled": "%n contact is enrolled",
    "%n contacts are not enrolled:": "%n contact is not enrolled:",
    "%n contacts enrolled in {sequence}": "%n contact enrolled in {sequence}",
    "%n contacts were not enrolled in {sequence}": "%n contact was not enrolled in {sequence}",
    "%n contacts changed": "%n contact changed",
    "%n contacts will not be written to": "%n contact will not be written to",
    "Never write to %n contacts?": "Never write to %n contact?",
    "%n contacts are paused": "%n contact is paused",
    "%n contacts go on": "%n contact goes on",
    "%n contacts are at another step": "%n contact is at another step",
    "%n contacts go on with this step, once its delay is over, and then with what follows.": (
        "%n contact goes on with this step, once its delay is over, and then with what follows."
    ),
    "%n contacts stay where they were.": "%n contact stays where they were.",
    "%n contacts are removed from the sequence": "%n contact is removed from the sequence",
    "%n contacts lack {field}": "%n contact lacks {field}",
    "%n things keep {name} from starting": "%n thing keeps {name} from starting",
    "%n things keep the sequence from starting.": "%n thing keeps the sequence from starting.",
    "%n sequences stay as they were.": "%n sequence stays as it was.",
    "Sending is on. %n emails fell due meanwhile and leave by pace.": (
        "Sending is on. %n email fell due meanwhile and leaves by pace."
    ),
    "%n emails fell due while sending was off; they leave by pace.": (
        "%n email fell due while sending was off; it leaves by pace."
    ),
    "%n to go": "%n to go",
    "%n held": "%n held",
    "Caught up after {length} away: %n emails respread": "Caught up after {length} away: %n email respread",
    "The clock was set forward by {length}: %n emails respread": (
        "The clock was set forward by {length}: %n email respread"
    ),
    "%n mailboxes send": "%n mailbox sends",
    "%n mailboxes need you": "%n mailbox needs you",
    "%n replies came": "%n reply came",
    "%n emails need you": "%n email needs you",
    "%n emails wait today, none were lost.": "%n email waits today, none was lost.",
}
"""Each text that counts something, as it reads for one."""


class EnglishCounts(QTranslator):
    """Gives the words for one; every other text stays as the code has it."""

    def translate(self, _context: str, text: str, _disambiguation: str | None = None, n: int = -1) -> str | None:
        return ONE.get(text) if n == 1 else None  # an empty text would be taken for the translation


def speak_english() -> None:
    """Have texts that count be told well for one, too; once for the application that runs."""
    application = QCoreApplication.instance()
    if application is not None and application.findChild(EnglishCounts) is None:
        application.installTranslator(EnglishCounts(application))
