"""What a mail is: bounces, automatic replies, wishes to leave, complaints and people, as systems everywhere write them.

T46, T49, T54, faults 30 to 33.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendoors_desktop.domain.inbound import BounceKind, InboundKind, Reading
from opendoors_desktop.mail.classify import classify_mail
from tests.mail.answer_samples import AWAY, LEAVERS, MACHINES, PEOPLE, STAYERS
from tests.mail.inbound_builders import OURS, RETURNED, mail, notice, parts, report
from tests.mail.inbound_samples import BOUNCES, NO_BOUNCES
from tests.mail.notice_samples import NOTICES


def read(data: bytes) -> Reading:
    found = classify_mail(data)
    assert found is not None
    return found


@pytest.mark.parametrize("name", [*BOUNCES, *NOTICES])
def test_fault_30_a_bounce_is_read(name):
    data, kind, recipients = (BOUNCES | NOTICES)[name]

    told = read(data)

    assert (told.kind, told.bounce) == (InboundKind.BOUNCE, kind)
    assert {one.address for one in told.recipients} == recipients
    assert told.evidence
    assert told.original_ids in ((), (OURS,))


@pytest.mark.parametrize("name", NO_BOUNCES)
def test_fault_31_what_only_looks_like_a_bounce_is_none(name):
    data, kind, subtype = NO_BOUNCES[name]

    told = read(data)

    assert (told.kind, told.bounce, told.recipients) == (kind, None, ())
    assert subtype is None or told.subtype == subtype


@pytest.mark.parametrize("name", AWAY)
def test_T54_somebody_away_is_no_reply_and_the_day_of_return_is_read(name):
    data, day = AWAY[name]

    told = read(data)

    assert (told.kind, told.subtype) == (InboundKind.AUTO_REPLY, "out_of_office")
    assert (told.return_on.isoformat() if told.return_on else None) == day


@pytest.mark.parametrize("name", MACHINES)
def test_what_a_machine_says_is_told(name):
    data, subtype = MACHINES[name]

    told = read(data)

    assert (told.kind, told.subtype, told.return_on) == (InboundKind.AUTO_REPLY, subtype, None)


@pytest.mark.parametrize("name", PEOPLE)
def test_T46_people_and_lists_are_neither_bounces_nor_automatic(name):
    assert read(PEOPLE[name]).kind is InboundKind.MESSAGE


@pytest.mark.parametrize("name", LEAVERS)
def test_a_wish_to_be_left_alone_is_heard(name):
    told = read(LEAVERS[name])

    assert (told.kind, told.subtype) == (InboundKind.UNSUBSCRIBE, "unsubscribe")


@pytest.mark.parametrize("name", STAYERS)
def test_nobody_is_unsubscribed_by_words_of_ours(name):
    assert read(STAYERS[name]).kind is InboundKind.MESSAGE


def test_each_recipient_has_its_own_outcome():
    told = read(BOUNCES["two recipients, one late"][0])

    assert [(one.address, one.bounce) for one in told.recipients] == [
        ("bob@example.net", BounceKind.HARD),
        ("cem@example.org", BounceKind.DELAY),
    ]


def test_the_servers_words_are_kept():
    [one] = read(BOUNCES["google over quota"][0]).recipients

    assert one.status == "5.2.2"
    assert one.diagnostic.startswith("552-5.2.2 The email account")


def test_a_complaint_names_message_and_person():
    content_type, body = parts(
        ("text/plain", "This is an email abuse report."),
        (
            "message/feedback-report",
            "Feedback-Type: abuse\nUser-Agent: fbl/1.0\nVersion: 1\nOriginal-Rcpt-To: <bob@example.net>",
        ),
        ("message/rfc822", RETURNED + "\nHello"),
        kind="multipart/report; report-type=feedback-report",
    )

    told = read(mail(body, content_type=content_type, Subject="FW: A plan"))

    assert (told.kind, told.subtype, told.original_ids) == (InboundKind.COMPLAINT, "abuse", (OURS,))
    assert [(one.address, one.bounce) for one in told.recipients] == [("bob@example.net", None)]


@pytest.mark.parametrize(
    "feedback, kind", [("not-spam", "message"), ("auth-failure", "message"), ("fraud", "complaint")]
)
def test_not_every_feedback_is_a_complaint(feedback, kind):
    content_type, body = parts(
        ("text/plain", "A report."),
        ("message/feedback-report", f"Feedback-Type: {feedback}"),
        ("text/rfc822-headers", RETURNED),
        kind="multipart/report; report-type=feedback-report",
    )

    told = read(mail(body, content_type=content_type))

    assert told.kind == kind
    assert kind == "message" or [one.address for one in told.recipients] == ["bob@example.net"]


def test_complaints_of_hosts_with_a_form_of_their_own():
    content_type, body = parts(("message/rfc822", RETURNED + "\nHello"), kind="multipart/mixed")

    by_field = read(mail("Hello", X_HmXmrOriginalRecipient="bob@example.net", Subject="A plan"))
    by_subject = read(mail(body, content_type=content_type, Subject="complaint about message from 192.0.2.1"))
    nothing_of_it = read(mail(body, content_type=content_type, Subject="A complaint, and a plan"))

    assert (by_field.kind, by_field.recipients[0].address) == (InboundKind.COMPLAINT, "bob@example.net")
    assert (by_subject.kind, by_subject.original_ids) == (InboundKind.COMPLAINT, (OURS,))
    assert nothing_of_it.kind is InboundKind.MESSAGE


def test_a_report_passed_on_inside_a_message_of_a_mail_system_is_read():
    inner = report("Undeliverable.", "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.1.1").decode()
    content_type, body = parts(("message/rfc822", inner), kind="multipart/mixed")

    told = read(notice(body, "Delivery Status Notification (Failure)", content_type=content_type))

    assert (told.kind, told.bounce) == (InboundKind.BOUNCE, BounceKind.HARD)


def test_bytes_without_a_header_are_no_mail():
    assert classify_mail(b"") is None
    assert classify_mail(b"\0\1\2" * 100) is None
    assert classify_mail(b"Dear Ann,\nthis is a letter.\n") is None
    assert classify_mail(b"note: a file\nwith: colons\n\nhello") is None


def hostile():
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1000))
    yield "From: a@b\n" + nested + "x\n" * 500_000
    yield "From: a@b\n" + "Content-Type: message/rfc822\n\n" * 50_000
    yield 'From: a@b\nContent-Type: multipart/mixed; boundary="b"\n\n' + "--b\n" * 300_000
    yield 'From: a@b\nContent-Type: multipart/mixed; boundary="b"\n\n' + "--bx\n" * 300_000
    yield "From: a@b\nSubject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nx"
    yield "Return-Path: <>\nSubject: failure notice\n\n" + "<a@b> " * 200_000
    yield "Return-Path: <>\nSubject: failure notice\n\n" + "user " * 200_000
    yield "From: a@b\n\n" + "> " * 300_000 + "\n" + "on monday " * 50_000
    yield "From: a@b\nContent-Type: text/html\n\n" + "<div>" * 100_000
    yield "From: a@b\nContent-Type: text/html\n\n" + "<!--" * 100_000 + "<blockquote>" * 1000
    yield "From: a@b\nReferences: " + "<a@b> " * 100_000 + "\n\nx"
    yield "From: " + "a@b, " * 100_000 + "\nTo: " + "(" * 50_000 + "\n\nx"
    yield "From: a@b\nAuto-Submitted: auto-replied\n\n" + "until 1.1. to " * 100_000
    yield "Content-Type: a/b" + ';a="' * 50_000 + "\nFrom: a@b\n\nx"


@pytest.mark.parametrize("number", range(14))
def test_fault_33_hostile_mail_takes_no_more_time_or_depth_than_any(number):
    assert classify_mail(list(hostile())[number].encode()) is not None


def test_fault_33_every_sample_cut_anywhere_is_read():
    chance = random.Random(7)
    samples = [entry[0] for table in (BOUNCES, NO_BOUNCES, AWAY) for entry in table.values()]
    for data in samples:
        for _ in range(6):
            cut = data[: chance.randrange(len(data))]
            found = classify_mail(cut)
            assert found is None or found.kind in InboundKind


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(sorted(BOUNCES)), st.integers(0, 2000), st.integers(0, 60))
def test_fault_33_any_bytes_in_any_mail_are_read(noise, name, at, length):
    data = BOUNCES[name][0]
    mixed = data[:at] + noise + data[at + length :]

    assert read(b"From: a@b\n" + mixed).kind in InboundKind
    found = classify_mail(noise)
    assert found is None or found.kind in InboundKind
