"""A mail as a person reads it: all of its text, its HTML made harmless, whom it went to, what files came with it."""

from dataclasses import dataclass

from opendoors_desktop.mail.html_reading import text_of
from opendoors_desktop.mail.parse import FileInMail, InboundMail, read_mail
from opendoors_desktop.mail.shown_html import NOTHING, clean_html


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail with its quotes; `text` stands for HTML too, and `html` is "" where there is none to show.

    `to` and `cc` are addresses; `reply_to` is where answers are wanted ("" where nothing says so). `wants_pictures`:
    the HTML would have loaded something from elsewhere, which it can't any more.
    """

    text: str
    html: str
    wants_pictures: bool
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str
    files: tuple[FileInMail, ...]


def show_mail(data: bytes) -> ShownMail | None:
    """What is shown of the bytes of a mail; None for what is none. Never raises; bounded in time and size."""
    mail = read_mail(data)
    if mail is None:
        return None
    clean = clean_html(mail.html) if mail.html.strip() else NOTHING
    reply_to = mail.addresses("reply-to")
    return ShownMail(
        text=_text(mail),
        html=clean.html,
        wants_pictures=clean.wants_pictures,
        to=mail.addresses("to"),
        cc=mail.addresses("cc"),
        reply_to=reply_to[0] if reply_to else "",
        files=mail.files,
    )


def _text(mail: InboundMail) -> str:
    return mail.text.strip("\n") if mail.text.strip() else text_of(mail.html)
