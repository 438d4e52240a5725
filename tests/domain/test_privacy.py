"""What is private never gets into a line that others may read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.privacy import MASK, mask, mask_address


@pytest.mark.parametrize(
    "line,expected",
    [
        ("sent to ana.lopez+x@example.com by smtp.example.org", "sent to …@example.com by smtp.example.org"),
        ("RCPT TO:<jürgen@bücher.example>", "RCPT TO:<…@bücher.example>"),
        ('550 "odd name"@example.com unknown', "550 …@example.com unknown"),
        ("to o'hara@example.com, bounces+ana=example.net@example.org", "to …@example.com, …@example.org"),
        ("a@b@example.com", "…@example.com"),
        ("postgresql://team:hunter2@db.example.com/mail", "postgresql://…@db.example.com/mail"),
        ("smtp://ana@mail.example.com", "smtp://…@mail.example.com"),
        ("password=hunter2 next", "password=… next"),
        ("smtp_password: 'two words', host", "smtp_password: …, host"),
        ('{"access_token": "abc.def", "n": 1}', '{"access_token": …, "n": 1}'),
        ("?api_key=12345&page=2", "?api_key=…&page=2"),
        ("the passphrase is sesame", "the passphrase is …"),
        ("Authorization: Bearer abcdefgh123", "Authorization: Bearer …"),
        ("bearer abcdefgh123", "bearer …"),
        ("AUTH PLAIN AGFuYQBodW50ZXIy", "AUTH PLAIN …"),
        ("id eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln ok", "id … ok"),
        ("535 5.7.8 Error: authentication failed", "535 5.7.8 Error: authentication failed"),
        ("3 emails @ 09:00, 60 tokens left", "3 emails @ 09:00, 60 tokens left"),
    ],
)
def test_a_line_is_masked(line, expected):
    assert mask(line) == expected


def test_known_secrets_are_masked_wherever_they_stand_the_longest_first():
    assert mask("x geheim-lang geheim y", ["geheim", "geheim-lang"]) == "x … … y"


def test_a_secret_too_short_to_look_for_masks_nothing():
    assert mask("abc", ["a", ""]) == "abc"


def test_the_home_folder_is_shortened():
    assert mask("/home/ana/.local/share/x.db", home="/home/ana") == "~/.local/share/x.db"


def test_an_address_keeps_its_domain_and_what_is_none_keeps_nothing():
    assert mask_address('"a@b"@example.com') == "…@example.com"
    assert mask_address("nobody") == MASK


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(before=st.text(), local=WORDS, after=st.sampled_from(["", " ", ">", ", x", "\n"]))
def test_no_local_part_survives(before, local, after):
    assert f"{local}@example.com" not in mask(f"{before} {local}@example.com{after}")


@given(before=st.text(), secret=st.text(min_size=4), after=st.text())
def test_no_known_secret_survives(before, secret, after):
    masked = mask(before + secret + after, [secret])

    assert secret not in masked or secret in before.replace(secret, MASK) + MASK + after.replace(secret, MASK)


@given(st.text())
def test_masking_twice_changes_nothing_more(line):
    assert mask(mask(line)) == mask(line)


@pytest.mark.timeout(20)  # a search that goes back and forth would take minutes
@pytest.mark.parametrize("piece", ["a", "a.", '"a', "pass", "password ", "x://", "eyJ", "a@", "é"])
def test_a_long_line_is_masked_to_its_end_in_good_time(piece):
    assert mask(piece * 300_000 + " ana@example.com").endswith(" …@example.com")
