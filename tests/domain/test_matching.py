"""To which email of ours a mail belongs. T45, T51, T52, T60, fault 32."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.inbound import InboundKind, Reading
from opendoors_desktop.domain.matching import MatchGround, SentEmail, match, wanted_keys

SENT_AT = datetime(2026, 7, 20, 8, tzinfo=UTC)
FIRST = SentEmail(UUID(int=1), "<a.1@example.com>", "", "bob@example.net", "A plan", SENT_AT)
SECOND = SentEmail(
    UUID(int=2), "<a.2@example.com>", "0100018f-77", "bob@example.net", "Re: A plan", SENT_AT + timedelta(days=2)
)
OTHER = SentEmail(UUID(int=3), "<a.3@example.com>", "", "cem@example.net", "Else", SENT_AT + timedelta(days=1))
SENT = [SECOND, FIRST, OTHER]


def reading(kind=InboundKind.MESSAGE, **values):
    given = {
        "kind": kind,
        "subtype": None,
        "bounce": None,
        "recipients": (),
        "return_on": None,
        "message_id": "<in@example.net>",
        "in_reply_to": (),
        "references": (),
        "original_ids": (),
        "sender": "bob@example.net",
        "sender_name": "Bob",
        "subject": "Re: A plan",
        "date": SENT_AT + timedelta(days=3),
        "visible_text": "",
        "evidence": (),
    }
    return Reading(**(given | values))


def found(mail, **more):
    got = match(mail, SENT, **more)
    return None if got is None else (got.email.outgoing_id.int, got.ground)


def test_in_reply_to_goes_before_everything_else_and_any_subject_will_do():
    mail = reading(in_reply_to=("<a.1@Example.com>",), subject="Something new", sender="x@example.org")

    assert found(mail) == (1, MatchGround.ANSWERED)


@pytest.mark.parametrize("answered", ["<0100018f-77@eu-west-1.example.org>", "<0100018f-77>"])
def test_T51_the_id_of_the_250_answer_is_ours_as_well(answered):
    assert found(reading(in_reply_to=(answered,))) == (2, MatchGround.ANSWERED)


def test_T52_references_alone_need_the_subject_of_the_thread():
    thread = ("<a.1@example.com>", "<a.2@example.com>")

    assert found(reading(references=thread, sender="x@example.org")) == (2, MatchGround.THREAD)
    assert found(reading(references=thread, sender="x@example.org", subject="A new matter")) is None


def test_T45_a_report_is_matched_by_the_message_it_brings_back():
    bounce = reading(InboundKind.BOUNCE, original_ids=("<a.3@example.com>",), sender="mailer-daemon@example.net")

    assert found(bounce) == (3, MatchGround.RETURNED)
    assert found(reading(InboundKind.AUTO_REPLY, original_ids=("<a.3@example.com>",))) == (3, MatchGround.RETURNED)


@pytest.mark.parametrize("kind", [InboundKind.BOUNCE, InboundKind.COMPLAINT])
def test_fault_32_a_forged_report_without_an_id_of_ours_matches_nothing(kind):
    forged = reading(
        kind, sender="bob@example.net", in_reply_to=("<a.1@example.com>",), original_ids=("<x@example.net>",)
    )

    assert found(forged) is None
    assert wanted_keys(forged).addresses == ()


def test_a_new_mail_of_the_contact_belongs_to_the_last_email_before_it():
    assert found(reading(subject="Hello", sender="BOB@Example.net")) == (2, MatchGround.ADDRESS)
    assert found(reading(subject="Hello", date=SENT_AT + timedelta(hours=1))) == (1, MatchGround.ADDRESS)
    assert found(reading(subject="Hello", date=None)) == (2, MatchGround.ADDRESS)
    assert found(reading(date=SENT_AT - timedelta(days=1))) is None


def test_an_opt_out_by_our_mailto_names_its_email_whoever_sent_it():
    mail = reading(InboundKind.UNSUBSCRIBE, subject=f" unsubscribe {FIRST.outgoing_id.hex}", sender="x@example.org")

    assert found(mail) == (1, MatchGround.OPT_OUT)
    assert wanted_keys(mail).outgoing_id == FIRST.outgoing_id
    assert found(reading(InboundKind.UNSUBSCRIBE, subject="unsubscribe", sender="x@example.org")) is None
    assert found(reading(subject=f"unsubscribe {FIRST.outgoing_id.hex}", sender="x@example.org")) is None


def test_an_alias_is_the_contact():
    mail = reading(subject="Hello", sender="robert@example.org")

    assert found(mail, aliases={"robert@example.org": "bob@example.net"}) == (2, MatchGround.ALIAS)
    assert found(mail) is None


def test_a_colleague_is_one_under_the_same_subject():
    assert found(reading(sender="dan@example.net")) == (2, MatchGround.COLLEAGUE)
    assert found(reading(sender="dan@example.net", subject="Hello")) is None
    assert found(reading(sender="dan@example.net", subject="")) is None
    assert found(reading(sender="dan@gmail.com")) is None


def test_a_mail_of_nobody_is_nobodys():
    assert found(reading(sender="")) is None
    assert wanted_keys(reading(sender="")).domain is None


def test_what_is_guessed_is_called_probable():
    guessed = {ground for ground in MatchGround if ground.is_probable}

    assert guessed == {MatchGround.ADDRESS, MatchGround.ALIAS, MatchGround.COLLEAGUE}


def test_the_store_is_asked_for_ids_with_and_without_their_domain():
    keys = wanted_keys(reading(in_reply_to=("<0100@host.example.org>",), references=("<a.1@example.com>",)))

    assert keys.ids == ("0100@host.example.org", "0100", "a.1@example.com", "a.1")
    assert keys.addresses == ("bob@example.net",)
    assert keys.domain == "example.net"
