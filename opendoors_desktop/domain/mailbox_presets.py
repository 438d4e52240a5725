"""How the common mail hosts are reached, as they document it themselves, and limits that are safe to begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.domain.mail_host import MailHost, Security


@dataclass(frozen=True, slots=True)
class Preset:
    """A mail host: how mail is sent and read there.

    `keeps_sent_copies` says that the host itself puts what is sent into Sent. `help_url` is its own page about
    passwords for programs; `oauth` names whose sign-in page can be used instead.
    """

    name: str
    label: str
    smtp: MailHost
    imap: MailHost
    keeps_sent_copies: bool = False
    help_url: str = ""
    oauth: str | None = None


def _preset(
    name: str,
    label: str,
    smtp: str,
    imap: str,
    *,
    port: int = 465,
    keeps: bool = False,
    help_url: str = "",
    oauth: str = "",
) -> Preset:
    security = Security.TLS if port == 465 else Security.STARTTLS
    incoming = MailHost(imap, 993, Security.TLS)
    return Preset(name, label, MailHost(smtp, port, security), incoming, keeps, help_url, oauth or None)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            _preset(
                "gmail", "Gmail, Google Workspace", "smtp.gmail.com", "imap.gmail.com", port=587, keeps=True,
                help_url="https://myaccount.google.com/apppasswords", oauth="google",
            ),
            _preset(
                "microsoft365", "Microsoft 365, Exchange Online", "smtp.office365.com", "outlook.office365.com",
                port=587, keeps=True, oauth="microsoft",
            ),
            _preset(
                "outlook", "Outlook.com, Hotmail", "smtp-mail.outlook.com", "outlook.office365.com", port=587,
                keeps=True, help_url="https://account.live.com/proofs/AppPassword", oauth="microsoft",
            ),
            _preset(
                "yahoo", "Yahoo", "smtp.mail.yahoo.com", "imap.mail.yahoo.com",
                help_url="https://login.yahoo.com/account/security",
            ),
            _preset(
                "icloud", "iCloud", "smtp.mail.me.com", "imap.mail.me.com", port=587,
                help_url="https://account.apple.com/account/manage",
            ),
            _preset(
                "fastmail", "Fastmail", "smtp.fastmail.com", "imap.fastmail.com",
                help_url="https://app.fastmail.com/settings/security",
            ),
            _preset("zoho", "Zoho", "smtp.zoho.com", "imap.zoho.com", help_url="https://accounts.zoho.com/home#security"),
            _preset("zoho_eu", "Zoho (EU)", "smtp.zoho.eu", "imap.zoho.eu", help_url="https://accounts.zoho.eu/home#security"),
            _preset("aol", "AOL", "smtp.aol.com", "imap.aol.com", help_url="https://login.aol.com/account/security"),
            _preset("gmx", "GMX (de, at, ch)", "mail.gmx.net", "imap.gmx.net", port=587),
            _preset("gmx_com", "GMX (com)", "mail.gmx.com", "imap.gmx.com", port=587),
            _preset("web_de", "WEB.DE", "smtp.web.de", "imap.web.de", port=587),
            _preset("t_online", "T-Online", "securesmtp.t-online.de", "secureimap.t-online.de"),
            _preset("mailbox_org", "mailbox.org", "smtp.mailbox.org", "imap.mailbox.org"),
            _preset("posteo", "Posteo", "posteo.de", "posteo.de"),
            _preset("yandex", "Yandex", "smtp.yandex.com", "imap.yandex.com", help_url="https://id.yandex.com/security"),
        )
    }
)  # fmt: skip
"""The hosts by a stable word."""

_DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        domain: name
        for name, domains in {
            "gmail": "gmail.com googlemail.com",
            "outlook": "outlook.com hotmail.com live.com msn.com hotmail.de hotmail.fr hotmail.co.uk outlook.de",
            "yahoo": "yahoo.com yahoo.de yahoo.fr yahoo.co.uk yahoo.it yahoo.es ymail.com rocketmail.com",
            "icloud": "icloud.com me.com mac.com",
            "fastmail": "fastmail.com fastmail.fm",
            "zoho": "zoho.com zohomail.com",
            "zoho_eu": "zoho.eu zohomail.eu",
            "aol": "aol.com aol.de",
            "gmx": "gmx.de gmx.net gmx.at gmx.ch",
            "gmx_com": "gmx.com gmx.us gmx.co.uk",
            "web_de": "web.de",
            "t_online": "t-online.de magenta.de",
            "mailbox_org": "mailbox.org",
            "posteo": "posteo.de posteo.net posteo.org",
            "yandex": "yandex.com yandex.ru ya.ru",
        }.items()
        for domain in domains.split()
    }
)

_EXCHANGES: Mapping[str, str] = MappingProxyType(
    {
        "google.com": "gmail",
        "googlemail.com": "gmail",
        "mail.protection.outlook.com": "microsoft365",
        "olc.protection.outlook.com": "outlook",
        "yahoodns.net": "yahoo",
        "messagingengine.com": "fastmail",
        "zoho.com": "zoho",
        "zoho.eu": "zoho_eu",
        "mailbox.org": "mailbox_org",
        "posteo.de": "posteo",
        "yandex.net": "yandex",
        "icloud.com": "icloud",
    }
)
"""The ends of the names of mail exchangers (MX) that tell whose host a domain uses."""

SAFE_DAILY_CAP = 50
SAFE_HOURLY_CAP = 20
SAFE_GAP = timedelta(seconds=60)
SAFE_COMPANY_CAP = 5
"""Emails a day, an hour, the least time between two, and emails a day to one company that a form proposes."""


def find_preset(address: str) -> Preset | None:
    """The host of an address on one of its own domains; None for any other domain and for what is no address."""
    parsed = parse_address(address)
    if not isinstance(parsed, Address) or parsed.domain not in _DOMAINS:
        return None
    return PRESETS[_DOMAINS[parsed.domain]]


def preset_of_exchange(exchange: str) -> Preset | None:
    """The host that a domain's mail exchanger belongs to, by the end of its name; None for one not known."""
    labels = exchange.lower().rstrip(".").split(".")
    for start in range(len(labels) - 1):
        name = _EXCHANGES.get(".".join(labels[start:]))
        if name is not None:
            return PRESETS[name]
    return None


def host_keeps_sent_copies(smtp_host: str) -> bool:
    """Whether a host is known to put what is sent into Sent by itself; of all others the folder is asked."""
    return any(preset.keeps_sent_copies and preset.smtp.host == smtp_host.lower() for preset in PRESETS.values())
