"""What servers really answer, each in the words of its kind: the class must be right, and no address wrongly bad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.failure import FailureKind, SmtpPhase, classify
from opendoors_desktop.domain.server_wordings import Wording, wordings_of

UNKNOWN = FailureKind.RECIPIENT_UNKNOWN
REFUSED = FailureKind.RECIPIENT_REFUSED
FULL = FailureKind.MAILBOX_FULL
POLICY = FailureKind.POLICY
CONTENT = FailureKind.CONTENT
LARGE = FailureKind.TOO_LARGE
RATE = FailureKind.RATE
SESSION = FailureKind.SESSION_LIMIT
BLOCKED = FailureKind.BLOCKED
AUTH = FailureKind.AUTHENTICATION
SENDER = FailureKind.SENDER_REFUSED
GREY = FailureKind.GREYLISTED
LATER = FailureKind.TEMPORARY
SERVER = FailureKind.SERVER
PROTOCOL = FailureKind.PROTOCOL
TLS = FailureKind.TLS

# phase, code, enhanced status, text, what it is
ANSWERS = [
    # the address is bad
    ("rcpt", 550, "5.1.1", "<ann@example.com>: Recipient address rejected: User unknown in a table", UNKNOWN),
    ("rcpt", 550, "5.1.1", "The email account that you tried to reach does not exist. - gsmtp", UNKNOWN),
    ("rcpt", 550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", UNKNOWN),
    ("rcpt", 550, "5.1.1", "", UNKNOWN),
    ("rcpt", 550, "5.1.0", "Address unknown", UNKNOWN),
    ("rcpt", 550, "5.1.2", "Host unknown (Name server: example.com.: host not found)", UNKNOWN),
    ("rcpt", 553, "5.1.3", "The recipient address is not a valid address", UNKNOWN),
    ("rcpt", 551, "5.1.6", "Ann has moved, try another address", UNKNOWN),
    ("rcpt", 556, "5.1.10", "Domain has a null MX", UNKNOWN),
    ("rcpt", 550, "5.2.1", "The email account that you tried to reach is disabled. - gsmtp", UNKNOWN),
    ("rcpt", 550, "5.4.1", "Recipient address rejected: Access denied. [host.outlook.example.com]", UNKNOWN),
    ("rcpt", 550, "5.4.4", "Unable to route: the domain does not exist", UNKNOWN),
    ("rcpt", 550, "", "No Such User Here", UNKNOWN),
    ("rcpt", 550, "", "Unrouteable address", UNKNOWN),
    ("rcpt", 550, "5.5.0", "Requested action not taken: mailbox unavailable", UNKNOWN),
    ("rcpt", 554, "", "delivery error: dd This user doesn't have a mailbox here account [-5]", UNKNOWN),
    ("rcpt", 550, "", "Empfaenger unbekannt / mailbox not found", UNKNOWN),
    ("rcpt", 550, "", "Usuário não encontrado: destinatário desconhecido", UNKNOWN),
    ("rcpt", 550, "", "Нет такого пользователя", UNKNOWN),
    ("rcpt", 551, "", "not here", UNKNOWN),
    ("dot", 550, "5.1.1", "User unknown", UNKNOWN),
    ("rcpt", 550, "5.1.1", "<spam@example.com> User unknown", UNKNOWN),
    ("rcpt", 550, "5.1.1", "No such user here; this host is protected by a spam filter", UNKNOWN),
    # not for this recipient
    ("rcpt", 550, "", "rejected", REFUSED),
    ("rcpt", 550, "", "", REFUSED),
    ("rcpt", 550, "5.7.1", "Unknown user", REFUSED),
    ("rcpt", 550, "5.7.133", "Sender not authenticated for group; authentication required", REFUSED),
    ("rcpt", 550, "5.7.12", "Access denied, sender not authenticated by the organization", REFUSED),
    # full
    ("rcpt", 552, "5.2.2", "The email account that you tried to reach is over quota", FULL),
    ("rcpt", 452, "4.2.2", "The recipient's inbox is out of storage space", FULL),
    ("rcpt", 550, "", "Mailbox full", FULL),
    ("rcpt", 552, "", "Requested mail action aborted: exceeded storage allocation", FULL),
    ("rcpt", 554, "", "Das Postfach ist voll", FULL),
    ("rcpt", 550, "5.1.1", "Mailbox is over quota", FULL),
    ("rcpt", 552, "", "no", FULL),
    ("rcpt", 450, "", "mailbox is full, try later", FULL),
    # policy
    ("dot", 550, "5.7.26", "Unauthenticated email is not accepted due to the domain's DMARC policy", POLICY),
    ("dot", 550, "5.7.1", "SPF check failed, authentication required", POLICY),
    ("rcpt", 550, "5.7.1", "The message was refused by the organization's rules", POLICY),
    ("rcpt", 554, "5.7.9", "Message not accepted for policy reasons", POLICY),
    ("rcpt", 550, "5.7.1", "RESOLVER.RST.NotAuthorized; not authorized", POLICY),
    ("rcpt", 550, "5.1.1", "Rejected because of our policy", POLICY),
    ("rcpt", 550, "", "Administrative prohibition", POLICY),
    ("rcpt", 554, "", "no", POLICY),
    ("dot", 550, "", "no", POLICY),
    ("dot", 550, "", "Client has no PTR record", POLICY),
    ("rcpt", 550, "5.7.25", "The sending address has no name", POLICY),
    # content
    ("dot", 554, "5.7.1", "spam content", CONTENT),
    ("dot", 550, "5.7.1", "Our system has detected that this message is likely unsolicited mail. - gsmtp", CONTENT),
    ("dot", 552, "5.7.0", "The attachment is not allowed: it may hold malware", CONTENT),
    ("dot", 554, "", "Message rejected as spam by content scanning", CONTENT),
    ("dot", 550, "", "Virus found in your message", CONTENT),
    ("dot", 554, "5.6.0", "Message content could not be read", CONTENT),
    ("dot", 550, "", "Nachricht wurde als unerwünschte Werbung eingestuft", CONTENT),
    ("rcpt", 550, "5.1.1", "looks like bulk mail, rejected as spam", CONTENT),
    # too large
    ("mail", 552, "5.3.4", "Message size exceeds fixed limit", LARGE),
    ("dot", 552, "", "no", LARGE),
    ("dot", 554, "", "Nachricht ist zu groß", LARGE),
    ("dot", 550, "5.2.3", "more than the recipient takes", LARGE),
    # rate
    ("rcpt", 450, "4.7.1", "Error: too many recipients from your account, rate limit", RATE),
    ("dot", 550, "5.4.5", "Daily user sending limit exceeded. - gsmtp", RATE),
    ("rcpt", 550, "5.1.90", "Your message can't be sent because you've reached your daily limit", RATE),
    ("mail", 421, "4.7.28", "Our system has detected an unusual rate of mail from your address", RATE),
    ("connect", 421, "4.7.0", "[TSS04] Messages deferred due to unexpected volume or complaints", RATE),
    ("rcpt", 550, "", "Domain example.com has exceeded the max emails per hour (100/100) allowed.", RATE),
    ("rcpt", 452, "4.5.3", "Recipients belong to too many domains", RATE),
    ("rcpt", 550, "", "Limite d'envoi dépassée pour ce compte", RATE),
    ("connect", 421, "", "Too many concurrent SMTP connections; please try again later", RATE),
    ("mail", 451, "", "Mails per session limit exceeded", SESSION),
    ("mail", 421, "", "Max message per connection reached, closing transmission channel", SESSION),
    ("rcpt", 550, "", "Too many messages in this session", SESSION),
    # blocked
    ("rcpt", 554, "5.7.1", "Service unavailable; Client host [192.0.2.1] blocked using a list at spamhaus", BLOCKED),
    ("connect", 550, "5.7.1", "Mail from [192.0.2.1] refused: your network is on a block list (S3150)", BLOCKED),
    ("rcpt", 550, "5.7.606", "Access denied, banned sending IP [192.0.2.1]", BLOCKED),
    ("rcpt", 550, "5.7.649", "no", BLOCKED),
    ("dot", 550, "5.7.708", "Access denied, traffic not accepted from this IP", BLOCKED),
    ("dot", 554, "5.2.0", "Submission exception: OutboundSpam; the account is suspended for a while", BLOCKED),
    ("rcpt", 554, "", "Ваш IP 192.0.2.1 заблокирован", BLOCKED),
    ("mail", 550, "", "Your account has been suspended for abuse", BLOCKED),
    # authentication
    ("auth", 535, "5.7.8", "Username and Password not accepted. - gsmtp", AUTH),
    ("auth", 535, "5.7.139", "Authentication unsuccessful, basic authentication is disabled.", AUTH),
    ("auth", 534, "5.7.9", "Application-specific password required", AUTH),
    ("auth", 502, "", "Command not implemented", AUTH),
    ("mail", 530, "5.7.0", "Authentication Required", AUTH),
    ("mail", 530, "5.7.57", "Client was not authenticated to send mail", AUTH),
    ("rcpt", 550, "5.7.1", "You must log in before you send", AUTH),
    ("rcpt", 550, "", "SMTP-Authentifizierung erforderlich", AUTH),
    ("rcpt", 550, "5.1.0", "Authentication required", AUTH),
    ("mail", 530, "5.7.0", "Must issue a STARTTLS command first", TLS),
    ("starttls", 454, "4.7.0", "TLS not available", TLS),
    # the sender or the submission itself
    ("mail", 554, "5.7.1", "refused", SENDER),
    ("mail", 550, "5.1.1", "User unknown", SENDER),
    ("mail", 553, "", "bad address", SENDER),
    ("rcpt", 553, "5.7.1", "<me@example.org>: Sender address rejected: not owned by user me", SENDER),
    ("dot", 554, "5.2.252", "SendAsDenied; me@example.org not allowed to send as you@example.org", SENDER),
    ("rcpt", 554, "5.7.1", "<ann@example.com>: Relay access denied", SENDER),
    ("rcpt", 550, "5.7.54", "Unable to relay recipient in non-accepted domain", SENDER),
    ("rcpt", 550, "5.1.8", "Access denied, bad outbound sender", SENDER),
    # for now
    ("rcpt", 451, "4.7.1", "Greylisted, please try again in 300 seconds", GREY),
    ("rcpt", 450, "4.2.0", "<ann@example.com>: Recipient address rejected: Greylisting in action", GREY),
    ("rcpt", 450, "4.2.1", "The user you are trying to contact is receiving mail too quickly", LATER),
    ("rcpt", 450, "", "Requested action not taken", LATER),
    ("rcpt", 450, "4.1.1", "unverified address: Address verification in progress", LATER),
    ("dot", 451, "", "Local error in processing", LATER),
    ("rcpt", 550, "5.2.121", "Recipient's per hour message receive limit exceeded", LATER),
    ("rcpt", 421, "", "Service not available, closing transmission channel", SERVER),
    ("dot", 421, "4.3.0", "Temporary System Problem. Try again later", SERVER),
    ("rcpt", 452, "4.3.1", "Insufficient system storage", SERVER),
    ("rcpt", 451, "4.7.1", "Client host rejected: your IP is listed somewhere", SERVER),
    ("mail", 450, "4.1.8", "Sender's domain not found", SERVER),
    ("auth", 454, "4.7.0", "Temporary authentication failure", SERVER),
    ("connect", 554, "", "No SMTP service here", SERVER),
    ("ehlo", 550, "", "no such user", SERVER),
    ("quit", 550, "", "why leave?", SERVER),
    ("rcpt", 503, "5.5.1", "Bad sequence of commands", PROTOCOL),
    ("ehlo", 502, "", "Unrecognized", PROTOCOL),
    ("mail", 555, "", "parameters not recognized", PROTOCOL),
]  # fmt: skip


@pytest.mark.parametrize("phase, code, status, text, kind", ANSWERS)
def test_fault_09_an_answer_is_understood(phase: str, code: int, status: str, text: str, kind: FailureKind) -> None:
    assert classify(SmtpPhase(phase), code, status, text) is kind


def test_fault_09_has_answers_of_every_kind() -> None:
    kinds = {kind for *_, kind in ANSWERS}
    assert set(FailureKind) - kinds == {FailureKind.CONNECTION, FailureKind.UNCERTAIN}
    assert len(ANSWERS) >= 100


@pytest.mark.parametrize(
    "phase, kind",
    [
        ("dot", FailureKind.UNCERTAIN),
        ("data", FailureKind.CONNECTION),
        ("rcpt", FailureKind.CONNECTION),
        ("mail", FailureKind.CONNECTION),
        ("auth", FailureKind.CONNECTION),
        ("starttls", FailureKind.TLS),
        ("connect", FailureKind.CONNECTION),
    ],
)
def test_fault_04_a_broken_connection_is_uncertain_from_the_body_on_and_harmless_before(phase, kind) -> None:
    assert classify(SmtpPhase(phase), 0, "", "the server closed the connection") is kind


def test_T49_a_bounce_is_what_speaks_of_the_address_and_policy_is_not() -> None:
    assert classify(SmtpPhase.RCPT, 550, "5.1.1", "unknown") is UNKNOWN
    for detail in range(1, 800):
        assert classify(SmtpPhase.RCPT, 550, f"5.7.{detail}", "user unknown") is not UNKNOWN


@given(
    st.sampled_from(SmtpPhase),
    st.integers(400, 599),
    st.sampled_from(["", "5.1.1", "5.7.1", "5.2.2", "4.2.2", "5.0.0", "x"])
    | st.from_regex(r"[45]\.\d\.\d{1,3}", fullmatch=True),
    st.lists(st.sampled_from([text for *_, text, _ in ANSWERS]), max_size=3).map(" ".join),
)
def test_no_address_is_bad_for_policy_spam_authentication_rate_block_or_a_full_mailbox(
    phase: SmtpPhase, code: int, status: str, text: str
) -> None:
    if classify(phase, code, status, text) is UNKNOWN:
        assert code >= 500
        assert phase in {SmtpPhase.RCPT, SmtpPhase.DATA, SmtpPhase.DOT}
        assert not status.endswith((".2.2", ".7.1"))
        others = {Wording.RATE, Wording.FULL, Wording.BLOCKED, Wording.CONTENT, Wording.AUTHENTICATION, Wording.POLICY}
        wordings = wordings_of(text)
        assert Wording.UNKNOWN in wordings or wordings.isdisjoint(others) or code in {551, 556}


@given(st.sampled_from(SmtpPhase), st.integers(0, 999), st.text(max_size=8), st.text(max_size=60))
def test_any_answer_is_of_some_kind(phase: SmtpPhase, code: int, status: str, text: str) -> None:
    assert classify(phase, code, status, text) in FailureKind
