"""Addresses: which texts are one, and which two are the same person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.address import (
    Address,
    AddressFault,
    address_key,
    company_domain,
    normalise_address,
    normalise_domain,
    parse_address,
    shown_domain,
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("ana@example.com", "ana@example.com"),
        ("Ana.B+list@EXAMPLE.com", "Ana.B+list@example.com"),
        ("  ana@example.com\t", "ana@example.com"),
        ("\ufeff\u200bana@example.com\xa0", "ana@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("Ana Silva <ana@example.com>", "ana@example.com"),
        ("mailto:ana@example.com?subject=Hello", "ana@example.com"),
        ("MAILTO:<ana@example.com>", "ana@example.com"),
        ("ana@example.com.", "ana@example.com"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@bu\u0308cher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@XN--BCHER-KVA.example", "ana@xn--bcher-kva.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@example。com", "ana@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("a@b--c.example", "a@b--c.example"),
        ("!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_reads_an_address(text, expected):
    address = parse_address(text)
    assert isinstance(address, Address)
    assert address.text == expected


@pytest.mark.parametrize(
    "text, fault",
    [
        ("", AddressFault.EMPTY),
        (" \u200b ", AddressFault.EMPTY),
        ("<>", AddressFault.EMPTY),
        ("ana", AddressFault.NO_AT),
        ("ana(at)example.com", AddressFault.NO_AT),
        ("@example.com", AddressFault.NO_AT),
        ("ana@", AddressFault.NO_AT),
        ("ana@@example.com", AddressFault.NO_AT),
        ("a@example.com, b@example.com", AddressFault.SEVERAL),
        ("a@example.com;b@example.com", AddressFault.SEVERAL),
        ("a@example.com b@example.com", AddressFault.SEVERAL),
        ("müller@example.com", AddressFault.NEEDS_SMTPUTF8),
        ("山田@example.com", AddressFault.NEEDS_SMTPUTF8),
        ("a\u200bb@example.com", AddressFault.BAD_LOCAL),
        ("a b@example.com", AddressFault.BAD_LOCAL),
        ("a..b@example.com", AddressFault.BAD_LOCAL),
        (".a@example.com", AddressFault.BAD_LOCAL),
        ('"a b"@example.com', AddressFault.BAD_LOCAL),
        ("a\r\nbcc:x@example.com", AddressFault.BAD_LOCAL),
        ("x" * 65 + "@example.com", AddressFault.LOCAL_TOO_LONG),
        ("ana@example", AddressFault.BAD_DOMAIN),
        ("ana@-example.com", AddressFault.BAD_DOMAIN),
        ("ana@exa_mple.com", AddressFault.BAD_DOMAIN),
        ("ana@192.0.2.1", AddressFault.BAD_DOMAIN),
        ("ana@[192.0.2.1]", AddressFault.BAD_DOMAIN),
        ("ana@exa mple.com", AddressFault.BAD_DOMAIN),
        ("ana@example..com", AddressFault.BAD_DOMAIN),
        ("ana@xn--zzzz.com", AddressFault.BAD_DOMAIN),
        ("ana@" + "ü" * 300 + ".com", AddressFault.BAD_DOMAIN),
        ("ana@" + "b" * 64 + ".com", AddressFault.BAD_DOMAIN),
        ("ana@" + "b.-b." * 2 + "com", AddressFault.BAD_DOMAIN),
        ("ana@" + ".".join(["b" * 60] * 4) + ".example", AddressFault.TOO_LONG),
    ],
)
def test_says_why_a_text_is_no_address(text, fault):
    found = parse_address(text)
    assert found is fault
    assert isinstance(found, AddressFault)
    assert found.sentence.endswith(".")


def test_T15_spellings_that_differ_in_case_are_one_address():
    first, second = parse_address("Ana@x.com"), parse_address("ana@X.com")
    assert isinstance(first, Address)
    assert isinstance(second, Address)
    assert first.key == second.key == address_key(" ANA@X.COM ") == "ana@x.com"


def test_fault_15_dots_and_plus_make_another_address():
    assert len({address_key(text) for text in ("ana.b@example.com", "anab@example.com", "ana.b+x@example.com")}) == 3


@pytest.mark.parametrize(
    "text, expected",
    [
        (" Ana@BÜCHER.example ", "Ana@xn--bcher-kva.example"),
        ("Mu\u0308ller@Example.com", "Müller@example.com"),
        ("no address", "no address"),
        ("ana@Exa_mple.com", "ana@exa_mple.com"),
        ("ana@XN--ZZZZ.com", "ana@xn--zzzz.com"),
    ],
)
def test_normalises_any_text(text, expected):
    assert normalise_address(text) == expected


@given(st.text() | st.builds("{}@{}".format, st.text(), st.text()) | st.emails())
def test_a_key_is_its_own_key(text):
    key = address_key(text)
    assert address_key(key) == key


@given(st.emails())
def test_an_address_read_again_is_the_same(text):
    address = parse_address(text)
    if isinstance(address, Address):
        assert parse_address(address.text) == address
        assert parse_address(address.shown) == address
        assert address_key(text) == address.key
        assert normalise_address(text) == address.text
        assert address.text.isascii()


@given(st.text())
def test_never_raises(text):
    parse_address(text)
    normalise_address(text)
    normalise_domain(text)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("@Example.com", "example.com"),
        (" bücher.example. ", "xn--bcher-kva.example"),
        ("example", None),
        ("", None),
        ("ana@example.com", None),
        (".".join(["b" * 60] * 4) + ".example.com", None),
    ],
)
def test_normalises_a_domain(text, expected):
    assert normalise_domain(text) == expected


def test_shows_a_domain_in_its_own_letters():
    assert shown_domain("xn--bcher-kva.example") == "bücher.example"
    assert shown_domain("example.com") == "example.com"
    assert shown_domain("xn--zzzz.com") == "xn--zzzz.com"
    assert Address("ana", "xn--bcher-kva.example").shown == "ana@bücher.example"


@pytest.mark.parametrize(
    "domain, expected",
    [
        ("acme.example.com", "acme.example.com"),
        ("gmail.com", None),
        ("yahoo.co.uk", None),
        ("hotmail.com", None),
        ("gmx.net", None),
        ("outlook.acme.example.com", "outlook.acme.example.com"),
    ],
)
def test_a_free_mail_domain_is_no_company(domain, expected):
    assert company_domain(domain) == expected
