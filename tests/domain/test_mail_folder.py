"""What a mailbox's folders are for, by what the host marks and by what they are called."""

import pytest

from opendoors_desktop.domain.mail_folder import WATCHED, FolderRole, role_of


@pytest.mark.parametrize(
    "name,flags,delimiter,role",
    [
        ("INBOX", [], "/", FolderRole.INBOX),
        ("inbox", [b"\\Junk"], "/", FolderRole.INBOX),
        ("[Gmail]/Todos", [b"\\HasNoChildren", b"\\All"], "/", FolderRole.ALL),
        ("Whatever", [b"\\Sent"], ".", FolderRole.SENT),
        ("Spam", [], "/", FolderRole.JUNK),
        ("INBOX.Spamverdacht", [], ".", FolderRole.JUNK),
        ("[Gmail]/Gesendet", [], "/", FolderRole.SENT),
        ("Gesendete Elemente", [], "", FolderRole.SENT),
        ("Éléments envoyés", [], "/", FolderRole.SENT),
        ("Projects/Spam", [], "/", None),
        ("INBOX/Customers/Sent", [], "/", None),
        ("Newsletters", [b"\\Marked"], "/", None),
        ("", [], "/", None),
    ],
)
def test_a_folder_is_told_by_its_mark_and_else_by_its_name(name, flags, delimiter, role):
    assert role_of(name, flags, delimiter) is role


def test_two_marks_on_one_folder_are_always_read_alike():
    assert role_of("x", [b"\\Trash", b"\\All"], "/") is role_of("x", [b"\\All", b"\\Trash"], "/") is FolderRole.ALL


def test_an_answer_is_looked_for_in_spam_too_and_never_in_what_we_sent():
    assert FolderRole.JUNK in WATCHED
    assert FolderRole.SENT not in WATCHED
