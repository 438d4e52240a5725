"""Formats of mail systems of old: whom a report names that our own rules don't find, and nobody in other mails."""

import pytest

from opendoors_desktop.domain.inbound import InboundKind
from opendoors_desktop.mail import known_formats
from opendoors_desktop.mail.classify import classify_mail
from opendoors_desktop.mail.known_formats import recipients_by_format
from tests.mail.inbound_builders import mail, notice

FATAL = "----- The following addresses had permanent fatal errors -----\n<bob@example.net>\n\n----- Transcript\n"


def test_a_report_of_a_known_format_names_its_recipients():
    assert recipients_by_format(mail(FATAL)) == ("bob@example.net",)


def test_an_address_between_commas_names_nobody():
    assert recipients_by_format(mail("Write to Bob, bob@example.net, who knows more.")) == ()


def test_a_detector_that_fails_is_passed_over(monkeypatch: pytest.MonkeyPatch):
    class Failing:
        def process(self, message: object) -> tuple[set[bytes], set[bytes]]:
            raise UnicodeDecodeError("ascii", b"\xff", 0, 1, "no")

    usual = known_formats._detectors()
    monkeypatch.setattr(known_formats, "_detectors", lambda: (Failing, *usual))
    assert recipients_by_format(mail(FATAL)) == ("bob@example.net",)


def test_whom_our_rules_do_not_find_is_found_by_the_format():
    found = classify_mail(notice(f"Your message could not be delivered.\n{'A banner. ' * 1500}\n{FATAL}"))

    assert found is not None
    assert found.kind is InboundKind.BOUNCE
    assert [one.address for one in found.recipients] == ["bob@example.net"]


def test_an_ordinary_mail_with_a_report_in_its_words_stays_a_message():
    found = classify_mail(mail(f"Look what I got:\n{FATAL}"))
    assert found is not None
    assert (found.kind, found.recipients) == (InboundKind.MESSAGE, ())
