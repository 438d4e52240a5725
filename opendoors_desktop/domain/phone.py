"""Phone numbers as people write them, read with the country they are at home in."""

import re
from dataclasses import dataclass

import phonenumbers

from opendoors_desktop.domain.country import country_code


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be dialled from anywhere: `e164` (+493012345), `shown` (+49 30 12345), `region` (DE)."""

    e164: str
    shown: str
    region: str | None


def parse_phone(text: str, country: str = "") -> Phone | None:
    """The number that `text` says, or None when it says none that could exist.

    `country` (a code or a name) is where a number without a country code is at home.
    """
    try:
        number = phonenumbers.parse(text, country_code(country) if country else None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.region_code_for_number(number),
    )


def has_country(text: str) -> bool:
    """Whether a phone number is written with its country code."""
    return re.match(r"\s*(?:tel:)?[(\s]*\+\s*\d", text) is not None
