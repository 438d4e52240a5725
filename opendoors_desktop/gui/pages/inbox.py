"""The Inbox page: what came back, what it was read as, and the answer to it."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import BodyPage


class InboxPage(BodyPage):
    """Asks again when a mail came, or what it did may have changed."""

    topics = frozenset(
        {Topic.INBOX, Topic.ENROLLMENTS, Topic.CONTACTS, Topic.SUPPRESSIONS, Topic.MAILBOXES, Topic.OUTBOX}
    )
    made_of = ("opendoors_desktop.gui.inbox.body", "InboxBody")
    row_height = 78
