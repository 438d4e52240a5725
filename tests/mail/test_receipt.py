"""What servers say when they take a message or refuse it."""

import pytest

from opendoors_desktop.mail.receipt import answer, server_id


@pytest.mark.parametrize(
    "lines,status,text",
    [
        (["5.1.1 no such user"], "5.1.1", "no such user"),
        (["5.7.1 spam", "5.7.1 see https://example.com"], "5.7.1", "spam see https://example.com"),
        (["Ok"], "", "Ok"),
        (["Requested 5.1.1 later"], "", "Requested 5.1.1 later"),
        (["", "", "bye"], "", "bye"),
        (["4.7.28"], "4.7.28", ""),
        (["x" * 5000], "", "x" * 1000),
        ([], "", ""),
    ],
)
def test_status_and_text_are_told_apart(lines, status, text):
    assert answer(lines) == (status, text)


@pytest.mark.parametrize(
    "text,found",
    [
        ("Ok: queued as 4XyZ0123", "4XyZ0123"),
        ("OK id=1tAbcD-000000001Zz-0aBc", "1tAbcD-000000001Zz-0aBc"),
        ("OK  1700000000 5b1f17b1804b1-abc.12 - gsmtp", "5b1f17b1804b1-abc.12"),
        ("<id.1@mail.example.com> [InternalId=1, Hostname=H] Queued mail for delivery", "<id.1@mail.example.com>"),
        (
            "Ok 0100018bcdef0123-01234567-89ab-cdef-0123-456789abcdef-000000",
            "0100018bcdef0123-01234567-89ab-cdef-0123-456789abcdef-000000",
        ),
        ("4AM0abcdef012345 Message accepted for delivery", "4AM0abcdef012345"),
        ("Ok", ""),
        ("thank you", ""),
    ],
)
def test_T51_the_servers_own_id_is_found(text, found):
    assert server_id(text) == found
