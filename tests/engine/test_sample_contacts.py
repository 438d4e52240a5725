"""The sample contacts: all come in whole, from many places and scripts, and none can be anybody's."""

import csv
import re
import unicodedata

from opendoors_desktop.domain.phone import parse_phone
from opendoors_desktop.engine.commands.contact_imports import import_contacts
from opendoors_desktop.engine.commands.contacts import list_contacts
from opendoors_desktop.shipped import find_shipped

SAMPLE = find_shipped("resources") / "sample" / "contacts.csv"

# Numbers that the countries' authorities keep for stories, or the beginnings of their ranges.
FICTIONAL = re.compile(
    r"\+1\d{3}55501\d\d|\+49(?:3023125|4066969|8999998|2214710|6990009)\d{3}|\+33(?:199|291|353|465|536|261)\d{6}"
    r"|\+44(?:20794|161496|29201|131496|28964)\d+|\+46(?:8465004|3139006|4062804)\d\d|\+61[2378](?:5550|7010)\d{4}"
)


def test_every_row_comes_in_and_nothing_is_said_against_it(context):
    report = import_contacts(context, SAMPLE)
    assert report.problems == ()
    assert (report.counts.rows, report.counts.created) == (200, 200)
    assert report.notes == ("New fields: Team size.",)
    found = list(list_contacts(context))
    assert all(contact.zone and contact.first_name and contact.last_name and contact.company for contact in found)
    assert len({contact.zone for contact in found}) >= 40
    assert any(contact.custom.get("team_size") == 250 for contact in found)
    assert all(contact.company_id for contact in found)


def test_names_are_in_many_scripts():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        names = "".join(row["First name"] + row["Last name"] for row in csv.DictReader(file))
    scripts = {unicodedata.name(character).split()[0] for character in names if character.isalpha()}
    assert scripts >= {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "THAI",
        "CJK",
        "HANGUL",
        "HIRAGANA",
        "KATAKANA",
    }


def test_addresses_and_numbers_belong_to_nobody():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert re.fullmatch(r"[a-z.]+@[a-zü-]+\.example\.(?:com|org|net)", row["Email"]), row
        assert row["LinkedIn"] == "" or row["LinkedIn"].startswith("https://www.example.com/")
        if row["Phone"]:
            number = parse_phone(row["Phone"])
            assert number is not None
            assert FICTIONAL.fullmatch(number.e164), number
    assert len({row["Email"] for row in rows}) == 200
