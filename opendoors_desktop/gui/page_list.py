"""The pages of the window by name, and the code of all of them."""

from importlib import import_module
from typing import Final

from opendoors_desktop.gui.loading import undisturbed
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

PAGES: Final = {
    "inbox": (QT_TRANSLATE_NOOP("Page", "Inbox"), "inbox", "InboxPage"),
    "outbox": (QT_TRANSLATE_NOOP("Page", "Outbox"), "send", "OutboxPage"),
    "sequences": (QT_TRANSLATE_NOOP("Page", "Sequences"), "workflow", "SequencesPage"),
    "contacts": (QT_TRANSLATE_NOOP("Page", "Contacts"), "users-round", "ContactsPage"),
    "mailboxes": (QT_TRANSLATE_NOOP("Page", "Mailboxes"), "mailbox", "MailboxesPage"),
    "settings": (QT_TRANSLATE_NOOP("Page", "Settings"), "settings", "SettingsPage"),
}
"""The pages by name, in the order of a working day: title, icon, and the class in `gui.pages.<name>`."""

KEYS: Final = {
    "today": "Ctrl+1",
    "inbox": "Ctrl+2",
    "outbox": "Ctrl+3",
    "sequences": "Ctrl+4",
    "contacts": "Ctrl+5",
    "reports": "Ctrl+6",
    "mailboxes": "Ctrl+7",
    "settings": "Ctrl+,",
}
"""The keys of the pages. Each keeps its own for good, whichever others there are."""

AT_BOTTOM: Final = frozenset({"mailboxes", "settings"})
FIRST_PAGE: Final = "sequences"

WANTED_SOON: Final = (
    "away_sheet",
    "contacts.activity_list",
    "contacts.dialogs",
    "contacts.enrollment_card",
    "contacts.refusals",
    "importing.import_page",
    "inbox.body",
)
"""What pages load only when it is wanted first; loaded beside the window, so that it isn't waited for then."""


def load_pages() -> None:
    """Load the code of all pages, so that none is waited for on its first visit; to be done in a thread of its own."""
    for name in (*(f"pages.{page}" for page in PAGES), *WANTED_SOON):
        with undisturbed():
            import_module(f"opendoors_desktop.gui.{name}")
