"""From a job to a message or to a reason; one bad contact leaves the others alone."""

from email import message_from_bytes, policy
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import pytest

from opendoors_desktop.mail.frames import Attachment, Built, MessageHeaders, RenderFailed, RenderJob, TemplateSource
from opendoors_desktop.mail.maker import Maker

HEAD = MessageHeaders("ann@example.com", "Ann", "bob@example.net", "Bob", "<1@example.com>", 0)
HELLO = TemplateSource("hello", "Hi {{ first_name }}", "Hello {{ first_name }}", is_html=False)


def job(number: int = 1, template: str = "hello", fields: dict[str, object] | None = None, **head: Any) -> RenderJob:
    fields = {"first_name": "Ana"} if fields is None else fields
    return RenderJob(UUID(int=number), template, fields, msgspec.structs.replace(HEAD, **head))


@pytest.fixture
def maker() -> Maker:
    made = Maker()
    made.define(HELLO)
    return made


def built(maker: Maker, of: RenderJob) -> Built:
    found = maker.make(of)
    assert isinstance(found, Built), found
    return found


def failed(maker: Maker, of: RenderJob) -> RenderFailed:
    found = maker.make(of)
    assert isinstance(found, RenderFailed), found
    return found


def test_a_job_becomes_the_message_that_leaves(maker):
    found = built(maker, job(7))

    assert (found.id, found.subject) == (UUID(int=7), "Hi Ana")
    assert found.sha256 == sha256(found.message).digest()
    assert message_from_bytes(found.message, policy=policy.default)["Subject"] == "Hi Ana"
    assert built(maker, job(7)) == found


def test_T01_T73_one_bad_contact_of_ten_leaves_the_others_alone(maker):
    jobs = [job(number) for number in range(10)]
    jobs[3] = job(3, fields={"first_name": " "})
    jobs[5] = job(5, to_address="müller@example.com")

    results = [maker.make(one) for one in jobs]

    assert [type(one) for one in results].count(Built) == 8
    assert (results[3].code, results[3].fields) == ("missing_variable", ("first_name",))
    assert (results[5].code, results[5].fields) == ("bad_address", ("to",))


def test_a_reply_takes_the_subject_of_its_thread(maker):
    maker.define(TemplateSource("next", "", "Again", is_html=False))

    for thread in ("Hi", "Re: Hi"):
        assert built(maker, job(template="next", thread_subject=thread)).subject == "Re: Hi"
    assert failed(maker, job(template="next")).code == "empty_subject"


def test_a_test_of_a_reply_has_the_subject_the_reply_will_have(maker):
    maker.define(TemplateSource("test", "{{ x }}", "Again", is_html=False, is_reply=True))

    for thread in ("Hi", "Re: Hi"):
        assert built(maker, job(template="test", fields={"x": thread})).subject == "Re: Hi"


def test_a_subject_that_comes_out_empty_is_no_reply(maker):
    maker.define(TemplateSource("maybe", "{{ x|d('') }}", "text", is_html=False))

    assert failed(maker, job(template="maybe", thread_subject="Hi")).code == "empty_subject"


def test_the_opt_out_line_knows_the_address_to_unsubscribe_at(maker):
    maker.define(TemplateSource("out", "s", "b", is_html=False, opt_out="Stop: {{ unsubscribe_url }}"))
    mailto, url = "mailto:u@example.com", "https://example.com/u"

    both = built(maker, job(template="out", list_unsubscribe_mailto=mailto, list_unsubscribe_url=url))
    own = built(maker, job(template="out", fields={"unsubscribe_url": "mine"}, list_unsubscribe_url=url))

    assert b"Stop: https://example.com/u\r\n" in both.message
    assert (
        b"Stop: mailto:u@example.com\r\n" in built(maker, job(template="out", list_unsubscribe_mailto=mailto)).message
    )
    assert b"Stop: mine\r\n" in own.message
    assert failed(maker, job(template="out")).fields == ("unsubscribe_url",)


def test_files_go_with_every_message(maker):
    file = Attachment("a.txt", "text/plain", b"content")
    maker.define(TemplateSource("file", "s", "b", is_html=False, attachments=(file,)))

    for number in (1, 2):
        message = message_from_bytes(built(maker, job(number, "file")).message, policy=policy.default)
        assert [part.get_payload(decode=True) for part in message.iter_attachments()] == [b"content"]


def test_T76_a_file_with_a_line_end_in_its_name_fails_each_message(maker):
    file = Attachment("a\r\n.txt", "text/plain", b"content")
    maker.define(TemplateSource("file", "s", "b", is_html=False, attachments=(file,)))

    assert failed(maker, job(template="file")).fields == ("attachment name",)


def test_a_template_nobody_defined_or_that_was_forgotten_is_told(maker):
    maker.forget("hello")

    assert failed(maker, job()).code == failed(maker, job(template="other")).code == "unknown_template"


def test_the_oldest_of_thousands_is_forgotten(maker, monkeypatch):
    monkeypatch.setattr("opendoors_desktop.mail.maker._REMEMBERED", 2)
    for number in range(2):
        maker.define(TemplateSource(f"new{number}", "s", "b", is_html=False))

    assert failed(maker, job()).code == "unknown_template"
    assert built(maker, job(template="new1")).subject == "s"


def test_too_little_memory_is_a_reason(maker, monkeypatch):
    def exhausted(_):
        raise MemoryError

    monkeypatch.setattr("opendoors_desktop.mail.maker.compose", exhausted)

    assert failed(maker, job()).code == "template_too_large"
