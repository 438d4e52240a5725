"""The topics whose counters rise when something in the store changes, so that pages and processes ask again."""

from enum import StrEnum


class Topic(StrEnum):
    """One word for one kind of record; the key of a row in the table `changes`."""

    WORKSPACE = "workspace"
    CONTACTS = "contacts"
    SEQUENCES = "sequences"
    ENROLLMENTS = "enrollments"
    OUTBOX = "outbox"
    MAILBOXES = "mailboxes"
    TASKS = "tasks"
    ACTIVITIES = "activities"
    SUPPRESSIONS = "suppressions"
    TEMPLATES = "templates"
    IMPORTS = "imports"
    INBOX = "inbox"
    SETTINGS = "settings"
