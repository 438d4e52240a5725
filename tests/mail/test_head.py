"""Single header fields: quoted, encoded, folded."""

import pytest

from opendoors_desktop.mail.head import date_line, encoded_words, file_name, mailbox_line, text_line


@pytest.mark.parametrize(
    "name,line",
    [
        ("", "To: bob@example.net\r\n"),
        ("Bob Example", "To: Bob Example <bob@example.net>\r\n"),
        ("Example, Bob", 'To: "Example, Bob" <bob@example.net>\r\n'),
        ('Bob "B" \\', 'To: "Bob \\"B\\" \\\\" <bob@example.net>\r\n'),
        ("Zoë", "To: =?utf-8?b?Wm/Dqw==?= <bob@example.net>\r\n"),
        ("=?utf-8?q?x?=", "To: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <bob@example.net>\r\n"),
        ("B" * 70, f"To: {'B' * 70}\r\n <bob@example.net>\r\n"),
    ],
)
def test_a_name_is_written_as_plainly_as_it_can_be(name, line):
    assert mailbox_line("To", "bob@example.net", name) == line


def test_a_long_subject_is_folded_at_blanks():
    line = text_line("Subject", "word " * 40)

    assert max(map(len, line.split("\r\n"))) <= 78
    assert line.replace("\r\n", "") == "Subject: " + ("word " * 40).strip()


def test_encoded_words_break_between_characters():
    text = encoded_words("ü" * 100, 9, "subject")

    assert all(len(line) <= 76 for line in ("Subject: " + text).split("\r\n"))
    assert "\r\n " in text


@pytest.mark.parametrize(
    "name,parameter",
    [
        ("a.pdf", ';\r\n filename="a.pdf"'),
        ('a"b.pdf', ';\r\n filename="a\\"b.pdf"'),
        ("ü.tx", ";\r\n filename*=utf-8''%C3%BC.tx"),
        ("Prüfung", ";\r\n filename*0*=utf-8''Pr%C3%BCfu;\r\n filename*1*=ng"),
        ("", ';\r\n filename="attachment"'),
    ],
)
def test_the_name_of_a_file_goes_out_whole(name, parameter):
    assert file_name(name) == parameter


def test_a_date_stands_in_the_writers_zone():
    assert date_line(1_700_000_000, -210) == "Date: Tue, 14 Nov 2023 18:43:20 -0330\r\n"
