"""A room that has sent, and the mailbox on a real Dovecot that its contacts write to, for tests of what comes back."""

from collections.abc import Sequence
from dataclasses import replace

from opendoors_desktop.domain.inbound import Reading
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.receiver import ReadReport, read_mailbox
from opendoors_desktop.mail.classify import classify_mail
from opendoors_desktop.store.mailboxes import Mailbox
from tests.builders import TimedPost, change_mailbox, mailbox_now
from tests.oracle import Capture
from tests.servers.dovecot import PASSWORD, Dovecot


class Inbox:
    """A mailbox on Dovecot, and what its contacts write to it."""

    def __init__(self, context: Context, mailbox: Mailbox, post: TimedPost, dovecot: Dovecot, user: str) -> None:
        self.context, self.mailbox, self.post = context, mailbox, post
        self.dovecot, self.user = dovecot, user
        self._number = 0

    def deliver(self, message: str, folder: str = "INBOX") -> None:
        """Have a mail arrive."""
        self.dovecot.deliver(self.user, message.encode(), folder)

    def answer(self, capture: Capture, text: str = "Yes, on Friday.", folder: str = "INBOX") -> None:
        """Have the contact of an email answer it, in a message that nobody has sent before."""
        self._number += 1
        ours = capture.message_id.strip("<>")
        head = f"From: {capture.recipient}\nSubject: Re: Hello\nIn-Reply-To: <{ours}>\n"
        self.deliver(f"{head}Message-ID: <re-{self._number}-{ours}>\n\n{text}\n", folder)

    def read(self) -> ReadReport:
        """Read the mailbox once, each mail told what it is by the rules themselves."""
        return read_mailbox(self.context, mailbox_now(self.context, self.mailbox), PASSWORD, tell)


def open_inbox(context: Context, mailbox: Mailbox, post: TimedPost, dovecot: Dovecot, user: str) -> Inbox:
    """Have a mailbox be read at Dovecot as this user from now on."""
    imap = MailHost("127.0.0.1", dovecot.port, Security.NONE, user)
    context.secrets.set(mailbox.secret_name, PASSWORD)
    smtp = replace(mailbox.smtp, username=user)
    change_mailbox(context, mailbox, imap=imap, smtp=smtp, auth=AuthMethod.PASSWORD)
    return Inbox(context, mailbox, post, dovecot, user)


def tell(datas: Sequence[bytes], own_lines: tuple[str, ...]) -> list[Reading | None]:
    """What mails are, told in this process."""
    return [classify_mail(data, own_lines) for data in datas]
