"""Signed links: read back by whoever made them, refused for one changed bit, another kind or another key."""

from uuid import UUID

import pytest

from opendoors_desktop.domain.public_link import (
    OPT_OUT,
    click_key,
    click_token,
    is_signed,
    opt_out_url,
    read_click,
    read_email_id,
    sign,
)

KEY, EMAIL = bytes(range(32)), UUID("019cadc6-9a80-7002-9e37-7a58fbbee880")
TOKEN = sign(KEY, OPT_OUT, EMAIL)


def test_a_link_names_its_email_and_only_the_key_makes_it():
    assert (len(TOKEN), read_email_id(TOKEN), is_signed(KEY, OPT_OUT, TOKEN)) == (43, EMAIL, True)
    assert not is_signed(bytes(32), OPT_OUT, TOKEN)
    assert not is_signed(KEY, "o", TOKEN)


def test_fault_41_no_character_can_be_changed():
    for place, letter in enumerate(TOKEN):
        changed = TOKEN[:place] + ("A" if letter != "A" else "B") + TOKEN[place + 1 :]
        assert not is_signed(KEY, OPT_OUT, changed)


@pytest.mark.parametrize(
    "token", ["", "A", "A" * 42, "A" * 44, TOKEN + "A", TOKEN[:-1] + "é", "../" * 14 + "x", "=" * 43]
)
def test_what_has_no_such_form_is_nobodys(token):
    assert read_email_id(token) is None
    assert not is_signed(KEY, OPT_OUT, token)


def test_the_address_to_unsubscribe_at_is_https_or_none():
    assert opt_out_url("https://mail.example.org", KEY, EMAIL) == f"https://mail.example.org/u/{TOKEN}"
    assert opt_out_url("http://localhost:8000", KEY, EMAIL) is None
    assert opt_out_url(None, KEY, EMAIL) is None


CLICK_TOKEN = click_token(click_key(KEY, EMAIL), EMAIL, 258)


def test_a_link_to_follow_names_its_email_and_its_number():
    assert (len(CLICK_TOKEN), read_click(KEY, CLICK_TOKEN)) == (46, (EMAIL, 258))
    assert read_click(bytes(32), CLICK_TOKEN) is None
    assert read_email_id(CLICK_TOKEN) is None


def test_T68_fault_41_neither_number_nor_email_of_a_link_can_be_changed():
    for place, letter in enumerate(CLICK_TOKEN):
        changed = CLICK_TOKEN[:place] + ("A" if letter != "A" else "B") + CLICK_TOKEN[place + 1 :]
        assert read_click(KEY, changed) is None


def test_the_key_of_one_email_makes_no_link_of_another():
    other = UUID(int=EMAIL.int + 1)
    assert read_click(KEY, click_token(click_key(KEY, EMAIL), other, 1)) is None


@pytest.mark.parametrize("token", ["", "A", TOKEN, CLICK_TOKEN + "A", CLICK_TOKEN[:-1] + "é", "/" * 46])
def test_what_has_no_form_of_a_link_leads_nowhere(token):
    assert read_click(KEY, token) is None
