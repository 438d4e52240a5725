"""Where mail is handed over or read: a host, its port, how the line is made safe, and who signs in."""

from dataclasses import dataclass
from enum import StrEnum


class Security(StrEnum):
    """How the line to a mail host is encrypted; `NONE` is for hosts on this machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class AuthMethod(StrEnum):
    """How a mailbox signs in; what it signs in with lies in the system's keyring."""

    PASSWORD = "password"  # noqa: S105  # a word, no password
    OAUTH = "oauth"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailHost:
    """One end of a mailbox's mail: SMTP or IMAP; `username` is empty where nobody signs in."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str = ""
