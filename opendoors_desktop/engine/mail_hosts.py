"""How a mailbox's SMTP and IMAP hosts are reached, and what is told where this machine can't sign in to them."""

from typing import TYPE_CHECKING

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.mail.frames import SmtpSettings
from opendoors_desktop.store.mailboxes import Mailbox

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import ImapSettings


def no_secret(mailbox: Mailbox) -> SecretError:
    """What a mailbox lacks on this machine."""
    if mailbox.auth is AuthMethod.OAUTH:
        title = f"Nobody has signed in to {mailbox.address} on this machine."
        advice = "Sign in with “opendoors mailbox sign-in” or in Mailboxes; it is kept in this machine's keyring alone."
    else:
        title = f"The password of {mailbox.address} isn't on this machine."
        advice = (
            "Enter it with “opendoors mailbox password” or in Mailboxes; it is kept in this machine's keyring alone."
        )
    return SecretError(title, advice, where=mailbox.address, code="secret_missing")


def imap_settings(mailbox: Mailbox) -> "ImapSettings | None":
    """How the mailbox is read; None where it isn't."""
    from opendoors_desktop.mail.imap import ImapSettings

    host = mailbox.imap
    if host is None:
        return None
    return ImapSettings(host.host, host.port, host.security.value, host.username, mailbox.auth.value)


def smtp_settings(mailbox: Mailbox) -> SmtpSettings:
    """How the post reaches the mailbox's mail host."""
    host = mailbox.smtp
    return SmtpSettings(
        host=host.host,
        port=host.port,
        security=host.security.value,
        username=host.username,
        auth=mailbox.auth.value,
    )
