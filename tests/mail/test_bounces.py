"""The finer points of reading reports: whose words belong to whom, whom a notice means, which message it is about."""

import pytest

from opendoors_desktop.domain.inbound import BounceKind, InboundKind
from opendoors_desktop.mail.classify import classify_mail
from opendoors_desktop.mail.delivery_status import MOST_RECIPIENTS
from opendoors_desktop.mail.notice_addresses import recipients_in
from opendoors_desktop.mail.report_words import (
    above_copy,
    failure_subject,
    failure_words,
    opens_with_failure,
    tells_delay,
)
from tests.mail.inbound_builders import OURS, notice, parts, report


def told(data):
    found = classify_mail(data)
    assert found is not None
    return found


def named(text, own=(), domain=""):
    return [one.address for one in recipients_in(text, frozenset(own), domain)]


def test_words_of_the_notice_help_where_the_status_has_none():
    by_name = told(
        report(
            "<bob@example.net>: 550 User unknown",
            "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.0.0",
        )
    )
    alone = told(
        report("No such user here.", "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.0.0")
    )
    long = told(report("Sorry. " * 300, "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.0.0"))

    assert [one.recipients[0].bounce for one in (by_name, alone, long)] == [
        BounceKind.HARD,
        BounceKind.HARD,
        BounceKind.SOFT,
    ]
    assert by_name.recipients[0].diagnostic == "550 User unknown"


def test_the_address_we_wrote_to_goes_before_where_it_was_led():
    status = """
        Original-Recipient: rfc822;bob+20@example.net
        Final-Recipient: rfc822;robert@example.org
        Action: failed
        Status: 5.1.1
    """

    assert told(report("Undeliverable.", status)).recipients[0].address == "bob+20@example.net"


def test_addresses_in_xtext_and_in_other_systems():
    def address(value):
        found = told(report("Undeliverable.", f"Final-Recipient: {value}\nAction: failed\nStatus: 5.1.1")).recipients
        return found[0].address if found else None

    assert address("rfc822; bob+2Bx@example.net") == "bob+x@example.net"
    assert address("utf-8; j\\x{F6}rg@example.net") == "jörg@example.net"
    assert address("utf-8; j\\x{D800}rg@example.net") == "j\ufffdrg@example.net"
    assert address("<bob@example.net>") == "bob@example.net"
    assert address("x400; /S=bob/C=DE/") is None


def test_fields_that_stand_in_the_wrong_group_are_joined():
    status = "Action: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; bob@example.net"

    [one] = told(report("Undeliverable.", status)).recipients

    assert (one.address, one.bounce, one.status) == ("bob@example.net", BounceKind.HARD, "5.1.1")


def test_a_flood_of_recipients_is_cut():
    status = "\n\n".join(
        f"Final-Recipient: rfc822; u{n}@example.net\nAction: failed" for n in range(MOST_RECIPIENTS * 2)
    )

    assert len(told(report("Undeliverable.", status)).recipients) == MOST_RECIPIENTS


@pytest.mark.parametrize(
    "text, addresses",
    [
        (
            "Your message could not be delivered to bob@example.net. For help contact desk@example.net.",
            ["bob@example.net"],
        ),
        ("Unknown user: bob@example.net\nUnknown user: cem@example.net", ["bob@example.net", "cem@example.net"]),
        ("   bob@example.net\n      (expanded from: <all@example.net>)\n", ["all@example.net"]),
        ("bob@example.net: full\nbob@example.net: full", ["bob@example.net"]),
        ("Nothing at all", []),
        ("Please write to desk@example.net", []),
        ("The box of bob@example.net moved.", ["bob@example.net"]),
        ("ann@example.com wrote to bob@example.net: user unknown", ["bob@example.net"]),
        ("See <20260720.1234567890123456789012345@mx.example.net>", []),
        (
            "Your message\n\n  To: team@example.net\n  Subject: x\n\ndid not reach:\n\nbob@example.net",
            ["bob@example.net"],
        ),
        ("http://example.net/?u=bob@example.net", []),
        ("the recipients\n<bob@10.0.0.1>\n@@@ a@ @b", []),
    ],
)
def test_whom_a_notice_means(text, addresses):
    assert named(text, own=("ann@example.com",)) == addresses


def test_a_bare_name_is_completed_with_the_hosts_domain():
    text = "Your mail to the following recipients could not be delivered:\n\tscreenname\n\nBye"

    assert named(text, domain="example.net") == ["screenname@example.net"]
    assert named(text) == []
    assert named("Your mail was lost.\nscreenname", domain="example.net") == []


def test_a_flood_of_addresses_is_cut():
    assert len(named("\n".join(f"u{n}@example.net: unknown" for n in range(5000)))) <= 1000


def test_which_message_a_notice_in_words_is_about():
    words = "The message could not be delivered to <bob@example.net>: user unknown"
    copied = f"{words}\n\n--- Original message ---\n\nSubject: A plan\nMessage-ID: "

    assert told(notice(f"{copied}{OURS}")).original_ids == (OURS,)
    assert told(notice(f"{copied}\n {OURS}")).original_ids == (OURS,)
    assert told(notice("bob@example.net: user unknown", X_Original_Message_ID=OURS)).original_ids == (OURS,)
    assert told(notice("bob@example.net: user unknown", In_Reply_To=OURS)).original_ids == (OURS,)


def test_a_report_without_a_readable_status_is_read_by_its_words():
    content_type, body = parts(
        ("text/plain", "Your message to bob@example.net could not be delivered: user unknown"),
        ("message/delivery-status", "Reporting-MTA: dns; mx.example.net"),
    )

    found = told(notice(body, "Hello", content_type=content_type, Return_Path="<x@example.net>", From="x@example.net"))

    assert (found.kind, found.bounce, found.recipients[0].address) == (
        InboundKind.BOUNCE,
        BounceKind.HARD,
        "bob@example.net",
    )


def test_a_notice_that_names_nobody_still_is_a_bounce():
    assert told(notice("Your message could not be delivered. There is no such user.")).bounce is BounceKind.HARD
    assert (
        told(notice("Your message has not yet been delivered, we will try again.", "Warning: delayed")).bounce
        is BounceKind.DELAY
    )


def test_a_mail_system_that_speaks_of_something_else_is_no_bounce():
    assert (
        told(notice("Your quarterly report is ready.", "Report", Return_Path="<x@example.net>")).kind
        is InboundKind.MESSAGE
    )


def test_a_system_without_a_name_must_show_whom_it_means():
    fields = {"Return_Path": "<gate@example.net>", "From": "gate@example.net"}
    shown = notice(
        "The following mail could not be delivered to bob@example.net.", "Mail could not be delivered", **fields
    )
    hidden = notice("Some mail could not be delivered to the recipient.", "Mail could not be delivered", **fields)

    assert told(shown).kind is InboundKind.BOUNCE
    assert told(hidden).kind is InboundKind.MESSAGE


def test_a_notice_ends_where_the_copy_begins():
    assert above_copy("Failed.\n--- Below this line is a copy of the message.\nHello") == "Failed.\n"
    assert above_copy("Failed.\nReceived: from x\n") == "Failed.\n"
    assert above_copy("Original message follows.\n\nFailed.") == "Original message follows.\n\nFailed."
    assert (
        above_copy("The original message was received at noon.\nFailed.")
        == "The original message was received at noon.\nFailed."
    )


def test_the_words_of_reports():
    assert failure_subject("[SPAM] Undeliverable: x") == "undeliverable"
    assert failure_subject("Re: Undeliverable: x") == ""
    assert failure_words("Die Nachricht wurde nicht zugestellt") == "nicht zugestellt"
    assert opens_with_failure("Your message to Bob could not be delivered")
    assert not opens_with_failure("Viruses and bounced mail")
    assert not opens_with_failure("Hello")
    assert tells_delay("It will be retried for 5 days")
    assert not tells_delay("It was retried; we gave up, a permanent error")
