"""Texts of contacts read by the right and by a wrong encoding."""

import pytest

from opendoors_desktop.engine.plausible_text import likeness


@pytest.mark.parametrize(
    "text, right, wrong",
    [
        ("Jürgen,Müller,Köln", "cp1252", "cp1251"),
        ("Łukasz,Żółkiewski,Kraków", "cp1250", "cp1252"),
        ("Jiří,Dvořák,Plzeň", "cp1250", "cp1252"),
        ("Çağrı,Yıldız,Iğdır", "cp1254", "cp1252"),
        ("Jānis,Bērziņš,Rīga", "cp1257", "cp1252"),
        ("Иван,Петров,Москва", "cp1251", "koi8_r"),
        ("Γιώργος,Παπαδόπουλος,Αθήνα", "cp1253", "cp1251"),
        ("דוד,כהן,חברה", "cp1255", "cp1251"),
        ("太郎,山田,東京", "cp932", "cp1252"),
    ],
)
def test_the_right_encoding_reads_more_like_names(text, right, wrong):
    assert likeness(text, right) > likeness(text.encode(right).decode(wrong, "replace"), wrong)


def test_text_of_plain_letters_tells_nothing():
    assert likeness("Ana,Silva", "cp1252") == 0.0
    assert likeness("", "cp1252") == 0.0


def test_names_begin_with_a_capital():
    assert likeness("Иван", "cp1251") > likeness("иван", "cp1251") > 0
    assert likeness("иВАН", "cp1251") == 0
