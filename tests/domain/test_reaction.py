"""What each kind of mail does, and above all what it doesn't."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.inbound import BounceKind, FailedRecipient, InboundKind, Reading
from opendoors_desktop.domain.matching import Match, MatchGround, SentEmail
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket, Reaction, react, react_as
from opendoors_desktop.domain.suppression import SuppressionReason

TODAY = date(2026, 3, 2)
SENT = SentEmail(UUID(int=1), "<a@x>", "", "Ann@Example.org", "Hello", datetime(2026, 3, 1, tzinfo=UTC))


def reading(kind: InboundKind, subtype: str | None = None, **more: Any) -> Reading:
    given: dict[str, Any] = {
        "bounce": None, "recipients": (), "return_on": None, "message_id": "<m@y>", "in_reply_to": (),
        "references": (), "original_ids": (), "sender": "ann@example.org", "sender_name": "Ann", "subject": "Re: Hello",
        "date": None, "visible_text": "", "evidence": (),
    }  # fmt: skip
    return Reading(kind=kind, subtype=subtype, **(given | more))


def reaction(
    kind: InboundKind, subtype: str | None = None, ground: str | None = "answered", **more: Any
) -> Reaction | None:
    match = None if ground is None else Match(SENT, MatchGround(ground))
    return react(reading(kind, subtype, **more), match, TODAY)


def bounce(kind: BounceKind, address: str = "ann@example.org", **more: Any) -> Reaction | None:
    failed = (FailedRecipient(address, "5.1.1", kind, "No such user"),) if address else ()
    return reaction(InboundKind.BOUNCE, ground="returned", bounce=kind, recipients=failed, **more)


def test_an_answer_is_a_reply_whatever_it_rests_on_but_a_colleagues():
    for ground in ("answered", "returned", "thread", "address", "alias"):
        found = reaction(InboundKind.MESSAGE, "interested", ground)
        assert found == Reaction(Bucket.REPLY, ActivityKind.REPLIED, is_reply=True)


def test_a_colleagues_answer_holds_the_next_email_and_stops_nothing():
    found = reaction(InboundKind.MESSAGE, "interested", "colleague")
    assert found is not None
    assert (found.is_reply, found.hold, found.needs_review) == (False, HoldReason.COLLEAGUE_REPLIED, True)


def test_ordinary_mail_is_nobodys():
    assert reaction(InboundKind.MESSAGE, "question", None) is None
    assert reaction(InboundKind.AUTO_REPLY, "out_of_office", None) is None


@pytest.mark.parametrize("subtype", ["challenge_response", "receipt", "left_company"])
def test_T54_a_machines_answer_changes_nothing(subtype):
    found = reaction(InboundKind.AUTO_REPLY, subtype)
    assert found is not None
    assert (found.bucket, found.activity) == (Bucket.AUTO_REPLY, ActivityKind.AUTO_REPLIED)
    assert (found.is_reply, found.is_away, found.suppressed, found.hold) == (False, False, "", None)
    assert found.needs_review is (subtype == "left_company")


@pytest.mark.parametrize(
    "named,is_away",
    [(date(2026, 3, 16), True), (None, True), (date(2026, 2, 20), False), (date(2028, 1, 1), False)],
)
def test_an_absence_puts_off_to_the_day_that_is_named_within_reason(named, is_away):
    found = reaction(InboundKind.AUTO_REPLY, "out_of_office", return_on=named)
    assert found is not None
    assert (found.is_away, found.needs_review) == (is_away, not is_away)
    assert found.returns_on == (named if is_away else None)
    assert not found.is_reply


def test_a_colleagues_absence_puts_off_nothing():
    found = reaction(InboundKind.AUTO_REPLY, "out_of_office", "colleague", return_on=date(2026, 3, 16))
    assert found is not None
    assert not found.is_away


def test_who_asks_to_be_left_alone_is_left_alone_with_or_without_a_match():
    matched = reaction(InboundKind.UNSUBSCRIBE, "unsubscribe", sender="ann.private@example.net")
    stranger = reaction(InboundKind.UNSUBSCRIBE, "unsubscribe", None, sender="Someone@Example.NET")
    colleague = reaction(InboundKind.UNSUBSCRIBE, "unsubscribe", "colleague", sender="bob@example.org")
    assert [found and (found.suppressed, found.reason) for found in (matched, stranger, colleague)] == [
        ("ann@example.org", SuppressionReason.UNSUBSCRIBED),
        ("someone@example.net", SuppressionReason.UNSUBSCRIBED),
        ("bob@example.org", SuppressionReason.UNSUBSCRIBED),
    ]


def test_a_complaint_is_the_contacts_own_opt_out():
    found = reaction(InboundKind.COMPLAINT, ground="returned", sender="fbl@host.example")
    assert found is not None
    assert (found.bucket, found.suppressed, found.reason) == (
        Bucket.COMPLAINT, "ann@example.org", SuppressionReason.COMPLAINT
    )  # fmt: skip


@pytest.mark.parametrize("kind", [InboundKind.BOUNCE, InboundKind.COMPLAINT])
def test_fault_32_a_report_without_an_id_of_ours_is_shown_and_does_nothing(kind):
    failed = (FailedRecipient("ann@example.org", "5.1.1", BounceKind.HARD, "gone"),)
    found = reaction(kind, None, None, bounce=BounceKind.HARD, recipients=failed)
    assert found == Reaction(Bucket.UNMATCHED, bounce=BounceKind.HARD, needs_review=True)


def test_a_hard_bounce_suppresses_the_address_and_a_soft_one_or_a_delay_does_not():
    hard, soft, delay = (bounce(kind) for kind in (BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAY))
    told = [found and (found.suppressed, found.reason, found.activity) for found in (hard, soft, delay)]
    assert told == [
        ("ann@example.org", SuppressionReason.HARD_BOUNCE, ActivityKind.BOUNCED),
        ("", None, ActivityKind.BOUNCED),
        ("", None, None),
    ]


def test_an_address_we_never_wrote_to_burns_none_of_ours():
    found = bounce(BounceKind.HARD, "forwarded@elsewhere.example")
    assert found is not None
    assert (found.suppressed, found.bounce, found.needs_review) == ("", BounceKind.SOFT, True)


def test_a_report_that_names_nobody_speaks_of_whom_its_copy_went_to():
    found = bounce(BounceKind.HARD, "")
    assert found is not None
    assert found.suppressed == "ann@example.org"


def test_of_a_strangers_mail_a_person_can_only_say_that_they_want_to_be_left_alone():
    stranger = react_as(Meaning.UNSUBSCRIBE, None, None, "Bob@Example.net")
    assert (stranger.bucket, stranger.suppressed, stranger.reason) == (
        Bucket.UNSUBSCRIBE,
        "bob@example.net",
        SuppressionReason.UNSUBSCRIBED,
    )
    assert react_as(Meaning.INTERESTED, None, None, "bob@example.net").bucket is Bucket.UNMATCHED
