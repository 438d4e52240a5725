"""The Outbox page: what waits for a person, what leaves next and why then, and what left today."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import BodyPage


class OutboxPage(BodyPage):
    """Asks again when anything of the next days may have changed."""

    topics = frozenset(
        {
            Topic.OUTBOX,
            Topic.ENROLLMENTS,
            Topic.TASKS,
            Topic.WORKSPACE,
            Topic.CONTACTS,
            Topic.SEQUENCES,
            Topic.TEMPLATES,
            Topic.MAILBOXES,
            Topic.SETTINGS,
        }
    )
    made_of = ("opendoors_desktop.gui.outbox.body", "OutboxBody")
