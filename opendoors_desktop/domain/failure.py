"""What a refusal of a mail server means: the address is bad, the mailbox is full, our sending is at fault, or wait.

Asked in this order: the enhanced status where it says something definite (RFC 3463, RFC 5248 and what the large hosts
add), then the reply code with the phase of the dialogue, helped by the wording where they leave it open (RFC 5321).
An address is called bad only by what speaks of the address; policy, spam, authentication, rate, blocks and full
mailboxes never do, whatever else is said with them.
"""

import re
from enum import StrEnum

from opendoors_desktop.domain.server_wordings import Wording, wordings_of


class SmtpPhase(StrEnum):
    """Where in the dialogue it happened; `dot` begins with the first byte of the message's body."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    QUIT = "quit"


class FailureKind(StrEnum):
    """What is at fault; the word the journal keeps."""

    RECIPIENT_UNKNOWN = "recipient_unknown"  # a bad address: the one kind that is a hard bounce
    RECIPIENT_REFUSED = "recipient_refused"  # for this recipient not, for a reason that says nothing of the address
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    CONTENT = "content"
    TOO_LARGE = "too_large"
    RATE = "rate"
    SESSION_LIMIT = "session_limit"
    BLOCKED = "blocked"
    AUTHENTICATION = "authentication"
    SENDER_REFUSED = "sender_refused"
    GREYLISTED = "greylisted"
    TEMPORARY = "temporary"  # for this recipient, for now
    SERVER = "server"  # the mail host itself can't, for now
    CONNECTION = "connection"  # broke, or never came about, before the message's body
    TLS = "tls"
    PROTOCOL = "protocol"
    UNCERTAIN = "uncertain"  # broke after the body was or may have been handed over


_STATUS = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})")
_OF_THE_RECIPIENT = frozenset({SmtpPhase.RCPT, SmtpPhase.DATA, SmtpPhase.DOT})
_BEFORE_MAIL = frozenset({SmtpPhase.CONNECT, SmtpPhase.EHLO, SmtpPhase.QUIT})

# Subjects and details of RFC 3463 and 5248, and of large hosts, that mean one thing wherever they come.
_BY_STATUS = {
    FailureKind.RECIPIENT_UNKNOWN: "1.0 1.1 1.2 1.3 1.4 1.6 1.10 2.1 4.310",
    FailureKind.RECIPIENT_REFUSED: "6.7 6.9 7.12 7.124 7.129 7.133 7.134 7.135 7.136 7.193",
    FailureKind.SENDER_REFUSED: "1.7 1.8 7.54 7.60 7.64 7.367",
    FailureKind.MAILBOX_FULL: "2.2",
    FailureKind.TEMPORARY: "2.121 2.122",
    FailureKind.TOO_LARGE: "2.3 3.4",
    FailureKind.SERVER: "3.1 3.2 3.5",
    FailureKind.RATE: "1.90 4.5 5.3 7.28",
    FailureKind.CONTENT: "6.0 6.1 6.2 6.3 6.5",
    FailureKind.PROTOCOL: "5.1 5.2 5.4 5.5",
    FailureKind.AUTHENTICATION: "7.8 7.57 7.139",
    FailureKind.TLS: "7.10",
    FailureKind.POLICY: "7.2 7.4 7.5 7.6 7.7 7.20 7.21 7.22 7.23 7.24 7.25 7.26 7.27 7.29 7.30 7.509 7.515",
    FailureKind.BLOCKED: "7.501 7.502 7.503 7.508 7.511 7.705 7.708 7.750",
}
_KIND_OF = {status: kind for kind, statuses in _BY_STATUS.items() for status in statuses.split()}
_BANNED_ADDRESSES = range(606, 650)  # 5.7.606 to 5.7.649: the sending address is banned

# Which wordings are believed where the status leaves it open, the strongest first.
_BY_WORDING = (
    (Wording.POLICY_CHECK, FailureKind.POLICY),
    (Wording.SESSION_LIMIT, FailureKind.SESSION_LIMIT),
    (Wording.TOO_LARGE, FailureKind.TOO_LARGE),
    (Wording.RATE, FailureKind.RATE),
    (Wording.FULL, FailureKind.MAILBOX_FULL),
    (Wording.BLOCKED, FailureKind.BLOCKED),
    (Wording.AUTHENTICATION, FailureKind.AUTHENTICATION),
    (Wording.RELAY, FailureKind.SENDER_REFUSED),
    (Wording.SENDER, FailureKind.SENDER_REFUSED),
    (Wording.CONTENT, FailureKind.CONTENT),
    (Wording.UNKNOWN, FailureKind.RECIPIENT_UNKNOWN),
    (Wording.POLICY, FailureKind.POLICY),
)
_BY_CODE = {
    500: FailureKind.PROTOCOL, 501: FailureKind.PROTOCOL, 502: FailureKind.PROTOCOL, 503: FailureKind.PROTOCOL,
    504: FailureKind.PROTOCOL, 555: FailureKind.PROTOCOL, 551: FailureKind.RECIPIENT_UNKNOWN,
    556: FailureKind.RECIPIENT_UNKNOWN, 552: FailureKind.MAILBOX_FULL, 554: FailureKind.POLICY,
}  # fmt: skip
_AUTHENTICATION_CODES = frozenset({525, 530, 534, 535, 538})  # RFC 4954 and 7372
# What stays as it is though it answers MAIL or the connection; anything else there refuses the sender or the session.
_NOT_OF_THE_SENDER = frozenset({
    FailureKind.TOO_LARGE, FailureKind.RATE, FailureKind.SESSION_LIMIT, FailureKind.BLOCKED,
    FailureKind.AUTHENTICATION, FailureKind.TLS, FailureKind.PROTOCOL, FailureKind.SERVER,
})  # fmt: skip


def classify(phase: SmtpPhase, code: int, enhanced_status: str, text: str) -> FailureKind:
    """What is at fault when a server refuses at `phase`, or a connection breaks there (`code` 0).

    `enhanced_status` ("5.1.1") may be empty. A bounce's Status and Diagnostic-Code are asked with phase rcpt.
    """
    if code == 0:
        broken = {SmtpPhase.DOT: FailureKind.UNCERTAIN, SmtpPhase.STARTTLS: FailureKind.TLS}
        return broken.get(phase, FailureKind.CONNECTION)
    if phase is SmtpPhase.STARTTLS:
        return FailureKind.TLS
    if code < 500:
        return _for_now(phase, code, enhanced_status, text)
    if phase is SmtpPhase.AUTH:
        return FailureKind.AUTHENTICATION
    kind = _for_good(phase, code, enhanced_status, wordings_of(text))
    if phase in _BEFORE_MAIL:
        return kind if kind in _NOT_OF_THE_SENDER else FailureKind.SERVER
    if phase is SmtpPhase.MAIL:
        return kind if kind in _NOT_OF_THE_SENDER else FailureKind.SENDER_REFUSED
    return kind


def _for_now(phase: SmtpPhase, code: int, status: str, text: str) -> FailureKind:
    """A 4xx: whose fault it is decides what waits, the message or the whole mailbox."""
    wordings = wordings_of(text)
    detail = _detail(status)
    said = _KIND_OF.get(detail)
    is_of_the_recipient = phase in _OF_THE_RECIPIENT and code != 421
    if Wording.SESSION_LIMIT in wordings:
        return FailureKind.SESSION_LIMIT
    if is_of_the_recipient and Wording.GREYLISTED in wordings:
        return FailureKind.GREYLISTED
    if is_of_the_recipient and (said is FailureKind.MAILBOX_FULL or (said is None and Wording.FULL in wordings)):
        return FailureKind.MAILBOX_FULL
    if is_of_the_recipient and detail == "2.1":
        return FailureKind.TEMPORARY  # "gets mail too fast", "is away": says it of this recipient alone
    if said is FailureKind.RATE or Wording.RATE in wordings:
        return FailureKind.RATE
    is_of_ours = not wordings.isdisjoint({Wording.BLOCKED, Wording.AUTHENTICATION, Wording.RELAY, Wording.SENDER})
    if not is_of_the_recipient or is_of_ours or detail.startswith("3."):
        return FailureKind.SERVER
    return FailureKind.TEMPORARY


def _for_good(phase: SmtpPhase, code: int, status: str, wordings: frozenset[Wording]) -> FailureKind:
    """A 5xx, taken as if it answered the recipient or the message."""
    if code in _AUTHENTICATION_CODES:
        return FailureKind.TLS if Wording.ENCRYPTION in wordings else FailureKind.AUTHENTICATION
    said = next((kind for wording, kind in _BY_WORDING if wording in wordings), None)
    detail = _detail(status)
    by_status = _KIND_OF.get(detail)
    if by_status is FailureKind.RECIPIENT_UNKNOWN:
        is_told_otherwise = said is not None and (Wording.UNKNOWN not in wordings or Wording.SENDER in wordings)
        return said if said is not None and is_told_otherwise else by_status
    if by_status is not None:
        return by_status
    subject, _, number = detail.partition(".")
    if subject == "7":
        return _for_policy(int(number), said)
    if detail == "4.1" and phase is SmtpPhase.RCPT and said is None and Wording.REFUSAL in wordings:
        return FailureKind.RECIPIENT_UNKNOWN  # how a large host says that its directory doesn't know the recipient
    if said is not None:
        return said
    if phase is SmtpPhase.DOT:
        return FailureKind.TOO_LARGE if code == 552 else FailureKind.POLICY
    return _BY_CODE.get(code, FailureKind.RECIPIENT_REFUSED)


def _for_policy(number: int, said: FailureKind | None) -> FailureKind:
    """A 5.7.x that its number doesn't settle: policy, if the words know nothing better; never a bad address."""
    if number in _BANNED_ADDRESSES:
        return FailureKind.BLOCKED
    if said is None:
        return FailureKind.POLICY
    return FailureKind.RECIPIENT_REFUSED if said is FailureKind.RECIPIENT_UNKNOWN else said


def _detail(status: str) -> str:
    """The status without its class, "1.1" of "5.1.1"; empty for what is none."""
    match = _STATUS.fullmatch(status)
    return match[1] if match is not None else ""
