"""The mail hosts a store would speak to."""

from opendoors_desktop.store.unit import Unit


def list_mail_hosts(unit: Unit) -> list[str]:
    """Every SMTP and IMAP host of the mailboxes that aren't removed, each once, by name."""
    found = unit.rows(
        "SELECT smtp_host FROM email_accounts WHERE retired_at IS NULL"
        " UNION SELECT imap_host FROM email_accounts WHERE retired_at IS NULL AND imap_host IS NOT NULL ORDER BY 1"
    )
    return [str(host) for (host,) in found]
