"""The Mailboxes page: each mailbox as a card, and the one that is chosen with all its settings."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import BodyPage


class MailboxesPage(BodyPage):
    """Asks again when a mailbox changed, or something left or was queued."""

    topics = frozenset({Topic.MAILBOXES, Topic.OUTBOX, Topic.ENROLLMENTS})
    made_of = ("opendoors_desktop.gui.mailbox.body", "MailboxesBody")
