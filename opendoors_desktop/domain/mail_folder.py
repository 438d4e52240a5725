"""Which folders of a mailbox are which, and in which of them an answer may land."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class FolderRole(StrEnum):
    """What a folder is for: the special uses of RFC 6154, and the inbox."""

    INBOX = "inbox"
    ALL = "all"
    JUNK = "junk"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    ARCHIVE = "archive"


WATCHED: Final = frozenset({FolderRole.INBOX, FolderRole.ALL, FolderRole.JUNK})
"""Where an answer may land by itself; other folders are read when a person chooses them."""

_FLAGS: Final = MappingProxyType(
    {
        b"\\all": FolderRole.ALL,
        b"\\junk": FolderRole.JUNK,
        b"\\sent": FolderRole.SENT,
        b"\\drafts": FolderRole.DRAFTS,
        b"\\trash": FolderRole.TRASH,
        b"\\archive": FolderRole.ARCHIVE,
    }
)

_NAMES: Final = MappingProxyType(
    {
        name: role
        for role, names in {
            FolderRole.JUNK: (
                "junk", "spam", "bulk mail", "junk e-mail", "junk email", "junk-e-mail", "spamverdacht", "unerwünscht",
                "courrier indésirable", "indésirables", "correo no deseado", "posta indesiderata", "lixo eletrônico",
                "ongewenste e-mail", "wiadomości-śmieci", "skräppost",
            ),
            FolderRole.SENT: (
                "sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente",
                "gesendete objekte", "envoyés", "éléments envoyés", "messages envoyés", "enviados",
                "elementos enviados", "inviata", "posta inviata", "itens enviados", "verzonden", "verzonden items",
                "wysłane", "elementy wysłane", "skickat",
            ),
            FolderRole.TRASH: ("trash", "deleted items", "deleted messages", "papierkorb", "gelöschte elemente", "bin"),
            FolderRole.DRAFTS: ("drafts", "entwürfe", "brouillons", "borradores", "bozze", "rascunhos", "concepten"),
            FolderRole.ARCHIVE: ("archive", "archiv", "archives", "archivo", "archivio"),
        }.items()
        for name in names
    }
)  # fmt: skip
"""Usual names where a host marks nothing, without the folder they lie in."""


def role_of(name: str, flags: Iterable[bytes], delimiter: str) -> FolderRole | None:
    """What the folder of that full name is for, by its flags, else by its name; None where nobody knows.

    `delimiter` parts the levels of the name, empty where there are none.
    """
    if name.upper() == "INBOX":
        return FolderRole.INBOX
    marked = {_FLAGS[flag.lower()] for flag in flags if flag.lower() in _FLAGS}
    if marked:
        return min(marked)
    parts = name.split(delimiter) if delimiter else [name]
    is_on_top = len(parts) == 1 or (len(parts) == 2 and parts[0].upper() in {"INBOX", "[GMAIL]", "[GOOGLE MAIL]"})
    return _NAMES.get(parts[-1].casefold()) if is_on_top else None
