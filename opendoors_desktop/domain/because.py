"""The plain reasons of decisions: why an enrollment goes on, waits, is held or ends, with what helps."""

from enum import StrEnum


class Because(StrEnum):
    """The one rule that decides what happens next: a stable word for programs, `sentence` and `advice` for people."""

    DUE = "due"
    DELAY = "delay"
    WINDOW = "window"
    WORKING_DAY = "working_day"
    PUT_OFF = "put_off"
    OUT_OF_OFFICE = "out_of_office"
    CONDITION_OPEN = "condition_open"
    CONDITION_TRUE = "condition_true"
    CONDITION_FALSE = "condition_false"
    TASK_OPEN = "task_open"
    EMAIL_UNDER_WAY = "email_under_way"
    EMAIL_UNCERTAIN = "email_uncertain"
    SEQUENCE_DRAFT = "sequence_draft"
    SEQUENCE_PAUSED = "sequence_paused"
    SEQUENCE_STOPPED = "sequence_stopped"
    SEQUENCE_ARCHIVED = "sequence_archived"
    ENROLLMENT_PAUSED = "enrollment_paused"
    ENROLLMENT_ENDED = "enrollment_ended"
    MISSING_DATA = "missing_data"
    HELD = "held"
    ADDRESS_CHANGED = "address_changed"
    UNSURE_REPLY = "unsure_reply"
    COLLEAGUE_REPLIED = "colleague_replied"
    INCOMPLETE_STEP = "incomplete_step"
    NO_MAILBOX = "no_mailbox"
    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    DO_NOT_CONTACT = "do_not_contact"
    GOAL = "goal"
    REPLIED = "replied"
    FAILED = "failed"
    END = "end"

    @property
    def sentence(self) -> str:
        """The reason in one sentence."""
        return _TOLD[self][0]

    @property
    def advice(self) -> str:
        """What a person can do about it; empty where there is nothing to do but wait."""
        return _TOLD[self][1]


_TOLD = {
    Because.DUE: ("The step is due.", ""),
    Because.DELAY: ("The step's delay isn't over yet.", ""),
    Because.WINDOW: (
        "The sending window is closed.",
        "It opens by itself; the window is part of the sequence's settings.",
    ),
    Because.WORKING_DAY: ("Tasks come due on working days.", ""),
    Because.PUT_OFF: ("The step was put off, by an edit of the sequence or a failed try.", ""),
    Because.OUT_OF_OFFICE: ("The contact is out of office.", "Change the date to go on earlier."),
    Because.CONDITION_OPEN: ("The condition doesn't hold yet, and its time isn't over.", ""),
    Because.CONDITION_TRUE: ("The step's condition holds.", ""),
    Because.CONDITION_FALSE: ("The step's condition doesn't hold.", ""),
    Because.TASK_OPEN: ("A task of this step is still open.", "Finish or skip the task."),
    Because.EMAIL_UNDER_WAY: ("The step's email is on its way.", ""),
    Because.EMAIL_UNCERTAIN: (
        "The step's email may have been sent, and nobody knows.",
        "Look in Sent, then count it as sent or send it again.",
    ),
    Because.SEQUENCE_DRAFT: ("The sequence hasn't been started.", "Start the sequence."),
    Because.SEQUENCE_PAUSED: ("The sequence is paused.", "Resume the sequence."),
    Because.SEQUENCE_STOPPED: ("The sequence is stopped.", "Clone the sequence to begin anew."),
    Because.SEQUENCE_ARCHIVED: ("The sequence is archived.", "Restore or clone the sequence."),
    Because.ENROLLMENT_PAUSED: ("The contact is paused in this sequence.", "Resume the contact."),
    Because.ENROLLMENT_ENDED: ("The contact is through with this sequence.", ""),
    Because.MISSING_DATA: (
        "A field the step needs is empty.",
        "Fill the field, or give it a fallback in the text; then it goes on by itself.",
    ),
    Because.HELD: ("The email is held by a person.", "Let it go."),
    Because.ADDRESS_CHANGED: ("The contact's address has changed.", "Look at the new address and let the email go."),
    Because.UNSURE_REPLY: ("A reply came whose meaning is unsure.", "Choose the meaning of the reply."),
    Because.COLLEAGUE_REPLIED: ("A colleague of the contact answered.", "Stop the contact, or let the email go."),
    Because.INCOMPLETE_STEP: ("The step lacks something it can't do without.", "Complete the step."),
    Because.NO_MAILBOX: ("No mailbox is chosen for the contact.", "Choose a mailbox for the sequence or the contact."),
    Because.NO_ADDRESS: ("The contact has no email address.", "Give the contact an address."),
    Because.UNSUBSCRIBED: ("The contact has unsubscribed.", ""),
    Because.BOUNCED: ("Emails to the contact's address bounce.", "Correct the address."),
    Because.DO_NOT_CONTACT: ("The contact must not be contacted.", ""),
    Because.GOAL: ("The contact reached the sequence's goal.", ""),
    Because.REPLIED: ("The contact replied.", ""),
    Because.FAILED: ("The step's email failed for good.", "Look at the server's answer, then send again or stop."),
    Because.END: ("No step is left.", ""),
}
