"""Phone numbers with and without a country."""

from opendoors_desktop.domain.phone import Phone, has_country, parse_phone


def test_reads_a_number_with_its_country_code():
    assert parse_phone("+49 (30) 123 456-7") == Phone("+49301234567", "+49 30 1234567", "DE")


def test_reads_a_national_number_at_home():
    assert parse_phone("030 1234567", "Deutschland") == parse_phone("+49 30 1234567")


def test_a_national_number_without_a_home_is_none():
    assert parse_phone("030 1234567") is None
    assert parse_phone("030 1234567", "Atlantis") is None


def test_what_is_too_short_or_no_number_is_none():
    assert parse_phone("+49 1") is None
    assert parse_phone("+1 555") is None
    assert parse_phone("ask Ana") is None


def test_tells_whether_the_country_code_is_there():
    assert has_country(" +49 30")
    assert has_country("tel:+1 202")
    assert has_country("(+44) 20")
    assert not has_country("030 123")
    assert not has_country("0049 30")
