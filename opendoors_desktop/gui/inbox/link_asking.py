"""Asks before a link of a message is opened: it is named by where it truly leads."""

from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.gui.notices import Choice, Notices

OPENED: Final = frozenset({"http", "https"})
"""Links of other kinds may start programs: they are told, never opened."""

LONGEST: Final = 600


def ask_to_open(notices: Notices, target: str, words: str) -> None:
    """Name a link's target and offer to open or copy it; `words` are those it stands behind."""
    place = _host(target)
    if place is None:
        title = _tr("This link isn’t opened: {link}").format(link=target[:LONGEST])
        notices.show_error(NotPossible(title, _tr("Only links to pages (http, https) are."), code="link"))
        return
    text = _tr("It leads to {host}:\n{link}").format(host=place, link=target[:LONGEST])
    named = _host(words) or _host(f"https://{words}" if "." in words and " " not in words else "")
    if named is not None and named != place:
        text = _tr("The words say {named}, but it leads elsewhere.").format(named=named) + "\n\n" + text
    notices.choose(
        _tr("Open this link?"),
        text,
        [
            Choice(_tr("Copy link"), lambda: QGuiApplication.clipboard().setText(target)),
            Choice(_tr("Open link"), lambda: QDesktopServices.openUrl(QUrl(target))),
        ],
    )


def _host(link: str) -> str | None:
    """Where a link leads, as the name that is really asked for; None where it is no link to a page."""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in OPENED or not host:
        return None
    return bytes(QUrl.toAce(host).data()).decode("ascii") or host


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
