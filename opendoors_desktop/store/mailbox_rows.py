"""A mailbox as a value, and as a row of the table `email_accounts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits, MailboxStatus, Ramp
from opendoors_desktop.store.types import as_day, as_tags, as_uuid, maybe_day, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as it stands in the store.

    `status_reason` is a stable word (`domain.mailbox.PauseReason`, or `person`), `status_detail` the server's words.
    Until `held_until` nothing is tried, after `held_attempts` faults of the host in a row. `policy_streak` counts
    refusals for policy or content in a row. `reading_error` is what keeps it from being read (None: nothing), since
    `reading_error_since`. `retired_at` is set once it was removed.
    """

    id: UUID
    customer_id: UUID
    workspace_id: UUID
    user_id: UUID
    address: str
    smtp: MailHost
    limits: MailboxLimits
    imap: MailHost | None = None
    from_name: str = ""
    reply_to: str | None = None
    signature_html: str = ""
    signature_text: str = ""
    color: str | None = None
    provider: str | None = None
    auth: AuthMethod = AuthMethod.PASSWORD
    oauth_provider: str | None = None
    sent_folder: str | None = None
    keeps_sent_copies: bool = True
    sends_while_imap_is_away: bool = False
    days_off: frozenset[date] = frozenset()
    connections: int = 2
    status: MailboxStatus = MailboxStatus.ACTIVE
    status_reason: str | None = None
    status_detail: str | None = None
    status_since: datetime | None = None
    held_until: datetime | None = None
    held_attempts: int = 0
    policy_streak: int = 0
    last_read_at: datetime | None = None
    reading_error: str | None = None
    retired_at: datetime | None = None
    reading_error_since: datetime | None = None

    @property
    def secret_name(self) -> str:
        """The name under which the keyring holds this mailbox's password or token."""
        return secret_name(self.id)

    @property
    def can_send(self) -> bool:
        """Whether it sends at all now, caps and windows aside."""
        return self.status is MailboxStatus.ACTIVE and self.retired_at is None

    @property
    def waits_for_reading(self) -> bool:
        """Whether its emails wait because nobody can tell who has answered."""
        return self.imap is not None and self.reading_error is not None and not self.sends_while_imap_is_away


def secret_name(mailbox_id: UUID) -> str:
    """The name under which the keyring holds a mailbox's password or token."""
    return f"mailbox:{mailbox_id}"


SETTINGS: Final = (
    "address", "address_key", "smtp_host", "smtp_port", "smtp_security", "smtp_username", "imap_host", "imap_port",
    "imap_security", "imap_username", "imap_sent_folder", "from_name", "reply_to", "signature_html", "signature_text",
    "color", "provider", "auth_method", "oauth_provider", "keeps_sent_copies", "sends_while_imap_is_away", "days_off",
    "connections", "daily_cap", "hourly_cap", "gap_seconds", "company_daily_cap", "ramp_starts_on", "ramp_first_cap",
    "ramp_step_per_day", "zone",
)  # fmt: skip
STATE: Final = (
    "id", "customer_id", "workspace_id", "user_id", "status", "status_reason", "status_detail", "status_since",
    "held_until", "held_attempts", "policy_streak", "last_read_at", "reading_error", "retired_at",
    "reading_error_since",
)  # fmt: skip


def values_of(unit: Unit, mailbox: Mailbox) -> dict[str, object]:
    """A mailbox as parameters, one for each of `SETTINGS`."""
    smtp, imap, limits = mailbox.smtp, mailbox.imap, mailbox.limits
    return {
        "address": mailbox.address,
        "address_key": address_key(mailbox.address),
        "smtp_host": smtp.host,
        "smtp_port": smtp.port,
        "smtp_security": smtp.security.value,
        "smtp_username": smtp.username or None,
        "imap_host": None if imap is None else imap.host,
        "imap_port": None if imap is None else imap.port,
        "imap_security": None if imap is None else imap.security.value,
        "imap_username": None if imap is None else imap.username or None,
        "imap_sent_folder": mailbox.sent_folder,
        "from_name": mailbox.from_name,
        "reply_to": mailbox.reply_to,
        "signature_html": mailbox.signature_html,
        "signature_text": mailbox.signature_text,
        "color": mailbox.color,
        "provider": mailbox.provider,
        "auth_method": mailbox.auth.value,
        "oauth_provider": mailbox.oauth_provider,
        "keeps_sent_copies": mailbox.keeps_sent_copies,
        "sends_while_imap_is_away": mailbox.sends_while_imap_is_away,
        "days_off": unit.listing([day.isoformat() for day in sorted(mailbox.days_off)]),
        "connections": mailbox.connections,
        "daily_cap": limits.daily_cap,
        "hourly_cap": limits.hourly_cap,
        "gap_seconds": limits.gap // timedelta(seconds=1),
        "company_daily_cap": limits.company_cap,
        "ramp_starts_on": None if limits.ramp is None else limits.ramp.starts_on,
        "ramp_first_cap": None if limits.ramp is None else limits.ramp.first_cap,
        "ramp_step_per_day": None if limits.ramp is None else limits.ramp.step_per_day,
        "zone": limits.zone.key,
    }


def as_mailbox(row: Row) -> Mailbox:
    """The mailbox of a row that holds `STATE` and `SETTINGS` in their order."""
    own, rest = row[: len(STATE)], row[len(STATE) :]
    return Mailbox(
        id=as_uuid(own[0]),
        customer_id=as_uuid(own[1]),
        workspace_id=as_uuid(own[2]),
        user_id=as_uuid(own[3]),
        status=MailboxStatus(own[4]),
        status_reason=own[5],
        status_detail=own[6],
        status_since=maybe_instant(own[7]),
        held_until=maybe_instant(own[8]),
        held_attempts=int(own[9]),
        policy_streak=int(own[10]),
        last_read_at=maybe_instant(own[11]),
        reading_error=own[12],
        retired_at=maybe_instant(own[13]),
        reading_error_since=maybe_instant(own[14]),
        address=rest[0],
        smtp=_host(rest[2:6]),
        imap=None if rest[6] is None else _host(rest[6:10]),
        sent_folder=rest[10],
        from_name=rest[11],
        reply_to=rest[12],
        signature_html=rest[13],
        signature_text=rest[14],
        color=rest[15],
        provider=rest[16],
        auth=AuthMethod(rest[17]),
        oauth_provider=rest[18],
        keeps_sent_copies=bool(rest[19]),
        sends_while_imap_is_away=bool(rest[20]),
        days_off=frozenset(as_day(day) for day in as_tags(rest[21])),
        connections=int(rest[22]),
        limits=_limits(as_uuid(own[0]), rest[23:31]),
    )


def _host(columns: Sequence[object]) -> MailHost:
    host, port, security, username = columns
    return MailHost(str(host), int(str(port)), Security(str(security)), str(username or ""))


def _limits(mailbox_id: UUID, columns: Row) -> MailboxLimits:
    daily_cap, hourly_cap, gap_seconds, company_cap, starts_on, first_cap, step_per_day, zone = columns
    first_day = maybe_day(starts_on)
    return MailboxLimits(
        mailbox_id=mailbox_id,
        zone=ZoneInfo(zone),
        daily_cap=daily_cap,
        hourly_cap=hourly_cap,
        gap=timedelta(seconds=gap_seconds),
        ramp=None if first_day is None else Ramp(first_day, first_cap or 0, step_per_day or 0),
        company_cap=company_cap,
    )
