"""Mails taken apart, whatever is wrong with them."""

import pytest

from opendoors_desktop.mail.charsets import decode
from opendoors_desktop.mail.mime import MOST_PARTS, Fields, decoded, parameters_of, read_fields, take_apart
from opendoors_desktop.mail.parse import mailboxes, read_mail


def test_fields_are_unfolded_and_found_without_case():
    fields, body = read_fields(b"From foo\n>From bar\r\nSubject: a\r\n b\r\nX-Y : 1\nx-y: 2\n\nbody: x")

    assert fields.text("subject") == "a b"
    assert fields.all("x-y") == ["1", "2"]
    assert "x-y" in fields
    assert fields.raw("none") == ""
    assert b"From foo\n>From bar\r\nSubject: a\r\n b\r\nX-Y : 1\nx-y: 2\n\nbody: x"[body:] == b"body: x"


@pytest.mark.parametrize("blanks", [b"\n\n", b"\r\n", b"\xef\xbb\xbf", b"\0\0 "])
def test_what_stands_before_the_first_field_is_passed_over(blanks):
    assert read_fields(blanks + b"A: 1\n\nx")[0].items == (("a", "1"),)


def test_a_missing_blank_line_ends_the_head_at_the_first_line_that_is_no_field():
    data = "Subject: é\nHello there\nA: 1\n".encode()

    fields, body = read_fields(data)

    assert fields.items == (("subject", "é"),)
    assert data[body:] == b"Hello there\nA: 1\n"


def test_a_head_without_a_body_and_stray_lines_in_it():
    assert read_fields(b"A: 1\n>From x\n\tfold\nB: 2")[0].items == (("a", "1"), ("b", "2"))
    assert read_fields(b"nothing here")[0] == Fields()
    assert read_fields(b"A: 1\r\rbody")[0].items == (("a", "1"),)


@pytest.mark.parametrize(
    "value, text",
    [
        ("=?utf-8?q?J=C3=B6rg?=", "Jörg"),
        ("=?UTF-8?B?SsO2cmc=?=", "Jörg"),
        ("=?iso-8859-1?q?a=20?= =?iso-8859-1*de?q?=FC?=", "a ü"),
        ("=?no-such?q?=FC?=", "ü"),
        ("=?utf-8?b?SsO2cm", "=?utf-8?b?SsO2cm"),
        ("=?utf-8?b?SsO2cmc?=", "Jörg"),
        ("a\0b\r\n c", "a b c"),
        ("=?utf-8?q?J=F6rg?=", "Jörg"),
    ],
)
def test_encoded_words_are_decoded_as_far_as_can_be(value, text):
    assert decoded(value) == text


def test_bytes_in_a_head_that_are_no_utf_8_are_those_of_windows():
    assert read_fields(b"Subject: J\xf6rg\n\n")[0].text("subject") == "Jörg"


@pytest.mark.parametrize(
    "data, charset, text",
    [
        (b"a", "utf-16", "a"),
        (b"\xfc", "", "ü"),
        (b"\xfc", "us-ascii", "ü"),
        (b"\xc3\xbc", "latin-1", "Ã¼"),
        (b"\xc3\xbc", "no-such-charset", "ü"),
        (b'\x1b$B$"\x1b(B', "iso-2022-jp", "あ"),
        ("ю".encode("koi8-r"), '"KOI8-R"', "ю"),
        (b"\x81\xff", "gb2312", "\ufffd\ufffd"),
        (b"\xff\xff", "utf-8", "ÿÿ"),
        (b"a+AOQ-b", "utf-7", "aäb"),
        (b"ab\xc3\xbc", "rot13", "abü"),
        (b"ab\xc3\xbc", "unicode_escape", "abü"),
    ],
)
def test_charsets_are_forgiven(data, charset, text):
    assert decode(data, charset) == text or (charset == "gb2312" and "\ufffd" in decode(data, charset))


def test_parameters_in_all_their_forms():
    value = '; charset="utf-8"; name*0*=utf-8\'\'J%C3%B6; name*1=rg.txt; x*=latin-1\'de\'%FC; y="a\\"b\\\\"; z*=plain'
    value += '; b="open'

    found = parameters_of(value)

    assert found == {"charset": "utf-8", "name": "Jörg.txt", "x": "ü", "y": 'a"b\\', "z": "plain", "b": "open"}


def multipart(*bodies: str, end: str = "--b--", kind: str = "mixed") -> bytes:
    return (
        f'Content-Type: multipart/{kind}; boundary="b"\n\npreamble\n'
        + "".join(f"--b\n{body}\n" for body in bodies)
        + end
    ).encode()


def test_parts_are_found_with_and_without_an_end():
    for end in ("--b--", "--b--\nepilogue", "", "--b-- \t"):
        root = take_apart(multipart("\none", "Content-Type: text/html\n\n<b>two</b>", end=end))
        assert [(part.media_type, part.text.strip()) for part in root.parts] == [
            ("text/plain", "one"),
            ("text/html", "<b>two</b>"),
        ]


def test_line_ends_of_all_kinds_and_boundaries_inside_text():
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    data = head + b"--b\r\n\r\nsee --b here\r\n--bc\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--\r\n"

    root = take_apart(data)

    assert [part.body for part in root.parts] == [b"see --b here\r\n--bc", b"x"]
    assert take_apart(b"Content-Type: multipart/mixed; boundary=b\r\r--b\r\rx\r--b--").parts[0].text == "x"


def test_a_multipart_without_a_boundary_or_with_one_that_never_comes_is_its_text():
    mail = read_mail(b"From: a@b\nContent-Type: multipart/mixed\n\nhello")
    other = read_mail(b"From: a@b\nContent-Type: multipart/mixed; boundary=zz\n\nhello")

    assert mail is not None
    assert other is not None
    assert mail.text == other.text == "hello"


def test_messages_in_messages_also_encoded_ones():
    inner = "Subject: inner\n\nhello"
    plain = take_apart(multipart(f"Content-Type: message/rfc822\n\n{inner}"))
    coded = take_apart(
        multipart("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCmhlbGxv")
    )
    digest = take_apart(multipart(f"\n{inner}", kind="digest"))

    for root in (plain, coded, digest):
        assert root.parts[0].parts[0].fields.text("subject") == "inner"
        assert [part.media_type for part in root.walk()][-1] == "text/plain"


def test_transfer_encodings_broken_ones_too():
    def text(encoding, body):
        return take_apart(
            f"Content-Transfer-Encoding: {encoding}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()
        ).text

    assert text("quoted-printable", "J=C3=B6rg=\n!") == "Jörg!"
    assert text("base64", "SsO2 cmc") == "Jörg"
    assert text("BASE64", "SsO2cmcx1") == "Jörg1"
    assert text("8bit", "Jörg\r\n\r\0x") == "Jörg\n\nx"
    assert text("x-unknown", "a") == "a"


def test_too_many_parts_stay_in_the_last():
    assert len(take_apart(multipart(*["\nx"] * (MOST_PARTS * 2))).parts) <= MOST_PARTS + 1


@pytest.mark.parametrize(
    "value, people",
    [
        (
            '"Ode, Bob" <bob@example.net>, cem@example.org (Cem)',
            [("bob@example.net", "Ode, Bob"), ("cem@example.org", "Cem")],
        ),
        (
            "=?utf-8?q?J=C3=B6rg?= <j@example.org>; Group: a@example.org, <>;",
            [("j@example.org", "Jörg"), ("a@example.org", "")],
        ),
        ("'bob@example.net'", [("bob@example.net", "")]),
        ('"bob@example.net" <b@example.org>', [("b@example.org", "bob@example.net")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_address_fields(value, people):
    assert [(one.address, one.name) for one in mailboxes(value)] == people


def test_a_mail_is_told_in_parts():
    mail = read_mail(
        multipart(
            "Content-Type: multipart/alternative; boundary=c\n\n--c\n\nplain\n--c\nContent-Type: text/html\n\n"
            "<p>html</p>\n--c\nContent-Type: text/calendar\n\nx\n--c--",
            "Content-Type: application/pdf; name=a.pdf\n\n1234",
            "Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\nno",
            "Content-Type: text/plain; name=more.txt\n\nno",
            "Content-Type: message/rfc822\n\nSubject: inner\nMessage-ID: <i@b>\n\nno",
        ).replace(
            b"Content-Type",
            b"From: Bob <bob@example.net>\nDate: Mon, 20 Jul 2026 09:30:00 +0200\nMessage-ID: <a@b>\nContent-Type",
            1,
        )
    )

    assert mail is not None
    assert (mail.text, mail.html) == ("plain", "<p>html</p>")
    assert [(one.name, one.media_type) for one in mail.files] == [
        ("a.pdf", "application/pdf"),
        ("notes.txt", "text/plain"),
        ("more.txt", "text/plain"),
        ("", "message/rfc822"),
    ]
    assert mail.returned is not None
    assert mail.returned.raw("message-id") == "<i@b>"
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-07-20T07:30:00+00:00"


def test_dates_and_senders_that_are_missing_or_wrong():
    def read(head):
        found = read_mail(head.encode() + b"\n\nx")
        assert found is not None
        return found

    assert (
        read("Date: nonsense\nReceived: by x; Mon, 20 Jul 2026 09:30:00 -0000").date.isoformat()
        == "2026-07-20T09:30:00+00:00"
    )
    late = read("Date: Mon, 20 Jul 2026 22:00:00 -0700")
    assert (late.date.isoformat(), late.written_on.isoformat()) == ("2026-07-21T05:00:00+00:00", "2026-07-20")
    assert read("Date: Fri, 31 Dec 9999 23:59:00 -0700").date is None
    assert read("Date: Mon, 99 Jul 2026 09:30:00 +0200").date is None
    assert read("Sender: a@b").sender.address == "a@b"
    assert read("From: Nobody").sender.name == "Nobody"
    assert read("From: a@b").return_path is None
    assert read("Return-Path: <>").return_path == ""
    assert read("Return-Path: a@b").return_path == "a@b"
    assert read("Return-Path: MAILER-DAEMON").return_path == ""
    assert read("From: a@b\nTo: c@d, e@f\nTo: g@h").addresses("to") == ("c@d", "e@f", "g@h")
