"""Sign-ins at mail hosts' own pages as mailboxes use them: kept anew, and the client that was used before."""

from uuid import UUID

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.sign_in import Client, read_grant
from opendoors_desktop.engine.commands.mailboxes import change_secret, list_mailboxes
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sign_in import SignedIn


def keep_sign_in(context: Context, mailbox_id: UUID, signed_in: SignedIn) -> None:
    """Have a mailbox sign in so from now on, also one that had a password; one that failed goes on.

    Raises NotFound, NotPossible, or SecretError where the keyring refuses.
    """
    change_secret(context, mailbox_id, signed_in.grant.as_text(), signed_in.grant.host)


def find_client(context: Context, host: str) -> Client | None:
    """The client that another mailbox signed in with at that host on this machine; None where there is none."""
    for mailbox in list_mailboxes(context):
        if mailbox.auth is AuthMethod.OAUTH and mailbox.oauth_provider == host:
            try:
                text = context.secrets.get(mailbox.secret_name)
                if text is not None:
                    return read_grant(text, mailbox.address).client
            except SecretError:
                continue
    return None
