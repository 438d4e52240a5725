"""What a mailbox's settings may be: every fault at once, each with what would be right."""

from collections.abc import Iterator
from datetime import timedelta

from opendoors_desktop.domain.address import AddressFault, parse_address
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.mail_host import MailHost, Security
from opendoors_desktop.engine.entrance import is_loopback
from opendoors_desktop.store.mailboxes import Mailbox

MOST = 1_000_000
MOST_CONNECTIONS = 20
LONGEST_GAP = timedelta(days=1)
LONGEST_NAME = 255
LONGEST_SIGNATURE = 100_000
MOST_DAYS_OFF = 1_000


def check_mailbox(mailbox: Mailbox) -> None:
    """Raise InputError with everything that is wrong with a mailbox's settings."""
    faults = [*_addresses(mailbox), *_texts(mailbox), *_hosts(mailbox), *_limits(mailbox)]
    if faults:
        title = faults[0] if len(faults) == 1 else f"{len(faults)} settings of the mailbox can't be used."
        advice = "Correct it and try again." if len(faults) == 1 else "\n".join(faults)
        raise InputError(title, advice, where=mailbox.address, code="bad_mailbox")


def _addresses(mailbox: Mailbox) -> Iterator[str]:
    for what, address in (("The address", mailbox.address), ("Reply-To", mailbox.reply_to)):
        fault = parse_address(address) if address is not None else None
        if isinstance(fault, AddressFault):
            yield f"{what} “{address}” can't be used: {fault.sentence}"


def _texts(mailbox: Mailbox) -> Iterator[str]:
    if len(mailbox.from_name) > LONGEST_NAME or any(ord(letter) < 32 for letter in mailbox.from_name):
        yield f"The name is one line of at most {LONGEST_NAME} characters."
    if max(len(mailbox.signature_html), len(mailbox.signature_text)) > LONGEST_SIGNATURE:
        yield f"A signature has at most {LONGEST_SIGNATURE:,} characters."
    if "\0" in mailbox.signature_html + mailbox.signature_text:
        yield "A signature holds the character NUL."


def _hosts(mailbox: Mailbox) -> Iterator[str]:
    ends = [("SMTP", mailbox.smtp)] if mailbox.imap is None else [("SMTP", mailbox.smtp), ("IMAP", mailbox.imap)]
    for what, host in ends:
        yield from _host(what, host)
    if not 1 <= mailbox.connections <= MOST_CONNECTIONS:
        yield f"A mailbox sends over 1 to {MOST_CONNECTIONS} connections at once."


def _host(what: str, host: MailHost) -> Iterator[str]:
    if not host.host.strip() or len(host.host) > LONGEST_NAME or any(each.isspace() for each in host.host.strip()):
        yield f"The {what} host is a name such as mail.example.com."
    if not 1 <= host.port <= 65535:
        yield f"The port of the {what} host is a number from 1 to 65535."
    if host.security is Security.NONE and not is_loopback(host.host):
        yield f"The {what} host is reached over TLS or STARTTLS; a line without either is for this computer only."


def _limits(mailbox: Mailbox) -> Iterator[str]:
    limits = mailbox.limits
    caps = {
        "a day": limits.daily_cap,
        "an hour": limits.hourly_cap,
        "a day to one company": limits.company_cap,
    }
    for name, cap in caps.items():
        if cap is not None and not 0 <= cap <= MOST:
            yield f"The limit of emails {name} is a number from 0 to {MOST:,}, or none."
    if limits.gap % timedelta(seconds=1) or not timedelta() <= limits.gap <= LONGEST_GAP:
        yield "The least time between two emails is a number of whole seconds, up to a day."
    ramp = limits.ramp
    if ramp is not None and not (0 <= ramp.first_cap <= MOST and 0 <= ramp.step_per_day <= MOST):
        yield f"The ramp-up has numbers from 0 to {MOST:,}."
    if len(mailbox.days_off) > MOST_DAYS_OFF:
        yield f"There are more than {MOST_DAYS_OFF:,} days off."
