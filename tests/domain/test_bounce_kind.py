"""Hard, soft and delay."""

import pytest

from opendoors_desktop.domain.bounce_kind import bounce_kind, status_in
from opendoors_desktop.domain.inbound import BounceKind, FailedRecipient, worst_bounce

HARD = [
    ("5.1.1", "550 5.1.1 User unknown"),
    ("5.1.1", ""),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
    ("5.0.0", "550 No such user"),
    ("5.0.0", "554 delivery error: This account has been disabled or discontinued"),
    ("", "550 5.1.1 unknown"),
    ("", "The recipient name is not recognized. Unknown recipient"),
    ("5.7.1", "550 5.7.1 No such user here"),
    ("5.7.1", "550 5.7.1 No mailbox found"),
    ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled"),
    ("5.4.4", "Host or domain name not found. Name service error: Host not found"),
    ("5.0.0", "550 BAD_RECIPIENT"),
    ("5.0.0", '550 "bob@example.net" is not a known user'),
    ("5.0.0", "554 Rcpt <bob@example.net> does not exist"),
    ("5.1.1", "421 connection dropped"),
]
SOFT = [
    ("5.2.2", "552 over quota"),
    ("5.0.0", "550 Mailbox full"),
    ("5.7.1", "550 5.7.1 rejected as spam"),
    ("5.7.1", "550 5.7.1 Your email breaches local URIBL policy."),
    ("5.7.26", "550 5.7.26 unauthenticated"),
    ("5.3.4", "552 message size exceeds fixed limit"),
    ("4.4.1", "connection timed out"),
    ("4.7.1", "451 4.7.1 greylisted, no such user yet"),
    ("5.0.0", "550 blocked using spamhaus: user unknown"),
    ("", ""),
    ("", "quota exceeded"),
    ("5.3.0", "something went wrong"),
]


@pytest.mark.parametrize("status, words", HARD)
def test_only_what_speaks_of_the_address_is_hard(status, words):
    assert bounce_kind(status, words) is BounceKind.HARD


@pytest.mark.parametrize("status, words", SOFT)
def test_everything_else_is_soft(status, words):
    assert bounce_kind(status, words) is BounceKind.SOFT


def test_what_is_still_tried_is_a_delay_whatever_it_says():
    assert bounce_kind("5.1.1", "550 no such user", is_delayed=True) is BounceKind.DELAY


def test_a_definite_status_goes_before_a_vague_one():
    assert status_in("smtp; 550 5.0.0 then 550-5.1.1 no") == "5.1.1"
    assert status_in("said 5.0.0") == "5.0.0"
    assert status_in("from 10.5.1.1 at 5.1.1.7") == ""


def test_the_worst_names_the_whole():
    def one(kind):
        return FailedRecipient("bob@example.net", "", kind, "")

    assert worst_bounce((one(BounceKind.DELAY), one(BounceKind.SOFT))) is BounceKind.SOFT
    assert worst_bounce((one(BounceKind.DELAY), one(BounceKind.HARD))) is BounceKind.HARD
    assert worst_bounce(()) is BounceKind.SOFT
